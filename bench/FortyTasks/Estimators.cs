using Isthmus.Information;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;
using Isthmus.Measures;
using Isthmus.NeuralInformation;

namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>The estimators of the table: one setting each, and a seed.</summary>
internal static class Estimators
{
    public static IReadOnlyDictionary<string, Func<Points, Points, int, ChosenEstimate>> All { get; } =
        new Dictionary<string, Func<Points, Points, int, ChosenEstimate>>(StringComparer.Ordinal)
        {
            ["ksg"] = (x, y, _) =>
                Named(
                    "ksg1",
                    new()
                    {
                        X = Whole(x),
                        Y = Whole(y),
                        K = 5,
                        Threads = 1,
                    }
                ),
            ["ksg-rank"] = (x, y, _) =>
                Named(
                    "ksg1",
                    new()
                    {
                        X = Whole(x).Ranked(),
                        Y = Whole(y).Ranked(),
                        Ranked = true,
                        Threads = 1,
                    }
                ),
            ["copula"] = (x, y, _) => Named("copula", new() { X = Whole(x), Y = Whole(y) }),
            ["infonce"] = Neural(new() { GaussianBase = false }),
            ["infonce-joint"] = Neural(new() { GaussianBase = false, Critic = CriticKind.Joint }),
            ["dv"] = Neural(new() { GaussianBase = false, Bound = "dv" }),
            ["mine"] = Neural(new() { GaussianBase = false, Bound = "mine" }),
            ["nwj"] = Neural(new() { GaussianBase = false, Bound = "nwj" }),
            ["smile"] = Neural(new() { GaussianBase = false, Bound = "smile" }),
            ["copula-residual"] = Neural(new()),
            ["copula-residual-cross-fit"] = Neural(new() { CrossFit = true }),
            ["auto-managed"] = (x, y, _) => AutoMutualInformation.Estimate(Whole(x), Whole(y), new() { Threads = 1 }),
            ["auto"] = (x, y, seed) =>
                Named(
                    "auto",
                    new()
                    {
                        X = Whole(x),
                        Y = Whole(y),
                        Seed = seed,
                        Threads = 1,
                    }
                ),
        };

    private static Func<Points, Points, int, ChosenEstimate> Neural(NeuralOptions options) =>
        (x, y, seed) => NeuralMutualInformation.Estimate(x, y, options with { Seed = seed }).Chosen;

    private static ChosenEstimate Named(string name, InformationQuestion question)
    {
        NeuralEstimators.Register();
        var estimator = InformationEstimators.Find(name);
        return estimator.Answer(estimator.MutualInformation!, question);
    }

    private static Variable Whole(Points points) => Variable.OfNumbers([.. Enumerable.Range(0, points.Dimensions).Select(c => points[c].ToArray())]);
}
