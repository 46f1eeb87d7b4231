using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>Prediction of words and coherence of topics, for models of documents.</summary>
public sealed class TopicFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    private TopicFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    internal static TopicFigures? Of(IReadOnlyList<Figure> figures)
    {
        var own = new TopicFigures(figures);
        return own.Perplexity is null && own.CompletionPerplexity is null && own.Diversity is null ? null : own;
    }

    /// <summary>
    /// exp of the mean over documents of -ELBO / words, with 10 draws of the code; documents without words are left out (Miao et al. 2016). Guessing among V
    /// words alike has V. Null for models without a prior.
    /// </summary>
    public Figure? Perplexity => _figures.Find("perplexity");

    /// <summary>exp(total -ELBO / total words): long documents count more than in <see cref="Perplexity"/>. Null for models without a prior.</summary>
    public Figure? PerplexityOverWords => _figures.Find("perplexity_over_words");

    /// <summary>-ELBO a word, total over total, in nats and bits; the order of words is not counted as saved. Null for models without a prior.</summary>
    public InformationFigure? PerWord => InformationFigure.Of(_figures.Find("nats_per_word"), _figures.Find("bits_per_word"));

    /// <summary>
    /// Perplexity of one half of each document's words given the other half, over all words: exp(-sum ln p / words). Null where no document has two words.
    /// </summary>
    public Figure? CompletionPerplexity => _figures.Find("completion_perplexity");

    /// <summary>Perplexity of the same words predicted by their frequencies, whatever the document: a model should be below it.</summary>
    public Figure? CompletionPerplexityOfFrequencies => _figures.Find("completion_perplexity_of_frequencies");

    /// <summary>
    /// Coherence: normalised pointwise mutual information of the first 10 words of a topic over training documents, mean over topics, -1 to 1, 0 for words at
    /// random (Lau et al. 2014). Null for decoders without topics and where the training documents are not given.
    /// </summary>
    public Figure? Npmi => _figures.Find("npmi");

    /// <summary>Coherence c_v of the same words, with whole documents for windows (Roeder et al. 2015). Null where <see cref="Npmi"/> is.</summary>
    public Figure? Cv => _figures.Find("c_v");

    /// <summary>Fraction of different words among the first 25 of all topics, 0 to 1 (Dieng et al. 2020). Null for decoders without topics.</summary>
    public Figure? Diversity => _figures.Find("topic_diversity");
}
