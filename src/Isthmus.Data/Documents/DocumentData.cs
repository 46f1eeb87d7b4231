using Isthmus.Data.Records;

namespace Isthmus.Data.Documents;

/// <summary>Splits of documents, and checks of their options.</summary>
internal static class DocumentData
{
    extension(DataOptions options)
    {
        /// <summary>Words that the model knows; null without a model, or with one of other records.</summary>
        internal DocumentSchema? ExpectedWords => options.Expected as DocumentSchema;
    }

    extension(DataSplits parts)
    {
        /// <summary>Returns the same splits over the words that lie within the limits in the training documents, unless the words are given.</summary>
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
        /// Splits documents as <see cref="DataSplits.Random(Dataset, int)"/> does, over the words that lie within the limits in the training documents
        /// (<see cref="DocumentSchema.Chosen"/>), unless the words are given.
        /// </summary>
        /// <param name="all">Documents.</param>
        /// <param name="seed">Random seed of the split.</param>
        /// <param name="words">Words of a model; null for those of the training documents.</param>
        /// <exception cref="InvalidInputException">Fewer than three documents, or no word left.</exception>
        public static DataSplits ByDocument(Dataset all, int seed, DocumentSchema? words = null) => ByDocument(all, seed, SplitShares.Usual, words);

        /// <summary>The same with other proportions of the parts.</summary>
        internal static DataSplits ByDocument(Dataset all, int seed, SplitShares shares, DocumentSchema? words)
        {
            var schema = words ?? DocumentSchema.Chosen(DataSplits.Random(all, seed, shares).Train);
            return DataSplits.Random(DocumentSchema.Checked(schema.Adapt(all)), seed, shares);
        }
    }
}
