using System.CommandLine;
using Isthmus.Processes;

namespace Isthmus.Cli.Arguments;

/// <summary>Processes of one command under an MPI launcher.</summary>
internal static class RankArguments
{
    private const string Mpi = "mpi",
        Off = "off";

    private static readonly Option<string?> Ranks = new("--ranks")
    {
        Description = "Processes that work together: mpi, those of mpirun or srun; off, this one alone. Default: mpi where such a launcher started several.",
        HelpName = "mpi|off",
    };

    static RankArguments() =>
        Ranks.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given and not (Mpi or Off))
                result.AddError($"--ranks {given}: expected {Mpi} or {Off}");
        });

    /// <summary>Adds the option to a verb.</summary>
    public static void AddTo(Command verb) => verb.Add(Ranks);

    /// <summary>Joins the processes that the launcher started, if it did; from then on those above rank 0 are silent.</summary>
    /// <exception cref="InvalidInputException">MPI is asked for and cannot be used.</exception>
    public static void Join(Session session)
    {
        var asked = session.Get(Ranks);
        if (asked == Mpi || asked is null && MpiCommunicator.IsLaunched)
            session.Communicator = MpiCommunicator.Start();
    }

    /// <summary>Returns the beginning of a command that starts as many processes, with a blank behind it; empty for one.</summary>
    public static string Launch(Session session) => session.Communicator.Count > 1 ? $"mpirun -n {session.Communicator.Count} " : "";

    /// <summary>Notes for people on how the processes work together.</summary>
    public static IEnumerable<string> Notes(Session session)
    {
        if (session.Communicator is not MpiCommunicator { Count: > 1 } ranks)
            yield break;
        yield return $"{ranks.Count} processes work together by {ranks.Library}.";
        var (here, processors, own) = ranks.OnThisMachine();
        if (here * session.Threads > processors)
            yield return $"warning: {here} processes of {Counted.Of(session.Threads, "thread")} share {Counted.Of(processors, "processor")} and wait for each "
                + $"other: start fewer (mpirun -n {Math.Max(1, processors / session.Threads)}), or let Open MPI wait without spinning "
                + "(mpirun --mca mpi_yield_when_idle 1).";
        else if (session.Threads > own)
            yield return $"warning: each process has {session.Threads} threads and is bound to {Counted.Of(own, "processor")}: "
                + $"mpirun --map-by slot:PE={session.Threads}, or mpirun --bind-to none.";
    }

    /// <summary>Ends the processes together, or all of them where one meets what the others do not.</summary>
    /// <param name="code">Exit code of this process.</param>
    /// <param name="error">Where an error of this process alone is told.</param>
    /// <param name="message">That error, not told yet; empty for none.</param>
    /// <returns>The exit code: rank 0's where all end together.</returns>
    public static int End(int code, TextWriter error, string message)
    {
        if (MpiCommunicator.Current is not { } ranks)
            return code;
        if (code == ExitCodes.Done)
        {
            ranks.Dispose();
            return code;
        }
        if (ranks.TryBarrier())
        {
            Span<int> first = [code];
            ranks.Broadcast(first);
            ranks.Dispose();
            return first[0];
        }
        if (message.Length > 0)
            error.Write($"rank {ranks.Rank}: {message}");
        error.Flush();
        ranks.Abort(code);
        return code;
    }
}
