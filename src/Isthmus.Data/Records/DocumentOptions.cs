namespace Isthmus.Data.Records;

/// <summary>
/// How documents are read, and which words count. What is null is taken from the model, or has the default. A model knows
/// its words: for it only the source matters.
/// </summary>
public sealed record DocumentOptions
{
    private const int UsualLeast = 5,
        UsualWords = 10_000;
    private const double UsualShare = 0.5;

    /// <summary>Tables: the column of texts, by name, or by number from 1 where the file has no header. Default: none.</summary>
    public string? Text { get; init; }

    /// <summary>Bags of words (.feat): the file that names the words, one a line. Default: the model's.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>Words left out: <c>english</c>, <c>none</c>, or a file of one word a line. Default: english.</summary>
    public string? StopWords { get; init; }

    /// <summary>Words in fewer training documents are left out. Default 5; 1 where a vocabulary is given.</summary>
    public int? MinDocuments { get; init; }

    /// <summary>Words in a greater share of the training documents are left out. Default 0.5; 1 where a vocabulary is given.</summary>
    public double? MaxShare { get; init; }

    /// <summary>Of the words left, so many of those in the most documents are kept. Default 10,000; all where a vocabulary is given.</summary>
    public int? MaxWords { get; init; }

    internal int LeastDocuments => MinDocuments ?? (Vocabulary is null ? UsualLeast : 1);

    internal double MostShare => MaxShare ?? (Vocabulary is null ? UsualShare : 1);

    internal int MostWords => MaxWords ?? (Vocabulary is null ? UsualWords : int.MaxValue);

    /// <summary>These, and what they leave open from <paramref name="other"/>.</summary>
    internal DocumentOptions Over(DocumentOptions? other) =>
        other is null
            ? this
            : new()
            {
                Text = Text ?? other.Text,
                Vocabulary = Vocabulary ?? other.Vocabulary,
                StopWords = StopWords ?? other.StopWords,
                MinDocuments = MinDocuments ?? other.MinDocuments,
                MaxShare = MaxShare ?? other.MaxShare,
                MaxWords = MaxWords ?? other.MaxWords,
            };
}
