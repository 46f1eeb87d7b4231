using Isthmus.Data.Cells;
using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>
/// Rarity of single cells: a number outside the training values' range, a category that is rare or new, a missing value where few are
/// missing. In bits, -log2 of the share of usual rows that have anything as odd:
/// <list type="bullet">
/// <item>of a number outside, (n + 1) / 2d for d columns of numbers with two ends each, and above that what an <see cref="UpperTail"/> of the
/// training values says of the distance;</item>
/// <item>of a category or a missing value, (n + 1) / (1 + the training rows that have one as rare to the others, in any column).</item>
/// </list>
/// </summary>
internal sealed class RareCells
{
    private readonly TableSchema _table;
    private readonly Ends?[] _ends;
    private readonly double[] _missing;
    private readonly double[]?[] _levels;
    private readonly double[] _rising,
        _sums;
    private readonly int _rows,
        _numbers;

    /// <summary>Learns what is usual in the kept rows.</summary>
    /// <param name="table">Schema of a row.</param>
    /// <param name="kept">Kept training rows, M x D numbers on the model's scale.</param>
    public RareCells(TableSchema table, float[] kept)
    {
        _table = table;
        var width = table.Dimension;
        _rows = kept.Length / width;
        _numbers = table.Fields.Count(field => field is FittedNumbers);
        (_ends, _missing, _levels) = (new Ends?[width], new double[width], new double[width][]);
        for (var column = 0; column < width; column++)
        {
            float[] known = [.. Enumerable.Range(0, _rows).Select(row => kept[row * width + column]).Where(cell => !float.IsNaN(cell)).Order()];
            _missing[column] = (_rows - known.Length) / (double)_rows;
            if (table.Fields[column] is FittedCategories level)
                _levels[column] = [.. level.Shares, Math.Max(0, 1 - level.Shares.Sum())];
            else
                _ends[column] = new((FittedNumbers)table.Fields[column], known);
        }
        _rising = [.. _missing.Concat(_levels.OfType<double[]>().SelectMany(shares => shares)).Where(share => share > 0).Order()];
        _sums = [0, .. _rising.Select((_, last) => _rising.Take(last + 1).Sum())];
    }

    /// <summary>Computes bits of each cell; 0 for one that is not odd.</summary>
    /// <param name="row">D numbers on the model's scale.</param>
    /// <param name="isKept">True if the row is one of those learnt from, which does not count for itself.</param>
    /// <param name="bits">Receives D numbers.</param>
    /// <returns>The largest number of bits.</returns>
    public double Bits(ReadOnlySpan<float> row, bool isKept, Span<double> bits)
    {
        var most = 0.0;
        for (var column = 0; column < row.Length; column++)
        {
            bits[column] =
                float.IsNaN(row[column]) ? OfMissing(column, isKept)
                : _levels[column] is not null ? OfCategory(column, (int)row[column], isKept)
                : OfNumber(_ends[column]!, row[column], isKept);
            most = Math.Max(most, bits[column]);
        }
        return most;
    }

    /// <summary>
    /// Returns -log2 p of a row of categories as if columns were independent, with p their fractions; a category of no training row counts as half a row.
    /// </summary>
    /// <param name="row">D numbers on the model's scale.</param>
    /// <param name="bits">Receives D numbers.</param>
    public double Profile(ReadOnlySpan<float> row, Span<double> bits)
    {
        var sum = 0.0;
        bits.Clear();
        for (var column = 0; column < row.Length; column++)
            if (_levels[column] is not null && !float.IsNaN(row[column]))
                sum += bits[column] = ProfileOf(column, (int)row[column]);
        return sum;
    }

    /// <summary>Returns the bits of one category in <see cref="Profile"/>.</summary>
    public double ProfileOf(int column, int category) => -Math.Log2(Math.Max(Share(column, category), 0.5 / _rows));

    /// <summary>Returns the bits of a missing value.</summary>
    public double OfMissing(int column, bool isKept) => Rarity(_missing[column], _rows, isKept);

    /// <summary>Returns the bits of a category, by its index.</summary>
    public double OfCategory(int column, int category, bool isKept) =>
        Rarity(Share(column, category), _table.Fields[column] is FittedCategories { Observed: var rows } ? rows : _rows, isKept);

    /// <summary>Ends of a column of numbers.</summary>
    public Ends EndsOf(int column) => _ends[column]!;

    /// <summary>Returns the bits of a number of a kind that no training row has (<see cref="Ends.IsNew"/>).</summary>
    public double OfNewNumber(int column) => Rarity(0, _ends[column]!.Rows, isKept: false);

    /// <summary>Returns the bits of a number just beyond an end of its column's range; negative where that says nothing.</summary>
    public double OfEnd(int column) => OfEnd(_ends[column]!);

    private double OfEnd(Ends ends) => Math.Log2((ends.Rows + 1) / (2.0 * _numbers));

    private double Share(int column, int category) => _levels[column]![Math.Clamp(category, 0, _levels[column]!.Length - 1)];

    private double OfNumber(Ends ends, float value, bool isKept)
    {
        if (ends.IsNew(value))
            return Rarity(0, ends.Rows, isKept);
        return ends.Beyond(value, isKept) is >= 0 and var beyond ? Math.Max(0, OfEnd(ends) + beyond) : 0;
    }

    /// <summary>
    /// Returns bits of a value that this fraction of n training rows has. New rows have a value at most as frequent about as often as training rows have a
    /// value at most one row more frequent, as each of these is new to the others (Good 1953, Turing's estimate).
    /// </summary>
    private double Rarity(double share, int rows, bool isKept)
    {
        var most = share + (isKept ? 0 : 1.0 / rows) + 1e-9;
        var at = Array.BinarySearch(_rising, most);
        return Math.Max(0, Math.Log2((rows + 1) / (rows * _sums[at < 0 ? ~at : at] + 1)));
    }

    /// <summary>The two ends of a column of numbers.</summary>
    public sealed class Ends
    {
        private readonly float _low,
            _high,
            _nextLow,
            _nextHigh,
            _zero;
        private readonly UpperTail _above,
            _below;

        /// <summary>Finds the ends.</summary>
        /// <param name="field">The column.</param>
        /// <param name="rising">Its known kept cells, ascending.</param>
        public Ends(FittedNumbers field, float[] rising)
        {
            (_low, _high) = (field.Scaled(field.Minimum), field.Scaled(field.Maximum));
            (_nextLow, _nextHigh) = rising.Length > 1 ? (rising[1], rising[^2]) : (_low, _high);
            _above = new(rising.Select(cell => (double)cell).Append(_high));
            _below = new(rising.Select(cell => -(double)cell).Append(-_low));
            Rows = field.Observed;
            _zero = field.Kind == ColumnKind.Date ? float.NegativeInfinity : field.Scaled(0);
        }

        /// <summary>
        /// Returns true for a value of a kind that no training row has, however near: one that differs from a constant, or is below zero where none is.
        /// </summary>
        public bool IsNew(float value) => _low == _high ? Math.Abs(value - _low) > Hair(value) : value < _zero - Hair(value) && _low >= _zero - Hair(value);

        /// <summary>Number of training rows with a value.</summary>
        public int Rows { get; }

        /// <summary>Least and greatest training value, and zero, on the model's scale.</summary>
        public (float Low, float High, float Zero) Values => (_low, _high, _zero);

        /// <summary>Shape and scale of the tail beyond the greatest value, and beyond the least.</summary>
        public ((double Shape, double Scale) Above, (double Shape, double Scale) Below) Tails =>
            ((_above.Form.Shape, _above.Form.Scale), (_below.Form.Shape, _below.Form.Scale));

        /// <summary>Returns bits of the distance beyond an end, -1 for a value between them. A kept row that is the end lies beyond the next one.</summary>
        public double Beyond(float value, bool isKept)
        {
            var hair = Hair(value);
            var (low, high) = isKept ? (Math.Abs(value - _low) <= hair ? _nextLow : _low, Math.Abs(value - _high) <= hair ? _nextHigh : _high) : (_low, _high);
            return value > high + hair ? _above.Bits(value) - _above.Bits(high)
                : value < low - hair ? _below.Bits(-value) - _below.Bits(-low)
                : -1;
        }

        // A hair beyond is the same number in single precision.
        private static float Hair(float value) => 1e-5f * Math.Max(1, Math.Abs(value));
    }
}
