using CsCheck;
using Isthmus.Data;

namespace Isthmus.Tests.Data;

public class StandardisationTests
{
    [Fact]
    public void Means_and_scales_are_those_of_the_training_records()
    {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, standard deviation 2 (over N).
        var fitted = Standardisation.Fit(Dataset.Vectors("t", new(["a"]), [2, 4, 4, 4, 5, 5, 7, 9]));
        Assert.Equal(5, fitted.Means[0], 12);
        Assert.Equal(2, fitted.Scales[0], 12);
        Assert.Equal([-1, 0.5f], Scratch.Values(fitted.Apply(Dataset.Vectors("u", new(["a"]), [3, 6]))));
    }

    [Fact]
    public void Inverting_restores_the_records() => Gen.Float[-1000, 1000].Array[20].Where(values => values.Where((_, i) => i % 2 == 0).Distinct().Count() > 1 && values.Where((_, i) => i % 2 == 1).Distinct().Count() > 1)
        .Sample(values =>
        {
            var fitted = Standardisation.Fit(Dataset.Vectors("t", new(["a", "b"]), values));
            var there = (float[])values.Clone();
            fitted.Apply(there.AsSpan());
            fitted.Invert(there);
            // One rounding to float in each direction: 2^-24 of a number of at most 1000 + |mean|, twice.
            return values.Zip(there).All(pair => Math.Abs(pair.First - pair.Second) < 5e-4);
        });

    [Fact]
    public void A_large_mean_does_not_drown_the_scale()
    {
        var fitted = Standardisation.Fit(Dataset.Vectors("t", new(["a"]), [16_000_000, 16_000_001, 16_000_002, 16_000_003]));
        Assert.Equal(Math.Sqrt(1.25), fitted.Scales[0], 9);
    }

    [Fact]
    public void A_constant_column_is_named() =>
        Assert.Equal("t: column 'b' is 7 in every one of the 2 training records, so it carries no information and cannot be standardised; leave it out (--columns).",
            Assert.Throws<InvalidInputException>(() => Standardisation.Fit(Dataset.Vectors("t", new(["a", "b"]), [1, 7, 2, 7]))).Message);

    [Fact]
    public void Labels_are_kept_and_other_widths_refused()
    {
        var fitted = Standardisation.Fit(Dataset.Vectors("t", new(["a"]), [1, 2], [new("y", [0, 1], ["n", "p"])]));
        Assert.Equal([0, 1], fitted.Apply(Dataset.Vectors("t", new(["a"]), [1, 2], [new("y", [0, 1], ["n", "p"])])).Labels[0].Values);
        Assert.Throws<InvalidInputException>(() => fitted.Apply(Dataset.Vectors("t", new(["a", "b"]), [1, 2])));
        Assert.Throws<InvalidInputException>(() => Standardisation.Fit(ShapesSource.Generate(2)));
    }
}
