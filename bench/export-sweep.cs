#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
// Whether every model that can be exported is, and what its integer form costs: presets, widths 8 to 1,024, 1 to 200 epochs, weight decay 0 to 1, pictures
// from 8 x 8 to 64 x 64, binary and 8-bit, seeds. A row fails where the form is refused, records do not come back, or -ELBO in whole numbers, with the prior
// that
// is fitted or with the N(0, 1) of both (where codes lie within it), is more by 0.5 % and by 4 standard errors of the draws of z. Less is no fault: the fitted
// prior saves bits, and a pixel costs at most 20. The 0.5 %: weights of 8 bits put an error of about 1 % of their spread on logits, e; a wrong logit costs
// e^2 p (1 - p) / 2 <= e^2 / 8 nats at most, for logits of +-5 some 0.0005 bits of a pixel's 0.1 to 0.3.
//
//     dotnet run -c Release bench/export-sweep.cs -- [first row [rows]]
using System.Diagnostics;
using Isthmus;
using Isthmus.Compression.Integer;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Quantisation;
using Isthmus.Training;
using static TorchSharp.torch;

const int Draws = 8;
const double Tolerance = 0.005;
string[] presets = ["vae", "pixel-vae", "beta-vae", "factor-vae", "beta-tc-vae", "dip-vae", "info-vae", "wae", "aae", "iwae", "vq-vae"];
List<Row> rows =
[
    .. from preset in presets from levels in new[] { 2, 256 } select new Row(preset, levels, 16, 64, 20, "0", 1, ""),
    .. from levels in new[] { 2, 256 }
    from width in new[] { 8, 32, 256, 1024 }
    from side in new[] { 8, 28, 64 }
    select new Row("vae", levels, side, width, 10, "0", 1, ""),
    .. from levels in new[] { 2, 256 }
    from epochs in new[] { 1, 20, 200 }
    from decay in new[] { "0", "0.01", "1" }
    from seed in new[] { 1, 2 }
    select new Row("vae", levels, 12, 32, epochs, decay, seed, ""),
    .. from activation in new[] { "relu", "elu", "gelu", "silu", "softplus", "tanh", "gated" }
    from norm in new[] { "none", "batch" }
    select new Row("vae", 256, 12, 48, 20, "0", 1, $"activation={activation} norm={norm}"),
    .. from rate in new[] { "0.0001", "0.01", "0.03" }
    from levels in new[] { 2, 256 }
    select new Row("vae", levels, 12, 48, 40, "0", 1, $"learning-rate={rate} warm-up=0"),
    .. from components in new[] { 1, 5 }
    from preset in new[] { "vae", "pixel-vae" }
    select new Row(
        preset,
        256,
        12,
        32,
        20,
        "0",
        1,
        preset == "vae" ? $"likelihood=discretised-logistic-mixture components={components}" : $"components={components} reach=1 context-hidden=8"
    ),
    .. from latent in new[] { 1, 128, 600 } select new Row("vae", 256, 12, 64, 20, "0", 1, $"latent={latent} free-nats=0.1"),
    new("vae", 256, 16, 32, 20, "0", 1, "channels-of-data=3"),
    new("pixel-vae", 256, 12, 32, 20, "0.1", 1, "channels-of-data=3 reach=1 context-hidden=8"),
    new("vae", 256, 64, 1024, 3, "0", 1, "channels-of-data=3"),
];
var (refused, far, worst) = (0, 0, 0.0);
Console.WriteLine(
    "| model | levels | side | width | epochs | weight decay | seed | besides | float -ELBO, bits | integer | at N(0, 1) | difference | calibration | export "
        + "|\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
);
foreach (var row in rows.Skip(args.Length > 0 ? int.Parse(args[0]) : 0).Take(args.Length > 1 ? int.Parse(args[1]) : rows.Count))
    try
    {
        Measure(row);
    }
    catch (InvalidInputException e)
    {
        refused++;
        Console.WriteLine($"{row}: REFUSED: {e.Message}");
    }
Console.WriteLine($"{refused} of {rows.Count} rows refused, {far} further than {Tolerance:P1} and their noise; the largest difference is {worst:P3}");
return refused + far > 0 ? 1 : 0;

void Measure(Row row)
{
    var data = Pictures(row);
    var settings =
        $"hidden={row.Width} latent={(row.Preset == "vq-vae" ? 8 : 6)} epochs={row.Epochs} batch-size=16 weight-decay={row.Decay} patience=0 "
            + $"{(row.Preset == "vq-vae" ? "codebook=16 code-hidden=32" : "")} {(row.Preset == "iwae" ? "samples=5" : "")} {row.Besides}";
    using var trained = TrainingRun
        .Train(
            row.Preset,
            data,
            new()
            {
                Seed = row.Seed,
                Threads = 1,
                Settings = settings
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Where(pair => !pair.StartsWith("channels-of-data"))
                    .Select(pair => pair.Split('='))
                    .GroupBy(pair => pair[0])
                    .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1]),
            }
        )
        .Model;
    var watch = Stopwatch.StartNew();
    var kept = trained.Calibration;
    var model = IntegerForm.Of(trained, new());
    var seconds = watch.Elapsed.TotalSeconds;
    var (count, dimension) = (data.Test.Count, data.Test.Schema.Dimension);
    var records = new byte[count * dimension];
    data.Test.CopyPixels([.. Enumerable.Range(0, count)], records);
    var read = IntegerModel.FromBytes(model.ToBytes());
    foreach (var (i, codec) in model.Codecs.Index())
    {
        // A chain over so few records may lack bits to begin with, and is then no way to store them.
        if (codec.Encode(records, count) is not { } payload)
            continue;
        var back = new byte[records.Length];
        read.Codecs[i].Decode(payload, count, back);
        if (!back.AsSpan().SequenceEqual(records))
            throw new InvalidInputException($"{codec.Type} did not give the records back.");
    }
    var real = Enumerable.Range(0, Draws).Select(draw => Float(trained, data.Test, draw)).ToArray();
    double[] Spent(IntegerModel of) =>
        of.HasBitsBack
            ? [.. Enumerable.Range(0, Draws).Select(draw => of.BitsBackCosts(records, count, (ulong)draw).Sum(cost => cost.Bits))]
            : [of.QuantisedLatentCosts(records, count).Sum(cost => cost.Bits)];
    var whole = Spent(model);
    var standard = model.IsOfStandardPrior ? Spent(model.WithStandardPrior()) : whole;
    var difference = Math.Max(whole.Average(), standard.Average()) / real.Average() - 1;
    var noise = 4 * Math.Sqrt((Variance(real) / Draws) + (Variance(standard) / Draws)) / real.Average();
    var isFar = difference > Math.Max(Tolerance, noise);
    far += isFar ? 1 : 0;
    worst = Math.Max(worst, difference);
    Console.WriteLine(
        $"| {row.Preset} | {row.Levels} | {row.Side} | {row.Width} | {row.Epochs} | {row.Decay} | {row.Seed} | {row.Besides} | {real.Average() / count:F2} | "
            + $"{whole.Average() / count:F2} | {(model.IsOfStandardPrior ? $"{standard.Average() / count:F2}" : "")} | {difference:P2}{(isFar ? " FAR" : "")} "
            + $"| {kept?.Numbers.Values.Sum(numbers => 4 * numbers.Length):N0} bytes | {seconds:F1} s |"
    );
}

static double Variance(double[] values) => values.Length < 2 ? 0 : values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1);

// -ELBO of all records at one draw of z, bits.
static double Float(TrainedModel trained, Dataset test, int draw)
{
    using var noGradient = no_grad();
    using var scope = NewDisposeScope();
    manual_seed(draw);
    var x = TensorBatches.Gather(test, [.. Enumerable.Range(0, test.Count)]);
    var code = trained.Network.Encode(x, sample: true);
    return (code.Rate.sum().to(float64).item<double>() - trained.Network.LogLikelihood(x, code.Z).to(float64).sum().item<double>()) / Math.Log(2);
}

// Soft gradients with a square, each of its own, and a border that is always 0.
static DataSplits Pictures(Row row)
{
    const int Count = 240;
    var channels = row.Besides.Contains("channels-of-data=3") ? 3 : 1;
    var (side, random) = (row.Side, new Random(1));
    var pixels = new byte[Count * channels * side * side];
    for (var i = 0; i < Count; i++)
    {
        var (top, left) = (random.Next(side / 2), random.Next(side / 2));
        for (var channel = 0; channel < channels; channel++)
        {
            var (start, down, right) = (random.Next(80, 140), random.NextDouble() * 60 / side, random.NextDouble() * 60 / side);
            for (var y = 1; y < side; y++)
                for (var x = 0; x < side; x++)
                {
                    var isInside = y >= top && y < top + (side / 2) && x >= left && x < left + (side / 2);
                    pixels[(((((i * channels) + channel) * side) + y) * side) + x] =
                        row.Levels == 2 ? (byte)(isInside ? 1 : 0) : (byte)(start + (y * down) + (x * right) + (isInside ? 40 : 0) + random.Next(3));
                }
        }
    }
    return DataSplits.Random(Dataset.OfBytes("pictures", new ImageSchema(side, side, channels, row.Levels), pixels), 1);
}

internal sealed record Row(string Preset, int Levels, int Side, int Width, int Epochs, string Decay, int Seed, string Besides);
