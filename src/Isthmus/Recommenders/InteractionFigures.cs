using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Recommenders;

/// <summary>Evaluation of models of histories: how well the model and the baselines rank the held-out part of histories.</summary>
internal sealed class InteractionFigures : RecordFigures
{
    /// <summary>False: a history lacks more than a corruption removes.</summary>
    public override bool SeesCorrupted => false;

    /// <summary>False: a ranking is compared with other recommenders.</summary>
    public override bool ExplainsVariance => false;

    /// <summary>Evaluates the model and, if its training users are known, the baselines, on the same users.</summary>
    public override IReadOnlyList<RankingResult> Compare(
        TrainedModel trained,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var heldOut = HeldOutSplit.Of(test, options.Seed);
        var (products, items) = (train is null ? null : new ItemProducts(trained.Prepare(train)), test.Schema.Dimension);
        List<Recommender> all = [new ModelRecommender(trained, options.Device)];
        if (products is not null)
            all.AddRange([new MostPopular(products, items), new ItemNeighbours(products, items)]);
        return [.. all.Select(recommender => RankingResult.Of(recommender, heldOut, products, train?.Count ?? 0, progress, cancellationToken))];
    }

    /// <summary>Returns bits an interaction: a history says what it holds, not what it lacks.</summary>
    public override Figure PerDimension(Autoencoder model, Dataset test, string prefix, string title, Estimate nats) =>
        new($"{prefix}bits_per_interaction", $"{title} per interaction", "bits", InformationUnits.NatsToBits(nats) * (1.0 / MeanCount(test)));

    /// <inheritdoc/>
    public override IEnumerable<Finding> Judge(Verdict verdict)
    {
        var trained = verdict.Trained;
        var next =
            $"isthmus recommend -m {verdict.Path} "
            + $"{(verdict.Test.RecordNames is { Count: > 0 } users ? $"--for {ReproducingCommand.Quoted(users[0])}" : "--all -o recommended.csv")}";
        var rankings = verdict.Figures.Rankings;
        if (rankings.Count == 1)
            return [new("No baselines: the training users are not given.", next)];
        RankingResult[] each = [.. rankings.Cast<RankingResult>()];
        (string Name, Estimate Difference)[] over = [.. each.Skip(1).Select(baseline => (baseline.Name, each[0].Over(baseline)))];
        var words = over.Select(other =>
        {
            var error = other.Difference.StandardError;
            var spread = double.IsNaN(error) ? " (one user, no error)" : FormattableString.Invariant($" ± {error:F3}");
            return FormattableString.Invariant($"{other.Difference.Value:+0.000;-0.000}{spread} over {other.Name}");
        });
        var worst = over.MinBy(other => other.Difference.Value);
        var improving = trained.Specification.IsClosedForm ? null : verdict.Improving();
        var data = ReproducingCommand.Data(trained.Specification, trained.Provenance).Select(ReproducingCommand.Quoted);
        Finding? behind =
            worst.Difference.Value > 0
                ? null
                : new(
                    $"Not worth its training: {worst.Name} ranks {(worst.Difference.Value < -2 * worst.Difference.StandardError ? "better" : "as well")}.",
                    trained.Specification.IsClosedForm
                        ? next
                        : $"isthmus train {string.Join(' ', data)} --model ease"
                );
        return [.. new[] { improving, behind }.OfType<Finding>(), new($"NDCG@100, paired over users: {string.Join(", ", words)}.", next)];
    }

    private static double MeanCount(Dataset data)
    {
        var sum = 0.0;
        for (var record = 0; record < data.Count; record++)
            foreach (var value in data.Sparse(record).Values)
                sum += value;
        return sum / data.Count;
    }
}
