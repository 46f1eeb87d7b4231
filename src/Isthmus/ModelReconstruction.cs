using Isthmus.Codes;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus;

/// <summary>Reconstructions of records: E[x | z], z the mean code of x.</summary>
public static class ModelReconstruction
{
    /// <summary>One picture (pixels from 0 to 1) or vector (in its own units) as it comes back.</summary>
    /// <exception cref="InvalidInputException">Another number of numbers than the model takes, or a model that gives no such records.</exception>
    public static float[] Reconstruct(this TrainedModel model, float[] record) => model.Reconstruct(ModelRecords.Of<float[]>(model, [record])).Values;

    /// <summary>One picture of 8-bit pixels as it comes back: 0 black, 255 full.</summary>
    /// <exception cref="InvalidInputException">Another number of pixels than the model takes.</exception>
    public static byte[] Reconstruct(this TrainedModel model, byte[] picture) => model.Reconstruct(ModelRecords.Of<byte[]>(model, [picture])).Pictures()[0];

    /// <summary>Every record as it comes back, on the data's own scale: <see cref="RecordValues.Records"/> or <see cref="RecordValues.Pictures"/>.</summary>
    /// <exception cref="InvalidInputException">The data are not what the model was trained on.</exception>
    public static RecordValues Reconstruct(this TrainedModel model, Dataset data, CancellationToken cancellationToken = default) =>
        Reconstruction.Of(model, data.BroughtTo(model.Specification.Schema), null, cancellationToken);

    /// <summary>One noisy picture (pixels from 0 to 1) or vector, restored.</summary>
    /// <inheritdoc cref="Reconstruct(TrainedModel, float[])"/>
    public static float[] Denoise(this TrainedModel model, float[] noisy) => model.Reconstruct(noisy);

    /// <summary>One noisy picture of 8-bit pixels, restored.</summary>
    /// <inheritdoc cref="Reconstruct(TrainedModel, byte[])"/>
    public static byte[] Denoise(this TrainedModel model, byte[] noisy) => model.Reconstruct(noisy);

    /// <summary>Noisy records restored, and where the same records are known without noise, the errors before and after.</summary>
    /// <param name="model">A model of such records; one that was trained with a corruption restores best.</param>
    /// <param name="noisy">The noisy records.</param>
    /// <param name="clean">The same records without noise, in the same order. Default: not known.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">The data are not what the model was trained on, or not as many clean records as noisy ones.</exception>
    public static Denoising Denoise(this TrainedModel model, Dataset noisy, Dataset? clean = null, CancellationToken cancellationToken = default)
    {
        var schema = model.Specification.Schema;
        return Denoising.Restore(model, noisy.BroughtTo(schema), clean?.BroughtTo(schema), null, cancellationToken);
    }
}
