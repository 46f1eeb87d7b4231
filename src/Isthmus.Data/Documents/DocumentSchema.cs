using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>Schema of a document: the counts of D words. A model keeps the words, and the options that chose them.</summary>
/// <param name="Vocabulary">The words, in order.</param>
/// <param name="Source">Options by which the documents were read.</param>
public sealed record DocumentSchema(IReadOnlyList<string> Vocabulary, DocumentOptions Source) : CountSchema
{
    /// <inheritdoc/>
    public override RecordKind Kind => DocumentKind.Instance;

    /// <inheritdoc/>
    public override int Dimension => Vocabulary.Count;

    /// <inheritdoc/>
    public override string NameOf(int dimension) => Vocabulary[dimension];

    /// <summary>
    /// Chooses words of <paramref name="train"/> within the limits of the options: in enough of the documents, in not too many of them, and if too many words
    /// remain, those in the most documents (of equals, the first in order).
    /// </summary>
    /// <exception cref="InvalidInputException">No word is left.</exception>
    internal static DocumentSchema Chosen(Dataset train)
    {
        var all = (DocumentSchema)train.Schema;
        var limits = all.Source;
        var documents = new int[all.Dimension];
        for (var record = 0; record < train.Count; record++)
            foreach (var word in train.Sparse(record).Columns)
                documents[word]++;
        int[] kept =
        [
            .. Enumerable
                .Range(0, all.Dimension)
                .Where(word => documents[word] >= limits.LeastDocuments && documents[word] <= limits.MostShare * train.Count)
                .OrderByDescending(word => documents[word])
                .ThenBy(word => word)
                .Take(limits.MostWords)
                .Order(),
        ];
        return kept.Length > 0
            ? all with
            {
                Vocabulary = [.. kept.Select(word => all.Vocabulary[word])],
            }
            : throw new InvalidInputException(
                $"{train.Name}: of its {all.Dimension} words none",
                $"is in at least {limits.LeastDocuments} and at most {100 * limits.MostShare:0.#} % of {train.Count} training documents",
                $"give a lower {OptionNames.MinDocuments} or a higher {OptionNames.MaxShare}, or more documents",
                OptionNames.MinDocuments
            );
    }

    /// <summary>
    /// Converts documents over other words to these words; unknown words are dropped. Documents without any word left are kept: they are encoded as the prior.
    /// </summary>
    /// <exception cref="InvalidInputException">No document holds a word of these.</exception>
    internal Dataset Adapt(Dataset data)
    {
        var theirs = (DocumentSchema)data.Schema;
        var known = Vocabulary.Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);
        var places = theirs.Vocabulary.Select(word => known.GetValueOrDefault(word, -1)).ToArray();
        return data.Mapped(
            this,
            (columns, values) =>
            {
                int[] kept = [.. Enumerable.Range(0, columns.Length).Where(k => places[columns[k]] >= 0)];
                int[] words = Array.ConvertAll(kept, k => places[columns[k]]);
                float[] times = Array.ConvertAll(kept, k => values[k]);
                Array.Sort(words, times);
                return (words, times);
            },
            data.Notes,
            keepsEmpty: true
        )!;
    }

    /// <summary>Throws if no document holds a word, and adds a note on documents without any.</summary>
    internal static Dataset Checked(Dataset data)
    {
        var empty = Enumerable.Range(0, data.Count).Count(record => data.Sparse(record).Columns.Length == 0);
        if (empty == data.Count)
            throw new InvalidInputException(
                $"{data.Name}: none of its {data.Count} document{(data.Count == 1 ? "" : "s")}",
                $"holds one of the {data.Schema.Dimension} words of the vocabulary",
                "give documents in the language and of the kind that the model was trained on, or train one on these"
            );
        return empty == 0
            ? data
            : data.WithNotes([
                .. data.Notes,
                FormattableString.Invariant($"{empty:N0} of {data.Count:N0} documents hold no word of the vocabulary; they are kept, and coded as the prior"),
            ]);
    }

    /// <summary>True if the words are the same; the options by which they were read may differ.</summary>
    public bool Equals(DocumentSchema? other) => other is not null && Vocabulary.SequenceEqual(other.Vocabulary);

    /// <inheritdoc/>
    public override int GetHashCode() => Vocabulary.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"documents over {Dimension} words";
}
