using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Data.Cells;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Recommenders;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus recommend</c>: what a history lacks, and why.</summary>
internal static class RecommendCommand
{
    private static readonly Option<string?> History = new("--history")
    {
        Description = "History to recommend for: ids or titles, separated by commas. The user may be new to the model.",
        HelpName = "a,b",
    };
    private static readonly Option<string?> HistoryFile = new("--history-file")
    {
        Description = "History to recommend for: a file of ids or titles, one per line.",
        HelpName = "file",
    };
    private static readonly Option<string?> For = new("--for") { Description = "User of the data to recommend for.", HelpName = "user" };
    private static readonly Option<bool> All = new("--all") { Description = "Recommend for every user of the data, and write a table." };
    private static readonly Option<int> Count = CommonOptions.Whole("-k", "Items to recommend per history", 10, 1);
    private static readonly Option<int> Reasons = CommonOptions.Whole("--reasons", "Reasons per item", 1, 0);
    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "With --all: file for the table, .parquet or .csv.",
        HelpName = "file",
    };

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        var verb = new Verb(
            "recommend",
            "Recommend items that are not in a user's history, with their bits and reasons. Default data: those that the model was trained on.",
            "isthmus recommend -m runs/ratings-mult-vae --history \"Alien,Heat\" -k 10",
            session => Run(session, data!, model!)
        );
        data = DataArguments.AddTo(verb, "");
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[History, HistoryFile, For, All, Count, Reasons, Output])
            verb.Add(option);
        ShareArguments.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        var asked = new[] { session.Get(History), session.Get(HistoryFile), session.Get(For), session.Get(All) ? "" : null }.Count(value => value is not null);
        if (asked != 1)
            throw new InvalidInputException(
                $"{(asked == 0 ? "No history is given" : "More than one history is given")}; give one of --history, --history-file, --for and --all."
            );
        if (session.Get(All) != session.Get(Output) is not null)
            throw new InvalidInputException(
                session.Get(All) ? "--all writes a table; give -o table.parquet or .csv." : "-o is for --all; one history's items are printed."
            );
        if (session.Get(Output) is { } output)
            TableWriter.CheckName(output);
        var manifest = model.Manifest(session);
        var schema = Recommendation.SchemaOf(manifest.Schema);
        var share = ShareArguments.Of(session);
        if (!session.Get(All) && (share is not null || ShareArguments.IsMerge(session)))
            throw new InvalidInputException("--share and --merge are for --all; one history is no work to share.");
        if (session.Get(All))
            RecommendAll(session, arguments, model.Path(session), manifest, share);
        else
            RecommendOne(session, model.Path(session), manifest, schema, Items(session, arguments, manifest, schema));
    }

    private static Dataset Users(Session session, DataArguments arguments, ModelManifest manifest) => arguments.ForOrOwn(manifest, session).Records;

    private static int[] Items(Session session, DataArguments arguments, ModelManifest manifest, InteractionSchema schema)
    {
        if (session.Get(History) is { } list)
            return new ItemLookup(schema).FindAll(list);
        if (session.Get(HistoryFile) is { } file)
            return new ItemLookup(schema).FindInFile(file);
        var (user, data) = (session.Get(For)!, Users(session, arguments, manifest));
        var place = data.RecordNames!.Index().FirstOrDefault(name => name.Item == user, (Index: -1, Item: user)).Index;
        if (place >= 0)
            return data.Sparse(place).Columns.ToArray();
        string[] near = [.. NearestName.Several(user, data.RecordNames!).Take(3)];
        throw new InvalidInputException(
            $"{data.Name} has no user '{user}' with an interaction that "
                + $"counts{(near.Length > 0 ? $"; did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?" : ".")} A user who is new to it is "
                + $"recommended for by --history."
        );
    }

    private static void RecommendOne(Session session, string path, ModelManifest manifest, InteractionSchema schema, int[] history)
    {
        var found = session.Compute(path, (trained, device) => Recommendation.For(trained, history, session.Get(Count), session.Get(Reasons), device));
        var width = found.Select(item => schema.NameOf(item.Item).Length).DefaultIfEmpty().Max();
        string[] lines =
        [
            $"after {Counted.Of(history.Length, "item")} ({string.Join(", ", history.Take(5).Select(schema.NameOf))}{(history.Length > 5 ? ", ..." : "")}); "
                + $"bits: -log2 of the probability to be next",
            .. found.Select(
                (item, rank) =>
                    FormattableString.Invariant(
                        $"{rank + 1, 4}  {schema.NameOf(item.Item).PadRight(width)}  {NumberText.Fixed(item.Bits, 2), 5} bits{Because(item, schema)}"
                    )
            ),
        ];
        session.Result(
            lines,
            [
                new("verb", "recommend"),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("user", session.Get(For)),
                new("history", history.Select(item => new { item = schema.Items[item], title = schema.Titles?[item] }).ToArray()),
                new(
                    "recommendations",
                    found
                        .Select(
                            (item, rank) =>
                                new
                                {
                                    rank = rank + 1,
                                    item = schema.Items[item.Item],
                                    title = schema.Titles?[item.Item],
                                    bits = item.Bits,
                                    reasons = item
                                        .Reasons.Select(reason => new
                                        {
                                            item = schema.Items[reason.Item],
                                            title = schema.Titles?[reason.Item],
                                            bits = reason.Bits,
                                        })
                                        .ToArray(),
                                }
                        )
                        .ToArray()
                ),
                new("model_path", path),
            ]
        );
    }

    private static string Because(Recommendation item, InteractionSchema schema) =>
        item.Reasons.Count == 0
            ? ""
            : "  because of "
                + string.Join(" and ", item.Reasons.Select(reason => FormattableString.Invariant($"{schema.NameOf(reason.Item)}, {reason.Bits:+0.0} bits")));

    private static void RecommendAll(Session session, DataArguments arguments, string path, ModelManifest manifest, Share? share)
    {
        var output = session.Get(Output)!;
        var name = arguments.Name(session) is { Length: > 0 } given ? given : manifest.Provenance.Data;
        var parts = ShareArguments.Parts(session, output, name, path);
        if (share is { } done && ShareArguments.IsDone(session, parts!, done))
            return;
        if (share is null && parts is not null)
        {
            var merged = parts.Merge();
            session.Result(
                [$"{Counted.Of(merged, "recommendation")}, put together: {output}"],
                [
                    new("verb", "recommend"),
                    new("data", name),
                    new("model", manifest.Preset),
                    new("rows", merged),
                    new("model_path", path),
                    new("output_path", output),
                ]
            );
            return;
        }
        var users = Users(session, arguments, manifest);
        string[] columns = [];
        session.Progress.Show(report => session.Compute(path, (trained, device) =>
            {
                var ranked = Recommendation.ForShare(
                    trained,
                    users,
                    session.Get(Count),
                    share,
                    device,
                    new ImmediateProgress<double>(done => report(done, FormattableString.Invariant($"recommending: {100 * done:F0} % of {users.Count} users"))),
                    session.CancellationToken
                );
                void Write(Action<IReadOnlyList<Column>> write)
                {
                    foreach (var part in ranked)
                    {
                        columns = [.. part.Select(column => column.Name)];
                        write(part);
                    }
                }
                if (share is { } own)
                    parts!.Write(own, Write, () => users.Count);
                else
                    TableWriter.Write(output, Write);
                return columns;
            }));
        if (share is { } made)
        {
            ShareArguments.Report(session, parts!, made);
            return;
        }
        session.Result(
            [
                .. users.Notes.Select(note => $"{users.Name}: {note.OnCommandLine()}"),
                $"{NumberText.Of(session.Get(Count))} items for each of {NumberText.Of(users.Count)} users: {output}",
            ],
            [
                new("verb", "recommend"),
                new("data", users.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("users", users.Count),
                new("items_per_user", session.Get(Count)),
                new("columns", columns),
                new("model_path", path),
                new("output_path", output),
            ]
        );
    }
}
