using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>Records on the data's own scale, from a model or as read: pixels in [0, 1], columns in their units.</summary>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Values">N x D numbers, record after record.</param>
public sealed record RecordValues(DataSchema Schema, float[] Values)
{
    /// <summary>Number of records, N.</summary>
    public int Count => Values.Length / Schema.Dimension;

    /// <summary>The records, an array of D numbers each.</summary>
    public IReadOnlyList<float[]> Records => [.. Values.Chunk(Schema.Dimension)];

    /// <summary>Returns records as they were read.</summary>
    public static RecordValues Of(Dataset data)
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        return new(data.Schema, [.. TensorBatches.Gather(data, [.. Enumerable.Range(0, data.Count)]).data<float>()]);
    }

    /// <summary>Returns the first <paramref name="count"/> records, or all if there are fewer.</summary>
    public RecordValues Take(int count) => this with { Values = Values[..(Math.Min(count, Count) * Schema.Dimension)] };

    /// <summary>
    /// Converts the records to 8-bit planar pictures, 0 black and 255 full whatever the schema's levels; values outside [0, 1] are clipped, NaN is black.
    /// </summary>
    /// <exception cref="InvalidInputException">The records are no images.</exception>
    public IReadOnlyList<byte[]> Pictures() => Schema.Kind.Pictures(Schema, Values);

    /// <summary>Converts the records to columns for <see cref="TableWriter"/>.</summary>
    /// <exception cref="InvalidInputException">The records are images.</exception>
    public IReadOnlyList<Column> Columns() => Schema.Kind.Columns(Schema, Values);

    /// <summary>Converts the model's output, N x D on its own scale, to the data's scale.</summary>
    internal static RecordValues FromModel(TrainedModel trained, Tensor records)
    {
        using var scope = NewDisposeScope();
        float[] values = [.. records.detach().to(float32).cpu().contiguous().data<float>()];
        trained.Standardisation?.Last(trained.Specification.Schema.Output.Dimension).Invert(values);
        return new(trained.Specification.Schema.Output, values);
    }

    /// <summary>Applies a function of the model to each batch of the data, one after another.</summary>
    internal static RecordValues Map(TrainedModel trained, Dataset prepared, Func<Tensor, Tensor> map, Device? device, CancellationToken cancellationToken)
    {
        var (values, done) = (new float[prepared.Count * trained.Specification.Schema.Output.Dimension], 0);
        using var noGradient = inference_mode();
        foreach (var x in TensorBatches.InOrder(prepared, 500, device))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = FromModel(trained, map(x)).Values;
            batch.CopyTo(values, done);
            done += batch.Length;
        }
        return new(trained.Specification.Schema.Output, values);
    }
}
