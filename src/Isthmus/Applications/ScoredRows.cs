using Isthmus.Data;

namespace Isthmus.Applications;

/// <summary>Rows with their scores in bits, and what each column has in them.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Bits">The score of each row; NaN of one that is blank in every column.</param>
/// <param name="ColumnBits">What each column has in it, N x D; with <paramref name="OtherBits"/> it adds up to the score.</param>
/// <param name="OtherBits">What belongs to no column: the code's rate (elbo, nll), or how dense the training rows are there (neighbour).</param>
public sealed record ScoredRows(IReadOnlyList<string> Columns, float[] Bits, float[] ColumnBits, float[] OtherBits)
{
    /// <summary>Rows.</summary>
    public int Count => Bits.Length;

    /// <summary>The scores as a table: bits, p-value, whether it is over the threshold, why it is, and with <paramref name="explain"/> the bits of each column.</summary>
    /// <param name="usual">What they are held against.</param>
    /// <param name="falseAlarms">The share of usual rows that may be called anomalies.</param>
    /// <param name="reasons">Why a row is over the threshold, in words.</param>
    /// <param name="explain">Whether to name each column's bits.</param>
    internal IEnumerable<TableColumn> Table(UsualScores usual, double falseAlarms, Func<int, ScoreReasons> reasons, bool explain)
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
