using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Vectors;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>A product of conditionals is a distribution, each sees only what is known, and the fused kernel is the same function.</summary>
public sealed class LocalContextLikelihoodTests
{
    private const int Features = 2;

    static LocalContextLikelihoodTests() => TensorLibrary.EnsureLoaded();

    /// <summary>Height, width, channels, levels: of images so small that all can be counted.</summary>
    public static TheoryData<int, int, int, int> Countable =>
        new()
        {
            { 2, 2, 1, 2 },
            { 2, 2, 1, 3 },
            { 3, 2, 1, 2 },
            { 1, 2, 3, 3 },
            { 2, 1, 3, 2 },
        };

    /// <summary>Sizes that are no multiple of a vector's lanes, narrower and lower than the window.</summary>
    public static TheoryData<int, int, int, int> Various =>
        new()
        {
            { 5, 7, 1, 2 },
            { 4, 4, 1, 256 },
            { 6, 9, 1, 256 },
            { 3, 5, 3, 2 },
            { 5, 3, 3, 256 },
            { 1, 1, 1, 256 },
            { 2, 1, 3, 256 },
        };

    private static LocalContextLikelihood Create(int height, int width, int channels, int levels)
    {
        manual_seed(1);
        return new(new ImageSchema(height, width, channels, levels), Features, reach: 2, hidden: 6, components: 2);
    }

    private static Tensor Parameters(LocalContextLikelihood likelihood, ScalarType type, params long[] lead) =>
        2 * randn([.. lead, likelihood.Dimension * Features], type);

    private static Tensor Records(LocalContextLikelihood likelihood, int levels, ScalarType type, params long[] lead) =>
        randint(0, levels, [.. lead, likelihood.Dimension]).to(type) / (levels - 1);

    /// <summary>Every image there can be: L^D records.</summary>
    private static Tensor Every(int dimension, int levels)
    {
        var number = arange((long)Math.Pow(levels, dimension)).unsqueeze(-1);
        var places = tensor(Enumerable.Range(0, dimension).Select(d => (long)Math.Pow(levels, d)).ToArray());
        return number.div(places, RoundingMode.floor).remainder(levels).to(float64) / (levels - 1);
    }

    [Theory]
    [MemberData(nameof(Countable))]
    public void Probabilities_of_all_images_sum_to_one(int height, int width, int channels, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(height, width, channels, levels);
        likelihood.to(float64);
        var every = Every(likelihood.Dimension, levels);
        // At most 729 terms, each a product of 6 probabilities with relative error below 1e-14.
        foreach (var total in likelihood.LogProbability(every, Parameters(likelihood, float64, 10, 1)).logsumexp(-1).Numbers())
            Assert.InRange(total, -1e-11, 1e-11);
    }

    /// <summary>Raster order, at each place one channel after another.</summary>
    [Theory]
    [MemberData(nameof(Various))]
    public void A_pixel_depends_on_those_before_it_and_on_no_other(int height, int width, int channels, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(height, width, channels, levels);
        likelihood.to(float64);
        var (x, parameters) = (Records(likelihood, levels, float64, 1), Parameters(likelihood, float64, 1));
        var before = ByPixel(x);
        int Order(int number) => (number % (height * width) * channels) + (number / (height * width));
        var reached = 0;
        for (var changed = 0; changed < likelihood.Dimension; changed++)
        {
            var other = x.clone();
            other[0, changed] = 1 - other[0, changed];
            var after = ByPixel(other);
            for (var pixel = 0; pixel < likelihood.Dimension; pixel++)
            {
                var differs = before[pixel].ne(after[pixel]).any().item<bool>();
                reached += differs ? 1 : 0;
                Assert.False(differs && Order(pixel) <= Order(changed), $"number {pixel} has other parameters when {changed} changes");
            }
        }
        Assert.True(reached > 0 || likelihood.Dimension == 1, "no pixel sees another");

        Tensor[] ByPixel(Tensor image) => likelihood.Conditionals(image, parameters).view(-1, likelihood.Dimension).unbind(1);
    }

    /// <summary>
    /// The empirical distribution function of n draws is within sqrt(ln(2 / a) / 2n) of the true one everywhere with
    /// probability 1 - a at least (Dvoretzky-Kiefer-Wolfowitz; Massart 1990): a = 1e-6.
    /// </summary>
    [Theory]
    [MemberData(nameof(Countable))]
    public void Draws_follow_the_enumerated_distribution(int height, int width, int channels, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(height, width, channels, levels);
        const int Draws = 20_000;
        var parameters = Parameters(likelihood, float32, 1);
        var places = tensor(Enumerable.Range(0, likelihood.Dimension).Select(d => (float)Math.Pow(levels, d)).ToArray());
        var images = (likelihood.Sample(parameters.expand(Draws, -1)) * (levels - 1)).round().matmul(places).Numbers();
        var probabilities = likelihood.LogProbability(Every(likelihood.Dimension, levels).to(float32), parameters).exp().Numbers();
        var counts = new double[probabilities.Length];
        foreach (var image in images)
            counts[(int)image]++;
        var (difference, bound) = (0.0, Math.Sqrt(Math.Log(2 / 1e-6) / (2 * Draws)));
        for (var image = 0; image < counts.Length; image++)
        {
            difference += counts[image] / Draws - probabilities[image];
            Assert.True(Math.Abs(difference) < bound, $"P(image <= {image}) is off by {difference} after {Draws} draws");
        }
    }

    [Theory]
    [MemberData(nameof(Various))]
    public void Mean_and_mode_are_those_of_each_pixel_given_those_before(int height, int width, int channels, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(height, width, channels, levels);
        likelihood.to(float64);
        using Likelihood pixels =
            levels == 2 ? new BernoulliLikelihood(likelihood.Dimension) : new DiscretisedLogisticMixtureLikelihood(likelihood.Dimension, levels, 2);
        var parameters = Parameters(likelihood, float64, 3, 2);
        var (mean, mode) = (likelihood.Mean(parameters), likelihood.Mode(parameters));
        Assert.Equal([3, 2, likelihood.Dimension], mean.shape);
        // The same sums in another order, their errors passed on through a chain of pixels.
        Assert.True((pixels.Mean(likelihood.Conditionals(mean, parameters)) - mean).abs().max().Number() < 1e-9);
        Assert.True((pixels.Mode(likelihood.Conditionals(mode, parameters)) - mode).abs().max().Number() < 1e-9);
    }

    /// <summary>The same, with several codes of each record too.</summary>
    public static TheoryData<int, int, int, int, int> VariousWithDraws
    {
        get
        {
            var data = new TheoryData<int, int, int, int, int>();
            foreach (var (height, width, channels, levels) in Various.Select(row => row.Data))
                foreach (var draws in new[] { 1, 3 })
                    data.Add(height, width, channels, levels, draws);
            return data;
        }
    }

    /// <summary>Float32 on the CPU takes the kernel; both are compared with float64, the kernel being allowed what tensor operations are.</summary>
    [Theory]
    [MemberData(nameof(VariousWithDraws))]
    public void Kernel_has_the_values_and_gradients_of_the_tensor_operations(int height, int width, int channels, int levels, int draws)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(height, width, channels, levels);
        using var exact = Create(height, width, channels, levels);
        exact.to(float64);
        manual_seed(2);
        var x = Records(likelihood, levels, float64, 5);
        x[0] = zeros_like(x[0]);
        x[1] = ones_like(x[1]);
        var parameters = Parameters(likelihood, float64, draws, 5);
        // A weight of its own for each record and draw, as an importance-weighted objective gives.
        var weights = tensor([1.0, -2, 0.5, 3, 0.1]) * arange(1, draws + 1).unsqueeze(-1);
        var kernel = Gradients(likelihood, float32, likelihood.LogProbability);
        var tensors = Gradients(exact, float64, exact.ByTensors);
        foreach (var (name, expected) in tensors)
        {
            var difference = (kernel[name].to(float64) - expected).abs().max().Number();
            // float32 keeps 6e-8 of each of some hundred terms of a sum; scales of e^-5 at least multiply an error in a
            // pixel by 150, as in the float32 of the tensor operations.
            Assert.True(difference <= 3e-4 * (1 + expected.abs().max().Number()), $"{name} is off by {difference} of {expected.abs().max().Number()}");
        }

        Dictionary<string, Tensor> Gradients(LocalContextLikelihood of, ScalarType type, Func<Tensor, Tensor, Tensor> logProbability)
        {
            var features = parameters.to(type).detach().requires_grad_();
            var log = logProbability(x.to(type), features);
            (log * weights.to(type)).sum().backward();
            var result = of.named_parameters().ToDictionary(p => $"gradient of {p.name}", p => p.parameter.grad!);
            result["ln p"] = log;
            result["gradient of the features"] = features.grad!;
            return result;
        }
    }

    [Fact]
    public void Leading_axes_broadcast_as_a_loop_would()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { float32, float64 })
        {
            using var likelihood = Create(4, 5, 1, 256);
            likelihood.to(type);
            var (x, parameters) = (Records(likelihood, 256, type, 2), Parameters(likelihood, type, 3, 2));
            var together = likelihood.LogProbability(x, parameters);
            Assert.Equal([3, 2], together.shape);
            for (var k = 0; k < 3; k++)
                for (var n = 0; n < 2; n++)
                {
                    var one = likelihood.LogProbability(x[n].unsqueeze(0), parameters[k, n].unsqueeze(0)).Number();
                    // The same operations, perhaps vectorised otherwise.
                    Assert.Equal(one, together[k, n].Number(), (type == float32 ? 1e-5 : 1e-12) * Math.Abs(one));
                }
        }
    }

    /// <summary>Whatever a decoder gives, a step of training must not turn the weights to NaN.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 256)]
    [InlineData(3, 256)]
    public void Log_probability_and_its_gradients_are_finite_at_extremes(int channels, int levels)
    {
        using var scope = NewDisposeScope();
        using var likelihood = Create(3, 3, channels, levels);
        foreach (var size in new[] { 1e4f, 1e2f, 1, 0 })
            foreach (var value in new[] { 0f, 1 })
            {
                likelihood.zero_grad();
                var parameters = (size * randn(4, likelihood.Dimension * Features)).requires_grad_();
                var log = likelihood.LogProbability(full([4, likelihood.Dimension], value), parameters);
                log.sum().backward();
                Assert.All(log.Numbers(), number => Assert.True(double.IsFinite(number) && number <= 1e-4, $"ln p is {number} at features of size {size}"));
                foreach (var gradient in likelihood.parameters().Select(p => p.grad!).Append(parameters.grad!))
                    Assert.True(gradient.isfinite().all().item<bool>(), $"a gradient is not finite at features of size {size}");
            }
    }

    [Fact]
    public void Columns_are_refused()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => LocalContextLikelihood.Part.Create(new(new VectorSchema(["a", "b"]), 1, Settings.Empty)));
        Assert.Contains("for images", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("gaussian", refusal.Message, StringComparison.Ordinal);
    }
}
