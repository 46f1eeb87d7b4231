using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>Likelihood of the held-out part of histories, -ln p(held out | shown), by which the best epoch is chosen.</summary>
internal static class HeldOutLikelihood
{
    /// <summary>Returns the decoder's logits at the mean code of the shown part; for interactions, without items already seen.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="seen">N x D.</param>
    public static Tensor Logits(Autoencoder model, DataSchema schema, Tensor seen) =>
        RecordLearning.Of(schema).Completed(model.Decode(model.Encode(seen, sample: false).Z), seen);

    /// <summary>Returns the mean over the records of - sum x_i ln p_i over the held-out part, nats.</summary>
    public static double Nats(Autoencoder model, HeldOutSplit data, Device? device = null)
    {
        using var noGradient = inference_mode();
        var nats = 0.0;
        var batch = Math.Clamp(NumbersAtOnce / data.Seen.Schema.Dimension, 1, MostAtOnce);
        foreach (var (seen, heldOut) in TensorBatches.InOrder(data.Seen, batch, device).Zip(TensorBatches.InOrder(data.HeldOut, batch, device)))
        {
            using var scope = NewDisposeScope();
            nats -= MultinomialLikelihood.LogProbabilityInOrder(heldOut, Logits(model, data.Seen.Schema, seen)).sum().item<float>();
        }
        return nats / data.Seen.Count;
    }

    // Some eight tensors of so many numbers are held at once.
    private const int NumbersAtOnce = 2_000_000,
        MostAtOnce = 500;
}
