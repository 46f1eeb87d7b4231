using System.Globalization;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Recommenders;

namespace Isthmus;

/// <summary>Items for a user, new or known: the encoder makes the code of the history, and nothing is trained again.</summary>
public static class ModelRecommendation
{
    /// <summary>The most likely next items for one history.</summary>
    /// <typeparam name="TItem">What items are called: texts, whole numbers or other ids.</typeparam>
    /// <param name="model">A model of histories.</param>
    /// <param name="history">Items met, by id or title.</param>
    /// <param name="count">Number of items; fewer if fewer are left. Default 10.</param>
    /// <param name="reasons">Items of the history that speak for each, at most. Default 2.</param>
    /// <exception cref="InvalidInputException">A model of other records, no item, or one that the model does not know: names the nearest.</exception>
    public static IReadOnlyList<RecommendedItem<TItem>> Recommend<TItem>(this TrainedModel model, IEnumerable<TItem> history, int count = 10, int reasons = 2)
        where TItem : IParsable<TItem>
    {
        var schema = Recommendation.SchemaOf(model);
        var lookup = new ItemLookup(schema);
        int[] met = [.. history.Select(item => lookup.Find(Convert.ToString(item, CultureInfo.InvariantCulture) ?? "")).Distinct()];
        if (met.Length == 0)
            throw new InvalidInputException(null, "The history has no item", "give at least one that the model knows");
        return [.. Recommendation.For(model, met, Positive(count), reasons).Select(item => Named<TItem>(schema, item))];
    }

    /// <summary>The most likely next items for every history of some data, users in their order, some at a time.</summary>
    /// <param name="model">A model of histories.</param>
    /// <param name="histories">Histories; users who met no item that the model knows have none.</param>
    /// <param name="count">Number of items per user. Default 10.</param>
    /// <param name="progress">Receives the fraction of users done, 0 to 1. Default: none.</param>
    /// <param name="cancellationToken">Stops between two parts.</param>
    /// <exception cref="InvalidInputException">A model of other records, or no item of the histories among those of the model.</exception>
    public static IEnumerable<UserRecommendations> Recommend(
        this TrainedModel model,
        Dataset histories,
        int count = 10,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var schema = Recommendation.SchemaOf(model);
        var places = schema.Items.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        foreach (
            var part in Recommendation.ForAll(model, histories.BroughtTo(schema), Positive(count), progress: progress, cancellationToken: cancellationToken)
        )
        {
            var (users, items, bits) = (part[0], part.First(column => column.Name == "item"), part[^1]);
            foreach (var user in Enumerable.Range(0, users.Count).GroupBy(users.Text))
                yield return new(
                    user.Key!,
                    [.. user.Select(row => new RecommendedItem<string>(items.Text(row)!, schema.NameOf(places[items.Text(row)!]), bits.Number(row), []))]
                );
        }
    }

    private static int Positive(int count) =>
        count > 0 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "At least one item is asked for.");

    private static RecommendedItem<TItem> Named<TItem>(InteractionSchema schema, Recommendation item)
        where TItem : IParsable<TItem>
    {
        TItem Id(int place) =>
            TItem.TryParse(schema.Items[place], CultureInfo.InvariantCulture, out var id)
                ? id
                : throw new InvalidInputException(
                    null,
                    $"The model's items have ids such as '{schema.Items[place]}', which is no {typeof(TItem).Name}",
                    "give the history as texts"
                );
        return new(
            Id(item.Item),
            schema.NameOf(item.Item),
            item.Bits,
            [.. item.Reasons.Select(reason => new RecommendedReason<TItem>(Id(reason.Item), schema.NameOf(reason.Item), reason.Bits))]
        );
    }
}
