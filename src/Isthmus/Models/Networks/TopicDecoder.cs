using Isthmus.Compute;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Decoder from a code to the logits of the words: K numbers stand for K topics. z has the standard normal prior; if a document mixes topics, its proportions
/// are theta = softmax(s z), the logistic normal that approximates a Dirichlet of concentration <c>dirichlet</c> by Laplace's method in the softmax basis
/// (Srivastava and Sutton 2017): s^2 = (1 - 1/K) / dirichlet.
/// </summary>
public abstract class TopicDecoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates a decoder of K topics.</summary>
    protected TopicDecoder(string name, int topics, double scale)
        : base(name) => (Topics, Scale) = (topics, scale);

    // The weight that Sievert and Shirley's readers could best name topics with.
    private const double OwnShare = 0.6;

    /// <summary>Number of topics, K.</summary>
    public int Topics { get; }

    /// <summary>Factor s of a code before the softmax.</summary>
    internal double Scale { get; }

    /// <summary>Returns the proportions of the topics in documents, N x K, rows that sum to 1.</summary>
    public Tensor Proportions(Tensor z) => z.Times(Scale).softmax(-1);

    /// <summary>Returns the part of a code that affects the decoder, N x K: for proportions, a softmax, the code less its mean over the topics.</summary>
    public virtual Tensor Directions(Tensor z) => z - z.mean([-1L], keepdim: true);

    /// <summary>Returns ln p(word | only topic k), K x D.</summary>
    public abstract Tensor LogProbabilities();

    /// <summary>
    /// Returns the weights by which a topic's words are ranked, K x D, nats: relevance (Sievert and Shirley 2014), ln p(word | only topic k) less 0.4 of ln
    /// p(word | z = 0), so that words common everywhere do not lead every topic.
    /// </summary>
    public virtual Tensor Weights() => LogProbabilities() - call(zeros(1, Topics, device: LogProbabilities().device)).log_softmax(-1).Times(1 - OwnShare);
}

/// <summary>Logits W z + b: topics are directions (NVDM, Miao et al. 2016). "Only topic k" is the code whose unit k is 1, the others 0.</summary>
internal sealed class LinearTopics : TopicDecoder
{
    [ComponentName(Name = "words")]
    private readonly MatrixProduct _words;

    /// <summary>Creates K directions over <paramref name="dimension"/> words.</summary>
    public LinearTopics(int topics, int dimension)
        : base("linear_topics", topics, 1)
    {
        _words = MatrixProduct.Linear(topics, dimension);
        RegisterComponents();
    }

    /// <summary>W and b.</summary>
    public MatrixProduct Words => _words;

    /// <inheritdoc/>
    public override Tensor forward(Tensor z) => _words.call(z);

    /// <inheritdoc/>
    public override Tensor Directions(Tensor z) => z;

    /// <inheritdoc/>
    public override Tensor LogProbabilities() => _words.call(Units(_words.Weight)).log_softmax(-1);

    /// <summary>Returns the directions themselves: the increase of each word's logit by a unit of the code.</summary>
    public override Tensor Weights() => _words.Weight.t();

    internal static Tensor Units(Tensor weight) => eye(weight.shape[1], device: weight.device);
}

/// <summary>
/// Logits norm(W theta): a product of experts, one a topic (ProdLDA, Srivastava and Sutton 2017). The normalisation over the
/// batch keeps the scale at 1 and learns the shift, which holds how common each word is.
/// </summary>
internal sealed class ProductOfTopics : TopicDecoder
{
    [ComponentName(Name = "words")]
    private readonly MatrixProduct _words;

    [ComponentName(Name = "norm")]
    private readonly BatchNormalisation _norm;

    [ComponentName(Name = "dropout")]
    private readonly SeededDropout _dropout;

    /// <summary>Creates K experts over <paramref name="dimension"/> words.</summary>
    public ProductOfTopics(int topics, int dimension, double scale, double dropout)
        : base("product_of_topics", topics, scale)
    {
        (_words, _norm, _dropout) = (MatrixProduct.Linear(topics, dimension), TopicNetwork.UnitScale(dimension), new SeededDropout(dropout));
        RegisterComponents();
    }

    /// <summary>W.</summary>
    public MatrixProduct Words => _words;

    /// <summary>Normalisation of the logits.</summary>
    public BatchNormalisation Norm => _norm;

    /// <inheritdoc/>
    public override Tensor forward(Tensor z) => _norm.call(_words.call(_dropout.call(Proportions(z))));

    /// <inheritdoc/>
    public override Tensor LogProbabilities() => _norm.call(_words.call(LinearTopics.Units(_words.Weight))).log_softmax(-1);
}

/// <summary>
/// ln sum_k theta_k beta_k: a mixture of topics (as in LDA) whose distributions come from embeddings, beta_k = softmax over the
/// words w of rho_w . alpha_k (ETM, Dieng et al. 2020).
/// </summary>
internal sealed class EmbeddedTopics : TopicDecoder
{
    // A probability of 0 in float32 would cost infinitely much.
    internal const double Least = 1e-10;

    [ComponentName(Name = "word_embeddings")]
    private readonly Parameter _wordEmbeddings;

    [ComponentName(Name = "topic_embeddings")]
    private readonly Parameter _topicEmbeddings;

    /// <summary>Creates K topics and <paramref name="dimension"/> words in one space.</summary>
    public EmbeddedTopics(int topics, int dimension, int embedding, double scale)
        : base("embedded_topics", topics, scale)
    {
        _wordEmbeddings = new Parameter(RandomOperations.Normal([dimension, embedding], device: NewWeights.Device).DetachFromDisposeScope());
        _topicEmbeddings = new Parameter(
            RandomOperations.Normal([topics, embedding], device: NewWeights.Device).DivideInPlace(Math.Sqrt(embedding)).DetachFromDisposeScope()
        );
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor z) => Proportions(z).matmul(LogProbabilities().exp()).Plus(Least).log();

    /// <inheritdoc/>
    public override Tensor LogProbabilities() => _topicEmbeddings.matmul(_wordEmbeddings.t()).log_softmax(-1);
}
