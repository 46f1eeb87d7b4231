using System.Globalization;
using Isthmus.Data.Formats;
using Isthmus.Evaluation;
using Isthmus.Training;

namespace Isthmus.Benchmarks;

/// <summary>
/// Quality of training on a table whose blocks of rows are shuffled, and of training on the same rows shuffled one by one: the parts, and all else, are the
/// same.
/// </summary>
internal static class BlocksBenchmark
{
    public static IEnumerable<string> Run(string path, string settings)
    {
        var data = DataSource.Load(path, new() { Table = new(), ByBlocks = true });
        // A selection of all rows is shuffled row by row.
        var single = data with { Train = data.Train.Select([.. Enumerable.Range(0, data.Train.Count)]) };
        foreach (var (name, parts) in new[] { ("by blocks", data), ("row by row", single) })
        {
            var chosen = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
            using var model = TrainingRun.Train("table-vae", parts, new() { Settings = chosen, Threads = 1 }).Model;
            var few = parts.Test.Select([.. Enumerable.Range(0, Math.Min(10_000, parts.Test.Count))]);
            var evaluation = Evaluator.Evaluate(model, few, null, new() { ImportanceSamples = 0 });
            foreach (var figure in evaluation.Figures.Where(figure => figure.Key is "elbo_bits" or "distortion_bits" or "rate_bits" or "reconstruction_mse"))
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{data.Train.Count:N0} rows of {data.Train.Schema.Dimension} columns, {name}: {figure.Key} {figure.Value:G7} +- {figure.StandardError:G3}"
                );
        }
    }
}
