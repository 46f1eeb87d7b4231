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

/// <summary>
/// Every kind of part, by the place it fills in a model. A part of another assembly is registered: <c>Parts.Bottlenecks.Register(MyBottleneck.Part)</c>.
/// </summary>
public static class Parts
{
    /// <summary>Kinds of corruption.</summary>
    public static PartKind<Corruption> Corruptions { get; } =
        new(
            "corruption",
            "none",
            "change to a record before the encoder sees it in training",
            [
                NoCorruption.Part,
                GaussianCorruption.Part,
                MaskingCorruption.Part,
                SaltAndPepperCorruption.Part,
                BlankOutCorruption.Part,
                PictureNoiseCorruption.Part,
                BlindSpotsCorruption.Part,
                TokenCorruption.Part,
            ]
        );

    /// <summary>Kinds of condition.</summary>
    public static PartKind<Condition?> Conditions { get; } =
        new("condition", "none", "known facts about a record that encoder and decoder are given besides the code", [Condition.None, Condition.Label]);

    /// <summary>Kinds of network.</summary>
    public static PartKind<Func<NetworkContext, EncoderDecoder>> Networks { get; } =
        new(
            "net",
            "mlp",
            "architecture of encoder and decoder",
            [
                MlpNetwork.Part,
                ConvolutionalNetwork.Part,
                DenselyConnectedNetwork.Part,
                EaseNetwork.Part,
                TopicNetwork.Part,
                DictionaryNetwork.Part,
                DenoisingNetwork.Part,
                RecurrentNetwork.Part,
                CodecNetwork.Part,
                NoCodeNetwork.Part,
            ]
        );

    /// <summary>Kinds of bottleneck.</summary>
    public static PartKind<Bottleneck> Bottlenecks { get; } =
        new(
            "bottleneck",
            "deterministic",
            "how a record is coded and what the code costs",
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
                HyperpriorBottleneck.Part,
            ]
        );

    /// <summary>Kinds of prior, for bottlenecks that have one.</summary>
    public static PartKind<Prior> Priors { get; } =
        new(
            "prior",
            "standard-normal",
            "distribution of codes before a record is known, p(z) (with bottleneck=gaussian)",
            [StandardNormalPrior.Part, GaussianMixturePrior.Part, VampPrior.Part, AutoregressiveFlowPrior.Part]
        );

    /// <summary>Families of posteriors, for bottleneck=gaussian.</summary>
    public static PartKind<PosteriorFamily> Posteriors { get; } =
        new(
            "posterior",
            "diagonal",
            "family of distributions of the code given a record, q(z|x) (with bottleneck=gaussian)",
            [
                DiagonalPosteriorFamily.Part,
                FullCovariancePosteriorFamily.Part,
                LowRankPosteriorFamily.Part,
                InverseAutoregressivePosteriorFamily.Part,
                BatchNormalisedPosteriorFamily.Part,
                MinimumRatePosteriorFamily.Part,
            ]
        );

    /// <summary>Kinds of likelihood.</summary>
    public static PartKind<Likelihood> Likelihoods { get; } =
        new(
            "likelihood",
            "auto",
            "distribution of a record given its code, p(x|z); auto: chosen by the data",
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
                TokenLikelihood.Part,
                PixelPredictionLikelihood.Part,
            ],
            "auto"
        );

    /// <summary>Kinds of objective.</summary>
    public static PartKind<Objective> Objectives { get; } =
        new(
            "objective",
            "elbo",
            "how distortion and rate become the loss",
            [ElboObjective.Part, ImportanceWeightedObjective.Part, RateDistortionObjective.Part]
        );

    /// <summary>Kinds of penalty, on all codes together or on encoder and decoder.</summary>
    public static PartKind<AggregatePenalty> Penalties { get; } =
        new(
            "penalty",
            "none",
            "extra term of the loss (with objective=elbo)",
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
                BagOfWordsPenalty.Part,
            ]
        );

    /// <summary>Every place of a model that a part fills, in the order of the data's way through it.</summary>
    public static IReadOnlyList<PartKind> All { get; } =
    [Corruptions, Conditions, Networks, Bottlenecks, Priors, Posteriors, Likelihoods, Objectives, Penalties];
}
