using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Isthmus.Cli;

/// <summary>One thing that the program does, with the example that its help shows.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, string example, Action<Session> run) : base(name, description)
    {
        Example = example;
        SetAction((result, cancel) =>
        {
            OutputPaths.Check(result);
            var session = new Session(result, cancel);
            run(session);
            return Task.FromResult(session.ExitCode);
        });
    }

    public string Example { get; }

    /// <summary>What the help says after the options; nothing if null.</summary>
    public Func<IEnumerable<string>>? Notes { get; init; }
}

/// <summary>The usual help, then the example.</summary>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb verb)
            return CommandLine.Done;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Example:");
        output.WriteLine($"  {verb.Example}");
        output.WriteLine();
        foreach (var line in verb.Notes?.Invoke() ?? [])
            output.WriteLine(line);
        return CommandLine.Done;
    }
}
