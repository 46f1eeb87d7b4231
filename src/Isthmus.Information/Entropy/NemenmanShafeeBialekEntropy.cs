using Isthmus.Information.Numerics;

namespace Isthmus.Information.Entropy;

/// <summary>
/// NSB: the posterior mean of the entropy under the mixture of Dirichlet priors whose prior expectation of the entropy is
/// uniform on 0 .. ln K, nats (Nemenman, Shafee and Bialek 2002, arXiv:physics/0108025). Good far below N = K; needs K,
/// and believes in an entropy that a Dirichlet can have (heavy tails bias it). Its standard error is the posterior
/// standard deviation. Cost: some hundred evaluations of the <see cref="WolpertWolfEntropy"/>.
/// </summary>
/// <remarks>
/// The integral over the pseudo-count b of p(b) = d xi / d b, xi(b) = psi(K b + 1) - psi(b + 1), times the evidence
/// Gamma(K b) / Gamma(N + K b) prod Gamma(n + b) / Gamma(b), is taken over all b above 0: trapezoids in ln b, halved until
/// they agree to 1e-12 (they converge exponentially, as the integrand is analytic and falls like b and 1 / b at the ends).
/// Published programs differ because they cut the range.
/// </remarks>
public sealed record NemenmanShafeeBialekEntropy : DiscreteEntropyEstimator
{
    // Beyond this fall, in nats, the tails weigh less than the rounding of the sum.
    private const double Fall = 42;
    private const double Reach = 110;
    private const double ScanStep = 0.25;

    /// <inheritdoc/>
    public override string Name => "nsb";

    /// <summary>Symbols that could occur, K; null (the default) takes the length of the histogram.</summary>
    public long? Alphabet { get; init; }

    /// <inheritdoc/>
    public override double Entropy(CountProfile profile) => Measure(profile).Value;

    /// <summary>Posterior mean and standard deviation of the entropy, nats.</summary>
    public override Estimate Measure(CountProfile profile)
    {
        profile = Alphabet is { } symbols ? profile.WithAlphabet(symbols) : profile;
        if (profile.Alphabet == 1)
            return new(0, 0);
        var (low, high, peak) = Range(profile);
        var atPeak = LogWeight(profile, peak);
        var centre = WolpertWolfEntropy.Mean(profile, Math.Exp(peak));
        var intervals = 64;
        var step = (high - low) / intervals;
        double weights = 0,
            first = 0,
            second = 0;
        for (var i = 0; i <= intervals; i++)
            Add(low + i * step);
        var result = Current();
        // 2^20 points are never needed by what is above; they bound the work if rounding should hinder agreement.
        for (var agreed = 0; agreed < 2 && intervals < 1 << 20; intervals *= 2, step /= 2)
        {
            for (var i = 0; i < intervals; i++)
                Add(low + (i + 0.5) * step);
            var finer = Current();
            agreed = Math.Abs(finer.Value - result.Value) <= 1e-12 * Math.Max(1, finer.Value) ? agreed + 1 : 0;
            result = finer;
        }
        return result;

        void Add(double logB)
        {
            var weight = Math.Exp(LogWeight(profile, logB) - atPeak);
            if (weight < 1e-20)
                return;
            var b = Math.Exp(logB);
            var mean = WolpertWolfEntropy.Mean(profile, b) - centre;
            weights += weight;
            first += weight * mean;
            second += weight * (mean * mean + WolpertWolfEntropy.Variance(profile, b));
        }

        Estimate Current()
        {
            var mean = first / weights;
            return new(centre + mean, Math.Sqrt(Math.Max(0, second / weights - mean * mean)));
        }
    }

    /// <summary>Returns ln of b p(b) times the evidence at ln b: the integrand over ln b, up to a factor.</summary>
    private static double LogWeight(CountProfile profile, double logB)
    {
        double b = Math.Exp(logB),
            k = profile.Alphabet;
        // The two terms cancel to their second order at a large b; from 1000 on the series is exact to a double.
        var prior =
            b < 1000
                ? k * SpecialFunctions.Trigamma(k * b + 1) - SpecialFunctions.Trigamma(b + 1)
                : ((1 - 1 / k) / 2 - ((1 - 1 / (k * k)) / 6 - (1 - 1 / Math.Pow(k, 4)) / (30 * b * b)) / b) / (b * b);
        return logB + Math.Log(prior) + profile.Sum(n => LogRising(b, n)) - LogRising(k * b, profile.Total);
    }

    /// <summary>Returns ln Gamma(x + n) - ln Gamma(x), without subtracting numbers of size x ln x.</summary>
    private static double LogRising(double x, double n)
    {
        if (x < 12)
            return SpecialFunctions.LogGamma(x + n) - SpecialFunctions.LogGamma(x);
        return n * Math.Log(x) + (x + n - 0.5) * SpecialFunctions.LogOnePlus(n / x) - n + Rest(x + n) - Rest(x);

        static double Rest(double y)
        {
            var r = 1 / (y * y);
            return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360)))))) / y;
        }
    }

    /// <summary>Finds where the weight lies: a scan that sees every hump wider than its step, its highest point refined, and the ends tightened.</summary>
    private static (double Low, double High, double Peak) Range(CountProfile profile)
    {
        var scan = new double[(int)(2 * Reach / ScanStep) + 1];
        var highest = 0;
        for (var i = 0; i < scan.Length; i++)
        {
            scan[i] = LogWeight(profile, At(i));
            if (scan[i] > scan[highest])
                highest = i;
        }
        double left = At(highest - 1),
            right = At(highest + 1);
        while (right - left > 1e-5)
        {
            double a = left + (right - left) / 3,
                b = right - (right - left) / 3;
            if (LogWeight(profile, a) < LogWeight(profile, b))
                left = a;
            else
                right = b;
        }
        var peak = (left + right) / 2;
        var floor = LogWeight(profile, peak) - Fall;
        var first = Array.FindIndex(scan, w => w > floor);
        var last = Array.FindLastIndex(scan, w => w > floor);
        return (
            first <= 0 ? Edge(At(first < 0 ? highest - 1 : 0), peak) : Edge(At(first - 1), Math.Min(At(first), peak)),
            last < 0 ? Edge(At(highest + 1), peak) : Edge(At(last + 1), Math.Max(At(last), peak)),
            peak
        );

        double At(int i) => -Reach + i * ScanStep;

        // Between a point outside and one inside: the last point outside, to a thousandth.
        double Edge(double outside, double inside)
        {
            while (Math.Abs(outside - inside) > 1e-3 * Math.Max(1e-3, Math.Abs(outside - peak)))
            {
                var middle = (outside + inside) / 2;
                if (LogWeight(profile, middle) > floor)
                    inside = middle;
                else
                    outside = middle;
            }
            return outside;
        }
    }
}
