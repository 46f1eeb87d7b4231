using System.Text.Json;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>
/// Losses and gradients against the same models written independently in PyTorch 1.13 (bench/oracle/models.py, which
/// states the shared conventions). The golden file holds results only; weights, records and noise are closed forms here.
/// </summary>
public sealed class ModelOracleTests
{
    private const int Records = 5;

    static ModelOracleTests() => TensorLibrary.EnsureLoaded();

    private sealed record Gradient(long[] Shape, double Norm, int Stride, double[] Entries);

    private sealed record Schema(int Height, int Width, int Channels, int Levels, int Columns, int Items)
    {
        public DataSchema ToDataSchema() =>
            Items > 0 ? new InteractionSchema([.. Enumerable.Range(0, Items).Select(i => $"i{i}")], null, new())
            : Columns > 0 ? new VectorSchema([.. Enumerable.Range(0, Columns).Select(i => $"c{i}")])
            : new ImageSchema(Height, Width, Channels, Levels);
    }

    private sealed record Case(
        string Name,
        Schema Schema,
        SortedDictionary<string, string> Settings,
        double Epoch,
        double Loss,
        double[] Distortion,
        double[] Rate,
        Dictionary<string, Gradient> Gradients
    );

    private sealed record Oracle(string Source, Case[] Cases);

    private static readonly Lazy<Oracle> Golden = new(() =>
        JsonSerializer.Deserialize<Oracle>(
            File.ReadAllBytes(GoldenFile.PathOf("oracle/models.json")),
            new JsonSerializerOptions(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower }
        )!
    );

    public static TheoryData<string> CaseNames => [.. Golden.Value.Cases.Select(c => c.Name)];

    [Fact]
    public void The_oracle_covers_every_likelihood_bottleneck_and_network()
    {
        Assert.Contains("PyTorch 1.13", Golden.Value.Source, StringComparison.Ordinal);
        // mixed is of tables, whose blocks MixedLikelihoodTests hold against closed forms, classes of labels (KnownLabelTests), and tokens of lines, with the
        // network recurrent and the penalty bag-of-words: RecurrentTests hold them against their definitions in float64. LosslessPhotographTests hold
        // pixel-prediction, which has no code, against the bytes of a coder in whole numbers.
        foreach (
            var likelihood in Parts
                .Likelihoods.Take(Parts.Likelihoods.BuiltIn)
                .Where(likelihood => likelihood.Name is not ("mixed" or "classes" or "tokens" or "pixel-prediction"))
        )
            foreach (var bottleneck in (string[])["deterministic", "l1", "kl-sparse", "top-k", "gaussian", "composite"])
                Assert.Contains(Golden.Value.Cases, c => c.Settings["likelihood"] == likelihood.Name && c.Settings["bottleneck"] == bottleneck);
        // Discrete codes draw by themselves, and a codebook is no parameter: VectorQuantisationTests and DiscreteCodeTests have them by hand. A hyperprior,
        // with its network and its objective, is held by PhotographCodecTests: its rate against the bytes of a coder in whole numbers.
        var bottlenecks = Parts.Bottlenecks.Take(Parts.Bottlenecks.BuiltIn);
        foreach (var bottleneck in bottlenecks.Where(bottleneck => bottleneck.Name is not ("vector-quantised" or "categorical" or "bernoulli" or "hyperprior")))
            Assert.Contains(Golden.Value.Cases, c => c.Settings["bottleneck"] == bottleneck.Name);
        foreach (var posterior in Parts.Posteriors.Take(Parts.Posteriors.BuiltIn))
            Assert.Contains(Golden.Value.Cases, c => c.Settings.GetValueOrDefault("posterior", "diagonal") == posterior.Name);
        foreach (var prior in Parts.Priors.Take(Parts.Priors.BuiltIn))
            Assert.Contains(Golden.Value.Cases, c => c.Settings.GetValueOrDefault("prior", "standard-normal") == prior.Name);
        foreach (var objective in Parts.Objectives.Take(Parts.Objectives.BuiltIn).Where(objective => objective.Name is not "rate-distortion"))
            Assert.Contains(Golden.Value.Cases, c => c.Settings.GetValueOrDefault("objective", "elbo") == objective.Name);
        // These draw by themselves: ObjectiveTests and AdversaryTests have them by hand.
        var penalties = Parts.Penalties.Take(Parts.Penalties.BuiltIn);
        foreach (var penalty in penalties.Where(penalty => penalty.Name is not ("mmd" or "contractive" or "density-ratio" or "adversarial" or "bag-of-words")))
            Assert.Contains(Golden.Value.Cases, c => c.Settings.GetValueOrDefault("penalty", "none") == penalty.Name);
        // What has a closed form has no gradient; EaseTests hold it against NumPy. The denoiser is of libtorch's own layers and gradients: OnnxDenoiserTests
        // hold what it gives against ONNX Runtime.
        var networks = Parts.Networks.Take(Parts.Networks.BuiltIn).Where(network => !network.IsClosedForm);
        foreach (var network in networks.Where(network => network.Name is not ("recurrent" or "denoiser" or "codec" or "no-code")))
            Assert.Contains(Golden.Value.Cases, c => c.Settings["net"] == network.Name);
        foreach (var kind in new[] { "fixed", "learned", "predicted" })
            foreach (var vectors in new[] { false, true })
                Assert.Contains(Golden.Value.Cases, c => c.Settings.GetValueOrDefault("variance") == kind && c.Schema.Columns > 0 == vectors);
    }

    /// <summary>The demand: 1e-4 relative on the loss, 1e-3 of its norm on each gradient, in the float32 that models train in.</summary>
    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Float32_loss_and_gradients_agree_with_PyTorch(string name) => Compare(name, ScalarType.Float32, lossTolerance: 1e-4, gradientTolerance: 1e-3);

    /// <summary>
    /// In float64 nothing is left but the order of sums: 1e5 rounding errors of 2^-53 in a row, times the condition of
    /// the sums (below 10 here), are 1e-10; the file keeps 13 digits.
    /// </summary>
    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Float64_loss_and_gradients_agree_with_PyTorch(string name) => Compare(name, ScalarType.Float64, lossTolerance: 1e-9, gradientTolerance: 1e-9);

    private static void Compare(string name, ScalarType type, double lossTolerance, double gradientTolerance)
    {
        using var scope = NewDisposeScope();
        var expected = Golden.Value.Cases.Single(c => c.Name == name);
        var schema = expected.Schema.ToDataSchema();
        using var model = ModelSpecification.Resolve("vae", schema, Complete(expected.Settings), []).Build(seed: 1);
        model.to(type);
        model.train();
        var held = model.named_parameters().Where(p => !p.parameter.requires_grad).ToArray();
        var parameters = model.named_parameters().Except(held).ToDictionary(p => p.name, p => p.parameter);
        Assert.Equal(expected.Gradients.Keys.Order(StringComparer.Ordinal), parameters.Keys.Order(StringComparer.Ordinal));
        using (no_grad())
            foreach (var (key, parameter) in parameters.Select(p => (p.Key, p.Value)).Concat(held))
            {
                Assert.True(!parameters.ContainsKey(key) || expected.Gradients[key].Shape.SequenceEqual(parameter.shape));
                var fan = parameter.shape.Length > 1 ? parameter.numel() / parameter.shape[0] : 9;
                parameter.copy_(Formula(key, parameter.numel()).view(parameter.shape) * (1.5 / Math.Sqrt(fan)));
            }

        var x = RecordsOf(schema).to(type);
        var terms = LossWithKnownNoise(model, x, expected.Epoch);
        terms.Loss.backward();

        Near(expected.Loss, terms.Loss.Number(), lossTolerance * Math.Abs(expected.Loss), "loss");
        var distortion = terms.Distortion.Numbers();
        var rate = terms.Rate.Numbers();
        for (var i = 0; i < Records; i++)
        {
            Near(expected.Distortion[i], distortion[i], lossTolerance * Math.Abs(expected.Distortion[i]), $"distortion of record {i}");
            Near(expected.Rate[i], rate[i], lossTolerance * Math.Max(1, Math.Abs(expected.Rate[i])), $"rate of record {i}");
        }

        var whole = Math.Sqrt(expected.Gradients.Values.Sum(g => g.Norm * g.Norm));
        foreach (var (key, gradient) in expected.Gradients)
        {
            var actual = parameters[key].grad!.Numbers();
            // A bias before a standardisation has no gradient at all; what is left there is the rounding of terms as large as the whole
            // gradient, divided by the standard deviations, of which the smallest here are about 0.1: 1e-5 of it is some 17 roundings of 2^-24, ten times over.
            var tolerance = gradientTolerance * Math.Max(gradient.Norm, 1e-2 * whole);
            Near(gradient.Norm, Math.Sqrt(actual.Sum(g => g * g)), tolerance, $"norm of the gradient of {key}");
            for (var i = 0; i < gradient.Entries.Length; i++)
                Near(gradient.Entries[i], actual[i * gradient.Stride], tolerance, $"entry {i * gradient.Stride} of the gradient of {key}");
        }
    }

    /// <summary>The model's loss with draws from the noise that the oracle has.</summary>
    private static LossTerms LossWithKnownNoise(Autoencoder model, Tensor x, double epoch)
    {
        // Units of a dictionary are counted, and dead ones asked to explain, where training draws.
        var code = model.Encode(x, sample: model.Bottleneck is DictionaryBottleneck);
        if (code.Posterior is ReparameterisedPosterior posterior)
        {
            Tensor Noise(params long[] shape) => Formula("noise", shape.Aggregate((a, b) => a * b)).view(shape).to(x.dtype);
            if (model.Objective is ImportanceWeightedObjective weighted)
                return weighted.Loss(model, x, posterior, posterior.At(Noise([weighted.Groups * weighted.Samples, .. code.Z.shape])));
            // The oracle's composite prior charges the mean code.
            code =
                model.Bottleneck is CompositeBottleneck
                    ? code with
                    {
                        Z = posterior.At(Noise(code.Z.shape)).Z,
                    }
                    : model.Bottleneck.CodeOf(posterior, Noise(code.Z.shape));
        }
        return ((ElboObjective)model.Objective).Loss(model, x, x, code, epoch);
    }

    /// <summary>The preset's own settings must not show through: the oracle knows none of them.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Complete(SortedDictionary<string, string> settings) =>
        new Dictionary<string, string> { ["warm-up"] = "0" }
            .Where(pair => !settings.ContainsKey(pair.Key) && !settings.ContainsKey("objective"))
            .Concat(settings);

    private static void Near(double expected, double actual, double tolerance, string what) =>
        Assert.True(
            Math.Abs(expected - actual) <= tolerance,
            $"{what}: PyTorch has {expected:R}, Isthmus {actual:R}, {Math.Abs(expected - actual):G3} apart where {tolerance:G3} is allowed"
        );

    /// <summary>sin(0.61 i^2 + the sum of the name's character codes), i = 1 .. count, float64.</summary>
    private static Tensor Formula(string name, long count)
    {
        var phase = name.Sum(c => (int)c);
        return tensor(Enumerable.Range(1, (int)count).Select(i => Math.Sin(0.61 * ((double)i * i) + phase)).ToArray());
    }

    private static Tensor RecordsOf(DataSchema schema)
    {
        var numbers = Formula("records", Records * schema.Dimension).view(Records, -1);
        return schema switch
        {
            ImageSchema { Levels: 2 } => numbers.gt(0).to(float64),
            ImageSchema => (127.5 + 200 * numbers).round().clamp(0, 255) / 255,
            CountSchema => (3 * numbers.abs()).floor(),
            _ => numbers,
        };
    }
}
