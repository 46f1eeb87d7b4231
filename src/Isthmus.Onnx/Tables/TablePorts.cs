using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Records;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx.Tables;

/// <summary>Rows of a table: a named input and output a column in the user's units, see <see cref="ColumnInputs"/> and <see cref="ColumnOutputs"/>.</summary>
internal sealed class TablePorts(TableSchema schema) : RecordPorts(schema)
{
    // Share of a number by which rounding to 32 bits moves it at most, twice.
    private const double Moved = 1.0 / (1 << 23);

    /// <summary>Entry <c>inputs</c>: of each column its name, kind, type, what stands for a missing value, and for times the unit.</summary>
    public override IEnumerable<KeyValuePair<string, string>> Metadata => [new("inputs", ColumnInputs.Described(schema))];

    /// <inheritdoc/>
    public override OnnxValue Inputs(OnnxGraph graph, Standardisation? standardisation) => ColumnInputs.Declare(graph, schema);

    /// <inheritdoc/>
    public override void Outputs(OnnxGraph graph, Standardisation? standardisation, OnnxValue mean) => ColumnOutputs.Declare(mean, schema);

    /// <inheritdoc/>
    public override string Units => "those of the columns, for times seconds since 1970";

    /// <summary>Returns the cells of rows in their columns' units: a tensor a column.</summary>
    /// <inheritdoc/>
    public override IEnumerable<(string Name, OrtValue Value)> Feed(Dataset data, int[] records)
    {
        var rows = new float[records.Length * schema.Dimension];
        data.CopyValues(records, rows);
        var columns = ColumnInputs.Of(schema);
        return columns.Select(
            (column, place) =>
            {
                // Of a series the columns of one row of it stand side by side.
                float[] own = [.. Enumerable.Range(0, rows.Length / columns.Count).Select(row => rows[row * columns.Count + place])];
                long[] shape = [records.Length, own.Length / records.Length];
                return (column.Name, column is FittedNumbers numbers ? Numbers(own, numbers, shape) : Texts(own, (FittedCategories)column, shape));
            }
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, OrtValue Value)> Feed(float[] values, int count) =>
        throw new InvalidInputException("A row of this model", "has a value for each column, and is no array", "give objects, JSON or data");

    /// <summary>Returns the cells as numbers on the model's scale, and categories as their indices.</summary>
    /// <inheritdoc/>
    public override float[] Read(IReadOnlyDictionary<string, OrtValue> outputs)
    {
        var columns = ColumnInputs.Of(schema);
        float[][] each = [.. columns.Select(column => Scaled(outputs[ColumnOutputs.NameOf(column)], column))];
        return [.. Enumerable.Range(0, each[0].Length).SelectMany(row => each.Select(own => own[row]))];
    }

    /// <summary>Returns the distance of a number from the nearest of the column's grid that the model's may be rounded to; 1 for another category.</summary>
    /// <inheritdoc/>
    public override double Difference(int place, float expected, float found, Standardisation? standardisation)
    {
        var column = ColumnInputs.Of(schema)[place % ColumnInputs.Of(schema).Count];
        if (column is not FittedNumbers numbers)
            return expected == found ? 0 : 1;
        var mean = numbers.Scaled(Math.Clamp(numbers.Unscaled(expected), numbers.Minimum, numbers.Maximum));
        var half = (numbers.Kind == ColumnKind.Count ? numbers.Step : numbers.ScaledStep) / 2;
        var (difference, unit) = (Math.Abs((double)mean - found), numbers.Kind == ColumnKind.Count ? numbers.Scale : 1);
        return double.IsNaN(difference) ? double.NaN : Math.Max(0, difference - half) / unit;
    }

    private static OrtValue Numbers(float[] scaled, FittedNumbers column, long[] shape)
    {
        // Rounding to the model's scale has moved a number off the column's grid; one that lies off it by more than that is on none.
        double InUnits(float value)
        {
            var number = column.Unscaled(value);
            var near = column.Step > 0 ? column.Minimum + Math.Round((number - column.Minimum) / column.Step) * column.Step : number;
            return Math.Abs(near - number) <= Moved * (Math.Abs(column.Unscaled(value) - column.Unscaled(0)) + column.Step) ? near : number;
        }
        double[] numbers = Array.ConvertAll(scaled, InUnits);
        return ColumnPrecision.Of(column).Element == OnnxElement.Double
            ? OrtValue.CreateTensorValueFromMemory(numbers, shape)
            : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(numbers, number => (float)number), shape);
    }

    private static OrtValue Texts(float[] indices, FittedCategories column, long[] shape)
    {
        // The index after the last stands for every category that is rare or new.
        const string New = "\u0001";
        var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
        foreach (var (at, index) in indices.Index())
            if (!float.IsNaN(index))
                texts.StringTensorSetElementAt((index < column.Levels.Count ? column.Levels[(int)index] : column.Rare.FirstOrDefault(New)).AsSpan(), at);
        return texts;
    }

    private static float[] Scaled(OrtValue cells, FittedColumn column)
    {
        if (column is FittedCategories categories)
        {
            var known = CategoryTexts.Of(categories);
            return [.. cells.GetStringTensorAsArray().Select(text => known.TryGetValue(text, out var place) ? (float)place : categories.Levels.Count)];
        }
        var numbers = (FittedNumbers)column;
        return ColumnPrecision.Of(column).Element == OnnxElement.Double
            ? [.. cells.GetTensorDataAsSpan<double>().ToArray().Select(numbers.Scaled)]
            : [.. cells.GetTensorDataAsSpan<float>().ToArray().Select(number => numbers.Scaled(number))];
    }
}
