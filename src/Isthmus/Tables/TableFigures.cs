using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tables;

/// <summary>Evaluation of models of rows of mixed columns and of windows of series.</summary>
internal sealed class TableFigures : RecordFigures
{
    /// <summary>False: a row lacks more than a corruption removes.</summary>
    public override bool SeesCorrupted => false;

    /// <summary>False: a row's numbers are compared with the columns' means.</summary>
    public override bool ExplainsVariance => false;

    /// <summary>Evaluates reconstructions of the numbers that are there; categories have no distance.</summary>
    protected override IEnumerable<Figure> OfReconstructions(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var error = new ReconstructionError();
        using var noGradient = inference_mode();
        using var numbers = tensor(((TableSchema)test.Schema).Fields.Select(field => field is FittedNumbers).ToArray(), device: options.Device);
        foreach (var x in TensorBatches.InOrder(test, 250, options.Device))
        {
            using var scope = NewDisposeScope();
            var unknown = x.isnan().logical_not().logical_and(numbers).logical_not();
            error.Add(x.MaskedFill(unknown, 0), model.Reconstruct(x).MaskedFill(unknown, 0));
        }
        yield return new("reconstruction_mse", "Reconstruction, mean squared error", "standard deviations squared", error.SquaredError.Estimate);
    }

    /// <inheritdoc/>
    public override string? Untrained(Verdict verdict) =>
        verdict.Figures.Reconstruction.MeanSquaredError is { } error && error.Value - 2 * (error.StandardError ?? 0) >= 1
            ? $"numbers come back no better than the columns' means (mean squared error {Verdict.Text(error.Value)}, where their variance is 1)"
            : null;

    /// <inheritdoc/>
    public override string Next(TrainedModel trained, string path) => $"isthmus score {ReproducingCommand.Quoted(trained.Provenance.Data)} -m {path} --explain";
}
