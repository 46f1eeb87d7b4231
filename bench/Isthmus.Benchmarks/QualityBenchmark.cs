using System.Diagnostics;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>Until the target was reached: epochs, wall and processor time of the training steps, and the test ELBO after each epoch, nats.</summary>
internal sealed record QualitySide(bool Reached, int Epochs, double Seconds, double ProcessorSeconds, IReadOnlyList<double> TestElboNats);

/// <summary>Both sides, and by how much less time Isthmus needed.</summary>
internal sealed record QualityFigures(
    double TargetNats,
    int Threads,
    QualitySide Plain,
    QualitySide Isthmus,
    double RatioOfTimes,
    double RatioOfProcessorTimes
);

/// <summary>
/// Wall time of training until the ELBO on the test records of static MNIST reaches a target: the network 784-400-20 in
/// plain TorchSharp with Adam and a step size of 0.001, and the same network trained as <c>isthmus train</c> would. Epochs of
/// the two are interleaved; the evaluations between them are not counted.
/// </summary>
internal static class QualityBenchmark
{
    private const int BatchSize = 128;
    private const string Network = "hidden=400 activation=relu latent=20";

    public static QualityFigures Run(double targetNats, int threads, int mostEpochs, string settings)
    {
        set_num_threads(threads);
        var data = DataSource.Load("static-mnist", new());
        using var plain = new PlainTraining(data);
        using var isthmus = new IsthmusTraining(data, $"{Network} epochs={mostEpochs} patience={mostEpochs} {settings}");
        var (slow, fast) = (new Course(plain.Epoch, targetNats), new Course(isthmus.Epoch, targetNats));
        for (var epoch = 0; epoch < mostEpochs && !(slow.Reached && fast.Reached); epoch++)
        {
            slow.Go();
            fast.Go();
        }
        return new(targetNats, threads, slow.Side, fast.Side, slow.Seconds / fast.Seconds, slow.ProcessorSeconds / fast.ProcessorSeconds);
    }

    private sealed class Course(Func<Action<Action>, double> epoch, double target)
    {
        private readonly List<double> _elbos = [];

        public bool Reached => _elbos.Count > 0 && _elbos[^1] >= target;

        public double Seconds { get; private set; }

        public double ProcessorSeconds { get; private set; }

        public QualitySide Side => new(Reached, _elbos.Count, Seconds, ProcessorSeconds, _elbos);

        public void Go()
        {
            if (Reached)
                return;
            _elbos.Add(
                epoch(steps =>
                {
                    var (began, work) = (Stopwatch.GetTimestamp(), ProcessorTime.Seconds());
                    steps();
                    Seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
                    ProcessorSeconds += ProcessorTime.Seconds() - work;
                })
            );
        }
    }

    private sealed class PlainTraining : IDisposable
    {
        private readonly PlainMlpVae _model;
        private readonly optim.Optimizer _optimizer;
        private readonly Tensor _train,
            _test;
        private long _epoch;

        public PlainTraining(DataSplits data)
        {
            static Tensor All(Dataset part) => TensorBatches.Gather(part, [.. Enumerable.Range(0, part.Count)]).DetachFromDisposeScope();
            (_train, _test) = (All(data.Train), All(data.Test));
            manual_seed(1);
            _model = new(784, [400], 20);
            _optimizer = optim.Adam(_model.parameters(), lr: 1e-3);
        }

        public double Epoch(Action<Action> timed)
        {
            using var scope = NewDisposeScope();
            // The trainer seeds the one generator anew at each step: what it leaves is the same after every epoch.
            manual_seed(_epoch++);
            timed(() =>
            {
                var order = randperm(_train.shape[0]);
                for (var first = 0L; first + BatchSize <= _train.shape[0]; first += BatchSize)
                {
                    using var d = NewDisposeScope();
                    _model.Step(_optimizer, _train.index_select(0, order.narrow(0, first, BatchSize)));
                }
            });
            using var noGradient = no_grad();
            return -_model.Loss(_test).item<float>() / _test.shape[0];
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _model.Dispose();
            _train.Dispose();
            _test.Dispose();
        }
    }

    /// <summary>The validation records are the test records here, so that the trainer's own figure of an epoch is the one sought.</summary>
    private sealed class IsthmusTraining : IDisposable
    {
        private readonly Trainer _trainer;
        private readonly int _steps;

        public IsthmusTraining(DataSplits data, string settings)
        {
            var pairs = settings
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => new KeyValuePair<string, string>(pair.Split('=')[0], pair.Split('=')[1]));
            _trainer = new(ModelSpecification.Resolve("vae", data.Train.Schema, pairs, TrainingSettings.All), data.Train, data.Test, seed: 1);
            _trainer.Model.train();
            _steps = data.Train.Count / BatchSize;
        }

        public double Epoch(Action<Action> timed)
        {
            timed(() =>
            {
                for (var step = 0; step < _steps; step++)
                    _trainer.Step();
            });
            return -_trainer.EndEpoch().ValidationLossNats;
        }

        public void Dispose() => _trainer.Dispose();
    }
}
