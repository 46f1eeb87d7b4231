using Isthmus.Compute;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Batch normalisation: each unit to mean 0 and variance 1 over the batch, then scaled and shifted by learned numbers; outside training by running statistics
/// (Ioffe and Szegedy 2015). TorchSharp's own counts its batches with a number that nothing keeps alive.
/// </summary>
/// <param name="units">Units.</param>
/// <param name="affine">True to learn a scale and a shift.</param>
internal sealed class BatchNormalisation(int units, bool affine = true)
    : BatchNorm(units, Epsilon, Momentum, affine, track_running_stats: true, device: NewWeights.Device, dtype: null, "BatchNorm1d")
{
    internal const double Epsilon = 1e-5;

    private const double Momentum = 0.1;

    public override Tensor forward(Tensor x)
    {
        ValidateInputDimensions(x);
        if (training)
            num_batches_tracked!.AddInPlace(1);
        return nn.functional.batch_norm(x, running_mean, running_var, weight, bias, training, Momentum, Epsilon);
    }

    protected override void ValidateInputDimensions(Tensor x)
    {
        if (x.dim() is not (2 or 3))
            throw new ArgumentException($"Expected rows of units, and this has {x.dim()} dimensions.", nameof(x));
    }
}
