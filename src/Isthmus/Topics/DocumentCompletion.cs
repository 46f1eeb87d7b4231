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
        IEnumerable<((int[], float[]) Shown, (int[], float[]) HeldOut)> Parts()
        {
            var random = new Random(seed);
            for (var document = 0; document < data.Count; document++)
            {
                var drawn = Words(data.Sparse(document));
                if (drawn.Length < 2)
                    continue;
                random.Shuffle(drawn);
                yield return (Counted(drawn[..(drawn.Length / 2)]), Counted(drawn[(drawn.Length / 2)..]));
            }
        }
        var schema = (CountSchema)data.Schema;
        // Made twice rather than held: the draws are the same.
        return Parts().Any() ? new(data.Beside(schema, Parts().Select(part => part.Shown)), data.Beside(schema, Parts().Select(part => part.HeldOut))) : null;
    }

    private static int[] Words(SparseRecord record)
    {
        var words = new List<int>();
        for (var k = 0; k < record.Columns.Length; k++)
            words.AddRange(Enumerable.Repeat(record.Columns[k], (int)record.Values[k]));
        return [.. words];
    }

    private static (int[], float[]) Counted(int[] words)
    {
        var counts = words.CountBy(word => word).OrderBy(pair => pair.Key).ToArray();
        return ([.. counts.Select(pair => pair.Key)], [.. counts.Select(pair => (float)pair.Value)]);
    }
}
