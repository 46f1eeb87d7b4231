using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

public sealed class CorruptionTests
{
    private static readonly ImageSchema Image = new(9, 12, 3, 256);
    private static readonly VectorSchema Columns = new(["a", "b", "c"]);

    static CorruptionTests() => TensorLibrary.EnsureLoaded();

    private static Corruption Create(string name, DataSchema schema, params (string Key, string Value)[] settings) =>
        Parts
            .Corruptions.Named("corruption", name)
            .Create(new PartContext(schema, 2, Settings.Empty.Overlay(settings.Select(s => KeyValuePair.Create(s.Key, s.Value)))));

    public static TheoryData<string> Names => [.. Parts.Corruptions.Take(Parts.Corruptions.BuiltIn).Select(part => part.Name).Except(["tokens"])];

    /// <summary>Five standard deviations of a binomial share: sqrt(p (1 - p) / n).</summary>
    private static double FiveSigma(double share, long count) => 5 * Math.Sqrt(share * (1 - share) / count);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_result_and_the_record_is_left_alone(string name)
    {
        using var scope = NewDisposeScope();
        var corruption = Create(name, Image);
        manual_seed(1);
        var x = 0.25 + 0.5 * rand(20, Image.Dimension);
        var clean = x.Numbers();
        manual_seed(2);
        var first = corruption.Apply(x).Numbers();
        manual_seed(2);
        Assert.Equal(first, corruption.Apply(x).Numbers());
        Assert.Equal(clean, x.Numbers());
        if (name == "none")
        {
            Assert.Equal(clean, first);
            return;
        }
        Assert.NotEqual(clean, first);
        manual_seed(3);
        Assert.NotEqual(first, corruption.Apply(x).Numbers());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.25")]
    [InlineData("1")]
    public void Masking_zeroes_its_share_and_keeps_the_rest(string rate)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var x = 1 + rand(500, 3);
        var masked = Create("masking", Columns, ("mask-rate", rate)).Apply(x);
        var share = double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(share, masked.eq(0).to(float64).mean().Number(), FiveSigma(share, 1500));
        Assert.Equal(0, masked.ne(0).logical_and(masked.ne(x)).sum().Number());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.3")]
    [InlineData("1")]
    public void Salt_and_pepper_sets_half_its_share_to_either_end(string rate)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var x = 0.25 + 0.5 * rand(20, Image.Dimension);
        var noisy = Create("salt-and-pepper", Image, ("flip-rate", rate)).Apply(x);
        var half = double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture) / 2;
        foreach (var end in new[] { 0, 1 })
            Assert.Equal(half, noisy.eq(end).to(float64).mean().Number(), FiveSigma(half, x.numel()));
        Assert.Equal(0, noisy.ne(0).logical_and(noisy.ne(1)).logical_and(noisy.ne(x)).sum().Number());
    }

    [Fact]
    public void Gaussian_noise_has_its_deviation_and_clips_pixels_only()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var x = full(1, 60_000, 0.5);
        var noise = (Create("gaussian", Columns, ("noise", "0.5")).Apply(x) - x).Numbers();
        // Five standard errors: s / sqrt(n) of the mean, s^2 sqrt(2 / n) of the variance.
        Assert.Equal(0, noise.Average(), 5 * 0.5 / Math.Sqrt(noise.Length));
        Assert.Equal(0.25, noise.Average(n => n * n), 5 * 0.25 * Math.Sqrt(2.0 / noise.Length));
        Assert.Contains(noise, n => n > 0.5);
        Assert.Contains(noise, n => n < -0.5);

        var pixels = Create("gaussian", Image, ("noise", "0.5")).Apply(x).Numbers();
        Assert.All(pixels, pixel => Assert.InRange(pixel, 0, 1));
        // P(|e| > 0.5 / 0.5) of a standard normal e: 0.15866 at either end.
        Assert.Equal(0.158655, pixels.Count(pixel => pixel == 0) / 60_000.0, FiveSigma(0.158655, 60_000));
        Assert.Equal(0.158655, pixels.Count(pixel => pixel == 1) / 60_000.0, FiveSigma(0.158655, 60_000));
        Assert.Equal(x.Numbers(), Create("gaussian", Image, ("noise", "0")).Apply(x).Numbers());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Blank_out_blanks_one_square_in_every_channel_anywhere_it_fits(int side)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        const int Count = 3000;
        var blanked = Create("blank-out", Image, ("patch", $"{side}")).Apply(ones(Count, Image.Dimension)).view(Count, 3, 9, 12);
        var gone = blanked.eq(0);
        // side^2 pixels are gone in each channel, the same ones, and they span exactly side rows and side columns.
        Assert.All(gone.flatten(2).sum(-1).Numbers(), area => Assert.Equal(side * side, area));
        Assert.Equal(0, gone.ne(gone.narrow(1, 0, 1)).sum().Number());
        var (rows, columns) = (gone.select(1, 0).any(2), gone.select(1, 0).any(1));
        Assert.All(rows.sum(-1).Numbers(), span => Assert.Equal(side, span));
        Assert.All(columns.sum(-1).Numbers(), span => Assert.Equal(side, span));
        // Each place is equally likely: the share of patches whose first row (column) is the i-th.
        AssertUniform(rows, 9 - side + 1);
        AssertUniform(columns, 12 - side + 1);

        static void AssertUniform(Tensor inside, int places)
        {
            var first = inside.to(float32).argmax(-1).Numbers();
            for (var place = 0; place < places; place++)
                Assert.Equal(1.0 / places, first.Count(f => f == place) / (double)Count, FiveSigma(1.0 / places, Count));
        }
    }

    [Theory]
    [InlineData("salt-and-pepper")]
    [InlineData("blank-out")]
    public void Corruptions_of_pixels_refuse_columns(string name)
    {
        var error = Assert.Throws<InvalidInputException>(() => Create(name, Columns));
        Assert.Equal($"Corruption {name} is for images, and this is vectors of 3 columns; take gaussian or masking.", error.Message);
    }

    [Fact]
    public void A_patch_larger_than_the_image_is_refused()
    {
        var error = Assert.Throws<InvalidInputException>(() => Create("blank-out", Image, ("patch", "10")));
        Assert.Equal("Patch = 10 does not fit into images of 9 x 12; give a patch that fits.", error.Message);
    }
}
