using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isthmus.MachineLearning;

/// <summary>
/// Data of Isthmus from a view of ML.NET, such as <c>mlContext.Data.LoadFromTextFile</c> gives, or a <c>DataFrame</c>. The cells are copied. For training,
/// and for many records at once: <c>model.Score(view.ToRows())</c>.
/// </summary>
public static class ViewRows
{
    private const string Name = $"view{Dataset.InMemory}";

    /// <summary>
    /// Rows of a table: a column is what its type says. Single and Double are numbers, NaN a missing value; whole numbers, truth values, texts (empty:
    /// missing) and keys of texts; dates, .NET's default of which, 0001-01-01, is a missing value. A vector is a column for each of its numbers,
    /// <c>Features.0</c>. Columns of other types are left out, which the data's <see cref="Dataset.Notes"/> say.
    /// </summary>
    /// <param name="view">The view.</param>
    /// <param name="options">Choice of columns and their kinds. Default: all, as their types say.</param>
    /// <exception cref="InvalidInputException">No row, no column, a column of another type that is asked for, or a number that is infinite.</exception>
    public static Dataset ToRows(this IDataView view, RowOptions? options = null) =>
        MixedTableReader.LoadAll(TableInput.Of(Table(view, Wanted(view.Schema, options))), (options ?? new()).Reading(1));

    /// <summary>Vectors of one column.</summary>
    /// <param name="view">The view.</param>
    /// <param name="columnName">A vector of Single or Double of known length, as <c>Concatenate</c> makes it. Names of its slots are the columns'
    /// names.</param>
    /// <param name="labelColumnName">A column of numbers, texts or keys of texts: each vector's label. Default null: none.</param>
    /// <exception cref="InvalidInputException">No such column, one of another type, no vector, or a number that is not finite.</exception>
    public static Dataset ToVectors(this IDataView view, string columnName = "Features", string? labelColumnName = null)
    {
        var column = ViewColumn.Demand(view.Schema, columnName);
        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector || !ViewColumn.IsReal(vector.ItemType))
            throw new InvalidInputException(
                $"The view: column '{column.Name}'",
                $"is of type {column.Type}, and vectors are of Single or Double and of known length",
                "make it by Transforms.Concatenate"
            );
        var label = labelColumnName is null ? null : Scalar(ViewColumn.Demand(view.Schema, labelColumnName, " of labels"));
        var (rows, labels) = (new List<float[]>(), new List<object>());
        using var cursor = view.GetRowCursor([column, .. label is null ? Array.Empty<DataViewSchema.Column>() : [label.Column]]);
        var cell = label is null ? null : Cell(cursor, label);
        var read = Numbers(cursor, column);
        while (cursor.MoveNext())
        {
            rows.Add(read());
            if (cell is not null)
                labels.Add(
                    cell()
                        ?? throw new InvalidInputException(
                            $"The view: row {rows.Count}",
                            $"has no label in column '{label!.Name}'",
                            "fill it or filter the row out"
                        )
                );
        }
        return VectorRecords.FromArrays(Name, [.. rows], ViewColumn.SlotNames(column), label is null ? [] : [LabelColumn.Of(label.Name, labels)]);
    }

    /// <summary>A view's rows as a table.</summary>
    private static MemoryTable Table(IDataView view, IReadOnlyList<ViewColumn> columns)
    {
        if (columns.Count == 0)
            throw new InvalidInputException("The view", "has no column to take", $"a column is {ViewColumn.Taken}");
        var cells = columns.Select(_ => new List<object?>()).ToArray();
        using var cursor = view.GetRowCursor(columns.Select(column => column.Column).DistinctBy(column => column.Index));
        var vectors = columns
            .Where(column => column.Slot is not null)
            .DistinctBy(column => column.Column.Index)
            .ToDictionary(column => column.Column.Index, column => Boxes(cursor, column.Column));
        var scalars = columns.Select(column => column.Slot is null ? Cell(cursor, column) : null).ToArray();
        while (cursor.MoveNext())
        {
            var numbers = vectors.ToDictionary(vector => vector.Key, vector => vector.Value());
            for (var place = 0; place < cells.Length; place++)
                cells[place].Add(scalars[place] is { } cell ? cell() : numbers[columns[place].Column.Index][columns[place].Slot!.Value]);
        }
        return new(Name, [.. columns.Zip(cells, (column, own) => MemoryColumn.Of(Name, column.Name, own, column.Kind))], cells[0].Count)
        {
            Notes =
            [
                .. ViewColumn
                    .Visible(view.Schema)
                    .Where(column => ViewColumn.Of(column).Count == 0)
                    .Select(column => (Wording)$"left out: {column.Name} is of type {column.Type}, which is not {ViewColumn.Taken}"),
            ],
        };
    }

    private static IReadOnlyList<ViewColumn> Wanted(DataViewSchema schema, RowOptions? options)
    {
        ViewColumn[] all = [.. ViewColumn.Visible(schema).SelectMany(ViewColumn.Of)];
        foreach (var name in (options?.Columns ?? []).Concat(options?.Kinds.Keys ?? []).Concat(new[] { options?.Label, options?.Time }.OfType<string>()))
            if (schema.GetColumnOrNull(name) is { } column && ViewColumn.Of(column) is not [{ Slot: null }])
                throw new InvalidInputException(
                    $"The view: column '{name}'",
                    ViewColumn.Of(column) is [var first, ..]
                        ? $"is a vector, whose numbers are columns of their own: '{first.Name}', ..."
                        : $"is of type {column.Type}, which is not {ViewColumn.Taken}",
                    "name another, or convert it by Transforms.Conversion"
                );
        return all;
    }

    private static ViewColumn Scalar(DataViewSchema.Column column) =>
        ViewColumn.Of(column) is [{ Slot: null } scalar]
            ? scalar
            : throw new InvalidInputException($"The view: column '{column.Name}'", $"is of type {column.Type}", "give a number, a text or a key of texts");

    private static Func<T[]> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> numbers = default;
        return () =>
        {
            getter(ref numbers);
            return [.. numbers.DenseValues()];
        };
    }

    private static Func<float[]> Numbers(DataViewRow row, DataViewSchema.Column column)
    {
        if (!IsDouble(column))
            return Vector<float>(row, column);
        var doubles = Vector<double>(row, column);
        return () => Array.ConvertAll(doubles(), number => (float)number);
    }

    // A 32-bit number stays one, as 3.3 is 3.3 and not 3.2999999523162842.
    private static Func<object[]> Boxes(DataViewRow row, DataViewSchema.Column column)
    {
        if (IsDouble(column))
        {
            var doubles = Vector<double>(row, column);
            return () => Array.ConvertAll(doubles(), number => (object)number);
        }
        var singles = Vector<float>(row, column);
        return () => Array.ConvertAll(singles(), number => (object)number);
    }

    private static bool IsDouble(DataViewSchema.Column column) => ((VectorDataViewType)column.Type).ItemType == NumberDataViewType.Double;

    private static Func<object?> Cell(DataViewRow row, ViewColumn column)
    {
        Func<object?> Of<T>(Func<T, object?> cell)
        {
            var getter = row.GetGetter<T>(column.Column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return cell(value);
            };
        }
        if (column.Type is KeyDataViewType)
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            column.Column.GetKeyValues(ref texts);
            string[] known = [.. texts.DenseValues().Select(text => text.ToString())];
            // Keys count from 1; 0 is a missing one.
            object? Text(ulong key) => key == 0 || key > (ulong)known.Length ? null : known[key - 1];
            return column.Type.RawType == typeof(byte) ? Of<byte>(key => Text(key))
                : column.Type.RawType == typeof(ushort) ? Of<ushort>(key => Text(key))
                : column.Type.RawType == typeof(uint) ? Of<uint>(key => Text(key))
                : Of<ulong>(Text);
        }
        return Type.GetTypeCode(column.Type.RawType) switch
        {
            TypeCode.Single => Of<float>(number => number),
            TypeCode.Double => Of<double>(number => number),
            TypeCode.SByte => Of<sbyte>(number => number),
            TypeCode.Byte => Of<byte>(number => number),
            TypeCode.Int16 => Of<short>(number => number),
            TypeCode.UInt16 => Of<ushort>(number => number),
            TypeCode.Int32 => Of<int>(number => number),
            TypeCode.UInt32 => Of<uint>(number => number),
            TypeCode.Int64 => Of<long>(number => number),
            TypeCode.UInt64 => Of<ulong>(number => number),
            TypeCode.Boolean => Of<bool>(truth => truth),
            TypeCode.DateTime => Of<DateTime>(date => date == default ? null : date),
            _ => Of<ReadOnlyMemory<char>>(text => text.IsEmpty ? null : text.ToString()),
        };
    }
}
