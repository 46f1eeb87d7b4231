namespace Isthmus.Data.Records;

/// <summary>
/// Options for reading lines of text. Options that are null come from the model, or have the default. A model keeps its tokens, length and masks: for it only
/// the place of the lines matters.
/// </summary>
public sealed record LineOptions
{
    /// <summary>Rules for cutting a line into tokens: <c>bpe</c>, <c>words</c>, <c>characters</c> or <c>bytes</c>.</summary>
    internal static readonly string[] Rules = ["bpe", "words", "characters", "bytes"];

    /// <summary>Tables: column of the lines, by name, or by number from 1 if the file has no header. Default null: the file's own lines.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// Unit that a line is cut into: <c>bpe</c> (pieces of words by byte-pair encoding, learnt from the training lines), <c>words</c>, <c>characters</c>
    /// (graphemes)
    /// or <c>bytes</c> (of UTF-8). Default bpe.
    /// </summary>
    public string? Tokens { get; init; }

    /// <summary>
    /// Largest number of tokens learnt from the training lines, besides the 256 bytes. Default 2,000 for bpe, 10,000 for words, 1,000 for characters.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>
    /// Places of a record, whole, 2 to 4,096. A line with its end takes one record for each so many tokens. Default: as many as 99 % of the training lines
    /// need, at most 128, or 256 for characters and bytes.
    /// </summary>
    public int? Length { get; init; }

    /// <summary>
    /// Parts of a line that are replaced by their name, joined by commas: <c>time</c>, <c>address</c>, <c>hex</c>, <c>number</c>; or <c>none</c>. Default: all
    /// four for .log files, none otherwise.
    /// </summary>
    public string? Masks { get; init; }

    /// <summary>
    /// Regular expression for the first line of a record; other lines belong to the record before them, as those of a stack trace do. Default null: every line
    /// is a record.
    /// </summary>
    public string? RecordStart { get; init; }

    internal string Rule => Tokens ?? Rules[0];

    internal int MostTokens =>
        MaxTokens
        ?? Rule switch
        {
            "words" => 10_000,
            "characters" => 1_000,
            _ => 2_000,
        };

    internal int MostPlaces => Rule is "characters" or "bytes" ? 256 : 128;

    /// <summary>Returns these options, with those that are null taken from <paramref name="other"/>.</summary>
    internal LineOptions Over(LineOptions? other) =>
        other is null
            ? this
            : new()
            {
                Text = Text ?? other.Text,
                Tokens = Tokens ?? other.Tokens,
                MaxTokens = MaxTokens ?? other.MaxTokens,
                Length = Length ?? other.Length,
                Masks = Masks ?? other.Masks,
                RecordStart = RecordStart ?? other.RecordStart,
            };

    /// <summary>Throws unless every option can be used.</summary>
    /// <exception cref="InvalidInputException">One cannot.</exception>
    internal LineOptions Checked()
    {
        if (!Rules.Contains(Rule))
            throw new InvalidInputException(
                $"{OptionNames.Tokens} {Tokens}",
                "is no way to cut a line",
                $"give one of {string.Join(", ", Rules)}",
                OptionNames.Tokens
            );
        if (MaxTokens is < 1 or > 1_000_000)
            throw new InvalidInputException($"{OptionNames.MaxTokens} {MaxTokens}", "is out of range", "give 1 to 1,000,000", OptionNames.MaxTokens);
        if (Length is < 2 or > 4096)
            throw new InvalidInputException($"{OptionNames.LineLength} {Length}", "is out of range", "give 2 to 4,096", OptionNames.LineLength);
        return this;
    }
}
