using Isthmus.Data;
using Isthmus.Models;

namespace Isthmus.Applications;

/// <summary>
/// The integer form of a trained model, made on the same records whoever asks, so that one model has one form and one hash: the first 1,000 of the
/// training part of the data that it was trained on (docs/decisions).
/// </summary>
public static class IntegerForm
{
    /// <summary>More change the ranges of sums no more, and the figures little.</summary>
    public const int CalibrationRecords = 1000;

    /// <summary>The records that set ranges, steps and histograms.</summary>
    /// <param name="manifest">The trained model's.</param>
    /// <param name="options">How data is read.</param>
    /// <exception cref="InvalidInputException">The data are not there any more, or the model takes others.</exception>
    public static Dataset Calibration(ModelManifest manifest, DataOptions options)
    {
        try
        {
            return Calibration(ModelData.Load(manifest, manifest.Provenance.Data, options));
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"The model's integer form is made on the data that it was trained on, {manifest.Provenance.Data}, and these cannot be read ({e.Message.TrimEnd('.')}); give a file of 'isthmus export', which can be made on other data with --data.", e);
        }
    }

    /// <summary>The same of data at hand; of others than the model was trained on, the form has a hash of its own.</summary>
    public static Dataset Calibration(ModelData data) => First(data.Train ?? data.Records, CalibrationRecords);

    /// <summary>The first records, at most <paramref name="count"/>.</summary>
    public static Dataset First(Dataset data, int count) => data.Select([.. Enumerable.Range(0, Math.Min(count, data.Count))]);
}
