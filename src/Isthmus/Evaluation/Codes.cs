using Isthmus.Data;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>The codes of a data set: the mean of q(z|x), or z itself where there is no q.</summary>
public static class Codes
{
    /// <summary>N x L codes, one row a record in order. The caller owns the tensor.</summary>
    public static Tensor Of(Autoencoder model, Dataset data, Device? device = null, int batch = 1000)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var codes = empty([data.Count, model.Bottleneck.Latent]);
        var row = 0L;
        foreach (var z in InOrder(model, data, device, batch))
        {
            codes.narrow(0, row, z.shape[0]).copy_(z);
            row += z.shape[0];
        }
        return codes.MoveToOuterDisposeScope();
    }

    /// <summary>The same, some records at a time. Each batch is disposed when the next is asked for.</summary>
    public static IEnumerable<Tensor> InOrder(Autoencoder model, Dataset data, Device? device = null, int batch = 1000)
    {
        foreach (var x in TensorBatches.InOrder(data, batch, device))
        {
            // No scope is open while the caller, who has scopes of its own, holds the batch.
            using var z = CodeOf(model, x);
            yield return z;
        }
    }

    private static Tensor CodeOf(Autoencoder model, Tensor x)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return model.Encode(x, sample: false).Z.cpu().MoveToOuterDisposeScope();
    }
}
