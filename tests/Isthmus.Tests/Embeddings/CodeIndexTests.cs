using Isthmus.Extensions.AI;

namespace Isthmus.Tests.Embeddings;

public class CodeIndexTests
{
    private static float[][] Codes(int count, int dimensions)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => (float[])[.. Enumerable.Range(0, dimensions).Select(_ => random.NextSingle() - 0.5f)])];
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));

    [Fact]
    public void The_nearest_are_those_of_all_comparisons()
    {
        var codes = Codes(500, 17);
        using var index = new CodeIndex<int>(17);
        foreach (var (key, code) in codes.Index())
            index.Add(key, code);
        // Every third is removed, and every fifth another code.
        for (var key = 0; key < codes.Length; key += 3)
            Assert.True(index.Remove(key));
        var others = Codes(501, 17);
        for (var key = 0; key < codes.Length; key += 5)
            index.Add(key, codes[key] = others[key]);
        int[] kept = [.. Enumerable.Range(0, codes.Length).Where(key => key % 3 != 0 || key % 5 == 0)];
        Assert.Equal(kept.Length, index.Count);
        foreach (var query in Codes(20, 17))
        {
            var expected = kept.OrderByDescending(key => Cosine(query, codes[key])).Take(12).ToArray();
            var found = index.Nearest(query, 12);
            // Random cosines are some 1e-3 apart; a sum of 17 products in 32 bits errs by less than 1e-6.
            Assert.Equal(expected, found.Select(near => near.Key));
            Assert.All(found, near => Assert.Equal(Cosine(query, codes[near.Key]), near.Similarity, 1e-6));
        }
        Assert.Equal(kept.Length, index.Nearest(codes[0], 10_000).Count);
    }

    [Fact]
    public void Odd_codes_are_compared_or_refused()
    {
        using var index = new CodeIndex<string>(2);
        Assert.Empty(index.Nearest([1, 0]));
        Assert.False(index.Remove("a"));
        index.Add("zero", [0, 0]);
        index.Add("huge", [3e38f, 3e38f]);
        index.Add("tiny", [1e-40f, -1e-40f]);
        index.Add("first", [2, 0]);
        index.Add("second", [2, 0]);
        var found = index.Nearest([1, 0], 9);
        // Of equals the one that was added first.
        Assert.Equal(["first", "second"], found.Take(2).Select(near => near.Key));
        Assert.Equal([1f, 1f], found.Take(2).Select(near => near.Similarity));
        Assert.All(found.Skip(2).Take(2), near => Assert.Equal(Math.Sqrt(0.5), near.Similarity, 1e-6));
        Assert.Equal(("zero", 0f), (found[4].Key, found[4].Similarity));
        Assert.Contains("has 3 numbers, and the index 2", Assert.Throws<InvalidInputException>(() => index.Add("a", [1, 2, 3])).Message);
        Assert.Contains("not finite", Assert.Throws<InvalidInputException>(() => index.Add("a", [1, float.NaN])).Message);
        Assert.Contains("not finite", Assert.Throws<InvalidInputException>(() => index.Nearest([float.PositiveInfinity, 0])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Nearest([1, 0], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CodeIndex<int>(0));
        Assert.Equal(5, index.Count);
    }

    [Fact]
    public void Searches_run_while_codes_are_added_and_removed()
    {
        var codes = Codes(400, 8);
        using var index = new CodeIndex<int>(8);
        for (var key = 0; key < 200; key++)
            index.Add(key, codes[key]);
        Parallel.Invoke(
            () =>
            {
                for (var key = 200; key < 400; key++)
                {
                    index.Add(key, codes[key]);
                    Assert.True(index.Remove(key - 50));
                }
            },
            Search,
            Search
        );
        Assert.Equal(200, index.Count);

        void Search()
        {
            // The first 150 stay.
            for (var key = 0; key < 150; key++)
                Assert.Equal(key, index.Nearest(codes[key], 1)[0].Key);
        }
    }
}
