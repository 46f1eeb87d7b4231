using System.Globalization;
using Isthmus.Information;
using Isthmus.Information.MutualInformation;

namespace Isthmus.Measures;

/// <summary>
/// I(X;Y) by the estimator that fits the data, nats: <see cref="AutoMutualInformation"/> and, if its nearest neighbours are too far apart, a neural critic.
/// </summary>
/// <remarks>
/// In 4 columns of numbers or more, of 1,000 rows or more, without many ties, <c>copula-residual</c> is fitted too, where an assembly with a tensor library
/// has registered it. Both err
/// towards 0: neighbours by their distance, the critic by what it does not learn. The critic's figure is therefore taken where
/// it is no lower than the other by more than the spread of both, and the neighbours' or the copula's where it is. Cost: some
/// seconds at 10,000 rows, and the tensor library; fewer columns or rows need neither.
/// </remarks>
public static class AutoInformation
{
    private const int LeastColumns = 4,
        LeastRows = 1000;

    private const string CriticName = "copula-residual";

    // Estimates that differ by fewer standard errors of their difference count as equal.
    private const double Clearly = 3;

    /// <summary>Estimates I(X;Y), nats; Y must be given.</summary>
    /// <exception cref="ArgumentException">As <see cref="AutoMutualInformation.Estimate"/>.</exception>
    /// <exception cref="InvalidInputException">There is no such device here.</exception>
    public static ChosenEstimate Estimate(InformationQuestion question)
    {
        var (x, y) = (question.X, question.Y!);
        var near = AutoMutualInformation.Estimate(x, y, question.Neighbours);
        // KSG 2 is taken for rounded numbers, Gao for ties, Gao and Ross for symbols.
        if (
            near.Estimator is not ("ksg1" or "copula")
            || x.Dimensions + y.Dimensions < LeastColumns
            || x.Rows < LeastRows
            || Critic(question) is not { } critic
        )
            return near;
        var difference = critic.Estimate.Value - near.Estimate.Value;
        var columns = string.Create(CultureInfo.InvariantCulture, $"{x.Dimensions}+{y.Dimensions} columns of {x.Rows:N0} rows");
        var nearName = near.Estimator == "ksg1" ? "nearest neighbours" : "the Gaussian copula";
        return difference >= -Clearly * Math.Max(critic.Estimate.StandardError, near.Estimate.StandardError)
            ? critic with
            {
                Reason = string.Create(
                    CultureInfo.InvariantCulture,
                    $"numbers in {columns}: a Gaussian copula and a critic that learns the rest find {critic.Estimate.Value:F2} nats where {nearName} "
                        + $"find{(near.Estimator == "ksg1" ? "" : "s")} {near.Estimate.Value:F2}"
                ),
            }
            : near with
            {
                Reason = string.Create(CultureInfo.InvariantCulture, $"{near.Reason}; a critic in {columns} finds only {critic.Estimate.Value:F2} nats"),
            };
    }

    // Null if columns determine one another, as there is then no copula; null, too, if no critic is registered.
    private static ChosenEstimate? Critic(InformationQuestion question)
    {
        try
        {
            return InformationEstimators.All.FirstOrDefault(estimator => estimator.Name == CriticName)?.MutualInformation!(question);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
