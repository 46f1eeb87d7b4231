using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Data.Images;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Likelihoods;

/// <summary>
/// p(x|z) = prod_i p(x_i | features of z at i, known neighbours of i) in whole numbers, the pixels in raster order, at each place one channel
/// after another (<c>local-context</c>). The decoder gives F features for each place and channel. A pixel's
/// parameters come from a <see cref="ContextNetwork"/> over the window's pixels, times <see cref="PixelUnit"/>, and the features, 16 records at a time:
/// an image is hundreds of small steps one after another, and what can be done side by side is other images.
/// </summary>
internal sealed class IntegerLocalContext : IntegerLikelihood
{
    private const int Lanes = LaneProduct.Lanes;

    private readonly ImageSchema _image;
    private readonly int _largest;

    /// <summary>Offsets of the known pixels from a place's own corner of the canvas. Their number is even: 2 C r (r + 1) + C - 1, with C 1 or 3.</summary>
    private readonly int[] _offsets;

    /// <summary>Creates a local context over images.</summary>
    /// <param name="image">Size and levels of a record.</param>
    /// <param name="pixel">The distribution of a pixel.</param>
    /// <param name="features">F.</param>
    /// <param name="reach">Number of pixels that the window reaches up and to either side.</param>
    /// <param name="pixelUnit">Value of a pixel of 1 in the network's inputs.</param>
    /// <param name="network">Known pixels and features to parameters.</param>
    /// <exception cref="InvalidDataException">Parts that do not fit each other, or sums that could leave 32 bits.</exception>
    public IntegerLocalContext(ImageSchema image, IntegerPixel pixel, int features, int reach, int pixelUnit, ContextNetwork network)
        : base(image.Dimension, image.Levels, features)
    {
        (_image, Pixel, Reach, PixelUnit, Network) = (image, pixel, reach, pixelUnit, network);
        var known = Known(image, reach);
        _largest = pixelUnit * (image.Levels - 1);
        if (
            pixel.Levels != image.Levels
            || network.Hidden.Inputs != known + (features * image.Channels)
            || network.Output.Outputs != image.Channels * pixel.Parameters
        )
            throw new InvalidDataException(
                $"a context of {known} known pixels and {features} features takes {network.Hidden.Inputs} numbers and gives {network.Output.Outputs}"
            );
        if (_largest < 1 || _largest > network.Hidden.LargestInput)
            throw new InvalidDataException(
                $"sums of a context could leave 32 bits: it takes numbers up to {network.Hidden.LargestInput} and may be given {_largest}"
            );
        var side = (2 * reach) + 1;
        _offsets =
        [
            .. Enumerable
                .Range(0, known)
                .Select(q => (((q / image.Channels / side * CanvasWidth) + (q / image.Channels % side)) * image.Channels) + (q % image.Channels)),
        ];
    }

    /// <summary>The distribution of a pixel.</summary>
    public IntegerPixel Pixel { get; }

    /// <summary>Number of pixels that the window reaches.</summary>
    public int Reach { get; }

    /// <summary>Value of a pixel of 1 in the network's inputs.</summary>
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

    /// <summary>Returns the number of known values: the window's, and those of the channels before at the place itself.</summary>
    public static int Known(ImageSchema image, int reach) => (((2 * reach * (reach + 1)) + 1) * image.Channels) - 1;

    private int FeaturePairs => Network.Pairs - (_offsets.Length / 2);

    /// <inheritdoc/>
    public override void Intervals(ReadOnlySpan<int> outputs, ReadOnlySpan<byte> records, int count, Span<Interval> intervals)
    {
        Span<byte> values = stackalloc byte[Lanes];
        for (var first = 0; first < count; first += Lanes)
        {
            using var canvas = new Canvas(this);
            var some = values[..Math.Min(Lanes, count - first)];
            for (var place = 0; place < Places; place++)
                for (var channel = 0; channel < _image.Channels; channel++)
                {
                    for (var lane = 0; lane < some.Length; lane++)
                        some[lane] = records[((first + lane) * Dimension) + (channel * Places) + place];
                    Pixel.Intervals(
                        canvas.Parameters(outputs[(first * OutputsPerDimension * Dimension)..], some.Length, place, channel),
                        some,
                        intervals[((((place * _image.Channels) + channel) * count) + first)..]
                    );
                    canvas.Set(some);
                }
        }
    }

    /// <inheritdoc/>
    public override void Decode<TCoder>(TCoder coder, ReadOnlySpan<int> outputs, int count, Span<byte> records)
    {
        Span<byte> values = stackalloc byte[Lanes];
        var canvases = new Canvas[(count + Lanes - 1) / Lanes];
        for (var i = 0; i < canvases.Length; i++)
            canvases[i] = new(this);
        try
        {
            for (var place = 0; place < Places; place++)
                for (var channel = 0; channel < _image.Channels; channel++)
                    for (var first = 0; first < count; first += Lanes)
                    {
                        var canvas = canvases[first / Lanes];
                        var some = values[..Math.Min(Lanes, count - first)];
                        Pixel.Decode(coder, canvas.Parameters(outputs[(first * OutputsPerDimension * Dimension)..], some.Length, place, channel), some);
                        for (var lane = 0; lane < some.Length; lane++)
                            records[((first + lane) * Dimension) + (channel * Places) + place] = some[lane];
                        canvas.Set(some);
                    }
        }
        finally
        {
            foreach (var canvas in canvases)
                canvas.Dispose();
        }
    }

    /// <summary>The pixels of 16 records that are known so far, with a margin of zeros around them, and scratch memory.</summary>
    private sealed class Canvas : IDisposable
    {
        private readonly IntegerLocalContext _context;

        /// <summary>Cells of pixels, 16 lanes each.</summary>
        private readonly Rented<int> _cells;

        /// <summary>Pairs of features of one row of places, place after place, 16 lanes each; the second of the last is 0 where features are odd.</summary>
        private readonly Rented<int> _features;

        private readonly int[] _pairs,
            _scratch,
            _parameters;
        private int _cell;

        public Canvas(IntegerLocalContext context)
        {
            _context = context;
            (_cells, _features) = (new(_context.Cells * Lanes), new(_context._image.Width * _context.FeaturePairs * Lanes));
            (_pairs, _scratch, _parameters) = (
                new int[_context.Network.Pairs * Lanes],
                new int[_context.Network.ScratchLength],
                new int[_context.Network.RoomForParameters]
            );
            _cells.Span.Clear();
            _features.Span.Clear();
        }

        public void Dispose()
        {
            _cells.Dispose();
            _features.Dispose();
        }

        /// <summary>Computes the parameters of the next place and channel, in raster order.</summary>
        public ReadOnlySpan<int> Parameters(ReadOnlySpan<int> outputs, int count, int place, int channel)
        {
            var (row, column) = Math.DivRem(place, _context._image.Width);
            if (column == 0 && channel == 0)
                ReadFeatures(outputs, count, row);
            var corner = ((row * _context.CanvasWidth) + column) * _context._image.Channels;
            _cell = corner + _context.Centre + channel;
            var offsets = _context._offsets;
            var pairs = MemoryMarshal.Cast<int, Vector512<int>>(_pairs.AsSpan())[..(offsets.Length / 2)];
            // No offset is beyond the place itself: with this check, reads need none.
            ref var window = ref MemoryMarshal.GetReference(
                MemoryMarshal.Cast<int, Vector512<int>>(_cells.Span).Slice(corner, _context.Centre + _context._image.Channels)
            );
            // Pixels are not negative, so the first of a pair leaves the upper half free.
            for (var pair = 0; pair < pairs.Length; pair++)
                pairs[pair] = Unsafe.Add(ref window, offsets[2 * pair]) | Vector512.ShiftLeft(Unsafe.Add(ref window, offsets[(2 * pair) + 1]), 16);
            if (channel == 0)
                _features.Span.Slice(column * _context.FeaturePairs * Lanes, _context.FeaturePairs * Lanes).CopyTo(_pairs.AsSpan(offsets.Length / 2 * Lanes));
            _context.Network.Apply(channel, _pairs, _scratch, _parameters);
            return _parameters;
        }

        /// <summary>Sets the values at this place, which later places depend on.</summary>
        public void Set(ReadOnlySpan<byte> values)
        {
            var cell = _cells.Span.Slice(_cell * Lanes, Lanes);
            for (var lane = 0; lane < values.Length; lane++)
                cell[lane] = values[lane] * _context.PixelUnit;
        }

        private void ReadFeatures(ReadOnlySpan<int> outputs, int count, int row)
        {
            var (features, width, step, largest) = (
                _context.OutputsPerDimension * _context._image.Channels,
                _context._image.Width,
                _context.FeaturePairs * Lanes,
                _context._largest
            );
            for (var lane = 0; lane < count; lane++)
                for (var feature = 0; feature < features; feature += 2)
                {
                    var to = _features.Span[((feature / 2 * Lanes) + lane)..];
                    var first = Row(outputs, lane, feature);
                    var second = feature + 1 < features ? Row(outputs, lane, feature + 1) : [];
                    for (var column = 0; column < first.Length; column++)
                        to[column * step] =
                            (Math.Clamp(first[column], -largest, largest) & 0xFFFF)
                            | (second.Length == 0 ? 0 : Math.Clamp(second[column], -largest, largest) << 16);
                }

            ReadOnlySpan<int> Row(ReadOnlySpan<int> outputs, int lane, int feature) =>
                outputs.Slice((((lane * features) + feature) * _context.Places) + (row * width), width);
        }
    }

    private int Cells => (_image.Height + Reach) * CanvasWidth * _image.Channels;

    /// <summary>Offset from the cell of the upper left pixel of a place's window to the place itself.</summary>
    private int Centre => ((Reach * CanvasWidth) + Reach) * _image.Channels;
}
