using System.CommandLine;
using Isthmus.Cli.Arguments;

namespace Isthmus.Cli.Verbs;

/// <summary>The help of a verb: what it does, its arguments, its options under headings, an example.</summary>
internal static class HelpText
{
    private const int WidestNames = 34;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(Verb verb)
    {
        yield return verb.Description ?? "";
        yield return "";
        yield return "Usage:";
        var arguments = verb.Arguments.Select(argument => argument.HasDefaultValue ? $" [<{argument.Name}>]" : $" <{argument.Name}>");
        yield return $"  isthmus {verb.Name}{string.Concat(arguments)} [options]";
        var options = verb.Options.Where(option => !option.Hidden).ToArray();
        var headings = options
            .GroupBy(OptionGroup.Of)
            .OrderBy(group =>
                group.Key switch
                {
                    "Options" => 0,
                    CommonOptions.Heading => 2,
                    _ => 1,
                }
            )
            .ToArray();
        var width = Math.Min(WidestNames, options.Select(Names).Concat(verb.Arguments.Select(argument => argument.Name)).Max(name => name.Length));
        if (verb.Arguments.Count > 0)
        {
            yield return "";
            yield return "Arguments:";
            foreach (var argument in verb.Arguments)
                yield return Line(argument.Name, Described(argument.Description, argument.HasDefaultValue ? argument.GetDefaultValue() : null), width);
        }
        foreach (var group in headings)
        {
            yield return "";
            yield return $"{group.Key}:";
            foreach (var option in group)
                yield return Line(
                    Names(option),
                    Described(option.Description, option.HasDefaultValue ? option.GetDefaultValue() : null) + (option.Required ? " (required)" : ""),
                    width
                );
        }
        yield return "";
        yield return "Example:";
        yield return $"  {verb.Example}";
        yield return "";
    }

    /// <summary>Name, short name first, and what is given to it.</summary>
    private static string Names(Option option) =>
        string.Join(", ", option.Aliases.Append(option.Name).Distinct().OrderBy(name => name.Length)) + (option.HelpName is { } given ? $" <{given}>" : "");

    private static string Described(string? description, object? initial)
    {
        var value = initial is Enum ? initial.ToString()!.ToLowerInvariant() : FormattableString.Invariant($"{initial}");
        return $"{description}{(initial is null or false or "" or Array ? "" : $" [default: {value}]")}";
    }

    private static string Line(string names, string description, int width) => $"  {names.PadRight(width)}  {description}";
}
