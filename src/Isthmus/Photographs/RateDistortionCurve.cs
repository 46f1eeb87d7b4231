namespace Isthmus.Photographs;

/// <summary>Bits a pixel and PSNR of a codec at several qualities. Immutable, and safe to use from several threads.</summary>
/// <param name="Name">The codec.</param>
/// <param name="Points">Bits a pixel and PSNR in dB, a point a quality.</param>
public sealed record RateDistortionCurve(string Name, IReadOnlyList<(double Bits, double Decibels)> Points)
{
    // Where curves are compared, bits a pixel.
    private const double Least = 0.2,
        Most = 1.2;

    /// <summary>Returns the means of curves of one codec at the same qualities: one for each picture, of as many points.</summary>
    /// <param name="curves">The curves; at least one.</param>
    public static RateDistortionCurve Mean(IReadOnlyList<RateDistortionCurve> curves) =>
        new(
            curves[0].Name,
            [
                .. Enumerable
                    .Range(0, curves[0].Points.Count)
                    .Select(i => (curves.Average(curve => curve.Points[i].Bits), curves.Average(curve => curve.Points[i].Decibels))),
            ]
        );

    /// <summary>
    /// Returns the mean difference of ln(bits) from another curve at the same PSNR, as a share of the other's bits; straight lines between points, over the
    /// PSNR that both have from 0.2 to 1.2 bits a pixel. Null where the curves share no PSNR there. Source: Bjøntegaard 2001, with lines for his polynomials.
    /// </summary>
    /// <param name="other">The other curve.</param>
    public double? BdRate(RateDistortionCurve other)
    {
        // A higher quality may take fewer bits, as WebP's does of flat pictures.
        var (own, others) = (new Lines(Points), new Lines(other.Points));
        var ((from, to), (otherFrom, otherTo)) = (own.Range, others.Range);
        var (low, high) = (Math.Max(from, otherFrom), Math.Min(to, otherTo));
        if (high <= low)
            return null;
        const int Steps = 1000;
        var mean = Enumerable
            .Range(0, Steps)
            .Select(i => low + (i + 0.5) * (high - low) / Steps)
            .Average(decibels => own.LogBits(decibels) - others.LogBits(decibels));
        return Math.Exp(mean) - 1;
    }

    /// <summary>Straight lines between points in the order of their bits, bits on a logarithmic axis.</summary>
    private sealed class Lines(IEnumerable<(double Bits, double Decibels)> points)
    {
        private readonly (double LogBits, double Decibels)[] _points = [.. points.Order().Select(point => (Math.Log(point.Bits), point.Decibels))];

        /// <summary>PSNR at the least and the most bits that are compared.</summary>
        public (double From, double To) Range =>
            (Decibels(Math.Max(Math.Log(Least), _points[0].LogBits)), Decibels(Math.Min(Math.Log(Most), _points[^1].LogBits)));

        public double LogBits(double decibels) => On(point => point.Decibels, point => point.LogBits, decibels);

        private double Decibels(double logBits) => On(point => point.LogBits, point => point.Decibels, logBits);

        private double On(Func<(double LogBits, double Decibels), double> x, Func<(double LogBits, double Decibels), double> y, double at)
        {
            var i = Math.Clamp(Array.FindIndex(_points, point => x(point) >= at), 1, _points.Length - 1);
            var (a, b) = (_points[i - 1], _points[i]);
            return y(a) + (at - x(a)) / (x(b) - x(a)) * (y(b) - y(a));
        }
    }
}
