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

    /// <summary>The columns that have most in a row's score.</summary>
    public IEnumerable<(string Column, float Bits)> Reasons(int row, int count) => Enumerable.Range(0, Columns.Count)
        .Select(column => (Columns[column], ColumnBits[row * Columns.Count + column])).OrderByDescending(reason => reason.Item2).Take(count);

    /// <summary>The scores as a table: bits, p-value, whether it is over the threshold, and with <paramref name="explain"/> the bits of each column.</summary>
    /// <param name="usual">What they are held against.</param>
    /// <param name="falseAlarms">The share of usual rows that may be called anomalies.</param>
    /// <param name="explain">Whether to name each column's bits.</param>
    public IEnumerable<TableColumn> Table(UsualScores usual, double falseAlarms, bool explain)
    {
        var threshold = usual.Threshold(falseAlarms);
        yield return new("bits", Bits);
        yield return new("p_value", Array.ConvertAll(Bits, bits => (float)usual.PValue(bits)));
        yield return new("anomaly", Array.ConvertAll(Bits, bits => bits > threshold ? "yes" : "no"));
        if (!explain)
            yield break;
        foreach (var (place, name) in Columns.Index())
            yield return new($"bits_{name}", [.. Enumerable.Range(0, Count).Select(row => ColumnBits[row * Columns.Count + place])]);
        yield return new("bits_of_no_column", OtherBits);
    }
}
