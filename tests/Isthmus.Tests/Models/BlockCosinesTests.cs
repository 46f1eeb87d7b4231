using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>Cosines of blocks: the transform that a codec of photographs begins as.</summary>
public sealed class BlockCosinesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void All_numbers_of_a_block_give_it_back_and_keep_its_energy(int colours)
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var all = 256 * colours;
        using var there = new BlockCosines(colours, all, isInverse: false, isLearned: false);
        using var back = new BlockCosines(colours, all, isInverse: true, isLearned: true);
        var x = tensor(Noise(2 * colours * 32 * 48)).view(2, colours, 32, 48);
        var y = there.call(x);
        Assert.Equal([2, all, 2, 3], y.shape);
        // 768 products of numbers below 1 in single precision.
        Assert.InRange((back.call(y) - x).abs().max().item<float>(), 0, 1e-5f);
        Assert.Equal(1, y.pow(2).sum().item<float>() / x.pow(2).sum().item<float>(), 1e-5);
        Assert.All(back.SquaredErrors(CPU).data<float>(), error => Assert.Equal(1, error, 1e-5));
    }

    /// <summary>The mean of grey pixels of level v is 16 v; of colours that are alike, 16 sqrt(3) v.</summary>
    [Fact]
    public void The_first_number_is_the_mean_and_the_kept_are_those_that_vary_most()
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var grey = new BlockCosines(1, 32, isInverse: false, isLearned: false);
        using var colour = new BlockCosines(3, 192, isInverse: false, isLearned: false);
        float[] ofGrey = [.. grey.call(full([1, 1, 16, 16], 0.25f)).flatten().data<float>()];
        float[] ofColour = [.. colour.call(full([1, 3, 16, 16], 0.25f)).flatten().data<float>()];
        Assert.Equal(4, ofGrey[0], 1e-4);
        Assert.Equal(4 * Math.Sqrt(3), ofColour[0], 1e-4);
        Assert.All(ofGrey[1..].Concat(ofColour[1..]), number => Assert.Equal(0, number, 1e-4));
        var deviations = BlockCosines.Deviations(3, 800);
        Assert.Equal(deviations.OrderDescending(), deviations);
        Assert.All(deviations[768..], deviation => Assert.Equal(0, deviation));
    }

    /// <summary>An untrained codec loses of a picture the energy of the cosines that it does not keep, and nothing else: Parseval's identity.</summary>
    [Fact]
    public void An_untrained_codec_is_a_transform_codec()
    {
        TensorLibrary.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var specification = ModelSpecification.Resolve("image-codec", new ImageSchema(32, 32, 3, 256), [], TrainingSettings.All);
        using var network = specification.Build(seed: 1);
        var (analysis, synthesis) = ((PictureAnalysis)network.Encoder, (PictureSynthesis)network.Decoder);
        var x = tensor(Noise(3 * 32 * 32)).view(1, 3, 32, 32);
        var code = analysis.Analyse(x);
        var lost = (synthesis.Synthesise(code) - x).pow(2).sum().item<float>();
        var energy = (x - 0.5f).pow(2).sum().item<float>();
        Assert.Equal(energy - code.pow(2).sum().item<float>(), lost, 1e-3 * energy);
    }

    private static float[] Noise(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }
}
