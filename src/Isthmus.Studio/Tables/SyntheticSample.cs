using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Studio.Tables;

/// <summary>Synthetic rows beside the training rows that a model keeps, column by column. Immutable.</summary>
internal sealed class SyntheticSample
{
    // Draws at most for rows of a condition.
    private const int MostDraws = 50;

    private SyntheticSample(TrainedModel trained, RowScorer scorer, int count, int seed, IReadOnlyList<RowCondition> conditions)
    {
        IsConditional = conditions.Count > 0;
        var fields = RowField.Of(scorer.Schema)!;
        var width = fields.Count;
        bool Holds(ReadOnlySpan<float> row)
        {
            foreach (var condition in conditions)
                if (!condition.Holds(row[condition.Field.Place]))
                    return false;
            return true;
        }
        float[] Rows(float[] rows) => conditions.Count == 0 ? rows : [.. rows.Chunk(width).Where(row => Holds(row)).SelectMany(row => row)];
        // Rows of the model that meet the conditions, as they come: draws of the model given the conditions.
        var (drawn, draws) = (new List<float>(), 0);
        for (; drawn.Count < count * width && draws < MostDraws; draws++)
            drawn.AddRange(Rows(SyntheticRows.Encoded(trained, count, seed + draws)));
        (Count, Drawn) = (Math.Min(count, drawn.Count / width), draws * count);
        Share = drawn.Count / width / (double)Drawn;
        float[] made = [.. drawn.Take(Count * width)],
            kept = Rows(trained.Reference!.Train);
        Real = kept.Length / width;
        IEnumerable<float> Cells(float[] rows, int column) => Enumerable.Range(0, rows.Length / width).Select(row => rows[row * width + column]);
        Columns = Count == 0 ? [] :
        [
            .. fields.Select(field => (field.Name, ColumnBars.Of(scorer.Schema.Fields[field.Place], Cells(kept, field.Place), Cells(made, field.Place)))),
        ];
        Shown =
        [
            .. Enumerable
                .Range(0, Math.Min(Count, 10))
                .Select(row => fields.Select(field => field.Words(made[row * width + field.Place], scorer.Usually)).ToArray()),
        ];
    }

    /// <summary>Draws rows.</summary>
    /// <param name="trained">A variational model of rows.</param>
    /// <param name="scorer">Its scorer.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="conditions">Conditions that all rows meet.</param>
    /// <exception cref="InvalidInputException">The model has no prior.</exception>
    public static SyntheticSample Of(TrainedModel trained, RowScorer scorer, int count, int seed, IReadOnlyList<RowCondition> conditions) =>
        new(trained, scorer, count, seed, conditions);

    /// <summary>True if all rows meet conditions.</summary>
    public bool IsConditional { get; }

    /// <summary>Number of rows: fewer than were asked for where a condition is rare, 0 where no draw meets it.</summary>
    public int Count { get; }

    /// <summary>Number of rows that were drawn for them.</summary>
    public int Drawn { get; }

    /// <summary>Fraction of the drawn rows that meet the conditions.</summary>
    public double Share { get; }

    /// <summary>Number of training rows that the model keeps and that meet the conditions.</summary>
    public int Real { get; }

    /// <summary>Names of the columns, with the shares of real and of synthetic rows in each bar.</summary>
    public IReadOnlyList<(string Name, ColumnBars Bars)> Columns { get; }

    /// <summary>The first rows in words.</summary>
    public IReadOnlyList<string[]> Shown { get; }
}
