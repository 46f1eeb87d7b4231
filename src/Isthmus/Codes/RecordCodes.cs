using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>Codes of a data set: the mean of q(z|x), or z itself if there is no q.</summary>
public static class RecordCodes
{
    /// <summary>Returns N x L codes, one row a record in order. The caller owns the tensor.</summary>
    public static Tensor Of(Autoencoder model, Dataset data, Device? device = null, int batch = 1000) => Gathered(model, data, device, batch, sample: false);

    /// <summary>
    /// Returns one draw of q(z|x) for each record, the code that the rate pays for; without noise, the code itself. By the data-processing inequality the
    /// information of such a code about a label is at most that about the record, I(Z;Y) &lt;= I(X;Z), as Y - X - Z is a Markov chain. The mean of q(z|x) is
    /// another variable, and may hold more information than a draw. The caller owns the tensor.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Records on the model's scale.</param>
    /// <param name="seed">Random seed of the evaluation.</param>
    /// <param name="stream">Number of the evaluation's stream of randomness.</param>
    /// <param name="device">Device of the model.</param>
    internal static Tensor Drawn(Autoencoder model, Dataset data, int seed, long stream, Device? device = null)
    {
        using var draws = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, stream));
        return Gathered(model, data, device, batch: 1000, sample: true);
    }

    private static Tensor Gathered(Autoencoder model, Dataset data, Device? device, int batch, bool sample)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var codes = empty([data.Count, model.Bottleneck.Latent]);
        var row = 0L;
        foreach (var z in InOrder(model, data, device, batch, sample))
        {
            codes.narrow(0, row, z.shape[0]).copy_(z);
            row += z.shape[0];
        }
        return codes.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the codes of some records at a time; counts stay sparse if the encoder allows. Each batch is disposed when the next is asked for.
    /// </summary>
    public static IEnumerable<Tensor> InOrder(Autoencoder model, Dataset data, Device? device = null, int batch = 1000) =>
        InOrder(model, data, device, batch, sample: false);

    private static IEnumerable<Tensor> InOrder(Autoencoder model, Dataset data, Device? device, int batch, bool sample)
    {
        using var counts = sample ? null : SparseEncoder(model, data, device);
        for (var start = 0; start < data.Count; start += batch)
        {
            int[] records = [.. Enumerable.Range(start, Math.Min(batch, data.Count - start))];
            // No scope is open while the caller, who has scopes of its own, holds the batch.
            using var z = counts is null ? CodeOf(model, data, records, device, sample) : CodeOf(model, counts, data.SparseRecords(records));
            yield return z;
        }
    }

    /// <summary>
    /// Returns the encoder that never makes counts dense; null if records are no counts, have a label as condition, or the encoder is of another kind or on
    /// another device.
    /// </summary>
    internal static CountEncoder? SparseEncoder(Autoencoder model, Dataset data, Device? device) =>
        data.Schema.Kind.IsSparse && data.Attached.Count == 0 && device is null or { type: DeviceType.CPU } ? CountEncoder.Of(model.Encoder) : null;

    private static Tensor CodeOf(Autoencoder model, Dataset data, int[] records, Device? device, bool sample)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return model.Encode(TensorBatches.Gather(data, records, device), sample).Z.cpu().contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor CodeOf(Autoencoder model, CountEncoder encoder, SparseCounts records)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return model.Bottleneck.MeanCode(encoder.Head(records)).contiguous().MoveToOuterDisposeScope();
    }
}
