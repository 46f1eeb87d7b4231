using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Isthmus.Data.Shares;

namespace Isthmus.Cli.Arguments;

/// <summary>Shares of a command's work, done by processes that know nothing of each other, and putting them together.</summary>
internal static class ShareArguments
{
    private const string Auto = "auto",
        SlurmTask = "SLURM_ARRAY_TASK_ID",
        Completion = "JOB_COMPLETION_INDEX";

    private static readonly Option<string?> Part = new("--share")
    {
        Description =
            "Do one share of the work, such as 2/4, and write it beside the output; --merge puts all together. auto: which one and of how many say "
            + "SLURM_ARRAY_TASK_ID and _COUNT, or JOB_COMPLETION_INDEX and JOB_COMPLETIONS; auto/4: of 4.",
        HelpName = "i/n|auto",
    };
    private static readonly Option<bool> Together = new("--merge") { Description = "Put the shares together that --share made: the bytes of one process." };

    // What a part does not depend on, or what its fingerprints say.
    private static readonly HashSet<string> Beside =
    [
        "--share",
        "--merge",
        "--json",
        "--force",
        "--threads",
        "--output",
        "-o",
        "--html",
        "--intervals",
        "--model",
        "--ensemble",
        "--ranks",
        "--nats",
    ];

    static ShareArguments() =>
        Part.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && given != Auto && CountOf(given) is null && Share.Parse(given) is null)
                result.AddError($"--share {given}: expected a share and their number, such as 2/4, or {Auto} or {Auto}/4");
        });

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command verb)
    {
        verb.Add(Part);
        verb.Add(Together);
    }

    /// <summary>Returns true if a command writes a part and not its output.</summary>
    public static bool IsShare(ParseResult parsed) => parsed.CommandResult.Command.Options.Contains(Part) && parsed.GetValue(Part) is not null;

    /// <summary>Returns true if shares are put together.</summary>
    public static bool IsMerge(Session session) => session.Get(Together);

    /// <summary>Returns the share that is asked for; null for all of the work.</summary>
    /// <exception cref="InvalidInputException">Also a merge is asked for, or the environment does not say which share.</exception>
    public static Share? Of(Session session)
    {
        if (session.Get(Part) is not { } given)
        {
            if (
                !IsMerge(session)
                && ((string[])[SlurmTask, Completion]).FirstOrDefault(index => Environment.GetEnvironmentVariable(index) is not null) is { } name
            )
                session.NoteLater($"{name} is set and --share is not: all of the work is done here. --share auto takes a share of it.");
            return null;
        }
        if (IsMerge(session))
            throw new InvalidInputException("--share and --merge: a share is made, or all are put together; give one of them.");
        return Share.Parse(given) ?? FromEnvironment(given, Environment.GetEnvironmentVariable);
    }

    /// <summary>Returns the parts of an output; null if the work is done at once.</summary>
    /// <param name="session">The command.</param>
    /// <param name="output">The output; null if there is none, which is refused with a share.</param>
    /// <param name="data">Name or path of the data.</param>
    /// <param name="models">Paths of the models.</param>
    public static WorkParts? Parts(Session session, string? output, string data, params IReadOnlyList<string> models)
    {
        if (session.Get(Part) is null && !IsMerge(session))
            return null;
        if (output is null)
            throw new InvalidInputException("--share and --merge: parts lie beside the output; give -o FILE.");
        var version = typeof(ShareArguments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        return new(
            output,
            [
                new("verb", session.Verb),
                new("version of Isthmus", version),
                new("model", string.Join(' ', models.Select(DataFingerprint.OfWhole))),
                new("data", DataFingerprint.Of(data)),
                new("settings", session.Settings(Beside)),
            ],
            share => Command(session, share)
        );
    }

    /// <summary>Returns true, having said so, if the part of a share is there already and need not be made again.</summary>
    public static bool IsDone(Session session, WorkParts parts, Share share)
    {
        if (session.IsForced || !parts.IsDone(share))
            return false;
        Report(session, parts, share, isNew: false);
        return true;
    }

    /// <summary>Says that a part is there.</summary>
    public static void Report(Session session, WorkParts parts, Share share, bool isNew = true) =>
        session.Result(
            [$"share {share} {(isNew ? "is done" : "was done before")}: {parts.PathOf(share)}", "When all are: the same command with --merge for --share."],
            [
                new("verb", session.Verb),
                new("share", share.Index),
                new("shares", share.Count),
                new("done_before", !isNew),
                new("part_path", parts.PathOf(share)),
            ]
        );

    /// <summary>Returns the command that makes a share, or without one all of the work.</summary>
    public static string Command(Session session, Share? share)
    {
        List<string> kept = [];
        for (var i = 0; i < session.Words.Count; i++)
            if (session.Words[i] == "--share")
                i++;
            else if (session.Words[i] is not ("isthmus" or "--merge" or "--json" or "--force"))
                kept.Add(session.Words[i]);
        return RunNames.Command(share is null ? kept : [.. kept, "--share", share.Value.ToString()]);
    }

    private static int? CountOf(string given) =>
        given.StartsWith($"{Auto}/", StringComparison.Ordinal)
        && int.TryParse(given[(Auto.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && count > 0
            ? count
            : null;

    /// <summary>Returns the share that a scheduler's variables tell.</summary>
    /// <param name="given"><c>auto</c>, or <c>auto/4</c>.</param>
    /// <param name="variable">Function that returns the value of a variable; null where it is not set.</param>
    /// <exception cref="InvalidInputException">They do not tell it.</exception>
    internal static Share FromEnvironment(string given, Func<string, string?> variable)
    {
        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        var count = CountOf(given);
        if (Number(SlurmTask) is { } task)
            return OfSlurm(task, count, Number);
        if (Number(Completion) is not { } completion)
            throw new InvalidInputException(
                $"--share auto: neither {SlurmTask} nor {Completion} is set; start it in a Slurm array or an indexed Job, or give a share such as 2/4."
            );
        var all = count
            ?? Number("JOB_COMPLETIONS")
            ?? throw new InvalidInputException(
                "--share auto: an indexed Job does not say of how many; give --share auto/4, or set JOB_COMPLETIONS to its completions."
            );
        return completion < all
            ? new(completion + 1, all)
            : throw new InvalidInputException($"--share auto: {Completion} is {completion}, and there are {all} shares, from 0; give their number.");
    }

    private static Share OfSlurm(int task, int? count, Func<string, int?> number)
    {
        if (count is { } said)
            return task >= 1 && task <= said
                ? new(task, said)
                : throw new InvalidInputException($"--share {Auto}/{said}: {SlurmTask} is {task}; number the array 1-{said}.");
        var (least, most, tasks) = (number("SLURM_ARRAY_TASK_MIN"), number("SLURM_ARRAY_TASK_MAX"), number("SLURM_ARRAY_TASK_COUNT"));
        // An array such as 3,7 is what is left of another: its tasks say nothing of how many there were.
        return least is 0 or 1 && tasks is { } all && most - least + 1 == all && task >= least && task <= most
            ? new(task - least.Value + 1, all)
            : throw new InvalidInputException(
                $"--share auto: the Slurm array is not numbered 1-n or 0-n without gaps, and does not say of how many; give --share {Auto}/n."
            );
    }
}
