using Isthmus.Data.Records;
using Isthmus.Studio.Tables;
using Isthmus.Tables;

namespace Isthmus.Studio.Models;

/// <summary>Words for records: their names and labels, and the cells of rows in the user's own values. Safe to use from several threads.</summary>
internal static class RecordWords
{
    /// <summary>Returns the words by which a record is found: "record 17, digit 3".</summary>
    public static string Of(Dataset data, int record) =>
        string.Join(", ", data.Select([record]).PlaceColumns().Select(column => $"{column.Name} {column.Words(0)}"));

    /// <summary>Returns the columns of a record with their values in words; empty of pictures and of what has too many to show.</summary>
    /// <param name="data">Records as read.</param>
    /// <param name="record">Place of the record.</param>
    /// <param name="kept">Usual cells, for rows of a table.</param>
    public static IReadOnlyList<(string Name, string Value)> Cells(Dataset data, int record, UsualCells? kept)
    {
        if (data.HasPixels)
            return [];
        var values = new float[data.Schema.Dimension];
        data.CopyValues([record], values);
        return Cells(data.Schema, values, kept);
    }

    /// <summary>Returns the columns of numbers on the data's scale, as read or from a model, in words.</summary>
    public static IReadOnlyList<(string Name, string Value)> Cells(DataSchema schema, float[] values, UsualCells? kept)
    {
        const int Most = 200;
        if (RowField.Of(schema) is { } fields && kept is not null)
            return [.. fields.Select(field => (field.Name, field.Words(values[field.Place], kept)))];
        if (schema.Kind.IsSparse)
            return
            [
                .. Enumerable
                    .Range(0, values.Length)
                    .Where(place => values[place] > 0)
                    .OrderByDescending(place => values[place])
                    .Take(40)
                    .Select(place => (schema.NameOf(place), NumberText.Of(values[place], 3))),
            ];
        return schema.Form()
            ? [.. Enumerable.Range(0, Math.Min(Most, values.Length)).Select(place => (schema.NameOf(place), NumberText.Of(values[place], 4)))]
            : [];
    }

    private static bool Form(this DataSchema schema) => schema.Kind.Form == RecordForm.Columns && !RowField.AreWindows(schema);
}
