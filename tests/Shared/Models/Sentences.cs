using Isthmus.Data.Records;

namespace Isthmus.Tests.Lines;

/// <summary>Lines of two subjects, made by a rule.</summary>
internal static class Sentences
{
    private static readonly string[] People = ["anna", "bob", "carl", "dora"],
        Music = ["plays the flute", "sings a song", "hears the band"],
        Food = ["bakes some bread", "cooks a soup", "eats the cake"];

    /// <summary>Lines about music and, in turn, about food.</summary>
    public static string[] Two(int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"{People[i / 2 % 4]} {(i % 2 == 0 ? Music : Food)[i / 8 % 3]}{(i / 24 % 2 == 0 ? "" : " today")}")];

    /// <summary>Their subjects.</summary>
    public static string[] Subjects(int count) => [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? "music" : "food")];

    /// <summary>The same as records, cut into words.</summary>
    public static Dataset Records(int count, string tokens = "words") => TextLines.From(Two(count), Subjects(count), new() { Tokens = tokens, Length = 16 });
}
