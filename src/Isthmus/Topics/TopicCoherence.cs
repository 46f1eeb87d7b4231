namespace Isthmus.Topics;

/// <summary>Coherence of the first words of a topic in a reference corpus, and diversity of topics.</summary>
public static class TopicCoherence
{
    /// <summary>Returns the mean NPMI of all pairs of the words (Lau et al. 2014), -1 .. 1.</summary>
    public static double Npmi(CoOccurrence corpus, IReadOnlyList<int> words)
    {
        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < words.Count; i++)
            for (var j = 0; j < i; j++, pairs++)
                sum += corpus.Npmi(words[i], words[j]);
        return pairs == 0 ? double.NaN : sum / pairs;
    }

    /// <summary>
    /// Returns c_v (Roeder et al. 2015) over whole documents, where the original slides a window of 110 words: each word is the vector of its NPMI with all the
    /// words, and c_v is the mean cosine of these vectors with their sum.
    /// </summary>
    public static double Cv(CoOccurrence corpus, IReadOnlyList<int> words)
    {
        double[][] vectors = [.. words.Select(word => words.Select(other => word == other ? 1 : corpus.Npmi(word, other)).ToArray())];
        double[] sum = [.. Enumerable.Range(0, words.Count).Select(place => vectors.Sum(vector => vector[place]))];
        return vectors.Average(vector => Cosine(vector, sum));
    }

    /// <summary>
    /// Returns the fraction of distinct words among the first words of all topics (Dieng et al. 2020): 1 if no two topics have a word in common.
    /// </summary>
    public static double Diversity(IReadOnlyList<IReadOnlyList<int>> topics) =>
        topics.SelectMany(words => words).Distinct().Count() / (double)topics.Sum(words => words.Count);

    private static double Cosine(double[] one, double[] other)
    {
        var lengths = Math.Sqrt(one.Sum(x => x * x) * other.Sum(x => x * x));
        return lengths == 0 ? 0 : one.Zip(other, (a, b) => a * b).Sum() / lengths;
    }
}
