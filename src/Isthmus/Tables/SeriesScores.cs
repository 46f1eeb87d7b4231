using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>
/// Scores of rows from scores of windows: a row of a series scores the mean over the windows that hold it, and a column contributes the mean of its
/// contributions at all places of these windows. Contributions that add up in every window add up in the mean.
/// </summary>
internal sealed class SeriesScores
{
    private readonly SeriesWindows _series;
    private readonly int[] _holding;
    private readonly double[] _columns,
        _other,
        _own;

    /// <summary>Creates scores for a series of <paramref name="rows"/> rows.</summary>
    public SeriesScores(SeriesWindows series, int rows)
    {
        _series = series;
        (_holding, _columns, _other, _own) = (new int[rows], new double[rows * series.Columns.Count], new double[rows], new double[rows]);
    }

    /// <summary>Returns the rows covered by windows that start a stride apart.</summary>
    public static ScoredRows Of(TableSchema schema, ScoredRows windows)
    {
        var series = schema.Series!;
        var scores = new SeriesScores(series, (windows.Count - 1) * series.Stride + series.Window);
        for (var window = 0; window < windows.Count; window++)
            scores.Add(windows, window, window * series.Stride);
        return scores.Rows();
    }

    /// <summary>Adds a window; one whose values are all missing does not count.</summary>
    /// <param name="windows">Scored windows.</param>
    /// <param name="window">Index of the window.</param>
    /// <param name="first">First row of the window.</param>
    public void Add(ScoredRows windows, int window, int first)
    {
        if (float.IsNaN(windows.Bits[window]))
            return;
        var width = _series.Columns.Count;
        var sums = new double[width];
        for (var place = 0; place < _series.Window; place++)
            for (var column = 0; column < width; column++)
            {
                var bits = windows.ColumnBits[(window * _series.Window + place) * width + column];
                sums[column] += bits;
                _own[first + place] += bits;
            }
        for (var row = first; row < first + _series.Window; row++)
        {
            _holding[row]++;
            _other[row] += windows.OtherBits[window];
            for (var column = 0; column < width; column++)
                _columns[row * width + column] += sums[column];
        }
    }

    /// <summary>Returns the mean contribution of each row's own cells to the windows that hold it.</summary>
    public float[] Own() => [.. _own.Select((sum, row) => (float)(sum / Math.Max(1, _holding[row])))];

    /// <summary>Returns every row with its score; NaN for one that no window holds.</summary>
    public ScoredRows Rows()
    {
        var width = _series.Columns.Count;
        float[] columns = [.. _columns.Select((sum, i) => (float)(sum / Math.Max(1, _holding[i / width])))],
            other = [.. _other.Select((sum, row) => (float)(sum / Math.Max(1, _holding[row])))];
        float[] bits =
        [
            .. Enumerable
                .Range(0, _holding.Length)
                .Select(row => _holding[row] == 0 ? float.NaN : (float)(columns.AsSpan(row * width, width).ToArray().Sum(part => (double)part) + other[row])),
        ];
        return new(_series.Columns, bits, columns, other);
    }
}
