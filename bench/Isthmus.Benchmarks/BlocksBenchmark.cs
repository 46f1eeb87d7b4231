using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Training;

namespace Isthmus.Benchmarks;

/// <summary>
/// Quality of training on data whose blocks are shuffled, and of training on the same records shuffled one by one, over several seeds: the parts, and all else,
/// are the same.
/// </summary>
internal static class BlocksBenchmark
{
    private const int Records = 200_000,
        Columns = 256;

    /// <summary>Trains on a table, or on vectors that are sorted by the one factor that they follow.</summary>
    public static IEnumerable<string> Run(string? table, string settings, int seeds)
    {
        var (preset, data) = table is null
            ? ("vae", DataSplits.Random(Sorted(), 1, SplitShares.Usual, byBlocks: true))
            : ("table-vae", DataSource.Load(table, new() { Table = new(), ByBlocks = true }));
        yield return FormattableString.Invariant(
            $"{data.Train.Count:N0} records of {data.Train.Schema.Dimension} columns in blocks of {data.Train.Blocks!.BlockRecords:N0}"
        );
        // A selection of all records is shuffled one by one.
        var single = data with { Train = data.Train.Select([.. Enumerable.Range(0, data.Train.Count)]) };
        var few = data.Test.Select([
            .. Enumerable.Range(0, Math.Min(10_000, data.Test.Count)).Select(i => (int)((long)i * data.Test.Count / Math.Min(10_000, data.Test.Count))),
        ]);
        var chosen = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        var differences = new Dictionary<string, List<double>>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            var (blocks, one) = (Figures(data, seed), Figures(single, seed));
            foreach (var (name, value) in blocks)
            {
                if (!differences.TryGetValue(name, out var all))
                    differences[name] = all = [];
                all.Add(value - one[name]);
                yield return FormattableString.Invariant($"seed {seed}, {name}: by blocks {value:F4}, one by one {one[name]:F4}");
            }
        }
        foreach (var (name, all) in differences)
        {
            var mean = all.Average();
            var error = Math.Sqrt(all.Sum(difference => Math.Pow(difference - mean, 2)) / (all.Count - 1) / all.Count);
            yield return FormattableString.Invariant($"{name}: by blocks less one by one {mean:F4} +- {error:F4} (standard error over {all.Count} seeds)");
        }

        Dictionary<string, double> Figures(DataSplits parts, int seed)
        {
            using var model = TrainingRun
                .Train(
                    preset,
                    parts,
                    new()
                    {
                        Settings = chosen,
                        Threads = 1,
                        Seed = seed,
                    }
                )
                .Model;
            return Evaluator
                .Evaluate(model, few, null, new() { ImportanceSamples = 0 })
                .Figures.Where(figure => figure.Key is "elbo_bits" or "rate_bits" or "reconstruction_mse")
                .ToDictionary(figure => figure.Key, figure => figure.Value);
        }
    }

    // Neighbours are alike, and every column bends another way.
    private static Dataset Sorted()
    {
        var (random, values) = (new Random(1), new float[Records * Columns]);
        for (var record = 0; record < Records; record++)
        {
            var factor = 6.0 * record / Records - 3;
            for (var column = 0; column < Columns; column++)
                values[record * Columns + column] = (float)(
                    Math.Sin((column % 32 + 1) * factor / 4 + column) + 0.3 * (random.NextDouble() + random.NextDouble() - 1)
                );
        }
        return Dataset.Vectors("sorted vectors", new VectorSchema(VectorRecords.Names(Columns)), values);
    }
}
