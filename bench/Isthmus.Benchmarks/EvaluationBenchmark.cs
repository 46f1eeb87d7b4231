using System.Diagnostics;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>Importance-sampled evaluation of some records by both ways; hours are those of 10,000 records at the measured rate.</summary>
internal sealed record EvaluationFigures(
    int Records,
    int Samples,
    int Threads,
    double PlainSeconds,
    double IsthmusSeconds,
    double Ratio,
    double PlainHoursOf10000,
    double IsthmusHoursOf10000,
    double PlainNats,
    double IsthmusNats,
    double StandardErrorNats
);

/// <summary>
/// -ln p(x) by importance sampling with the network 784-400-20: <see cref="ImportanceSampling"/> against what a user would
/// write, in float32: a batch of records, some samples of each at a time, logsumexp at the end. Records are taken in turns.
/// </summary>
internal static class EvaluationBenchmark
{
    private const int TogetherSamples = 50,
        TogetherRecords = 100;

    public static EvaluationFigures Run(int records, int samples, int threads, string? path)
    {
        set_num_threads(threads);
        using var trained = path is null ? null : TrainedModel.Load(path);
        var data = path is null ? Workload.All[0].Data() : DataSource.Load("static-mnist", new()).Test;
        var model = trained?.Network
            ?? ModelSpecification
                .Resolve(
                    "vae",
                    data.Schema,
                    new Dictionary<string, string>
                    {
                        ["hidden"] = "400",
                        ["activation"] = "relu",
                        ["latent"] = "20",
                    },
                    TrainingSettings.All
                )
                .Build(seed: 1);
        model.eval();
        var (slow, fast) = (new List<double>(), new List<double>());
        var (plain, ours, squares) = (0.0, 0.0, 0.0);
        for (var first = 0; first < records; first += TogetherRecords)
        {
            var part = data.Select([.. Enumerable.Range(first, Math.Min(TogetherRecords, records - first))]);
            var began = Stopwatch.GetTimestamp();
            plain += Plain(model, part, samples) * part.Count / records;
            slow.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            began = Stopwatch.GetTimestamp();
            var estimate = ImportanceSampling.Estimate(model, part, samples, seed: 1).NegativeLogLikelihood;
            fast.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            ours += estimate.Value * part.Count / records;
            squares += Math.Pow(estimate.StandardError * part.Count / records, 2);
        }
        double Hours(List<double> seconds) => seconds.Sum() / records * 10000 / 3600;
        return new(records, samples, threads, slow.Sum(), fast.Sum(), slow.Sum() / fast.Sum(), Hours(slow), Hours(fast), plain, ours, Math.Sqrt(squares));
    }

    private static double Plain(Autoencoder model, Dataset data, int samples)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = TensorBatches.Gather(data, [.. Enumerable.Range(0, data.Count)]);
        var posterior = model.Encode(x, sample: false).Posterior!;
        var weights = new List<Tensor>();
        for (var done = 0; done < samples; done += TogetherSamples)
        {
            using var inner = NewDisposeScope();
            var z = posterior.Sample(Math.Min(TogetherSamples, samples - done));
            var logits = model.Decode(z);
            var likelihood = -nn.functional.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction: nn.Reduction.None).sum(-1);
            weights.Add((likelihood + model.Bottleneck.Prior!.LogProbability(z) - posterior.LogProbability(z)).MoveToOuterDisposeScope());
        }
        return -(cat(weights).logsumexp(0) - Math.Log(samples)).mean().item<float>();
    }
}
