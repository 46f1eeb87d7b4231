using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>How the parts are joined.</summary>
public sealed class AutoencoderTests
{
    static AutoencoderTests() => TensorLibrary.EnsureLoaded();

    private static Autoencoder Build(string preset, params (string Key, string Value)[] settings) =>
        ModelSpecification
            .Resolve(preset, new ImageSchema(8, 9, 1, 256), settings.Select(s => KeyValuePair.Create(s.Key, s.Value)).Append(new("latent", "3")), [])
            .Build(seed: 1);

    /// <summary>The oracle gives the noise; this ties it to the loss that training minimises.</summary>
    [Fact]
    public void Loss_is_that_of_the_code_made_with_the_noise_of_the_seed()
    {
        using var scope = NewDisposeScope();
        using var model = Build("vae", ("hidden", "6"), ("beta", "2"), ("warm-up", "4"));
        manual_seed(2);
        var x = randint(0, 256, [5, 72]).to(float32) / 255;
        manual_seed(3);
        var noise = randn(5, 3);
        var code = model.Encode(x, sample: false);
        code = code with { Z = code.Gaussian.Mean + (0.5 * code.Gaussian.LogVariance).exp() * noise };
        var expected = ((ElboObjective)model.Objective).Combine(-model.Likelihood.LogProbability(x, model.Decode(code.Z)), code, 1);
        manual_seed(3);
        var terms = model.Loss(x, 1);
        Assert.Equal(expected.Loss.Number(), terms.Loss.Number());
        Assert.Equal(expected.Distortion.Numbers(), terms.Distortion.Numbers());
        Assert.Equal(expected.Rate.Numbers(), terms.Rate.Numbers());
        // Beta 2 at a quarter of the warm-up, in float32.
        Assert.Equal(terms.Distortion.Numbers().Average() + 0.5 * terms.Rate.Numbers().Average(), terms.Loss.Number(), 1e-6 * terms.Loss.Number());
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("conv")]
    public void Codes_of_any_leading_shape_decode_as_one_by_one(string net)
    {
        using var scope = NewDisposeScope();
        using var model = Build("vae", ("net", net));
        manual_seed(4);
        var z = randn(2, 4, 3);
        var together = model.Decode(z);
        Assert.Equal([2, 4, 2 * 72], together.shape);
        for (var k = 0; k < 2; k++)
            for (var n = 0; n < 4; n++)
                // Products of another batch size may sum in another order: some 1e-6 of numbers of order 1.
                foreach (var (expected, actual) in model.Decode(z[k, n].unsqueeze(0)).Numbers().Zip(together[k, n].Numbers()))
                    Assert.Equal(expected, actual, 1e-5);
    }

    [Fact]
    public void A_denoising_model_sees_the_corrupted_record_and_is_judged_by_the_clean_one()
    {
        using var scope = NewDisposeScope();
        using var model = Build("denoising", ("hidden", "6"), ("corruption", "masking"), ("mask-rate", "0.5"));
        manual_seed(5);
        var x = rand(5, 72);
        manual_seed(6);
        var seen = model.Corruption.Apply(x);
        Assert.NotEqual(x.Numbers(), seen.Numbers());
        var expected = -model.Likelihood.LogProbability(x, model.Decode(model.Encode(seen, sample: true).Z));
        manual_seed(6);
        Assert.Equal(expected.Numbers(), model.Loss(x, 0).Distortion.Numbers());
        Assert.Equal(expected.Numbers(), model.Loss(x, seen, 0).Distortion.Numbers());
        Assert.NotEqual(expected.Numbers(), model.Loss(x, x, 0).Distortion.Numbers());
    }

    [Fact]
    public void Reconstruction_is_the_mean_given_the_mean_code()
    {
        using var scope = NewDisposeScope();
        using var model = Build("vae", ("hidden", "6"));
        manual_seed(7);
        var x = rand(5, 72);
        var code = model.Encode(x, sample: false);
        Assert.Equal(code.Posterior!.Mean.Numbers(), code.Z.Numbers());
        Assert.Equal(model.Likelihood.Mean(model.Decode(code.Z)).Numbers(), model.Reconstruct(x).Numbers());
    }
}
