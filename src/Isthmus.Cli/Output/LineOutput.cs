using Isthmus.Data.Lines;

namespace Isthmus.Cli.Output;

/// <summary>Lines of text: tokens, length and masks are shown.</summary>
internal sealed class LineOutput(LineSchema lines) : KindOutput(lines)
{
    public override string Places => "lines.csv or .parquet";

    public override IEnumerable<string> OfModel() =>
        [
            $"  tokens: {lines.Tokens.Rule}, {NumberText.Of(lines.Tokens.Count)} of them, up to {lines.Length} in a record; "
                + "a longer line takes several records",
            lines.Tokens.Masks.Count == 0 ? "  masks: none" : $"  masks: {string.Join(", ", lines.Tokens.Masks)}, replaced by their names",
            .. lines.Source.RecordStart is { } start ? [$"  a record begins with a line that matches {start}"] : Array.Empty<string>(),
        ];

    public override IEnumerable<string> OfData(int records) => OfModel();
}
