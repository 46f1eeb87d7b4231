using System.Runtime.CompilerServices;
using Isthmus.Compute;
using Isthmus.Information;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;
using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>
/// I(X;Y) from a variational lower bound with a learned critic, nats: fitted on one part of the rows, stopped by another, reported on a third, held-out part;
/// with cross-fitting every row is reported on once.
/// </summary>
/// <remarks>
/// <para>With the Gaussian base, f = f_G + g: f_G the log-ratio of the Gaussian copula, g the critic. As
/// E[f_G] = I_G = -1/2 ln(|S| / |S_x| |S_y|) whatever the law of the data, the bound's value is
/// I = I_G + mean(terms of f_G + g on held-out rows - f_G of the pairs there),
/// where I_G is the unbiased estimate from all rows (<see cref="GaussianCopulaMutualInformation"/>) and replaces its noisy
/// held-out twin. Linear dependence is then exact and never saturates, and what a critic must learn is the rest. Where the base
/// alone is near the ceiling ln M of the M pairs compared, its own bound on those rows stands in for f_G.</para>
/// <para>Margins are prepared on all rows (ranks, medians); which x goes with which y is known to a fit from its own rows only.</para>
/// <para>Biased low by what the critic fails to learn, by about ln M at most in InfoNCE's case; the warnings say where that shows.
/// Standard error: sqrt(var t / N + var g (1/M - 1/N) + gap^2 / 3), t the whole terms, g what the critic adds to f_G in them, M
/// the rows reported on, and gap what the critic scores better on the rows that it was trained on than on those. What could be
/// learned lies between the two, so the figure may be low by anything from 0 to the gap, in root mean square gap / sqrt 3.</para>
/// </remarks>
public static class NeuralMutualInformation
{
    // 5 parts give 70 % training, 10 % validation, 20 % report.
    private const double ValidationShare = 0.1;

    // Two nats below its ceiling a bound on the base is still within some hundredths of the base's own value.
    private const double BaseHeadroom = 2;

    /// <summary>Estimates the mutual information, nats; may be slightly below 0.</summary>
    /// <param name="x">N rows.</param>
    /// <param name="y">N rows.</param>
    /// <param name="options">One setting fits all data by default.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="InvalidInputException">Fewer than 100 rows, options out of range, or no such device here.</exception>
    /// <exception cref="ArgumentException">Unequal numbers of rows, or columns that depend linearly on others.</exception>
    public static NeuralEstimate Estimate(
        Points x,
        Points y,
        NeuralOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        options.Check(Points.Join(x, y).Count);
        if (Varying(x) is not { } movingX || Varying(y) is not { } movingY)
            return new(options.Name, new(0, 0), [], []);
        var device = ComputeDevice.Select(options.Device);
        using var threads = Threads(options.Threads);
        return Fitted(movingX, movingY, options, device, progress, cancellationToken);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TensorThreads? Threads(int count) => TensorThreads.Use(count);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static NeuralEstimate Fitted(
        Points x,
        Points y,
        NeuralOptions options,
        Device device,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        using var scope = NewDisposeScope();
        var (scoresX, scoresY) = options.Margins == Margins.RankGaussian ? (RankGaussian.Transform(x), RankGaussian.Transform(y)) : (x, y);
        var linear = options.GaussianBase ? GaussianMutualInformation.Estimate(scoresX, scoresY) : new(0, 0);
        var rows = new CriticFeatures(x, y, scoresX, scoresY, device);
        var (terms, learned, reports) = (new RunningMoments(), new RunningMoments(), new List<CriticReport>());
        var parts = Cut(x.Count, options);
        foreach (var (train, validation, report) in parts)
        {
            reports.Add(Report(rows, train, validation, report, options, reports.Count, terms, learned, cancellationToken));
            progress?.Report(reports.Count / (double)parts.Count);
        }
        // The base's part is a mean over all N rows, the critic's gain a mean over the M reported on.
        var variance = terms.Variance / x.Count + learned.Variance * (1.0 / learned.Count - 1.0 / x.Count);
        var spread = new Estimate(linear.Value + learned.Mean, Math.Sqrt(variance));
        var gap = Math.Max(0, reports.Average(fit => fit.TrainNats - fit.ReportNats));
        return new(
            options.Name,
            spread with
            {
                StandardError = Math.Sqrt(variance + gap * gap / 3),
            },
            NeuralWarnings.Of(spread, reports, x, y, options, Compared(parts[0].Report.Length, options)),
            reports
        );
    }

    /// <summary>Returns the indices of the rows of each fit: to train on, to stop by, to report on.</summary>
    internal static IReadOnlyList<(long[] Train, long[] Validation, long[] Report)> Cut(int rows, NeuralOptions options)
    {
        long[] order = [.. Enumerable.Range(0, rows).Select(row => (long)row)];
        new Random(options.Seed).Shuffle(order);
        var validation = (int)(rows * ValidationShare);
        return
        [
            .. Enumerable
                .Range(0, options.CrossFit ? options.Folds : 1)
                .Select(part =>
                {
                    var (from, to) = ((int)((long)rows * part / options.Folds), (int)((long)rows * (part + 1) / options.Folds));
                    long[] rest = [.. order[to..], .. order[..from]];
                    return (rest[validation..], rest[..validation], order[from..to]);
                }),
        ];
    }

    /// <summary>Fits one critic and adds its terms: those of the whole estimate, and in each the critic's gain over the base.</summary>
    private static CriticReport Report(
        CriticFeatures rows,
        long[] train,
        long[] validation,
        long[] report,
        NeuralOptions options,
        int part,
        RunningMoments terms,
        RunningMoments learned,
        CancellationToken cancellationToken
    )
    {
        using var scope = NewDisposeScope();
        var (fitted, stopping, reported) = rows.Cut(train, validation, report, options.GaussianBase);
        using var fit = CriticFit.Run(fitted, stopping, options, RandomStream.Seed(options.Seed, RandomStream.Step, part), cancellationToken);
        double Gain(PairedRows some)
        {
            var means = fit.Terms(some).mean([0]);
            return (means[0] - means[1]).item<float>();
        }
        var block = fit.Terms(reported).cpu().data<float>().ToArray();
        var (whole, alone, pair) = (Column(block, 0), Column(block, 1), Column(block, 2));
        var saturated = alone.Average() > Math.Log(Compared(report.Length, options)) - BaseHeadroom;
        for (var i = 0; i < whole.Length; i++)
        {
            var gain = whole[i] - (saturated ? alone[i] : pair[i]);
            terms.Add(pair[i] + gain);
            learned.Add(gain);
        }
        return new(fit.Steps, fit.StepLimit, Gain(fitted), Gain(stopping), whole.Average() - alone.Average());
    }

    private static int Compared(int rows, NeuralOptions options) => Math.Min(rows, Critic.LargestBlock(options.Critic));

    private static double[] Column(float[] rows, int column) => [.. rows.Chunk(3).Select(row => (double)row[column])];

    private static Points? Varying(Points points)
    {
        double[][] columns =
        [
            .. Enumerable.Range(0, points.Dimensions).Where(c => points[c].IndexOfAnyExcept(points[c][0]) >= 0).Select(c => points[c].ToArray()),
        ];
        return columns.Length > 0 ? Points.FromColumns(columns) : null;
    }
}
