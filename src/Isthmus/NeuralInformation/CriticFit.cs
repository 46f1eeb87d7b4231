using Isthmus.Compute;
using Isthmus.Models.Primitives;
using Isthmus.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>
/// Training loop of all critics: AdamW with a step that falls to 0 along a cosine, and weights averaged over steps. The average that does best on the
/// validation rows is kept, and training stops after 8 looks at those without improvement. A critic that is not better there than the base alone by a standard
/// error is dropped for the base. The same seed, machine and thread count give the same critic.
/// </summary>
internal sealed class CriticFit : IDisposable
{
    private const double LearningRate = 3e-3,
        AverageDecay = 0.99;
    private const int WarmUp = 20,
        Looks = 40,
        Patience = 8;
    private static readonly Settings Optimiser = Settings.Empty.Overlay([new("optimizer", "adamw"), new("weight-decay", "0.01")]);

    private readonly Critic _critic;
    private readonly VariationalBound _bound;
    private readonly int _largestBlock;
    private readonly FlatParameters _parameters;

    private CriticFit(PairedRows train, NeuralOptions options)
    {
        // Made on the CPU and moved, so that the first weights are the same on every device.
        _critic = Critic.Create(options.Critic, train.X.shape[1], train.Y.shape[1], options.Hidden);
        _critic.to(train.X.device);
        _bound = VariationalBound.All[options.Bound]();
        _largestBlock = Critic.LargestBlock(options.Critic);
        _parameters = new FlatParameters(_critic);
    }

    /// <summary>Number of steps until the weights kept; 0 if none were better than the base alone.</summary>
    public int Steps { get; private set; }

    /// <summary>Largest number of steps.</summary>
    public int StepLimit { get; private set; }

    /// <summary>Trains on some rows, stops by others.</summary>
    public static CriticFit Run(PairedRows train, PairedRows validation, NeuralOptions options, long seed, CancellationToken cancellationToken)
    {
        using var draws = RandomDraws.Seeded(seed);
        var fit = new CriticFit(train, options);
        fit.Train(train, validation, options, new Random(unchecked((int)seed)), cancellationToken);
        return fit;
    }

    /// <summary>
    /// Returns the bound's terms on rows, of the base with the critic and of the base alone, and the base's scores of the pairs that occurred: N x 3, by row.
    /// </summary>
    public Tensor Terms(PairedRows rows)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        return cat([.. rows.Blocks(_largestBlock).Select(Block)]).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _critic.Dispose();
    }

    private Tensor Block(PairedRows rows)
    {
        using var scope = NewDisposeScope();
        var known = rows.BaseScores();
        return stack([_bound.Terms(known.Plus(_critic.call(rows.X, rows.Y))), _bound.Terms(known), known.diagonal()], 1).MoveToOuterDisposeScope();
    }

    private void Train(PairedRows train, PairedRows validation, NeuralOptions options, Random random, CancellationToken cancellationToken)
    {
        using var optimiser = new FusedOptimiser(_parameters, Optimiser);
        using var average = _parameters.Values.clone();
        // A critic whose weights are all 0 adds nothing: the base alone, to the last bit.
        using var none = _parameters.Values.zeros_like();
        using var best = none.clone();
        var batch = (int)Math.Min(options.Critic == CriticKind.Separable ? 256 : 128, train.Count / 4);
        // More rows hold more detail to be learned, and need more steps.
        StepLimit = (int)(options.Steps * Math.Sqrt(Math.Max(1, train.Count / 7000.0)));
        var (bestBound, sinceBest, look) = (WithWeights(none, () => Validate(validation)), 0, Math.Max(1, StepLimit / Looks));
        long[] order = [.. Enumerable.Range(0, (int)train.Count).Select(row => (long)row)];
        var next = order.Length;
        for (var step = 1; step <= StepLimit && sinceBest < Patience; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (next + batch > order.Length)
            {
                random.Shuffle(order);
                next = 0;
            }
            // Scores beyond what a float holds, from data that no critic can fit: the best so far stands.
            if (!Step(train.Select(order.AsSpan(next, batch)), optimiser, step))
                break;
            next += batch;
            Average(average, step);
            if (step % look != 0)
                continue;
            var bound = WithWeights(average, () => Validate(validation));
            (bestBound, sinceBest) = bound > bestBound ? (bound, 0) : (bestBound, sinceBest + 1);
            if (sinceBest > 0)
                continue;
            best.copy_(average);
            Steps = step;
        }
        using var noGradient = no_grad();
        _parameters.Values.copy_(best);
        if (Steps == 0 || IsBetterThanBase(validation))
            return;
        _parameters.Values.copy_(none);
        Steps = 0;
    }

    /// <summary>
    /// Returns true if the critic is better than the base by more than one standard error of the difference (the rule of Breiman et al. 1984): the best of many
    /// looks is somewhat better at random.
    /// </summary>
    private bool IsBetterThanBase(PairedRows validation)
    {
        using var scope = NewDisposeScope();
        var terms = Terms(validation);
        var gain = terms.select(1, 0) - terms.select(1, 1);
        return gain.mean().item<float>() > gain.std().item<float>() / Math.Sqrt(validation.Count);
    }

    private bool Step(PairedRows rows, FusedOptimiser optimiser, int step)
    {
        using var scope = NewDisposeScope();
        _parameters.Gradients.zero_();
        var loss = _bound.Loss(rows.BaseScores().Plus(_critic.call(rows.X, rows.Y)));
        if (!float.IsFinite(loss.item<float>()))
            return false;
        loss.backward();
        optimiser.Step(LearningRate * Math.Min(1, step / (double)WarmUp) * 0.5 * (1 + Math.Cos(Math.PI * step / StepLimit)));
        return true;
    }

    /// <summary>Updates the average of weights. The decay grows to its value over the first steps, so that the average forgets the random start.</summary>
    private void Average(Tensor average, int step)
    {
        using var noGradient = no_grad();
        average.lerp_(_parameters.Values, 1 - Math.Min(AverageDecay, (step + 1.0) / (step + 10.0)));
    }

    private double Validate(PairedRows rows)
    {
        using var terms = Terms(rows);
        return terms.select(1, 0).mean().item<float>();
    }

    private double WithWeights(Tensor weights, Func<double> figure)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var own = _parameters.Values.clone();
        _parameters.Values.copy_(weights);
        var value = figure();
        _parameters.Values.copy_(own);
        return value;
    }
}
