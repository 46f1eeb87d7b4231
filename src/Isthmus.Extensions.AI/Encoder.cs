using Isthmus.Onnx;

namespace Isthmus.Extensions.AI;

/// <summary>The one part of a model that gives embeddings.</summary>
internal static class Encoder
{
    /// <summary>Reads an encoder.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, no file of Isthmus, or of another part.</exception>
    public static OnnxModel Load(string path, int threads)
    {
        var model = OnnxModel.Load(path, threads);
        try
        {
            return Demanded(model, path);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Returns the model if it is an encoder.</summary>
    public static OnnxModel Demanded(OnnxModel model, string name) =>
        model.Metadata.Part == OnnxPart.Encoder
            ? model
            : throw new InvalidInputException(
                name,
                $"holds the part '{model.Metadata.Part.ToString().ToLowerInvariant()}' of a model, and embeddings come from its encoder",
                "export that part"
            );

    /// <summary>Name of the model, by which embeddings are compared: its preset and the first 12 digits of its weights' SHA-256.</summary>
    public static string IdOf(OnnxMetadata metadata) => $"{metadata.Preset}-{metadata.WeightsSha256[..Math.Min(12, metadata.WeightsSha256.Length)]}";
}
