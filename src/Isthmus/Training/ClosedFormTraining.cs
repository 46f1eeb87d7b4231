using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>Training of a model whose weights are solved for in closed form: one epoch.</summary>
internal static class ClosedFormTraining
{
    private const int MostValidationRecords = 300;

    /// <summary>Builds and solves the model.</summary>
    /// <param name="specification">A model with <see cref="ModelSpecification.IsClosedForm"/>.</param>
    /// <param name="train">Fitted on.</param>
    /// <param name="validation">Validation records, for parameters that the closed form leaves open.</param>
    /// <param name="seed">Random seed of the split of validation records.</param>
    /// <param name="device">Device; the CPU if null.</param>
    /// <param name="cancellationToken">Stops between two operations.</param>
    public static (Autoencoder Model, EpochMetrics Metrics) Run(
        ModelSpecification specification,
        Dataset train,
        Dataset validation,
        int seed,
        Device? device,
        CancellationToken cancellationToken
    )
    {
        var heldOut = HeldOutSplit.Of(validation, seed);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = specification.Build(seed);
        try
        {
            model.to(device ?? CPU);
            model.eval();
            int[] some = [.. Enumerable.Range(0, Math.Min(MostValidationRecords, heldOut.Seen.Count))];
            model.ClosedForm!.Solve(
                train,
                TensorBatches.Gather(heldOut.Seen, some, device),
                TensorBatches.Gather(heldOut.HeldOut, some, device),
                cancellationToken
            );
            var distortion = 0.0;
            foreach (var x in TensorBatches.InOrder(train, 500, device))
            {
                using var batch = NewDisposeScope();
                distortion += model.Loss(x, x, 0).Distortion.sum().item<float>();
            }
            return (model, new(1, distortion / train.Count, 0, HeldOutLikelihood.Nats(model, heldOut, device), 0, 0));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
