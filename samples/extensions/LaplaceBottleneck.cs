using Isthmus;
using Isthmus.Compute;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Extensions;

/// <summary>Codes with Laplace posterior q(z|x) = Laplace(m(x), b(x)) and prior p(z) = Laplace(0, 1).</summary>
public sealed class LaplaceBottleneck : Bottleneck
{
    public static readonly Setting<double> MaxScale = SettingKinds.Number("max-scale", 3, "largest scale b of the posterior", least: 0.01);

    public static readonly Part<Bottleneck> Part = new("laplace", "Laplace posterior, KL to a Laplace prior", [MaxScale], context => new LaplaceBottleneck(
        context.Latent,
        context.Get(MaxScale)
    ))
    {
        Code = CodeKind.Variational,
    };

    private readonly LaplacePrior _prior;
    private readonly double _maxScale;

    public LaplaceBottleneck(int latent, double maxScale)
        : base("laplace", latent)
    {
        (_prior, _maxScale) = (new LaplacePrior(latent), maxScale);
        RegisterComponents();
    }

    /// <summary>The encoder gives a location and a log scale for each unit.</summary>
    public override int HeadWidth => 2 * Latent;

    public override Prior Prior => _prior;

    /// <summary>The rate is KL(Laplace(m, b) || Laplace(0, 1)) = |m| + b exp(-|m| / b) - ln b - 1 nats, summed over units.</summary>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        var halves = head.chunk(2, -1);
        var (m, b) = (halves[0], halves[1].exp().Clamp(1e-4, _maxScale));
        var posterior = new LaplacePosterior(m, b);
        var rates = (m.abs().Plus(b * (-m.abs() / b).exp()) - b.log()).Minus(1);
        return new(sample ? posterior.Sample() : m, rates.sum(-1), rates, posterior);
    }
}

/// <summary>q(z|x) = Laplace(m, b) in each unit.</summary>
public sealed record LaplacePosterior(Tensor M, Tensor B) : ApproximatePosterior
{
    public override Tensor Mean => M;

    public override PosteriorDraw Draw(long? count = null)
    {
        var u = RandomOperations.Uniform(count is { } k ? [k, .. M.shape] : M.shape).Minus(0.5).Clamp(-0.4999999, 0.4999999);
        var z = M - B * u.sign() * (-u.abs().Times(2).Minus(1)).log();
        return new(z, LogProbability(z));
    }

    public override Tensor LogProbability(Tensor z) => (-(z - M).abs() / B - B.log()).Minus(Math.Log(2)).sum(-1);
}

/// <summary>p(z) = Laplace(0, 1) in each unit.</summary>
public sealed class LaplacePrior(int latent) : Prior("laplace", latent)
{
    public override Tensor LogProbability(Tensor z) => (-z.abs()).Minus(Math.Log(2)).sum(-1);

    public override Tensor Sample(long count, Device? device = null)
    {
        using var zero = zeros(count, Latent);
        return new LaplacePosterior(zero, ones(count, Latent)).Draw().Z.to(device ?? CPU);
    }
}

/// <summary>Options of the bottleneck: <c>Autoencoders.Vae() with { Bottleneck = new LaplaceOptions { MaxScale = 2 } }</c>.</summary>
public sealed record LaplaceOptions() : BottleneckOptions(LaplaceBottleneck.Part)
{
    public double? MaxScale
    {
        get => Get(LaplaceBottleneck.MaxScale);
        init => Set(LaplaceBottleneck.MaxScale, value);
    }
}
