using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Photographs;

/// <summary>
/// Samples of a tile as bytes and back, without loss: one <see cref="RangeEncoder"/>'s message, pixel after pixel, green, red and blue in turn, each at the
/// cost that a mixture of logistic variables gives it. Safe for use by several threads.
/// </summary>
internal sealed class PixelCoder(PixelModel model)
{
    /// <summary>Number of values of a sample.</summary>
    public const int Levels = 256;

    private const int Precision = 20;

    // Scales of 1/512 to 512 of that given.
    private const int MostOctaves = 9 * FixedPointLog2.Steps;

    // A mean up to 16 scales from that given.
    private const int MostShift = 16 << 10;

    /// <summary>Encodes a tile.</summary>
    /// <param name="samples">Planes of height x width in the order of coding: green, red, blue, or grey alone.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public byte[] Encode(ReadOnlySpan<byte> samples, int height, int width)
    {
        var encoder = new RangeEncoder();
        var pixels = new Pixels(model, height, width, samples.Length == height * width);
        for (var row = 0; row < height; row++)
        {
            pixels.BeginRow();
            for (var column = 0; column < width; column++)
                for (var colour = 0; colour < pixels.Colours; colour++)
                {
                    var sample = samples[(((colour * height) + row) * width) + column];
                    var interval = pixels.Next(colour).IntervalOf(sample);
                    encoder.Push(interval.Start, interval.Frequency, Precision);
                    pixels.Accept(colour, sample);
                }
            pixels.EndRow();
        }
        return encoder.ToBytes();
    }

    /// <summary>Decodes a tile.</summary>
    /// <exception cref="MessageException">The bytes are damaged, or of another model.</exception>
    public void Decode(ReadOnlyMemory<byte> message, Span<byte> samples, int height, int width)
    {
        var decoder = new RangeDecoder(message);
        var pixels = new Pixels(model, height, width, samples.Length == height * width);
        for (var row = 0; row < height; row++)
        {
            pixels.BeginRow();
            for (var column = 0; column < width; column++)
                for (var colour = 0; colour < pixels.Colours; colour++)
                {
                    var sample = pixels.Next(colour).LevelAt(decoder.Peek(Precision), out var share);
                    decoder.Pop(share.Start, share.Frequency, Precision);
                    samples[(((colour * height) + row) * width) + column] = (byte)sample;
                    pixels.Accept(colour, sample);
                }
            pixels.EndRow();
        }
        decoder.CheckEnd();
    }

    /// <summary>The distributions of a tile's samples, one after another.</summary>
    private sealed class Pixels(PixelModel model, int height, int width, bool isGrey)
    {
        private readonly PixelPredictor _predictor = new(height, width, isGrey);
        private readonly short[] _features = new short[PixelPredictor.Features];
        private readonly int[] _outputs = new int[3 * model.Components],
            _means = new int[model.Components];
        private readonly uint[] _weights = new uint[model.Components],
            _inverseScales = new uint[model.Components];

        public int Colours => _predictor.Colours;

        public void BeginRow() => _predictor.BeginRow();

        public void EndRow() => _predictor.EndRow();

        public void Accept(int colour, int sample) => _predictor.Accept(colour, sample);

        public DiscretisedLogisticMixture Next(int colour)
        {
            var components = model.Components;
            var (mean, scale) = _predictor.Predict(colour, _features);
            model.Networks[colour].Apply(_features, 1, _outputs);
            FixedPointLog2.Shares(_outputs.AsSpan(0, components), _weights);
            // 1/64 of a level: six octaves less than a level has.
            var octaves = (6 * FixedPointLog2.Steps) - PixelPredictor.OctavesOf(scale);
            for (var k = 0; k < components; k++)
            {
                // 1/1024 of a scale in 1/64 of a level: units of 2^-16.
                _means[k] = (mean << 10) + (Math.Clamp(_outputs[components + k], -MostShift, MostShift) * scale);
                _inverseScales[k] = FixedPointLog2.InverseScale(octaves + Math.Clamp(_outputs[(2 * components) + k], -MostOctaves, MostOctaves));
            }
            return new(Levels, _weights, _means, _inverseScales, Precision);
        }
    }
}
