using System.Runtime.InteropServices;
using Isthmus.Cli;

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
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
return await CommandLine.RunAsync(args, Console.Out, Console.Error, stop.Token);
