using System.Globalization;
using System.Reflection;
using Isthmus.Data.Cells;

namespace Isthmus.Data.Tables;

/// <summary>
/// Public properties of a type as the columns of a table: numbers, truth values, enumerations and other texts, dates. Null, NaN and an empty text are missing
/// values.
/// </summary>
internal sealed class RecordColumns
{
    private static readonly HashSet<Type> Wholes =
    [
        typeof(sbyte),
        typeof(byte),
        typeof(short),
        typeof(ushort),
        typeof(int),
        typeof(uint),
        typeof(long),
        typeof(ulong),
    ];
    private static readonly HashSet<Type> Reals = [typeof(float), typeof(double), typeof(decimal)];
    private static readonly HashSet<Type> Dates = [typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly)];
    private static readonly MethodInfo Copy = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private readonly Type _type;
    private readonly List<(PropertyInfo Property, ColumnKind Kind)> _columns = [];

    private RecordColumns(Type type) => _type = type;

    /// <summary>Finds the columns of a type.</summary>
    /// <param name="type">Any with public properties.</param>
    /// <param name="kinds">Kinds of some properties, if their type leaves it open: a zip code is a category.</param>
    /// <param name="skipped">Receives the properties that are no columns.</param>
    /// <exception cref="InvalidInputException">A kind for a property that is not there, or that it cannot be.</exception>
    public static RecordColumns Of(Type type, IReadOnlyDictionary<string, ColumnKind>? kinds, ICollection<SkippedColumn> skipped)
    {
        var columns = new RecordColumns(type);
        PropertyInfo[] all =
        [
            .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0),
        ];
        if (kinds?.Keys.FirstOrDefault(name => all.All(property => property.Name != name)) is { } unknown)
            throw Unknown(type, unknown, all);
        foreach (var property in all)
        {
            var cell = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var own = OwnKind(cell);
            var kind = kinds?.GetValueOrDefault(property.Name, own ?? ColumnKind.Skip) ?? own ?? ColumnKind.Skip;
            if (own is null || kind is ColumnKind.Skip or ColumnKind.Identifier)
                skipped.Add(new(property.Name, own is null ? $"of type {cell.Name}, which is no number, text, truth value or date" : "left out as asked"));
            else if (
                kind is ColumnKind.Category or ColumnKind.Boolean
                || IsNumber(kind) == IsNumber(own.Value) && (kind is ColumnKind.Date) == (own is ColumnKind.Date)
            )
                columns._columns.Add((property, kind));
            else
            {
                var able = own == ColumnKind.Category ? "category or boolean" : $"{own.Value.ToString().ToLowerInvariant()} or category";
                throw new InvalidInputException(
                    $"{type.Name}.{property.Name}",
                    $"is of type {cell.Name}, which cannot be {kind.ToString().ToLowerInvariant()}",
                    $"take {able}"
                );
            }
        }
        return columns;
    }

    /// <summary>Finds the columns of a schema that was fitted on rows of this type.</summary>
    /// <exception cref="InvalidInputException">A column that is no property.</exception>
    public static RecordColumns Of(Type type, TableSchema schema)
    {
        var every = Of(type, null, []);
        var columns = new RecordColumns(type);
        foreach (var field in schema.Fields)
            columns._columns.Add(
                (
                    every._columns.FirstOrDefault(column => column.Property.Name == field.Name).Property
                        ?? throw Unknown(type, field.Name, every._columns.Select(column => column.Property), ", which the model was trained on"),
                    field.Kind
                )
            );
        return columns;
    }

    /// <summary>Reads the cells of some rows, a column for each property.</summary>
    /// <exception cref="InvalidInputException">A row that is null, or a number that is infinite.</exception>
    public IReadOnlyList<ColumnBuffer> Read<T>(IReadOnlyList<T> rows)
    {
        ColumnBuffer[] columns = [.. _columns.Select(column => new ColumnBuffer(column.Property.Name, column.Kind))];
        foreach (var (place, row) in rows.Index())
            foreach (var (column, (property, _)) in columns.Zip(_columns))
            {
                var value = property.GetValue(row ?? throw new InvalidInputException($"Row {place + 1} of {_type.Name}", "is null", "leave it out"));
                if (column.IsText)
                    column.Add(Text(value));
                else
                    column.Add(
                        Number(value) is var number && !double.IsInfinity(number)
                            ? number
                            : throw new InvalidInputException(
                                $"Row {place + 1} of {_type.Name}: {property.Name}",
                                $"is {value}, not a finite number",
                                "make it NaN or null if it is not known"
                            )
                    );
            }
        return columns;
    }

    /// <summary>Returns a copy of a row in which some properties have other values.</summary>
    /// <param name="row">The row, which stays as it is.</param>
    /// <param name="values">Values on the model's scale, by column of <paramref name="schema"/>.</param>
    /// <param name="schema">Schema fitted on the training rows.</param>
    /// <exception cref="InvalidInputException">A property that cannot be set.</exception>
    public T With<T>(T row, IEnumerable<(int Field, float Value)> values, TableSchema schema)
    {
        // A value type is copied by the box.
        var copy = _type.IsValueType ? (object)row! : Copy.Invoke(row, null)!;
        foreach (var (field, value) in values)
        {
            var property = _columns[field].Property;
            if (property.SetMethod is null)
                throw new InvalidInputException($"{_type.Name}.{property.Name}", "is missing and has no setter", "give it one (init is enough)");
            property.SetValue(copy, Cell(schema.Fields[field], value, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));
        }
        return (T)copy;
    }

    private static InvalidInputException Unknown(Type type, string name, IEnumerable<PropertyInfo> properties, string what = "") =>
        new(type.Name, $"has no public property '{name}'{what}", NearestName.Remedy(name, properties.Select(property => property.Name)));

    private static bool IsNumber(ColumnKind kind) => kind is ColumnKind.Numeric or ColumnKind.Integer or ColumnKind.Count;

    private static ColumnKind? OwnKind(Type type) =>
        Wholes.Contains(type) ? ColumnKind.Integer
        : Reals.Contains(type) ? ColumnKind.Numeric
        : Dates.Contains(type) ? ColumnKind.Date
        : type == typeof(bool) ? ColumnKind.Boolean
        : type == typeof(string) || type == typeof(char) || type.IsEnum ? ColumnKind.Category
        : null;

    private static string? Text(object? value) =>
        Convert.ToString(value, CultureInfo.InvariantCulture) is { } text && !string.IsNullOrWhiteSpace(text) && value is not (double.NaN or float.NaN)
            ? text
            : null;

    private static double Number(object? value) =>
        value switch
        {
            null => double.NaN,
            DateTime date => (date - DateTime.UnixEpoch).TotalSeconds,
            DateTimeOffset date => (date.UtcDateTime - DateTime.UnixEpoch).TotalSeconds,
            DateOnly date => (date.ToDateTime(TimeOnly.MinValue) - DateTime.UnixEpoch).TotalSeconds,
            _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        };

    private static object Cell(FittedColumn field, float value, Type type)
    {
        if (Dates.Contains(type) && field is FittedNumbers number)
        {
            var date = DateTime.SpecifyKind(DateTime.UnixEpoch.AddSeconds(number.Number(value)), DateTimeKind.Unspecified);
            return type == typeof(DateTime) ? date
                : type == typeof(DateOnly) ? DateOnly.FromDateTime(date)
                : new DateTimeOffset(date, TimeSpan.Zero);
        }
        var text = field is FittedNumbers plain ? plain.Plain(value) : field.Decode(value, new(1));
        return type.IsEnum ? Enum.Parse(type, text) : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
    }
}
