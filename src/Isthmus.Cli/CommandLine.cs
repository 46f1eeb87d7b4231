using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Cli.Verbs;
using Isthmus.Processes;
using Isthmus.Training;

namespace Isthmus.Cli;

/// <summary>The command line from arguments to exit code. Nothing here loads the tensor library; the verbs do, when they need it.</summary>
public static class CommandLine
{
    /// <summary>Exit codes.</summary>
    public const int Done = ExitCodes.Done,
        Failed = ExitCodes.Failed,
        BadInput = ExitCodes.BadInput,
        Interrupted = ExitCodes.Interrupted;

    /// <summary>Runs one command.</summary>
    /// <param name="args">Arguments from the shell, without the program's name.</param>
    /// <param name="output">Results: text, or one JSON object with <c>--json</c>.</param>
    /// <param name="error">Progress, notes and errors.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <returns>0 done, 1 failed, 2 bad arguments or input, 130 interrupted.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        using var unsaid = new StringWriter();
        // Above rank 0 an error waits: if all processes meet it, rank 0 says it for all.
        TextWriter Errors() => MpiCommunicator.Current is { Rank: > 0 } ? unsaid : error;
        var code = await RunAsync(args, output, error, Errors, cancellationToken);
        return RankArguments.End(code, error, unsaid.ToString());
    }

    private static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, Func<TextWriter> errors, CancellationToken cancellationToken)
    {
        var root = Root();
        // No response files: a data name may begin with @.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Action is not HelpWithExample && ParseErrors.First(parsed) is { } complaint)
            return Fail(error, complaint, null, BadInput);
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken
            );
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested || MpiCommunicator.Current is not null)
        {
            errors().WriteLine(e is InterruptedException ? e.Message : "interrupted; nothing was written.");
            return Interrupted;
        }
        catch (InvalidInputException e)
        {
            return Fail(errors(), e.OnCommandLine(), e, BadInput);
        }
        catch (TrainingDivergedException e)
        {
            return Fail(errors(), e.MessageWith(name => name.CommandLine), e, Failed);
        }
        catch (PlatformNotSupportedException e)
        {
            return Fail(errors(), e.Message, e, Failed);
        }
        catch (Exception e) when (e is OutOfMemoryException || e is ExternalException && e.Message.Contains("can't allocate memory", StringComparison.Ordinal))
        {
            return Fail(
                errors(),
                "There is not enough memory for this; ask for less at a time (records, samples, a smaller model), or take a machine with more.",
                e,
                Failed
            );
        }
        catch (Exception e)
        {
            // Torch puts its own stack trace below the first line.
            var message = e is ExternalException ? e.Message.Split('\n')[0] : e.Message;
            return Fail(
                errors(),
                $"{message.TrimEnd('.')} ({e.GetType().Name}). This is a fault of Isthmus, not of your input; ISTHMUS_DEBUG=1 prints where.",
                e,
                Failed
            );
        }
    }

    /// <summary>All verbs. No RootCommand: that one has the name of the program's file.</summary>
    internal static Command Root()
    {
        var help = new HelpOption();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        var root = new Command("isthmus", "Learns compact codes of images, tables, interactions and documents, says in bits what they keep, and uses them.")
        {
            help,
            new VersionOption { Action = new PrintVersion() },
            TrainCommand.Create(),
            SweepCommand.Create(),
            EvaluateCommand.Create(),
            EncodeCommand.Create(),
            FeaturesCommand.Create(),
            ReconstructCommand.Create(),
            DenoiseCommand.Create(),
            SampleCommand.Create(),
            InterpolateCommand.Create(),
            RecommendCommand.Create(),
            TopicsCommand.Create(),
            SearchCommand.Create(),
            ScoreCommand.Create(),
            ImputeCommand.Create(),
            MeasureCommand.Create(),
            CompressCommand.Create(),
            DecompressCommand.Create(),
            ServeCommand.Create(),
            StudioCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            InfoCommand.Create(),
            ModelsCommand.Create(),
        };
        foreach (var verb in root.Subcommands)
            CommonOptions.AddTo(verb);
        root.SetAction(result => root.Parse(["--help"]).Invoke(result.InvocationConfiguration));
        return root;
    }

    private static int Fail(TextWriter error, string message, Exception? cause, int code)
    {
        new TerminalText(error).WriteLine($"error: {message.ReplaceLineEndings(" ")}", "red");
        if (cause is not null && Environment.GetEnvironmentVariable("ISTHMUS_DEBUG") is { Length: > 0 } and not "0")
            error.WriteLine(cause);
        return code;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(
                $"isthmus {typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}"
            );
            return Done;
        }
    }
}
