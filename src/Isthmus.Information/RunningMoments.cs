namespace Isthmus.Information;

/// <summary>
/// Mean and variance of a stream in one pass, without the cancellation of sums of squares
/// (Welford 1962; merging by Chan, Golub and LeVeque 1979).
/// </summary>
public sealed class RunningMoments
{
    private double _squares;

    /// <summary>Number of values seen, N.</summary>
    public long Count { get; private set; }

    /// <summary>Mean of the values; NaN before the first.</summary>
    public double Mean { get; private set; } = double.NaN;

    /// <summary>Unbiased variance, over N - 1; NaN below two values.</summary>
    public double Variance => Count > 1 ? _squares / (Count - 1) : double.NaN;

    /// <summary>The mean with its standard error, sqrt(variance / N).</summary>
    public Estimate Estimate => new(Mean, Math.Sqrt(Variance / Count));

    /// <summary>Adds a value.</summary>
    public void Add(double value)
    {
        Count++;
        if (Count == 1)
            Mean = value;
        var deviation = value - Mean;
        Mean += deviation / Count;
        _squares += deviation * (value - Mean);
    }

    /// <summary>Adds several values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            Add(value);
    }
}
