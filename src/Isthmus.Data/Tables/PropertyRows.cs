using System.Globalization;
using System.Reflection;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>
/// Rows whose columns are the public properties of their type: numbers, truth values, enumerations and other texts, dates. Null, NaN and an empty text are
/// missing values.
/// </summary>
internal sealed class PropertyRows<T> : RowShape<T>
{
    private static readonly MethodInfo Copy = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly PropertyInfo[] Readable =
    [
        .. typeof(T)
            .GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0),
    ];
    private static readonly PropertyInfo[] Columns = [.. Readable.Where(property => MemoryColumn.KindOf(property.PropertyType) is not null)];

    /// <inheritdoc/>
    public override string Name => $"rows{(typeof(T).Name[0] == '<' ? "" : $" of {typeof(T).Name}")}{Dataset.InMemory}";

    /// <inheritdoc/>
    public override MemoryTable Read(IReadOnlyList<T> rows)
    {
        if (Columns.Length == 0)
            throw new InvalidInputException(
                null,
                $"{typeof(T).Name} has no public property that is a number, a text, a truth value or a date",
                "such properties are the columns"
            );
        foreach (var (place, row) in rows.Index())
            if (row is null)
                throw new InvalidInputException($"{Name}: row {place + 1}", "is null", "leave it out");
        return new(
            Name,
            [
                .. Columns.Select(property =>
                    MemoryColumn.Of(Name, property.Name, [.. rows.Select(row => property.GetValue(row))], MemoryColumn.KindOf(property.PropertyType))
                ),
            ],
            rows.Count
        )
        {
            Notes =
            [
                .. Readable
                    .Except(Columns)
                    .Select(property => $"left out: {property.Name} is of type {property.PropertyType.Name}, which is no number, text, truth value or date"),
            ],
        };
    }

    /// <inheritdoc/>
    public override T With(T row, IReadOnlyList<(string Column, object Value)> values)
    {
        // A value type is copied by the box.
        var copy = typeof(T).IsValueType ? (object)row! : Copy.Invoke(row, null)!;
        foreach (var (column, value) in values)
            Set(
                copy,
                Property(column) ?? throw new InvalidInputException(null, $"{typeof(T).Name} has no public property '{column}'", "the model was trained on it"),
                value
            );
        return (T)copy;
    }

    /// <summary>By the constructor without parameters, or else by the one with the most, whose parameters are called as the columns are.</summary>
    public override T New(IReadOnlyList<(string Column, object Value)> values)
    {
        var constructor =
            typeof(T).GetConstructors() is var all && all.FirstOrDefault(one => one.GetParameters().Length == 0) is { } plain
                ? plain
                : all.MaxBy(one => one.GetParameters().Length);
        if (constructor is null && !typeof(T).IsValueType)
            throw new InvalidInputException(null, $"{typeof(T).Name} has no public constructor, so no row can be made", "give it one");
        object? Argument(ParameterInfo parameter) =>
            values.FirstOrDefault(cell => cell.Column.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase)) is { Value: { } value }
                ? Converted(value, parameter.ParameterType)
            : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
            : null;
        var row = constructor is null ? default(T)! : constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
        foreach (var (column, value) in values)
            if (Property(column) is { SetMethod: not null } property)
                Set(row!, property, value);
        return (T)row!;
    }

    private static PropertyInfo? Property(string column) =>
        Columns.FirstOrDefault(property => property.Name == column)
        ?? Columns.FirstOrDefault(property => property.Name.Equals(column, StringComparison.OrdinalIgnoreCase));

    private static void Set(object row, PropertyInfo property, object value)
    {
        if (property.SetMethod is null)
            throw new InvalidInputException(
                null,
                $"{typeof(T).Name}.{property.Name} has no setter, so its missing value cannot be filled",
                "give it one (init is enough)"
            );
        property.SetValue(row, Converted(value, property.PropertyType));
    }

    private static object Converted(object value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value is DateTime date)
            return type == typeof(DateOnly) ? DateOnly.FromDateTime(date)
                : type == typeof(TimeOnly) ? TimeOnly.FromDateTime(date)
                : type == typeof(DateTimeOffset) ? new DateTimeOffset(date, TimeSpan.Zero)
                : type == typeof(string) ? date.ToString("s", CultureInfo.InvariantCulture)
                : date;
        return type.IsEnum ? Enum.Parse(type, (string)value, ignoreCase: true)
            : type == typeof(Guid) ? Guid.Parse((string)value)
            : type == typeof(Half) ? (Half)Convert.ToDouble(value, CultureInfo.InvariantCulture)
            : Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
    }
}
