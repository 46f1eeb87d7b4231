using System.CommandLine;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading lines of text.</summary>
internal sealed class LineArguments : KindArguments
{
    private readonly Option<bool> _lines = new("--lines")
    {
        Description =
            "Read lines of text, with the order of their words; .log files and models of lines need no such option. With --text, of a table's column.",
    };
    private readonly Option<string?> _tokens = new("--tokens")
    {
        Description = "What a line is cut into: bpe (pieces of words), words, characters or bytes. Default: bpe; for line-vae characters.",
        HelpName = "name",
    };
    private readonly Option<int?> _maxTokens = CommonOptions.OptionalWhole(
        "--max-tokens",
        "Learn at most this many tokens. Default: 2,000 of bpe, 10,000 words, 1,000 characters",
        1
    );
    private readonly Option<int?> _length = CommonOptions.OptionalWhole(
        "--line-length",
        "Tokens in a record; a longer line takes several. Default: as many as 99 % of the lines need, at most 128, or 256 characters or bytes",
        2
    );
    private readonly Option<string?> _masks = new("--masks")
    {
        Description = "Parts of lines replaced by their name: some of time,address,hex,number, or none. Default: all for .log files, none for others.",
        HelpName = "list",
    };
    private readonly Option<string?> _start = new("--record-start")
    {
        Description = "Regular expression for the first line of a record; lines that do not match belong to the record before, as those of a stack trace do.",
        HelpName = "regex",
    };

    public LineArguments() => OptionGroup.In("Lines of text", Options);

    public override IReadOnlyList<Option> Options => [_lines, _tokens, _maxTokens, _length, _masks, _start];

    public override DataOptions Apply(Session session, DataOptions options)
    {
        var lines = new LineOptions
        {
            Text = options.Documents?.Text,
            Tokens = session.Get(_tokens),
            MaxTokens = session.Get(_maxTokens),
            Length = session.Get(_length),
            Masks = session.Get(_masks),
            RecordStart = session.Get(_start),
        };
        // A table's column of texts alone does not say that their order counts.
        return session.Get(_lines) || lines with { Text = null } != new LineOptions() ? options with { Lines = lines } : options;
    }
}
