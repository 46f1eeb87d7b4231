using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;

namespace Isthmus.Cli.Verbs;

/// <summary>One thing that the program does, with the example that its help shows.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, string example, Action<Session> run)
        : base(name, description)
    {
        Example = example;
        SetAction(
            (result, cancellationToken) =>
            {
                OutputPaths.Check(result);
                if (ComputesOnCpu)
                    CommonOptions.DemandCpu(result, $"'{name}'");
                var session = new Session(result, cancellationToken);
                run(session);
                return Task.FromResult(session.ExitCode);
            }
        );
    }

    public string Example { get; }

    /// <summary>True if it computes on the CPU whatever the device, and refuses another.</summary>
    public bool ComputesOnCpu { get; init; }

    /// <summary>Lines of the help after the options; null for none.</summary>
    public Func<IEnumerable<string>>? Notes { get; init; }

    /// <summary>Lines printed by <c>--help settings</c>; null for a verb without settings.</summary>
    public Func<IEnumerable<string>>? Settings { get; init; }
}

/// <summary>The help of a verb; of the program the usual one. <c>--help settings</c> prints what a verb says of its settings.</summary>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    private const string Settings = "settings";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not Verb verb)
            return help.Invoke(parseResult);
        var output = new TerminalText(parseResult.InvocationConfiguration.Output);
        var isOfSettings = verb.Settings is not null && parseResult.Tokens.Any(token => token.Value == Settings);
        foreach (var line in isOfSettings ? verb.Settings!() : HelpText.Of(verb).Concat(verb.Notes?.Invoke() ?? []))
            output.WriteHelp(line);
        return ExitCodes.Done;
    }
}
