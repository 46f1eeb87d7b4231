using System.Text.Json.Serialization;
using Isthmus.Data.Records;

namespace Isthmus.Data.Lines;

/// <summary>
/// Schema of a line of text as tokens: a record has D places, the line's tokens with its end, and 0 after it. A line of more tokens takes several records, its
/// windows, one after another; only the last holds the end.
/// </summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Length">Places of a record, D.</param>
/// <param name="Source">Options by which the lines were read.</param>
public sealed record LineSchema(TokenVocabulary Tokens, int Length, LineOptions Source) : DataSchema
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override RecordKind Kind => LineKind.Instance;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Dimension => Length;

    /// <inheritdoc/>
    public override string NameOf(int dimension) => FormattableString.Invariant($"token {dimension + 1}");

    /// <summary>Learns tokens and length from training lines.</summary>
    /// <exception cref="InvalidInputException">Options that cannot be used, or no line with a character.</exception>
    internal static LineSchema Chosen(IReadOnlyList<string> train, LineOptions options, string name)
    {
        options = options.Checked();
        if (train.All(line => line.Length == 0))
            throw new InvalidInputException(name, "holds no line with a character", "give lines of text");
        var tokens = TokenLearner.Learn(train, options);
        if (options.Length is { } asked)
            return new(tokens, asked, options);
        var encoder = new TokenEncoder(tokens);
        int[] lengths = [.. train.Take(TokenLearner.MostLines).Select(line => encoder.Encode(line).Length).Order()];
        return new(tokens, Math.Clamp(lengths[(int)Math.Ceiling(0.99 * (lengths.Length - 1))], 2, options.MostPlaces), options);
    }

    /// <summary>True if tokens and length are the same; the options by which the lines were read may differ.</summary>
    public bool Equals(LineSchema? other) => other is not null && Length == other.Length && Tokens.Equals(other.Tokens);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Length, Tokens);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"lines of up to {Length} of {Tokens.Count} tokens ({Tokens.Rule})");
}
