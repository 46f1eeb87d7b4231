using Isthmus.Data;
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
    private static readonly Setting<string> VarianceKind = SettingKinds.Choice("variance", "learned",
        "fixed (sigma squared), learned (one for all, sigma-VAE, Rybkin et al. 2021) or predicted (by the decoder, one a number)", "fixed", "learned", "predicted");
    private static readonly Setting<double> Sigma = SettingKinds.Number("sigma", 0.1, "standard deviation, fixed or to start from, on the model's scale", least: 1e-3);

    /// <summary>Its entry in <see cref="Parts"/>.</summary>
    public static readonly Part<Likelihood> Part = new("gaussian", "real numbers; mean squared error with its constant", [VarianceKind, Sigma],
        context => new GaussianLikelihood(context.Schema.Dimension, context.Get(VarianceKind), context.Get(Sigma), meanInUnitRange: context.Schema is ImageSchema));

    // A standard deviation of e^-7, a quarter of an 8-bit level: below it a density flatters without end.
    private const double LeastLogSigma = -7;

    // TorchSharp replaces parameters on a move to another device or type, and finds their fields by this name.
    [ComponentName(Name = "log_sigma")]
    private readonly Parameter? _logSigma;
    private readonly double _fixedLogSigma;
    private readonly bool _meanInUnitRange;

    /// <summary>A Gaussian whose variance is "fixed", "learned" or "predicted".</summary>
    /// <param name="dimension">D.</param>
    /// <param name="variance">Where the variance comes from.</param>
    /// <param name="sigma">The fixed or first standard deviation.</param>
    /// <param name="meanInUnitRange">Whether the mean passes through a sigmoid, for pixels.</param>
    public GaussianLikelihood(int dimension, string variance, double sigma, bool meanInUnitRange)
        : base("gaussian", dimension, variance == "predicted" ? 2 : 1)
    {
        _meanInUnitRange = meanInUnitRange;
        _fixedLogSigma = Math.Log(sigma);
        if (variance == "learned")
            // Parts outlive the scope that a model is built in.
            _logSigma = new Parameter(full(1, _fixedLogSigma).DetachFromDisposeScope());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override bool IsDiscrete => false;

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor x, Tensor parameters)
    {
        var residual = x - Mean(parameters);
        if (LogSigma(parameters) is not { } logSigma)
            return -0.5 * residual.square().sum(-1) * Math.Exp(-2 * _fixedLogSigma) - Dimension * (_fixedLogSigma + 0.5 * DiagonalGaussian.LogTwoPi);
        return -(0.5 * residual.square() * (-2 * logSigma).exp() + logSigma + 0.5 * DiagonalGaussian.LogTwoPi).sum(-1);
    }

    /// <inheritdoc/>
    public override Tensor Mean(Tensor parameters)
    {
        var mean = ParametersPerDimension == 1 ? parameters : Split(parameters)[0];
        return _meanInUnitRange ? sigmoid(mean) : mean;
    }

    /// <inheritdoc/>
    public override Tensor Mode(Tensor parameters) => Mean(parameters);

    /// <inheritdoc/>
    public override Tensor Sample(Tensor parameters)
    {
        var mean = Mean(parameters);
        var noise = randn_like(mean);
        return mean + noise * (LogSigma(parameters)?.exp() ?? full(1, Math.Exp(_fixedLogSigma), device: mean.device));
    }

    private Tensor? LogSigma(Tensor parameters) =>
        (ParametersPerDimension == 2 ? Split(parameters)[1] + _fixedLogSigma : _logSigma)?.clamp_min(LeastLogSigma);
}
