using System.Diagnostics;
using System.Globalization;
using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Information.Numerics;
using Isthmus.Models;
using Isthmus.Recommenders;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>Made-up interactions: how many of what, and in what batches they are trained on.</summary>
internal sealed record InteractionLoad(int Users, int Items, int Interactions, int Batch, int Threads, string Settings)
{
    private const int Tastes = 20;
    private const double PopularityExponent = 0.8,
        Deviation = 0.8;

    /// <summary>Steps of an epoch.</summary>
    public int Steps => Users / Batch;

    /// <summary>
    /// Histories: lengths are log-normal and add up to <see cref="Interactions"/> but for rounding; item k is drawn with a
    /// probability of (k + 1)^-0.8, half of a user's items from every twentieth item, which is the user's taste. No item twice.
    /// </summary>
    public Dataset Data()
    {
        var random = new Random(1);
        var lengths = new double[Users];
        for (var user = 0; user < Users; user++)
            lengths[user] = Math.Exp(Deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        var scale = Interactions / lengths.Sum();
        var offsets = new int[Users + 1];
        for (var user = 0; user < Users; user++)
            offsets[user + 1] = offsets[user] + Math.Clamp((int)Math.Round(lengths[user] * scale), 5, Items / 4);
        var cumulative = new double[Items];
        for (var item = 0; item < Items; item++)
            cumulative[item] = (item == 0 ? 0 : cumulative[item - 1]) + Math.Pow(item + 1, -PopularityExponent);
        var (columns, values) = (new int[offsets[^1]], new float[offsets[^1]]);
        Array.Fill(values, 1);
        var met = new HashSet<int>();
        for (var user = 0; user < Users; user++)
        {
            met.Clear();
            for (var k = offsets[user]; k < offsets[user + 1];)
            {
                var item = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
                item = Math.Min(item < 0 ? ~item : item, Items - 1);
                if (random.Next(2) == 0)
                    item = Math.Min(item / Tastes * Tastes + user % Tastes, Items - 1);
                if (met.Add(item))
                    columns[k++] = item;
            }
        }
        var schema = new InteractionSchema([.. Enumerable.Range(0, Items).Select(item => item.ToString(CultureInfo.InvariantCulture))], null, new());
        return Dataset.Counts("made-up interactions", schema, new(offsets, columns, values), [.. Enumerable.Range(0, Users).Select(user => $"u{user}")]);
    }
}

/// <summary>What ranking the items of all users took.</summary>
internal sealed record RecommendationFigures(int Users, int Items, int Threads, int ItemsPerUser, double Seconds, double UsersPerSecond);

/// <summary>What an epoch took on both sides.</summary>
internal sealed record InteractionFigures(
    int Users,
    int Items,
    int Interactions,
    int Batch,
    int Threads,
    int Steps,
    double PlainSeconds,
    double IsthmusSeconds,
    double RatioOfTimes,
    double RatioOfMedians,
    double PlainLossNats,
    double IsthmusLossNats,
    double? PlainPeakMegabytes,
    double? IsthmusPeakMegabytes
);

/// <summary>
/// An epoch of <c>mult-vae</c> beside one of plain TorchSharp, steps interleaved in one process; and each alone in a process of its own for its peak memory.
/// </summary>
internal static class InteractionBenchmark
{
    private const int BlockSteps = 2;

    /// <param name="load">The data.</param>
    /// <param name="steps">Of each side; an epoch if 0.</param>
    /// <param name="memory">Whether to start the processes that tell the peak memory.</param>
    public static InteractionFigures Run(InteractionLoad load, int steps, bool memory)
    {
        set_num_threads(load.Threads);
        var data = load.Data();
        steps = steps == 0 ? load.Steps : Math.Min(steps, load.Steps);
        using var plain = new PlainSide(load, data);
        using var isthmus = new IsthmusSide(load, data);
        var own = get_num_threads();
        var (plainTimes, isthmusTimes) = (new List<double>(), new List<double>());
        for (var step = 0; step < steps; step += BlockSteps)
        {
            set_num_threads(load.Threads);
            Time(plain.Step, plainTimes);
            set_num_threads(own);
            Time(isthmus.Step, isthmusTimes);
        }
        return new(
            load.Users,
            load.Items,
            data.SparseRecords([.. Enumerable.Range(0, data.Count)]).Columns.Length,
            load.Batch,
            load.Threads,
            plainTimes.Count,
            plainTimes.Sum(),
            isthmusTimes.Sum(),
            plainTimes.Sum() / isthmusTimes.Sum(),
            TrainingBenchmark.Median(plainTimes) / TrainingBenchmark.Median(isthmusTimes),
            plain.LossNats,
            isthmus.LossNats,
            memory ? PeakOfProcess("plain", load) : null,
            memory ? PeakOfProcess("isthmus", load) : null
        );
    }

    /// <summary>The first items of every user to a Parquet file, by a network as it is built, or by <c>ease</c> with weights drawn.</summary>
    public static RecommendationFigures Recommend(InteractionLoad load, string preset, int count)
    {
        set_num_threads(load.Threads);
        var data = load.Data();
        var specification = ModelSpecification.Resolve(preset, data.Schema, [], TrainingSettings.All);
        using var trained = new TrainedModel(
            specification,
            specification.Build(1),
            null,
            new("made-up interactions", 0, 1, 1, 0, 0, 0, load.Threads, default, "bench")
        );
        if (preset == "ease")
            using (no_grad())
                trained.Network.state_dict()["decoder.weight"].normal_(0, 0.01);
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".parquet");
        try
        {
            var began = Stopwatch.GetTimestamp();
            TableWriter.Write(file, write =>
            {
                foreach (var part in Recommendation.ForAll(trained, data, count))
                    write(part);
            });
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            return new(load.Users, load.Items, load.Threads, count, seconds, load.Users / seconds);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>One side alone for some steps, then its peak resident memory in MB.</summary>
    public static double PeakMegabytes(string side, InteractionLoad load, int steps)
    {
        set_num_threads(load.Threads);
        var data = load.Data();
        using ISide alone = side == "plain" ? new PlainSide(load, data) : new IsthmusSide(load, data);
        for (var step = 0; step < steps; step++)
            alone.Step();
        return TrainingBenchmark.PeakMegabytes();
    }

    private static double? PeakOfProcess(string side, InteractionLoad load) =>
        TrainingBenchmark.PeakOfProcess([
            "interactions",
            "--side",
            side,
            "--users",
            $"{load.Users}",
            "--items",
            $"{load.Items}",
            "--interactions",
            $"{load.Interactions}",
            "--batch",
            $"{load.Batch}",
            "--threads",
            $"{load.Threads}",
            "--set",
            load.Settings,
        ]);

    private static void Time(Action step, List<double> seconds)
    {
        for (var i = 0; i < BlockSteps; i++)
        {
            var began = Stopwatch.GetTimestamp();
            step();
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
    }

    private interface ISide : IDisposable
    {
        void Step();
    }

    private sealed class PlainSide : ISide
    {
        private readonly Dataset _data;
        private readonly int _batch;
        private readonly PlainMultVae _model;
        private readonly optim.Optimizer _optimizer;
        private readonly int[] _order;
        private int _step;

        public PlainSide(InteractionLoad load, Dataset data)
        {
            manual_seed(1);
            (_data, _batch) = (data, load.Batch);
            _model = new(load.Items, hidden: 600, latent: 200);
            _optimizer = optim.Adam(_model.parameters(), lr: 1e-3);
            _order = [.. Enumerable.Range(0, data.Count)];
            new Random(1).Shuffle(_order);
        }

        /// <summary>Of the last step, the orders in which histories could have come regarded, as on the other side.</summary>
        public double LossNats { get; private set; }

        public void Step()
        {
            using var d = NewDisposeScope();
            var users = _order.AsSpan(_step++ * _batch, _batch);
            LossNats = _model.Step(_optimizer, TensorBatches.Gather(_data, users));
            foreach (var user in users)
                LossNats -= SpecialFunctions.LogGamma(_data.Sparse(user).Columns.Length + 1) / _batch;
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _model.Dispose();
        }
    }

    private sealed class IsthmusSide : ISide
    {
        private readonly Trainer _trainer;
        private (double Distortion, double Rate) _before;

        public IsthmusSide(InteractionLoad load, Dataset data)
        {
            var settings = $"epochs=1 batch-size={load.Batch} {load.Settings}"
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => new KeyValuePair<string, string>(pair.Split('=')[0], pair.Split('=')[1]));
            _trainer = new(ModelSpecification.Resolve("mult-vae", data.Schema, settings, TrainingSettings.All), data, data.Select([0, 1]), seed: 1);
            _trainer.Model.train();
        }

        /// <summary>Distortion and half the rate of the last step.</summary>
        public double LossNats { get; private set; }

        public void Step()
        {
            _trainer.Step();
            var (distortion, rate) = (_trainer.State.DistortionSum, _trainer.State.RateSum);
            LossNats = distortion - _before.Distortion + 0.5 * (rate - _before.Rate);
            _before = (distortion, rate);
        }

        public void Dispose() => _trainer.Dispose();
    }
}
