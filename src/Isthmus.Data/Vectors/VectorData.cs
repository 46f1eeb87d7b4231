using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Data sets of vectors, and what their options say together.</summary>
public static class VectorData
{
    extension(Dataset)
    {
        /// <summary>Vectors. <paramref name="values"/> holds N records of D finite numbers, record after record.</summary>
        /// <exception cref="InvalidInputException">No records, a part of a record, or labels that do not match.</exception>
        public static Dataset Vectors(
            string name,
            VectorSchema schema,
            float[] values,
            IReadOnlyList<LabelColumn>? labels = null,
            IReadOnlyList<string>? notes = null
        ) => Dataset.OfNumbers(name, schema, values, labels, notes: notes);
    }

    extension(DataOptions options)
    {
        /// <summary>The columns that were asked for, or else the model's; null for all.</summary>
        internal IReadOnlyList<string>? WantedColumns => options.Columns ?? (options.Expected as VectorSchema)?.Columns;
    }
}
