using System.Text.Json;
using Isthmus.Data.Cells;
using Isthmus.Onnx.Tables;
using Isthmus.Tables;

namespace Isthmus.Server.Tables;

/// <summary>Writer of scored rows in JSON, and as columns, the same as <see cref="ScoredRow"/> has by the library. Safe to use from several threads.</summary>
internal sealed class ScoredRowWriter
{
    private static readonly JsonEncodedText Index = Name("index"),
        Bits = Name("bits"),
        PValue = Name("p_value"),
        IsUnusual = Name("is_unusual"),
        Identifiers = Name("identifiers"),
        Reasons = Name("reasons"),
        Column = Name("column"),
        Value = Name("value"),
        Usual = Name("usual"),
        ColumnBits = Name("column_bits");

    private readonly IRowScorer _scorer;
    private readonly JsonEncodedText[] _columns;
    private readonly float _threshold;

    /// <summary>A writer of the rows of a scorer, which calls as many unusual as the graph of a score does.</summary>
    public ScoredRowWriter(IRowScorer scorer) =>
        (_scorer, _columns, _threshold) = (scorer, [.. scorer.Usually.Columns.Select(Name)], scorer.Usual.Threshold(ScoreGraph.FalseAlarms));

    /// <summary>Options of a writer.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JsonFormat.Compact.Encoder };

    /// <summary>Writes a row.</summary>
    /// <param name="writer">Receives an object.</param>
    /// <param name="part">The rows as in the body.</param>
    /// <param name="scored">Their scores.</param>
    /// <param name="row">Index of the row among them.</param>
    /// <param name="index">Index of the row in the body.</param>
    public void Write(Utf8JsonWriter writer, TablePart part, ScoredRows scored, int row, int index)
    {
        var (width, bits) = (_columns.Length, scored.Bits[row]);
        writer.WriteStartObject();
        writer.WriteNumber(Index, index);
        Write(writer, Bits, bits);
        if (_scorer.Usual.PValue(bits) is var p && double.IsNaN(p))
            writer.WriteString(PValue, "NaN"u8);
        else
            writer.WriteNumber(PValue, p);
        writer.WriteBoolean(IsUnusual, bits > _threshold);
        writer.WriteStartObject(Identifiers);
        foreach (var column in part.Beside)
            writer.WriteString(column.Name, column.Text(row) ?? "missing");
        writer.WriteEndObject();
        writer.WriteStartArray(Reasons);
        foreach (var reason in WhyOf(part, scored, row).Reasons)
        {
            writer.WriteStartObject();
            writer.WriteString(Column, reason.Column);
            writer.WriteString(Value, reason.Value);
            writer.WriteString(Usual, reason.Usual);
            Write(writer, Bits, reason.Bits);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject(ColumnBits);
        for (var column = 0; column < width; column++)
            Write(writer, _columns[column], scored.ColumnBits[row * width + column]);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The same rows as columns of a table; reasons are a text.</summary>
    /// <param name="scored">Rows as in the body, and their scores.</param>
    public IReadOnlyList<Column> Columns(IReadOnlyList<(TablePart Part, ScoredRows Scores)> scored)
    {
        (TablePart Part, ScoredRows Scores, int Row)[] rows =
        [
            .. scored.SelectMany(part => Enumerable.Range(0, part.Scores.Count).Select(row => (part.Part, part.Scores, row))),
        ];
        float[] bits = [.. rows.Select(row => row.Scores.Bits[row.Row])];
        return
        [
            new(Index.Value, [.. Enumerable.Range(0, rows.Length)]),
            .. scored[0].Part.Beside.Select((column, place) => new Column(column.Name, [.. rows.Select(row => row.Part.Beside[place].Text(row.Row))])),
            new(Bits.Value, bits),
            new(PValue.Value, Array.ConvertAll(bits, score => (float)_scorer.Usual.PValue(score))),
            new(IsUnusual.Value, [.. bits.Select(score => score > _threshold ? "true" : "false")], "BOOLEAN"),
            new(Reasons.Value, [.. rows.Select(row => string.Join("; ", WhyOf(row.Part, row.Scores, row.Row).Reasons))]),
        ];
    }

    private ScoreReasons WhyOf(TablePart part, ScoredRows scored, int row)
    {
        var width = _columns.Length;
        return _scorer.Usually.Reasons(
            part.Rows[(row * width)..((row + 1) * width)],
            scored.ColumnBits[(row * width)..((row + 1) * width)],
            scored.OtherBits[row],
            column => _scorer.Usually.Value(column, part.Number(column, row), part.Text(column, row))
        );
    }

    private static void Write(Utf8JsonWriter writer, JsonEncodedText name, float number)
    {
        if (float.IsFinite(number))
            writer.WriteNumber(name, number);
        else
            writer.WriteString(name, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name, JsonFormat.Compact.Encoder);
}
