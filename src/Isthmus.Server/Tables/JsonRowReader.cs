using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;

namespace Isthmus.Server.Tables;

/// <summary>
/// Reader of rows in JSON straight into columns: numbers, texts, truth values and nulls under the columns' own names. Rows that are written in any other way,
/// or wrongly, it leaves to the reader of all tables (<see cref="Rows"/>), which gives the same rows or says what is wrong. Safe to use from several threads.
/// </summary>
internal sealed class JsonRowReader
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 16 };

    private readonly TableSchema _schema;
    private readonly CellRules _rules;

    // Names of the model's columns, then of those that identify rows, then of the others that training left out.
    private readonly byte[][] _names;
    private readonly Dictionary<string, int> _places;
    private readonly string[] _identifiers;

    /// <summary>A reader of rows of a schema.</summary>
    public JsonRowReader(TableSchema schema)
    {
        (_schema, _rules, _identifiers) = (schema, new(new TableReading().Over(schema.Reading), isComma: false), [.. schema.Identifiers]);
        string[] kept = [.. schema.Fields.Select(field => field.Name), .. _identifiers],
            names = [.. kept, .. schema.Skipped.Select(column => column.Name).Except(kept)];
        _names = Array.ConvertAll(names, Encoding.UTF8.GetBytes);
        _places = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
    }

    /// <summary>Reads an array of objects, or one object; null if it is written in another way, or has more rows than <paramref name="most"/>.</summary>
    public TablePart? TryRead(ReadOnlySpan<byte> json, int most)
    {
        var rows = new Filling(this);
        try
        {
            var reader = new Utf8JsonReader(json, Strict);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                return rows.TryAdd(ref reader) && !reader.Read() ? rows.Part() : null;
            if (reader.TokenType != JsonTokenType.StartArray)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                if (rows.Count == most || !rows.TryAdd(ref reader))
                    return null;
            return reader.TokenType == JsonTokenType.EndArray && !reader.Read() ? rows.Part() : null;
        }
        // Malformed JSON, and texts that are no Unicode.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads an object a line; null if one is written in another way.</summary>
    public TablePart? TryRead(IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var rows = new Filling(this);
        try
        {
            foreach (var line in lines)
            {
                var reader = new Utf8JsonReader(line.Span, Strict);
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartObject || !rows.TryAdd(ref reader) || reader.Read())
                    return null;
            }
            return rows.Part();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Rows that are being read.</summary>
    private sealed class Filling
    {
        private const long MostPlain = 1_000_000_000_000_000;
        private const int ShortText = 256;

        private readonly JsonRowReader _reader;
        private readonly ColumnBuffer[] _columns;

        // Of each name the last row that has it, 1 for the first.
        private readonly int[] _rowOf;

        // Of each column of numbers whether it has numbers, and whether it has texts.
        private readonly (bool Numbers, bool Texts)[] _has;

        public Filling(JsonRowReader reader)
        {
            _reader = reader;
            _columns = [.. reader._schema.NewColumns(), .. reader._identifiers.Select(name => new ColumnBuffer(name, ColumnKind.Category))];
            (_rowOf, _has) = (new int[reader._names.Length], new (bool, bool)[_columns.Length]);
        }

        public int Count { get; private set; }

        /// <summary>Reads the object that has begun.</summary>
        public bool TryAdd(ref Utf8JsonReader reader)
        {
            Count++;
            var next = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Rows name their columns in the same order, most of the time in the model's.
                var place =
                    next < _rowOf.Length && reader.ValueTextEquals(_reader._names[next]) ? next : _reader._places.GetValueOrDefault(reader.GetString()!, -1);
                next = place + 1;
                if (place < 0 || _rowOf[place] == Count || !reader.Read())
                    return false;
                _rowOf[place] = Count;
                if (place < _columns.Length ? !TryAdd(ref reader, place) : !IsScalar(ref reader))
                    return false;
            }
            for (var place = 0; place < _columns.Length; place++)
                if (_columns[place].Count < Count)
                    AddMissing(_columns[place]);
            return reader.TokenType == JsonTokenType.EndObject;
        }

        /// <summary>The rows; null if there are none, no row has a column of the model, or a column has numbers and texts, which are told apart by all of its
        /// cells.</summary>
        public TablePart? Part()
        {
            var width = _reader._schema.Dimension;
            if (Count == 0 || _rowOf.AsSpan(0, width).Contains(0) || _has.Contains((true, true)))
                return null;
            var columns = _columns[..width];
            return new(_reader._schema.Encode(columns), columns, [.. _columns.Skip(width).Where((_, place) => _rowOf[width + place] > 0)]);
        }

        private bool TryAdd(ref Utf8JsonReader reader, int place)
        {
            var column = _columns[place];
            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    AddMissing(column);
                    return true;
                case JsonTokenType.True or JsonTokenType.False:
                    return column.IsText
                        && column.TryAdd(Cell.Of(reader.TokenType == JsonTokenType.True ? "true"u8 : "false"u8, _reader._rules), _reader._rules);
                case JsonTokenType.Number when column.IsText:
                    // A whole number of up to fifteen digits is its own text.
                    Span<byte> digits = stackalloc byte[20];
                    return reader.TryGetInt64(out var whole)
                        && whole is > -MostPlain and < MostPlain
                        && whole.TryFormat(digits, out var length, provider: System.Globalization.CultureInfo.InvariantCulture)
                        && column.TryAdd(Cell.Of(digits[..length], _reader._rules), _reader._rules);
                case JsonTokenType.Number:
                    _has[place].Numbers = true;
                    // Whole numbers that a 64-bit float does not hold are texts elsewhere.
                    return reader.TryGetDouble(out var number)
                        && (Math.Abs(number) < MostPlain || !reader.TryGetInt64(out _))
                        && column.TryAdd(Cell.Of(number, _reader._rules), _reader._rules);
                case JsonTokenType.String:
                    _has[place].Texts = !column.IsText;
                    return TryAddText(ref reader, column);
                default:
                    return false;
            }
        }

        private bool TryAddText(ref Utf8JsonReader reader, ColumnBuffer column)
        {
            if (!reader.ValueIsEscaped)
                return Utf8.IsValid(reader.ValueSpan) && column.TryAdd(Cell.Of(reader.ValueSpan, _reader._rules), _reader._rules);
            if (reader.ValueSpan.Length > ShortText)
                return column.TryAdd(Cell.Of(Encoding.UTF8.GetBytes(reader.GetString()!), _reader._rules), _reader._rules);
            Span<byte> text = stackalloc byte[ShortText];
            return column.TryAdd(Cell.Of(text[..reader.CopyString(text)], _reader._rules), _reader._rules);
        }

        private static bool IsScalar(ref Utf8JsonReader reader) =>
            reader.TokenType == JsonTokenType.String
                ? reader.ValueIsEscaped
                    ? reader.GetString() is not null
                    : Utf8.IsValid(reader.ValueSpan)
                : reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray);

        private static void AddMissing(ColumnBuffer column)
        {
            if (column.IsText)
                column.Add((string?)null);
            else
                column.Add(double.NaN);
        }
    }
}
