namespace Isthmus.Information.Numerics;

/// <summary>
/// Gamma function and relatives for positive arguments, to a few units in the last place of the larger of the result and 1: the recurrence up to 12, then the
/// asymptotic series (Abramowitz and Stegun 1964: 6.1.41, 6.3.18, 6.4.12).
/// </summary>
/// <remarks>Not for decoders: they rest on <see cref="Math.Log(double)"/>, whose last bit differs between platforms.</remarks>
public static class SpecialFunctions
{
    // From here the first term left out of each series is below 1e-17 of the result.
    private const double Large = 12;

    /// <summary>Returns ln Gamma(x), x > 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is not above 0.</exception>
    public static double LogGamma(double x)
    {
        RequirePositive(x, "ln Gamma");
        if (double.IsPositiveInfinity(x))
            return x;
        var product = 1.0;
        for (; x < Large; x++)
            product *= x;
        var r = 1 / (x * x);
        var series = 1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360 - r / 156)))));
        return (x - 0.5) * Math.Log(x) - x + 0.91893853320467274178 + series / x - Math.Log(product);
    }

    /// <summary>Returns psi(x) = d ln Gamma(x) / dx, x > 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is not above 0.</exception>
    public static double Digamma(double x)
    {
        RequirePositive(x, "Digamma");
        var shift = 0.0;
        for (; x < Large; x++)
            shift += 1 / x;
        var r = 1 / (x * x);
        var series = r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132 - r * (691.0 / 32760 - r / 12))))));
        return Math.Log(x) - 0.5 / x - series - shift;
    }

    /// <summary>Returns psi'(x), x > 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is not above 0.</exception>
    public static double Trigamma(double x)
    {
        RequirePositive(x, "Trigamma");
        var shift = 0.0;
        for (; x < Large; x++)
            shift += 1 / (x * x);
        var r = 1 / (x * x);
        var series = 1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66 - r * (691.0 / 2730 - r * 7 / 6)))));
        return (1 + 0.5 / x + r * series) / x + shift;
    }

    /// <summary>Returns ln(1 + x) without losing a small x in 1 + x (Kahan; HP-15C Advanced Functions Handbook 1982).</summary>
    public static double LogOnePlus(double x)
    {
        var y = 1 + x;
        return y == 1 || double.IsPositiveInfinity(y) ? x : Math.Log(y) * (x / (y - 1));
    }

    /// <summary>Returns e^x - 1 without cancellation at a small x (Kahan).</summary>
    public static double ExpMinusOne(double x)
    {
        var y = Math.Exp(x);
        if (y == 1)
            return x;
        return y - 1 == -1 || double.IsPositiveInfinity(y) ? y - 1 : (y - 1) * (x / Math.Log(y));
    }

    private static void RequirePositive(double x, string function)
    {
        if (!(x > 0))
            throw new ArgumentOutOfRangeException(nameof(x), $"{function} is defined here for arguments above 0; it was given {x}.");
    }
}
