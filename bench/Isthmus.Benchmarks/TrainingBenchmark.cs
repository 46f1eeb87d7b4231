using System.Diagnostics;
using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>What one workload and batch size gave.</summary>
internal sealed record TrainingFigures(
    string Model,
    string Architecture,
    int Batch,
    int Threads,
    int StepsEach,
    double PlainMilliseconds,
    double IsthmusMilliseconds,
    double RatioOfMedians,
    double RatioOfFastest,
    double RatioOfProcessorTimes,
    double PlainRecordsPerSecond,
    double IsthmusRecordsPerSecond,
    double PeakGigaflops,
    double PlainPeakShare,
    double IsthmusPeakShare,
    double? PlainPeakMegabytes,
    double? IsthmusPeakMegabytes
);

/// <summary>
/// Isthmus against plain TorchSharp in one process, interleaved A B A B in blocks of a few steps, so that whatever else
/// the machine does meets both. Medians over all steps.
/// </summary>
internal static class TrainingBenchmark
{
    private const int BlockSteps = 5,
        WarmUpSteps = 10;

    public static TrainingFigures Run(Workload workload, int batch, int threads, double seconds, string settings, bool memory)
    {
        set_num_threads(threads);
        var peak = MatrixProductPeak();
        using var plain = Plain(workload, batch);
        using var isthmus = Isthmus(workload, batch, settings);
        // Where records are shared, the trainer gives each of its own threads one of the tensor library's: the plain side must not be left with that.
        var own = get_num_threads();
        var (plainTimes, isthmusTimes) = (new List<double>(), new List<double>());
        var (plainWork, isthmusWork) = (new List<double>(), new List<double>());
        PlainBlock(WarmUpSteps);
        Block(isthmus.Step, WarmUpSteps, [], []);
        plainTimes.Clear();
        plainWork.Clear();
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < seconds || plainTimes.Count < 4 * BlockSteps;)
        {
            PlainBlock(BlockSteps);
            Block(isthmus.Step, BlockSteps, isthmusTimes, isthmusWork);
        }
        var (slow, fast) = (Median(plainTimes), Median(isthmusTimes));
        var operations = workload.OperationsPerStep(batch);
        return new(
            workload.Name,
            workload.Meaning,
            batch,
            threads,
            plainTimes.Count,
            slow * 1e3,
            fast * 1e3,
            slow / fast,
            plainTimes.Min() / isthmusTimes.Min(),
            Median(plainWork) / Median(isthmusWork),
            batch / slow,
            batch / fast,
            peak / 1e9,
            operations / slow / peak,
            operations / fast / peak,
            memory ? PeakOfProcess("plain", workload, batch, threads, settings) : null,
            memory ? PeakOfProcess("isthmus", workload, batch, threads, settings) : null
        );

        void PlainBlock(int steps)
        {
            set_num_threads(threads);
            Block(plain.Step, steps, plainTimes, plainWork);
            set_num_threads(own);
        }
    }

    /// <summary>One side alone for a while, then its peak resident memory in MB (VmHWM, Linux).</summary>
    public static double PeakMegabytes(string side, Workload workload, int batch, int threads, string settings)
    {
        set_num_threads(threads);
        using var steps = side == "plain" ? Plain(workload, batch) : Isthmus(workload, batch, settings);
        Block(steps.Step, 60, [], []);
        return PeakMegabytes();
    }

    /// <summary>The peak resident memory of this process, MB (VmHWM, Linux).</summary>
    public static double PeakMegabytes()
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }

    private static double? PeakOfProcess(string side, Workload workload, int batch, int threads, string settings) =>
        PeakOfProcess(["memory", "--side", side, "--models", workload.Name, "--batch", $"{batch}", "--threads", $"{threads}", "--set", settings]);

    /// <summary>What a process of this program prints; null where its memory cannot be told.</summary>
    public static double? PeakOfProcess(string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return double.Parse(output, System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed record Side(Action Step, IReadOnlyList<IDisposable> Owned) : IDisposable
    {
        public void Dispose()
        {
            foreach (var owned in Owned)
                owned.Dispose();
        }
    }

    /// <summary>All records are one float32 tensor, as the examples have them; a batch is a selection of its rows.</summary>
    private static Side Plain(Workload workload, int batch)
    {
        manual_seed(1);
        var data = workload.Data();
        var records = global::Isthmus.Compute.TensorBatches.Gather(data, [.. Enumerable.Range(0, data.Count)]).DetachFromDisposeScope();
        var model = workload.Plain();
        var optimizer = optim.Adam(model.parameters(), lr: 1e-3);
        var order = randperm(data.Count).DetachFromDisposeScope();
        var step = 0;
        return new(
            () =>
            {
                using var d = NewDisposeScope();
                var x = records.index_select(0, order.narrow(0, step++ % (data.Count / batch) * batch, batch));
                model.Step(optimizer, x);
            },
            [model, optimizer, records, order]
        );
    }

    private static Side Isthmus(Workload workload, int batch, string settings)
    {
        var trainer = workload.Trainer(workload.Data(), batch, settings);
        trainer.Model.train();
        return new(trainer.Step, [trainer]);
    }

    private static void Block(Action step, int count, List<double> seconds, List<double> processorSeconds)
    {
        for (var i = 0; i < count; i++)
        {
            var (began, work) = (Stopwatch.GetTimestamp(), ProcessorTime.Seconds());
            step();
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            processorSeconds.Add(ProcessorTime.Seconds() - work);
        }
    }

    /// <summary>The best rate of a 1024 x 1024 x 1024 product, in the precision that training uses here, operations a second.</summary>
    private static double MatrixProductPeak()
    {
        const int Size = 1024;
        using var scope = NewDisposeScope();
        var type = ProcessorSupport.MultipliesBfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        Tensor a = randn(Size, Size).to(type),
            b = randn(Size, Size).to(type);
        var times = new List<double>();
        Block(() => a.mm(b).Dispose(), 30, times, []);
        return 2.0 * Size * Size * Size / times.Min();
    }

    internal static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
