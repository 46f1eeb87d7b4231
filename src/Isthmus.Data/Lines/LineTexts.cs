using System.Collections;
using System.Globalization;
using Isthmus.Data.Records;

namespace Isthmus.Data.Lines;

/// <summary>
/// Texts of records as read, kept to be cut into tokens: learnt from the training lines of a split, or those of a model. A line that takes several records has
/// all of them in the same part.
/// </summary>
/// <param name="name">Source of the lines.</param>
/// <param name="texts">The lines.</param>
/// <param name="places">Name of each line; null to number them.</param>
/// <param name="labels">Labels of the lines.</param>
/// <param name="options">Options by which they were read.</param>
/// <param name="notes">Notes on reading.</param>
internal sealed class LineTexts(
    string name,
    IReadOnlyList<string> texts,
    IReadOnlyList<string>? places,
    IReadOnlyList<LabelColumn> labels,
    LineOptions options,
    IReadOnlyList<Wording> notes
) : IRecordOrigin
{
    /// <summary>The lines.</summary>
    public IReadOnlyList<string> Texts => texts;

    /// <summary>Returns all lines as records of a schema; null to learn one from them.</summary>
    public Dataset Records(LineSchema? schema = null) =>
        Records(schema ?? LineSchema.Chosen(texts, options, name), [.. Enumerable.Range(0, texts.Count)], notes);

    /// <summary>Returns the lines in parts, with tokens learnt from the training lines unless a schema is given.</summary>
    public DataSplits Split(int seed, SplitShares shares, LineSchema? schema)
    {
        var (train, validation, test) = DataSplits.Parts(name, DataSplits.Permutation(texts.Count, seed), shares, "line");
        schema ??= LineSchema.Chosen([.. train.Select(line => texts[line])], options, name);
        return new(Records(schema, train, notes), Records(schema, validation, []), Records(schema, test, [])) { Seed = seed, Shares = shares };
    }

    /// <inheritdoc/>
    public DataSplits Split(Dataset data, DataOptions asked) => Split(asked.Seed, asked.Shares, asked.Expected as LineSchema);

    /// <inheritdoc/>
    public Dataset BroughtTo(Dataset data, DataSchema schema) => Records((LineSchema)schema);

    private Dataset Records(LineSchema schema, int[] lines, IReadOnlyList<Wording> notes)
    {
        var encoder = new TokenEncoder(schema.Tokens);
        var (offsets, tokens, of) = (new List<int> { 0 }, new List<int>(), new List<(int Line, int Window)>());
        var longer = 0;
        foreach (var line in lines)
        {
            var all = encoder.Encode(texts[line]);
            longer += all.Length > schema.Length ? 1 : 0;
            for (var window = 0; window * schema.Length < all.Length; window++)
            {
                tokens.AddRange(all[(window * schema.Length)..Math.Min(all.Length, (window + 1) * schema.Length)]);
                offsets.Add(tokens.Count);
                of.Add((line, all.Length > schema.Length ? window + 1 : 0));
            }
        }
        int[] owner = [.. of.Select(record => record.Line)];
        return Dataset
            .OfTokens(
                name,
                schema,
                new([.. offsets], [.. tokens], schema.Length),
                new Names(places, [.. of]),
                [.. labels.Select(label => label.Select(owner))],
                longer == 0
                    ? notes
                    :
                    [
                        .. notes,
                        FormattableString.Invariant(
                            $"{longer:N0} of {lines.Length:N0} lines are longer than {schema.Length} tokens: each takes several records, its windows"
                        ),
                    ]
            )
            .From(this);
    }

    /// <summary>Names of records, made when asked for: "line 3", "line 3, window 2".</summary>
    private sealed class Names(IReadOnlyList<string>? places, (int Line, int Window)[] of) : IReadOnlyList<string>
    {
        public int Count => of.Length;

        public string this[int index] =>
            (places?[of[index].Line] ?? string.Create(CultureInfo.InvariantCulture, $"line {of[index].Line + 1}"))
            + (of[index].Window == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", window {of[index].Window}"));

        public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
