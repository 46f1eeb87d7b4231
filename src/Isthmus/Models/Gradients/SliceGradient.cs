using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Priors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Loss of one slice of a batch and its gradient: forward through encoder, bottleneck, decoder and likelihood, and backward.</summary>
internal sealed class SliceGradient : IDisposable
{
    private readonly Autoencoder _model;
    private readonly SliceContext _context;
    private readonly ManualLayer _decoder;
    private readonly ManualLayer? _encoder;
    private readonly SparseEncoder? _sparseEncoder;

    /// <summary>Creates the gradient of dense batches or, if wanted, of counts without their zeros.</summary>
    public SliceGradient(Autoencoder model, FlatParameters parameters, int slice, bool ofCounts = false)
    {
        _model = model;
        using var noGradient = no_grad();
        _context = new(parameters, slice);
        _decoder = ManualLayer.Of(model.Decoder, _context);
        if (ofCounts)
            _sparseEncoder = new(model.Encoder, _context);
        else
            _encoder = ManualLayer.Of(model.Encoder, _context);
    }

    /// <summary>Returns the weights whose gradients the manual layers find themselves.</summary>
    public static IReadOnlySet<Parameter> ProductsOf(Autoencoder model) =>
        ManualLayer
            .ProductsOf(model.Encoder)
            .Concat(ManualLayer.ProductsOf(model.Decoder))
            .Select(product => product.Weight)
            .ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Returns true if the manual layers can differentiate the loss: an ELBO of a code that depends on the record through the encoder alone, and networks of
    /// known maps.
    /// </summary>
    public static bool Knows(Autoencoder model) =>
        model.Condition is null
        && model.Likelihood.IsOfRecord
        && model.Objective is ElboObjective { BetaPerCount: 0, Penalty: NoPenalty }
        && model.Bottleneck.Prior is null or StandardNormalPrior
        && !model.Bottleneck.SeesRecords
        && ManualLayer.Knows(model.Encoder)
        && ManualLayer.Knows(model.Decoder);

    /// <summary>Returns the product that reads counts without their zeros, if the model allows it; null otherwise.</summary>
    public static MatrixProduct? CountProduct(Autoencoder model) =>
        Knows(model) && model.Corruption.KeepsZeros && model.Likelihood is MultinomialLikelihood && ManualLayer.Flat(model.Decoder).Last() is MatrixProduct
            ? SparseEncoder.FirstProduct(model.Encoder)
            : null;

    /// <summary>Returns true if batches may be cut in slices that several threads process at once, with the same sums.</summary>
    public static bool IsSeparable(Autoencoder model) =>
        ManualLayer.IsSeparable(model.Encoder)
        && ManualLayer.IsSeparable(model.Decoder)
        && model.Objective is ElboObjective objective
        && model.Bottleneck.IsSeparable(objective)
        && model.Likelihood.IsSeparable;

    /// <summary>Writes the gradient to the slice's memory. Autograd, if a part uses it, adds to that memory.</summary>
    /// <param name="x">Records, N x D, float32.</param>
    /// <param name="seen">Records as the encoder sees them.</param>
    /// <param name="step">The present step.</param>
    /// <returns>Distortion and rate, nats, summed over the records.</returns>
    public (double Distortion, double Rate) Run(Tensor x, Tensor seen, GradientStep step)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Run(
            _encoder!.Forward(seen),
            parameters => _model.Likelihood.Pullback(x, parameters, step),
            gradient => _encoder.Backward(gradient, wanted: false),
            step
        );
    }

    /// <summary>Writes the gradient for counts.</summary>
    public (double Distortion, double Rate) Run(SparseCounts x, SparseCounts seen, GradientStep step)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Run(_sparseEncoder!.Forward(seen), parameters => MultinomialLikelihood.Pullback(x, parameters, step), _sparseEncoder.Backward, step);
    }

    private (double Distortion, double Rate) Run(Tensor head, Func<Tensor, DistortionPullback> pullback, Action<Tensor> encoderBackward, GradientStep step)
    {
        var code = _model.Bottleneck.Pullback(head, step);
        var distortion = pullback(_decoder.Forward(code.Z));
        encoderBackward(code.HeadGradient(_decoder.Backward(distortion.Gradient)!));
        return (distortion.Sum, code.RateSum);
    }

    public void Dispose() => _context.Dispose();
}
