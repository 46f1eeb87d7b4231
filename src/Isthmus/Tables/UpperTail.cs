namespace Isthmus.Tables;

/// <summary>
/// Rarity in bits of a value among usual ones: -log2 of the fraction of usual values that are at least as great. Between usual values it is interpolated, and
/// above the greatest a generalised Pareto tail goes on (Pickands 1975), fitted to the greatest tenth by probability-weighted moments (Hosking and Wallis
/// 1987). Its shape is kept between 1/4 and 3/4: never so light that a tail seen in few values makes the next one impossible.
/// </summary>
internal sealed class UpperTail
{
    private const double LightestShape = 0.25,
        HeaviestShape = 0.75,
        Share = 0.1;
    private const int Least = 10;
    private readonly double[] _values,
        _bits;
    private readonly double _shape,
        _scale,
        _spread;

    /// <summary>Fits a tail.</summary>
    /// <param name="usual">Usual values; NaN does not count.</param>
    public UpperTail(IEnumerable<double> usual)
    {
        double[] sorted = [.. usual.Where(value => !double.IsNaN(value)).Order()];
        var (values, bits) = (new List<double>(), new List<double>());
        for (var i = 0; i < sorted.Length; i++)
            if (i == 0 || sorted[i] > sorted[i - 1])
            {
                values.Add(sorted[i]);
                bits.Add(Math.Log2((sorted.Length + 1.0) / (sorted.Length - i + 1)));
            }
        (_values, _bits) = ([.. values], [.. bits]);
        _spread = sorted.Length > 0 ? Spread(sorted) : 1;
        (_shape, _scale) = Fit(sorted, _spread);
    }

    /// <summary>Distinct usual values, ascending, and the bits at each.</summary>
    public (IReadOnlyList<double> Values, IReadOnlyList<double> Bits) Usual => (_values, _bits);

    /// <summary>Shape of the tail above the greatest usual value, its scale there, and the spread of the usual values.</summary>
    public (double Shape, double Scale, double Spread) Form => (_shape, _scale, _spread);

    /// <summary>Returns the bits of a value, more for a greater one and never negative; 0 if no usual values are known.</summary>
    public double Bits(double value)
    {
        if (_values.Length == 0 || double.IsNaN(value))
            return 0;
        if (value >= _values[^1])
            return _bits[^1] + Math.Log2(1 + _shape * (value - _values[^1]) / _scale) / _shape;
        if (value < _values[0])
            return _bits[0] * Math.Exp((value - _values[0]) / _spread);
        var at = Array.BinarySearch(_values, value) is >= 0 and var found ? found : ~Array.BinarySearch(_values, value) - 1;
        var share = (value - _values[at]) / (_values[at + 1] - _values[at]);
        return _bits[at] + share * (_bits[at + 1] - _bits[at]);
    }

    /// <summary>Fits the shape of the tail, and its scale at the greatest value.</summary>
    private static (double Shape, double Scale) Fit(double[] sorted, double spread)
    {
        var count = Math.Min(sorted.Length - 1, Math.Max(Least, (int)(Share * sorted.Length)));
        if (count < 2)
            return (LightestShape, spread);
        var above = sorted[^(count + 1)];
        var (mean, weighted) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var excess = sorted[sorted.Length - count + i] - above;
            mean += excess / count;
            // The fraction of the tail that is greater.
            weighted += excess / count * (count - 1 - i) / (count - 1);
        }
        if (mean <= 1e-9 * spread)
            return (LightestShape, spread);
        var shape = Math.Clamp(2 - mean / Math.Max(mean - 2 * weighted, double.Epsilon), LightestShape, HeaviestShape);
        // The mean excess of such a tail is scale / (1 - shape), and grows by shape with every unit.
        return (shape, (1 - shape) * mean + shape * (sorted[^1] - above));
    }

    private static double Spread(double[] sorted) => (sorted[^1] - sorted[0]) / 4 is > 0 and var spread ? spread : Math.Max(Math.Abs(sorted[^1]) / 10, 1e-6);
}
