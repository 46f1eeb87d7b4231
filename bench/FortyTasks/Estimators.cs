using Isthmus.Information;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;
using Isthmus.NeuralInformation;

namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>What an estimator said: nats, and its own warnings.</summary>
internal sealed record Answer(Estimate Value, IReadOnlyList<string> Warnings);

/// <summary>The estimators of the table: one setting each, and a seed.</summary>
internal static class Estimators
{
    public static IReadOnlyDictionary<string, Func<Points, Points, int, Answer>> All { get; } = new Dictionary<string, Func<Points, Points, int, Answer>>(StringComparer.Ordinal)
    {
        ["ksg"] = (x, y, _) => new(KsgMutualInformation.Estimate(x, y, new() { K = 5 }), []),
        ["ksg-rank"] = (x, y, _) => new(KsgMutualInformation.Estimate(x, y, new() { Margins = Margins.RankGaussian }), []),
        ["copula"] = (x, y, _) => new(GaussianCopulaMutualInformation.Estimate(x, y), []),
        ["infonce"] = Neural(new() { GaussianBase = false }),
        ["infonce-joint"] = Neural(new() { GaussianBase = false, Critic = CriticKind.Joint }),
        ["dv"] = Neural(new() { GaussianBase = false, Bound = "dv" }),
        ["mine"] = Neural(new() { GaussianBase = false, Bound = "mine" }),
        ["nwj"] = Neural(new() { GaussianBase = false, Bound = "nwj" }),
        ["smile"] = Neural(new() { GaussianBase = false, Bound = "smile" }),
        ["copula-residual"] = Neural(new()),
        ["copula-residual-cross-fit"] = Neural(new() { CrossFit = true }),
    };

    private static Func<Points, Points, int, Answer> Neural(NeuralOptions options) => (x, y, seed) =>
    {
        var estimate = NeuralMutualInformation.Estimate(x, y, options with { Seed = seed });
        return new(estimate.Value, estimate.Warnings);
    };
}
