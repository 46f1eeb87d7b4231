namespace Isthmus.Lines;

/// <summary>Similarity of texts by the words that they share, and by what must be changed to make one of the other.</summary>
internal static class TextOverlap
{
    private const int LongestGram = 4;

    /// <summary>Words of a text: runs between white space.</summary>
    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// BLEU-4 of candidates against their references (Papineni et al. 2002): the geometric mean of the precisions of runs of 1 to 4 words, summed over all
    /// lines
    /// before they are divided, times exp(1 - r / c) where the candidates, c words, are shorter than their nearest references, r words. From 0 to 1.
    /// </summary>
    public static double Bleu(IReadOnlyList<(string[] Candidate, IReadOnlyList<string[]> References)> pairs)
    {
        Span<double> matched = stackalloc double[LongestGram],
            all = stackalloc double[LongestGram];
        var (length, reference) = (0.0, 0.0);
        foreach (var (candidate, references) in pairs)
        {
            length += candidate.Length;
            reference += references.Select(words => words.Length).MinBy(words => (Math.Abs(words - candidate.Length), words));
            for (var n = 1; n <= LongestGram; n++)
            {
                var most = new Dictionary<string, int>(StringComparer.Ordinal);
                foreach (var words in references)
                    foreach (var (gram, count) in Grams(words, n))
                        most[gram] = Math.Max(most.GetValueOrDefault(gram), count);
                foreach (var (gram, count) in Grams(candidate, n))
                {
                    matched[n - 1] += Math.Min(count, most.GetValueOrDefault(gram));
                    all[n - 1] += count;
                }
            }
        }
        var sum = 0.0;
        for (var n = 0; n < LongestGram; n++)
            if (all[n] > 0)
                sum += Math.Log(Math.Max(matched[n], 1e-9) / all[n]) / LongestGram;
        return length == 0 ? 0 : Math.Exp(sum + Math.Min(0, 1 - reference / length));
    }

    /// <summary>Share of different ones among all runs of n words, 0 to 1.</summary>
    public static double Distinct(IEnumerable<string[]> texts, int n)
    {
        var (different, all) = (new HashSet<string>(StringComparer.Ordinal), 0L);
        foreach (var words in texts)
            foreach (var (gram, count) in Grams(words, n))
            {
                different.Add(gram);
                all += count;
            }
        return all == 0 ? 0 : different.Count / (double)all;
    }

    /// <summary>Fewest tokens to insert, leave out or replace to make one line of the other (Levenshtein 1966).</summary>
    public static int Distance(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        int[] before = [.. Enumerable.Range(0, to.Length + 1)],
            row = new int[to.Length + 1];
        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
                row[j] = Math.Min(Math.Min(row[j - 1], before[j]) + 1, before[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
            (before, row) = (row, before);
        }
        return before[to.Length];
    }

    private static Dictionary<string, int> Grams(string[] words, int n)
    {
        var grams = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i + n <= words.Length; i++)
        {
            var gram = string.Join('\u0001', words[i..(i + n)]);
            grams[gram] = grams.GetValueOrDefault(gram) + 1;
        }
        return grams;
    }
}
