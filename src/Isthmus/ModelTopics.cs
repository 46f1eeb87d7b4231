using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Topics;

namespace Isthmus;

/// <summary>Topics of a model of documents, and documents found by their codes.</summary>
public static class ModelTopics
{
    /// <summary>The topics of a model by their words, in the order of its code.</summary>
    /// <param name="model">A model of documents with a decoder of topics, such as prod-lda.</param>
    /// <param name="words">Words of each topic, above 0. Default 10.</param>
    /// <exception cref="InvalidInputException">The model has no topics.</exception>
    public static IReadOnlyList<IReadOnlyList<TopicWord>> Topics(this TrainedModel model, int words = 10) => DocumentTopic.WordsOf(model, words);

    /// <summary>The topics of a model as some documents show them, those of the greatest share first.</summary>
    /// <param name="model">A model of documents with a decoder of topics, such as prod-lda.</param>
    /// <param name="documents">Documents.</param>
    /// <param name="words">Words of each topic, above 0. Default 10.</param>
    /// <param name="shown">Documents of each topic, above 0. Default 3.</param>
    /// <exception cref="InvalidInputException">The model has no topics, or the documents have no word that it knows.</exception>
    public static IReadOnlyList<DocumentTopic> Topics(this TrainedModel model, Dataset documents, int words = 10, int shown = 3) =>
        DocumentTopic.Of(model, documents.BroughtTo(model.Specification.Schema), words, shown);

    /// <summary>The documents that share the most bits with a query, whose words need not occur in them.</summary>
    /// <param name="model">A model of documents.</param>
    /// <param name="texts">The texts to search; <see cref="FoundDocument.Record"/> is a text's place among them.</param>
    /// <param name="query">Text of the query.</param>
    /// <param name="count">Number of documents; all if there are fewer. Default 10.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A model of other records, or a query without a word that it knows.</exception>
    public static IReadOnlyList<FoundDocument> Search(
        this TrainedModel model,
        IEnumerable<string> texts,
        string query,
        int count = 10,
        CancellationToken cancellationToken = default
    ) => model.Search(ModelRecords.Of(model, texts), query, count, cancellationToken);

    /// <summary>The documents of some data that share the most bits with a query, whose words need not occur in them.</summary>
    /// <param name="model">A model of documents.</param>
    /// <param name="documents">The documents to search; <see cref="FoundDocument.Record"/> is a document's place among them.</param>
    /// <param name="query">Text of the query.</param>
    /// <param name="count">Number of documents; all if there are fewer. Default 10.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A model of other records, or a query without a word that it knows.</exception>
    public static IReadOnlyList<FoundDocument> Search(
        this TrainedModel model,
        Dataset documents,
        string query,
        int count = 10,
        CancellationToken cancellationToken = default
    ) =>
        DocumentSearch.Find(
            model,
            documents.BroughtTo(model.Specification.Schema),
            DocumentSearch.Query(model.Specification.Schema, query),
            count,
            null,
            cancellationToken
        );
}
