using System.Diagnostics;
using Isthmus.Data.Images;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>Medians for a batch of MNIST's size, by tensor operations and by the kernel.</summary>
internal sealed record ContextFigures(
    int Records,
    int Reach,
    int Hidden,
    int Features,
    int Threads,
    double TensorMilliseconds,
    double KernelMilliseconds,
    double Ratio,
    double TensorGradientMilliseconds,
    double KernelGradientMilliseconds,
    double GradientRatio
);

/// <summary>
/// ln p(x|z) of a <see cref="LocalContextLikelihood"/>, and its gradient: <see cref="LocalContextKernel"/> against the same in tensor operations, in turns.
/// </summary>
internal static class ContextBenchmark
{
    public static ContextFigures Run(int records, int reach, int hidden, int features, int threads, double seconds)
    {
        set_num_threads(threads);
        manual_seed(1);
        using var likelihood = new LocalContextLikelihood(new ImageSchema(28, 28, 1, 2), features, reach, hidden, 1);
        using var x = randint(0, 2, [records, likelihood.Dimension]).to(float32);
        using var parameters = randn(records, likelihood.Dimension * features);
        parameters.requires_grad = true;
        Func<Tensor, Tensor, Tensor>[] sides = [likelihood.ByTensors, likelihood.LogProbability];
        List<double>[] value =

            [
                [],
                [],
            ],
            gradient =

            [
                [],
                [],
            ];
        var began = Stopwatch.GetTimestamp();
        while (value[0].Count < 3 || Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
            for (var side = 0; side < sides.Length; side++)
            {
                using var scope = NewDisposeScope();
                using (no_grad())
                    value[side].Add(Milliseconds(() => sides[side](x, parameters)));
                gradient[side].Add(Milliseconds(() => sides[side](x, parameters).sum().backward()));
            }
        var medians = value.Concat(gradient).Select(TrainingBenchmark.Median).ToArray();
        return new(records, reach, hidden, features, threads, medians[0], medians[1], medians[0] / medians[1], medians[2], medians[3], medians[2] / medians[3]);
    }

    private static double Milliseconds(Action action)
    {
        var began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
