namespace Isthmus.Studio.Components;

/// <summary>Commands of the program and calls of the library, spelled out. Safe to use from several threads.</summary>
public static class CommandText
{
    /// <summary>Returns a command for a POSIX shell.</summary>
    /// <param name="words">Verb, arguments and options.</param>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Prepend("isthmus").Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
