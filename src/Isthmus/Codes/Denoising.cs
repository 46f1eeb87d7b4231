using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using static TorchSharp.torch;

namespace Isthmus.Codes;

/// <summary>Denoised records: E[x | z], z the code of the noisy record (Vincent et al. 2008).</summary>
/// <param name="Noisy">The noisy records.</param>
/// <param name="Restored">The denoised records.</param>
/// <param name="Errors">Errors against the clean records; null if they are not known.</param>
public sealed record Denoising(RecordValues Noisy, RecordValues Restored, DenoisingErrors? Errors)
{
    /// <summary>Denoises records that are noisy already.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="noisy">The noisy records.</param>
    /// <param name="clean">Clean versions of the same records, in the same order, for the errors; null if not known.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">Data of another shape than the model's, or not as many clean records as noisy ones.</exception>
    public static Denoising Restore(
        TrainedModel trained,
        Dataset noisy,
        Dataset? clean = null,
        Device? device = null,
        CancellationToken cancellationToken = default
    )
    {
        if (clean is not null && clean.Count != noisy.Count)
            throw new InvalidInputException(noisy.Name, $"has {noisy.Count} noisy records and {clean.Name} {clean.Count} clean ones", "give one for each");
        var seen = trained.Prepare(noisy);
        return Restore(
            trained,
            (_, i) => TensorBatches.Gather(seen, i, device),
            clean is null ? null : trained.Prepare(clean),
            seen.Count,
            device,
            cancellationToken
        );
    }

    /// <summary>Applies the model's own corruption to clean records and denoises them.</summary>
    /// <param name="trained">A model that was trained with a corruption.</param>
    /// <param name="clean">The clean records.</param>
    /// <param name="seed">Random seed for the noise.</param>
    /// <param name="device">Device of the model; the CPU if null.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">The model has no corruption, or the data is of another shape than the model's.</exception>
    public static Denoising CorruptAndRestore(
        TrainedModel trained,
        Dataset clean,
        int seed,
        Device? device = null,
        CancellationToken cancellationToken = default
    )
    {
        if (trained.Network.Corruption is NoCorruption)
            throw new InvalidInputException(
                $"The model ({trained.Specification.Preset})",
                "was trained without a corruption, so it has no noise of its own to add",
                $"give it noisy data, or train one that has ({OptionNames.Model("denoising")})"
            );
        using var draws = RandomDraws.Seeded(seed);
        return Restore(trained, (x, _) => trained.Network.Corruption.Apply(x!), trained.Prepare(clean), clean.Count, device, cancellationToken);
    }

    private delegate Tensor Look(Tensor? clean, int[] indices);

    private static Denoising Restore(TrainedModel trained, Look look, Dataset? clean, int count, Device? device, CancellationToken cancellationToken)
    {
        const int Batch = 500;
        var schema = trained.Specification.Schema;
        var (noisy, restored) = (new float[count * schema.Dimension], new float[count * schema.Dimension]);
        var (before, after) = (new ReconstructionError(), new ReconstructionError());
        using var noGradient = inference_mode();
        for (var start = 0; start < count; start += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int[] indices = [.. Enumerable.Range(start, Math.Min(Batch, count - start))];
            var x = clean is null ? null : TensorBatches.Gather(clean, indices, device);
            var corrupted = look(x, indices);
            var back = trained.Network.Reconstruct(corrupted);
            // Records that are noisy already have nothing told of them.
            var seen = corrupted.shape[1] > schema.Dimension ? trained.Network.Shown(corrupted) : corrupted;
            RecordValues.FromModel(trained, seen).Values.CopyTo(noisy, start * schema.Dimension);
            RecordValues.FromModel(trained, back).Values.CopyTo(restored, start * schema.Dimension);
            if (x is null)
                continue;
            before.Add(x, seen);
            after.Add(x, back);
        }
        // A signal-to-noise ratio needs a largest signal.
        var hasRange = schema.Kind.HighestLevel(schema) is not null;
        return new(
            new(schema, noisy),
            new(schema, restored),
            clean is null
                ? null
                : new(before.SquaredError.Estimate, after.SquaredError.Estimate, hasRange ? before.Psnr.Estimate : null, hasRange ? after.Psnr.Estimate : null)
        );
    }
}

/// <summary>Errors against the clean records, means over records.</summary>
/// <param name="NoisySquared">Mean squared error of the noisy records: pixels in [0, 1], columns in standard deviations.</param>
/// <param name="RestoredSquared">Mean squared error of the denoised records.</param>
/// <param name="NoisyPsnrDb">PSNR of the noisy images, dB; null for tables.</param>
/// <param name="RestoredPsnrDb">PSNR of the denoised images, dB; null for tables.</param>
public sealed record DenoisingErrors(Estimate NoisySquared, Estimate RestoredSquared, Estimate? NoisyPsnrDb, Estimate? RestoredPsnrDb);
