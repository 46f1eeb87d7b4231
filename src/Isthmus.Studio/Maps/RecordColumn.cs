using Isthmus.Data.Records;
using Isthmus.Measures;
using Isthmus.Studio.Models;
using Isthmus.Studio.Tables;
using Isthmus.Tables;

namespace Isthmus.Studio.Maps;

/// <summary>A property of records to colour a map by, and to tell some of them from the others: classes or a quantity. Immutable.</summary>
/// <param name="Name">Name.</param>
/// <param name="Unit">Unit of a quantity; empty without one.</param>
internal abstract record RecordColumn(string Name, string Unit)
{
    /// <summary>Steps of a palette.</summary>
    protected const int Steps = 256;

    /// <summary>Names of the classes; empty of a quantity.</summary>
    public virtual IReadOnlyList<string> Classes => [];

    /// <summary>Place of each record in the palette.</summary>
    public abstract byte[] Colours();

    /// <summary>Value of a record in words.</summary>
    public abstract string Words(int record);

    /// <summary>The values of some records, to be measured.</summary>
    public abstract MeasuredColumn Measured(IReadOnlyList<int> records);

    /// <summary>Returns all properties of records: labels, columns, rate, distortion and units; scores where they are known.</summary>
    public static IEnumerable<RecordColumn> All(RecordsInCode records, UsualCells? kept, float[]? scores)
    {
        foreach (var label in records.Data.Labels)
            yield return new ClassColumn(label.Name, [.. label.Values], label.Classes);
        if (scores is not null)
            yield return new NumberColumn("score", "bits", scores);
        foreach (var column in OfCells(records.Data, kept))
            yield return column;
        if (records.Rates.Length > 0)
            yield return new NumberColumn("rate", "bits", records.Rates);
        if (records.Distortions.Length > 0)
            yield return new NumberColumn("distortion", "bits", records.Distortions);
        foreach (var unit in records.UnitOrder.Take(64))
            yield return new NumberColumn($"unit {unit}", "", [.. Enumerable.Range(0, records.Codes.Count).Select(i => records.Codes[i][unit])]);
    }

    private static IEnumerable<RecordColumn> OfCells(Dataset data, UsualCells? kept)
    {
        const int MostColumns = 200;
        if (data.HasPixels || data.Schema.Kind.IsSparse || data.Schema.Dimension > MostColumns || RowField.AreWindows(data.Schema))
            yield break;
        var (width, values) = (data.Schema.Dimension, new float[data.Count * data.Schema.Dimension]);
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        float[] Column(int place) => [.. Enumerable.Range(0, data.Count).Select(i => values[i * width + place])];
        if (RowField.Of(data.Schema) is { } fields)
            foreach (var field in fields)
                if (field.IsNumber)
                    yield return new NumberColumn(field.Name, "", Array.ConvertAll(Column(field.Place), cell => (float)field.Number(cell)))
                    {
                        Place = field.Place,
                        Kept = kept,
                    };
                else
                    yield return new ClassColumn(field.Name, Array.ConvertAll(Column(field.Place), field.Category), field.Categories);
        else
            for (var place = 0; place < width; place++)
                yield return new NumberColumn(data.Schema.NameOf(place), "", Column(place));
    }
}

/// <summary>Classes.</summary>
internal sealed record ClassColumn(string Name, int[] Values, IReadOnlyList<string> Names) : RecordColumn(Name, "")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => Names;

    /// <inheritdoc/>
    public override byte[] Colours() => Array.ConvertAll(Values, value => (byte)Math.Min(value, Steps - 1));

    /// <inheritdoc/>
    public override string Words(int record) => Names[Values[record]];

    /// <inheritdoc/>
    public override MeasuredColumn Measured(IReadOnlyList<int> records) => MeasuredColumn.OfTexts(Name, [.. records.Select(record => Values[record])]);
}

/// <summary>A quantity.</summary>
internal sealed record NumberColumn(string Name, string Unit, float[] Values) : RecordColumn(Name, Unit)
{
    /// <summary>Usual cells of the table, which write the values as the user does; null for others.</summary>
    public UsualCells? Kept { get; init; }

    /// <summary>Place of the column in the table.</summary>
    public int Place { get; init; }

    /// <summary>Values at which the colours begin and end: all but a hundredth of the records lie between.</summary>
    public (float Least, float Most) Ends
    {
        get
        {
            var sorted = Values.Where(float.IsFinite).Order().ToArray();
            return sorted.Length == 0 ? (0, 1) : (sorted[(int)(0.005 * (sorted.Length - 1))], sorted[(int)(0.995 * (sorted.Length - 1))]);
        }
    }

    /// <inheritdoc/>
    public override byte[] Colours()
    {
        var (least, most) = Ends;
        return Array.ConvertAll(Values, value =>
            (byte)(most > least && float.IsFinite(value) ? Math.Clamp((value - least) / (most - least) * (Steps - 1), 0, Steps - 1) : 0)
        );
    }

    /// <inheritdoc/>
    public override string Words(int record) => Written(Values[record]);

    /// <summary>A value as the user writes it.</summary>
    public string Written(float value) =>
        float.IsNaN(value) ? "missing" : Kept?.Value(Place, value, null) ?? $"{NumberText.Of(value, 3)}{(Unit.Length > 0 ? $" {Unit}" : "")}";

    /// <inheritdoc/>
    public override MeasuredColumn Measured(IReadOnlyList<int> records) =>
        MeasuredColumn.OfNumbers(Name, [.. records.Select(record => (double)Values[record]).Select(value => double.IsFinite(value) ? value : double.NaN)]);
}
