using Isthmus.Compute;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// A code of S slots, each one of K choices, q(k_s|x) a softmax, against a uniform prior: rate = sum_s (ln K - H(q_s)), exact. In
/// training a draw is relaxed, softmax((ln q + g) / temperature), g of Gumbel's distribution, so that the gradient passes (Jang et
/// al. 2017; Maddison et al. 2017); everywhere else it is one choice, so that distortion + rate is a bound on -ln p(x).
/// </summary>
/// <remarks>
/// A slot stands in a code as K numbers, S K = latent. The distortion of training is that of relaxed codes, and may lie below that of validation.
/// </remarks>
public sealed class CategoricalBottleneck : Bottleneck
{
    internal static readonly Setting<int> Choices = SettingKinds.Whole("choices", 10, "categories of each slot; must divide latent", 2, 1 << 16);

    /// <summary>Temperature of relaxed draws.</summary>
    internal static readonly Setting<double> Temperature = SettingKinds.Number(
        "temperature",
        0.5,
        "temperature of relaxed draws in training; near 0 draws are discrete and gradients noisy",
        least: 0.01,
        most: 10
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new(
        "categorical",
        "slots of one choice each, relaxed in training (Gumbel-softmax)",
        [Choices, Temperature],
        context => new CategoricalBottleneck(context.Latent, context.Get(Choices), context.Get(Temperature))
    )
    {
        Code = CodeKind.Variational,
    };

    private readonly int _choices;
    private readonly double _temperature;

    [ComponentName(Name = "prior")]
    private readonly CategoricalPrior _prior;

    /// <summary>Creates slots of <paramref name="choices"/> choices.</summary>
    /// <exception cref="InvalidInputException">The choices do not divide the code.</exception>
    public CategoricalBottleneck(int latent, int choices, double temperature)
        : base("categorical", latent)
    {
        if (latent % choices != 0)
            throw new InvalidInputException(
                $"{OptionNames.Value("choices", choices)}",
                $"does not divide a code of {latent} numbers into whole slots",
                $"give {OptionNames.Give("latent")} a number that {choices} divides, such as {(latent / choices + 1) * choices}",
                OptionNames.Key("choices")
            );
        (_choices, _temperature, _prior) = (choices, temperature, new(latent, choices));
        RegisterComponents();
    }

    /// <summary>Categories of each slot.</summary>
    internal int Categories => _choices;

    /// <inheritdoc/>
    public override Prior Prior => _prior;

    /// <inheritdoc/>
    public override bool IsDiscrete => true;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var logs = head.view([.. head.shape[..^1], -1, _choices]).log_softmax(-1);
        var rates = logs.exp() * logs.Plus(Math.Log(_choices));
        var posterior = new CategoricalPosterior(logs);
        var z =
            !sample ? posterior.Mean
            : training ? Relaxed(logs)
            : posterior.Sample();
        return new(z.view(head.shape), rates.sum([-1, -2]), rates.view(head.shape), posterior);
    }

    private Tensor Relaxed(Tensor logs)
    {
        // -ln of an exponential draw is one of Gumbel's.
        var gumbel = -logs.ExponentialLike().log();
        return logs.Plus(gumbel).Over(_temperature).softmax(-1);
    }
}
