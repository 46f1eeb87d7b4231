using System.CommandLine;
using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Codes;
using Isthmus.Data.Documents;
using Isthmus.Topics;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus topics</c>: what a model of documents found its documents to be about.</summary>
internal static class TopicsCommand
{
    private static readonly Option<int> Words = CommonOptions.Whole("--words", "Words per topic", 10, 1);
    private static readonly Option<int> Documents = CommonOptions.Whole("--documents", "Documents per topic", 2, 0);
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        var verb = new Verb(
            "topics",
            "List a model's topics: words with p(word | topic), proportion in the documents, and the documents with most of it. Default data: those that "
                + "the model was trained on.",
            "isthmus topics -m runs/articles-prod-lda --words 8",
            session => Run(session, data!, model!)
        );
        data = DataArguments.AddTo(verb, "");
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[Words, Documents, Part])
            verb.Add(option);
        return verb;
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model)
    {
        var path = model.Path(session);
        var manifest = model.Manifest(session);
        manifest.Schema.Demand<DocumentSchema>(
            $"The model is of {manifest.Schema}, and has no topics; train one of documents (isthmus train articles/ --model prod-lda)."
        );
        var data = arguments.ForOrOwn(manifest, session, session.Get(Part));
        var (topics, warnings) = session.Compute(path, (trained, device) =>
            (DocumentTopic.Of(trained, data.Records, session.Get(Words), session.Get(Documents), device), DocumentWarnings.Of(trained, data.Records, device))
        );
        var rows = topics.Select(topic =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{topic.Number,4}  {100 * topic.Share,5:F1} %  "
                    + $"{string.Join(" ", topic.Words.Select(word => $"{word.Word} {NumberText.Percent(word.Probability)}"))}"
            )
            + (
                topic.Documents.Count == 0
                    ? ""
                    : $"\n{"",15}most in {string.Join(", ", topic.Documents.Select(document => $"{document.Name} ({NumberText.Percent(document.Share)})"))}"
            )
        );
        session.Result(
            [
                .. warnings.Select(warning => $"warning: {warning}"),
                $"{manifest.Preset} on {data.Records.Name}: {Counted.Of(topics.Count, "topic")}, proportions in {DataArguments.Count(data)}, words with "
                    + $"p(word | topic)",
                .. rows,
            ],
            [
                new("verb", "topics"),
                new("data", data.Records.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", data.Records.Count),
                new("part", data.Part),
                new(
                    "topics",
                    topics
                        .Select(topic => new
                        {
                            topic = topic.Number,
                            share = topic.Share,
                            words = topic.Words.Select(word => new { word = word.Word, probability = word.Probability }).ToArray(),
                            documents = topic
                                .Documents.Select(document => new
                                {
                                    record = document.Record,
                                    name = document.Name,
                                    share = document.Share,
                                })
                                .ToArray(),
                        })
                        .ToArray()
                ),
                new("warnings", warnings),
                new("model_path", path),
            ]
        );
    }
}
