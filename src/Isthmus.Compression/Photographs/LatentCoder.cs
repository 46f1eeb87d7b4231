using System.Collections.Concurrent;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Photographs;

/// <summary>
/// Codes of a tile of a picture as bytes and back. A code is its mean, which the decoder knows, and a whole number of steps besides, which is stored at the
/// cost of a logistic variable of a scale that the decoder knows too. Means and scales come from networks in whole numbers: every machine reads the same codes.
/// Safe for use by several threads.
/// </summary>
/// <remarks>
/// One <see cref="RangeEncoder"/>'s message: the second code, place after place; then the code's places of a checkerboard's first colour, then those of the
/// other; of each place, channel after channel.
/// </remarks>
internal sealed class LatentCoder(LatentModel model)
{
    private const int Levels = 1024,
        Centre = Levels / 2,
        Precision = 20;

    // Scales of e^-3.4 to e^6 steps, as in training.
    private const int LeastOctaves = -554,
        MostOctaves = 314;

    private static readonly DiscretisedLogistic?[] Distributions = new DiscretisedLogistic?[MostOctaves - LeastOctaves + 1];

    private readonly ConcurrentDictionary<(int Height, int Width), (IntegerNetwork? Features, IntegerNetwork Parameters)> _networks = new();

    /// <summary>Encodes a tile.</summary>
    /// <param name="y">M x h x w codes, in steps.</param>
    /// <param name="second">C x ceil(h/2) x ceil(w/2) numbers of the second code, in steps; empty without one.</param>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <param name="codes">Receives M x h x w codes as a decoder has them, in 1/16 of a step.</param>
    /// <param name="distortions">
    /// Bits that a squared step of each channel's error is worth, M: a code takes the whole number of steps of least error and bits together (rate-distortion
    /// optimised quantisation). Empty for the nearest.
    /// </param>
    public byte[] Encode(ReadOnlySpan<float> y, ReadOnlySpan<float> second, int height, int width, Span<short> codes, ReadOnlySpan<float> distortions = default)
    {
        var encoder = new RangeEncoder();
        Code(new Writer(encoder), y, second, height, width, codes, distortions);
        return encoder.ToBytes();
    }

    /// <summary>Decodes a tile into M x h x w codes, in 1/16 of a step.</summary>
    /// <exception cref="MessageException">The bytes are damaged, or of another model.</exception>
    public void Decode(ReadOnlyMemory<byte> message, int height, int width, Span<short> codes)
    {
        var decoder = new RangeDecoder(message);
        Code(new Reader(decoder), [], [], height, width, codes, []);
        decoder.CheckEnd();
    }

    /// <summary>Returns the bits that each place of a tile costs, h x w; those of the second code are shared by the places below it.</summary>
    /// <exception cref="MessageException">The bytes are damaged, or of another model.</exception>
    public float[] PlaceBits(ReadOnlyMemory<byte> message, int height, int width)
    {
        var decoder = new RangeDecoder(message);
        var (bits, second) = (new float[height * width], new float[model.Hyper == 0 ? 0 : (height + 1) / 2 * ((width + 1) / 2)]);
        Code(new Weigher(decoder, bits, second), [], [], height, width, new short[model.Channels * height * width], []);
        decoder.CheckEnd();
        for (var row = 0; row < height && second.Length > 0; row++)
            for (var column = 0; column < width; column++)
            {
                // At an odd edge fewer than four places are below it.
                var below = Math.Min(2, height - row / 2 * 2) * Math.Min(2, width - column / 2 * 2);
                bits[row * width + column] += second[row / 2 * ((width + 1) / 2) + column / 2] / below;
            }
        return bits;
    }

    private void Code<TCoder>(
        TCoder coder,
        ReadOnlySpan<float> y,
        ReadOnlySpan<float> second,
        int height,
        int width,
        Span<short> codes,
        ReadOnlySpan<float> distortions
    )
        where TCoder : ICoder
    {
        var (channels, places) = (model.Channels, height * width);
        if (model.Hyper == 0)
        {
            Outermost(coder, y, channels, places, codes, distortions, isSecond: false);
            return;
        }
        var (halfHeight, halfWidth) = ((height + 1) / 2, (width + 1) / 2);
        var hyper = new short[model.Hyper * halfHeight * halfWidth];
        Outermost(coder, second, model.Hyper, halfHeight * halfWidth, hyper, [], isSecond: true);
        var (featureNetwork, parameterNetwork) = Networks(height, width);
        var blocks = new int[4 * hyper.Length];
        featureNetwork!.Apply(hyper, 1, blocks);
        var inputs = new short[(model.Hyper + (model.HasContext ? channels : 0)) * places];
        Spread(blocks, halfHeight, halfWidth, height, width, inputs);
        var parameters = new int[2 * channels * places];
        parameterNetwork.Apply(inputs, 1, parameters);
        for (var colour = 0; colour < (model.HasContext ? 2 : 1); colour++)
        {
            if (colour == 1)
            {
                codes.CopyTo(inputs.AsSpan(model.Hyper * places));
                parameterNetwork.Apply(inputs, 1, parameters);
            }
            else
                codes.Clear();
            for (var row = 0; row < height; row++)
                for (var column = model.HasContext ? (row + colour) % 2 : 0; column < width; column += model.HasContext ? 2 : 1)
                    for (var channel = 0; channel < channels; channel++)
                    {
                        var at = (channel * places) + (row * width) + column;
                        var (mean, octaves) = (parameters[at], parameters[(channels * places) + at]);
                        codes[at] = One(coder, (row * width) + column, false, At(y, at), mean, octaves, At(distortions, channel));
                    }
        }
    }

    private static float At(ReadOnlySpan<float> numbers, int place) => numbers.IsEmpty ? 0 : numbers[place];

    private void Outermost<TCoder>(
        TCoder coder,
        ReadOnlySpan<float> numbers,
        int channels,
        int places,
        Span<short> codes,
        ReadOnlySpan<float> distortions,
        bool isSecond
    )
        where TCoder : ICoder
    {
        for (var place = 0; place < places; place++)
            for (var channel = 0; channel < channels; channel++)
            {
                var at = (channel * places) + place;
                codes[at] = One(coder, place, isSecond, At(numbers, at), model.Means[channel], model.Octaves[channel], At(distortions, channel));
            }
    }

    private static short One<TCoder>(TCoder coder, int place, bool isSecond, float wanted, int mean, int octaves, float distortion)
        where TCoder : ICoder
    {
        mean = Math.Clamp(mean, -LatentModel.Largest, LatentModel.Largest);
        var distribution = DistributionOf(Math.Clamp(octaves, LeastOctaves, MostOctaves));
        var steps = coder.Code(place, isSecond, distribution, wanted, mean, distortion);
        return (short)Math.Clamp(mean + (LatentModel.One * steps), -LatentModel.Largest, LatentModel.Largest);
    }

    private static DiscretisedLogistic DistributionOf(int octaves) =>
        Distributions[octaves - LeastOctaves] ??= new(Levels, Centre * LocationScale.One, FixedPointLog2.InverseScale(octaves), Precision);

    private (IntegerNetwork? Features, IntegerNetwork Parameters) Networks(int height, int width) =>
        _networks.GetOrAdd((height, width), size =>
            (model.Features!.OfSize((size.Height + 1) / 2, (size.Width + 1) / 2), model.Parameters!.OfSize(size.Height, size.Width))
        );

    /// <summary>Puts blocks of 2 x 2 features in their places: row in the block, column in the block, channel.</summary>
    private void Spread(ReadOnlySpan<int> blocks, int halfHeight, int halfWidth, int height, int width, Span<short> features)
    {
        for (var channel = 0; channel < model.Hyper; channel++)
            for (var row = 0; row < height; row++)
                for (var column = 0; column < width; column++)
                {
                    var plane = (((row % 2 * 2) + (column % 2)) * model.Hyper) + channel;
                    var value = blocks[(((plane * halfHeight) + (row / 2)) * halfWidth) + (column / 2)];
                    features[(((channel * height) + row) * width) + column] = (short)Math.Clamp(value, -LatentModel.Largest, LatentModel.Largest);
                }
    }

    /// <summary>Writes or reads the steps of one code.</summary>
    private interface ICoder
    {
        int Code(int place, bool isSecond, DiscretisedLogistic distribution, float wanted, int mean, float distortion);
    }

    private readonly struct Writer(RangeEncoder encoder) : ICoder
    {
        public int Code(int place, bool isSecond, DiscretisedLogistic distribution, float wanted, int mean, float distortion)
        {
            // Codes stay within what networks take.
            var (least, most) = (-((LatentModel.Largest + mean) / LatentModel.One), (LatentModel.Largest - mean) / LatentModel.One);
            var distance = float.IsNaN(wanted) ? 0 : Math.Clamp(wanted - (mean / (float)LatentModel.One), -Centre, Centre - 1);
            var steps = Math.Clamp((int)MathF.Round(distance), Math.Max(least, -Centre), Math.Min(most, Centre - 1));
            var interval = distribution.IntervalOf(steps + Centre);
            // Probability falls away from the mean: of numbers of steps that are nearer to it only those can be worth the error.
            while (distortion > 0 && steps != 0)
            {
                var nearer = steps - Math.Sign(steps);
                var other = distribution.IntervalOf(nearer + Centre);
                var (error, otherError) = (distance - steps, distance - nearer);
                if (distortion * (otherError * otherError - error * error) >= MathF.Log2(other.Frequency / (float)interval.Frequency))
                    break;
                (steps, interval) = (nearer, other);
            }
            encoder.Push(interval.Start, interval.Frequency, Precision);
            return steps;
        }
    }

    private readonly struct Reader(RangeDecoder decoder) : ICoder
    {
        public int Code(int place, bool isSecond, DiscretisedLogistic distribution, float wanted, int mean, float distortion)
        {
            var symbol = distribution.SymbolAt(decoder.Peek(Precision));
            var interval = distribution.IntervalOf(symbol);
            decoder.Pop(interval.Start, interval.Frequency, Precision);
            return symbol - Centre;
        }
    }

    /// <summary>Reads, and adds what each code costs to its place's bits.</summary>
    private readonly struct Weigher(RangeDecoder decoder, float[] bits, float[] second) : ICoder
    {
        public int Code(int place, bool isSecond, DiscretisedLogistic distribution, float wanted, int mean, float distortion)
        {
            var steps = new Reader(decoder).Code(place, isSecond, distribution, wanted, mean, distortion);
            (isSecond ? second : bits)[place] += (float)(Precision - Math.Log2(distribution.IntervalOf(steps + Centre).Frequency));
            return steps;
        }
    }
}
