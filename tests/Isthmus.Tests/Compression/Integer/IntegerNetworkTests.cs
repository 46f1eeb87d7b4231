using CsCheck;
using Isthmus.Compression.Integer.Layers;

namespace Isthmus.Tests.Compression.Integer;

public class IntegerNetworkTests
{
    /// <summary>Weights, inputs and biases often at the edge of what is allowed.</summary>
    private static readonly Gen<(IntegerLinear Layer, short[] Inputs, int Count)> AnyLayer =
        from inputs in Gen.Int[1, 70]
        from outputs in Gen.Int[1, 70]
        from count in Gen.Int[1, 20]
        from weights in Gen.OneOf(Gen.Short[-127, 127], Gen.Const((short)127), Gen.Const((short)-2047), Gen.Const((short)0)).Array[inputs * outputs]
        from bias in Gen.OneOf(Gen.Int[-1 << 30, 1 << 30], Gen.Const(0), Gen.Const(1 << 30)).Array[outputs]
        let layer = new IntegerLinear(inputs, outputs, weights, bias)
        from values in Gen.OneOf(
            Gen.Int[-layer.LargestInput, layer.LargestInput],
            Gen.Const(layer.LargestInput),
            Gen.Const(-layer.LargestInput),
            Gen.Const(0)
        ).Array[inputs * count]
        select (layer, values.Select(value => (short)value).ToArray(), count);

    [Fact]
    public void Sums_are_those_of_unbounded_whole_numbers() =>
        AnyLayer.Sample(drawn =>
        {
            var (layer, inputs, count) = drawn;
            var padded = new short[count * layer.PaddedInputs];
            for (var record = 0; record < count; record++)
                inputs.AsSpan(record * layer.Inputs, layer.Inputs).CopyTo(padded.AsSpan(record * layer.PaddedInputs));
            var sums = new int[count * layer.PaddedOutputs];
            layer.Apply(padded, count, sums);
            for (var record = 0; record < count; record++)
                for (var output = 0; output < layer.Outputs; output++)
                {
                    long sum = layer.Bias[output];
                    for (var input = 0; input < layer.Inputs; input++)
                        sum += (long)layer.Weights[(output * layer.Inputs) + input] * inputs[(record * layer.Inputs) + input];
                    Assert.Equal(sum, sums[(record * layer.PaddedOutputs) + output]);
                }
        });

    /// <summary>
    /// Convolutions of any sizes, and transposed ones cropped by any number of rows and columns, against their definition: an output sees pixels of its window,
    /// an input is added to the pixels of its own.
    /// </summary>
    [Fact]
    public void Sums_of_convolutions_are_those_of_their_definition() =>
        (
            from sides in Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 4], Gen.Int[1, 5])
            from kernel in Gen.Int[1, 5]
            from stride in Gen.Int[1, kernel]
            from padding in Gen.Int[0, kernel - 1]
            from crop in Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2])
            from isTransposed in Gen.Bool
            let shape = Shape(sides.Item1, sides.Item2, sides.Item3, kernel, stride, padding, isTransposed, crop.Item1, crop.Item2)
            where shape is { OutHeight: > 0, OutWidth: > 0 }
            from weights in Gen.Short[-127, 127].Array[sides.Item4 * shape.WindowInputs]
            from bias in Gen.Int[-1000, 1000].Array[sides.Item4]
            from picture in Gen.Short[-2000, 2000].Array[shape.Inputs]
            select (shape, weights, bias, picture)
        ).Sample(drawn =>
        {
            var (shape, weights, bias, picture) = drawn;
            var linear = new IntegerLinear(shape.WindowInputs, bias.Length, weights, bias);
            var expected = new long[shape.OutPixels, bias.Length];
            for (var pixel = 0; pixel < shape.OutPixels; pixel++)
                for (var channel = 0; channel < bias.Length; channel++)
                    expected[pixel, channel] = bias[channel];
            // The small grid's places, and the taps of each on the large one.
            var (small, large) = shape.IsTransposed
                ? ((shape.Height, shape.Width), (shape.OutHeight, shape.OutWidth))
                : ((shape.OutHeight, shape.OutWidth), (shape.Height, shape.Width));
            for (var y = 0; y < small.Item1; y++)
                for (var x = 0; x < small.Item2; x++)
                    for (var tap = 0; tap < shape.Kernel * shape.Kernel; tap++)
                    {
                        var row = (y * shape.Stride) + (tap / shape.Kernel) - shape.Padding;
                        var column = (x * shape.Stride) + (tap % shape.Kernel) - shape.Padding;
                        if (row < 0 || row >= large.Item1 || column < 0 || column >= large.Item2)
                            continue;
                        var (from, to) = ((row * large.Item2) + column, (y * small.Item2) + x);
                        if (shape.IsTransposed)
                            (from, to) = (to, from);
                        for (var channel = 0; channel < bias.Length; channel++)
                            for (var input = 0; input < shape.Channels; input++)
                            {
                                long weight = weights[(((channel * shape.Kernel * shape.Kernel) + tap) * shape.Channels) + input];
                                expected[to, channel] += weight * picture[(from * shape.Channels) + input];
                            }
                    }
            var seen = new bool[shape.OutPixels];
            new IntegerConvolution(shape, linear).Apply(picture, (pixel, sums) =>
            {
                Assert.False(seen[pixel]);
                seen[pixel] = true;
                for (var channel = 0; channel < bias.Length; channel++)
                    Assert.Equal(expected[pixel, channel], sums[channel]);
            });
            Assert.All(seen, Assert.True);
        });

    private static ConvolutionShape Shape(
        int height,
        int width,
        int channels,
        int kernel,
        int stride,
        int padding,
        bool isTransposed,
        int lessHigh,
        int lessWide
    )
    {
        int Side(int side, int less) =>
            isTransposed ? ((side - 1) * stride) - (2 * padding) + kernel - less
            : side + (2 * padding) < kernel ? 0
            : ((side + (2 * padding) - kernel) / stride) + 1;
        return new(height, width, channels, Side(height, lessHigh), Side(width, lessWide), kernel, stride, padding, isTransposed);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        var linear = new IntegerLinear(9, 1, new short[9], [0]);
        ConvolutionShape fits = new(5, 5, 1, 3, 3, 3, 2, 1, IsTransposed: false);
        _ = new IntegerConvolution(fits, linear);
        foreach (
            var shape in new[]
            {
                fits with
                {
                    OutHeight = 4,
                },
                fits with
                {
                    OutWidth = 2,
                },
                fits with
                {
                    Stride = 0,
                },
                fits with
                {
                    Stride = 4,
                },
                fits with
                {
                    Padding = 3,
                },
                fits with
                {
                    Padding = -1,
                },
                fits with
                {
                    Height = int.MaxValue,
                },
                fits with
                {
                    Channels = 2,
                },
                fits with
                {
                    IsTransposed = true,
                    OutHeight = 10,
                },
            }
        )
            Assert.Throws<InvalidDataException>(() => new IntegerConvolution(shape, linear));
    }

    /// <summary>A residual that could take a sum beyond 32 bits is refused, and one at the bound is not.</summary>
    [Theory]
    [InlineData(30_000, false)]
    [InlineData(70_000, true)]
    public void A_residual_that_could_overflow_is_refused(int weight, bool isRefused)
    {
        short[] table = [.. Enumerable.Repeat(short.MaxValue, IntegerLayer.TablePoints)];
        ConvolutionShape shape = new(2, 2, 1, 2, 2, 1, 1, 0, IsTransposed: false);
        IntegerLayer Layer(LayerKind kind, ResidualWeights? residual = null) =>
            new(kind, new(1, 1, [127], [0]), [1], 1, kind == LayerKind.Output ? [] : table, shape, residual);
        IntegerNetwork Network() => new([Layer(LayerKind.Table), Layer(LayerKind.Table, new(1, [weight])), Layer(LayerKind.Output)], 255);
        if (isRefused)
            Assert.Contains("32 bits", Assert.Throws<InvalidDataException>(Network).Message);
        else
            Assert.Equal(4, Network().Outputs);
    }

    /// <summary>Any rows of a layer, 16 records in the lanes of a vector, and inputs 0 in many.</summary>
    [Fact]
    public void Sums_of_lanes_are_those_of_records() =>
        Gen.Select(AnyLayer, Gen.Int[0, 69], Gen.Int[1, 70])
            .Sample(
                (drawn, from, rows) =>
                {
                    var (layer, inputs, count) = drawn;
                    var first = from % layer.Outputs;
                    var product = new LaneProduct(layer, first, Math.Min(rows, layer.Outputs - first));
                    var (records, pairs) = (Math.Min(count, LaneProduct.Lanes), new int[product.Pairs * LaneProduct.Lanes]);
                    for (var record = 0; record < records; record++)
                        for (var input = 0; input < layer.Inputs; input++)
                            pairs[(input / 2 * LaneProduct.Lanes) + record] |= (inputs[(record * layer.Inputs) + input] & 0xFFFF) << (input % 2 * 16);
                    var sums = new int[product.PaddedRows * LaneProduct.Lanes];
                    product.Apply(pairs, sums);
                    for (var row = 0; row < Math.Min(rows, layer.Outputs - first); row++)
                        for (var record = 0; record < records; record++)
                        {
                            long sum = layer.Bias[first + row];
                            for (var input = 0; input < layer.Inputs; input++)
                                sum += (long)layer.Weights[((first + row) * layer.Inputs) + input] * inputs[(record * layer.Inputs) + input];
                            Assert.Equal(sum, sums[(row * LaneProduct.Lanes) + record]);
                        }
                }
            );

    /// <summary>
    /// Rounded down, and what is left, less than a unit for each, to the largest: so within K units of 2^-16, and of what 2^-30 a term and 32 octaves leave
    /// out.
    /// </summary>
    [Fact]
    public void Shares_sum_to_one_and_are_those_of_the_powers() =>
        Gen.OneOf(Gen.Int[-1000, 1000], Gen.Int, Gen.Const(int.MinValue), Gen.Const(int.MaxValue))
            .Array[1, 32]
            .Sample(logits =>
            {
                var shares = new uint[logits.Length];
                FixedPointLog2.Shares(logits, shares);
                Assert.Equal(65536, shares.Sum(share => (long)share));
                var most = logits.Max();
                double[] powers = [.. logits.Select(logit => Math.Pow(2, ((double)logit - most) / 64))];
                for (var k = 0; k < logits.Length; k++)
                    Assert.InRange(shares[k] - (65536 * powers[k] / powers.Sum()), -1.01, logits.Length);
            });

    /// <summary>The quotients of doubles are those of whole numbers, for any logarithms and bounds.</summary>
    [Fact]
    public void Shares_and_scales_of_lanes_are_those_of_records()
    {
        var logit = Gen.OneOf(Gen.Int[-1000, 1000], Gen.Int, Gen.Const(int.MinValue), Gen.Const(int.MaxValue));
        Gen.Select(logit.Array[LaneProduct.Lanes].Array[1, 32], logit, logit)
            .Sample(
                (rows, bound, other) =>
                {
                    int[] logits = [.. rows.SelectMany(row => row)];
                    var (shares, scales) = (new uint[logits.Length], new uint[logits.Length]);
                    OctaveLanes.Shares(logits, shares);
                    OctaveLanes.InverseScales(logits, Math.Min(bound, other), Math.Max(bound, other), scales);
                    var expected = new uint[rows.Length];
                    for (var lane = 0; lane < LaneProduct.Lanes; lane++)
                    {
                        FixedPointLog2.Shares([.. rows.Select(row => row[lane])], expected);
                        Assert.Equal(expected, rows.Select((_, k) => shares[(k * LaneProduct.Lanes) + lane]));
                    }
                    Assert.Equal(
                        logits.Select(octaves => FixedPointLog2.InverseScale(Math.Clamp(octaves, Math.Min(bound, other), Math.Max(bound, other)))),
                        scales
                    );
                }
            );
    }

    /// <summary>784 weights of 127 and the largest bias: an input one larger than the bound would pass 2^31 - 1.</summary>
    [Fact]
    public void The_bound_of_inputs_is_tight()
    {
        var layer = new IntegerLinear(784, 1, [.. Enumerable.Repeat((short)127, 784)], [1 << 30]);
        var mass = 784L * 127;
        Assert.True((mass * layer.LargestInput) + (1 << 30) <= int.MaxValue);
        Assert.True((mass * (layer.LargestInput + 1)) + (1 << 30) > int.MaxValue);
    }

    [Fact]
    public void Sums_that_could_overflow_are_refused()
    {
        Assert.Contains("32 bits", Assert.Throws<InvalidDataException>(() => new IntegerLinear(1, 1, [1], [int.MaxValue])).Message);
        var layer = new IntegerLayer(LayerKind.Output, new(1000, 1, [.. Enumerable.Repeat((short)127, 1000)], [0]), [1], 1, []);
        Assert.Contains("32 bits", Assert.Throws<InvalidDataException>(() => new IntegerNetwork([layer], short.MaxValue)).Message);
    }

    [Fact]
    public void Batches_give_what_single_records_give()
    {
        var linear = new IntegerLinear(5, 9, [.. Enumerable.Range(0, 45).Select(i => (short)((i * 37 % 200) - 100))], [.. Enumerable.Range(0, 9)]);
        var network = new IntegerNetwork([new(LayerKind.Output, linear, [.. Enumerable.Range(1, 9)], 3, [])], short.MaxValue);
        short[] inputs = [.. Enumerable.Range(0, 19 * 5).Select(i => (short)((i * 7919 % 60_000) - 30_000))];
        var together = new int[19 * 9];
        network.Apply(inputs, 19, together);
        for (var record = 0; record < 19; record++)
        {
            var alone = new int[9];
            network.Apply(inputs.AsSpan(record * 5, 5), 1, alone);
            Assert.Equal(together[(record * 9)..((record + 1) * 9)], alone);
        }
    }

    /// <summary>|x| over whole cells is exact: the table is linear between its points.</summary>
    [Fact]
    public void A_table_is_linear_between_its_points()
    {
        short[] absolute = [.. Enumerable.Range(0, IntegerLayer.TablePoints).Select(point => (short)(64 * Math.Abs(point - 256)))];
        var layer = new IntegerLayer(LayerKind.Table, new(1, 1, [1], [0]), [1 << 4], 4, absolute);
        var output = new short[1];
        for (var t = -(1 << 15); t < 1 << 15; t += 2)
        {
            layer.Activate([t], output);
            Assert.Equal(Math.Abs(t) / 2, output[0]);
        }
    }

    /// <summary>2^(k/64) in doubles, correctly rounded to some 1e-15; the table rounds down to whole units of 2^-16.</summary>
    [Fact]
    public void Octaves_are_powers_of_two()
    {
        for (var octaves = -16 * 64; octaves <= 14 * 64; octaves++)
            Assert.InRange(
                Math.ScaleB(Math.Pow(2, octaves / 64.0), 16) - FixedPointLog2.InverseScale(octaves),
                -1e-3,
                1 + (Math.ScaleB(Math.Pow(2, octaves / 64.0), 16) * 1e-9)
            );
        Assert.Equal(1U << 30, FixedPointLog2.InverseScale(int.MaxValue));
        Assert.Equal(1U, FixedPointLog2.InverseScale(int.MinValue));
    }
}
