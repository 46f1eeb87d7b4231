using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Isthmus.Data.Records;

namespace Isthmus.Data.Lines;

/// <summary>
/// Learns the pieces of a vocabulary from lines: the characters that occur, then the words that occur most often, or the merges of byte-pair encoding. Of
/// equals,
/// the first in ordinal order; what occurs once is not learnt. At most <see cref="MostLines"/> lines are looked at, the first.
/// </summary>
internal sealed class TokenLearner
{
    /// <summary>Most lines to learn from.</summary>
    public const int MostLines = 200_000;

    private const int LeastTimes = 2,
        LeastMerges = 3;

    private readonly Dictionary<string, int> _chunks = new(StringComparer.Ordinal),
        _characters = new(StringComparer.Ordinal);

    /// <summary>Returns the vocabulary for lines.</summary>
    /// <param name="lines">Training lines.</param>
    /// <param name="options">Rule, masks and number of tokens.</param>
    public static TokenVocabulary Learn(IEnumerable<string> lines, LineOptions options)
    {
        string[] masks = LineMasks.NamesIn(options.Masks ?? "none");
        if (options.Rule == "bytes")
            return new(options.Rule, masks, []);
        var learner = new TokenLearner();
        learner.Count(lines.Take(MostLines), LineMasks.Of(masks), byGrapheme: options.Rule != "bpe");
        string[] characters = Frequent(learner._characters, LeastTimes, options.MostTokens);
        return new(
            options.Rule,
            masks,
            options.Rule switch
            {
                "characters" => characters,
                "words" => [.. characters, .. Frequent(learner._chunks, LeastTimes, options.MostTokens - characters.Length, characters)],
                _ => learner.Merges(characters, options.MostTokens),
            }
        );
    }

    private void Count(IEnumerable<string> lines, LineMasks masks, bool byGrapheme)
    {
        var chunks = _chunks.GetAlternateLookup<ReadOnlySpan<char>>();
        var characters = _characters.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var line in lines)
            masks.ForEachPart(line, (mask, start, length) =>
            {
                if (mask >= 0)
                    return;
                var text = line.AsSpan(start, length);
                for (var chunk = new TextChunks(text); chunk.MoveNext();)
                    CollectionsMarshal.GetValueRefOrAddDefault(chunks, chunk.Current, out _)++;
                while (text.Length > 0)
                {
                    var units =
                        byGrapheme ? StringInfo.GetNextTextElementLength(text)
                        : Rune.DecodeFromUtf16(text, out _, out var own) == OperationStatus.Done ? own
                        : 1;
                    // Half of a pair is no character.
                    if (!char.IsSurrogate(text[0]) || units > 1)
                        CollectionsMarshal.GetValueRefOrAddDefault(characters, text[..units], out _)++;
                    text = text[units..];
                }
            });
    }

    private static string[] Frequent(Dictionary<string, int> counts, int least, int most, params IEnumerable<string> but) =>
        [
            .. counts
                .Where(pair => pair.Value >= least)
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => pair.Key)
                .Except(but)
                .Take(Math.Max(0, most)),
        ];

    /// <summary>Returns the characters and then the merges: again and again the two neighbours that occur together most often become one piece.</summary>
    private string[] Merges(string[] characters, int most)
    {
        var pieces = new List<string>(characters);
        var numbers = characters.Index().ToDictionary(piece => piece.Item, piece => piece.Index, StringComparer.Ordinal);
        // Chunks as lists of pieces; -1 is a character that is none, and joins nothing.
        var words = _chunks.Select(chunk => (Symbols: Split(chunk.Key, numbers), Times: chunk.Value)).Where(word => word.Symbols.Count > 1).ToArray();
        var times = new Dictionary<(int, int), int>();
        var places = new Dictionary<(int, int), HashSet<int>>();
        for (var word = 0; word < words.Length; word++)
            for (var i = 0; i + 1 < words[word].Symbols.Count; i++)
                Note(word, i, +1);
        // Entries whose count has changed since are passed over.
        var queue = new PriorityQueue<(int Left, int Right), (int Times, string Text)>(
            Comparer<(int Times, string Text)>.Create((a, b) => a.Times != b.Times ? b.Times.CompareTo(a.Times) : string.CompareOrdinal(a.Text, b.Text))
        );
        foreach (var (pair, count) in times)
            queue.Enqueue(pair, (count, pieces[pair.Item1] + pieces[pair.Item2]));
        while (pieces.Count < most && queue.TryDequeue(out var best, out var rank))
        {
            if (times.GetValueOrDefault(best) != rank.Times)
                continue;
            if (rank.Times < LeastMerges)
                break;
            // Two ways to the same text make one piece.
            if (!numbers.TryGetValue(rank.Text, out var made))
            {
                numbers[rank.Text] = made = pieces.Count;
                pieces.Add(rank.Text);
            }
            var changed = new HashSet<(int, int)>();
            foreach (var word in places[best].Order().ToArray())
            {
                var symbols = words[word].Symbols;
                for (var i = 0; i + 1 < symbols.Count; i++)
                {
                    if ((symbols[i], symbols[i + 1]) != best)
                        continue;
                    for (var near = Math.Max(0, i - 1); near <= Math.Min(symbols.Count - 2, i + 1); near++)
                        Note(word, near, -1, changed);
                    symbols[i] = made;
                    symbols.RemoveAt(i + 1);
                    for (var near = Math.Max(0, i - 1); near <= Math.Min(symbols.Count - 2, i); near++)
                        Note(word, near, +1, changed);
                }
            }
            times.Remove(best);
            foreach (var pair in changed)
                if (times.TryGetValue(pair, out var now) && now > 0)
                    queue.Enqueue(pair, (now, pieces[pair.Item1] + pieces[pair.Item2]));
        }
        return [.. pieces];

        void Note(int word, int at, int sign, HashSet<(int, int)>? changed = null)
        {
            var pair = (words[word].Symbols[at], words[word].Symbols[at + 1]);
            if (pair.Item1 < 0 || pair.Item2 < 0)
                return;
            CollectionsMarshal.GetValueRefOrAddDefault(times, pair, out _) += sign * words[word].Times;
            if (sign > 0)
            {
                ref var where = ref CollectionsMarshal.GetValueRefOrAddDefault(places, pair, out _);
                (where ??= []).Add(word);
            }
            changed?.Add(pair);
        }
    }

    private static List<int> Split(string chunk, Dictionary<string, int> numbers)
    {
        var (symbols, lookup) = (new List<int>(), numbers.GetAlternateLookup<ReadOnlySpan<char>>());
        for (var at = 0; at < chunk.Length;)
        {
            var units = Rune.DecodeFromUtf16(chunk.AsSpan(at), out _, out var own) == OperationStatus.Done ? own : 1;
            symbols.Add(lookup.TryGetValue(chunk.AsSpan(at, units), out var piece) ? piece : -1);
            at += units;
        }
        return symbols;
    }
}
