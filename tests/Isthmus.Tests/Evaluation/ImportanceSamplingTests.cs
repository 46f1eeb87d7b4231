using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

/// <summary>Against the likelihood of the linear-Gaussian model, which is known.</summary>
public class ImportanceSamplingTests
{
    static ImportanceSamplingTests() => TensorLibrary.EnsureLoaded();

    [Fact]
    public void Likelihood_of_one_record_agrees_with_the_closed_form_within_three_standard_errors()
    {
        using var model = LinearGaussianVae.Create();
        float[] x = [0.7f, -1.2f, 0.4f, 2.1f, -0.3f];
        // The same record many times: the reported standard error is then that of the sampling alone.
        var data = Dataset.Vectors("one", LinearGaussianVae.Schema, [.. Enumerable.Repeat(x, 100).SelectMany(record => record)]);
        var result = Estimate(model, data, samples: 500, seed: 1);
        var exact = LinearGaussianVae.NegativeLogLikelihood(model, x);
        Assert.InRange(result.NegativeLogLikelihood.StandardError, 1e-5, 0.02);
        Assert.InRange(
            result.NegativeLogLikelihood.Value,
            exact - 3 * result.NegativeLogLikelihood.StandardError,
            exact + 3 * result.NegativeLogLikelihood.StandardError
        );
    }

    [Fact]
    public void Likelihood_of_a_sample_agrees_with_the_closed_form_within_three_standard_errors()
    {
        using var model = LinearGaussianVae.Create();
        var data = LinearGaussianVae.Draw(model, 400);
        var result = Estimate(model, data, samples: 300, seed: 2);
        var exact = Enumerable.Range(0, data.Count).Average(i => LinearGaussianVae.NegativeLogLikelihood(model, LinearGaussianVae.Record(data, i)));
        Assert.InRange(
            result.NegativeLogLikelihood.Value,
            exact - 3 * result.NegativeLogLikelihood.StandardError,
            exact + 3 * result.NegativeLogLikelihood.StandardError
        );
    }

    [Fact]
    public void The_bound_tightens_with_the_number_of_samples()
    {
        using var model = LinearGaussianVae.Create();
        var data = LinearGaussianVae.Draw(model, 200);
        var bounds = new[] { 1, 10, 1000 }.Select(k => Estimate(model, data, k, seed: 3).NegativeLogLikelihood.Value).ToArray();
        Assert.True(bounds[0] > bounds[1] && bounds[1] > bounds[2], string.Join(" > ", bounds));
    }

    [Fact]
    public void Streaming_in_chunks_uses_every_sample()
    {
        // With K above one chunk the effective share must not fall with the chunks: it is an average over all K.
        using var model = LinearGaussianVae.Create();
        var data = LinearGaussianVae.Draw(model, 3);
        var share = Estimate(model, data, 4000, seed: 4).EffectiveSampleShare;
        var larger = Estimate(model, data, 400_000, seed: 4).EffectiveSampleShare;
        Assert.InRange(larger / share, 0.8, 1.25);
    }

    [Fact]
    public void Same_seed_gives_the_same_figure()
    {
        using var model = LinearGaussianVae.Create();
        var data = LinearGaussianVae.Draw(model, 20);
        Assert.Equal(Estimate(model, data, 50, seed: 9), Estimate(model, data, 50, seed: 9));
        Assert.NotEqual(Estimate(model, data, 50, seed: 9), Estimate(model, data, 50, seed: 10));
    }

    /// <summary>
    /// In float32 the sums are taken in another order: 784 terms of some nats, rounded to 6e-8 each. In bfloat16 each
    /// logit is off by at most 2^-8 of it and of its parts, at random: a few hundredths of a nat a code, and far less in the mean.
    /// </summary>
    [Theory]
    [InlineData("hidden=20,30 latent=5")]
    [InlineData("hidden=64 activation=relu latent=17")]
    [InlineData("net=conv channels=5,6 dense=7 latent=4")]
    public void Pass_without_a_graph_gives_the_log_likelihood_of_every_code(string settings)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = ModelSpecification.Resolve("vae", new ImageSchema(13, 11, 1, 2), Tiny.Settings(settings), TrainingSettings.All).Build(seed: 3);
        model.eval();
        manual_seed(4);
        // 7 records and 150 codes each: two blocks and a part of one.
        var x = rand(7, 143).gt(0.6).to(ScalarType.Float32);
        var z = model.Encode(x, sample: false).Posterior!.Sample(150);
        var expected = model.Likelihood.LogProbability(x, model.Decode(z));
        double Off(bool inBfloat16)
        {
            using var pass = new LikelihoodPass(model, inBfloat16);
            return (pass.LogProbability(x, z) - expected).abs().max().item<float>();
        }
        Assert.InRange(Off(inBfloat16: false), 0, 1e-4);
        Assert.InRange(Off(inBfloat16: true), 1e-6, 0.2);
    }

    [Theory]
    [InlineData("hidden=20 latent=5")]
    [InlineData("net=conv channels=5,6 dense=7 latent=4")]
    public void Figures_of_the_pass_do_not_depend_on_the_threads(string settings)
    {
        using var model = ModelSpecification.Resolve("vae", new ImageSchema(10, 8, 1, 2), Tiny.Settings(settings), TrainingSettings.All).Build(seed: 3);
        model.eval();
        var usual = get_num_threads();
        ImportanceSampling.Result On(int threads)
        {
            set_num_threads(threads);
            return Estimate(
                model,
                Dataset.Images("some", new ImageSchema(10, 8, 1, 2), [.. Enumerable.Range(0, 9 * 80).Select(i => (byte)(i * i % 7 % 2))]),
                samples: 300,
                seed: 1
            );
        }
        try
        {
            Assert.Equal(On(1), On(2));
            Assert.Equal(2, get_num_threads());
        }
        finally
        {
            set_num_threads(usual);
        }
    }

    private static ImportanceSampling.Result Estimate(Autoencoder model, Dataset data, int samples, int seed) =>
        ImportanceSampling.Estimate(model, data, samples, seed, cancellationToken: TestContext.Current.CancellationToken);
}
