using Isthmus.Data.Cells;
using Isthmus.Information.Entropy;

namespace Isthmus.Measures;

/// <summary>
/// A column as it is measured: numbers, or texts and truth values by their codes, with the cells that are missing. Texts
/// are symbols; numbers are counted as symbols where values come again as often as there are values
/// (<see cref="Variable.OfNumbersByRule"/>), unless told otherwise.
/// </summary>
public sealed class MeasuredColumn
{
    private readonly double[] _values;
    private readonly bool _isNumber;

    private MeasuredColumn(string name, double[] values, bool isNumber, bool isCounted)
    {
        (Name, _values, _isNumber, IsCounted) = (name, values, isNumber, isCounted);
        Missing = values.Count(double.IsNaN);
        Distinct = values.Where(value => !double.IsNaN(value)).Distinct().Count();
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Rows, missing cells among them.</summary>
    public int Rows => _values.Length;

    /// <summary>Cells that are missing.</summary>
    public int Missing { get; }

    /// <summary>Different values.</summary>
    public int Distinct { get; }

    /// <summary>Whether its values are numbers.</summary>
    public bool IsNumber => _isNumber;

    /// <summary>Whether its values are counted as symbols.</summary>
    public bool IsCounted { get; }

    /// <summary>A column of numbers; NaN where a cell is missing.</summary>
    public static MeasuredColumn OfNumbers(string name, double[] values)
    {
        double[] present = [.. values.Where(value => !double.IsNaN(value))];
        return new(name, values, true, present.Length == 0 || Variable.OfNumbersByRule(present).IsDiscrete);
    }

    /// <summary>A column of codes of texts; -1 where a cell is missing.</summary>
    public static MeasuredColumn OfTexts(string name, int[] codes) => new(name, [.. codes.Select(code => code < 0 ? double.NaN : code)], false, true);

    /// <summary>Why nothing can be learnt from the column, as training decides it; null where something may.</summary>
    public string? Useless =>
        Distinct == 0 ? "missing in every row"
        : Distinct == 1 ? "the same in every row"
        : _isNumber
            ? IsWhole && Identifiers.AreNumbers(Rows - Missing, Distinct, Range) ? "an identifier, the numbers of the rows"
                : null
        : Identifiers.AreTexts(Rows - Missing, Distinct) ? "an identifier, with another value in nearly every row"
        : null;

    private bool IsWhole => Array.TrueForAll(_values, value => double.IsNaN(value) || double.IsInteger(value));

    private double Range => _values.Where(value => !double.IsNaN(value)).Max() - _values.Where(value => !double.IsNaN(value)).Min();

    /// <summary>The same column, its numbers counted or not.</summary>
    /// <exception cref="InvalidInputException">Texts cannot be anything but counted.</exception>
    public MeasuredColumn Counted(bool isCounted) =>
        isCounted || _isNumber
            ? new(Name, _values, _isNumber, isCounted)
            : throw new InvalidInputException($"Column '{Name}' holds texts, which are symbols; --continuous is for columns of numbers.");

    /// <summary>Whether the row has a value.</summary>
    public bool Has(int row) => !double.IsNaN(_values[row]);

    /// <summary>The values of these rows: numbers, or codes of texts.</summary>
    internal double[] Values(int[] rows) => Array.ConvertAll(rows, row => _values[row]);

    /// <summary>The rows of these numbers, each of which must have a value, as a variable.</summary>
    public Variable Take(int[] rows)
    {
        var values = Values(rows);
        return !_isNumber ? Variable.OfSymbols(DiscreteColumn.Of<double>(values))
            : IsCounted ? Variable.OfCountedNumbers(values)
            : Variable.OfNumbers(values);
    }

    /// <summary>The rows of these numbers as a column of their own.</summary>
    public MeasuredColumn Rowed(int[] rows) => new(Name, [.. rows.Select(row => _values[row])], _isNumber, IsCounted);
}
