using CsCheck;
using Isthmus.Data.Published;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;

namespace Isthmus.Tests.Data.Vectors;

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
    public void Inverting_restores_the_records() =>
        Gen.Float[-1000, 1000]
            .Array[20]
            .Where(values => values.Where((_, i) => i % 2 == 0).Distinct().Count() > 1 && values.Where((_, i) => i % 2 == 1).Distinct().Count() > 1)
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

    /// <summary>19.99 is no 32-bit number, and a sum of 625 of them divided by 625 is not one of them: the constant is taken, not computed.</summary>
    [Theory]
    [InlineData(7f)]
    [InlineData(19.99f)]
    [InlineData(0f)]
    [InlineData(-3e-10f)]
    [InlineData(1e30f)]
    public void A_constant_column_is_zero_for_the_model_and_comes_back_as_it_is(float constant)
    {
        VectorSchema schema = new(["a", "b"]);
        var data = Dataset.Vectors("t", schema, [.. Enumerable.Range(0, 625).SelectMany(i => new[] { i % 7, constant })]);
        var fitted = Standardisation.Fit(data);
        Assert.Equal((constant, 0.0), ((float)fitted.Means[1], fitted.Scales[1]));
        var there = Scratch.Values(fitted.Apply(data));
        Assert.All(there.Where((_, i) => i % 2 == 1), value => Assert.Equal(0, value));
        // What a model makes of it is not quite 0.
        float[] back = [.. there.Select((value, i) => i % 2 == 1 ? 0.01f : value)];
        fitted.Invert(back);
        Assert.All(back.Where((_, i) => i % 2 == 1), value => Assert.Equal(constant, value));
        Assert.Equal(
            FormattableString.Invariant(
                $"1 of 2 columns is constant in the training records (b = {constant}): such a column tells nothing, and comes back as it is."
            ),
            fitted.ConstantColumns(schema)
        );
    }

    [Fact]
    public void Another_value_in_a_constant_column_is_seen() =>
        Assert.Equal(
            [-1, 0.5f],
            Scratch.Values(Standardisation.Fit(Dataset.Vectors("t", new(["a", "b"]), [1, 7, 3, 7])).Apply(Dataset.Vectors("u", new(["a", "b"]), [1, 7.5f])))
        );

    [Fact]
    public void Constant_columns_are_counted_and_the_first_named()
    {
        var schema = new VectorSchema([.. Enumerable.Range(0, 8).Select(i => $"x{i}")]);
        var fitted = Standardisation.Fit(Dataset.Vectors("t", schema, [0, 1, 2, 3, 4, 5, 6, 7, 1, 1, 2, 3, 4, 5, 6, 7]));
        Assert.Equal(
            "7 of 8 columns are constant in the training records (x1 = 1, x2 = 2, x3 = 3, x4 = 4, x5 = 5 and 2 more): such a column tells nothing, and comes "
                + "back as it is.",
            fitted.ConstantColumns(schema)
        );
        Assert.Null(Standardisation.Fit(Dataset.Vectors("t", new(["a"]), [1, 2])).ConstantColumns(new VectorSchema(["a"])));
    }

    [Fact]
    public void Labels_are_kept_and_other_widths_refused()
    {
        var fitted = Standardisation.Fit(Dataset.Vectors("t", new(["a"]), [1, 2], [new("y", [0, 1], ["n", "p"])]));
        Assert.Equal([0, 1], fitted.Apply(Dataset.Vectors("t", new(["a"]), [1, 2], [new("y", [0, 1], ["n", "p"])])).Labels[0].Values);
        Assert.Throws<InvalidInputException>(() => fitted.Apply(Dataset.Vectors("t", new(["a", "b"]), [1, 2])));
        Assert.Throws<InvalidInputException>(() => Standardisation.Fit(ShapesSource.Generate(2)));
    }
}
