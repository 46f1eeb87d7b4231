using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Architecture of encoder and decoder. Choose a member and change its settings by <c>with</c>: <c>NetworkOptions.Mlp with { ... }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record NetworkOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected NetworkOptions(Part<Func<NetworkContext, EncoderDecoder>> part)
        : base(Parts.Networks.Choice, part.Name) => Parts.Networks.Register(part);

    /// <summary>Fully connected layers.</summary>
    public static MlpNetworkOptions Mlp => new();

    /// <summary>Strided convolutions.</summary>
    public static ConvolutionalNetworkOptions Convolutional => new();

    /// <summary>Densely connected encoder, linear decoder; for counts.</summary>
    public static DenselyConnectedNetworkOptions DenselyConnected => new();

    /// <summary>Linear item-item weights in closed form; for counts.</summary>
    public static EaseNetworkOptions Ease => new();

    /// <summary>Fully connected encoder, a decoder of topics; for documents.</summary>
    public static TopicNetworkOptions Topic => new();

    /// <summary>One linear map each way, what each unit writes of length 1; for vectors.</summary>
    public static DictionaryNetworkOptions Dictionary => new();

    /// <summary>Fully convolutional, of pictures of any size; the code is the restored picture.</summary>
    public static DenoiserNetworkOptions Denoiser => new();

    /// <summary>Networks over the tokens of lines of text.</summary>
    public static RecurrentNetworkOptions Recurrent => new();

    /// <summary>Analysis and synthesis transforms of photographs of any size; the code is a picture of a sixteenth of the height and width.</summary>
    public static CodecNetworkOptions Codec => new();

    /// <summary>No network: the code is always 0, and the likelihood tells a record by itself.</summary>
    public static NoCodeNetworkOptions NoCode => new();
}

/// <summary>Fully connected layers.</summary>
public sealed record MlpNetworkOptions() : NetworkOptions(MlpNetwork.Part)
{
    /// <summary>Widths of the encoder's hidden layers, mirrored in the decoder. Whole numbers from 1 to 1,048,576. Default 400, 400.</summary>
    public IReadOnlyList<int>? Hidden
    {
        get => GetWidths(MlpNetwork.Hidden);
        init => SetWidths(MlpNetwork.Hidden, value);
    }

    /// <summary>Non-linearity of the hidden layers. Default <see cref="ActivationFunction.Gated"/>.</summary>
    public ActivationFunction? Activation
    {
        get => GetChoice<ActivationFunction>(MlpNetwork.Activation);
        init => SetChoice(MlpNetwork.Activation, value);
    }

    /// <summary>
    /// Initial weights of hidden layers: uniform of variance 1/3 over the number of inputs (torch's default), or he: variance 2 over it, which keeps the
    /// signal's size through many layers (He et al. 2015). Default <see cref="WeightInitialisation.Uniform"/>.
    /// </summary>
    public WeightInitialisation? Init
    {
        get => GetChoice<WeightInitialisation>(MlpNetwork.Initialisation);
        init => SetChoice(MlpNetwork.Initialisation, value);
    }

    /// <summary>Normalisation before the non-linearity. Default <see cref="LayerNormalisation.None"/>.</summary>
    public LayerNormalisation? Norm
    {
        get => GetChoice<LayerNormalisation>(MlpNetwork.Normalisation);
        init => SetChoice(MlpNetwork.Normalisation, value);
    }

    /// <summary>Fraction of hidden units dropped in training. From 0 to 0.95. Default 0.</summary>
    public double? Dropout
    {
        get => Get(MlpNetwork.Dropout);
        init => Set(MlpNetwork.Dropout, value);
    }

    /// <summary>Input of the encoder: the record as it is, or divided by its Euclidean length (for counts). Default <see cref="EncoderInput.AsIs"/>.</summary>
    public EncoderInput? Input
    {
        get => GetChoice<EncoderInput>(MlpNetwork.Input);
        init => SetChoice(MlpNetwork.Input, value);
    }
}

/// <summary>Strided convolutions.</summary>
public sealed record ConvolutionalNetworkOptions() : NetworkOptions(ConvolutionalNetwork.Part)
{
    /// <summary>Channels after each halving of the picture; empty: 32, doubled each time up to 128. Whole numbers from 1 to 1,048,576. Default none.</summary>
    public IReadOnlyList<int>? Channels
    {
        get => GetWidths(ConvolutionalNetwork.Channels);
        init => SetWidths(ConvolutionalNetwork.Channels, value);
    }

    /// <summary>Residual blocks after each halving and before each doubling. Whole, 0 to 8. Default 0.</summary>
    public int? Residual
    {
        get => Get(ConvolutionalNetwork.Residual);
        init => Set(ConvolutionalNetwork.Residual, value);
    }

    /// <summary>Width of the fully connected layer. Whole, 1 to 65,536. Default 256.</summary>
    public int? Dense
    {
        get => Get(ConvolutionalNetwork.Dense);
        init => Set(ConvolutionalNetwork.Dense, value);
    }

    /// <summary>Non-linearity of the layers. Default <see cref="ActivationFunction.Silu"/>.</summary>
    public ActivationFunction? ConvActivation
    {
        get => GetChoice<ActivationFunction>(ConvolutionalNetwork.Activation);
        init => SetChoice(ConvolutionalNetwork.Activation, value);
    }
}

/// <summary>Densely connected encoder, linear decoder; for counts.</summary>
public sealed record DenselyConnectedNetworkOptions() : NetworkOptions(DenselyConnectedNetwork.Part)
{
    /// <summary>Width of the hidden layers. Whole, 1 to 65,536. Default 600.</summary>
    public int? DenseWidth
    {
        get => Get(DenselyConnectedNetwork.Width);
        init => Set(DenselyConnectedNetwork.Width, value);
    }

    /// <summary>Hidden layers of the encoder. Whole, 1 to 64. Default 5.</summary>
    public int? DenseDepth
    {
        get => Get(DenselyConnectedNetwork.Depth);
        init => Set(DenselyConnectedNetwork.Depth, value);
    }
}

/// <summary>Linear item-item weights in closed form; for counts.</summary>
public sealed record EaseNetworkOptions() : NetworkOptions(EaseNetwork.Part)
{
    /// <summary>Weight of the sum of squares of the item-item weights. At least 1e-06. Default 200.</summary>
    public double? L2
    {
        get => Get(EaseNetwork.Penalty);
        init => Set(EaseNetwork.Penalty, value);
    }
}

/// <summary>Fully connected encoder, a decoder of topics; for documents.</summary>
public sealed record TopicNetworkOptions() : NetworkOptions(TopicNetwork.Part)
{
    /// <summary>Widths of the encoder's hidden layers, mirrored in the decoder. Whole numbers from 1 to 1,048,576. Default 400, 400.</summary>
    public IReadOnlyList<int>? Hidden
    {
        get => GetWidths(MlpNetwork.Hidden);
        init => SetWidths(MlpNetwork.Hidden, value);
    }

    /// <summary>Non-linearity of the hidden layers. Default <see cref="ActivationFunction.Gated"/>.</summary>
    public ActivationFunction? Activation
    {
        get => GetChoice<ActivationFunction>(MlpNetwork.Activation);
        init => SetChoice(MlpNetwork.Activation, value);
    }

    /// <summary>Normalisation before the non-linearity. Default <see cref="LayerNormalisation.None"/>.</summary>
    public LayerNormalisation? Norm
    {
        get => GetChoice<LayerNormalisation>(MlpNetwork.Normalisation);
        init => SetChoice(MlpNetwork.Normalisation, value);
    }

    /// <summary>Fraction of hidden units dropped in training. From 0 to 0.95. Default 0.</summary>
    public double? Dropout
    {
        get => Get(MlpNetwork.Dropout);
        init => Set(MlpNetwork.Dropout, value);
    }

    /// <summary>Input of the encoder for a count n: n, ln(1 + n), or n divided by the length of the document. Default <see cref="CountInput.Log"/>.</summary>
    public CountInput? Counts
    {
        get => GetChoice<CountInput>(TopicNetwork.Input);
        init => SetChoice(TopicNetwork.Input, value);
    }

    /// <summary>Normalisation of the encoder's output. Default <see cref="LayerNormalisation.None"/>.</summary>
    public LayerNormalisation? HeadNorm
    {
        get => GetChoice<LayerNormalisation>(TopicNetwork.HeadNormalisation);
        init => SetChoice(TopicNetwork.HeadNormalisation, value);
    }

    /// <summary>
    /// Decoder from topics to words: logits linear in the code, a normalised product of experts, or a mixture of embedded topics. Default
    /// <see cref="TopicDecoderKind.Product"/>.
    /// </summary>
    public TopicDecoderKind? TopicDecoder
    {
        get => GetChoice<TopicDecoderKind>(TopicNetwork.Decoder);
        init => SetChoice(TopicNetwork.Decoder, value);
    }

    /// <summary>Concentration of the Dirichlet prior over topic proportions; small values give few topics a document. From 0.001 to 1,000. Default 1.</summary>
    public double? Dirichlet
    {
        get => Get(TopicNetwork.Dirichlet);
        init => Set(TopicNetwork.Dirichlet, value);
    }

    /// <summary>Fraction of topics dropped in training (topic-decoder=product). From 0 to 0.95. Default 0.</summary>
    public double? TopicDropout
    {
        get => Get(TopicNetwork.TopicDropout);
        init => Set(TopicNetwork.TopicDropout, value);
    }

    /// <summary>Width of word and topic embeddings (topic-decoder=embedded). Whole, 1 to 65,536. Default 300.</summary>
    public int? Embedding
    {
        get => Get(TopicNetwork.Embedding);
        init => Set(TopicNetwork.Embedding, value);
    }
}

/// <summary>One linear map each way, what each unit writes of length 1; for vectors.</summary>
public sealed record DictionaryNetworkOptions() : NetworkOptions(DictionaryNetwork.Part);

/// <summary>Fully convolutional, of pictures of any size; the code is the restored picture.</summary>
public sealed record DenoiserNetworkOptions() : NetworkOptions(DenoisingNetwork.Part)
{
    /// <summary>
    /// Channels at 1/2, 1/4, 1/8 ... of the picture's size, multiples of 16; one number makes a plain chain of layers. Default 48, 96, 192.
    /// </summary>
    public IReadOnlyList<int>? DenoiserChannels
    {
        get => GetWidths(DenoisingNetwork.Channels);
        init => SetWidths(DenoisingNetwork.Channels, value);
    }

    /// <summary>Residual blocks at each size, on the way down and again on the way up; at the smallest size once. Default 1, 2, 2.</summary>
    public IReadOnlyList<int>? DenoiserBlocks
    {
        get => GetWidths(DenoisingNetwork.Blocks);
        init => SetWidths(DenoisingNetwork.Blocks, value);
    }
}

/// <summary>Networks over the tokens of lines of text.</summary>
public sealed record RecurrentNetworkOptions() : NetworkOptions(RecurrentNetwork.Part)
{
    /// <summary>
    /// Encoder of lines: a long short-term memory or gated recurrent units in both directions, a transformer, or none, which makes a language model. Default
    /// <see cref="LineEncoderKind.Lstm"/>.
    /// </summary>
    public LineEncoderKind? Encoder
    {
        get => GetChoice<LineEncoderKind>(RecurrentNetwork.Encoder);
        init => SetChoice(RecurrentNetwork.Encoder, value);
    }

    /// <summary>Units of the encoder, of a recurrent one in each direction. Whole, 1 to 8,192. Default 128.</summary>
    public int? EncoderUnits
    {
        get => Get(RecurrentNetwork.EncoderUnits);
        init => Set(RecurrentNetwork.EncoderUnits, value);
    }

    /// <summary>Numbers in the embedding of a token for the encoder (lstm, gru). Whole, 1 to 8,192. Default 128.</summary>
    public int? EncoderEmbedding
    {
        get => Get(RecurrentNetwork.EncoderEmbedding);
        init => Set(RecurrentNetwork.EncoderEmbedding, value);
    }

    /// <summary>Layers of the encoder (transformer). Whole, 1 to 64. Default 2.</summary>
    public int? EncoderLayers
    {
        get => Get(RecurrentNetwork.EncoderLayers);
        init => Set(RecurrentNetwork.EncoderLayers, value);
    }

    /// <summary>Attention heads of a layer of the encoder (transformer); they divide the units. Whole, 1 to 256. Default 4.</summary>
    public int? EncoderHeads
    {
        get => Get(RecurrentNetwork.EncoderHeads);
        init => Set(RecurrentNetwork.EncoderHeads, value);
    }
}

/// <summary>Analysis and synthesis transforms of photographs of any size; the code is a picture of a sixteenth of the height and width.</summary>
public sealed record CodecNetworkOptions() : NetworkOptions(CodecNetwork.Part)
{
    /// <summary>Channels at 1/4, 1/8 and 1/16 of the picture's size, multiples of 16. Default 64, 128, 192.</summary>
    public IReadOnlyList<int>? CodecChannels
    {
        get => GetWidths(CodecNetwork.Channels);
        init => SetWidths(CodecNetwork.Channels, value);
    }

    /// <summary>Residual blocks at each size, of the analysis and again of the synthesis. Default 1, 2, 1.</summary>
    public IReadOnlyList<int>? CodecBlocks
    {
        get => GetWidths(CodecNetwork.Blocks);
        init => SetWidths(CodecNetwork.Blocks, value);
    }

    /// <summary>Channels of the code, a multiple of 16. Whole, 16 to 1,024. Default 256.</summary>
    public int? CodecLatents
    {
        get => Get(CodecNetwork.Latents);
        init => Set(CodecNetwork.Latents, value);
    }

    /// <summary>Cosines of blocks, the linear part of both transforms. Default <see cref="BlockCosinesKind.Learned"/>.</summary>
    public BlockCosinesKind? CodecCosines
    {
        get => GetChoice<BlockCosinesKind>(CodecNetwork.Cosines);
        init => SetChoice(CodecNetwork.Cosines, value);
    }
}

/// <summary>No network: the code is always 0, and the likelihood tells a record by itself.</summary>
public sealed record NoCodeNetworkOptions() : NetworkOptions(NoCodeNetwork.Part);
