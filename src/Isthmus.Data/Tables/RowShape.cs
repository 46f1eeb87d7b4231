using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>Conversion between a caller's rows and the cells of a table. Safe to use from several threads.</summary>
/// <typeparam name="T">A type whose public properties are the columns, or one whose columns have names at run time: a dictionary, or an object of
/// JSON.</typeparam>
internal abstract class RowShape<T>
{
    /// <summary>The shape of rows of this type.</summary>
    /// <exception cref="InvalidInputException">They are no rows of columns.</exception>
    public static RowShape<T> Instance =>
        Known.Shape
        ?? throw new InvalidInputException(
            typeof(T).Name,
            "is no type of rows: its public properties are to be the columns, or it is a dictionary or an object of JSON",
            "give arrays of numbers to Vectors or Images, and texts to Documents"
        );

    /// <summary>Name of the rows in error messages.</summary>
    public abstract string Name { get; }

    /// <summary>The rows as a table; its cells are copied.</summary>
    /// <exception cref="InvalidInputException">A row that is null, or a cell that is no number, text, truth value or date.</exception>
    public abstract MemoryTable Read(IReadOnlyList<T> rows);

    /// <summary>A copy of a row in which some columns have other values.</summary>
    /// <exception cref="InvalidInputException">A property that cannot be set.</exception>
    public abstract T With(T row, IReadOnlyList<(string Column, object Value)> values);

    /// <summary>A new row.</summary>
    /// <exception cref="InvalidInputException">The type has no constructor for it.</exception>
    public abstract T New(IReadOnlyList<(string Column, object Value)> values);

    /// <summary>
    /// A value of a model's column as a caller has it: a whole number as <see cref="long"/>, another as <see cref="double"/>, a date as
    /// <see cref="DateTime"/>, a truth value as <see cref="bool"/>, and other categories as texts.
    /// </summary>
    /// <param name="field">The column.</param>
    /// <param name="value">On the model's scale.</param>
    /// <param name="random">Chooses among rare categories that share a place.</param>
    public static object Value(FittedColumn field, float value, Random random)
    {
        if (field is FittedNumbers { Kind: ColumnKind.Date } date)
            return DateTime.SpecifyKind(DateTime.UnixEpoch.AddSeconds(date.Number(value)), DateTimeKind.Unspecified);
        var text = field is FittedNumbers number ? number.Plain(value) : field.Decode(value, random);
        return field.Kind == ColumnKind.Boolean && bool.TryParse(text, out var truth) ? truth
            : field is FittedCategories { Kind: ColumnKind.Category } ? text
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && field.Kind != ColumnKind.Numeric ? whole
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real
            : text;
    }

    private static class Known
    {
        public static readonly RowShape<T>? Shape =
            NamedRows<T>.IsOf(typeof(T)) ? new NamedRows<T>()
            : typeof(T) == typeof(string)
            || typeof(T).IsPrimitive
            || typeof(T).IsEnum
            || typeof(T).IsAssignableTo(typeof(IEnumerable))
            || typeof(T) == typeof(object)
                ? null
            : new PropertyRows<T>();
    }
}

/// <summary>Rows whose columns have names at run time: dictionaries, and objects of JSON.</summary>
internal sealed class NamedRows<T> : RowShape<T>
{
    /// <summary>Returns true if rows of this type have such columns.</summary>
    public static bool IsOf(Type type) =>
        type == typeof(JsonElement)
        || type.IsAssignableTo(typeof(JsonNode))
        || type.IsAssignableTo(typeof(IDictionary))
        || type.IsAssignableTo(typeof(IEnumerable<KeyValuePair<string, object?>>));

    /// <inheritdoc/>
    public override string Name => $"rows{Dataset.InMemory}";

    /// <summary>Columns in the order in which rows name them first; what a row does not name is missing there.</summary>
    public override MemoryTable Read(IReadOnlyList<T> rows)
    {
        try
        {
            return Table(rows);
        }
        // Half of a surrogate pair, or bytes that are no UTF-8, are found when a text of JSON is read.
        catch (InvalidOperationException e) when (typeof(T) == typeof(JsonElement))
        {
            throw new InvalidInputException(Name, "have a text of JSON that is no Unicode", "give texts in UTF-8", cause: e);
        }
    }

    private MemoryTable Table(IReadOnlyList<T> rows)
    {
        var cells = new OrderedDictionary<string, object?[]>(StringComparer.Ordinal);
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (place, row) in rows.Index())
        {
            named.Clear();
            foreach (var (name, value) in Pairs(row, place))
            {
                if (!named.Add(name))
                    throw new InvalidInputException($"{Name}: row {place + 1}", $"names '{name}' twice", "give it once");
                if (!cells.TryGetValue(name, out var column))
                    cells.Add(name, column = new object?[rows.Count]);
                column[place] = value;
            }
        }
        return new(Name, [.. cells.Select(column => MemoryColumn.Of(Name, column.Key, column.Value))], rows.Count);
    }

    /// <inheritdoc/>
    public override T With(T row, IReadOnlyList<(string Column, object Value)> values)
    {
        var cells = new OrderedDictionary<string, object?>(Pairs(row, 0), StringComparer.Ordinal);
        foreach (var (column, value) in values)
            cells[
                cells.Keys.FirstOrDefault(name => name.Equals(column, StringComparison.OrdinalIgnoreCase)) is { } own && !cells.ContainsKey(column)
                    ? own
                    : column
            ] = value;
        return Of(cells);
    }

    /// <inheritdoc/>
    public override T New(IReadOnlyList<(string Column, object Value)> values) =>
        Of(values.Select(cell => KeyValuePair.Create<string, object?>(cell.Column, cell.Value)));

    private static T Of(IEnumerable<KeyValuePair<string, object?>> cells)
    {
        var row = new Dictionary<string, object?>(cells, StringComparer.Ordinal);
        return row is T same ? same
            : typeof(T) == typeof(JsonElement) ? (T)(object)JsonSerializer.SerializeToElement(row)
            : typeof(T).IsAssignableFrom(typeof(JsonObject)) ? (T)(object)JsonSerializer.SerializeToNode(row)!
            : JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(row))!;
    }

    private IEnumerable<KeyValuePair<string, object?>> Pairs(T row, int place) =>
        row switch
        {
            IEnumerable<KeyValuePair<string, object?>> pairs => pairs,
            JsonElement { ValueKind: JsonValueKind.Object } element => element
                .EnumerateObject()
                .Select(property => KeyValuePair.Create<string, object?>(property.Name, property.Value)),
            JsonObject node => node.Select(property => KeyValuePair.Create<string, object?>(property.Key, property.Value)),
            IDictionary entries => Pairs(entries),
            null or JsonElement { ValueKind: JsonValueKind.Null } => throw new InvalidInputException($"{Name}: row {place + 1}", "is null", "leave it out"),
            _ => throw new InvalidInputException($"{Name}: row {place + 1}", "is no object of JSON", "a row is an object whose properties are the columns"),
        };

    private static IEnumerable<KeyValuePair<string, object?>> Pairs(IDictionary entries)
    {
        // The enumerator of the interface gives entries; that of the dictionary's own type gives pairs.
        foreach (DictionaryEntry entry in entries)
            yield return new(Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry.Value);
    }
}
