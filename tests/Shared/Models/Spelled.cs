using Isthmus.Cli.Output;

namespace Isthmus.Tests;

/// <summary>Notes as the command line prints them.</summary>
internal static class Spelled
{
    public static string[] Texts(this IEnumerable<Wording> notes) => [.. notes.Select(note => note.OnCommandLine())];
}
