using Isthmus.Information;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;
using Isthmus.Measures;
using Isthmus.NeuralInformation;

namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>The estimators of the table: one setting each, and a seed.</summary>
internal static class Estimators
{
    public static IReadOnlyDictionary<string, Func<Points, Points, int, ChosenEstimate>> All { get; } = new Dictionary<string, Func<Points, Points, int, ChosenEstimate>>(StringComparer.Ordinal)
    {
        ["ksg"] = (x, y, _) => new(KsgMutualInformation.Estimate(x, y, new() { K = 5, Threads = 1 }), "ksg1", "", []),
        ["ksg-rank"] = (x, y, _) => new(KsgMutualInformation.Estimate(x, y, new() { Margins = Margins.RankGaussian, Threads = 1 }), "ksg1", "", []),
        ["copula"] = (x, y, _) => new(GaussianCopulaMutualInformation.Estimate(x, y), "copula", "", []),
        ["infonce"] = Neural(new() { GaussianBase = false }),
        ["infonce-joint"] = Neural(new() { GaussianBase = false, Critic = CriticKind.Joint }),
        ["dv"] = Neural(new() { GaussianBase = false, Bound = "dv" }),
        ["mine"] = Neural(new() { GaussianBase = false, Bound = "mine" }),
        ["nwj"] = Neural(new() { GaussianBase = false, Bound = "nwj" }),
        ["smile"] = Neural(new() { GaussianBase = false, Bound = "smile" }),
        ["copula-residual"] = Neural(new()),
        ["copula-residual-cross-fit"] = Neural(new() { CrossFit = true }),
        ["auto-managed"] = (x, y, _) => AutoMutualInformation.Estimate(Whole(x), Whole(y), new() { Threads = 1 }),
        ["auto"] = (x, y, seed) => InformationEstimators.Find("auto").MutualInformation!(new() { X = Whole(x), Y = Whole(y), Seed = seed, Threads = 1 }),
    };

    private static Func<Points, Points, int, ChosenEstimate> Neural(NeuralOptions options) => (x, y, seed) =>
        NeuralMutualInformation.Estimate(x, y, options with { Seed = seed }).Chosen;

    private static Variable Whole(Points points) => Variable.OfNumbers([.. Enumerable.Range(0, points.Dimensions).Select(c => points[c].ToArray())]);
}
