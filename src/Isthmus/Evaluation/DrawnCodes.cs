using Isthmus.Data;
using Isthmus.Models;
using Isthmus.Tensors;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// Codes as the rate pays for them: of each record one draw of q(z|x); of a model without noise, the code itself. What a label shares
/// with such a code is at most what the record shares with it, I(Z;Y) &lt;= I(X;Z), as Y - X - Z is a Markov chain. The mean of q(z|x)
/// (<see cref="Codes"/>) may tell more than any draw of it does, and is another variable.
/// </summary>
internal static class DrawnCodes
{
    private const int BatchSize = 1000;

    /// <summary>N x L codes, one row a record in order. The caller owns the tensor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Records on the model's scale.</param>
    /// <param name="seed">Random seed of the evaluation.</param>
    /// <param name="stream">Which of the evaluation's streams of randomness.</param>
    /// <param name="device">Where to compute.</param>
    public static Tensor Of(Autoencoder model, Dataset data, int seed, long stream, Device? device = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, stream));
        var codes = empty([data.Count, model.Bottleneck.Latent]);
        var row = 0L;
        foreach (var x in TensorBatches.InOrder(data, BatchSize, device))
        {
            using var batch = NewDisposeScope();
            codes.narrow(0, row, x.shape[0]).copy_(model.Encode(x, sample: true).Z);
            row += x.shape[0];
        }
        return codes.MoveToOuterDisposeScope();
    }
}
