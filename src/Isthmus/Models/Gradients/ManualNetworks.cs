using Isthmus.Compute;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>
/// Encoder and decoder by manual layers, while the rest of the loss is autograd's: priors with parameters, posteriors that are not diagonal, penalties, bounds
/// of several draws. Each pass through a network within a step has its own memory and its own slice of the gradients.
/// </summary>
internal sealed class ManualNetworks : IDisposable
{
    private readonly Autoencoder _model;
    private readonly GradientSlice[] _slices;
    private readonly SliceContext[] _contexts;
    private readonly Tensor _anchor = zeros(1).requires_grad_().DetachFromDisposeScope();
    private readonly Passages? _encoder,
        _decoder;

    /// <summary>Creates the layers for the passes of one step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters, with a slice of gradients for each pass.</param>
    /// <param name="first">Slice of the first pass.</param>
    public ManualNetworks(Autoencoder model, FlatParameters parameters, int first = 0)
    {
        using var noGradient = no_grad();
        var slices = Enumerable.Range(first, PassagesOf(model));
        (_model, _slices) = (model, [.. slices.Select(slice => parameters.Slices[slice])]);
        _contexts = [.. slices.Select(slice => new SliceContext(parameters, slice))];
        (_encoder, _decoder) = (Of(model.Encoder), Of(model.Decoder));
    }

    /// <summary>Returns true if a network of the model is known here, and the loss needs only its output and one derivative.</summary>
    public static bool Knows(Autoencoder model) => model.Objective.IsFirstOrder && !model.Bottleneck.Decodes && (Knows(model.Encoder) || Knows(model.Decoder));

    /// <summary>Returns the weights whose gradients the manual layers find.</summary>
    public static IReadOnlySet<Parameter> ProductsOf(Autoencoder model) =>
        new[] { model.Encoder, model.Decoder }
            .Where(Knows)
            .SelectMany(ManualLayer.ProductsOf)
            .Select(product => product.Weight)
            .ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);

    /// <summary>Returns the number of passes through one network within a step: a prior made of typical records encodes those too.</summary>
    public static int PassagesOf(Autoencoder model) => model.Bottleneck.Prior is { RecordsWanted: > 0 } ? 2 : 1;

    /// <summary>Starts a step: clears the memory of the one before, its gradients included.</summary>
    public void Begin()
    {
        foreach (var slice in _slices)
        {
            slice.Products.zero_();
            slice.Rest.zero_();
        }
        _encoder?.Restart();
        _decoder?.Restart();
    }

    /// <summary>Returns the bottleneck's head of records.</summary>
    public Tensor Encode(Tensor x) => _encoder is null ? _model.Encoder.call(x) : Through(_encoder, x);

    /// <summary>Returns the likelihood's parameters of codes, rows x L.</summary>
    public Tensor Decode(Tensor z) => _decoder is null ? _model.Decoder.call(z) : Through(_decoder, z);

    /// <summary>
    /// Returns ln p(x|z) of codes K N x L, code after code those of the records x, N x D, in turn; null if decoder and likelihood are not one pass.
    /// </summary>
    public Tensor? LogLikelihood(Tensor x, Tensor z)
    {
        if (_decoder is null || _model.Likelihood is not RowLikelihood likelihood)
            return null;
        var (stage, wanted, records) = (_decoder.Next(), z.requires_grad, x.contiguous());
        Tensor? parameters = null;
        return AutogradFunction.Of(
            z,
            codes =>
            {
                var result = empty(codes.shape[0]);
                parameters = stage.Forward(codes);
                likelihood.LogProbabilities(records, parameters, 0, TensorMemory.Of<float>(result));
                return result;
            },
            gradient => stage.Backward(likelihood.Gradient(records, parameters!, TensorMemory.Of<float>(gradient)), wanted),
            _anchor
        );
    }

    public void Dispose()
    {
        Array.ForEach(_contexts, context => context.Dispose());
        _anchor.Dispose();
    }

    private static bool Knows(nn.Module<Tensor, Tensor> network) => ManualLayer.Knows(network) && ManualLayer.ProductsOf(network).Any();

    private Passages? Of(nn.Module<Tensor, Tensor> network) => Knows(network) ? new([.. _contexts.Select(context => ManualLayer.Of(network, context))]) : null;

    private Tensor Through(Passages network, Tensor x)
    {
        var (stage, wanted) = (network.Next(), x.requires_grad);
        return AutogradFunction.Of(x, stage.Forward, gradient => stage.Backward(gradient, wanted), _anchor);
    }

    /// <summary>The layers of one network, once for each pass.</summary>
    private sealed class Passages(ManualLayer[] stages)
    {
        private int _taken;

        public ManualLayer Next() =>
            _taken < stages.Length
                ? stages[_taken++]
                : throw new InvalidOperationException($"A loss goes through a network more than {stages.Length} times in a step: its gradient would be lost.");

        public void Restart() => _taken = 0;
    }
}
