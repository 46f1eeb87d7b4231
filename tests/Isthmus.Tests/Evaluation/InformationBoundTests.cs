using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

/// <summary>On the linear-Gaussian model the likelihood and the information of the code are known: every bound must lie on its side of them.</summary>
public sealed class InformationBoundTests
{
    // 1,200 draws leave the means standard errors near 0.03 nats; bounds on one side of the truth get four of them.
    private const int Records = 1200;

    [Fact]
    public void Information_of_the_code_lies_between_its_bounds()
    {
        using var model = LinearGaussianVae.Create();
        var data = LinearGaussianVae.Draw(model, Records);
        var truth = LinearGaussianVae.Truth(model);
        var found = AggregatedPosterior.Of(model, data, seed: 1)!;
        var (lower, upper) = (found.InformationLower.Estimate, found.InformationUpper.Estimate);
        Assert.InRange(truth.Information, lower.Value - 4 * lower.StandardError, upper.Value + 4 * upper.StandardError);
        Assert.True(lower.Value < upper.Value);
        // With 1,200 records for codes of some 2 nats the two are close: each is off by about the spread of q(z|x) / q(z) over the records, e^2 / 1,200.
        Assert.InRange(upper.Value - lower.Value, 0, 0.1);
        Assert.InRange(found.Divergence.Estimate.Value, truth.Divergence - 0.15, truth.Divergence + 4 * found.Divergence.Estimate.StandardError);
        Assert.InRange(
            truth.Correlation,
            found.CorrelationLower.Estimate.Value - 4 * found.CorrelationLower.Estimate.StandardError,
            found.CorrelationUpper.Estimate.Value + 4 * found.CorrelationUpper.Estimate.StandardError
        );
    }

    [Fact]
    public void The_rate_is_an_upper_bound_and_infonce_never_exceeds_the_logarithm_of_the_records()
    {
        using var model = LinearGaussianVae.Create();
        var few = LinearGaussianVae.Draw(model, 3);
        Assert.InRange(AggregatedPosterior.Of(model, few, seed: 1)!.InformationLower.Estimate.Value, 0, Math.Log(3));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = TensorBatches.Gather(LinearGaussianVae.Draw(model, Records), [.. Enumerable.Range(0, Records)]);
        Assert.True(model.Encode(x, sample: false).Rate.mean().item<float>() > LinearGaussianVae.Truth(model).Information);
    }

    [Fact]
    public void One_record_gives_no_bounds()
    {
        using var model = LinearGaussianVae.Create();
        Assert.Null(AggregatedPosterior.Of(model, LinearGaussianVae.Draw(model, 1), seed: 1));
    }

    [Fact]
    public void Annealed_and_importance_sampled_likelihoods_bracket_the_truth_with_the_elbo()
    {
        using var model = LinearGaussianVae.Create();
        float[] x = [0.7f, -1.2f, 0.4f, 2.1f, -0.3f];
        // One record many times: standard errors are then of the sampling alone.
        var data = Dataset.Vectors("one", LinearGaussianVae.Schema, [.. Enumerable.Repeat(x, 40).SelectMany(record => record)]);
        var truth = LinearGaussianVae.NegativeLogLikelihood(model, x);
        var annealed = AnnealedImportanceSampling
            .Estimate(model, data, distributions: 60, seed: 1, cancellationToken: TestContext.Current.CancellationToken)
            .NegativeLogLikelihood;
        var elbo = ImportanceSampling.Estimate(model, data, 1, seed: 1, cancellationToken: TestContext.Current.CancellationToken).NegativeLogLikelihood;
        Assert.InRange(annealed.Value, truth - 4 * annealed.StandardError, truth + 4 * annealed.StandardError + 0.02);
        Assert.True(elbo.Value > annealed.Value - 4 * annealed.StandardError);
    }

    [Fact]
    public void Annealing_knows_nothing_of_the_encoder()
    {
        using var model = LinearGaussianVae.Create();
        var data = LinearGaussianVae.Draw(model, 20);
        double Annealed() =>
            AnnealedImportanceSampling.Estimate(model, data, 5, seed: 3, cancellationToken: TestContext.Current.CancellationToken).NegativeLogLikelihood.Value;
        var before = Annealed();
        using (no_grad())
            foreach (var weight in model.Encoder.parameters())
                weight.zero_();
        Assert.Equal(before, Annealed());
    }

    [Fact]
    public void Label_that_the_code_says_outright_is_known_whole()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        int[] labels = [.. Enumerable.Range(0, 400).Select(i => i % 2)];
        var codes = tensor([.. labels.Select(label => 20f * label)]).unsqueeze(1) + randn(400, 1);
        var probe = LinearProbe.Measure(codes[..200], labels[..200], codes[200..], labels[200..], 2);
        // The penalty holds the probe's weights back: its certainty is not whole, but near.
        Assert.InRange(probe.InformationNats.Value, Math.Log(2) - 0.05, Math.Log(2));
        // Of noise it knows nothing but what the class shares say, or less.
        var noise = LinearProbe.Measure(randn(200, 1), labels[..200], randn(200, 1), labels[200..], 2).InformationNats;
        Assert.InRange(noise.Value, -0.1, 4 * noise.StandardError);
    }
}
