using Isthmus.Maps;

namespace Isthmus.Tests.Maps;

public sealed class MapTests
{
    /// <summary>Three clouds in eight dimensions, 10 apart with a spread of 1.</summary>
    private static CodeMatrix Clouds(int count, int seed = 1)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return new([.. Enumerable.Range(0, count * 8).Select(i => (float)(Normal() + (i % 8 == i / 8 % 3 ? 10 : 0)))], 8);
    }

    private static CodeMatrix Waves(int count, int width) =>
        new([.. Enumerable.Range(0, count * width).Select(i => (float)Math.Sin(0.37 * (i / width + 1) * (i % width + 1)))], width);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Nearest_codes_are_those_of_a_sort(int extra)
    {
        // No whole number of blocks or groups, and a record that is there twice.
        var codes = Waves(130 + extra, 5);
        codes[3].CopyTo(codes.Values.AsSpan(5 * 90));
        var found = NearestCodes.Of(codes, 6);
        for (var i = 0; i < codes.Count; i++)
        {
            var distances = codes.SquaredDistances(codes[i]);
            var expected = Enumerable
                .Range(0, codes.Count)
                .Where(other => other != i)
                .OrderBy(other => distances[other])
                .ThenBy(other => other)
                .Take(6)
                .ToArray();
            for (var n = 0; n < 6; n++)
                Assert.Equal(Math.Sqrt(distances[expected[n]]), found.Distances[6 * i + n], 1e-5);
            Assert.Equal(6, found.Places.AsSpan(6 * i, 6).ToArray().Distinct().Count());
            Assert.DoesNotContain(i, found.Places[(6 * i)..(6 * i + 6)]);
        }
        Assert.Equal(90, found.Places[6 * 3]);
    }

    [Fact]
    public void Principal_components_are_those_of_the_closed_form()
    {
        // x = (3 a + b, 3 a - b) / sqrt 2, a and b of variance 1/2: components 9/2 and 1/2.
        var codes = new CodeMatrix(
            [
                .. Enumerable
                    .Range(0, 1000)
                    .Select(i => (Math.Cos(2 * Math.PI * i / 1000), Math.Sin(2 * Math.PI * i / 1000)))
                    .SelectMany(p => (float[])[(float)((3 * p.Item1 + p.Item2) / Math.Sqrt(2)), (float)((3 * p.Item1 - p.Item2) / Math.Sqrt(2) + 7)]),
            ],
            2
        );
        var components = PrincipalComponents.Of(codes, 2, seed: 1);
        Assert.Equal(0.9, components.Shares[0], 1e-5);
        Assert.Equal(0.1, components.Shares[1], 1e-5);
        Assert.Equal(3, components.Project(codes)[0], 1e-4);
    }

    [Fact]
    public void Wide_codes_have_the_components_of_the_narrow_ones_that_they_hold()
    {
        // 8 numbers in 100 dimensions, each as a column of a matrix of unit rows.
        var narrow = Clouds(400);
        var wide = new CodeMatrix(new float[400 * 100], 100);
        for (var i = 0; i < 400; i++)
            for (var unit = 0; unit < 8; unit++)
                (wide.Values[100 * i + unit], wide.Values[100 * i + 50 + unit]) = (0.6f * narrow[i][unit], 0.8f * narrow[i][unit]);
        var (expected, found) = (PrincipalComponents.Of(narrow, 3, 1), PrincipalComponents.Of(wide, 3, 1));
        for (var a = 0; a < 3; a++)
            Assert.Equal(expected.Shares[a], found.Shares[a], 1e-4);
    }

    /// <summary>sklearn.manifold.trustworthiness, scikit-learn 1.2.1, of the same numbers.</summary>
    [Theory]
    [InlineData(300, 6, 10, 0.7237820738137083)]
    [InlineData(101, 4, 5, 0.6424571489407005)]
    public void Trustworthiness_is_that_of_scikit_learn(int count, int width, int neighbours, double expected)
    {
        var codes = Waves(count, width);
        float[] points = [.. Enumerable.Range(0, count).SelectMany(i => (float[])[codes[i][0] + 0.5f * codes[i][3], (float)Math.Cos(1.7 * i)])];
        Assert.Equal(expected, Trustworthiness.Of(codes, points, neighbours), 1e-9);
    }

    [Fact]
    public void A_map_parts_clouds_keeps_neighbours_and_is_the_same_for_the_same_seed()
    {
        var codes = Clouds(600);
        var stages = new List<MapProgress>();
        var points = Umap.Of(codes, new() { Epochs = 200 }, new ImmediateProgress<MapProgress>(stages.Add));
        Assert.Equal(points, Umap.Of(codes, new() { Epochs = 200 }));
        Assert.NotEqual(points, Umap.Of(codes, new() { Epochs = 200, Seed = 2 }));
        Assert.Equal(1, stages[^1].Share, 1e-12);
        // Nearest on the map is of the same cloud, every time.
        var nearest = NearestCodes.Of(new(points, 2), 5);
        Assert.All(nearest.Places.Index(), place => Assert.Equal(place.Index / 5 % 3, place.Item % 3));
        // A plane of two components of three clouds' within-cloud noise: 0.73.
        Assert.InRange(Trustworthiness.Of(codes, points), 0.8, 1);
    }

    [Fact]
    public void Copies_constant_codes_and_very_few_have_a_map()
    {
        foreach (var codes in new[] { new CodeMatrix(new float[40], 2), new CodeMatrix([1, 2, 3], 1), Waves(5, 80) })
            Assert.All(Umap.Of(codes), value => Assert.True(float.IsFinite(value)));
        Assert.Throws<InvalidInputException>(() => Umap.Of(new([1, 2], 1)));
    }

    [Fact]
    public void A_map_that_is_cancelled_ends()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new ImmediateProgress<MapProgress>(so =>
        {
            if (so.Stage == "layout")
                cancel.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Umap.Of(Clouds(100), null, progress, cancel.Token));
    }

    /// <summary>
    /// 1,797 digits of 64 pixels: scikit-learn 1.2.1 measures 0.9925 for its t-SNE (start by PCA, seed 1) and 0.8300 for the plane of two principal components.
    /// </summary>
    [Fact]
    public void A_map_of_digits_is_as_trustworthy_as_that_of_t_SNE_within_a_hundredth()
    {
        var folder = Environment.GetEnvironmentVariable("ISTHMUS_DATA");
        Assert.SkipWhen(folder is null || !File.Exists(Path.Combine(folder, "digits", "optdigits.tes")), "ISTHMUS_DATA holds no digits.");
        float[] pixels = [.. File.ReadLines(Path.Combine(folder!, "digits", "optdigits.tes")).SelectMany(line => line.Split(',').Take(64).Select(float.Parse))];
        var codes = new CodeMatrix(pixels, 64);
        Assert.InRange(Trustworthiness.Of(codes, Umap.Of(codes)), 0.9825, 1);
        Assert.Equal(0.8300, Trustworthiness.Of(codes, PrincipalComponents.Of(codes, 2, 1).Project(codes)), 0.001);
    }
}
