using Isthmus.Data.Cells;
using Isthmus.Information;

namespace Isthmus.Tables;

/// <summary>Rows with their scores in bits, and the contribution of each column.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Bits">The score of each row; NaN for one whose values are all missing.</param>
/// <param name="ColumnBits">Contribution of each column, N x D; with <paramref name="OtherBits"/> they add up to the score.</param>
/// <param name="OtherBits">Part that belongs to no column: the code's rate (elbo, nll), or the density of the training rows there (neighbour).</param>
public sealed record ScoredRows(IReadOnlyList<string> Columns, float[] Bits, float[] ColumnBits, float[] OtherBits)
{
    /// <summary>Number of rows.</summary>
    public int Count => Bits.Length;

    /// <summary>Creates scores in bits from sums over models in nats; a row without any value has none.</summary>
    /// <param name="columns">The columns' names.</param>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="cells">Nats of each cell; turned to bits.</param>
    /// <param name="other">Nats of what belongs to no column; turned to bits.</param>
    /// <param name="models">Number of models whose nats are added up.</param>
    internal static ScoredRows FromNats(IReadOnlyList<string> columns, float[] rows, float[] cells, float[] other, int models)
    {
        var (width, bits, scale) = (columns.Count, new float[other.Length], (float)(InformationUnits.NatsToBits(1) / models));
        foreach (var nats in new[] { cells, other })
            foreach (ref var value in nats.AsSpan())
                value *= scale;
        for (var row = 0; row < bits.Length; row++)
        {
            var isBlank = !rows.AsSpan(row * width, width).ContainsAnyInRange(float.NegativeInfinity, float.PositiveInfinity);
            var sum = (double)other[row];
            foreach (var cell in cells.AsSpan(row * width, width))
                sum += cell;
            bits[row] = isBlank ? float.NaN : (float)sum;
        }
        return new(columns, bits, cells, other);
    }

    /// <summary>
    /// Returns the scores as a table: bits, p-value, whether it is over the threshold, why it is, and with <paramref name="explain"/> the bits of each column.
    /// </summary>
    /// <param name="usual">Scores of usual rows.</param>
    /// <param name="falseAlarms">Fraction of usual rows that may be called anomalies.</param>
    /// <param name="reasons">Function that returns the reasons of a row's score.</param>
    /// <param name="explain">True to add each column's bits.</param>
    internal IEnumerable<Column> Table(ReferenceScores usual, double falseAlarms, Func<int, ScoreReasons> reasons, bool explain)
    {
        var threshold = usual.Threshold(falseAlarms);
        yield return new("bits", Bits);
        yield return new("p_value", Array.ConvertAll(Bits, bits => (float)usual.PValue(bits)));
        yield return new("anomaly", Array.ConvertAll(Bits, bits => bits > threshold ? "yes" : "no"));
        yield return new("reasons", [.. Bits.Select((bits, row) => bits > threshold ? reasons(row).ToString() : null)]);
        if (!explain)
            yield break;
        foreach (var (place, name) in Columns.Index())
            yield return new($"bits_{name}", [.. Enumerable.Range(0, Count).Select(row => ColumnBits[row * Columns.Count + place])]);
        yield return new("bits_of_no_column", OtherBits);
    }
}
