using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Tables;

/// <summary>
/// Type in which a column's cells enter a graph. Categories are texts. Numbers are 32-bit floats where the training cells are decimals that these tell apart:
/// 3.3 comes in as 3.2999999523, and is taken for the 3.3 that it stands for, as otherwise a training row that comes back would not be found among the kept
/// ones. Other numbers, and times, are 64-bit floats.
/// </summary>
/// <param name="Element">Type of the input.</param>
/// <param name="Unit">10 to the number of training cells' decimals: to these a 32-bit cell is brought if it is the same 32-bit number; 0 for none.</param>
/// <param name="Hair">
/// Distance from a cell z on the model's scale at which another is the same, <c>Hair.Least + Hair.Share |z|</c>: a caller may have held 64-bit cells in 32
/// bits. 0 and 0 where cells are exact.
/// </param>
internal readonly record struct ColumnPrecision(OnnxElement Element, double Unit, (double Least, double Share) Hair)
{
    // Rounding to a 32-bit float moves a number by at most this share of it. By more than two millionths of the column's deviation it would be another number.
    private const double Rounding = 1.0 / (1 << 24),
        MostMoved = 2e-6;

    // A 64-bit float holds this power of ten, and the next four, exactly, and a quotient by it is the nearest one.
    private const int MostDecimals = 18;

    /// <summary>A cell on the model's scale.</summary>
    public static ColumnPrecision Scaled { get; } = new(OnnxElement.Float, 0, (0, 0));

    /// <summary>Returns the precision of a column in its own unit.</summary>
    public static ColumnPrecision Of(FittedColumn column)
    {
        if (column is not FittedNumbers numbers)
            return new(OnnxElement.Text, 0, (0, 0));
        if (column.Kind == ColumnKind.Date)
            return new(OnnxElement.Double, 0, (0, 0));
        var (decimals, most) = (Decimals(numbers.Step), Math.Max(Math.Abs(numbers.Minimum), Math.Abs(numbers.Maximum)));
        if (decimals <= MostDecimals && Math.Pow(10, decimals) is var unit && most * unit < 1 / (2 * Rounding))
            return new(OnnxElement.Float, unit, (0, 0));
        var (center, scale) = numbers.Kind == ColumnKind.Count ? (0, 1) : (numbers.Center, numbers.Scale);
        // Rounded are what comes in and, on the model's scale, both that are compared.
        var moved = Rounding * Math.Abs(center) / scale;
        return new(OnnxElement.Double, 0, moved > MostMoved ? (0, 0) : (moved, 4 * Rounding));
    }

    private static int Decimals(double step)
    {
        for (var decimals = 0; step > 0 && decimals <= MostDecimals; decimals++)
            if (step * Math.Pow(10, decimals) is >= 0.5 and var units && Math.Abs(units - Math.Round(units)) < 1e-6)
                return decimals;
        return int.MaxValue;
    }
}
