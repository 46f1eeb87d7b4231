using Isthmus.Measures;

namespace Isthmus.NeuralInformation;

/// <summary>Estimators of mutual information by trained critics, under the names that <c>measure</c> takes.</summary>
public static class NeuralEstimators
{
    /// <summary>All neural estimators, in the order of the help.</summary>
    public static IReadOnlyList<InformationEstimator> All { get; } =
    [
        Of("copula-residual", "numbers, many columns: the Gaussian copula, and a critic that learns what it leaves over", new()),
        Of("infonce", "numbers: a critic trained by InfoNCE; least spread of the plain bounds, never above ln of the pairs compared", Plain("infonce")),
        Of("dv", "numbers: the same by the Donsker-Varadhan bound; spread grows as e^I", Plain("dv")),
        Of("mine", "numbers: Donsker-Varadhan with a running normaliser", Plain("mine")),
        Of("nwj", "numbers: the bound of Nguyen, Wainwright and Jordan; spread grows as e^I", Plain("nwj")),
        Of("smile", "numbers: Donsker-Varadhan, its normaliser cut; may come out above the truth", Plain("smile")),
    ];

    /// <summary>
    /// Adds the estimators to <see cref="InformationEstimators"/>, so that they are found by name and <c>auto</c> can choose one. Call it once, before the
    /// first measurement; further calls change nothing. The tensor library is loaded when one of them is first used.
    /// </summary>
    public static void Register() => InformationEstimators.Register(All);

    private static InformationEstimator Of(string name, string summary, NeuralOptions options) =>
        new(name, summary, EstimatorInput.Numbers)
        {
            MutualInformation = q =>
                NeuralMutualInformation
                    .Estimate(
                        q.X.Numbers(),
                        q.Y!.Numbers(),
                        options with
                        {
                            Margins = options.GaussianBase ? options.Margins : q.Margins,
                            Seed = q.Seed,
                            Threads = q.Threads,
                            Device = q.Device,
                        },
                        cancellationToken: q.CancellationToken
                    )
                    .Chosen,
            IsSlow = true,
        };

    private static NeuralOptions Plain(string bound) => new() { Bound = bound, GaussianBase = false };
}
