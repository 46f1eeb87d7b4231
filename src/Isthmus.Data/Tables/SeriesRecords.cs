using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Tables;

/// <summary>
/// Windows of a series as records: <see cref="SeriesWindows.Window"/> consecutive rows, whose columns are fitted once and shared by all places of the window.
/// </summary>
internal static class SeriesRecords
{
    /// <summary>Returns the schema of windows from that of rows: a column for each column at each step, named column[step].</summary>
    public static TableSchema Widen(TableSchema rows, SeriesWindows series) =>
        new(
            [
                .. Enumerable
                    .Range(0, series.Window)
                    .SelectMany(place => rows.Fields.Select(field => field with { Name = FormattableString.Invariant($"{field.Name}[{place}]") })),
            ],
            rows.Skipped
        )
        {
            Series = series with { Columns = [.. rows.Fields.Select(field => field.Name)] },
            Asked = rows.Asked,
            Reading = rows.Reading,
        };

    /// <summary>Returns the schema of rows from that of windows.</summary>
    public static TableSchema Narrow(TableSchema windows) =>
        new([.. windows.Fields.Take(windows.Series!.Columns.Count).Zip(windows.Series.Columns, (field, name) => field with { Name = name })], windows.Skipped);

    /// <summary>Returns the windows of a run of rows, which are read from the rows and not held beside them.</summary>
    /// <param name="path">Source of the rows, for error messages.</param>
    /// <param name="schema">Schema of windows.</param>
    /// <param name="all">All rows on the model's scale.</param>
    /// <param name="first">First row of the run.</param>
    /// <param name="count">Number of rows of the run.</param>
    /// <param name="notes">Notes on the rows.</param>
    /// <exception cref="InvalidInputException">Fewer rows than a window has.</exception>
    public static Dataset Of(string path, TableSchema schema, RecordStore<float> all, int first, int count, IReadOnlyList<Wording> notes)
    {
        var series = schema.Series!;
        Require(path, series, count);
        var windows = new WindowStore(all, first, series.Window, series.Stride, (count - series.Window) / series.Stride + 1);
        return Dataset.Of(path, schema, windows, [], notes);
    }

    /// <summary>Returns the first rows of windows that cover every row: a stride apart, and one that ends with the last row.</summary>
    /// <exception cref="InvalidInputException">Fewer rows than a window has.</exception>
    public static IEnumerable<int> Starts(string path, SeriesWindows series, int rows)
    {
        Require(path, series, rows);
        var last = rows - series.Window;
        for (var first = 0; first < last; first += series.Stride)
            yield return first;
        yield return last;
    }

    /// <summary>Returns the windows that start at these rows.</summary>
    public static float[] Cut(float[] values, SeriesWindows series, int[] starts)
    {
        var width = series.Columns.Count;
        var windows = new float[starts.Length * series.Window * width];
        foreach (var (window, first) in starts.Index())
            values.AsSpan(first * width, series.Window * width).CopyTo(windows.AsSpan(window * series.Window * width));
        return windows;
    }

    private static void Require(string path, SeriesWindows series, int rows)
    {
        if (rows < series.Window)
            throw new InvalidInputException(
                $"{path}: {rows} rows in order",
                $"are fewer than a window of {series.Window}",
                $"give a smaller {OptionNames.Window} (training sets a tenth of the rows aside twice), or a longer series",
                OptionNames.Window
            );
    }
}
