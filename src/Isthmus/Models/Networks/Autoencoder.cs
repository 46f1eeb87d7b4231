using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Conditions;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Gradients;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// corruption -> encoder -> bottleneck -> decoder -> likelihood, and the objective over distortion and rate. Records are
/// N x D on the model's scale. Randomness comes from torch's generator; the caller owns the dispose scope.
/// </summary>
public sealed class Autoencoder : nn.Module
{
    private const string AdversaryName = "adversary";

    private readonly nn.Module<Tensor, Tensor> _encoder,
        _decoder;

    /// <summary>Puts the parts together.</summary>
    public Autoencoder(
        Corruption corruption,
        EncoderDecoder network,
        Bottleneck bottleneck,
        Likelihood likelihood,
        Objective objective,
        Condition? condition = null
    )
        : base("autoencoder")
    {
        Condition = condition;
        (Corruption, Bottleneck, Likelihood, Objective) = (corruption, bottleneck, likelihood, objective);
        (_encoder, _decoder) = (network.Encoder, network.Decoder);
        register_module("encoder", _encoder);
        register_module("bottleneck", bottleneck);
        register_module("decoder", _decoder);
        register_module("likelihood", likelihood);
        if (objective.Adversary is { } adversary)
            register_module(AdversaryName, adversary);
        bottleneck.Attach(this);
    }

    /// <summary>What is done to a record before the encoder sees it in training.</summary>
    public Corruption Corruption { get; }

    /// <summary>What makes the code, and charges for it.</summary>
    public Bottleneck Bottleneck { get; }

    /// <summary>What the decoder's output means.</summary>
    public Likelihood Likelihood { get; }

    /// <summary>What encoder and decoder are told of a record besides; null for nothing. Then batches are N x (D + C).</summary>
    public Condition? Condition { get; }

    /// <summary>How the terms are put together.</summary>
    public Objective Objective { get; }

    /// <summary>Records that it is trained on, for objectives that speak of all of them.</summary>
    public long Records { get; set; }

    /// <summary>What computes encoder and decoder in training in their place, if anything does.</summary>
    internal ManualNetworks? Stages { get; set; }

    /// <summary>The map from x to the bottleneck's head.</summary>
    internal nn.Module<Tensor, Tensor> Encoder => _encoder;

    /// <summary>The map from z to the likelihood's parameters.</summary>
    internal nn.Module<Tensor, Tensor> Decoder => _decoder;

    /// <summary>The code of x: drawn from q(z|x), or its mean.</summary>
    /// <param name="x">What the encoder sees.</param>
    /// <param name="sample">Draw it, where there is something to draw from.</param>
    /// <param name="clean">The records themselves, where the encoder sees corrupted ones.</param>
    public Code Encode(Tensor x, bool sample, Tensor? clean = null) => Bottleneck.Encode(Head(x), sample, clean ?? x);

    /// <summary>A batch's records alone, N x D.</summary>
    public Tensor Record(Tensor x) => Condition?.Record(x) ?? x;

    /// <summary>What is given with them, N x C; null for nothing.</summary>
    public Tensor? Given(Tensor x) => Condition?.Given(x);

    /// <summary>
    /// ln p(x|z), nats, for codes N x L or K x N x L: of a label where that is what the likelihood is of, and given one where the model is told it.
    /// </summary>
    public Tensor LogLikelihood(Tensor x, Tensor z)
    {
        if (InStages is { } stages)
        {
            var codes = Condition is null ? z : Condition.Joined(z, Given(x)!);
            if (stages.LogLikelihood(Record(x), codes.reshape(-1, codes.shape[^1])) is { } rows)
                return rows.view(z.shape[..^1]);
        }
        return Likelihood.LogProbability(Record(x), Decode(z, Given(x)));
    }

    /// <summary>The likelihood's parameters for codes of any leading shape, ... x L to ... x (P D).</summary>
    /// <param name="z">Codes.</param>
    /// <param name="given">What is given with them, N x C, where the model is told anything.</param>
    public Tensor Decode(Tensor z, Tensor? given = null)
    {
        if (Condition is not null)
            z = Condition.Joined(z, given ?? throw new ArgumentNullException(nameof(given), "A conditional model decodes a code together with what is given."));
        Func<Tensor, Tensor> decode = InStages is { } stages ? stages.Decode : _decoder.call;
        if (z.dim() == 2)
            return decode(z);
        var parameters = decode(z.reshape(-1, z.shape[^1]));
        return parameters.view([.. z.shape[..^1], parameters.shape[^1]]);
    }

    /// <summary>The loss of a batch, corrupted first if the model is a denoising one.</summary>
    /// <param name="x">Clean records.</param>
    /// <param name="epoch">How far training has come, for warm-ups.</param>
    public LossTerms Loss(Tensor x, double epoch) => Loss(x, Corruption.Apply(x), epoch);

    /// <summary>The loss against x of what is made of <paramref name="seen"/>.</summary>
    public LossTerms Loss(Tensor x, Tensor seen, double epoch) => Objective.Loss(this, x, seen, epoch);

    /// <summary>Lets the bottleneck take note of the encoder as it is.</summary>
    public void FollowEncoder() => Bottleneck.Follow(_encoder);

    private ManualNetworks? InStages => training && is_grad_enabled() ? Stages : null;

    /// <summary>The bottleneck's head of what the encoder sees, by its stages in training where it has them.</summary>
    internal Tensor Head(Tensor x) => InStages is { } stages ? stages.Encode(x) : _encoder.call(x);

    /// <summary>What trains with the encoder where encoder and decoder train in turns: all but the decoder and the likelihood.</summary>
    internal static bool IsEncoderParameter(string parameter) =>
        !parameter.StartsWith("decoder", StringComparison.Ordinal) && !parameter.StartsWith("likelihood", StringComparison.Ordinal);

    /// <summary>What trains against the model, with a step size of its own.</summary>
    internal static bool IsAdversaryParameter(string parameter) => parameter.StartsWith(AdversaryName, StringComparison.Ordinal);

    /// <summary>How to solve for the weights, where they have a closed form; otherwise null.</summary>
    public IClosedForm? ClosedForm => _decoder as IClosedForm;

    /// <summary>The decoder as one of topics, where it is one; otherwise null.</summary>
    public TopicDecoder? Topics => _decoder as TopicDecoder;

    /// <summary>E[x | z = mean code of x]: the reconstruction, and of a corrupted record its restoration.</summary>
    public Tensor Reconstruct(Tensor x) => Likelihood.Mean(Decode(Encode(x, sample: false).Z, Given(x)));
}
