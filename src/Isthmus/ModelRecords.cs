using Isthmus.Data.Documents;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;

namespace Isthmus;

/// <summary>A caller's records as data of a model.</summary>
internal static class ModelRecords
{
    private const string Name = $"records{Dataset.InMemory}";

    /// <summary>Records of any type that data are made of: arrays of numbers or bytes, picture files, texts, and rows.</summary>
    public static Dataset Of<T>(TrainedModel model, IEnumerable<T> records) => Of(model.Specification.Schema, records);

    /// <summary>Records of any type that data are made of, in the schema of a model.</summary>
    public static Dataset Of<T>(DataSchema schema, IEnumerable<T> records) =>
        records switch
        {
            IEnumerable<float[]> numbers => schema.Kind.FromArrays(schema, Name, numbers),
            IEnumerable<double[]> numbers => schema.Kind.FromArrays(schema, Name, Vectors.Singles(numbers)),
            IEnumerable<byte[]> pixels => schema.Kind.FromArrays(schema, Name, pixels),
            IEnumerable<ReadOnlyMemory<byte>> files => schema.Kind.FromFiles(schema, Name, files),
            IEnumerable<string> texts => TextOrigin.Read(Name, [.. texts], null, new() { StopWords = "none" }).BroughtTo(schema),
            _ => MixedTableReader.LoadAll(TableInput.Of(Rows.Table<T>([.. records])), new() { Expected = RowsOf(schema) }),
        };

    /// <summary>The schema as one of a table's rows.</summary>
    /// <exception cref="InvalidInputException">The model is of other records, or of windows of a series.</exception>
    public static TableSchema RowsOf(DataSchema schema) =>
        schema.Demand<TableSchema>($"The model is of {schema}, and takes no single rows", "give what it was trained on", table => table.IsOfRows);
}
