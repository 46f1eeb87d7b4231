using Isthmus.Compute;
using Isthmus.Information;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>Errors of reconstructions, record by record: mean squared error over the D numbers, and PSNR = -10 log10 MSE, dB, for a range of [0, 1].</summary>
internal sealed class ReconstructionError
{
    // A perfect record has no finite PSNR; 100 dB is far below a quarter of an 8-bit level.
    private const double LeastSquaredError = 1e-10;

    public RunningMoments SquaredError { get; } = new();

    public RunningMoments Psnr { get; } = new();

    public void Add(Tensor x, Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        foreach (var error in (x - reconstruction).Square().mean([1L]).cpu().data<float>())
        {
            SquaredError.Add(error);
            Psnr.Add(-10 * Math.Log10(Math.Max(error, LeastSquaredError)));
        }
    }
}
