using System.Runtime.InteropServices;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Lines;

/// <summary>Choice of the lines that a model keeps.</summary>
internal static class LineKeeping
{
    // Two megabytes in the file, and half a second to count. Lines that come later are counted if they were met before.
    private const int MostTokens = 1 << 19,
        MostHeldOut = 2000,
        MostInOrder = 1 << 18;

    /// <summary>Returns the lines to keep of a split.</summary>
    public static KeptLines Of(DataSplits data)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var (train, times, tokens) = (new List<int[]>(), new List<int>(), 0);
        foreach (var line in Lines(data.Train))
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, Key(line), out var isKnown);
            if (isKnown)
            {
                if (place >= 0)
                    times[place] = Math.Min(times[place] + 1, 1 << 24);
                continue;
            }
            place = tokens + line.Length > MostTokens && train.Count > 0 ? -1 : train.Count;
            if (place < 0)
                continue;
            train.Add(line);
            times.Add(1);
            tokens += line.Length;
        }
        return new(train, times, [.. Lines(data.Validation).Take(MostHeldOut)], Order(data, train));
    }

    /// <summary>Returns the lines of records: a line of several windows ends with the one that holds the end.</summary>
    public static IEnumerable<int[]> Lines(Dataset data)
    {
        var line = new List<int>();
        for (var record = 0; record < data.Count; record++)
        {
            line.AddRange(data.Tokens(record));
            if (line.Count > 0 && line[^1] != TokenVocabulary.End && record + 1 < data.Count)
                continue;
            if (line.Count > 0)
                yield return [.. line];
            line.Clear();
        }
    }

    /// <summary>Returns tokens as UTF-16 units: two for each, as there may be more than 65,536.</summary>
    public static string Key(ReadOnlySpan<int> tokens) => new(MemoryMarshal.Cast<int, char>(tokens));

    // A split takes lines at random: their order is that of the file.
    private static int[] Order(DataSplits data, List<int[]> train)
    {
        if (data.Train.Origin is not LineTexts { Texts: var texts } || data.Train.Schema is not LineSchema schema)
            return [];
        var (words, encoder, known) = (new LineWords(schema.Tokens), new TokenEncoder(schema.Tokens), new Dictionary<string, int>(StringComparer.Ordinal));
        var templates = new LineTemplates(words);
        foreach (var line in train)
            templates.Learn(words.Of(line, learn: true).Words, line);
        return
        [
            .. texts
                .Take(MostInOrder)
                .Select(text =>
                {
                    var line = encoder.Encode(text);
                    ref var template = ref CollectionsMarshal.GetValueRefOrAddDefault(known, Key(line), out var isThere);
                    if (!isThere)
                        template = templates.Of(words.Of(line).Words);
                    return template;
                }),
        ];
    }
}
