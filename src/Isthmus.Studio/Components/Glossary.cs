namespace Isthmus.Studio.Components;

/// <summary>Words of the field with their meaning in a sentence or two, as <c>docs/guide/glossary.md</c> has them. Safe to use from several threads.</summary>
public static class Glossary
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Words = new(Read);

    /// <summary>Returns the meaning of a word; null if the glossary does not have it.</summary>
    /// <param name="word">The word, in any case.</param>
    public static string? Of(string word) => Words.Value.GetValueOrDefault(word);

    // The guide's own page is in the assembly: **Word.** Meaning.
    private static Dictionary<string, string> Read()
    {
        using var reader = new StreamReader(typeof(Glossary).Assembly.GetManifestResourceStream("glossary.md")!);
        var words = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in reader.ReadToEnd().Split('\n'))
            if (line.StartsWith("**", StringComparison.Ordinal) && line.IndexOf(".** ", StringComparison.Ordinal) is > 0 and var end)
                // "Rate, R" and "KL, Kullback-Leibler divergence" are found by either part.
                foreach (var name in line[2..end].Split([',', '('], StringSplitOptions.TrimEntries).Append(line[2..end]))
                    words.TryAdd(name.TrimEnd(')'), line[(end + 4)..].Replace("*", "").Replace("`", "").Trim());
        return words;
    }
}
