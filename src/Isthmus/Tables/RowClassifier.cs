using Isthmus.Compute;
using Isthmus.Data.Tables;
using Isthmus.Models.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Tables;

/// <summary>
/// Classifier of rows: two hidden layers over an encoder's input of a row (<see cref="RowInput"/>), cross-entropy, AdamW whose step falls to zero along a
/// cosine, 20 passes or 3,000 steps if that is more. A judge of synthetic rows, not a model to keep.
/// </summary>
internal sealed class RowClassifier : IDisposable
{
    private const int Hidden = 128,
        BatchSize = 128,
        Epochs = 20,
        LeastSteps = 3000,
        PartRows = 1000;
    private const double StepSize = 2e-3,
        WeightDecay = 0.01,
        Dropout = 0.1;
    private readonly RowInput _input;
    private readonly Sequential _layers;

    /// <summary>Trains the classifier.</summary>
    /// <param name="table">Schema of a row.</param>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="classes">N classes.</param>
    /// <param name="count">Classes that there are.</param>
    /// <param name="seed">Random seed for weights and order.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public RowClassifier(TableSchema table, float[] rows, IReadOnlyList<int> classes, int count, int seed, CancellationToken cancellationToken = default)
    {
        _input = new(table);
        using var draws = RandomDraws.Seeded(seed);
        _layers = nn.Sequential(
            ("1", SeededLayers.Linear(_input.Width, Hidden)),
            ("2", nn.GELU()),
            ("3", new SeededDropout(Dropout)),
            ("4", SeededLayers.Linear(Hidden, Hidden)),
            ("5", nn.GELU()),
            ("6", new SeededDropout(Dropout)),
            ("7", SeededLayers.Linear(Hidden, count))
        );
        using var scope = NewDisposeScope();
        var (x, y) = (tensor(rows).view(classes.Count, -1), tensor([.. classes.Select(value => (long)value)]));
        var batch = Math.Min(BatchSize, classes.Count);
        var steps = Math.Max(LeastSteps, Epochs * classes.Count / batch);
        using var optimiser = new AdamUpdate(_layers.parameters(), WeightDecay);
        var order = RandomOperations.Permutation(classes.Count);
        for (var (step, at) = (0, 0); step < steps; step++, at += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var own = NewDisposeScope();
            if (at + batch > classes.Count)
                (order, at) = (RandomOperations.Permutation(classes.Count).MoveToOuterDisposeScope(), 0);
            var chosen = order.narrow(0, at, batch);
            optimiser.ClearGradients();
            nn.functional.cross_entropy(_layers.call(_input.call(x.index_select(0, chosen))), y.index_select(0, chosen)).backward();
            optimiser.Step(StepSize * 0.5 * (1 + Math.Cos(Math.PI * step / steps)));
        }
        _layers.eval();
    }

    /// <summary>Returns ln p of each class given each row, N x classes.</summary>
    public float[] LogProbabilities(float[] rows, int width)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return
        [
            .. rows.Chunk(PartRows * width)
                .SelectMany(part =>
                {
                    using var own = NewDisposeScope();
                    return _layers.call(_input.call(tensor(part).view(-1, width))).log_softmax(-1).contiguous().data<float>().ToArray();
                }),
        ];
    }

    public void Dispose()
    {
        _layers.Dispose();
        _input.Dispose();
    }
}
