using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>How well a model completes histories: -ln p(held out | shown), what choosing the best epoch looks at.</summary>
public static class HeldOutLikelihood
{
    /// <summary>The decoder's logits at the mean code of what is shown; of interactions, what has been seen is out of the question.</summary>
    /// <param name="model">The model.</param>
    /// <param name="schema">What a record is.</param>
    /// <param name="seen">N x D.</param>
    public static Tensor Logits(Autoencoder model, DataSchema schema, Tensor seen) =>
        RecordLearning.Of(schema).Completed(model.Decode(model.Encode(seen, sample: false).Z), seen);

    /// <summary>Mean over the records of - sum x_i ln p_i over what is held out, nats.</summary>
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
