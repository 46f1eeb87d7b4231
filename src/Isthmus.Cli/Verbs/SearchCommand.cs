using System.CommandLine;
using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Codes;
using Isthmus.Lines;
using Isthmus.Models;
using Isthmus.Topics;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus search</c>: documents by what they are about.</summary>
internal static class SearchCommand
{
    private static readonly Option<string> Query = new("--query", "-q")
    {
        Description = "Words to search for, or a whole text.",
        Required = true,
        HelpName = "text",
    };
    private static readonly Option<int> Count = CommonOptions.Whole("-k", "Documents to find", 10, 1);
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        var verb = new Verb(
            "search",
            "Find the documents or lines whose codes are nearest to a query. Default data: those that the model was trained on.",
            "isthmus search -m runs/articles-prod-lda --query \"moon landing\" -k 5",
            session => Run(session, data!, model!)
        );
        data = DataArguments.AddTo(verb, "");
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[Query, Count, Part])
            verb.Add(option);
        return verb;
    }

    private static void RunLines(Session session, DataArguments arguments, string path, ModelManifest manifest)
    {
        var data = arguments.ForOrOwn(manifest, session, session.Get(Part));
        var found = session.Compute(path, (model, device) => LineSearch.Find(model, data.Records, session.Get(Query), session.Get(Count), device));
        session.Result(
            [
                $"{DataArguments.Count(data)} of {data.Records.Name}, by the direction of their codes:",
                .. found.Select(
                    (line, rank) =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{rank + 1, 4}  cosine {line.Similarity:F2}  {data.Records.RecordNames![line.Record]}"
                                + $"{(line.Times > 1 ? $" and {line.Times - 1:N0} more" : "")}: {line.Text}"
                        )
                ),
            ],
            [
                new("verb", "search"),
                new("data", data.Records.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", data.Records.Count),
                new("part", data.Part),
                new(
                    "found",
                    found
                        .Select(
                            (line, rank) =>
                                new
                                {
                                    rank = rank + 1,
                                    record = line.Record,
                                    name = data.Records.RecordNames![line.Record],
                                    text = line.Text,
                                    code_cosine = line.Similarity,
                                    times = line.Times,
                                }
                        )
                        .ToArray()
                ),
                new("model_path", path),
            ]
        );
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        var path = model.Path(session);
        var manifest = model.Manifest(session);
        if (LineScorer.AreLines(manifest.Schema))
        {
            RunLines(session, arguments, path, manifest);
            return;
        }
        var query = DocumentSearch.Query(manifest.Schema, session.Get(Query));
        var known = query.Sparse(0).Columns.ToArray().Select(query.Schema.NameOf).ToArray();
        var data = arguments.ForOrOwn(manifest, session, session.Get(Part));
        var (found, warnings) = session.Compute(path, (trained, device) =>
            (
                DocumentSearch.Find(trained, data.Records, query, session.Get(Count), device, session.CancellationToken),
                DocumentWarnings.Of(trained, data.Records, device)
            )
        );
        string NameOf(FoundDocument document) => data.Records.RecordNames?[document.Record] ?? $"record {document.Record}";
        var width = found.Max(document => NameOf(document).Length);
        string[] lines =
        [
            .. warnings.Select(warning => $"warning: {warning}"),
            $"{DataArguments.Count(data)} of {data.Records.Name}, by the bits shared with: "
                + $"{string.Join(" ", known.Take(12))}{(known.Length > 12 ? " ..." : "")}",
            .. found.Select(
                (document, rank) =>
                    FormattableString.Invariant(
                        $"{rank + 1, 4}  {NameOf(document).PadRight(width)}  {document.Bits, 7:+0.00;-0.00} bits  cosine of codes {document.Similarity:F2}"
                    )
            ),
        ];
        session.Result(
            lines,
            [
                new("verb", "search"),
                new("data", data.Records.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", data.Records.Count),
                new("part", data.Part),
                new("query_words", known),
                new(
                    "found",
                    found
                        .Select(
                            (document, rank) =>
                                new
                                {
                                    rank = rank + 1,
                                    record = document.Record,
                                    name = NameOf(document),
                                    shared_bits = document.Bits,
                                    code_cosine = document.Similarity,
                                }
                        )
                        .ToArray()
                ),
                new("warnings", warnings),
                new("model_path", path),
            ]
        );
    }
}
