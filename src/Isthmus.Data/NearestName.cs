namespace Isthmus;

/// <summary>Suggestions for a mistyped name.</summary>
internal static class NearestName
{
    // Names that a message has room for.
    private const int Shown = 12;

    /// <summary>Returns the known name with the smallest edit distance (Levenshtein 1966, case aside), if that is at most 2 or a third of its length.</summary>
    public static string? Of(string given, IEnumerable<string> known) => Several(given, known).FirstOrDefault();

    /// <summary>Returns the remedy for an unknown name: the nearest known one, or else the first of all.</summary>
    /// <param name="given">The name.</param>
    /// <param name="known">The names that it may be meant for.</param>
    /// <param name="all">All names that there are. Default: the same.</param>
    /// <param name="otherwise">Text before the names if none is near.</param>
    public static string Remedy(string given, IEnumerable<string> known, IEnumerable<string>? all = null, string otherwise = "it has") =>
        Of(given, known) is { } near ? $"did you mean '{near}'?" : $"{otherwise} {Listed([.. all ?? known])}";

    /// <summary>The remedy for a name that is not known, where all names are worth reading: the nearest one, and all.</summary>
    public static string RemedyOfAll(string given, IEnumerable<string> known)
    {
        string[] all = [.. known];
        return Of(given, all) is { } near ? $"did you mean '{near}'? Known: {string.Join(", ", all)}" : $"known: {string.Join(", ", all)}";
    }

    private static string Listed(string[] names) => $"{string.Join(", ", names.Take(Shown))}{(names.Length > Shown ? ", ..." : "")}";

    /// <summary>Returns the known names within that distance, the nearest first.</summary>
    public static IEnumerable<string> Several(string given, IEnumerable<string> known) =>
        known
            .Select(name => (name, distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.distance <= Math.Max(2, candidate.name.Length / 3))
            .OrderBy(candidate => candidate.distance)
            .Select(candidate => candidate.name);

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
