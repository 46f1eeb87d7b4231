using Isthmus.Compression;
using Isthmus.Compression.Integer;
using Isthmus.Data;
using Isthmus.Information.Coding;

namespace Isthmus.Tests.Compression;

/// <summary>Integer models of 6 x 5 pixels made from a seed with integers alone: the same on every machine, and no tensor library is loaded.</summary>
internal static class SmallModel
{
    private const int Units = 3;

    public static IntegerModel Binary { get; } = Make(levels: 2);

    public static IntegerModel Grey { get; } = Make(levels: 256);

    public static IntegerModel Of(int levels) => levels == 2 ? Binary : Grey;

    /// <summary>Records of pixels that are 0 more often than not.</summary>
    public static byte[] Records(IntegerModel model, int count, ulong seed = 1)
    {
        var bits = new InitialBits(seed);
        var records = new byte[count * model.Schema.Dimension];
        for (var i = 0; i < records.Length; i++)
            if (bits.Word(i) is var word && word % 3 == 0)
                records[i] = (byte)((word >> 8) % model.Schema.Levels);
        return records;
    }

    private static IntegerModel Make(int levels)
    {
        var numbers = new Numbers((ulong)levels);
        var schema = new ImageSchema(6, 5, 1, levels);
        IntegerLikelihood likelihood = levels == 2 ? new IntegerBernoulli(30) : new IntegerLogistic(30, 256, -800, 100);
        var steps = Enumerable.Range(0, Units).Select(unit => new LatentSteps(20_000 + (5_000 * unit), -6, Table(numbers, 13))).ToArray();
        var priors = Enumerable.Range(0, Units).Select(_ => new BucketPrior(Table(numbers, 64), 6)).ToArray();
        var decoder = new IntegerNetwork([Layer(numbers, LayerKind.Gate, Units, 10), Layer(numbers, LayerKind.Output, 5, 30 * likelihood.OutputsPerDimension, levels == 2 ? 40 : 20_000)], LatentInput.Largest);
        var encoder = new IntegerNetwork([Layer(numbers, LayerKind.Table, 30, 7), Layer(numbers, LayerKind.Output, 7, 2 * Units, 400)], levels - 1);
        return IntegerModel.Of(new(schema, likelihood, steps, 6, priors, decoder, new(encoder, levels)));
    }

    private static Categorical Table(Numbers numbers, int size) => Categorical.FromCounts([.. Enumerable.Range(0, size).Select(_ => (long)numbers.Next(1, 100))]);

    /// <summary>A layer whose sums of inputs up to 2^15 fill about the range of its table; outputs have about the magnitude given.</summary>
    private static IntegerLayer Layer(Numbers numbers, LayerKind kind, int inputs, int outputs, int magnitude = 1 << 14)
    {
        var weights = new short[inputs * outputs];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (short)numbers.Next(-127, 127);
        int[] Several(int least, int most) => [.. Enumerable.Range(0, outputs).Select(_ => numbers.Next(least, most))];
        // A rising table: a straight line bent at its ends.
        short[] table = kind == LayerKind.Output ? [] : [.. Enumerable.Range(0, IntegerLayer.TablePoints).Select(point => (short)Math.Clamp((point - 256) * 200, -30_000, 30_000))];
        return new(kind, new(inputs, outputs, weights, Several(-30_000, 30_000)), Several(magnitude / 2, magnitude), 20, table);
    }

    private sealed class Numbers(ulong seed)
    {
        private readonly InitialBits _bits = new(seed);
        private int _index;

        public int Next(int least, int most) => least + (int)(_bits.Word(_index++) % (uint)(most - least + 1));
    }
}
