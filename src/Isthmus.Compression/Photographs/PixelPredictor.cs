using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Isthmus.Compression.Integer.Layers;

namespace Isthmus.Compression.Photographs;

/// <summary>
/// Prediction of each sample of a tile from those before it, row after row, pixel after pixel, green before red before blue. Least squares of a sample on
/// sixteen known neighbours in all colours, fitted anew at every sample to what lies around it (Li and Orchard 2001), give a mean; how far such means were off
/// nearby gives a scale; and both, with neighbours and errors, are the features of a network that tells the sample's distribution. Whole numbers throughout:
/// the same on every machine. For one thread.
/// </summary>
/// <remarks>
/// The sums of products that least squares needs are weighted by 7/8 for each column and each row of distance; one sweep of Gauss and Seidel's method a sample
/// follows them, from the weights of the sample before.
/// </remarks>
internal sealed class PixelPredictor
{
    /// <summary>Number of features of a sample.</summary>
    public const int Features = 40;

    /// <summary>One in the units of features.</summary>
    public const int One = 1024;

    /// <summary>Largest magnitude of a feature: 8.</summary>
    public const int LargestFeature = (8 * One) - 1;

    /// <summary>Units of means and scales in a level.</summary>
    public const int Level = 64;

    // Neighbours of least squares: a Vector512<int> of them.
    private const int Neighbours = 16;
    private const int Before = 3,
        Above = 2,
        After = 2;

    // 1/8 a place further, of sums of products and of errors.
    private const int Fading = 3;

    // Added to the squares of neighbours, in 1/16 of a level squared: weights stay small where all is flat.
    private const int Ridge = 200;
    private const int WeightBits = 16,
        MostWeight = 4 << WeightBits;

    // In 1/64 of a level: no scale below it.
    private const int LeastScale = 20;
    private const int Middle = 128,
        White = 255;

    private static readonly (int Row, int Column)[] Places =
    [
        (0, -1),
        (-1, 0),
        (-1, -1),
        (-1, 1),
        (0, -2),
        (-2, 0),
        (-2, 1),
        (-2, -1),
        (-1, 2),
        (-1, -2),
    ];

    // Number of a colour's own neighbours, of the pixel itself and neighbours in a colour known there, and of neighbours in one that is not.
    private static readonly (int Own, int Known, int Unknown)[] Shares = [(10, 0, 3), (7, 5, 3), (6, 4, 0)];

    private readonly int _width,
        _stride;
    private readonly bool _isGrey;
    private readonly Plane[] _planes;
    private readonly int[] _sums = new int[(Neighbours + 1) * Neighbours];
    private int _row,
        _at,
        _column;

    /// <summary>Creates a predictor at the first row of a tile.</summary>
    /// <param name="height">Rows of the tile.</param>
    /// <param name="width">Columns of the tile.</param>
    /// <param name="isGrey">True for one colour, which stands for all three.</param>
    public PixelPredictor(int height, int width, bool isGrey)
    {
        (_width, _stride, _isGrey) = (width, width + Before + After, isGrey);
        var cells = (height + Above) * _stride;
        var first = new Plane(cells, width);
        _planes = isGrey ? [first, first, first] : [first, new(cells, width), new(cells, width)];
        for (var colour = 0; colour < Colours; colour++)
            (_planes[colour].Colours, _planes[colour].Offsets) = Context(colour);
        _row = -1;
    }

    /// <summary>Number of colours that are predicted.</summary>
    public int Colours => _isGrey ? 1 : 3;

    /// <summary>Begins the next row.</summary>
    public void BeginRow()
    {
        (_row, _column) = (_row + 1, 0);
        _at = ((_row + Above) * _stride) + Before;
        for (var colour = 0; colour < Colours; colour++)
        {
            var plane = _planes[colour];
            plane.Samples.AsSpan(_at - Before, Before).Fill(_row == 0 ? Middle : plane.Samples[_at - _stride]);
            Array.Clear(plane.Left);
            (plane.ErrorLeft, plane.BiasLeft) = (4 * 8 * Level, 0);
        }
    }

    /// <summary>Predicts the next sample.</summary>
    /// <param name="colour">Place in the order of colours.</param>
    /// <param name="features">Room for <see cref="Features"/>.</param>
    /// <returns>Mean and scale, in 1/64 of a level.</returns>
    public (int Mean, int Scale) Predict(int colour, Span<short> features)
    {
        var plane = _planes[colour];
        Gather(plane);
        Solve(plane);
        var sum = 0L;
        for (var i = 0; i < Neighbours; i++)
            sum += (long)plane.Weights[i] * plane.Inputs[(_column * Neighbours) + i];
        // Weights are of 16 bits, inputs in 1/4 of a level.
        var mean = (int)Math.Clamp(((sum + (1 << (WeightBits - 5))) >> (WeightBits - 4)) + (plane.Mean * (Level / 4)), 0, White * Level);
        plane.Predicted = mean;
        Describe(colour, plane, features);
        return (mean, plane.Scale);
    }

    /// <summary>Takes the sample that was predicted.</summary>
    public void Accept(int colour, int sample)
    {
        var plane = _planes[colour];
        plane.Samples[_at] = sample;
        if (_row == 0)
            // There is no row above: what is to the left stands for it.
            for (var above = 1; above <= Above; above++)
                plane.Samples.AsSpan(_at - (above * _stride) + 1, After).Fill(sample);
        var error = (sample * Level) - plane.Predicted;
        plane.Errors[_at] = error;
        var target = (4 * sample) - plane.Mean;
        plane.Targets[_column] = target;
        ref var left = ref MemoryMarshal.GetArrayDataReference(plane.Left);
        ref var above0 = ref plane.Above[_column * plane.Left.Length];
        ref var inputs = ref plane.Inputs[_column * Neighbours];
        var x = Vector512.LoadUnsafe(ref inputs);
        for (var i = 0; i <= Neighbours; i++)
        {
            var at = (nuint)(i * Neighbours);
            var faded = Vector512.LoadUnsafe(ref left, at) + (x * (i < Neighbours ? Unsafe.Add(ref inputs, i) : target));
            (Vector512.LoadUnsafe(ref above0, at) + faded).StoreUnsafe(ref above0, at);
            (faded - (faded >> Fading)).StoreUnsafe(ref left, at);
        }
        plane.ErrorLeft += Math.Abs(error);
        plane.ErrorAbove[_column] += plane.ErrorLeft;
        plane.ErrorLeft -= plane.ErrorLeft >> Fading;
        plane.BiasLeft += error;
        plane.BiasAbove[_column] += plane.BiasLeft;
        plane.BiasLeft -= plane.BiasLeft >> Fading;
        if (colour == Colours - 1)
        {
            _column++;
            _at++;
        }
    }

    /// <summary>Ends a row, all of whose samples are known: what is to the right of a place counts for the rows below.</summary>
    public void EndRow()
    {
        for (var colour = 0; colour < Colours; colour++)
        {
            var plane = _planes[colour];
            Array.Clear(plane.Left);
            ref var right = ref MemoryMarshal.GetArrayDataReference(plane.Left);
            var (errors, bias) = (0, 0);
            for (var column = _width - 1; column >= 0; column--)
            {
                ref var above = ref plane.Above[column * plane.Left.Length];
                ref var inputs = ref plane.Inputs[column * Neighbours];
                var x = Vector512.LoadUnsafe(ref inputs);
                for (var i = 0; i <= Neighbours; i++)
                {
                    var at = (nuint)(i * Neighbours);
                    var here = Vector512.LoadUnsafe(ref right, at);
                    var all = Vector512.LoadUnsafe(ref above, at) + here;
                    (all - (all >> Fading)).StoreUnsafe(ref above, at);
                    here += x * (i < Neighbours ? Unsafe.Add(ref inputs, i) : plane.Targets[column]);
                    (here - (here >> Fading)).StoreUnsafe(ref right, at);
                }
                var error = plane.Errors[_at - _width + column];
                plane.ErrorAbove[column] += errors;
                plane.ErrorAbove[column] -= plane.ErrorAbove[column] >> Fading;
                errors += Math.Abs(error);
                errors -= errors >> Fading;
                plane.BiasAbove[column] += bias;
                plane.BiasAbove[column] -= plane.BiasAbove[column] >> Fading;
                bias += error;
                bias -= bias >> Fading;
            }
            plane.Samples.AsSpan(_at, After).Fill(plane.Samples[_at - 1]);
            plane.Errors.AsSpan(_at, After).Fill(plane.Errors[_at - 1]);
        }
    }

    /// <summary>Takes the neighbours of the next sample, each less the mean of four neighbours in its colour, in 1/4 of a level.</summary>
    private void Gather(Plane plane)
    {
        Span<int> means = stackalloc int[3];
        for (var colour = 0; colour < 3; colour++)
        {
            var samples = _planes[colour].Samples;
            means[colour] = samples[_at - 1] + samples[_at - _stride] + samples[_at - _stride - 1] + samples[_at - _stride + 1];
        }
        var inputs = plane.Inputs.AsSpan(_column * Neighbours, Neighbours);
        for (var i = 0; i < inputs.Length; i++)
        {
            var colour = plane.Colours[i];
            inputs[i] = (4 * _planes[colour].Samples[_at + plane.Offsets[i]]) - means[colour];
        }
        plane.Mean = means[plane.Colours[0]];
    }

    /// <summary>Brings the weights nearer to least squares: one sweep over them.</summary>
    private void Solve(Plane plane)
    {
        ref var sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        ref var left = ref MemoryMarshal.GetArrayDataReference(plane.Left);
        ref var above = ref plane.Above[_column * plane.Left.Length];
        for (nuint at = 0; at < (Neighbours + 1) * Neighbours; at += Neighbours)
            (Vector512.LoadUnsafe(ref left, at) + Vector512.LoadUnsafe(ref above, at)).StoreUnsafe(ref sums, at);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(plane.Weights);
        for (var i = 0; i < Neighbours; i++)
        {
            // Sums stay below 2^28 and weights at 2^18: a row's products below 2^50.
            ref var row = ref Unsafe.Add(ref sums, i * Neighbours);
            var gradient = (long)Unsafe.Add(ref sums, (Neighbours * Neighbours) + i) << WeightBits;
            for (var j = 0; j < Neighbours; j++)
                gradient -= Math.BigMul(Unsafe.Add(ref row, j), Unsafe.Add(ref weights, j));
            ref var weight = ref Unsafe.Add(ref weights, i);
            gradient -= (long)Ridge * weight;
            weight = (int)Math.Clamp(weight + (gradient / (Unsafe.Add(ref row, i) + Ridge)), -MostWeight, MostWeight);
        }
    }

    /// <summary>Computes the scale and the features.</summary>
    private void Describe(int colour, Plane plane, Span<short> features)
    {
        ReadOnlySpan<int> samples = plane.Samples,
            errors = plane.Errors;
        var (near, far) = (Near(errors), (plane.ErrorAbove[_column] + plane.ErrorLeft) >> 4);
        var scale = plane.Scale = ((near + far) >> 4) + LeastScale;
        var (mean, unit, octaves) = (plane.Predicted, (1 << 24) / scale, Octaves(scale));
        var next = 0;
        foreach (var (row, column) in Places)
            features[next++] = Relative((samples[_at + (row * _stride) + column] * Level) - mean, unit);
        for (var i = 0; i < 8; i++)
            features[next++] = Relative(errors[_at + (Places[i].Row * _stride) + Places[i].Column], unit);
        features[next++] = Clamped(16 * (octaves - (8 * FixedPointLog2.Steps)));
        features[next++] = Clamped(16 * (Octaves(near >> 3) - octaves));
        features[next++] = Clamped(16 * (Octaves(far >> 3) - octaves));
        for (var i = 0; i < 6; i++)
            features[next++] = Clamped(16 * (Octaves(Math.Abs(errors[_at + (Places[i].Row * _stride) + Places[i].Column])) - octaves));
        var (w, n, nw, ne) = (samples[_at - 1], samples[_at - _stride], samples[_at - _stride - 1], samples[_at - _stride + 1]);
        var median = nw >= Math.Max(w, n) ? Math.Min(w, n) : nw <= Math.Min(w, n) ? Math.Max(w, n) : w + n - nw;
        features[next++] = Relative((median * Level) - mean, unit);
        var change = Math.Abs(w - nw) + Math.Abs(n - nw) + Math.Abs(n - ne) + Math.Abs(n - samples[_at - (2 * _stride)]);
        features[next++] = Clamped(16 * (Octaves(change * (Level / 4)) - octaves));
        features[next++] = Clamped((mean >> 3) - One);
        features[next++] = Relative((plane.BiasAbove[_column] + plane.BiasLeft) >> 6, unit);
        for (var other = 0; other < 3; other++)
            if (other != colour)
            {
                var beside = _planes[other];
                if (other < colour)
                {
                    var error = beside.Errors[_at];
                    features[next++] = Relative(error, (1 << 24) / beside.Scale);
                    features[next++] = Relative(error, unit);
                    features[next++] = Clamped(16 * (Octaves(Math.Abs(error)) - octaves));
                    features[next++] = Clamped(16 * (Octaves(beside.Scale) - octaves));
                }
                else
                {
                    features[next++] = Clamped(16 * (Octaves(Near(beside.Errors) >> 3) - octaves));
                    features[next++] = Relative(beside.Errors[_at - 1], unit);
                    features[next++] = Relative(beside.Errors[_at - _stride], unit);
                    features[next++] = Relative(beside.Errors[_at - _stride + 1], unit);
                }
            }
        features[next..].Clear();
    }

    /// <summary>Returns the errors of the nearest places, eight times their mean magnitude.</summary>
    private int Near(ReadOnlySpan<int> errors) =>
        (2 * (Math.Abs(errors[_at - 1]) + Math.Abs(errors[_at - _stride])))
        + Math.Abs(errors[_at - _stride - 1])
        + Math.Abs(errors[_at - _stride + 1])
        + Math.Abs(errors[_at - 2])
        + Math.Abs(errors[_at - (2 * _stride)]);

    private static short Relative(int difference, int unit) => Clamped((int)(((long)difference * unit) >> 14));

    private static short Clamped(int feature) => (short)Math.Clamp(feature, -LargestFeature, LargestFeature);

    /// <summary>Returns log2 of a number in 1/64 of a level, a quarter of a level added, as <see cref="FixedPointLog2"/>.</summary>
    private static int Octaves(int number) => OctavesOf(number + (Level / 4));

    /// <summary>Returns 64 log2 of a positive number, rounded down to 1/256 of its octave.</summary>
    internal static int OctavesOf(int number)
    {
        var whole = BitOperations.Log2((uint)number);
        return (whole * FixedPointLog2.Steps) + Parts[(int)(((long)number << 8 >> whole) & 255)];
    }

    private static readonly byte[] Parts =
    [
        .. Enumerable.Range(256, 256).Select(eighths => (byte)(FixedPointLog2.Powers.Count(power => power <= (uint)eighths << 22) - 1)),
    ];

    private (int[] Colours, int[] Offsets) Context(int colour)
    {
        var (own, known, unknown) = Shares[colour];
        List<(int Colour, int Offset)> context = [];
        void Add(int of, int count)
        {
            foreach (var (row, column) in Places.Take(count))
                context.Add((of, (row * _stride) + column));
        }
        Add(colour, own);
        for (var other = 0; other < 3; other++)
            if (other < colour)
            {
                context.Add((other, 0));
                Add(other, known);
            }
            else if (other > colour)
                Add(other, unknown);
        return ([.. context.Select(place => place.Colour)], [.. context.Select(place => place.Offset)]);
    }

    /// <summary>Known samples of one colour, and their errors.</summary>
    private sealed class Plane(int cells, int width)
    {
        public readonly int[] Samples = Filled(cells),
            Errors = new int[cells],
            Weights = new int[Neighbours];

        /// <summary>Neighbours of each place of the row, and what they told.</summary>
        public readonly int[] Inputs = new int[width * Neighbours],
            Targets = new int[width];

        /// <summary>Sums of products, rows of neighbours and one of the target: of the rows above for each place, and of this row so far.</summary>
        public readonly int[] Above = new int[width * (Neighbours + 1) * Neighbours],
            Left = new int[(Neighbours + 1) * Neighbours];

        /// <summary>Sums of magnitudes of errors, and of errors, likewise.</summary>
        public readonly int[] ErrorAbove = Filled(width, 64 * 8 * 32),
            BiasAbove = new int[width];

        public int[] Colours = [],
            Offsets = [];
        public int ErrorLeft,
            BiasLeft,
            Mean,
            Predicted,
            Scale = LeastScale;

        private static int[] Filled(int count, int with = Middle)
        {
            var numbers = new int[count];
            Array.Fill(numbers, with);
            return numbers;
        }
    }
}
