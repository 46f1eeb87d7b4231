using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Latents;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Data.Images;
using Isthmus.Information.Coding;

namespace Isthmus.Tests.Compression;

/// <summary>Integer models of a few pixels made from a seed with integers alone: the same on every machine, and no tensor library is loaded.</summary>
internal static class SmallModel
{
    private const int Units = 3;

    private static readonly Dictionary<string, IntegerModel> Made = new()
    {
        ["2"] = Make(2, new(6, 5, 1, 2), (_, image) => new IntegerBernoulli(image.Dimension)),
        ["256"] = Make(256, new(6, 5, 1, 256), (_, image) => new IntegerLogistic(image.Dimension, 256, -800, 100)),
        ["mixture"] = Make(3, new(6, 5, 1, 256), (_, image) => new IntegerLogisticMixture(image.Dimension, Mixture)),
        ["context-2"] = Make(4, new(6, 5, 1, 2), (numbers, image) => Context(numbers, image, new IntegerBernoulliPixel(), reach: 2, magnitude: 6)),
        ["context-256"] = Make(5, new(6, 5, 1, 256), (numbers, image) => Context(numbers, image, Mixture, reach: 1, magnitude: 1)),
        ["context-rgb"] = Make(6, new(3, 4, 3, 256), (numbers, image) => Context(numbers, image, Mixture, reach: 2, magnitude: 1)),
        ["codebook"] = MakeCodebook(7, new(6, 5, 1, 2)),
        ["convolution"] = MakeConvolutions(8, new(6, 5, 3, 256)),
    };

    /// <summary>Every model: levels of a pixel, or its likelihood, or its code.</summary>
    public static TheoryData<string> Names => [.. Made.Keys];

    /// <summary>Those whose latents are drawn.</summary>
    public static TheoryData<string> NamesOfBitsBack => [.. Made.Where(model => model.Value.HasBitsBack).Select(model => model.Key)];

    public static IntegerModel Binary { get; } = Of("2");

    public static IntegerModel Of(string name) => Made[name];

    private static IntegerLogisticMixturePixel Mixture => new(256, 3, -800, 100);

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

    private static IntegerModel Make(ulong seed, ImageSchema schema, Func<Numbers, ImageSchema, IntegerLikelihood> make)
    {
        var numbers = new Numbers(seed);
        var likelihood = make(numbers, schema);
        var steps = Enumerable.Range(0, Units).Select(unit => new LatentSteps(20_000 + (5_000 * unit), -6, Table(numbers, 13))).ToArray();
        var priors = Enumerable.Range(0, Units).Select(_ => new BucketPrior(Table(numbers, 64), 6)).ToArray();
        var decoder = new IntegerNetwork(
            [
                Layer(numbers, LayerKind.Gate, Units, 10),
                Layer(numbers, LayerKind.Output, 5, schema.Dimension * likelihood.OutputsPerDimension, schema.Levels == 2 ? 40 : 20_000),
            ],
            LatentInput.Largest
        );
        var encoder = new IntegerNetwork(
            [Layer(numbers, LayerKind.Table, schema.Dimension, 7), Layer(numbers, LayerKind.Output, 7, 2 * Units, 400)],
            schema.Levels - 1
        );
        return IntegerModel.Of(new(schema, likelihood, new SteppedCodes(steps), new(priors, 6), decoder, new(encoder, schema.Levels)));
    }

    /// <summary>Convolutions of odd sides, a residual block on each side, and transposed ones that are cropped.</summary>
    private static IntegerModel MakeConvolutions(ulong seed, ImageSchema schema)
    {
        const int Width = 4;
        var numbers = new Numbers(seed);
        var likelihood = new IntegerLogistic(schema.Dimension, 256, -800, 100);
        var steps = Enumerable.Range(0, Units).Select(unit => new LatentSteps(20_000 + (5_000 * unit), -6, Table(numbers, 13))).ToArray();
        var priors = Enumerable.Range(0, Units).Select(_ => new BucketPrior(Table(numbers, 64), 6)).ToArray();
        var small = new ConvolutionShape(3, 3, Width, 3, 3, 3, 1, 1, IsTransposed: false);
        IntegerLayer[] Block() =>
            [
                Convolved(LayerKind.Table, small with { Kernel = 1, Padding = 0 }, Width),
                Convolved(LayerKind.Table, small, Width),
                Convolved(LayerKind.Table, small, Width, residual: new(3, [900, -700, 0, 16_384])),
            ];
        var encoder = new IntegerNetwork(
            [
                Convolved(LayerKind.Table, new(6, 5, 3, 3, 3, 3, 2, 1, IsTransposed: false), Width),
                .. Block(),
                Layer(numbers, LayerKind.Output, 9 * Width, 2 * Units, 400),
            ],
            schema.Levels - 1
        );
        var decoder = new IntegerNetwork(
            [
                Layer(numbers, LayerKind.Table, Units, 9 * Width),
                .. Block(),
                Convolved(LayerKind.Table, new(3, 3, Width, 6, 5, 4, 2, 1, IsTransposed: true), 5),
                Convolved(LayerKind.Output, new(6, 5, 5, 6, 5, 3, 1, 1, IsTransposed: false), 6, 20_000),
            ],
            LatentInput.Largest
        );
        return IntegerModel.Of(new(schema, likelihood, new SteppedCodes(steps), new(priors, 6), decoder, new(encoder, schema.Levels)));

        IntegerLayer Convolved(LayerKind kind, ConvolutionShape shape, int outputs, int magnitude = 1 << 14, ResidualWeights? residual = null)
        {
            var layer = Layer(numbers, kind, shape.WindowInputs, outputs, magnitude);
            return new(kind, layer.Linear, layer.Multipliers.ToArray(), layer.Shift, layer.Table.ToArray(), shape, residual);
        }
    }

    /// <summary>Three slots that hold one of five vectors of two numbers.</summary>
    private static IntegerModel MakeCodebook(ulong seed, ImageSchema schema)
    {
        const int Vectors = 5,
            Width = 2,
            Slots = 3;
        var numbers = new Numbers(seed);
        short[] vectors = [.. Enumerable.Range(0, Vectors * Width).Select(_ => (short)numbers.Next(-30_000, 30_000))];
        var prior = new IntegerNetwork(
            [Layer(numbers, LayerKind.Table, Slots * Width, 8), Layer(numbers, LayerKind.Output, 8, Slots * Vectors, 40)],
            LatentInput.Largest
        );
        var decoder = new IntegerNetwork(
            [Layer(numbers, LayerKind.Gate, Slots * Width, 10), Layer(numbers, LayerKind.Output, 5, schema.Dimension, 40)],
            LatentInput.Largest
        );
        var encoder = new IntegerNetwork(
            [Layer(numbers, LayerKind.Table, schema.Dimension, 7), Layer(numbers, LayerKind.Output, 7, Slots * Width, 4000)],
            schema.Levels - 1
        );
        return IntegerModel.Of(
            new(schema, new IntegerBernoulli(schema.Dimension), new CodebookCodes(vectors, Width, prior), null, decoder, new(encoder, schema.Levels))
        );
    }

    /// <summary>Two features, seven hidden units a channel; shifts such that parameters have a spread of about 2^(9 - <paramref name="magnitude"/>).</summary>
    private static IntegerLocalContext Context(Numbers numbers, ImageSchema image, IntegerPixel pixel, int reach, int magnitude)
    {
        const int Features = 2,
            Hidden = 7;
        var inputs = IntegerLocalContext.Known(image, reach) + (Features * image.Channels);
        var network = new ContextNetwork(
            image.Channels,
            Linear(inputs, image.Channels * Hidden),
            Shifts(image.Channels * Hidden, 7),
            Linear(Hidden, image.Channels * pixel.Parameters),
            Shifts(image.Channels * pixel.Parameters, 10 + magnitude)
        );
        return new(image, pixel, Features, reach, 4000 / (image.Levels - 1), network);

        IntegerLinear Linear(int from, int to) =>
            new(
                from,
                to,
                [.. Enumerable.Range(0, from * to).Select(_ => (short)numbers.Next(-300, 300))],
                [.. Enumerable.Range(0, to).Select(_ => numbers.Next(-30_000, 30_000))]
            );

        byte[] Shifts(int count, int shift) => [.. Enumerable.Range(0, count).Select(_ => (byte)numbers.Next(shift - 1, shift + 1))];
    }

    private static Categorical Table(Numbers numbers, int size) =>
        Categorical.FromCounts([.. Enumerable.Range(0, size).Select(_ => (long)numbers.Next(1, 100))]);

    /// <summary>A layer whose sums of inputs up to 2^15 fill about the range of its table; outputs have about the magnitude given.</summary>
    private static IntegerLayer Layer(Numbers numbers, LayerKind kind, int inputs, int outputs, int magnitude = 1 << 14)
    {
        var weights = new short[inputs * outputs];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (short)numbers.Next(-127, 127);
        int[] Several(int least, int most) => [.. Enumerable.Range(0, outputs).Select(_ => numbers.Next(least, most))];
        // A rising table: a straight line bent at its ends.
        short[] table =
            kind == LayerKind.Output
                ? []
                : [.. Enumerable.Range(0, IntegerLayer.TablePoints).Select(point => (short)Math.Clamp((point - 256) * 200, -30_000, 30_000))];
        return new(kind, new(inputs, outputs, weights, Several(-30_000, 30_000)), Several(magnitude / 2, magnitude), 20, table);
    }

    private sealed class Numbers(ulong seed)
    {
        private readonly InitialBits _bits = new(seed);
        private int _index;

        public int Next(int least, int most) => least + (int)(_bits.Word(_index++) % (uint)(most - least + 1));
    }
}
