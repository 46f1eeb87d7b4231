using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Isthmus.Data.Cells;

/// <summary>A table whose cells are in memory, copied from what a caller gave. Safe to use from several threads.</summary>
/// <param name="Name">Name in error messages.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Number of rows.</param>
internal sealed record MemoryTable(string Name, IReadOnlyList<MemoryColumn> Columns, int Rows)
{
    /// <summary>Notes on what was left out, a sentence each.</summary>
    public IReadOnlyList<Wording> Notes { get; init; } = [];

    /// <summary>
    /// The same table with each of these names for the column that has it in other upper and lower case: properties of .NET are called <c>City</c>, of
    /// JSON <c>city</c>. A name that the table has already, or in two ways, stays.
    /// </summary>
    public MemoryTable Named(IEnumerable<string> names)
    {
        var own = Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names.Where(name => !own.Contains(name)))
            if (own.Where(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray() is [var only])
                renamed[only] = name;
        return renamed.Count == 0
            ? this
            : this with
            {
                Columns = [.. Columns.Select(column => column with { Name = renamed.GetValueOrDefault(column.Name, column.Name) })],
            };
    }
}

/// <summary>A column in memory: all numbers, or all texts.</summary>
internal sealed record MemoryColumn
{
    // Whole numbers that a 64-bit float holds exactly.
    private const long MostExact = 1L << 53;

    private MemoryColumn(string name, double[]? numbers, string?[]? texts, ColumnKind? kind) => (Name, Numbers, Texts, Kind) = (name, numbers, texts, kind);

    /// <summary>Name of the column.</summary>
    public string Name { get; init; }

    /// <summary>Its numbers, NaN for a missing one; null of a column of texts.</summary>
    public double[]? Numbers { get; }

    /// <summary>Its texts, null for a missing one; null of a column of numbers.</summary>
    public string?[]? Texts { get; }

    /// <summary>Kind of the column by the type of its cells; null if it depends on the cells themselves.</summary>
    public ColumnKind? Kind { get; }

    /// <summary>A column of some cells.</summary>
    /// <param name="table">Name of the table in error messages.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="cells">Numbers, texts, truth values, dates, enumerations, what JSON has for these, or null for a missing value.</param>
    /// <param name="kind">Declared kind; null to infer it from the cells.</param>
    /// <exception cref="InvalidInputException">A cell that is none of these: names column and row.</exception>
    public static MemoryColumn Of(string table, string name, IReadOnlyList<object?> cells, ColumnKind? kind = null)
    {
        var values = new object?[cells.Count];
        var (anyNumber, anyText, anyTruth, anyDate) = (false, false, false, false);
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = Plain(cells[row]);
            switch (values[row])
            {
                case null:
                    break;
                case double:
                    anyNumber = true;
                    break;
                case string:
                    anyText = true;
                    break;
                case bool:
                    anyTruth = true;
                    break;
                case DateTime or TimeOnly:
                    anyDate = true;
                    break;
                case var other:
                    throw new InvalidInputException(
                        $"{table}: column '{name}', row {row + 1}",
                        $"is {Described(other)}, which is no number, text, truth value or date",
                        "give one of these, or leave the column out"
                    );
            }
        }
        if (!anyText && !anyTruth && !anyDate && anyNumber)
            return new(name, Array.ConvertAll(values, value => value is double number ? number : double.NaN), null, kind);
        kind ??=
            anyTruth && !anyText && !anyNumber && !anyDate ? ColumnKind.Boolean
            : anyDate && !anyText && !anyNumber && !anyTruth ? ColumnKind.Date
            : null;
        return new(name, null, Array.ConvertAll(values, Text), kind);
    }

    /// <summary>Returns the kind of column for a type of values; null if its values cannot be cells.</summary>
    public static ColumnKind? KindOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum || type == typeof(string) || type == typeof(char) || type == typeof(Guid) ? ColumnKind.Category
            : type == typeof(bool) ? ColumnKind.Boolean
            : type == typeof(float) || type == typeof(double) || type == typeof(decimal) || type == typeof(Half) ? ColumnKind.Numeric
            : type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(DateOnly) || type == typeof(TimeOnly) ? ColumnKind.Date
            : Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64 ? ColumnKind.Integer
            : null;
    }

    /// <summary>A cell as a 64-bit number, a text, a truth value, or a date in UTC where it says how far it is from there; null for a missing value.</summary>
    private static object? Plain(object? cell) =>
        cell switch
        {
            null or DBNull => null,
            double number => double.IsNaN(number) ? null : number,
            // A 32-bit 3.3 is 3.3, and not 3.2999999523162842.
            float number => float.IsNaN(number) ? null : double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            string or bool or TimeOnly or DateTime => cell,
            Enum or char or Guid => cell.ToString(),
            long and (> MostExact or < -MostExact) or ulong and > MostExact => Convert.ToString(cell, CultureInfo.InvariantCulture),
            decimal or Half or sbyte or byte or short or ushort or int or uint or long or ulong => Convert.ToDouble(
                cell is Half half ? (double)half : cell,
                CultureInfo.InvariantCulture
            ),
            DateTimeOffset date => date.UtcDateTime,
            DateOnly date => date.ToDateTime(TimeOnly.MinValue),
            JsonElement element => element.ValueKind switch
            {
                JsonValueKind.Null or JsonValueKind.Undefined => null,
                JsonValueKind.String => element.GetString(),
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Number => element.TryGetInt64(out var whole) ? Plain(whole) : Plain(element.GetDouble()),
                _ => element,
            },
            JsonNode node => Plain(JsonSerializer.SerializeToElement(node)),
            _ => cell,
        };

    private static string? Text(object? value) =>
        value switch
        {
            bool truth => truth ? "true" : "false",
            DateTime date => date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            _ => (string?)value,
        };

    private static string Described(object? value) =>
        value is JsonElement element ? $"a JSON {(element.ValueKind == JsonValueKind.Array ? "array" : "object")}" : $"of type {value?.GetType().Name}";
}
