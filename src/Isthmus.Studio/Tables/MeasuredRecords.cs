using Isthmus.Data.Records;
using Isthmus.Measures;

namespace Isthmus.Studio.Tables;

/// <summary>Records of a run as columns to be measured, each in its own unit, with the labels. Safe to use from several threads.</summary>
internal static class MeasuredRecords
{
    private const int MostNumbers = 1000;

    /// <summary>Returns the columns.</summary>
    /// <param name="name">Name of the table.</param>
    /// <param name="data">Records as read.</param>
    /// <exception cref="InvalidInputException">Pictures, windows, sparse records or very many numbers: they have no columns to tell apart.</exception>
    public static MeasuredTable Of(string name, Dataset data)
    {
        var width = data.Schema.Dimension;
        if (data.HasPixels || data.Schema.Kind.IsSparse || RowField.AreWindows(data.Schema) || width > MostNumbers)
            throw new InvalidInputException(name, $"is of {data.Schema}, which have no columns to measure", "take a run of a table, or a file");
        var values = new float[data.Count * width];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        T[] Column<T>(int place, Func<float, T> cell) => [.. Enumerable.Range(0, data.Count).Select(row => cell(values[row * width + place]))];
        var columns = RowField.Of(data.Schema) is { } fields
            ? fields.Select(field =>
                field.IsNumber
                    ? MeasuredColumn.OfNumbers(field.Name, Column(field.Place, field.Number))
                    : MeasuredColumn.OfTexts(field.Name, Column(field.Place, cell => float.IsNaN(cell) ? -1 : field.Category(cell)), field.Categories)
            )
            : Enumerable.Range(0, width).Select(place => MeasuredColumn.OfNumbers(data.Schema.NameOf(place), Column(place, cell => (double)cell)));
        return new(name, [.. columns, .. data.Labels.Select(label => MeasuredColumn.OfTexts(label.Name, [.. label.Values], label.Classes))]);
    }
}
