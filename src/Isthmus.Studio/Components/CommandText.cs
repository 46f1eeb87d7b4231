namespace Isthmus.Studio.Components;

/// <summary>Commands of the program and calls of the library, spelled out. Safe to use from several threads.</summary>
public static class CommandText
{
    /// <summary>Returns a command for a POSIX shell.</summary>
    /// <param name="words">Verb, arguments and options.</param>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Prepend("isthmus").Select(Quoted));

    /// <summary>Returns the words of a command that a shell would take apart; the program's own name is left out.</summary>
    /// <param name="command">A command, as verdicts give it.</param>
    public static IReadOnlyList<string> Words(string command)
    {
        var words = new List<string>();
        var (word, isQuoted, isWord) = (new System.Text.StringBuilder(), false, false);
        foreach (var c in command)
            if (c == '\'')
                (isQuoted, isWord) = (!isQuoted, true);
            else if (!isQuoted && char.IsWhiteSpace(c))
            {
                if (isWord)
                    words.Add(word.ToString());
                (isWord, _) = (false, word.Clear());
            }
            else
                (isWord, _) = (true, word.Append(c));
        if (isWord)
            words.Add(word.ToString());
        return words is ["isthmus", ..] ? words[1..] : words;
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
