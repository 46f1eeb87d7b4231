using Isthmus.Cli.Output;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Latents;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Quantisation;
using Isthmus.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Quantisation;

/// <summary>A small model of shapes, trained for some seconds.</summary>
public sealed class TrainedShapes : IDisposable
{
    public TrainedShapes()
    {
        Data = Tiny.Shapes(3000);
        Trained = TrainingRun
            .Train("vae", Data, new() { Settings = Tiny.Settings("hidden=32 latent=8 epochs=6 batch-size=32 warm-up=1 learning-rate=0.003"), Threads = 1 })
            .Model;
        Model = IntegerForm.From(Trained, Data.Train);
        Records = new byte[Data.Test.Count * 1024];
        Data.Test.CopyPixels([.. Enumerable.Range(0, Data.Test.Count)], Records);
    }

    internal DataSplits Data { get; }

    internal TrainedModel Trained { get; }

    internal IntegerModel Model { get; }

    internal byte[] Records { get; }

    internal int Count => Data.Test.Count;

    public void Dispose() => Trained.Dispose();
}

public class TrainedIntegerModelTests : IClassFixture<TrainedShapes>
{
    private readonly TrainedShapes _shapes;

    public TrainedIntegerModelTests(TrainedShapes shapes) => _shapes = shapes;

    [Fact]
    public void Records_come_back()
    {
        foreach (var codec in _shapes.Model.Codecs)
        {
            var back = new byte[_shapes.Records.Length];
            codec.Decode(codec.Encode(_shapes.Records, _shapes.Count)!, _shapes.Count, back);
            Assert.Equal(_shapes.Records, back);
        }
    }

    /// <summary>The same noise in both models: what is left between them is rounding. Figures over 300 records and 4 draws of z.</summary>
    [Fact]
    public void The_integer_model_costs_what_the_float_model_costs_within_a_fifth_of_a_percent() =>
        Assert.InRange(IntegerOverFloat(_shapes.Model, _shapes.Trained, _shapes.Data, _shapes.Records), 0.998, 1.002);

    /// <summary>
    /// The same of likelihoods in which a pixel is a mixture, or knows its neighbours.
    /// </summary>
    [Theory]
    [InlineData("pixel-vae", 2, "hidden=16 context-hidden=6 features=2 reach=1")]
    [InlineData("pixel-vae", 256, "hidden=16 context-hidden=6 features=2 reach=1 components=2")]
    [InlineData("vae", 256, "hidden=16 likelihood=discretised-logistic-mixture components=2")]
    [InlineData("vae", 2, "hidden=16 warm-up=100 epochs=8")]
    [InlineData("vae", 2, "hidden=16 beta=0.001")]
    [InlineData("wae", 2, "hidden=16")]
    [InlineData("vae", 256, "net=conv channels=4,6 dense=16 residual=1 likelihood=discretised-logistic-mixture components=2")]
    [InlineData("pixel-vae", 2, "net=conv channels=3,4,5 dense=8 conv-activation=relu context-hidden=6 features=2 reach=1")]
    public void Richer_likelihoods_cost_what_they_cost_in_floating_point(string preset, int levels, string settings)
    {
        var data = levels == 2 ? Tiny.Shapes(1500) : Shades(1500);
        using var trained = TrainingRun
            .Train(
                preset,
                data,
                new() { Settings = Tiny.Settings($"latent=4 epochs=4 batch-size=32 warm-up=3 learning-rate=0.003 {settings}"), Threads = 1 }
            )
            .Model;
        var model = IntegerForm.From(trained, data.Train);
        var records = new byte[data.Test.Count * data.Test.Schema.Dimension];
        data.Test.CopyPixels([.. Enumerable.Range(0, data.Test.Count)], records);
        Assert.InRange(IntegerOverFloat(model, trained, data, records), 0.998, 1.002);
        var read = IntegerModel.FromBytes(model.ToBytes());
        foreach (var codec in model.Codecs)
        {
            var back = new byte[records.Length];
            read.Codecs.Single(other => other.Type == codec.Type).Decode(codec.Encode(records, data.Test.Count)!, data.Test.Count, back);
            Assert.Equal(records, back);
        }
    }

    /// <summary>
    /// A codebook with its prior: certain codes, so that the ideal cost of both is -ELBO itself; a record whose nearest vector differs by rounding costs about
    /// as
    /// much by the other. And runs of 64 spend the ideal within half a percent.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(256)]
    public void A_codebook_costs_what_it_costs_in_floating_point(int levels)
    {
        var data = levels == 2 ? Tiny.Shapes(1500) : Shades(1500);
        using var trained = TrainingRun
            .Train(
                "vq-vae",
                data,
                new() { Settings = Tiny.Settings("hidden=32 latent=16 codebook=24 code-hidden=32 epochs=6 batch-size=32 learning-rate=0.003"), Threads = 1 }
            )
            .Model;
        var model = IntegerForm.From(trained, data.Train);
        Assert.False(model.HasBitsBack);
        Assert.Equal(BlockType.QuantisedLatent, Assert.Single(model.Codecs).Type);
        var (count, records) = (data.Test.Count, new byte[data.Test.Count * data.Test.Schema.Dimension]);
        data.Test.CopyPixels([.. Enumerable.Range(0, count)], records);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var x = TensorBatches.Gather(data.Test, [.. Enumerable.Range(0, count)]);
        var code = trained.Network.Encode(x, sample: false);
        var (distortion, rate) = (-trained.Network.LogLikelihood(x, code.Z).sum().ToDouble() / Math.Log(2), code.Rate.sum().ToDouble() / Math.Log(2));
        var costs = model.QuantisedLatentCosts(records, count);
        // Nothing of the prior is fitted anew, so each part is held, not their sum alone. The rate's smaller absolute size lets a few changed choices weigh
        // more.
        Assert.InRange(costs.Sum(cost => cost.Distortion) / distortion, 0.998, 1.002);
        Assert.InRange(costs.Sum(cost => cost.Rate) / rate, 0.995, 1.005);
        var payload = model.Codecs[0].Encode(records, count)!;
        Assert.True(8.0 * payload.Length <= 1.005 * costs.Sum(cost => cost.Bits));
        var back = new byte[records.Length];
        IntegerModel.FromBytes(model.WithoutEncoder().ToBytes()).Codecs[0].Decode(payload, count, back);
        Assert.Equal(records, back);
    }

    public static TheoryData<string, int, string> Exported =>
        new(
            from preset in (string[])["vae", "pixel-vae", "beta-vae", "factor-vae", "beta-tc-vae", "dip-vae", "info-vae", "wae", "aae", "iwae", "vq-vae"]
            from levels in new[] { 2, 256 }
            from settings in (string[])["", "hidden=256 weight-decay=1 learning-rate=0.01", "hidden=8,8 norm=batch activation=softplus epochs=9"]
            select (preset, levels, settings)
        );

    /// <summary>
    /// A small sweep, of which bench/export-sweep.cs is the large one: no model is refused, its bytes are read, and records come back, through numbers that its
    /// file keeps. Codes are compared with those of floating point elsewhere; here the mean cost may not exceed that of a code that knows no model, 8 bits a
    /// pixel or 1, by more than a fifth, after nine batches of training.
    /// </summary>
    [Theory]
    [MemberData(nameof(Exported))]
    public void No_model_that_can_be_exported_is_refused(string preset, int levels, string settings)
    {
        var data = levels == 2 ? Black(200) : Shades(200);
        var own = preset switch
        {
            "vq-vae" => "latent=8 codebook=8 code-hidden=8",
            "pixel-vae" => "latent=3 context-hidden=4 features=2 reach=1",
            "iwae" => "latent=3 samples=2",
            _ => "latent=3",
        };
        using var trained = TrainingRun
            .Train(preset, data, new() { Settings = Tiny.Settings($"hidden=8 epochs=1 batch-size=16 {own} {settings}"), Threads = 1 })
            .Model;
        var model = IntegerForm.From(trained, trained.Calibration!);
        var (count, records) = (data.Test.Count, new byte[data.Test.Count * 64]);
        data.Test.CopyPixels([.. Enumerable.Range(0, count)], records);
        var payload = model.Codecs[0].Encode(records, count)!;
        var back = new byte[records.Length];
        IntegerModel.FromBytes(model.ToBytes()).Codecs[0].Decode(payload, count, back);
        Assert.Equal(records, back);
        Assert.InRange(model.QuantisedLatentCosts(records, count).Average(cost => cost.Bits), 0, 1.2 * 64 * Math.Log2(levels));
    }

    private static DataSplits Black(int count)
    {
        var random = new Random(1);
        return DataSplits.Random(
            Dataset.Images(
                "black",
                new(8, 8, 1, 2),
                [
                    .. Enumerable
                        .Range(0, count)
                        .SelectMany(_ =>
                        {
                            var edge = random.Next(1, 64);
                            return Enumerable.Range(0, 64).Select(pixel => (byte)(pixel < edge ? 1 : 0));
                        }),
                ]
            ),
            1
        );
    }

    /// <summary>
    /// Soft pictures of few records: the decoder learns constants and almost no weights, so that the unit of a sum that suits the weights is too fine for the
    /// constants. Figures as those of <see cref="Richer_likelihoods_cost_what_they_cost_in_floating_point"/>.
    /// </summary>
    [Theory]
    [InlineData("vae", "weight-decay=0")]
    [InlineData("vae", "weight-decay=1 epochs=60")]
    [InlineData("vae", "activation=relu")]
    [InlineData("beta-vae", "hidden=256")]
    [InlineData("vae", "likelihood=discretised-logistic-mixture components=3")]
    [InlineData("pixel-vae", "context-hidden=6 features=2 reach=1 components=2")]
    public void Constants_far_above_the_weights_cost_what_they_cost_in_floating_point(string preset, string settings)
    {
        var data = Soft(120);
        using var trained = TrainingRun
            .Train(preset, data, new() { Settings = Tiny.Settings($"hidden=32 latent=8 batch-size=16 epochs=20 {settings}"), Threads = 1 })
            .Model;
        var model = IntegerForm.From(trained, data.Train);
        var records = new byte[data.Test.Count * data.Test.Schema.Dimension];
        data.Test.CopyPixels([.. Enumerable.Range(0, data.Test.Count)], records);
        Assert.InRange(IntegerOverFloat(model, trained, data, records), 0.998, 1.002);
        var back = new byte[records.Length];
        IntegerModel.FromBytes(model.ToBytes()).Codecs[1].Decode(model.Codecs[1].Encode(records, data.Test.Count)!, data.Test.Count, back);
        Assert.Equal(records, back);
    }

    /// <summary>Colour gradients, 8 x 8 x 3, each of its own, and a corner that is always black.</summary>
    private static DataSplits Soft(int count)
    {
        var random = new Random(1);
        var pixels = new byte[count * 192];
        for (var i = 0; i < count; i++)
            for (var channel = 0; channel < 3; channel++)
            {
                var (start, down, right) = (random.Next(60, 160), random.Next(-6, 7), random.Next(-6, 7));
                for (var pixel = 1; pixel < 64; pixel++)
                    pixels[(i * 192) + (channel * 64) + pixel] = (byte)(start + (down * (pixel / 8)) + (right * (pixel % 8)) + random.Next(3));
            }
        return DataSplits.Random(Dataset.Images("soft", new(8, 8, 3, 256), pixels), 1);
    }

    /// <summary>Squares of two greys that overlap, 8 x 8, with noise of a few levels.</summary>
    private static DataSplits Shades(int count)
    {
        var random = new Random(1);
        var pixels = new byte[count * 64];
        for (var i = 0; i < count; i++)
        {
            var (row, column, shade) = (random.Next(5), random.Next(5), random.Next(60, 200));
            for (var pixel = 0; pixel < 64; pixel++)
                pixels[(i * 64) + pixel] = (byte)(
                    (pixel / 8 >= row && pixel / 8 < row + 4 && pixel % 8 >= column && pixel % 8 < column + 4 ? shade : 0) + random.Next(8)
                );
        }
        return DataSplits.Random(Dataset.Images("shades", new(8, 8, 1, 256), pixels), 1);
    }

    /// <summary>
    /// Codes that the rate does not hold to N(0, 1), as in a warm-up, lie far outside of what whole numbers reach; divided by what the calibration says, they
    /// do
    /// not. What bits-back spends is then -ELBO of both: at the prior that is fitted, less, as the average posterior is the best prior there is.
    /// </summary>
    [Fact]
    public void Codes_far_out_are_within_reach()
    {
        var data = Tiny.Shapes(1500);
        using var trained = TrainingRun
            .Train("vae", data, new() { Settings = Tiny.Settings("hidden=32 latent=4 epochs=8 batch-size=32 warm-up=100 learning-rate=0.003"), Threads = 1 })
            .Model;
        var model = IntegerForm.From(trained, data.Train);
        var records = new byte[data.Test.Count * 1024];
        data.Test.CopyPixels([.. Enumerable.Range(0, data.Test.Count)], records);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var code = trained.Network.Encode(TensorBatches.Gather(data.Test, [.. Enumerable.Range(0, data.Test.Count)]), sample: false);
        Assert.True(code.Gaussian.Mean.abs().max().ToDouble() > 8);
        var heads = model.Parts.Encoder!.Heads(records, data.Test.Count);
        Assert.All(Enumerable.Range(0, heads.Length).Where(i => i % (2 * model.Units) < model.Units), i => Assert.InRange(heads[i] / 65536.0, -8, 8));
        // The records' spread over draws of z is some tenths of a percent, and the fitted prior is better by far.
        var z = code.Gaussian.Mean + ((code.Gaussian.LogVariance * 0.5).exp() * randn(code.Z.shape, generator: new Generator(1)));
        var real =
            (
                code.Rate.sum().ToDouble()
                - trained.Network.LogLikelihood(TensorBatches.Gather(data.Test, [.. Enumerable.Range(0, data.Test.Count)]), z).sum().ToDouble()
            ) / Math.Log(2);
        Assert.True(model.BitsBackCosts(records, data.Test.Count, 1).Sum(cost => cost.Bits) < real);
    }

    /// <summary>-ELBO of the integer model over that of the float model, with the same noise and the prior N(0, 1), 4 draws of z.</summary>
    private static double IntegerOverFloat(IntegerModel model, TrainedModel trained, DataSplits data, byte[] records)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (parts, count, units, dimension) = (model.Parts, data.Test.Count, model.Units, model.Schema.Dimension);
        var x = TensorBatches.Gather(data.Test, [.. Enumerable.Range(0, count)]);
        var code = trained.Network.Encode(x, sample: false);
        var train = trained.Network.Encode(TensorBatches.Gather(data.Train, [.. Enumerable.Range(0, Math.Min(2000, data.Train.Count))]), sample: false);
        var active = ModelCalibration.Active(train.UnitRates!);
        Assert.Equal(units, active.Length);
        var heads = parts.Encoder!.Heads(records, count);
        var (real, whole) = (code.Rate.sum().ToDouble() / Math.Log(2) * 4, 0.0);
        for (var i = 0; i < count * units; i++)
        {
            var (mean, deviation) = Head(i / units, i % units);
            whole += 4 * ((mean * mean) + (deviation * deviation) - 1 - (2 * Math.Log(deviation))) / 2 / Math.Log(2);
        }
        for (var draw = 0; draw < 4; draw++)
        {
            var noise = randn([count, code.Z.shape[1]], generator: new Generator((ulong)draw));
            var z = code.Gaussian.Mean + ((code.Gaussian.LogVariance * 0.5).exp() * noise);
            real -= trained.Network.Likelihood.LogProbability(x, trained.Network.Decode(z)).sum().ToDouble() / Math.Log(2);
            var inputs = new short[count * units];
            for (var i = 0; i < inputs.Length; i++)
            {
                var (mean, deviation) = Head(i / units, i % units);
                inputs[i] = LatentInput.Of(
                    (long)Math.Round((mean + (deviation * noise[i / units, active[i % units]].ToDouble())) / parts.Gains![i % units] * 65536)
                );
            }
            var parameters = new int[count * parts.Decoder.Outputs];
            parts.Decoder.Apply(inputs, count, parameters);
            var intervals = new Isthmus.Information.Coding.Interval[count * dimension];
            parts.Likelihood.Intervals(parameters, records, count, intervals);
            whole += intervals.AsSpan().Bits(parts.Likelihood.Precision, count).Sum();
        }
        return whole / real;

        (double Mean, double Deviation) Head(int record, int unit)
        {
            var row = heads.AsSpan(2 * record * units, 2 * units);
            var gain = parts.Gains![unit];
            return (gain * row[unit] / 65536.0, gain * Math.Pow(2, -row[units + unit] / 64.0));
        }
    }

    /// <summary>
    /// A chain of 300 records against the mean cost of 8 draws of z. The chain draws z once, so it lies within 4 standard deviations of such a
    /// draw, and of the mean's own error, of 1 % above what is claimed; and as far below.
    /// </summary>
    [Fact]
    public void A_chain_spends_the_elbo_within_one_percent()
    {
        double[] draws =
        [
            .. Enumerable.Range(0, 8).Select(seed => _shapes.Model.BitsBackCosts(_shapes.Records, _shapes.Count, (ulong)seed).Sum(cost => cost.Bits)),
        ];
        var mean = draws.Average();
        var deviation = Math.Sqrt(draws.Sum(draw => (draw - mean) * (draw - mean)) / 7);
        var spent = 8.0 * _shapes.Model.Codecs[1].Encode(_shapes.Records, _shapes.Count)!.Length;
        var noise = 4 * deviation * Math.Sqrt(1 + (1 / 8.0));
        Assert.InRange(spent, mean - noise, (1.01 * mean) + noise);
    }

    /// <summary>Runs of 64: 8 bits and a table entry of two bytes each, over some hundred bits a record.</summary>
    [Fact]
    public void Quantised_latents_spend_their_ideal_within_half_a_percent()
    {
        var ideal = _shapes.Model.QuantisedLatentCosts(_shapes.Records, _shapes.Count).Sum(cost => cost.Bits);
        Assert.True(8.0 * _shapes.Model.Codecs[0].Encode(_shapes.Records, _shapes.Count)!.Length <= 1.005 * ideal);
    }

    [Fact]
    public void What_has_no_integer_form_is_refused_with_a_remedy()
    {
        using var free = TrainingRun
            .Train("ae", Tiny.Shapes(100), new() { Settings = Tiny.Settings("hidden=4 latent=2 epochs=1 batch-size=32"), Threads = 1 })
            .Model;
        Assert.Contains("--model vae", Assert.Throws<InvalidInputException>(() => IntegerForm.From(free, Tiny.Shapes(100).Train)).OnCommandLine());
        using var layers = TrainingRun
            .Train("vae", Tiny.Shapes(100), new() { Settings = Tiny.Settings("hidden=4 latent=2 epochs=1 batch-size=32 norm=layer"), Threads = 1 })
            .Model;
        Assert.Contains("no integer form", Assert.Throws<InvalidInputException>(() => IntegerForm.From(layers, Tiny.Shapes(100).Train)).OnCommandLine());
        using var mixed = TrainingRun
            .Train(
                "vae",
                Tiny.Shapes(100),
                new() { Settings = Tiny.Settings("hidden=6 latent=2 epochs=1 batch-size=16 prior=mixture prior-components=2"), Threads = 1 }
            )
            .Model;
        Assert.Contains("prior=standard-normal", Assert.Throws<InvalidInputException>(() => IntegerForm.From(mixed, Tiny.Shapes(100).Train)).OnCommandLine());
    }

    /// <summary>Every non-linearity, and batch normalisation folded in: outputs of both networks within 2 % of their spread.</summary>
    [Theory]
    [InlineData("hidden=24,16 activation=relu")]
    [InlineData("hidden=24,16 activation=elu")]
    [InlineData("hidden=24,16 activation=gelu norm=batch")]
    [InlineData("hidden=24,16 activation=silu dropout=0.1")]
    [InlineData("hidden=24,16 activation=tanh")]
    [InlineData("hidden=24,16 activation=gated norm=batch")]
    [InlineData("net=conv channels=8,12 dense=32 conv-activation=relu")]
    [InlineData("net=conv channels=4,4 dense=16 residual=2 conv-activation=elu")]
    public void Networks_follow_the_float_networks(string settings)
    {
        var data = Tiny.Shapes(400);
        using var trained = TrainingRun
            .Train("vae", data, new() { Settings = Tiny.Settings($"latent=3 epochs=3 batch-size=32 {settings}"), Threads = 1 })
            .Model;
        var model = IntegerForm.From(trained, data.Train);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var x = TensorBatches.Gather(data.Train, [.. Enumerable.Range(0, 64)]);
        var code = trained.Network.Encode(x, sample: false);
        var active = ModelCalibration.Active(
            trained.Network.Encode(TensorBatches.Gather(data.Train, [.. Enumerable.Range(0, data.Train.Count)]), sample: false).UnitRates!
        );
        var pixels = new byte[64 * 1024];
        data.Train.CopyPixels([.. Enumerable.Range(0, 64)], pixels);
        var heads = model.Parts.Encoder!.Heads(pixels, 64);
        var z = zeros_like(code.Z);
        var inputs = new short[64 * active.Length];
        var (error, spread) = (0.0, 0.0);
        for (var i = 0; i < inputs.Length; i++)
        {
            var mean = heads[(i / active.Length * 2 * active.Length) + (i % active.Length)];
            error += Math.Pow((model.Parts.Gains![i % active.Length] * mean / 65536.0) - code.Z[i / active.Length, active[i % active.Length]].ToDouble(), 2);
            inputs[i] = LatentInput.Of(mean);
            z[i / active.Length, active[i % active.Length]] = model.Parts.Gains![i % active.Length] * inputs[i] / LatentInput.One;
        }
        Assert.InRange(Math.Sqrt(error / inputs.Length), 0, 0.02);
        var logits = trained.Network.Decode(z);
        var whole = new int[64 * 1024];
        model.Parts.Decoder.Apply(inputs, 64, whole);
        spread = logits.std().ToDouble();
        var off = logits - tensor(whole).to(float32).view(64, 1024) / 256;
        Assert.InRange(off.square().mean().sqrt().ToDouble() / spread, 0, 0.02);
    }
}
