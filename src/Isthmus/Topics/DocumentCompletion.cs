using Isthmus.Data.Records;

namespace Isthmus.Topics;

/// <summary>
/// Documents split in two: a random half of each one's words, by seed, is shown to the model, which must predict the rest. Documents of one word or none are
/// left out.
/// </summary>
/// <param name="Shown">Half of the words of each document, rounded down.</param>
/// <param name="HeldOut">The other words of the same documents.</param>
public sealed record DocumentCompletion(Dataset Shown, Dataset HeldOut)
{
    /// <summary>Splits each document of <paramref name="data"/>; null if none has two words.</summary>
    public static DocumentCompletion? Of(Dataset data, int seed)
    {
        var random = new Random(seed);
        var (shown, heldOut) = (new List<(int[], float[])>(), new List<(int[], float[])>());
        for (var document = 0; document < data.Count; document++)
        {
            var record = data.Sparse(document);
            var words = new List<int>();
            for (var k = 0; k < record.Columns.Length; k++)
                words.AddRange(Enumerable.Repeat(record.Columns[k], (int)record.Values[k]));
            if (words.Count < 2)
                continue;
            var drawn = words.ToArray();
            random.Shuffle(drawn);
            shown.Add(Counted(drawn[..(drawn.Length / 2)]));
            heldOut.Add(Counted(drawn[(drawn.Length / 2)..]));
        }
        var schema = (CountSchema)data.Schema;
        return shown.Count == 0
            ? null
            : new(Dataset.Counts(data.Name, schema, SparseCounts.Of(shown)), Dataset.Counts(data.Name, schema, SparseCounts.Of(heldOut)));
    }

    private static (int[], float[]) Counted(int[] words)
    {
        var counts = words.CountBy(word => word).OrderBy(pair => pair.Key).ToArray();
        return ([.. counts.Select(pair => pair.Key)], [.. counts.Select(pair => (float)pair.Value)]);
    }
}
