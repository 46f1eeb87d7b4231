using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Studio.Tables;

/// <summary>Synthetic rows beside the training rows that a model keeps, column by column. Immutable.</summary>
internal sealed class SyntheticSample
{
    private SyntheticSample(TrainedModel trained, RowScorer scorer, int count, int seed)
    {
        var fields = RowField.Of(scorer.Schema)!;
        var (width, drawn, kept) = (fields.Count, SyntheticRows.Encoded(trained, count, seed), trained.Reference!.Train);
        IEnumerable<float> Cells(float[] rows, int column) => Enumerable.Range(0, rows.Length / width).Select(row => rows[row * width + column]);
        Columns =
        [
            .. fields.Select(field => (field.Name, ColumnBars.Of(scorer.Schema.Fields[field.Place], Cells(kept, field.Place), Cells(drawn, field.Place)))),
        ];
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
    public IReadOnlyList<(string Name, ColumnBars Bars)> Columns { get; }

    /// <summary>The first rows in words.</summary>
    public IReadOnlyList<string[]> Shown { get; }
}
