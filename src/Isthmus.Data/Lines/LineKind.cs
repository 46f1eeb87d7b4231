using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Lines;

/// <summary>Lines of text as sequences of tokens.</summary>
public sealed class LineKind : RecordKind
{
    private LineKind() { }

    /// <summary>The single instance.</summary>
    public static LineKind Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "lines";

    /// <inheritdoc/>
    public override string Noun(DataSchema schema) => "line";

    /// <inheritdoc/>
    public override Type SchemaType => typeof(LineSchema);

    /// <inheritdoc/>
    public override string Unit => "token";

    /// <inheritdoc/>
    public override string Phrase(DataSchema schema) => $"{schema}";

    /// <inheritdoc/>
    public override string Model => "text-vae";

    /// <summary>Each token by a softmax given the tokens before it.</summary>
    public override string Likelihood(DataSchema schema) => "tokens";

    /// <inheritdoc/>
    public override RecordForm Form => RecordForm.Columns;

    /// <summary>Returns one column, the texts.</summary>
    public override IReadOnlyList<Column> Columns(DataSchema schema, float[] values) =>
        [new("line", [.. values.Chunk(schema.Dimension).Select(record => TextOf((LineSchema)schema, record))])];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Option, object? Value)> Arguments(DataSchema schema, bool isPublished)
    {
        var source = ((LineSchema)schema).Source;
        return
        [
            ("--text", source.Text),
            ("--tokens", source.Tokens),
            ("--max-tokens", source.MaxTokens),
            ("--line-length", source.Length),
            ("--masks", source.Masks),
            ("--record-start", source.RecordStart),
        ];
    }

    /// <summary>Returns the texts, cut to a line's beginning.</summary>
    internal override IReadOnlyList<string>? Excerpts(Dataset data, DataOptions options, IReadOnlyList<int> records)
    {
        const int Characters = 160;
        var tokens = ((LineSchema)data.Schema).Tokens;
        return [.. records.Select(record => tokens.TextOf(data.Tokens(record)) is var text && text.Length > Characters ? $"{text[..Characters]} ..." : text)];
    }

    private static string TextOf(LineSchema schema, float[] record) => schema.Tokens.TextOf(Array.ConvertAll(record, token => (int)token));
}
