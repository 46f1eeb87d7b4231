using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading documents as counts of words.</summary>
internal sealed class DocumentArguments : KindArguments
{
    private readonly Option<string?> _text = new("--text")
    {
        Description = "Column of texts; a number from 1 where the table has no header.",
        HelpName = "column",
    };
    private readonly Option<string?> _vocabulary = new("--vocabulary")
    {
        Description = "File of the words of documents given as bags of words (.feat), one per line.",
        HelpName = "file",
    };
    private readonly Option<string?> _stopWords = new("--stop-words")
    {
        Description = "Words to leave out: english, none, or a file of words. Default: english.",
        HelpName = "list",
    };
    private readonly Option<int?> _minDocuments = CommonOptions.OptionalWhole(
        "--min-documents",
        "Leave out words that occur in fewer training documents than this. Default: 5",
        1
    );
    private readonly Option<double?> _maxShare = CommonOptions.OptionalNumber(
        "--max-document-share",
        "Leave out words that occur in more than this fraction of training documents. Default: 0.5"
    );
    private readonly Option<int?> _maxWords = CommonOptions.OptionalWhole(
        "--max-words",
        "Keep at most this many words, those that occur in most documents. Default: 10,000",
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
