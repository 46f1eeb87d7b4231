using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Distribution of a record given its code, p(x|z): the distortion is its negative logarithm.
/// Choose a member and change its settings by <c>with</c>: <c>LikelihoodOptions.Bernoulli with { ... }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record LikelihoodOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected LikelihoodOptions(Part<Likelihood> part)
        : base(Parts.Likelihoods.Choice, part.Name) => Parts.Likelihoods.Register(part);

    /// <summary>Binary pixels.</summary>
    public static BernoulliLikelihoodOptions Bernoulli => new();

    /// <summary>Real numbers; mean squared error with its constant.</summary>
    public static GaussianLikelihoodOptions Gaussian => new();

    /// <summary>8-bit pixels by a softmax over the 256 levels.</summary>
    public static CategoricalLikelihoodOptions Categorical => new();

    /// <summary>8-bit pixels by a logistic distribution rounded to levels.</summary>
    public static DiscretisedLogisticLikelihoodOptions DiscretisedLogistic => new();

    /// <summary>8-bit pixels by a mixture of logistic distributions rounded to levels.</summary>
    public static DiscretisedLogisticMixtureLikelihoodOptions DiscretisedLogisticMixture => new();

    /// <summary>Pixels given the decoder's features and their known neighbours; exact, drawn pixel by pixel.</summary>
    public static LocalContextLikelihoodOptions LocalContext => new();

    /// <summary>Counts: interactions, words.</summary>
    public static MultinomialLikelihoodOptions Multinomial => new();

    /// <summary>Rows of mixed columns: numbers, counts, truth values and categories; missing values cost nothing.</summary>
    public static MixedLikelihoodOptions Mixed => new();

    /// <summary>The record's label from its code, not the record.</summary>
    public static ClassLikelihoodOptions Class => new();

    /// <summary>Tokens of a line, each given those before it; exact, drawn token by token.</summary>
    public static TokenLikelihoodOptions Tokens => new();

    /// <summary>Pixels of photographs by what is known around them, without a code; exact, drawn pixel by pixel.</summary>
    public static PixelPredictionLikelihoodOptions PixelPrediction => new();
}

/// <summary>Binary pixels.</summary>
public sealed record BernoulliLikelihoodOptions() : LikelihoodOptions(BernoulliLikelihood.Part);

/// <summary>Real numbers; mean squared error with its constant.</summary>
public sealed record GaussianLikelihoodOptions() : LikelihoodOptions(GaussianLikelihood.Part)
{
    /// <summary>
    /// Fixed (sigma squared), learned (one for all numbers; sigma-VAE, Rybkin et al. 2021) or predicted (one a number, by the decoder). Default <see
    /// cref="GaussianVariance.Learned"/>.
    /// </summary>
    public GaussianVariance? Variance
    {
        get => GetChoice<GaussianVariance>(GaussianLikelihood.VarianceKind);
        init => SetChoice(GaussianLikelihood.VarianceKind, value);
    }

    /// <summary>Standard deviation on the model's scale: the fixed or the initial one. At least 0.001. Default 0.1.</summary>
    public double? Sigma
    {
        get => Get(GaussianLikelihood.Sigma);
        init => Set(GaussianLikelihood.Sigma, value);
    }

    /// <summary>
    /// Map from the decoder's output to the mean of a pixel: into [0, 1], or the output itself; other numbers are always linear. Default <see
    /// cref="PixelMean.Sigmoid"/>.
    /// </summary>
    public PixelMean? MeanMap
    {
        get => GetChoice<PixelMean>(GaussianLikelihood.MeanMap);
        init => SetChoice(GaussianLikelihood.MeanMap, value);
    }
}

/// <summary>8-bit pixels by a softmax over the 256 levels.</summary>
public sealed record CategoricalLikelihoodOptions() : LikelihoodOptions(CategoricalLikelihood.Part);

/// <summary>8-bit pixels by a logistic distribution rounded to levels.</summary>
public sealed record DiscretisedLogisticLikelihoodOptions() : LikelihoodOptions(DiscretisedLogisticLikelihood.Part);

/// <summary>8-bit pixels by a mixture of logistic distributions rounded to levels.</summary>
public sealed record DiscretisedLogisticMixtureLikelihoodOptions() : LikelihoodOptions(DiscretisedLogisticMixtureLikelihood.Part)
{
    /// <summary>Logistic distributions mixed for each pixel. Whole, 1 to 32. Default 3.</summary>
    public int? Components
    {
        get => Get(DiscretisedLogisticMixtureLikelihood.ComponentsSetting);
        init => Set(DiscretisedLogisticMixtureLikelihood.ComponentsSetting, value);
    }
}

/// <summary>Pixels given the decoder's features and their known neighbours; exact, drawn pixel by pixel.</summary>
public sealed record LocalContextLikelihoodOptions() : LikelihoodOptions(LocalContextLikelihood.Part)
{
    /// <summary>Numbers that the decoder gives for each pixel and channel. Whole, 1 to 256. Default 4.</summary>
    public int? Features
    {
        get => Get(LocalContextLikelihood.FeaturesSetting);
        init => Set(LocalContextLikelihood.FeaturesSetting, value);
    }

    /// <summary>Reach of the window of known neighbours, pixels up and to either side. Whole, 1 to 16. Default 2.</summary>
    public int? Reach
    {
        get => Get(LocalContextLikelihood.ReachSetting);
        init => Set(LocalContextLikelihood.ReachSetting, value);
    }

    /// <summary>Hidden units for each pixel and channel, between window and features and the pixel's distribution. Whole, 1 to 4,096. Default 24.</summary>
    public int? ContextHidden
    {
        get => Get(LocalContextLikelihood.ContextHiddenSetting);
        init => Set(LocalContextLikelihood.ContextHiddenSetting, value);
    }

    /// <summary>Logistic distributions mixed for each pixel. Whole, 1 to 32. Default 3.</summary>
    public int? Components
    {
        get => Get(DiscretisedLogisticMixtureLikelihood.ComponentsSetting);
        init => Set(DiscretisedLogisticMixtureLikelihood.ComponentsSetting, value);
    }
}

/// <summary>Counts: interactions, words.</summary>
public sealed record MultinomialLikelihoodOptions() : LikelihoodOptions(MultinomialLikelihood.Part);

/// <summary>Rows of mixed columns: numbers, counts, truth values and categories; missing values cost nothing.</summary>
public sealed record MixedLikelihoodOptions() : LikelihoodOptions(MixedLikelihood.Part);

/// <summary>The record's label from its code, not the record.</summary>
public sealed record ClassLikelihoodOptions() : LikelihoodOptions(ClassLikelihood.Part)
{
    /// <summary>
    /// Name of the label that is given or predicted; several that are given, joined by commas; first: the first label of the data. Default first.
    /// </summary>
    public string? Target
    {
        get => GetText(KnownLabel.Target);
        init => SetText(KnownLabel.Target, value);
    }
}

/// <summary>Tokens of a line, each given those before it; exact, drawn token by token.</summary>
public sealed record TokenLikelihoodOptions() : LikelihoodOptions(TokenLikelihood.Part)
{
    /// <summary>
    /// Network that predicts the tokens of a line: a long short-term memory, gated recurrent units, dilated causal convolutions, or a causal transformer.
    /// Default <see cref="LineDecoderKind.Lstm"/>.
    /// </summary>
    public LineDecoderKind? Decoder
    {
        get => GetChoice<LineDecoderKind>(TokenDecoder.Kind);
        init => SetChoice(TokenDecoder.Kind, value);
    }

    /// <summary>Units of the network that predicts the tokens, H. Whole, 1 to 8,192. Default 256.</summary>
    public int? DecoderUnits
    {
        get => Get(TokenDecoder.Units);
        init => Set(TokenDecoder.Units, value);
    }

    /// <summary>Numbers in the embedding of a token for that network (lstm, gru). Whole, 1 to 8,192. Default 128.</summary>
    public int? DecoderEmbedding
    {
        get => Get(TokenDecoder.Embedding);
        init => Set(TokenDecoder.Embedding, value);
    }

    /// <summary>Layers of that network (convolution, transformer). Whole, 1 to 64. Default 4.</summary>
    public int? DecoderLayers
    {
        get => Get(TokenDecoder.Layers);
        init => Set(TokenDecoder.Layers, value);
    }

    /// <summary>Attention heads of a layer (transformer); they divide the units. Whole, 1 to 256. Default 4.</summary>
    public int? DecoderHeads
    {
        get => Get(TokenDecoder.Heads);
        init => Set(TokenDecoder.Heads, value);
    }

    /// <summary>Fraction of the tokens before a token that are hidden from its prediction in training. From 0 to 1. Default 0.</summary>
    public double? WordDropout
    {
        get => Get(TokenLikelihood.WordDropoutSetting);
        init => Set(TokenLikelihood.WordDropoutSetting, value);
    }

    /// <summary>
    /// Fraction of numbers dropped in training, of embeddings and of what the tokens are predicted from. From 0 to 0.95. Default 0.2.
    /// </summary>
    public double? TokenDropout
    {
        get => Get(TokenLikelihood.DropoutSetting);
        init => Set(TokenLikelihood.DropoutSetting, value);
    }
}

/// <summary>Pixels of photographs by what is known around them, without a code; exact, drawn pixel by pixel.</summary>
public sealed record PixelPredictionLikelihoodOptions() : LikelihoodOptions(PixelPredictionLikelihood.Part)
{
    /// <summary>
    /// Hidden units of the network that tells a sample's distribution from what is known around it. Whole numbers from 1 to 1,048,576. Default 32, 32.
    /// </summary>
    public IReadOnlyList<int>? PixelHidden
    {
        get => GetWidths(PixelPredictionLikelihood.Hidden);
        init => SetWidths(PixelPredictionLikelihood.Hidden, value);
    }

    /// <summary>Logistic distributions mixed for each pixel. Whole, 1 to 32. Default 3.</summary>
    public int? Components
    {
        get => Get(DiscretisedLogisticMixtureLikelihood.ComponentsSetting);
        init => Set(DiscretisedLogisticMixtureLikelihood.ComponentsSetting, value);
    }
}
