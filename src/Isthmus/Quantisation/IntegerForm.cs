using Isthmus.Codes;
using Isthmus.Compression.Integer;
using Isthmus.Data.Files;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Quantisation;

/// <summary>
/// The integer form of a trained model, always the same, so that one model has one form and one hash. It is made from measurements on the first 1,000 training
/// records, taken when the model was trained and kept in the model file; for older files, those records are read again (docs/decisions).
/// </summary>
public static class IntegerForm
{
    /// <summary>Number of records for calibration; more would hardly change the ranges of sums and the results.</summary>
    public const int CalibrationRecords = 1000;

    /// <summary>Returns the integer form of a model.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="options">Options for reading data, if they must be read.</param>
    /// <param name="progress">Receiver of the progress of a download.</param>
    /// <param name="cancellationToken">Stops a download; nothing is left behind.</param>
    /// <exception cref="InvalidInputException">The model has no integer form; or its file keeps no calibration, and the data are not there any
    /// more.</exception>
    public static IntegerModel Of(
        TrainedModel trained,
        DataOptions options,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ModelCalibration.Demand(trained);
        return trained.Calibration is { } calibration ? From(trained, calibration) : From(trained, Records(trained, options, progress, cancellationToken));
    }

    /// <summary>
    /// Returns the integer form of a trained model, from records. Only models of pixels with fully connected layers, trained by the ELBO, have one.
    /// </summary>
    /// <param name="model">The model, which stays unchanged.</param>
    /// <param name="calibration">Records like those it was trained on: they set ranges, steps and histograms. More than 10,000 are thinned out.</param>
    /// <exception cref="InvalidInputException">A model or data without an integer form: the message says what to take.</exception>
    public static IntegerModel From(TrainedModel model, Dataset calibration) => From(model, ModelCalibration.Measure(model, calibration));

    /// <summary>
    /// Returns the integer form of a trained model, from the measurements of training (<see cref="TrainedModel.Calibration"/>), without records.
    /// </summary>
    /// <param name="model">The model, which stays unchanged.</param>
    /// <param name="calibration">The measurements.</param>
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

    /// <summary>Returns the calibration records of given data. With other data than the training data, the form has another hash.</summary>
    public static Dataset Calibration(ModelData data) => First(data.Train ?? data.Records, CalibrationRecords);

    /// <summary>Returns the first records, at most <paramref name="count"/>.</summary>
    public static Dataset First(Dataset data, int count) => data.Select([.. Enumerable.Range(0, Math.Min(count, data.Count))]);

    /// <summary>Returns the measurements of a model's integer form on its training records; null if it has none.</summary>
    internal static Calibration? Measured(TrainedModel trained, Dataset records)
    {
        try
        {
            return ModelCalibration.Measure(trained, records);
        }
        catch (InvalidInputException)
        {
            // A model without an integer form is no error here: a request for the form reports the reason.
            return null;
        }
    }

    private static Dataset Records(TrainedModel trained, DataOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var manifest = trained.Manifest;
        try
        {
            return Calibration(ModelData.Load(manifest, manifest.Provenance.Data, options, progress: progress, cancellationToken: cancellationToken));
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
