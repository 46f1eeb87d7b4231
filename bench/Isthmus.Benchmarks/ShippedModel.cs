using Isthmus.Models;
using Isthmus.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Benchmarks;

/// <summary>
/// A trained model as it ships: weights in half precision, and neither date, time taken nor figures in its manifest, so that the same training by the same
/// program gives the same bytes.
/// </summary>
internal static class ShippedModel
{
    /// <summary>Loads a model's file, or the model of a run's folder.</summary>
    public static TrainedModel Load(string path) => TrainedModel.Load(Directory.Exists(path) ? new RunFolder(path).Model : path);

    public static string Write(string modelPath, string output)
    {
        using var model = Load(modelPath);
        model.Network.to(ScalarType.Float16);
        using var shipped = new TrainedModel(
            model.Specification,
            model.Network,
            model.Standardisation,
            model.Provenance with
            {
                TrainingSeconds = 0,
                Created = DateTimeOffset.UnixEpoch,
            }
        )
        {
            Calibrate = _ => model.Calibration,
        };
        shipped.Save(output);
        string Hash(Stream stream) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
        using var file = File.OpenRead(output);
        return $"{output}: {file.Length} bytes, SHA-256 {Hash(file)}, of its weights {Hash(new MemoryStream(shipped.WeightBytes()))}";
    }
}
