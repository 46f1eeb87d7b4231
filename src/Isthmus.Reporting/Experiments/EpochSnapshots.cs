using System.Text.Json;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models.Networks;
using Isthmus.Reporting.Drawing;
using Isthmus.Reporting.Pages;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Experiments;

/// <summary>A model after an epoch, as it can be looked at: a line of <c>snapshots.jsonl</c>.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="UnitRatesNats">Mean rate of each unit on the first validation records, nats; null where the rate is no sum over units.</param>
/// <param name="UnitVariances">Variance of each unit's code over these records.</param>
/// <param name="Map">Codes in the plane of their two greatest variances, x and y in turn, turned so that it follows the map before.</param>
/// <param name="Classes">Class of each point by the first label; null without labels.</param>
/// <param name="Originals">PNG of ten records, base64; null unless records are pictures.</param>
/// <param name="Reconstructions">PNG of their reconstructions.</param>
/// <param name="Samples">PNG of ten samples; null for models without a prior.</param>
internal sealed record EpochSnapshot(
    int Epoch,
    IReadOnlyList<double>? UnitRatesNats,
    IReadOnlyList<float> UnitVariances,
    IReadOnlyList<float> Map,
    IReadOnlyList<int>? Classes,
    string? Originals,
    string? Reconstructions,
    string? Samples
);

/// <summary>
/// Snapshots of a model in training, for a slider over epochs: every epoch at first, then every second, fourth and so on, some 64 for each doubling. Takes no
/// draws of the training's own, so that what is learnt is the same with it.
/// </summary>
/// <param name="path">The file; snapshots in it from before the first epoch that is observed are kept.</param>
/// <param name="seed">Random seed.</param>
internal sealed class EpochSnapshots(string path, int seed)
{
    /// <summary>Name of the file in a run's folder.</summary>
    public const string FileName = "snapshots.jsonl";

    private const int Mapped = 300,
        Shown = 10,
        Dense = 64;

    private bool _hasBegun;
    private float[]? _last;

    /// <summary>Returns true if an epoch gets a snapshot.</summary>
    public static bool IsFor(int epoch) => epoch <= Dense || epoch % (1 << (int)Math.Log2((double)epoch / Dense)) == 0;

    /// <summary>Adds the snapshot of an epoch.</summary>
    public void Observe(ObservedEpoch observed)
    {
        if (!_hasBegun)
        {
            // Of an interrupted run that goes on, or of one that begins anew.
            var earlier = Read(path).Where(snapshot => snapshot.Epoch < observed.Epoch).ToArray();
            _last = earlier.LastOrDefault()?.Map.ToArray();
            AtomicFile.WriteText(path, string.Concat(earlier.Select(Line)));
            _hasBegun = true;
        }
        if (!IsFor(observed.Epoch))
            return;
        var model = observed.Model;
        var trains = model.training;
        model.eval();
        var snapshot = Take(observed.Epoch, model, observed.Validation);
        model.train(trains);
        _last = [.. snapshot.Map];
        File.AppendAllText(path, Line(snapshot));
    }

    /// <summary>Returns the snapshots of a file; those that can be read, as the last may be written just now.</summary>
    public static IReadOnlyList<EpochSnapshot> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        var snapshots = new List<EpochSnapshot>();
        foreach (var line in File.ReadLines(path))
            try
            {
                if (JsonSerializer.Deserialize<EpochSnapshot>(line, JsonFormat.Compact) is { } snapshot)
                    snapshots.Add(snapshot);
            }
            catch (JsonException)
            {
                break;
            }
        return snapshots;
    }

    private EpochSnapshot Take(int epoch, Autoencoder model, Dataset validation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, -5));
        var device = model.state_dict().Values.First().device;
        int[] records = [.. Enumerable.Range(0, Math.Min(Mapped, validation.Count))];
        var code = model.Encode(TensorBatches.Gather(validation, records, device), sample: false);
        float[] variances = records.Length > 1 ? [.. code.Z.var([0L]).cpu().to(float32).data<float>()] : new float[model.Bottleneck.Latent];
        var (originals, reconstructions, samples) = validation.HasPixels ? Pictures(model, validation, device) : (null, null, null);
        return new(
            epoch,
            code.UnitRates is { } rates ? [.. rates.mean([0L]).cpu().to(float32).data<float>().Select(rate => Math.Round((double)rate, 5))] : null,
            [.. variances.Select(variance => (float)Math.Round(variance, 5))],
            Followed(Plane(code.Z)),
            validation.Labels.Count > 0 ? [.. records.Select(record => validation.Labels[0].Values[record])] : null,
            originals,
            reconstructions,
            samples
        );
    }

    private static (string, string, string?) Pictures(Autoencoder model, Dataset validation, Device device)
    {
        var schema = validation.Schema.Demand<ImageSchema>("Records of pixels are pictures.") with { Levels = 256 };
        string Png(Tensor pictures) => Convert.ToBase64String(ImageGrid.Png(schema, RecordPictures.Of(pictures, schema), Shown));
        int[] records = [.. Enumerable.Range(0, Math.Min(Shown, validation.Count))];
        var x = TensorBatches.Gather(validation, records, device);
        var samples = model.Bottleneck.Prior is { } prior
            ? Png(model.Likelihood.Mean(model.Decode(prior.Sample(Shown, device), model.Condition?.InTurn(Shown, null, device))))
            : null;
        return (Png(model.Record(x)), Png(model.Reconstruct(x)), samples);
    }

    private static float[] Plane(Tensor codes) =>
        codes.shape[0] < 2 ? [0, 0] : [.. ModelViews.PrincipalPlane(codes.cpu()).Points.SelectMany(point => new[] { (float)point.X, (float)point.Y })];

    // Turned and mirrored to lie as near as can be to the map before (orthogonal Procrustes in the plane).
    private float[] Followed(float[] map)
    {
        if (_last is { } last && last.Length == map.Length)
        {
            (double Cosine, double Sine) Turn(int sign)
            {
                var (cosine, sine) = (0.0, 0.0);
                for (var i = 0; i < map.Length; i += 2)
                {
                    cosine += map[i] * last[i] + sign * map[i + 1] * last[i + 1];
                    sine += map[i] * last[i + 1] - sign * map[i + 1] * last[i];
                }
                return (cosine, sine);
            }
            var (plain, mirrored) = (Turn(1), Turn(-1));
            var sign =
                Math.Sqrt(mirrored.Cosine * mirrored.Cosine + mirrored.Sine * mirrored.Sine) > Math.Sqrt(plain.Cosine * plain.Cosine + plain.Sine * plain.Sine)
                    ? -1
                    : 1;
            var (c, s) = sign < 0 ? mirrored : plain;
            var length = Math.Sqrt(c * c + s * s);
            if (length > 0)
                for (var i = 0; i < map.Length; i += 2)
                    (map[i], map[i + 1]) = ((float)((c * map[i] - s * sign * map[i + 1]) / length), (float)((s * map[i] + c * sign * map[i + 1]) / length));
        }
        return [.. map.Select(value => (float)Math.Round(value, 3))];
    }

    private static string Line(EpochSnapshot snapshot) => JsonSerializer.Serialize(snapshot, JsonFormat.Compact) + "\n";
}
