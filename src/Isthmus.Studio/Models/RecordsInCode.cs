using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Maps;
using static TorchSharp.torch;

namespace Isthmus.Studio.Models;

/// <summary>Records with their codes and what these cost. Immutable, and safe to use from several threads.</summary>
/// <param name="Data">The records as read.</param>
/// <param name="Codes">Their codes: the mean of q(z|x), or z itself.</param>
/// <param name="Rates">Rate of each record's code, bits; empty where the model has none.</param>
/// <param name="Distortions">-log2 p(x|z) of each record, bits; empty where the model makes no records.</param>
/// <param name="UnitRates">Mean rate of each unit, bits; null where the rate is no sum over units.</param>
/// <param name="Available">Records that there were to choose from.</param>
internal sealed record RecordsInCode(Dataset Data, CodeMatrix Codes, float[] Rates, float[] Distortions, IReadOnlyList<double>? UnitRates, int Available)
{
    // Numbers of all codes at most, 256 MB.
    private const int MostNumbers = 1 << 26;
    private const int Batch = 500;

    /// <summary>Mean of each unit.</summary>
    public IReadOnlyList<float> Means { get; } =
    [.. Enumerable.Range(0, Codes.Width).Select(unit => Enumerable.Range(0, Codes.Count).Average(i => Codes[i][unit]))];

    /// <summary>Standard deviation of each unit.</summary>
    public IReadOnlyList<float> Deviations { get; } =
    [
        .. Enumerable
            .Range(0, Codes.Width)
            .Select(unit =>
            {
                var values = Enumerable.Range(0, Codes.Count).Select(i => (double)Codes[i][unit]).ToArray();
                var mean = values.Average();
                return (float)Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            }),
    ];

    /// <summary>Units, those that carry most first: by rate, or by variance where the rate is no sum over units.</summary>
    public IReadOnlyList<int> UnitOrder =>
        [.. Enumerable.Range(0, Codes.Width).OrderByDescending(unit => UnitRates?[unit] ?? Deviations[unit]).ThenBy(unit => unit)];

    /// <summary>Encodes records, some at a time, so that other pages come in between.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">Records as read.</param>
    /// <param name="most">Largest number of records.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    public static async Task<RecordsInCode> OfAsync(OpenModel model, Dataset data, int most, IProgress<double>? progress)
    {
        var trained = model.Trained;
        var width = trained.Network.Bottleneck.Latent;
        var (available, count) = (data.Count, Math.Min(data.Count, Math.Max(1, Math.Min(most, MostNumbers / width))));
        if (count < available)
        {
            var drawn = Enumerable.Range(0, available).ToArray();
            new Random(1).Shuffle(drawn);
            data = data.Select([.. drawn[..count].Order()]);
        }
        var prepared = await model.WithTensorsAsync(() => trained.Prepare(data));
        var (codes, rates, distortions, unitRates) = (new float[count * width], new float[count], new float[count], new double[width]);
        var (isSum, hasRate, makesRecords) = (true, trained.Network.Bottleneck.IsVariational, trained.Network.Likelihood.IsOfRecord);
        for (var first = 0; first < count; first += Batch)
        {
            var (start, size) = (first, Math.Min(Batch, count - first));
            await model.WithTensorsAsync(() =>
            {
                using var scope = NewDisposeScope();
                using var noGradient = inference_mode();
                var x = TensorBatches.Gather(prepared, [.. Enumerable.Range(start, size)]);
                var code = trained.Network.Encode(x, sample: false);
                code.Z.to(float32).cpu().contiguous().data<float>().CopyTo(codes.AsSpan(start * width));
                code.Rate.to(float32).cpu().contiguous().data<float>().CopyTo(rates.AsSpan(start));
                if (code.UnitRates is { } units)
                    foreach (var (unit, sum) in units.sum([0L]).to(float64).cpu().data<double>().ToArray().Index())
                        unitRates[unit] += sum;
                else
                    isSum = false;
                if (makesRecords)
                    trained.Network.LogLikelihood(x, code.Z).to(float32).cpu().contiguous().data<float>().CopyTo(distortions.AsSpan(start));
                return true;
            });
            progress?.Report((first + size) / (double)count);
        }
        var bits = (float)InformationUnits.NatsToBits(1);
        return new(
            data,
            new(codes, width),
            hasRate ? Array.ConvertAll(rates, rate => rate * bits) : [],
            makesRecords ? Array.ConvertAll(distortions, logarithm => -logarithm * bits) : [],
            hasRate && isSum ? [.. unitRates.Select(sum => sum / count * bits)] : null,
            available
        );
    }
}
