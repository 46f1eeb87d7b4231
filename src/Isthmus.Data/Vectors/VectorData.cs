using Isthmus.Data.Records;

namespace Isthmus.Data.Vectors;

/// <summary>Data sets of vectors, and checks of their options.</summary>
internal static class VectorData
{
    extension(Dataset)
    {
        /// <summary>Creates a data set of vectors. <paramref name="values"/> holds N records of D finite numbers, record after record.</summary>
        /// <exception cref="InvalidInputException">No records, a part of a record, or labels that do not match.</exception>
        public static Dataset Vectors(
            string name,
            VectorSchema schema,
            float[] values,
            IReadOnlyList<LabelColumn>? labels = null,
            IReadOnlyList<Wording>? notes = null
        ) => Dataset.OfNumbers(name, schema, values, labels, notes: notes);
    }

    extension(DataOptions options)
    {
        /// <summary>Columns asked for, or else those that the model's encoder sees; null for all.</summary>
        internal IReadOnlyList<string>? WantedColumns => options.Columns ?? (options.Expected as VectorSchema)?.Input.Columns;
    }
}
