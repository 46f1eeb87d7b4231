using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Studio.Tables;

/// <summary>Synthetic rows beside the training rows that a model keeps, column by column. Immutable.</summary>
internal sealed class SyntheticSample
{
    private const int Bars = 20;

    private SyntheticSample(TrainedModel trained, RowScorer scorer, int count, int seed)
    {
        var fields = RowField.Of(scorer.Schema)!;
        var (width, drawn, kept) = (fields.Count, SyntheticRows.Encoded(trained, count, seed), trained.Reference!.Train);
        IEnumerable<float> Cells(float[] rows, int column) => Enumerable.Range(0, rows.Length / width).Select(row => rows[row * width + column]);
        Columns = [.. fields.Select(field => Compared(field, Cells(kept, field.Place), Cells(drawn, field.Place)))];
        Shown =
        [
            .. Enumerable
                .Range(0, Math.Min(count, 10))
                .Select(row => fields.Select(field => field.Words(drawn[row * width + field.Place], scorer.Usually)).ToArray()),
        ];
    }

    /// <summary>Draws rows.</summary>
    /// <param name="trained">A variational model of rows.</param>
    /// <param name="scorer">Its scorer.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="seed">Random seed.</param>
    /// <exception cref="InvalidInputException">The model has no prior.</exception>
    public static SyntheticSample Of(TrainedModel trained, RowScorer scorer, int count, int seed) => new(trained, scorer, count, seed);

    /// <summary>Names of the columns, with the shares of real and of synthetic rows in each bar.</summary>
    public IReadOnlyList<(string Name, double[] Real, double[] Synthetic)> Columns { get; }

    /// <summary>The first rows in words.</summary>
    public IReadOnlyList<string[]> Shown { get; }

    private static (string, double[], double[]) Compared(RowField field, IEnumerable<float> real, IEnumerable<float> synthetic)
    {
        var (low, high) = field.Range;
        var bars = field.IsNumber ? Bars : Math.Min(field.Categories.Count, Bars);
        double[] Shares(IEnumerable<float> cells)
        {
            var shares = new double[bars];
            var count = 0;
            foreach (var cell in cells.Where(cell => !float.IsNaN(cell)))
            {
                var place = field.IsNumber ? (int)((field.Number(cell) - low) / Math.Max(high - low, double.Epsilon) * bars) : field.Category(cell);
                shares[Math.Clamp(place, 0, bars - 1)]++;
                count++;
            }
            return Array.ConvertAll(shares, share => share / Math.Max(1, count));
        }
        return (field.Name, Shares(real), Shares(synthetic));
    }
}
