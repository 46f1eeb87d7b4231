using System.Security.Cryptography;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Evaluation.Samples;

/// <summary>
/// The encoder in whose code space samples are compared: a plain autoencoder of pinned settings and seed, trained on the first training pictures, the same for
/// every model of
/// those data. Its weights' hash says whether two figures were taken in one space; floating point may differ between machines, and the hash then does too.
/// </summary>
internal sealed class ReferenceEncoder : IDisposable
{
    /// <summary>Random seed of its weights and order; fixed.</summary>
    public const int Seed = 20_061_928;

    private const int MostRecords = 5000;
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["latent"] = "16",
        ["hidden"] = "256",
        ["epochs"] = "8",
        ["precision"] = "float32",
        ["parallel"] = "operations",
    };

    private readonly TrainedModel _model;

    private ReferenceEncoder(TrainedModel model) => _model = model;

    /// <summary>SHA-256 of the weights, lower-case hexadecimal.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(_model.WeightBytes()));

    /// <summary>Trains the encoder on one thread.</summary>
    /// <param name="train">Pictures, as read; the first 5,000 are taken, a tenth of them to choose the epoch.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public static ReferenceEncoder Of(Dataset train, CancellationToken cancellationToken = default)
    {
        var count = Math.Min(MostRecords, train.Count);
        var held = Math.Max(1, count / 10);
        var (fitted, validation) = (train.Select([.. Enumerable.Range(0, count - held)]), train.Select([.. Enumerable.Range(count - held, held)]));
        return new(
            TrainingRun
                .Train(
                    "ae",
                    new(fitted, validation, validation),
                    new()
                    {
                        Settings = Settings,
                        Seed = Seed,
                        Threads = 1,
                    },
                    cancellationToken: cancellationToken
                )
                .Model
        );
    }

    /// <summary>Returns codes of pictures on the model's scale, N x 16.</summary>
    public Tensor Encode(Tensor x) => _model.Network.Encode(x, sample: false).Z;

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
