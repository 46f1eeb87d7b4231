using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Onnx;

/// <summary>Records that a file is compared with its model on.</summary>
/// <param name="Data">The records, in the schema of the model, with the labels that it is given.</param>
/// <param name="Source">What they are: test records, rows that the model keeps, or records made at random.</param>
internal sealed record HeldOutRecords(Dataset Data, string Source)
{
    // More would only repeat: each record has many numbers.
    private const int Most = 512;

    private const int Seed = 1;

    /// <summary>Returns some of the caller's records, evenly spaced.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Records like those that it was trained on.</param>
    public static HeldOutRecords Of(TrainedModel model, Dataset data)
    {
        var records = data.BroughtTo(model.Specification.Schema);
        var count = Math.Min(Most, records.Count);
        return new(records.Select([.. Enumerable.Range(0, count).Select(i => (int)((long)i * records.Count / count))]), $"records of {data.Name}");
    }

    /// <summary>Returns records without data: of a table the validation rows that the model keeps, of other records some that are made at random.</summary>
    /// <param name="model">The model.</param>
    public static HeldOutRecords AtHand(TrainedModel model)
    {
        var schema = model.Specification.Schema;
        return model.Reference is { } rows
            ? Of(model, Dataset.OfNumbers("the rows that the model keeps", schema, rows.HeldOut)) with
            {
                Source = $"validation {schema.Noun}s that the model keeps",
            }
            : new(AtRandom(model, new Random(Seed)), $"{schema.Noun}s made at random, as none were given");
    }

    private static Dataset AtRandom(TrainedModel model, Random random)
    {
        const string Name = "records made at random";
        var schema = model.Specification.Schema;
        LabelColumn[] labels =
        [
            .. model.Specification.Labels.Select(label => new LabelColumn(
                label.Name,
                [.. Enumerable.Range(0, Most).Select(i => i % label.Classes.Count)],
                label.Classes
            )),
        ];
        if (schema.Kind.HighestLevel(schema) is { } highest)
        {
            var pixels = new byte[Most * schema.Dimension];
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)random.Next(highest + 1);
            return Dataset.OfBytes(Name, schema, pixels, labels);
        }
        if (schema.Kind.IsSparse)
            return Dataset.Counts(
                Name,
                (CountSchema)schema,
                SparseCounts.Of(
                    Enumerable
                        .Range(0, Most)
                        .Select(_ =>
                        {
                            int[] things = [.. Enumerable.Range(0, random.Next(1, 21)).Select(_ => random.Next(schema.Dimension)).Distinct().Order()];
                            return (things, Array.ConvertAll(things, _ => (float)random.Next(1, 4)));
                        })
                ),
                labels: labels
            );
        var values = new float[Most * schema.Dimension];
        for (var i = 0; i < values.Length; i++)
            // Of the model's scale, a sum of twelve uniform numbers: nearly normal, of variance 1.
            values[i] = (float)(Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6);
        model.Standardisation?.Invert(values);
        return Dataset.OfNumbers(Name, schema, values, labels);
    }
}
