using Isthmus.Compute;
using Isthmus.Models.Gradients;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Objectives;

/// <summary>
/// loss = -(1/M) sum over M groups of ln (1/K) sum_k w_k, w_k = p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x): the importance
/// weighted bound (IWAE, Burda et al. 2016), nearer to -ln p(x) than the ELBO as K grows; with M &gt; 1 MIWAE, and with a share of
/// the ELBO CIWAE (Rainforth et al. 2018), which keep the encoder's gradient from drowning in noise. With a partial bound
/// the decoder and the prior learn from one bound of all M K draws and the encoder from the M bounds of K each (PIWAE).
/// </summary>
/// <remarks>
/// Gradients of the encoder: <c>plain</c> differentiates the bound as it stands; <c>stl</c> leaves out the score of q, whose mean
/// is zero only at K = 1 (Roeder et al. 2017), so it is biased otherwise; <c>dreg</c> weighs each path by its squared normalised
/// weight, which is unbiased and of lower variance (Tucker et al. 2019). The decoder's gradient is the same for all. Reported:
/// the mean distortion of the draws, and as rate what is left of the bound, so that their sum is the bound. Cost: M K decodings
/// a record. A posterior that is no diagonal Gaussian takes <c>plain</c> only, and a partial bound <c>dreg</c>, which tells the
/// encoder apart.
/// </remarks>
/// <param name="Samples">K.</param>
/// <param name="Groups">M.</param>
/// <param name="ElboShare">Share of the ELBO in the loss, 0 to 1.</param>
/// <param name="Gradient">plain, stl or dreg.</param>
/// <param name="IsPartial">PIWAE.</param>
public sealed record ImportanceWeightedObjective(int Samples, int Groups, double ElboShare, string Gradient, bool IsPartial = false) : Objective
{
    internal const string Plain = "plain",
        StickingTheLanding = "stl",
        DoublyReparameterised = "dreg";
    internal static readonly Setting<int> SamplesSetting = SettingKinds.Whole("samples", 50, "draws of the code in one bound, K", 1, 10_000);
    internal static readonly Setting<int> GroupsSetting = SettingKinds.Whole("groups", 1, "bounds averaged for each record, M (MIWAE)", 1, 10_000);
    internal static readonly Setting<double> ElboShareSetting = SettingKinds.Number(
        "elbo-share",
        0,
        "weight of the ELBO in the loss (CIWAE)",
        least: 0,
        most: 1
    );
    internal static readonly Setting<string> BoundSetting = SettingKinds.Choice(
        "bound",
        "whole",
        "whole: one bound for encoder and decoder; partial: the decoder learns from one bound of all draws, the encoder from those of the groups "
            + "(PIWAE, with gradient=dreg)",
        "whole",
        "partial"
    );
    internal static readonly Setting<string> GradientSetting = SettingKinds.Choice(
        "gradient",
        DoublyReparameterised,
        "gradient estimator of the encoder: plain, stl (sticking the landing) or dreg (doubly reparameterised)",
        Plain,
        StickingTheLanding,
        DoublyReparameterised
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Objective> Part = new(
        "importance-weighted",
        "a bound from several draws of the code (IWAE)",
        [SamplesSetting, GroupsSetting, ElboShareSetting, GradientSetting, BoundSetting],
        Create
    )
    {
        Code = CodeKind.Reparameterised,
    };

    private static ImportanceWeightedObjective Create(PartContext context)
    {
        var (isPartial, gradient) = (context.Get(BoundSetting) == "partial", context.Get(GradientSetting));
        return isPartial && gradient != DoublyReparameterised
            ? throw new InvalidInputException(
                $"{OptionNames.Value("bound", "partial")}",
                $"goes with {OptionNames.Value("gradient", DoublyReparameterised)} only, which treats the encoder apart from the decoder, and "
                    + $"this is {gradient}",
                "leave one of them out",
                OptionNames.Key("bound")
            )
            : new(context.Get(SamplesSetting), context.Get(GroupsSetting), context.Get(ElboShareSetting), gradient, isPartial);
    }

    /// <inheritdoc/>
    public override bool IsFirstOrder => !IsPartial;

    /// <inheritdoc/>
    public override bool IsMeanOverRecords => true;

    /// <inheritdoc/>
    public override LossTerms Loss(Autoencoder model, Tensor x, Tensor seen, double epoch)
    {
        var posterior = model.Bottleneck.PosteriorOf(model.Head(seen));
        return Loss(model, x, posterior, posterior.Draw((long)Groups * Samples));
    }

    /// <summary>Returns the loss at given draws, M K x N x L.</summary>
    internal LossTerms Loss(Autoencoder model, Tensor x, ApproximatePosterior posterior, PosteriorDraw drawn)
    {
        var z = drawn.Z;
        var isByHand = Gradient == DoublyReparameterised && z.requires_grad;
        // What the weights say of the draws reaches q changed: in a bound of its own from draws without a history, or on its way back.
        Tensor? change = null;
        var draws =
            !isByHand ? z
            : IsPartial ? z.detach().requires_grad_()
            : AutogradFunction.Of(z, draw => draw, gradient => gradient * change!);
        var logPosterior = Gradient == Plain ? drawn.LogProbability : Held(posterior).LogProbability(draws);
        var logLikelihood = model.LogLikelihood(x, draws);
        var all = logLikelihood.Plus(model.Bottleneck.Prior!.LogProbability(draws)) - logPosterior;
        var logWeights = all.view(Groups, Samples, -1);
        var bound = IsPartial ? all.logsumexp(0).Minus(Math.Log((double)Groups * Samples)) : logWeights.logsumexp(1).mean([0L]).Minus(Math.Log(Samples));
        var loss = -bound.Times(1 - ElboShare).Plus(all.mean([0L]).Times(ElboShare)).mean();
        if (isByHand && IsPartial)
            loss = loss.Plus(PathTerm(logWeights, draws, z));
        else if (isByHand)
            change = Change(logWeights).view(all.shape).unsqueeze(-1);
        var distortion = -logLikelihood.mean([0L]);
        return new(loss, distortion.detach(), (-bound - distortion).detach());
    }

    /// <summary>Returns q as constants.</summary>
    private static DiagonalGaussian Held(ApproximatePosterior posterior) =>
        posterior is DiagonalGaussian gaussian
            ? new(gaussian.Mean.detach(), gaussian.LogVariance.detach())
            : throw new InvalidOperationException("The posterior of this code is no diagonal Gaussian.");

    /// <summary>
    /// Returns the factor for the gradient that reaches a draw: the loss weights ln w with share/K + (1 - share) v, v the normalised weight, and the doubly
    /// reparameterised gradient with share/K + (1 - share) v^2.
    /// </summary>
    private Tensor Change(Tensor logWeights)
    {
        var v = logWeights.detach().softmax(1);
        var (whole, each) = (1 - ElboShare, ElboShare / Samples);
        return v.Square().Times(whole).Plus(each) / v.Times(whole).Plus(each).ClampMin(1e-38);
    }

    /// <summary>
    /// Returns a term of value 0 whose gradient in z is the doubly reparameterised one: -(share/K + (1 - share) v^2) d ln w / dz, v the normalised weight.
    /// </summary>
    private Tensor PathTerm(Tensor logWeights, Tensor draws, Tensor z)
    {
        var shares = logWeights.detach().softmax(1).Square().Times(1 - ElboShare).Plus(ElboShare / Samples).Over(Groups * logWeights.shape[2]);
        var slope = autograd.grad([(logWeights * shares).sum()], [draws], retain_graph: true)[0].detach();
        var path = (slope * z).sum();
        return path.detach() - path;
    }
}
