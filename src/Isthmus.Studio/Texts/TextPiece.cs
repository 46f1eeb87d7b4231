using Isthmus.Data.Documents;

namespace Isthmus.Studio.Texts;

/// <summary>A piece of a text: a word that a model knows, or all between two of them.</summary>
/// <param name="Text">The piece as it is written.</param>
/// <param name="Word">Number of the word; null between words.</param>
internal readonly record struct TextPiece(string Text, int? Word)
{
    /// <summary>Returns the pieces of a text in order; together they are the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="numbers">Number of each word.</param>
    public static IReadOnlyList<TextPiece> Of(string text, IReadOnlyDictionary<string, int> numbers)
    {
        var pieces = new List<TextPiece>();
        var from = 0;
        for (var words = new WordSegmentation(text); words.MoveNext();)
        {
            if (!numbers.TryGetValue(words.Current.ToString(), out var number))
                continue;
            var (start, length) = words.Place.GetOffsetAndLength(text.Length);
            if (start > from)
                pieces.Add(new(text[from..start], null));
            pieces.Add(new(text.Substring(start, length), number));
            from = start + length;
        }
        if (from < text.Length)
            pieces.Add(new(text[from..], null));
        return pieces;
    }
}
