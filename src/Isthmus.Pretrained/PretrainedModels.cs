using Isthmus.Models;

namespace Isthmus.Pretrained;

/// <summary>Small models that come trained. Data, licence, hashes and figures of each: <c>docs/reference/pretrained.md</c>.</summary>
/// <remarks>Safe to use from several threads; each call loads a model of its own.</remarks>
public static class PretrainedModels
{
    internal const string DenoiserFile = "denoiser.isthmus",
        CodecFile = "codec.isthmus";

    /// <summary>
    /// Loads a <c>denoiser</c> of photographs for Gaussian noise of standard deviation 0 to 55 (pixels of 0 to 255), learned from the 24 Kodak pictures. For
    /// <see cref="Photographs.PhotographDenoiser"/>; the caller disposes of it.
    /// </summary>
    public static TrainedModel Denoiser()
    {
        using var file = Open(DenoiserFile);
        return TrainedModel.Load(file);
    }

    /// <summary>
    /// Loads an <c>image-codec</c> of photographs at any quality, learned from the 24 Kodak pictures. For <see cref="Photographs.PhotographCodec"/>; the caller
    /// disposes of it.
    /// </summary>
    public static TrainedModel Codec()
    {
        using var file = Open(CodecFile);
        return TrainedModel.Load(file);
    }

    internal static Stream Open(string file) => typeof(PretrainedModels).Assembly.GetManifestResourceStream(file)!;
}
