using System.Text.Json;
using Isthmus.Codes;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Training;

namespace Isthmus.Reporting.Experiments;

/// <summary>Information of the code about the record and about its label after an epoch, nats.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="InformationNats">I(X;Z) from below, of validation records (<see cref="AggregatedPosterior"/>); null where the model has no diagonal Gaussian
/// q(z|x).</param>
/// <param name="LabelInformationNats">I(Z;Y) of the first label from below, by a linear probe of the same drawn codes, fitted on training records; 0 where the
/// estimate is below.</param>
/// <param name="InformationUpperNats">I(X;Z) from above; null where it is not known. I(Z;Y) is at most this, within the errors of both.</param>
public sealed record InformationAtEpoch(int Epoch, double? InformationNats, double LabelInformationNats, double? InformationUpperNats = null);

/// <summary>Path of a model through the information plane (Tishby and Zaslavsky 2015) during training, a point a line in <c>information.jsonl</c>.</summary>
/// <param name="path">The file; its points are kept.</param>
/// <param name="seed">Random seed.</param>
internal sealed class InformationPath(string path, int seed)
{
    // So many training records fit the probe; so many validation records are reported on.
    private const int Fitted = 2000,
        Reported = 1000;

    private readonly SortedDictionary<int, InformationAtEpoch> _points = new(Read(path).ToDictionary(point => point.Epoch));

    /// <summary>Returns true if the data have labels and enough validation records.</summary>
    public static bool IsFor(DataSplits data) => data.Train.Labels.Count > 0 && data.Validation.Count > 1;

    /// <summary>Adds a point after some epochs: the first ten, and then every fifth.</summary>
    public void Observe(ObservedEpoch observed)
    {
        var (epoch, model) = (observed.Epoch, observed.Model);
        if (epoch > 10 && epoch % 5 != 0)
            return;
        var (train, validation) = (First(observed.Train, Fitted), First(observed.Validation, Reported));
        var trains = model.training;
        model.eval();
        using var fitted = RecordCodes.Drawn(model, train, seed, stream: -3);
        using var reported = RecordCodes.Drawn(model, validation, seed, stream: -4);
        var information = AggregatedPosterior.Of(model, validation, seed);
        var (from, to) = (train.Labels[0], validation.Labels[0]);
        _points[epoch] = new(
            epoch,
            information?.InformationLower.Estimate.AtLeastZero().Value,
            LinearProbe.Measure(fitted, from.Values, reported, to.Values, Math.Max(from.Classes.Count, to.Classes.Count)).InformationNats.AtLeastZero().Value,
            information?.InformationUpper.Estimate.AtLeastZero().Value
        );
        model.train(trains);
        AtomicFile.WriteText(path, string.Concat(_points.Values.Select(point => JsonSerializer.Serialize(point, JsonFormat.Compact) + "\n")));
    }

    /// <summary>Returns the points of a run; empty if there is no such file.</summary>
    public static IReadOnlyList<InformationAtEpoch> Read(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<InformationAtEpoch>(line, JsonFormat.Compact)!)] : [];

    private static Dataset First(Dataset data, int count) => data.Count > count ? data.Select([.. Enumerable.Range(0, count)]) : data;
}
