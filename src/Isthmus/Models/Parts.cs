using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Conditions;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;

namespace Isthmus.Models;

/// <summary>Every kind of part there is, by name. A new kind is one more entry here.</summary>
public static class Parts
{
    /// <summary>Kinds of bottleneck.</summary>
    public static IReadOnlyList<Part<Bottleneck>> Bottlenecks { get; } =
    [
        DeterministicBottleneck.Part,
        L1Bottleneck.Part,
        KlSparseBottleneck.Part,
        TopKBottleneck.Part,
        GaussianBottleneck.Part,
        CompositeBottleneck.Part,
        LadderBottleneck.Part,
        VectorQuantisedBottleneck.Part,
        CategoricalBottleneck.Part,
        BernoulliBottleneck.Part,
        L2Bottleneck.Part,
        AuxiliaryTopKBottleneck.Part,
        BatchTopKBottleneck.Part,
        JumpReluBottleneck.Part,
        GatedBottleneck.Part,
    ];

    /// <summary>Kinds of prior, of bottlenecks that have one.</summary>
    public static IReadOnlyList<Part<Prior>> Priors { get; } =
    [StandardNormalPrior.Part, GaussianMixturePrior.Part, VampPrior.Part, AutoregressiveFlowPrior.Part];

    /// <summary>Families of posteriors, of bottleneck=gaussian.</summary>
    public static IReadOnlyList<Part<PosteriorFamily>> Posteriors { get; } =
    [DiagonalPosteriorFamily.Part, FullCovariancePosteriorFamily.Part, LowRankPosteriorFamily.Part, InverseAutoregressivePosteriorFamily.Part];

    /// <summary>Kinds of condition.</summary>
    public static IReadOnlyList<Part<Condition?>> Conditions { get; } = [Condition.None, Condition.Label];

    /// <summary>Kinds of likelihood.</summary>
    public static IReadOnlyList<Part<Likelihood>> Likelihoods { get; } =
    [
        BernoulliLikelihood.Part,
        GaussianLikelihood.Part,
        CategoricalLikelihood.Part,
        DiscretisedLogisticLikelihood.Part,
        DiscretisedLogisticMixtureLikelihood.Part,
        LocalContextLikelihood.Part,
        MultinomialLikelihood.Part,
        MixedLikelihood.Part,
        ClassLikelihood.Part,
    ];

    /// <summary>Kinds of objective.</summary>
    public static IReadOnlyList<Part<Objective>> Objectives { get; } = [ElboObjective.Part, ImportanceWeightedObjective.Part];

    /// <summary>Kinds of penalty on all codes together, or on the two maps.</summary>
    public static IReadOnlyList<Part<AggregatePenalty>> Penalties { get; } =
    [
        NoPenalty.Part,
        TotalCorrelationPenalty.Part,
        DensityRatioPenalty.Part,
        DisentangledInferredPriorPenalty.Part,
        MaximumMeanDiscrepancyPenalty.Part,
        AdversarialPenalty.Part,
        MutualInformationPenalty.Part,
        ContractivePenalty.Part,
        DecoderPenalty.Part,
    ];

    /// <summary>Kinds of corruption.</summary>
    public static IReadOnlyList<Part<Corruption>> Corruptions { get; } =
    [NoCorruption.Part, GaussianCorruption.Part, MaskingCorruption.Part, SaltAndPepperCorruption.Part, BlankOutCorruption.Part];

    /// <summary>Kinds of network.</summary>
    public static IReadOnlyList<Part<Func<NetworkContext, EncoderDecoder>>> Networks { get; } =
    [MlpNetwork.Part, ConvolutionalNetwork.Part, DenselyConnectedNetwork.Part, EaseNetwork.Part, TopicNetwork.Part, DictionaryNetwork.Part];
}
