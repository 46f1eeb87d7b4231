using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;

namespace Isthmus;

/// <summary>Form and cost of the code. Choose a member and change its settings by <c>with</c>: <c>BottleneckOptions.Deterministic with { ... }</c>.</summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record BottleneckOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected BottleneckOptions(Part<Bottleneck> part)
        : base(Parts.Bottlenecks.Choice, part.Name) => Parts.Bottlenecks.Register(part);

    /// <summary>Deterministic code z = f(x), free of charge.</summary>
    public static DeterministicBottleneckOptions Deterministic => new();

    /// <summary>Non-negative codes, charged by their sum.</summary>
    public static L1BottleneckOptions L1 => new();

    /// <summary>Codes in [0, 1] whose mean activation is pulled to a target rate.</summary>
    public static KlSparseBottleneckOptions KlSparse => new();

    /// <summary>Keeps the k largest units of each record.</summary>
    public static TopKBottleneckOptions TopK => new();

    /// <summary>Gaussian posterior, KL to the prior.</summary>
    public static GaussianBottleneckOptions Gaussian => new();

    /// <summary>Diagonal Gaussian posterior, held near the one of an earlier encoder.</summary>
    public static CompositeBottleneckOptions Composite => new();

    /// <summary>Levels of Gaussians, drawn from the top down.</summary>
    public static LadderBottleneckOptions Ladder => new();

    /// <summary>Each slot one vector of a codebook, with a prior over the slots.</summary>
    public static VectorQuantisedBottleneckOptions VectorQuantised => new();

    /// <summary>Slots of one choice each, relaxed in training (Gumbel-softmax).</summary>
    public static CategoricalBottleneckOptions Categorical => new();

    /// <summary>Bits, relaxed in training.</summary>
    public static BernoulliBottleneckOptions Bernoulli => new();

    /// <summary>Deterministic code z = f(x), charged half its squared length.</summary>
    public static L2BottleneckOptions L2 => new();

    /// <summary>Keeps the k largest units of each record, dead ones explain what is left.</summary>
    public static AuxiliaryTopKBottleneckOptions AuxiliaryTopK => new();

    /// <summary>Keeps the largest units of a batch, k a record in mean.</summary>
    public static BatchTopKBottleneckOptions BatchTopK => new();

    /// <summary>Units above a learned threshold, charged by their number.</summary>
    public static JumpReluBottleneckOptions JumpRelu => new();

    /// <summary>A gate says which units are on, a magnitude how much.</summary>
    public static GatedBottleneckOptions Gated => new();

    /// <summary>Rounded codes, entropy-coded by means and scales that a second code tells.</summary>
    public static HyperpriorBottleneckOptions Hyperprior => new();
}

/// <summary>Deterministic code z = f(x), free of charge.</summary>
public sealed record DeterministicBottleneckOptions() : BottleneckOptions(DeterministicBottleneck.Part);

/// <summary>Non-negative codes, charged by their sum.</summary>
public sealed record L1BottleneckOptions() : BottleneckOptions(L1Bottleneck.Part)
{
    /// <summary>Price of one unit of activation, nats. At least 0. Default 1.</summary>
    public double? L1Weight
    {
        get => Get(L1Bottleneck.Weight);
        init => Set(L1Bottleneck.Weight, value);
    }
}

/// <summary>Codes in [0, 1] whose mean activation is pulled to a target rate.</summary>
public sealed record KlSparseBottleneckOptions() : BottleneckOptions(KlSparseBottleneck.Part)
{
    /// <summary>Mean activation that each unit is driven to. From 1e-06 to 0.999999. Default 0.05.</summary>
    public double? TargetRate
    {
        get => Get(KlSparseBottleneck.TargetRate);
        init => Set(KlSparseBottleneck.TargetRate, value);
    }

    /// <summary>Weight of the divergence from the target rate. At least 0. Default 1.</summary>
    public double? SparsityWeight
    {
        get => Get(KlSparseBottleneck.Weight);
        init => Set(KlSparseBottleneck.Weight, value);
    }
}

/// <summary>Keeps the k largest units of each record.</summary>
public sealed record TopKBottleneckOptions() : BottleneckOptions(TopKBottleneck.Part)
{
    /// <summary>Units kept of each record's code. Whole, at least 1. Default 16.</summary>
    public int? K
    {
        get => Get(TopKBottleneck.K);
        init => Set(TopKBottleneck.K, value);
    }
}

/// <summary>Gaussian posterior, KL to the prior.</summary>
public sealed record GaussianBottleneckOptions() : BottleneckOptions(GaussianBottleneck.Part);

/// <summary>Diagonal Gaussian posterior, held near the one of an earlier encoder.</summary>
public sealed record CompositeBottleneckOptions() : BottleneckOptions(CompositeBottleneck.Part);

/// <summary>Levels of Gaussians, drawn from the top down.</summary>
public sealed record LadderBottleneckOptions() : BottleneckOptions(LadderBottleneck.Part)
{
    /// <summary>Levels of the code, each about half as wide as the one below. Whole, 1 to 32. Default 2.</summary>
    public int? Levels
    {
        get => Get(LadderBottleneck.LevelsSetting);
        init => Set(LadderBottleneck.LevelsSetting, value);
    }

    /// <summary>Units of the layers between levels. Whole, 1 to 65,536. Default 200.</summary>
    public int? LevelHidden
    {
        get => Get(LadderBottleneck.Hidden);
        init => Set(LadderBottleneck.Hidden, value);
    }
}

/// <summary>Each slot one vector of a codebook, with a prior over the slots.</summary>
public sealed record VectorQuantisedBottleneckOptions() : BottleneckOptions(VectorQuantisedBottleneck.Part)
{
    /// <summary>Vectors in the codebook, K. Whole, 2 to 65,536. Default 128.</summary>
    public int? Codebook
    {
        get => Get(VectorQuantisedBottleneck.Codebook);
        init => Set(VectorQuantisedBottleneck.Codebook, value);
    }

    /// <summary>Numbers in each vector of the codebook; must divide latent. Whole, 1 to 65,536. Default 4.</summary>
    public int? SlotWidth
    {
        get => Get(VectorQuantisedBottleneck.SlotWidth);
        init => Set(VectorQuantisedBottleneck.SlotWidth, value);
    }

    /// <summary>Weight of the squared distance of the encoder's output from its vectors. At least 0. Default 0.25.</summary>
    public double? Commitment
    {
        get => Get(VectorQuantisedBottleneck.Commitment);
        init => Set(VectorQuantisedBottleneck.Commitment, value);
    }

    /// <summary>Decay of the moving averages that form the codebook. From 0 to 0.99999. Default 0.99.</summary>
    public double? CodebookDecay
    {
        get => Get(VectorQuantisedBottleneck.Decay);
        init => Set(VectorQuantisedBottleneck.Decay, value);
    }

    /// <summary>Units of each hidden layer of the prior over slots. Whole, 1 to 65,536. Default 400.</summary>
    public int? CodeHidden
    {
        get => Get(CodebookPrior.Hidden);
        init => Set(CodebookPrior.Hidden, value);
    }
}

/// <summary>Slots of one choice each, relaxed in training (Gumbel-softmax).</summary>
public sealed record CategoricalBottleneckOptions() : BottleneckOptions(CategoricalBottleneck.Part)
{
    /// <summary>Categories of each slot; must divide latent. Whole, 2 to 65,536. Default 10.</summary>
    public int? Choices
    {
        get => Get(CategoricalBottleneck.Choices);
        init => Set(CategoricalBottleneck.Choices, value);
    }

    /// <summary>Temperature of relaxed draws in training; near 0 draws are discrete and gradients noisy. From 0.01 to 10. Default 0.5.</summary>
    public double? Temperature
    {
        get => Get(CategoricalBottleneck.Temperature);
        init => Set(CategoricalBottleneck.Temperature, value);
    }
}

/// <summary>Bits, relaxed in training.</summary>
public sealed record BernoulliBottleneckOptions() : BottleneckOptions(BernoulliBottleneck.Part)
{
    /// <summary>Temperature of relaxed draws in training; near 0 draws are discrete and gradients noisy. From 0.01 to 10. Default 0.5.</summary>
    public double? Temperature
    {
        get => Get(CategoricalBottleneck.Temperature);
        init => Set(CategoricalBottleneck.Temperature, value);
    }
}

/// <summary>Deterministic code z = f(x), charged half its squared length.</summary>
public sealed record L2BottleneckOptions() : BottleneckOptions(L2Bottleneck.Part)
{
    /// <summary>Weight of half the squared length of the code. At least 0. Default 0.1.</summary>
    public double? L2Weight
    {
        get => Get(L2Bottleneck.Weight);
        init => Set(L2Bottleneck.Weight, value);
    }
}

/// <summary>Keeps the k largest units of each record, dead ones explain what is left.</summary>
public sealed record AuxiliaryTopKBottleneckOptions() : BottleneckOptions(AuxiliaryTopKBottleneck.Part)
{
    /// <summary>Units kept of each record's code. Whole, at least 1. Default 16.</summary>
    public int? K
    {
        get => Get(TopKBottleneck.K);
        init => Set(TopKBottleneck.K, value);
    }

    /// <summary>Training records without activation after which a unit counts as dead. Whole, at least 1. Default 100,000.</summary>
    public int? DeadAfter
    {
        get => Get(DictionaryBottleneck.DeadAfter);
        init => Set(DictionaryBottleneck.DeadAfter, value);
    }

    /// <summary>Weight of the auxiliary loss by which dead units learn to explain the remaining error; 0: none. At least 0. Default 0.03125.</summary>
    public double? AuxWeight
    {
        get => Get(DictionaryBottleneck.AuxiliaryWeight);
        init => Set(DictionaryBottleneck.AuxiliaryWeight, value);
    }

    /// <summary>Dead units in the auxiliary loss; 0: half as many as a record has numbers. Whole, at least 0. Default 0.</summary>
    public int? AuxUnits
    {
        get => Get(DictionaryBottleneck.AuxiliaryUnits);
        init => Set(DictionaryBottleneck.AuxiliaryUnits, value);
    }
}

/// <summary>Keeps the largest units of a batch, k a record in mean.</summary>
public sealed record BatchTopKBottleneckOptions() : BottleneckOptions(BatchTopKBottleneck.Part)
{
    /// <summary>Units kept of each record's code. Whole, at least 1. Default 16.</summary>
    public int? K
    {
        get => Get(TopKBottleneck.K);
        init => Set(TopKBottleneck.K, value);
    }

    /// <summary>Training records without activation after which a unit counts as dead. Whole, at least 1. Default 100,000.</summary>
    public int? DeadAfter
    {
        get => Get(DictionaryBottleneck.DeadAfter);
        init => Set(DictionaryBottleneck.DeadAfter, value);
    }

    /// <summary>Weight of the auxiliary loss by which dead units learn to explain the remaining error; 0: none. At least 0. Default 0.03125.</summary>
    public double? AuxWeight
    {
        get => Get(DictionaryBottleneck.AuxiliaryWeight);
        init => Set(DictionaryBottleneck.AuxiliaryWeight, value);
    }

    /// <summary>Dead units in the auxiliary loss; 0: half as many as a record has numbers. Whole, at least 0. Default 0.</summary>
    public int? AuxUnits
    {
        get => Get(DictionaryBottleneck.AuxiliaryUnits);
        init => Set(DictionaryBottleneck.AuxiliaryUnits, value);
    }
}

/// <summary>Units above a learned threshold, charged by their number.</summary>
public sealed record JumpReluBottleneckOptions() : BottleneckOptions(JumpReluBottleneck.Part)
{
    /// <summary>Price of each active unit, nats. At least 0. Default 0.1.</summary>
    public double? L0Weight
    {
        get => Get(JumpReluBottleneck.Weight);
        init => Set(JumpReluBottleneck.Weight, value);
    }

    /// <summary>Width of the kernel by which thresholds are learned, in units of the encoder's output. At least 1e-06. Default 0.1.</summary>
    public double? Bandwidth
    {
        get => Get(JumpReluBottleneck.Bandwidth);
        init => Set(JumpReluBottleneck.Bandwidth, value);
    }

    /// <summary>Initial thresholds, in units of the encoder's output. At least 1e-06. Default 0.1.</summary>
    public double? FirstThreshold
    {
        get => Get(JumpReluBottleneck.Threshold);
        init => Set(JumpReluBottleneck.Threshold, value);
    }

    /// <summary>Training records without activation after which a unit counts as dead. Whole, at least 1. Default 100,000.</summary>
    public int? DeadAfter
    {
        get => Get(DictionaryBottleneck.DeadAfter);
        init => Set(DictionaryBottleneck.DeadAfter, value);
    }

    /// <summary>Weight of the auxiliary loss by which dead units learn to explain the remaining error; 0: none. At least 0. Default 0.03125.</summary>
    public double? AuxWeight
    {
        get => Get(DictionaryBottleneck.AuxiliaryWeight);
        init => Set(DictionaryBottleneck.AuxiliaryWeight, value);
    }

    /// <summary>Dead units in the auxiliary loss; 0: half as many as a record has numbers. Whole, at least 0. Default 0.</summary>
    public int? AuxUnits
    {
        get => Get(DictionaryBottleneck.AuxiliaryUnits);
        init => Set(DictionaryBottleneck.AuxiliaryUnits, value);
    }
}

/// <summary>A gate says which units are on, a magnitude how much.</summary>
public sealed record GatedBottleneckOptions() : BottleneckOptions(GatedBottleneck.Part)
{
    /// <summary>Price of one unit of the gate's activation, nats. At least 0. Default 0.2.</summary>
    public double? GateWeight
    {
        get => Get(GatedBottleneck.Weight);
        init => Set(GatedBottleneck.Weight, value);
    }

    /// <summary>Training records without activation after which a unit counts as dead. Whole, at least 1. Default 100,000.</summary>
    public int? DeadAfter
    {
        get => Get(DictionaryBottleneck.DeadAfter);
        init => Set(DictionaryBottleneck.DeadAfter, value);
    }

    /// <summary>Weight of the auxiliary loss by which dead units learn to explain the remaining error; 0: none. At least 0. Default 0.03125.</summary>
    public double? AuxWeight
    {
        get => Get(DictionaryBottleneck.AuxiliaryWeight);
        init => Set(DictionaryBottleneck.AuxiliaryWeight, value);
    }

    /// <summary>Dead units in the auxiliary loss; 0: half as many as a record has numbers. Whole, at least 0. Default 0.</summary>
    public int? AuxUnits
    {
        get => Get(DictionaryBottleneck.AuxiliaryUnits);
        init => Set(DictionaryBottleneck.AuxiliaryUnits, value);
    }
}

/// <summary>Rounded codes, entropy-coded by means and scales that a second code tells.</summary>
public sealed record HyperpriorBottleneckOptions() : BottleneckOptions(HyperpriorBottleneck.Part)
{
    /// <summary>Channels of the second code, a multiple of 16; 0: a factorised prior without one. Whole, 0 to 1,024. Default 64.</summary>
    public int? HyperChannels
    {
        get => Get(HyperpriorBottleneck.HyperChannels);
        init => Set(HyperpriorBottleneck.HyperChannels, value);
    }

    /// <summary>Channels of the network of means and scales, a multiple of 16. Whole, 16 to 1,024. Default 128.</summary>
    public int? EntropyChannels
    {
        get => Get(HyperpriorBottleneck.EntropyChannels);
        init => Set(HyperpriorBottleneck.EntropyChannels, value);
    }

    /// <summary>Codes known before a code that help to tell it. Default <see cref="Isthmus.CodeContext.Checkerboard"/>.</summary>
    public CodeContext? CodeContext
    {
        get => GetChoice<CodeContext>(HyperpriorBottleneck.Context);
        init => SetChoice(HyperpriorBottleneck.Context, value);
    }

    /// <summary>Qualities with gains of their own; those between are interpolated. Whole, 1 to 64. Default 5.</summary>
    public int? Qualities
    {
        get => Get(HyperpriorBottleneck.Qualities);
        init => Set(HyperpriorBottleneck.Qualities, value);
    }
}
