using Isthmus.Data.Cells;

namespace Isthmus.Data.Tables;

/// <summary>
/// Collects the training cells of one column as they are read, and fits it. Numbers are held up to a limit: beyond it every second one is left out, and again,
/// so that evenly spaced ones remain; number, least and greatest of all, and the counts of categories, are exact. For one thread.
/// </summary>
/// <param name="column">The column, whose buffer holds the part that was read last.</param>
/// <param name="most">Largest number of numbers to hold.</param>
/// <param name="expected">Number of training rows, if it is known: memory for so many is taken at once.</param>
internal sealed class ColumnFit(ColumnBuffer column, int most, long expected = 0)
{
    private readonly List<double> _numbers = new(column.IsText ? 0 : (int)Math.Min(most, expected));
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private int _observed,
        _stride = 1;
    private double _least = double.PositiveInfinity,
        _greatest = double.NegativeInfinity;

    /// <summary>Name of the column.</summary>
    public string Name => column.Name;

    /// <summary>Adds cells of the part in the column's buffer.</summary>
    /// <param name="rows">Training rows of the part.</param>
    public void Add(ReadOnlySpan<int> rows)
    {
        if (column.IsText)
        {
            AddTexts(rows);
            return;
        }
        var numbers = column.Numbers;
        foreach (var row in rows)
            if (numbers[row] is var number && !double.IsNaN(number))
                Add(number);
    }

    /// <summary>Fits the column; null if every cell is missing.</summary>
    public FittedColumn? Fit() =>
        _observed == 0 ? null
        : column.IsText ? FittedCategories.Fit(column, _counts) with { Type = column.Type }
        : FittedNumbers.Fit(column, [.. _numbers.Order()], _least, _greatest, _observed) with { Type = column.Type };

    /// <summary>Returns a model's column with what these cells have besides.</summary>
    public FittedColumn Grown(FittedColumn known) =>
        known switch
        {
            FittedCategories categories => categories.Grown(_counts),
            FittedNumbers numbers => _observed == 0 ? numbers : numbers.Grown([.. _numbers, _least, _greatest], _observed),
            _ => known,
        };

    private void Add(double number)
    {
        (_least, _greatest) = (Math.Min(_least, number), Math.Max(_greatest, number));
        if (_numbers.Count == most && _observed % _stride == 0)
        {
            for (var place = 0; 2 * place < most; place++)
                _numbers[place] = _numbers[2 * place];
            _numbers.RemoveRange((most + 1) / 2, most / 2);
            _stride *= 2;
        }
        if (_observed++ % _stride == 0)
            _numbers.Add(number);
    }

    private void AddTexts(ReadOnlySpan<int> rows)
    {
        var counts = new int[column.Texts.Count];
        var codes = column.Codes;
        foreach (var row in rows)
            if (codes[row] is >= 0 and var code)
                counts[code]++;
        for (var code = 0; code < counts.Length; code++)
            if (counts[code] > 0)
            {
                _observed += counts[code];
                _counts[column.Texts[code]] = _counts.GetValueOrDefault(column.Texts[code]) + counts[code];
            }
    }
}
