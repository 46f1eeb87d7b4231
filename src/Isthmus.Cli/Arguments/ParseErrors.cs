using System.CommandLine;
using System.CommandLine.Parsing;
using Isthmus.Data.Cells;

namespace Isthmus.Cli.Arguments;

/// <summary>Errors in the arguments, in one line, with the nearest correction.</summary>
internal static class ParseErrors
{
    /// <summary>The first complaint, or null if there is none.</summary>
    public static string? First(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isRoot = command == parsed.RootCommandResult.Command;
        // A mistyped option is taken for the data, if that may be left out: a path that begins so is written ./-name.
        var misread = parsed
            .CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Where(IsOption);
        if (misread.Concat(parsed.UnmatchedTokens).FirstOrDefault() is { } unknown)
        {
            var verbs = command.Subcommands.Select(verb => verb.Name);
            var options = command.Options.SelectMany(option => option.Aliases.Append(option.Name));
            return isRoot && !unknown.StartsWith('-')
                    ? $"There is no verb '{unknown}'; {Suggestion(unknown, verbs) ?? $"known are {string.Join(", ", verbs)}."}"
                : IsOption(unknown)
                    ? $"{Subject(command, isRoot)} has no option '{unknown}'; {Suggestion(unknown, options) ?? $"'{HelpOf(command, isRoot)}' lists them."}"
                : TableFiles.Named(unknown).Any(TableFile.IsAny)
                    ? $"{Subject(command, isRoot)} takes one name, and '{unknown}' is one more; give a folder, or a pattern in quotes, such as "
                        + $"'{Path.Combine(Path.GetDirectoryName(unknown)!, $"*{Path.GetExtension(unknown)}")}'."
                : $"{Subject(command, isRoot)} does not know what to do with '{unknown}'; see '{HelpOf(command, isRoot)}'.";
        }
        return parsed.Errors.Count == 0 ? null : $"{parsed.Errors[0].Message.TrimEnd('.')}; see '{HelpOf(command, isRoot)}'.";
    }

    private static string? Suggestion(string given, IEnumerable<string> known) => NearestName.Of(given, known) is { } near ? $"did you mean '{near}'?" : null;

    private static bool IsOption(string token) => token.Length > 1 && token.StartsWith('-');

    private static string Subject(Command command, bool isRoot) => isRoot ? command.Name : $"'{command.Name}'";

    private static string HelpOf(Command command, bool isRoot) => isRoot ? $"{command.Name} --help" : $"isthmus {command.Name} --help";
}
