using Isthmus.Data.Interactions;
using Isthmus.Recommenders;

namespace Isthmus.Reporting.Pages;

/// <summary>Items that most test users have met, and what comes next for some users.</summary>
/// <param name="Items">Items with the number of test users who met them, and those that each makes likelier.</param>
/// <param name="Users">Some test users, with their items and what is recommended to them.</param>
/// <param name="Count">Number of test users.</param>
internal sealed record ItemViews(
    IReadOnlyList<(string Name, int Users, IReadOnlyList<(string Name, double Bits)> Near)> Items,
    IReadOnlyList<(string Name, IReadOnlyList<string> History, int More, IReadOnlyList<(string Name, double Bits, string? Because)> Next)> Users,
    int Count
)
{
    private const int MostItems = 15,
        MostNear = 4,
        MostUsers = 4,
        MostHistory = 8,
        MostNext = 5;

    /// <summary>Looks at the first test users and at the most frequent items.</summary>
    public static ItemViews Of(ModelViews views, InteractionSchema schema)
    {
        var (trained, test) = (views.Trained, views.Test.BroughtTo(schema));
        var met = new int[schema.Dimension];
        for (var user = 0; user < test.Count; user++)
            foreach (var item in test.Sparse(user).Columns)
                met[item]++;
        return new(
            [
                .. Enumerable
                    .Range(0, met.Length)
                    .OrderByDescending(item => met[item])
                    .ThenBy(item => item)
                    .Take(MostItems)
                    .Where(item => met[item] > 0)
                    .Select(item =>
                        (
                            schema.NameOf(item),
                            met[item],
                            (IReadOnlyList<(string, double)>)
                                [.. Recommendation.Near(trained, item, MostNear, views.Device).Select(near => (schema.NameOf(near.Item), near.Bits))]
                        )
                    ),
            ],
            [
                .. Enumerable
                    .Range(0, Math.Min(MostUsers, test.Count))
                    .Select(user =>
                    {
                        var history = test.Sparse(user).Columns.ToArray();
                        return (
                            test.RecordNames?[user] ?? $"user {user + 1}",
                            (IReadOnlyList<string>)[.. history.Take(MostHistory).Select(schema.NameOf)],
                            Math.Max(0, history.Length - MostHistory),
                            (IReadOnlyList<(string, double, string?)>)
                                [
                                    .. Recommendation
                                        .For(trained, history, MostNext, 1, views.Device)
                                        .Select(next =>
                                            (schema.NameOf(next.Item), next.Bits, next.Reasons is [var reason, ..] ? schema.NameOf(reason.Item) : null)
                                        ),
                                ]
                        );
                    }),
            ],
            test.Count
        );
    }
}
