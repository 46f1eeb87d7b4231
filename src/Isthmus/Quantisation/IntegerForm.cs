using Isthmus.Codes;
using Isthmus.Compression.Integer;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Quantisation;

/// <summary>
/// The integer form of a trained model, the same whoever asks, so that one model has one form and one hash. It is made from what was measured on the first
/// 1,000 training records when the model was trained, and kept in the model file; of files from before that, on those records read again (docs/decisions).
/// </summary>
public static class IntegerForm
{
    /// <summary>More change the ranges of sums no more, and the figures little.</summary>
    public const int CalibrationRecords = 1000;

    /// <summary>The integer form of a model.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="options">How data is read, if it must be.</param>
    /// <exception cref="InvalidInputException">The model has no integer form; or its file keeps no calibration, and the data are not there any
    /// more.</exception>
    public static IntegerModel Of(TrainedModel trained, DataOptions options)
    {
        ModelCalibration.Demand(trained);
        return trained.Calibration is { } calibration ? From(trained, calibration) : From(trained, Records(trained, options));
    }

    /// <summary>The integer form of a trained model. Whatever is not an ELBO-trained model of pixels with fully connected layers is refused.</summary>
    /// <param name="model">The model, of which nothing is changed.</param>
    /// <param name="calibration">Records such as it was trained on: they set ranges, steps and histograms. More than 10,000 are thinned out.</param>
    /// <exception cref="InvalidInputException">A model or data without an integer form: the message says what to take.</exception>
    public static IntegerModel From(TrainedModel model, Dataset calibration) => From(model, ModelCalibration.Measure(model, calibration));

    /// <summary>
    /// The integer form of a trained model from what was measured when it was trained, <see cref="TrainedModel.Calibration"/>: no records are needed.
    /// </summary>
    /// <param name="model">The model, of which nothing is changed.</param>
    /// <param name="calibration">What was measured.</param>
    /// <exception cref="InvalidInputException">A model without an integer form, or the calibration of another: the message says what to take.</exception>
    public static IntegerModel From(TrainedModel model, Calibration calibration)
    {
        try
        {
            return IntegerModel.Of(ModelCalibration.Parts(model, calibration));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new InvalidInputException(
                "The model file's calibration",
                $"does not fit the model ({e.Message.TrimEnd('.')})",
                "use a copy that is whole, or train again",
                cause: e
            );
        }
    }

    /// <summary>The same of data at hand; of others than the model was trained on, the form has a hash of its own.</summary>
    public static Dataset Calibration(ModelData data) => First(data.Train ?? data.Records, CalibrationRecords);

    /// <summary>The first records, at most <paramref name="count"/>.</summary>
    public static Dataset First(Dataset data, int count) => data.Select([.. Enumerable.Range(0, Math.Min(count, data.Count))]);

    /// <summary>What a model's integer form takes from its training records; null where it has none.</summary>
    internal static Calibration? Measured(TrainedModel trained, Dataset records)
    {
        try
        {
            return ModelCalibration.Measure(trained, records);
        }
        catch (InvalidInputException)
        {
            // A model without an integer form is as good as any other: who wants the form is told what is missing.
            return null;
        }
    }

    private static Dataset Records(TrainedModel trained, DataOptions options)
    {
        var manifest = trained.Manifest;
        try
        {
            return Calibration(ModelData.Load(manifest, manifest.Provenance.Data, options));
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(
                "The model file",
                $"was written before these kept what an integer form needs, so the data that it was trained on, {manifest.Provenance.Data}, are "
                    + $"read again, and they cannot be ({e.Reason})",
                $"make the form on records like those ({OptionNames.ExportData}), or train again",
                cause: e
            );
        }
    }
}
