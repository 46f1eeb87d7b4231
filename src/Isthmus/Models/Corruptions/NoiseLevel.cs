using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>Level of the noise in a picture, estimated from the picture alone.</summary>
internal static class NoiseLevel
{
    // Patches of so many pixels a side; so many of them say enough.
    private const int Side = 7,
        MostPatches = 100_000;

    // Brightness classes, and the least number of pixels in one, for noise that grows with brightness.
    private const int Classes = 16,
        LeastOfClass = 64;

    // Median absolute deviation of N(0, 1).
    private const double NormalDeviation = 0.6744897501960817;

    /// <summary>Returns the levels, on the model's scale.</summary>
    /// <param name="picture">C x H x W, in [0, 1] and beyond.</param>
    /// <param name="kind">Kind of noise, as of <see cref="PictureNoiseCorruption"/>.</param>
    public static float[] Estimate(Tensor picture, string kind) =>
        kind switch
        {
            PictureNoiseCorruption.Gaussian => [(float)OfGaussian(picture)],
            PictureNoiseCorruption.Poisson => [(float)Math.Sqrt(Line(picture, throughOrigin: true).Slope)],
            PictureNoiseCorruption.PoissonGaussian => Line(picture, throughOrigin: false) is var (slope, constant)
                ? [(float)Math.Sqrt(slope), (float)Math.Sqrt(constant)]
                : [],
            PictureNoiseCorruption.SaltAndPepper => [(float)(100 / PictureNoiseCorruption.Unit * Extremes(picture))],
            // Of a picture alone nothing tells how it was coded: the middle of what files have, quality 70.
            _ => [(float)(30 / PictureNoiseCorruption.Unit)],
        };

    /// <summary>
    /// Returns the standard deviation of white noise: the variance that patches have in the directions in which pictures have none. Of the eigenvalues of their
    /// covariance the smallest are those of noise alone; they are the most whose mean is not above their median (Chen, Zhu and Heng 2015). Mean over channels.
    /// </summary>
    public static double OfGaussian(Tensor picture)
    {
        var (height, width) = (picture.shape[1], picture.shape[2]);
        var side = Math.Min(Side, Math.Min(height, width));
        if (side < 3)
            return 0;
        var variance = 0.0;
        for (var channel = 0L; channel < picture.shape[0]; channel++)
        {
            using var scope = NewDisposeScope();
            // Every so many rows of patches, where there are more than enough.
            var step = Math.Max(1, (int)Math.Ceiling((height - side + 1.0) * (width - side + 1) / MostPatches));
            var patches = picture[channel].to(float64).unfold(0, side, step).unfold(1, side, 1).reshape(-1, side * side);
            var centred = patches - patches.mean([0L], keepdim: true);
            double[] values = [.. linalg.eigvalsh(centred.t().matmul(centred).Over(centred.shape[0])).data<double>()];
            variance += Tail(values) / picture.shape[0];
        }
        return Math.Sqrt(Math.Max(0, variance));
    }

    private static double Tail(double[] ascending)
    {
        var sum = ascending.Sum();
        for (var count = ascending.Length; count > 1; sum -= ascending[--count])
        {
            var median = count % 2 == 1 ? ascending[count / 2] : (ascending[count / 2 - 1] + ascending[count / 2]) / 2;
            if (sum / count <= median)
                return sum / count;
        }
        return ascending[0];
    }

    /// <summary>
    /// Returns slope and constant of the noise's variance as a line over brightness. In classes of brightness the deviation of differences across 2 x 2 pixels
    /// is that of the noise where the picture is smooth: their median absolute deviation.
    /// </summary>
    private static (double Slope, double Constant) Line(Tensor picture, bool throughOrigin)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (picture.shape[1] / 2 * 2, picture.shape[2] / 2 * 2);
        if (height == 0 || width == 0)
            return (0, 0);
        Tensor Corner(long y, long x) => picture.slice(1, y, height, 2).slice(2, x, width, 2).flatten().to(float64).cpu();
        var (a, b, c, d) = (Corner(0, 0), Corner(0, 1), Corner(1, 0), Corner(1, 1));
        double[] difference = [.. ((a - b - c).Plus(d)).Times(0.5).contiguous().data<double>()],
            brightness = [.. (a.Plus(b).Plus(c).Plus(d)).Times(0.25).contiguous().data<double>()];
        var classes = new List<double>[Classes];
        for (var i = 0; i < Classes; i++)
            classes[i] = [];
        for (var i = 0; i < difference.Length; i++)
            // Clipped pixels have lost their noise.
            if (brightness[i] is > 0.01 and < 0.97)
                classes[(int)(brightness[i] * Classes)].Add(Math.Abs(difference[i]));
        var (weights, m, mm, v, mv) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < Classes; i++)
        {
            if (classes[i].Count < LeastOfClass)
                continue;
            classes[i].Sort();
            var deviation = classes[i][classes[i].Count / 2] / NormalDeviation;
            var (mean, variance) = ((i + 0.5) / Classes, deviation * deviation);
            // The error of a variance is in proportion to it.
            var weight = classes[i].Count / Math.Max(1e-8, variance * variance);
            weights += weight;
            m += weight * mean;
            mm += weight * mean * mean;
            v += weight * variance;
            mv += weight * mean * variance;
        }
        if (weights == 0)
            return (0, 0);
        if (throughOrigin)
            return (Math.Max(0, mv / mm), 0);
        var spread = weights * mm - m * m;
        var slope = spread <= 1e-12 * weights * weights ? 0 : Math.Max(0, (weights * mv - m * v) / spread);
        return slope is 0 || (v - slope * m) / weights >= 0 ? (slope, Math.Max(0, (v - slope * m) / weights)) : (Math.Max(0, mv / mm), 0);
    }

    /// <summary>Returns the share of pixels that are black or white and not so around them: their neighbours' median is elsewhere.</summary>
    private static double Extremes(Tensor picture)
    {
        using var scope = NewDisposeScope();
        if (picture.shape[1] < 3 || picture.shape[2] < 3)
            return 0;
        var (height, width) = (picture.shape[1] - 2, picture.shape[2] - 2);
        Tensor[] around = [.. from y in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 3) select picture.narrow(1, y, height).narrow(2, x, width)];
        var median = stack(around, 0).sort(0).Values[4];
        var centre = around[4];
        var isExtreme = centre.AtMost(0).logical_or(centre.AtLeast(1));
        var isLone = (centre - median).abs().Above(0.05);
        return isExtreme.logical_and(isLone).to(float64).mean().item<double>();
    }
}
