using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Isthmus.Data;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>
/// p(x|z) = prod_i p(x_i | features of z at i, known neighbours of i) in whole numbers, the pixels in raster order, at each place one channel
/// after another (<see cref="Models.Likelihoods.LocalContextLikelihood"/>). The decoder gives F features for each place and channel. A pixel's
/// parameters come from a <see cref="ContextNetwork"/> over the window's pixels, times <see cref="PixelUnit"/>, and the features, 16 records at a time:
/// an image is hundreds of small steps one after another, and what can be done side by side is other images.
/// </summary>
internal sealed class IntegerLocalContext : IntegerLikelihood
{
    private const int Lanes = LaneProduct.Lanes;

    private readonly ImageSchema _image;
    private readonly int _largest;

    /// <summary>Where an input lies, from a place's own corner of the canvas; and features after it.</summary>
    private readonly int[] _offsets;

    /// <summary>A local context over images.</summary>
    /// <param name="image">What a record is.</param>
    /// <param name="pixel">The distribution of a pixel.</param>
    /// <param name="features">F.</param>
    /// <param name="reach">How many pixels the window reaches up and to either side.</param>
    /// <param name="pixelUnit">What a pixel of 1 is in the network's inputs.</param>
    /// <param name="network">Known pixels and features to parameters.</param>
    /// <exception cref="InvalidDataException">Parts that do not fit each other, or sums that could leave 32 bits.</exception>
    public IntegerLocalContext(ImageSchema image, IntegerPixel pixel, int features, int reach, int pixelUnit, ContextNetwork network) : base(image.Dimension, image.Levels, features)
    {
        (_image, Pixel, Reach, PixelUnit, Network) = (image, pixel, reach, pixelUnit, network);
        var known = Known(image, reach);
        _largest = pixelUnit * (image.Levels - 1);
        if (pixel.Levels != image.Levels || network.Hidden.Inputs != known + (features * image.Channels) || network.Output.Outputs != image.Channels * pixel.Parameters)
            throw new InvalidDataException($"a context of {known} known pixels and {features} features takes {network.Hidden.Inputs} numbers and gives {network.Output.Outputs}");
        if (_largest < 1 || _largest > network.Hidden.LargestInput)
            throw new InvalidDataException($"sums of a context could leave 32 bits: it takes numbers up to {network.Hidden.LargestInput} and may be given {_largest}");
        var side = (2 * reach) + 1;
        _offsets = [.. Enumerable.Range(0, known).Select(q => (((q / image.Channels / side * CanvasWidth) + (q / image.Channels % side)) * image.Channels) + (q % image.Channels))];
    }

    /// <summary>The distribution of a pixel.</summary>
    public IntegerPixel Pixel { get; }

    /// <summary>How many pixels the window reaches.</summary>
    public int Reach { get; }

    /// <summary>What a pixel of 1 is in the network's inputs.</summary>
    public int PixelUnit { get; }

    /// <summary>The network.</summary>
    public ContextNetwork Network { get; }

    /// <inheritdoc/>
    public override int Precision => Pixel.Precision;

    /// <inheritdoc/>
    public override byte ArithmeticProfile => 2;

    /// <inheritdoc/>
    public override int Together => Lanes;

    private int CanvasWidth => _image.Width + (2 * Reach);

    private int Places => _image.Height * _image.Width;

    /// <summary>Numbers of the window, and of the channels before at the place itself.</summary>
    public static int Known(ImageSchema image, int reach) => (((2 * reach * (reach + 1)) + 1) * image.Channels) - 1;

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals)
    {
        for (var first = 0; first < count; first += Lanes)
        {
            var canvas = new Canvas(this);
            for (var place = 0; place < Places; place++)
                for (var channel = 0; channel < _image.Channels; channel++)
                {
                    var parameters = canvas.Parameters(outputs[(first * OutputsPerDimension * Dimension)..], Math.Min(Lanes, count - first), place, channel);
                    for (var record = first; record < Math.Min(first + Lanes, count); record++)
                    {
                        var value = records[(record * Dimension) + (channel * Places) + place];
                        intervals[(((place * _image.Channels) + channel) * count) + record] = Pixel.IntervalOf(parameters[(record - first)..], Lanes, value);
                        canvas.Set(place, channel, record - first, value);
                    }
                }
        }
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
    {
        var canvases = new Canvas[(count + Lanes - 1) / Lanes];
        for (var i = 0; i < canvases.Length; i++)
            canvases[i] = new(this);
        for (var place = 0; place < Places; place++)
            for (var channel = 0; channel < _image.Channels; channel++)
                for (var first = 0; first < count; first += Lanes)
                {
                    var canvas = canvases[first / Lanes];
                    var parameters = canvas.Parameters(outputs[(first * OutputsPerDimension * Dimension)..], Math.Min(Lanes, count - first), place, channel);
                    for (var record = first; record < Math.Min(first + Lanes, count); record++)
                    {
                        var value = Pixel.ValueAt(parameters[(record - first)..], Lanes, coder.Peek(Precision), out var share);
                        coder.Pop(share.Start, share.Frequency, Precision);
                        records[(record * Dimension) + (channel * Places) + place] = (byte)value;
                        canvas.Set(place, channel, record - first, value);
                    }
                }
    }

    /// <summary>The pixels of 16 records that are known so far, a margin of zeros around them, and what is worked with.</summary>
    private sealed class Canvas(IntegerLocalContext context)
    {
        /// <summary>Cells of pixels, then features, then a row of zeros; 16 lanes each.</summary>
        private readonly int[] _rows = new int[(context.Cells + (context.OutputsPerDimension * context._image.Channels) + 1) * Lanes];

        private readonly int[] _pairs = new int[context.Network.Pairs * Lanes], _scratch = new int[context.Network.ScratchLength], _parameters = new int[context.Network.RoomForParameters];

        public void Set(int place, int channel, int lane, int value) => _rows[((context.Corner(place) + context.Centre + channel) * Lanes) + lane] = value * context.PixelUnit;

        public ReadOnlySpan<int> Parameters(ReadOnlySpan<int> outputs, int count, int place, int channel)
        {
            var features = context.OutputsPerDimension * context._image.Channels;
            // The channels of a place share its features.
            for (var f = 0; channel == 0 && f < features; f++)
                for (var lane = 0; lane < count; lane++)
                    _rows[((context.Cells + f) * Lanes) + lane] = Math.Clamp(outputs[(((lane * features) + f) * context.Places) + place], -context._largest, context._largest);
            var corner = context.Corner(place);
            var rows = MemoryMarshal.Cast<int, Vector512<int>>(_rows.AsSpan());
            var pairs = MemoryMarshal.Cast<int, Vector512<int>>(_pairs.AsSpan());
            var lower = Vector512.Create(0xFFFF);
            for (var pair = 0; pair < pairs.Length; pair++)
                pairs[pair] = (rows[Row(2 * pair)] & lower) | Vector512.ShiftLeft(rows[Row((2 * pair) + 1)], 16);
            context.Network.Apply(channel, _pairs, _scratch, _parameters);
            return _parameters;

            int Row(int input) => input < context._offsets.Length ? corner + context._offsets[input] : context.Cells + input - context._offsets.Length;
        }
    }

    private int Cells => (_image.Height + Reach) * CanvasWidth * _image.Channels;

    /// <summary>The cell of the upper left pixel of a place's window.</summary>
    private int Corner(int place) => ((place / _image.Width * CanvasWidth) + (place % _image.Width)) * _image.Channels;

    /// <summary>From there to the place itself.</summary>
    private int Centre => ((Reach * CanvasWidth) + Reach) * _image.Channels;
}
