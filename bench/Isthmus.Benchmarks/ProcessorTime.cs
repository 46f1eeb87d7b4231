using System.Runtime.InteropServices;

namespace Isthmus.Benchmarks;

/// <summary>
/// Processor time of all threads of this process: what it took, whatever else the machine did meanwhile (waiting threads that spin count too).
/// </summary>
internal static class ProcessorTime
{
    private const int ProcessClock = 2;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds,
            Nanoseconds;
    }

    /// <summary>Seconds since the process began; on Linux to the nanosecond (.NET's own clock counts in hundredths of a second).</summary>
    public static double Seconds()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.CpuUsage.TotalTime.TotalSeconds;
        _ = clock_gettime(ProcessClock, out var time);
        return time.Seconds + time.Nanoseconds * 1e-9;
    }

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, out TimeSpec time);
}
