using System.Numerics;
using Isthmus.Data.Records;

namespace Isthmus.Topics;

/// <summary>Document counts of words in a reference corpus, alone and in pairs, and the association of pairs.</summary>
public sealed class CoOccurrence
{
    // One bit a document for each word asked for.
    private readonly Dictionary<int, ulong[]> _occurs;

    /// <summary>Counts the documents of <paramref name="reference"/> that hold each of <paramref name="words"/>.</summary>
    public CoOccurrence(Dataset reference, IEnumerable<int> words)
    {
        Documents = reference.Count;
        _occurs = words.Distinct().ToDictionary(word => word, _ => new ulong[(Documents + 63) / 64]);
        for (var document = 0; document < Documents; document++)
            foreach (var word in reference.Sparse(document).Columns)
                if (_occurs.TryGetValue(word, out var bits))
                    bits[document / 64] |= 1UL << (document % 64);
    }

    /// <summary>Number of documents of the corpus.</summary>
    public int Documents { get; }

    /// <summary>Returns the number of documents that hold both words; for a word and itself, of those that hold it.</summary>
    public int Count(int one, int other) => _occurs[one].Zip(_occurs[other], (a, b) => BitOperations.PopCount(a & b)).Sum();

    /// <summary>
    /// Returns the normalised pointwise mutual information of two words, ln(p_ij / (p_i p_j)) / -ln p_ij (Bouma 2009), with p the fractions of the documents: 1
    /// if the words never occur apart, 0 if they are independent, -1 if they never occur together.
    /// </summary>
    public double Npmi(int one, int other)
    {
        var both = Count(one, other) / (double)Documents;
        if (both is 0 or 1)
            return both == 0 ? -1 : 1;
        return Math.Log(both / (Count(one, one) / (double)Documents * (Count(other, other) / (double)Documents))) / -Math.Log(both);
    }
}
