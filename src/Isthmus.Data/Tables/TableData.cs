using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>Data sets of tables, and checks of their options.</summary>
internal static class TableData
{
    extension(Dataset)
    {
        /// <summary>
        /// Creates a data set of rows of a table. <paramref name="values"/> holds N x D numbers as <see cref="TableSchema.Encode"/> gives them, NaN for a
        /// missing value.
        /// </summary>
        /// <exception cref="InvalidInputException">No records, a part of a record, or names or labels that do not match.</exception>
        public static Dataset Rows(
            string name,
            TableSchema schema,
            float[] values,
            IReadOnlyList<LabelColumn>? labels = null,
            IReadOnlyList<string>? recordNames = null,
            IReadOnlyList<Wording>? notes = null
        ) => Dataset.OfNumbers(name, schema, values, labels, recordNames, notes);
    }

    extension(DataOptions options)
    {
        /// <summary>Schema that the model was fitted to; null without a model, or with one of other records.</summary>
        internal TableSchema? ExpectedTable => options.Expected as TableSchema;
    }
}
