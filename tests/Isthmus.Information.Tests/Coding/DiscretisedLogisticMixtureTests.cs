using CsCheck;
using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

public class DiscretisedLogisticMixtureTests
{
    private const int Precision = 20;

    /// <summary>Weights of any spread that sum to 2^16, some of them 0; locations and scales anywhere.</summary>
    private static readonly Gen<(uint[] Weights, int[] Locations, uint[] Inverse)> AnyMixture = Gen.Int[1, 6]
        .SelectMany(size =>
            Gen.Select(
                    Gen.UInt[0, 65536].Array[size - 1],
                    Gen.OneOf(Gen.Int, Gen.Int[0, 256 << 16]).Array[size],
                    Gen.OneOf(Gen.UInt[1, 1U << 30], Gen.UInt[1, 1 << 18]).Array[size]
                )
                .Select(
                    (cuts, locations, inverse) =>
                    {
                        uint[] edges = [0, .. cuts.Order(), 65536];
                        return ((uint[])[.. edges.Skip(1).Zip(edges, (to, from) => to - from)], locations, inverse);
                    }
                )
        );

    [Fact]
    public void Cumulative_frequencies_rise_strictly_and_every_point_finds_its_level() =>
        Gen.Select(AnyMixture, Gen.UInt[0, (1U << Precision) - 1].Array[8])
            .Sample(
                (drawn, points) =>
                {
                    var mixture = new DiscretisedLogisticMixture(256, drawn.Weights, drawn.Locations, drawn.Inverse, Precision);
                    Assert.Equal(0U, mixture.Cumulative(0));
                    Assert.Equal(1U << Precision, mixture.Cumulative(256));
                    for (var level = 0; level < 256; level++)
                        Assert.True(mixture.Cumulative(level) < mixture.Cumulative(level + 1));
                    foreach (var point in points)
                    {
                        var level = mixture.LevelAt(point, out var share);
                        Assert.Equal(mixture.IntervalOf(level), share);
                        Assert.True(point - share.Start < share.Frequency);
                    }
                }
            );

    /// <summary>In both orders: what was pushed comes off, and what came off goes back, above any message; parameters lying apart are the same.</summary>
    [Fact]
    public void Levels_and_leftover_message_come_back_in_both_orders() =>
        Gen.Select(AnyMixture, Gen.Byte.Array[1, 20], Gen.ULong, Gen.Int[1, 3])
            .Sample(
                (drawn, levels, seed, stride) =>
                {
                    var below = CodecLaws.RandomMessage(seed, 2 + levels.Length);
                    var mixture = new DiscretisedLogisticMixture(
                        256,
                        Apart(drawn.Weights, stride),
                        Apart(drawn.Locations, stride),
                        Apart(drawn.Inverse, stride),
                        Precision,
                        drawn.Weights.Length,
                        stride
                    );
                    var whole = new DiscretisedLogisticMixture(256, drawn.Weights, drawn.Locations, drawn.Inverse, Precision);
                    var coder = new RansCoder(below);
                    foreach (var level in levels)
                    {
                        Assert.Equal(whole.IntervalOf(level), mixture.IntervalOf(level));
                        Push(coder, mixture.IntervalOf(level));
                    }
                    foreach (var level in levels.Reverse())
                        Assert.Equal(level, Pop(coder, mixture));
                    Assert.Equal(below, coder.ToMessage());
                    var popped = new Stack<int>();
                    foreach (var _ in levels)
                        popped.Push(Pop(coder, mixture));
                    foreach (var level in popped)
                        Push(coder, mixture.IntervalOf(level));
                    Assert.Equal(below, coder.ToMessage());
                }
            );

    [Fact]
    public void One_component_is_a_discretised_logistic() =>
        Gen.Select(Gen.Int[1, 256], Gen.Int, Gen.UInt[1, 1U << 30], Gen.Int[9, 31])
            .Sample(
                (levels, location, inverse, precision) =>
                {
                    var mixture = new DiscretisedLogisticMixture(levels, [65536], [location], [inverse], precision);
                    var logistic = new DiscretisedLogistic(levels, location, inverse, precision);
                    for (var level = 0; level <= levels; level++)
                        Assert.Equal(logistic.Cumulative(level), mixture.Cumulative(level));
                }
            );

    /// <summary>Against the formula in doubles: the table is within 2e-6, and the floor takes 256 of 2^20.</summary>
    [Fact]
    public void Frequencies_are_those_of_the_formula()
    {
        double[] weights = [0.25, 0.75],
            locations = [3, 200.5],
            scales = [0.5, 20];
        var mixture = new DiscretisedLogisticMixture(256, [16384, 49152], [3 << 16, (200 << 16) + 32768], [131072, 3277], Precision);
        for (var level = 1; level < 256; level++)
        {
            var below = 0.0;
            for (var k = 0; k < 2; k++)
                below += weights[k] / (1 + Math.Exp(-(level - 0.5 - locations[k]) / scales[k]));
            // 3277 stands for 3276.8: t is off by 6e-5 of itself, and the density of t times t is at most 0.23.
            Assert.InRange((mixture.Cumulative(level) - level) / ((1 << Precision) - 256.0) - below, -2e-5, 2e-5);
        }
    }

    [Fact]
    public void Impossible_parameters_are_refused()
    {
        Assert.Contains(
            "sum to 2^16",
            Assert.Throws<ArgumentException>(() => new DiscretisedLogisticMixture(256, [65535], [0], [1], Precision).Levels).Message
        );
        Assert.Contains(
            "here are 1, 2 and 1",
            Assert.Throws<ArgumentException>(() => new DiscretisedLogisticMixture(256, [65536], [0, 0], [1], Precision).Levels).Message
        );
        Assert.Contains(
            "2 components 3 apart",
            Assert
                .Throws<ArgumentException>(() => new DiscretisedLogisticMixture(256, [65536, 0, 0], [0, 0, 0, 0], [1, 0, 0, 1], Precision, 2, 3).Levels)
                .Message
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogisticMixture(256, [65536], [0], [0], Precision).Levels);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogisticMixture(256, [65536], [0], [1], 7).Levels);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogisticMixture(0, [65536], [0], [1], 7).Levels);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogisticMixture(256, [65536], [0], [1], Precision).IntervalOf(256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscretisedLogisticMixture(256, [65536], [0], [1], Precision).LevelAt(1 << Precision, out _));
    }

    private static T[] Apart<T>(T[] numbers, int stride)
    {
        var apart = new T[numbers.Length * stride];
        for (var i = 0; i < numbers.Length; i++)
            apart[i * stride] = numbers[i];
        return apart;
    }

    private static void Push(RansCoder coder, Interval share) => coder.Push(share.Start, share.Frequency, Precision);

    private static int Pop(RansCoder coder, DiscretisedLogisticMixture mixture)
    {
        var level = mixture.LevelAt(coder.Peek(Precision), out var share);
        coder.Pop(share.Start, share.Frequency, Precision);
        return level;
    }
}
