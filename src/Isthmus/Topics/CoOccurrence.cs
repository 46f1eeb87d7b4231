using System.Numerics;
using Isthmus.Data.Records;

namespace Isthmus.Topics;

/// <summary>In how many documents of a reference corpus words occur, alone and in pairs, and how much a pair keeps together.</summary>
public sealed class CoOccurrence
{
    // One bit a document for each word asked for.
    private readonly Dictionary<int, ulong[]> _occurs;

    /// <summary>Looks <paramref name="words"/> up in <paramref name="reference"/>.</summary>
    public CoOccurrence(Dataset reference, IEnumerable<int> words)
    {
        Documents = reference.Count;
        _occurs = words.Distinct().ToDictionary(word => word, _ => new ulong[(Documents + 63) / 64]);
        for (var document = 0; document < Documents; document++)
            foreach (var word in reference.Sparse(document).Columns)
                if (_occurs.TryGetValue(word, out var bits))
                    bits[document / 64] |= 1UL << (document % 64);
    }

    /// <summary>Documents of the corpus.</summary>
    public int Documents { get; }

    /// <summary>Documents that hold both words; of a word and itself, those that hold it.</summary>
    public int Count(int one, int other) => _occurs[one].Zip(_occurs[other], (a, b) => BitOperations.PopCount(a & b)).Sum();

    /// <summary>
    /// Normalised pointwise mutual information of two words, ln(p_ij / (p_i p_j)) / -ln p_ij (Bouma 2009), p being shares of the
    /// documents: 1 where the words never occur apart, 0 where they are independent, -1 where they never occur together.
    /// </summary>
    public double Npmi(int one, int other)
    {
        var both = Count(one, other) / (double)Documents;
        if (both is 0 or 1)
            return both == 0 ? -1 : 1;
        return Math.Log(both / (Count(one, one) / (double)Documents * (Count(other, other) / (double)Documents))) / -Math.Log(both);
    }
}
