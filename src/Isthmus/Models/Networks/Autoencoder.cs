using Isthmus.Compute;
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

    /// <summary>Assembles the parts.</summary>
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

    /// <summary>Change to a record before the encoder sees it in training.</summary>
    public Corruption Corruption { get; }

    /// <summary>Part that makes the code, and charges for it.</summary>
    public Bottleneck Bottleneck { get; }

    /// <summary>Distribution given by the decoder's output.</summary>
    public Likelihood Likelihood { get; }

    /// <summary>Labels given to encoder and decoder; null for none. With labels, batches are N x (D + C).</summary>
    public Condition? Condition { get; }

    /// <summary>Objective, which combines the terms of the loss.</summary>
    public Objective Objective { get; }

    /// <summary>Last numbers of a record that are targets: seen by no encoder, and all that is given back. Default 0: the record is its own target.</summary>
    public int Targets { get; init; }

    /// <summary>Number of training records, for objectives that depend on it.</summary>
    public long Records { get; set; }

    /// <summary>Replacement for encoder and decoder in training; null for none.</summary>
    internal ManualNetworks? Stages { get; set; }

    /// <summary>False for denoisers, whose code is the restored picture, and for models without one: no units to count, look at or read labels from.</summary>
    internal bool HasCode => _encoder is not PictureDenoiser && !NoCodeNetwork.IsOne(_encoder);

    /// <summary>Network from x to the bottleneck's head.</summary>
    internal nn.Module<Tensor, Tensor> Encoder => _encoder;

    /// <summary>Network from z to the likelihood's parameters.</summary>
    internal nn.Module<Tensor, Tensor> Decoder => _decoder;

    /// <summary>Returns the code of x: drawn from q(z|x), or its mean.</summary>
    /// <param name="x">Records as the encoder sees them.</param>
    /// <param name="sample">Draw it, where there is something to draw from.</param>
    /// <param name="clean">The records themselves, where the encoder sees corrupted ones.</param>
    public Code Encode(Tensor x, bool sample, Tensor? clean = null) => Bottleneck.Encode(Head(x), sample, clean ?? x);

    /// <summary>Returns what a batch's records are to be given back as, N x D: the records without labels, or their targets.</summary>
    public Tensor Record(Tensor x) => Condition?.Record(x) ?? (Targets == 0 ? x : x.narrow(-1, x.shape[^1] - Targets, Targets));

    /// <summary>Returns the numbers of corrupted records, N x D, without what the corruption tells besides.</summary>
    internal Tensor Shown(Tensor seen) => Corruption.Told.Count is > 0 and var told ? seen.narrow(-1, 0, seen.shape[^1] - told) : seen;

    /// <summary>Returns a batch's labels, N x C; null if there are none.</summary>
    public Tensor? Given(Tensor x) => Condition?.Given(x);

    /// <summary>Returns ln p(x|z), nats, for codes N x L or K x N x L; for a likelihood of labels, ln p(y|z).</summary>
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

    /// <summary>Returns the likelihood's parameters for codes of any leading shape, ... x L to ... x (P D).</summary>
    /// <param name="z">Codes.</param>
    /// <param name="given">Labels, N x C, if the model has a condition.</param>
    public Tensor Decode(Tensor z, Tensor? given = null)
    {
        TensorThreads.Begin();
        if (Condition is not null)
            z = Condition.Joined(z, given ?? throw new ArgumentNullException(nameof(given), "A conditional model decodes a code together with what is given."));
        Func<Tensor, Tensor> decode = InStages is { } stages ? stages.Decode : _decoder.call;
        if (z.dim() == 2)
            return decode(z);
        var parameters = decode(z.reshape(-1, z.shape[^1]));
        return parameters.view([.. z.shape[..^1], parameters.shape[^1]]);
    }

    /// <summary>Returns the loss of a batch, corrupted first if the model is a denoising one.</summary>
    /// <param name="x">Clean records.</param>
    /// <param name="epoch">Progress of training in epochs, for warm-ups.</param>
    public LossTerms Loss(Tensor x, double epoch) => Loss(x, Corruption.Apply(x), epoch);

    /// <summary>Returns the loss of <paramref name="seen"/> against x.</summary>
    public LossTerms Loss(Tensor x, Tensor seen, double epoch) => Objective.Loss(this, x, seen, epoch);

    /// <summary>Passes the present encoder to the bottleneck.</summary>
    public void FollowEncoder() => Bottleneck.Follow(_encoder);

    private ManualNetworks? InStages => training && is_grad_enabled() ? Stages : null;

    /// <summary>Returns the bottleneck's head, in training by the replacement if there is one.</summary>
    internal Tensor Head(Tensor x)
    {
        TensorThreads.Begin();
        x = Corruption.WithTold(x);
        return InStages is { } stages ? stages.Encode(x) : _encoder.call(x);
    }

    /// <summary>Parameters updated in the encoder's turn: everything except decoder and likelihood.</summary>
    internal static bool IsEncoderParameter(string parameter) =>
        !parameter.StartsWith("decoder", StringComparison.Ordinal) && !parameter.StartsWith("likelihood", StringComparison.Ordinal);

    /// <summary>True for parameters trained against the model, with a learning rate of their own.</summary>
    internal static bool IsAdversaryParameter(string parameter) => parameter.StartsWith(AdversaryName, StringComparison.Ordinal);

    /// <summary>Solver for the weights, if they have a closed form; otherwise null.</summary>
    public IClosedForm? ClosedForm => _decoder as IClosedForm;

    /// <summary>The decoder as one of topics, if it is one; otherwise null.</summary>
    public TopicDecoder? Topics => _decoder as TopicDecoder;

    /// <summary>Returns E[x | z = mean code of x]: the reconstruction, and for a corrupted record its restoration.</summary>
    public Tensor Reconstruct(Tensor x) => Likelihood.Mean(Decode(Encode(x, sample: false).Z, Given(x)));
}
