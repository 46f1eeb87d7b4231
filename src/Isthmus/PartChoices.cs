namespace Isthmus;

/// <summary>Non-linearity of hidden layers.</summary>
public enum ActivationFunction
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x above 0, e^x - 1 below.</summary>
    Elu,

    /// <summary>x Phi(x), Phi the normal distribution function.</summary>
    Gelu,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>ln(1 + e^x).</summary>
    Softplus,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>Gated linear unit: a linear map times the sigmoid of another (not for convolutions).</summary>
    Gated,
}

/// <summary>Initial weights of hidden layers.</summary>
public enum WeightInitialisation
{
    /// <summary>Uniform, variance 1/3 over the number of inputs (torch's default).</summary>
    Uniform,

    /// <summary>Variance 2 over the number of inputs (He et al. 2015).</summary>
    He,
}

/// <summary>Normalisation of a layer before its non-linearity.</summary>
public enum LayerNormalisation
{
    /// <summary>None.</summary>
    None,

    /// <summary>Over the batch (Ioffe and Szegedy 2015).</summary>
    Batch,

    /// <summary>Over the units of a record (Ba et al. 2016).</summary>
    Layer,
}

/// <summary>Form in which the encoder sees a record.</summary>
public enum EncoderInput
{
    /// <summary>The record as it is.</summary>
    AsIs,

    /// <summary>The record divided by its Euclidean length.</summary>
    UnitLength,
}

/// <summary>Form in which the encoder sees counts of words.</summary>
public enum CountInput
{
    /// <summary>The count n.</summary>
    AsIs,

    /// <summary>ln(1 + n).</summary>
    Log,

    /// <summary>n divided by the length of the document.</summary>
    Share,
}

/// <summary>Cosines of blocks of 16 x 16 pixels, the linear part of a codec's transforms.</summary>
public enum BlockCosinesKind
{
    /// <summary>Start at the cosines; training changes them.</summary>
    Learned,

    /// <summary>Stay the cosines; no file holds them.</summary>
    Fixed,
}

/// <summary>Kind of decoder from topics to words.</summary>
public enum TopicDecoderKind
{
    /// <summary>Logits of words linear in the code.</summary>
    Linear,

    /// <summary>Normalised product of experts (ProdLDA).</summary>
    Product,

    /// <summary>Mixture of topics embedded among the words (ETM).</summary>
    Embedded,
}

/// <summary>Source of the variance of a Gaussian likelihood.</summary>
public enum GaussianVariance
{
    /// <summary>Sigma squared.</summary>
    Fixed,

    /// <summary>One for all numbers, learned (sigma-VAE).</summary>
    Learned,

    /// <summary>One for each number, from the decoder.</summary>
    Predicted,
}

/// <summary>Map from the decoder's output to the mean of a pixel.</summary>
public enum PixelMean
{
    /// <summary>1 / (1 + e^-x), within [0, 1].</summary>
    Sigmoid,

    /// <summary>The output itself.</summary>
    Linear,
}

/// <summary>Noise of photographs.</summary>
public enum PictureNoiseKind
{
    /// <summary>The same everywhere, normally distributed: sensors that read out noisily.</summary>
    Gaussian,

    /// <summary>Shot noise of photons: its variance grows with brightness.</summary>
    Poisson,

    /// <summary>Both: what a camera's raw picture has.</summary>
    PoissonGaussian,

    /// <summary>Blocks of JPEG files.</summary>
    Jpeg,

    /// <summary>Single pixels black or white: dead pixels, faulty transmission.</summary>
    SaltAndPepper,
}

/// <summary>Gradient estimator of the encoder under an importance weighted bound.</summary>
public enum ImportanceGradient
{
    /// <summary>Derivative of the bound as it stands.</summary>
    Plain,

    /// <summary>Sticking the landing: without the score of q (Roeder et al. 2017).</summary>
    Stl,

    /// <summary>Doubly reparameterised (Tucker et al. 2019).</summary>
    Dreg,
}

/// <summary>Bounds that decoder and encoder learn from.</summary>
public enum ImportanceBound
{
    /// <summary>One bound for both.</summary>
    Whole,

    /// <summary>Decoder: one bound of all draws; encoder: the bounds of the groups (PIWAE).</summary>
    Partial,
}

/// <summary>Weights of the records of a batch in the estimate of the aggregated posterior.</summary>
public enum TotalCorrelationEstimator
{
    /// <summary>Each record apart from the others of its batch (minibatch stratified sampling).</summary>
    Stratified,

    /// <summary>All records alike (minibatch weighted sampling).</summary>
    Weighted,
}

/// <summary>Covariance that DIP-VAE penalises.</summary>
public enum DipKind
{
    /// <summary>DIP-VAE-I: covariance of the posterior means.</summary>
    I,

    /// <summary>DIP-VAE-II: covariance of the aggregated posterior.</summary>
    II,
}

/// <summary>Penalised property of a decoder.</summary>
public enum DecoderPenaltyKind
{
    /// <summary>Squared size of its weights.</summary>
    L2,

    /// <summary>Squared norm of its derivative.</summary>
    Gradient,

    /// <summary>Spectral norm of its layers.</summary>
    Spectral,
}

/// <summary>Encoder of lines of text.</summary>
public enum LineEncoderKind
{
    /// <summary>Bidirectional long short-term memory.</summary>
    Lstm,

    /// <summary>None: a language model.</summary>
    None,

    /// <summary>Bidirectional gated recurrent units.</summary>
    Gru,

    /// <summary>Transformer.</summary>
    Transformer,
}

/// <summary>Network that predicts the tokens of a line.</summary>
public enum LineDecoderKind
{
    /// <summary>Long short-term memory.</summary>
    Lstm,

    /// <summary>Gated recurrent units.</summary>
    Gru,

    /// <summary>Dilated causal convolutions.</summary>
    Convolution,

    /// <summary>Transformer that sees the tokens before a place.</summary>
    Transformer,
}

/// <summary>Codes known before a code that help to tell its mean and scale.</summary>
public enum CodeContext
{
    /// <summary>None: all codes at once.</summary>
    None,

    /// <summary>Half of the places first, as on a checkerboard, and the other half by their neighbours (He et al. 2021).</summary>
    Checkerboard,
}
