using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Isthmus.Compute;
using Isthmus.Information.Numerics;
using Isthmus.Models.Gradients;
using Isthmus.Models.Primitives;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// Real x ~ N(mean, s^2): -ln p = ((x - mean)^2 / s^2 + ln(2 pi s^2)) / 2 for each number. With a fixed s this is the
/// mean squared error with its constant. A density: its nats depend on the unit of x (pixels: the [0, 1] range;
/// columns: standard deviations).
/// </summary>
public sealed class GaussianLikelihood : Likelihood
{
    internal static readonly Setting<string> VarianceKind = SettingKinds.Choice(
        "variance",
        "learned",
        "fixed (sigma squared), learned (one for all numbers; sigma-VAE, Rybkin et al. 2021) or predicted (one a number, by the decoder)",
        "fixed",
        "learned",
        "predicted"
    );
    internal static readonly Setting<double> Sigma = SettingKinds.Number(
        "sigma",
        0.1,
        "standard deviation on the model's scale: the fixed or the initial one",
        least: 1e-3
    );

    internal static readonly Setting<string> MeanMap = SettingKinds.Choice(
        "mean-map",
        Sigmoid,
        "map from the decoder's output to the mean of a pixel: sigmoid, into [0, 1], or linear, the output itself; other numbers are always linear",
        Sigmoid,
        "linear"
    );

    private const string Sigmoid = "sigmoid";

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new(
        "gaussian",
        "real numbers; mean squared error with its constant",
        [VarianceKind, Sigma, MeanMap],
        context => new GaussianLikelihood(
            context.Schema.Output.Dimension,
            context.Get(VarianceKind),
            context.Get(Sigma),
            meanInUnitRange: context.Schema.Kind.HighestLevel(context.Schema) is not null && context.Get(MeanMap) == Sigmoid
        )
    );

    // A standard deviation of e^-7, a quarter of an 8-bit level: below it a density flatters without end.
    private const double LeastLogSigma = -7;

    // TorchSharp replaces parameters on a move to another device or type, and finds their fields by this name.
    [ComponentName(Name = "log_sigma")]
    private readonly Parameter? _logSigma;
    private readonly double _fixedLogSigma;

    /// <summary>Creates a Gaussian whose variance is "fixed", "learned" or "predicted".</summary>
    /// <param name="dimension">D.</param>
    /// <param name="variance">Source of the variance: fixed, learned or predicted.</param>
    /// <param name="sigma">The fixed or first standard deviation.</param>
    /// <param name="meanInUnitRange">True to pass the mean through a sigmoid, for pixels.</param>
    public GaussianLikelihood(int dimension, string variance, double sigma, bool meanInUnitRange)
        : base("gaussian", dimension, variance == "predicted" ? 2 : 1)
    {
        MeanInUnitRange = meanInUnitRange;
        _fixedLogSigma = Math.Log(sigma);
        if (variance == "learned")
            // Parts outlive the scope that a model is built in.
            _logSigma = new Parameter(ScalarOperations.Full(1, _fixedLogSigma, device: NewWeights.Device).DetachFromDisposeScope());
        RegisterComponents();
    }

    /// <summary>True if the mean passes through a sigmoid, for pixels.</summary>
    internal bool MeanInUnitRange { get; }

    /// <inheritdoc/>
    public override bool IsDiscrete => false;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters)
    {
        var residual = x - Mean(parameters);
        if (LogSigma(parameters) is not { } logSigma)
            return residual
                .Square()
                .sum(-1)
                .Times(-0.5)
                .Times(Math.Exp(-2 * _fixedLogSigma))
                .Minus(Dimension * (_fixedLogSigma + 0.5 * DiagonalGaussian.LogTwoPi));
        return -(residual.Square().Times(0.5) * logSigma.Times(-2).exp()).Plus(logSigma).Plus(0.5 * DiagonalGaussian.LogTwoPi).sum(-1);
    }

    /// <inheritdoc/>
    internal override Tensor LogProbabilityOfEach(Tensor x, Tensor parameters)
    {
        var squares = (x - Mean(parameters)).Square().Times(0.5);
        return LogSigma(parameters) is { } logSigma
            ? -(squares * logSigma.Times(-2).exp()).Plus(logSigma).Plus(0.5 * DiagonalGaussian.LogTwoPi)
            : -squares.Times(Math.Exp(-2 * _fixedLogSigma)).Plus(_fixedLogSigma + 0.5 * DiagonalGaussian.LogTwoPi);
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor parameters)
    {
        var mean = ParametersPerDimension == 1 ? parameters : Split(parameters)[0];
        return MeanInUnitRange ? sigmoid(mean) : mean;
    }

    /// <inheritdoc/>
    public override Tensor Mode(Tensor parameters) => Mean(parameters);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters)
    {
        var mean = Mean(parameters);
        var noise = mean.NormalLike();
        return mean.Plus(noise * (LogSigma(parameters)?.exp() ?? ScalarOperations.Full(1, Math.Exp(_fixedLogSigma), device: mean.device)));
    }

    internal override bool IsSeparable => ParametersPerDimension == 1 && _logSigma is null;

    /// <summary>
    /// Computes the distortion with a fixed variance in one pass: r = mean - x, dL/dmean = r / s^2, and through the sigmoid that times m (1 - m).
    /// </summary>
    internal override DistortionPullback Pullback(Tensor x, Tensor parameters, GradientStep step) =>
        !IsSeparable ? base.Pullback(x, parameters, step)
        : parameters.dtype == ScalarType.BFloat16 ? Pullback<ushort>(x, parameters, step)
        : Pullback<float>(x, parameters, step);

    private DistortionPullback Pullback<T>(Tensor x, Tensor parameters, GradientStep step)
        where T : unmanaged
    {
        var gradient = empty_like(parameters);
        var (precision, squares) = (Math.Exp(-2 * _fixedLogSigma), 0.0);
        var scale = (float)(precision / step.BatchSize);
        ReadOnlySpan<float> data = TensorMemory.Of<float>(x);
        Span<T> given = TensorMemory.Of<T>(parameters),
            result = TensorMemory.Of<T>(gradient);
        for (var row = 0; row < data.Length; row += Dimension)
        {
            var (sum, i) = (Vector512<float>.Zero, 0);
            var wanted = data.Slice(row, Dimension);
            Span<T> before = given.Slice(row, Dimension),
                g = result.Slice(row, Dimension);
            for (; i <= Dimension - SimdSpans.Count; i += SimdSpans.Count)
                sum += Differentiate<T, SimdSpans.Whole>(wanted, before, g, scale, i);
            if (i < Dimension)
                sum += Vector512.ConditionalSelect(
                    Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)(Dimension - i))),
                    Differentiate<T, SimdSpans.Rest>(wanted, before, g, scale, i),
                    Vector512<float>.Zero
                );
            squares += Vector512.Sum(sum);
        }
        return new(0.5 * squares * precision + data.Length * (_fixedLogSigma + 0.5 * DiagonalGaussian.LogTwoPi), gradient);
    }

    /// <summary>Writes the gradient, and returns the squared residuals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Differentiate<T, TReach>(ReadOnlySpan<float> x, ReadOnlySpan<T> given, Span<T> gradient, float scale, int i)
        where T : unmanaged
    {
        var mean = SimdSpans.Load<T, TReach>(given, i);
        var slope = Vector512<float>.One;
        if (MeanInUnitRange)
        {
            mean = SimdSpans.Sigmoid(mean);
            slope = mean * (Vector512<float>.One - mean);
        }
        var residual = mean - SimdSpans.Load<float, TReach>(x, i);
        SimdSpans.Store<T, TReach>(gradient, i, scale * residual * slope);
        return residual * residual;
    }

    private Tensor? LogSigma(Tensor parameters) =>
        (ParametersPerDimension == 2 ? Split(parameters)[1].Plus(_fixedLogSigma) : _logSigma)?.ClampMin(LeastLogSigma);
}
