using System.CommandLine;
using System.CommandLine.Parsing;
using Isthmus.Data.Cells;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Cli.Arguments;

/// <summary>Protects files from being replaced: no output replaces a file unless <c>--force</c> says so, and none ever a file that the command reads.</summary>
internal static class OutputPaths
{
    /// <summary>The options that name a file to write. Where <c>--output</c> is a folder, the verb looks after the files in it.</summary>
    private static readonly string[] Names = ["--output", "-o", "--html", "--fidelity", "--intervals"];

    /// <summary>Help name of an output that is a file or a folder, by the format: the verb checks each file before it writes.</summary>
    public const string FileOrFolder = "file|folder";

    /// <summary>Help name of an output that is the folder of a run: the verb checks its model.</summary>
    public const string Run = "run";

    /// <summary>Replace files that are there.</summary>
    public static readonly Option<bool> Force = new("--force") { Description = "Replace existing files, but never one that this command reads." };

    /// <summary>Adds <see cref="Force"/> to a verb that writes files which the user names.</summary>
    public static void AddTo(Command verb)
    {
        if (verb.Options.Any(option => IsOutput(option) || option.HelpName is FileOrFolder or Run))
            verb.Add(Force);
    }

    /// <summary>Checks every output of a command before any work is put into it.</summary>
    /// <exception cref="InvalidInputException">An input is a pipe or a device; an output is a folder or a device, is there already, is what the command reads,
    /// or is two outputs.</exception>
    public static void Check(ParseResult parsed)
    {
        foreach (var input in Words(parsed))
            FileKind.Demand(input);
        var seen = new Dictionary<string, string>(RealPath.Comparer);
        foreach (var output in parsed.CommandResult.Children.OfType<OptionResult>().Where(result => IsOutput(result.Option)))
            foreach (var path in output.Tokens.Select(token => token.Value))
            {
                Check(parsed, path);
                if (!seen.TryAdd(RealPath.Of(path), output.Option.Name))
                    throw new InvalidInputException($"{path} is named by {seen[RealPath.Of(path)]} and by {output.Option.Name}; give each a file of its own.");
            }
    }

    /// <summary>Checks one file that is about to be written.</summary>
    /// <inheritdoc cref="Check(ParseResult)"/>
    public static void Check(ParseResult parsed, string path)
    {
        if (Directory.Exists(path))
            throw new InvalidInputException(
                $"{path} is a folder, and a file is written; give a name in it, such as {Path.Combine(path, "result")} and the extension."
            );
        if (FileKind.Special(path) is { } kind)
            throw new InvalidInputException($"{path} is {kind}, and what is written is a file, whole or not at all; give another name.");
        if (!File.Exists(path) && new FileInfo(path).LinkTarget is null)
            return;
        if (Reads(parsed, RealPath.Of(path)))
            throw new InvalidInputException($"{path} is read by this command, and nothing was written; give what is written another name.");
        // A share writes its part, which is not the output.
        if (!parsed.GetValue(Force) && !ShareArguments.IsShare(parsed))
            throw new InvalidInputException($"{path} is there already, and nothing was written; give another name, or replace it with --force.");
    }

    /// <summary>
    /// Returns true if a file, by its real path, is one that the command reads: one that it names, one in a folder that it names, the data of its model.
    /// </summary>
    public static bool Reads(ParseResult parsed, string file) =>
        Inputs(parsed)
            .Any(input =>
                RealPath.Of(input) is var real
                && (
                    RealPath.Comparer.Equals(real, file)
                    || Directory.Exists(real)
                        && file.StartsWith(
                            Path.TrimEndingDirectorySeparator(real) + Path.DirectorySeparatorChar,
                            RealPath.Comparer == StringComparer.Ordinal ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase
                        )
                )
            );

    /// <summary>Every word of the command, but of outputs, that is the name of a file or a folder.</summary>
    private static IEnumerable<string> Words(ParseResult parsed) =>
        parsed
            .CommandResult.Children.Where(child =>
                child is not OptionResult { Option: var option } || !IsOutput(option) && option.Name is not ("--output" or "--each")
            )
            .SelectMany(child => child.Tokens)
            .SelectMany(token => TableFiles.Named(token.Value));

    /// <summary>Files that the command reads: data, models (for a run folder, the model in it) and the data that a model was trained on.</summary>
    private static IEnumerable<string> Inputs(ParseResult parsed)
    {
        foreach (var word in Words(parsed))
        {
            var model = File.Exists(new RunFolder(word).Model) ? new RunFolder(word).Model : word;
            yield return model;
            if (File.Exists(model) && ModelManifest.IsIn(model) && ModelManifest.Read(model).Provenance.Data is var data)
                foreach (var path in TableFiles.Named(data))
                    yield return path;
        }
    }

    private static bool IsOutput(Option option) => Names.Contains(option.Name) && option.HelpName == "file";
}
