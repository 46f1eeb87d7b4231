using Isthmus.Models.Objectives;
using Isthmus.Models.Priors;
using Isthmus.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>The loss of one slice of a batch and its gradient: there through encoder, bottleneck, decoder and likelihood, and back.</summary>
internal sealed class SliceGradient : IDisposable
{
    private readonly Autoencoder _model;
    private readonly SliceContext _context;
    private readonly Stage _encoder, _decoder;

    public SliceGradient(Autoencoder model, FlatParameters parameters, int slice)
    {
        _model = model;
        using var noGradient = no_grad();
        _context = new(parameters, slice);
        (_encoder, _decoder) = (Stage.Of(model.Encoder, _context), Stage.Of(model.Decoder, _context));
    }

    /// <summary>The weights whose gradients the stages find themselves.</summary>
    public static IReadOnlySet<Parameter> ProductsOf(Autoencoder model) =>
        Stage.ProductsOf(model.Encoder).Concat(Stage.ProductsOf(model.Decoder)).Select(product => product.Weight).ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);

    /// <summary>Whether the loss is one that the stages differentiate: an ELBO of a code that depends on the record through the encoder alone, and networks made of maps with stages.</summary>
    public static bool Knows(Autoencoder model) =>
        model.Condition is null && model.Likelihood.IsOfRecord && model.Objective is ElboObjective { BetaPerCount: 0, Penalty: NoPenalty } && model.Bottleneck.Prior is null or StandardNormalPrior && !model.Bottleneck.SeesRecords && Stage.Knows(model.Encoder) && Stage.Knows(model.Decoder);

    /// <summary>Whether batches may be cut in slices that several threads take at once, with the same sums.</summary>
    public static bool IsSeparable(Autoencoder model) =>
        Stage.IsSeparable(model.Encoder) && Stage.IsSeparable(model.Decoder) && model.Objective is ElboObjective objective && model.Bottleneck.IsSeparable(objective) && model.Likelihood.IsSeparable;

    /// <summary>Leaves the gradient in the slice's memory. Autograd, where a part leaves something to it, adds to what is there.</summary>
    /// <param name="x">Records, N x D, float32.</param>
    /// <param name="seen">The same as the encoder sees them.</param>
    /// <param name="step">The step under way.</param>
    /// <returns>Distortion and rate, nats, summed over the records.</returns>
    public (double Distortion, double Rate) Run(Tensor x, Tensor seen, GradientStep step)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var code = _model.Bottleneck.Pullback(_encoder.Forward(seen), step);
        var distortion = _model.Likelihood.Pullback(x, _decoder.Forward(code.Z), step);
        _encoder.Backward(code.HeadGradient(_decoder.Backward(distortion.Gradient)!), wanted: false);
        return (distortion.Sum, code.RateSum);
    }

    public void Dispose() => _context.Dispose();
}
