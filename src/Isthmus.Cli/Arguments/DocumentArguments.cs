using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading documents as counts of words.</summary>
internal sealed class DocumentArguments : KindArguments
{
    private readonly Option<string?> _text = new("--text")
    {
        Description = "Documents: the table's column of texts; a number from 1 where it has no header.",
        HelpName = "column",
    };
    private readonly Option<string?> _vocabulary = new("--vocabulary")
    {
        Description = "Documents as bags of words (.feat): the file that names the words, one a line.",
        HelpName = "file",
    };
    private readonly Option<string?> _stopWords = new("--stop-words")
    {
        Description = "Documents: words to leave out: english, none, or a file of them. English if not said.",
        HelpName = "list",
    };
    private readonly Option<int?> _minDocuments = CommonOptions.OptionalWhole(
        "--min-documents",
        "Documents: leave out words that fewer training documents hold, 5 if not said",
        1
    );
    private readonly Option<double?> _maxShare = CommonOptions.OptionalNumber(
        "--max-document-share",
        "Documents: leave out words that a greater share of training documents hold, 0.5 if not said"
    );
    private readonly Option<int?> _maxWords = CommonOptions.OptionalWhole(
        "--max-words",
        "Documents: keep at most so many words, those in the most documents, 10,000 if not said",
        1
    );

    public DocumentArguments() => OptionGroup.In("Documents", Options);

    public override IReadOnlyList<Option> Options => [_text, _vocabulary, _stopWords, _minDocuments, _maxShare, _maxWords];

    public override DataOptions Apply(Session session, DataOptions options) =>
        options with
        {
            Documents = new()
            {
                Text = session.Get(_text),
                Vocabulary = session.Get(_vocabulary),
                StopWords = session.Get(_stopWords),
                MinDocuments = session.Get(_minDocuments),
                MaxShare = session.Get(_maxShare),
                MaxWords = session.Get(_maxWords),
            },
        };
}
