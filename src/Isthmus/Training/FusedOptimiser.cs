using Isthmus.Compute;
using Isthmus.Information.Numerics;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// Adam (Kingma and Ba 2015), AdamW (Loshchilov and Hutter 2019) or SGD with momentum over flat parameters. Only the
/// weights of layers decay: a bias or a variance pulled to zero is pulled to a wrong value. Where there are slices, one pass
/// over memory adds up their gradients, updates moments, weights and their moving average, and refreshes the working copy;
/// elsewhere ATen's fused kernels do the update (TorchSharp has no binding for those; TorchScript reaches them).
/// </summary>
internal sealed class FusedOptimiser : IDisposable
{
    private static readonly CompiledScripts Scripts = new(
        """
        def adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor],
                 lr: float, beta1: float, beta2: float, decay: float, eps: float):
            torch._fused_adam_(p, g, m, v, [], t, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)

        def adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor],
                  lr: float, beta1: float, beta2: float, decay: float, eps: float):
            torch._fused_adamw_(p, g, m, v, [], t, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)

        def sgd(p: List[Tensor], g: List[Tensor], m: List[Tensor], lr: float, momentum: float, decay: float):
            torch._fused_sgd_(p, g, m if momentum != 0.0 else [], weight_decay=decay, momentum=momentum, lr=lr,
                              dampening=0.0, nesterov=False, maximize=False, is_first_step=False)

        """
    );

    private jit.CompilationUnit? _kernels;
    private readonly FlatParameters _parameters;
    private readonly string _kind;
    private readonly double _weightDecay,
        _momentum,
        _beta1;
    private readonly Tensor _first,
        _second,
        _steps;

    public FusedOptimiser(FlatParameters parameters, Settings settings)
    {
        _parameters = parameters;
        _kernels = HasSlices ? null : Scripts.Take();
        _kind = settings.Get(TrainingSettings.Optimiser);
        _weightDecay = settings.Get(TrainingSettings.WeightDecay);
        _momentum = settings.Get(TrainingSettings.Momentum);
        _beta1 = settings.Get(TrainingSettings.Beta1);
        _first = zeros_like(parameters.Values).DetachFromDisposeScope();
        _second = zeros_like(parameters.Values).DetachFromDisposeScope();
        _steps = zeros(1, device: parameters.Values.device).DetachFromDisposeScope();
    }

    /// <summary>Moments and step count, for checkpoints.</summary>
    public IReadOnlyDictionary<string, Tensor> State =>
        new Dictionary<string, Tensor>
        {
            ["first_moment"] = _first,
            ["second_moment"] = _second,
            ["steps"] = _steps,
        };

    /// <summary>True if <see cref="FlatUpdate"/> does the update: it alone adds slices up, and it reads them in memory.</summary>
    private bool HasSlices => _parameters.Slices.Count > 0;

    /// <summary>Updates the parameters from their gradients, or a part of them (the moments of the others stay), and their moving average.</summary>
    /// <param name="learningRate">The step size.</param>
    /// <param name="part">Part to update; the whole with slices.</param>
    /// <param name="gradientScale">Factor of the gradient: less than 1 if it was clipped.</param>
    /// <param name="average">Moves towards the new values by <paramref name="share"/>; left alone where that is 0.</param>
    /// <param name="share">1 - the average's decay.</param>
    /// <param name="team">Threads to share the pass; null for the caller alone.</param>
    /// <param name="secondRate">The step size of parameters that do not stand first, which then do not decay; null for the same, with the same decay.</param>
    /// <param name="only">Runs of parameters to update, with slices; null for all.</param>
    public void Step(
        double learningRate,
        TrainedPart part = TrainedPart.Both,
        double gradientScale = 1,
        Tensor? average = null,
        double share = 0,
        ThreadTeam? team = null,
        double? secondRate = null,
        IReadOnlyList<(long First, long Last)>? only = null
    )
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _steps.AddInPlace(1);
        var (weights, all) = (_parameters.WeightCount, _parameters.Values.numel());
        if (HasSlices)
        {
            var update = new FlatUpdate(_kind, learningRate, gradientScale, _steps.item<float>(), _momentum, share, _beta1);
            void Share(int thread, int threads)
            {
                foreach (var (from, to) in only ?? [(0, all)])
                {
                    // Whole vectors a thread: the same numbers whatever the number of threads.
                    long Bound(int share) => share == threads ? to : from + (to - from) * share / threads / SimdSpans.Count * SimdSpans.Count;
                    foreach (var (first, last, decay) in Segments(weights, all))
                        if (Math.Max(Bound(thread), first) is var begin && Math.Min(Bound(thread + 1), last) is var end && begin < end)
                            update.Run(_parameters, _first, _second, share > 0 ? average : null, begin, end, decay);
                }
            }
            if (team is null)
                Share(0, 1);
            else
                team.Run(thread => Share(thread, team.Count));
            return;
        }
        if (gradientScale != 1)
            _parameters.Gradients.MultiplyInPlace(gradientScale);
        foreach (
            var (first, count, split, decay) in new[]
            {
                (0L, weights, _parameters.FirstWeightCount, _weightDecay),
                (weights, all - weights, _parameters.FirstOtherCount, 0.0),
            }
        )
        {
            var begin = part == TrainedPart.Decoder ? split : 0;
            var end = part == TrainedPart.Encoder ? split : count;
            if (secondRate is { } rate)
            {
                Update(first + begin, split - begin, learningRate, decay);
                Update(first + split, end - split, rate, 0);
            }
            else
                Update(first + begin, end - begin, learningRate, decay);
        }
        if (share > 0)
            average?.lerp_(_parameters.Values, share);
    }

    /// <summary>Returns runs of parameters that are treated alike: weights of products, other weights, the rest.</summary>
    private IEnumerable<(long First, long Last, double Decay)> Segments(long weights, long all) =>
        [(0, _parameters.ProductCount, _weightDecay), (_parameters.ProductCount, weights, _weightDecay), (weights, all, 0)];

    private void Update(long first, long count, double learningRate, double decay)
    {
        if (count == 0)
            return;
        Tensor[] Part(Tensor whole) => [whole.narrow(0, first, count)];
        Tensor[] p = Part(_parameters.Values),
            g = Part(_parameters.Gradients),
            m = Part(_first);
        using Scalar rate = ScalarOperations.Held(learningRate),
            momentum = ScalarOperations.Held(_momentum),
            shrink = ScalarOperations.Held(decay);
        using Scalar beta1 = ScalarOperations.Held(_beta1),
            beta2 = ScalarOperations.Held(FlatUpdate.Beta2),
            epsilon = ScalarOperations.Held(FlatUpdate.Epsilon);
        if (_kind == "sgd")
            _kernels!.invoke("sgd", p, g, m, rate, momentum, shrink);
        else
            _kernels!.invoke(_kind, p, g, m, Part(_second), new[] { _steps }, rate, beta1, beta2, shrink, epsilon);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _kernels, null) is { } kernels)
            Scripts.Give(kernels);
        _first.Dispose();
        _second.Dispose();
        _steps.Dispose();
    }
}
