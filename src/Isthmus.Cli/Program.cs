using System.Runtime.InteropServices;
using Isthmus.Cli;
using Isthmus.Processes;

// Open MPI gives a pseudo-terminal that nobody looks at.
if (MpiCommunicator.IsLaunched)
    Environment.SetEnvironmentVariable("TERM", "dumb");
using var stop = new CancellationTokenSource();

// The first signal asks for an orderly end (a training run writes its checkpoint); the second has its usual effect.
void OnSignal(PosixSignalContext signal)
{
    if (stop.IsCancellationRequested)
        return;
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

// A batch system announces the end of its time by this one: mpirun passes it on at once, where it passes SIGTERM on after a second.
using var user = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? 30 : 10), OnSignal);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
var code = await CommandLine.RunAsync(args, Console.Out, Console.Error, stop.Token);
if (code == CommandLine.Interrupted)
    Leave(code);
return code;

// An interrupt does not wait for what cannot be stopped (Session.Detached). Were the process taken down in order, such
// work would run into libtorch's destructors and crash, and the exit code would be that of a segmentation fault.
static void Leave(int code)
{
    Console.Out.Flush();
    Console.Error.Flush();
    if (!OperatingSystem.IsWindows())
        LeaveAtOnce(code);

    [DllImport("libc", EntryPoint = "_exit")]
    static extern void LeaveAtOnce(int code);
}
