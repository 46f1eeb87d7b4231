namespace Isthmus.Data;

/// <summary>Windows of a series as records: <see cref="SeriesWindows.Window"/> consecutive rows, whose columns are fitted once and shared by all places of the window.</summary>
internal static class SeriesRecords
{
    /// <summary>The schema of windows from that of rows: a field for each column at each place, named column[place].</summary>
    public static TableSchema Widen(TableSchema rows, SeriesWindows series) => new(
        [.. Enumerable.Range(0, series.Window).SelectMany(place => rows.Fields.Select(field => field with { Name = FormattableString.Invariant($"{field.Name}[{place}]") }))], rows.Skipped)
    {
        Series = series with { Columns = [.. rows.Fields.Select(field => field.Name)] },
    };

    /// <summary>The schema of rows from that of windows.</summary>
    public static TableSchema Narrow(TableSchema windows) => new([.. windows.Fields.Take(windows.Series!.Columns.Count).Zip(windows.Series.Columns, (field, name) => field with { Name = name })], windows.Skipped);

    /// <summary>The windows that lie in a run of rows.</summary>
    /// <param name="path">Where the rows are from.</param>
    /// <param name="schema">Of windows.</param>
    /// <param name="series">How to cut.</param>
    /// <param name="values">All rows on the model's scale.</param>
    /// <param name="rows">Consecutive rows.</param>
    /// <param name="notes">What was said of the rows.</param>
    /// <exception cref="InvalidInputException">Fewer rows than a window has.</exception>
    public static Dataset Of(string path, TableSchema schema, SeriesWindows series, float[] values, int[] rows, IReadOnlyList<string> notes)
    {
        var width = schema.Dimension / series.Window;
        var count = rows.Length < series.Window ? 0 : (rows.Length - series.Window) / series.Stride + 1;
        if (count == 0)
            throw new InvalidInputException($"{path}: {rows.Length} rows in order are fewer than a window of {series.Window}; give a smaller --window (training sets a tenth of the rows aside twice), or a longer series.");
        var windows = new float[count * schema.Dimension];
        for (var window = 0; window < count; window++)
            values.AsSpan((rows[0] + window * series.Stride) * width, schema.Dimension).CopyTo(windows.AsSpan(window * schema.Dimension));
        return Dataset.Rows(path, schema, windows, notes: notes);
    }
}
