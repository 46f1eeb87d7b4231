using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Bottlenecks;

/// <summary>
/// Keeps the k largest units of each record and sets the rest to zero (k-sparse autoencoder, Makhzani and Frey 2014): at most k active units, free of charge.
/// Units compete after standardisation over the batch (running statistics outside training), so that each is equally likely to be among the k, and few die.
/// </summary>
public sealed class TopKBottleneck : Bottleneck
{
    internal static readonly Setting<int> K = SettingKinds.Whole("k", 16, "units kept of each record's code", least: 1);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Bottleneck> Part = new("top-k", "keeps the k largest units of each record", [K], context => new TopKBottleneck(
        context.Latent,
        KOf(context)
    ));

    private readonly int _k;

    [ComponentName(Name = "standardise")]
    private readonly BatchNormalisation _standardise;

    /// <summary>Creates a bottleneck that keeps <paramref name="k"/> of <paramref name="latent"/> units.</summary>
    public TopKBottleneck(int latent, int k)
        : base("top-k", latent)
    {
        _k = k;
        _standardise = new BatchNormalisation(latent, affine: false);
        RegisterComponents();
    }

    /// <summary>Units kept of each record.</summary>
    internal int Kept => _k;

    /// <summary>Standardisation of the units before they are compared.</summary>
    internal BatchNormalisation Standardise => _standardise;

    /// <inheritdoc/>
    public override bool IsSparse => true;

    /// <inheritdoc/>
    public override Code Encode(Tensor head, bool sample, Tensor? x = null)
    {
        // One record has no variance: its code would be nothing, and the running variance 0 / 0.
        _standardise.train(training && head.shape[0] > 1);
        var (values, indices) = _standardise.call(head).topk(_k, -1);
        return new(zeros_like(head).scatter(-1, indices, nn.functional.relu(values)), Free(head));
    }

    /// <summary>Returns k.</summary>
    /// <exception cref="InvalidInputException">It is larger than the code.</exception>
    internal static int KOf(PartContext context) =>
        context.Get(K) is var k && k <= context.Latent
            ? k
            : throw new InvalidInputException(
                $"{OptionNames.Value("k", k)}",
                $"is more than the {context.Latent} latent units",
                $"give a smaller {OptionNames.Key("k")} or a larger {OptionNames.Give("latent")}",
                OptionNames.Key("k")
            );
}
