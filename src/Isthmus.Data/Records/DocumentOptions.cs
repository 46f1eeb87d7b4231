namespace Isthmus.Data.Records;

/// <summary>
/// Options for reading documents and choosing words. Options that are null come from the model, or have the default. A model knows its words: for it only the
/// source of texts matters.
/// </summary>
public sealed record DocumentOptions
{
    private const int UsualLeast = 5,
        UsualWords = 10_000;
    private const double UsualShare = 0.5;

    /// <summary>Tables: column of texts, by name, or by number from 1 if the file has no header. Default null: none.</summary>
    public string? Text { get; init; }

    /// <summary>Bags of words (.feat): file of the words, one a line. Default null: the model's.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>Words to leave out: <c>english</c>, <c>none</c>, or a file of one word a line. Default english.</summary>
    public string? StopWords { get; init; }

    /// <summary>Smallest number of training documents of a word; words in fewer are left out. Default 5; 1 if a vocabulary is given.</summary>
    public int? MinDocuments { get; init; }

    /// <summary>
    /// Largest fraction of the training documents that may hold a word; words in more are left out. From 0 to 1; default 0.5, or 1 if a vocabulary is given.
    /// </summary>
    public double? MaxShare { get; init; }

    /// <summary>Largest number of words; those in the most documents are kept. Default 10,000; all if a vocabulary is given.</summary>
    public int? MaxWords { get; init; }

    internal int LeastDocuments => MinDocuments ?? (Vocabulary is null ? UsualLeast : 1);

    internal double MostShare => MaxShare ?? (Vocabulary is null ? UsualShare : 1);

    internal int MostWords => MaxWords ?? (Vocabulary is null ? UsualWords : int.MaxValue);

    /// <summary>Returns these options, with those that are null taken from <paramref name="other"/>.</summary>
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
