using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>Parts of documents, and what their options say together.</summary>
public static class DocumentData
{
    extension(DataOptions options)
    {
        /// <summary>The words that the model knows; null without a model, or one of other records.</summary>
        internal DocumentSchema? ExpectedWords => options.Expected as DocumentSchema;
    }

    extension(DataSplits parts)
    {
        /// <summary>The same parts of documents, over the words that lie within the limits in the training documents, unless the words are given.</summary>
        internal DataSplits Over(DocumentSchema? words)
        {
            var schema = words ?? DocumentSchema.Chosen(parts.Train);
            return new DataSplits(
                DocumentSchema.Checked(schema.Adapt(parts.Train)),
                DocumentSchema.Checked(schema.Adapt(parts.Validation)),
                DocumentSchema.Checked(schema.Adapt(parts.Test))
            );
        }
    }

    extension(DataSplits)
    {
        /// <summary>
        /// Splits documents as <see cref="DataSplits.Random"/> does, over the words that lie within the limits in the training documents
        /// (<see cref="DocumentSchema.Chosen"/>), unless the words are given.
        /// </summary>
        /// <param name="all">Documents.</param>
        /// <param name="seed">Which documents.</param>
        /// <param name="words">The words of the model that the data are for; null for those of the training documents.</param>
        /// <exception cref="InvalidInputException">Fewer than three documents, or no word left.</exception>
        public static DataSplits ByDocument(Dataset all, int seed, DocumentSchema? words = null)
        {
            var schema = words ?? DocumentSchema.Chosen(DataSplits.Random(all, seed).Train);
            return DataSplits.Random(DocumentSchema.Checked(schema.Adapt(all)), seed);
        }
    }
}
