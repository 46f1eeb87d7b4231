using System.CommandLine;
using System.Diagnostics;
using Isthmus.Cli.Arguments;
using Isthmus.Studio.Hosting;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus studio</c>: runs watched, compared and used in the browser, at an address of this machine alone.</summary>
internal static class StudioCommand
{
    private static readonly Argument<string> Folder = new("folder")
    {
        Description = "Folder to open: its runs, and those in folders below it. Nothing outside it is shown.",
        DefaultValueFactory = _ => ".",
    };
    private static readonly Option<int> Port = CommonOptions.Whole("--port", "Port at 127.0.0.1; 0 for a free one", 0, 0).AtMost(65_535);
    private static readonly Option<bool> NoBrowser = new("--no-browser") { Description = "Print the address and open no browser." };

    public static Command Create()
    {
        var verb = new Verb(
            "studio",
            "Open a page on this machine to train, watch, compare and use runs. Ctrl-C ends it; trainings that it has started then write their checkpoints.",
            "isthmus studio",
            Run
        )
        {
            ComputesOnCpu = true,
        };
        verb.Add(Folder);
        verb.Add(Port);
        verb.Add(NoBrowser);
        return verb;
    }

    private static void Run(Session session) => RunAsync(session).GetAwaiter().GetResult();

    private static async Task RunAsync(Session session)
    {
        await using var studio = new StudioServer(session.Get(Folder), session.Get(Port), RunNames.Starting());
        try
        {
            await studio.StartAsync(session.CancellationToken);
        }
        catch (IOException e)
        {
            throw new InvalidInputException($"--port {session.Get(Port)}: {e.Message.TrimEnd('.')}; give a port that is free, or none.", e);
        }
        session.Result([$"the studio is open at {studio.Address} ; Ctrl-C ends it"], KeyValuePair.Create("url", (object?)studio.Address));
        if (!session.Get(NoBrowser) && !Open(studio.Address))
            session.Note("no browser could be opened: open the address yourself.");
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = session.CancellationToken.Register(stopped.SetResult);
        await stopped.Task;
        await studio.StopAsync();
    }

    private static bool Open(string address)
    {
        try
        {
            using var browser = OperatingSystem.IsWindows()
                ? Process.Start(new ProcessStartInfo(address) { UseShellExecute = true })
                : Process.Start(
                    new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address])
                    {
                        RedirectStandardError = true,
                        RedirectStandardOutput = true,
                    }
                );
            return true;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
