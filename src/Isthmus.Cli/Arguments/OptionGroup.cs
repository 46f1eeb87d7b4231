using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Isthmus.Cli.Arguments;

/// <summary>Headings of the help for options.</summary>
internal static class OptionGroup
{
    private static readonly ConditionalWeakTable<Option, string> Groups = [];

    /// <summary>Puts options under a heading.</summary>
    public static void In(string heading, params IEnumerable<Option> options)
    {
        foreach (var option in options)
            Groups.AddOrUpdate(option, heading);
    }

    /// <summary>The heading; "Options" where none was said.</summary>
    public static string Of(Option option) => Groups.TryGetValue(option, out var heading) ? heading : "Options";
}
