using Isthmus.Data.Cells;
using Isthmus.Information.Entropy;

namespace Isthmus.Measures;

/// <summary>
/// A column to be measured: numbers, or codes of texts and truth values, with missing values. Texts are symbols; numbers are counted as symbols if their values
/// recur often enough (<see cref="Variable.OfNumbersByRule"/>), unless set otherwise.
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

    /// <summary>Name of the column.</summary>
    public string Name { get; }

    /// <summary>Number of rows, including missing values.</summary>
    public int Rows => _values.Length;

    /// <summary>Number of missing values.</summary>
    public int Missing { get; }

    /// <summary>Number of distinct values.</summary>
    public int Distinct { get; }

    /// <summary>True if its values are numbers.</summary>
    public bool IsNumber => _isNumber;

    /// <summary>True if its values are counted as symbols.</summary>
    public bool IsCounted { get; }

    /// <summary>Texts of the codes; empty of numbers, and where they are not known.</summary>
    internal IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>True if the numbers are seconds since 1970.</summary>
    internal bool IsDate { get; init; }

    /// <summary>Creates a column of numbers; NaN for a missing value.</summary>
    public static MeasuredColumn OfNumbers(string name, double[] values)
    {
        double[] present = [.. values.Where(value => !double.IsNaN(value))];
        return new(name, values, true, present.Length == 0 || Variable.OfNumbersByRule(present).IsDiscrete);
    }

    /// <summary>Creates a column of codes of texts; -1 for a missing value.</summary>
    public static MeasuredColumn OfTexts(string name, int[] codes) => new(name, [.. codes.Select(code => code < 0 ? double.NaN : code)], false, true);

    /// <summary>Creates a column of codes of texts that are known; -1 for a missing value.</summary>
    internal static MeasuredColumn OfTexts(string name, int[] codes, IReadOnlyList<string> texts) =>
        new(name, [.. codes.Select(code => code < 0 ? double.NaN : code)], false, true) { Texts = texts };

    /// <summary>Creates a column of numbers, which may be dates: seconds since 1970. NaN for a missing value.</summary>
    internal static MeasuredColumn OfNumbers(string name, double[] values, bool isDate) =>
        OfNumbers(name, values) is var column && !isDate ? column : new(name, values, true, column.IsCounted) { IsDate = true };

    /// <summary>Reason why nothing can be learnt from the column, by the rule of training; null if there is none.</summary>
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

    /// <summary>Returns the column with its numbers counted as symbols or not.</summary>
    /// <exception cref="InvalidInputException">Texts cannot be anything but counted.</exception>
    public MeasuredColumn Counted(bool isCounted) =>
        isCounted || _isNumber
            ? new(Name, _values, _isNumber, isCounted) { Texts = Texts, IsDate = IsDate }
            : throw new InvalidInputException(
                $"Column '{Name}'",
                $"holds texts, which are symbols, and {OptionNames.Continuous} is for columns of numbers",
                "leave it out",
                OptionNames.Continuous
            );

    /// <summary>Returns true if the row has a value.</summary>
    public bool Has(int row) => !double.IsNaN(_values[row]);

    /// <summary>Returns the values of the given rows: numbers, or codes of texts.</summary>
    internal double[] Values(int[] rows) => Array.ConvertAll(rows, row => _values[row]);

    /// <summary>Returns the given rows, each of which must have a value, as a variable.</summary>
    public Variable Take(int[] rows)
    {
        var values = Values(rows);
        return !_isNumber ? Variable.OfSymbols(DiscreteColumn.Of<double>(values))
            : IsCounted ? Variable.OfCountedNumbers(values)
            : Variable.OfNumbers(values);
    }

    /// <summary>Returns the given rows as a column.</summary>
    public MeasuredColumn Rowed(int[] rows) => new(Name, [.. rows.Select(row => _values[row])], _isNumber, IsCounted) { Texts = Texts, IsDate = IsDate };
}
