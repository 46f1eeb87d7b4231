using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>Operation on a layer's sums.</summary>
internal enum LayerKind : byte
{
    /// <summary>None: whole numbers in the units that the next part expects, for the network's outputs.</summary>
    Output = 0,

    /// <summary>f(t) for a non-linearity f, from a table.</summary>
    Table = 1,

    /// <summary>floor(a f(t) / 2^15) for a in the first half and t in the second, f the sigmoid (Dauphin et al. 2017), from a table.</summary>
    Gate = 2,
}

/// <summary>
/// A linear map, its sums brought to fixed point by a multiplier for each output and a shift, floor((sum multiplier + 2^(shift - 1)) / 2^shift), and a
/// non-linearity read from a table: linear between 513 points over the fixed point's whole range of 16 bits.
/// </summary>
internal sealed class IntegerLayer
{
    /// <summary>Points of a table: t = -2^15, -2^15 + 2^7, ..., 2^15.</summary>
    public const int TablePoints = 513;

    private const int CellBits = 7,
        MostNumbers = 1 << 26;

    private readonly int[] _multipliers;
    private readonly short[] _table;
    private readonly int _shift;

    /// <summary>Creates a layer of these parts; the table is empty for outputs.</summary>
    /// <param name="kind">Operation on the sums.</param>
    /// <param name="linear">The linear map; of a convolution, from a window to the channels of a pixel.</param>
    /// <param name="multipliers">A multiplier for each of its sums.</param>
    /// <param name="shift">Bits that the products are shifted by.</param>
    /// <param name="table">Points of the non-linearity.</param>
    /// <param name="shape">Sizes, if it is a convolution.</param>
    /// <param name="residual">Residual that is added to the sums; null for none.</param>
    /// <exception cref="InvalidDataException">Parts that do not fit together.</exception>
    public IntegerLayer(
        LayerKind kind,
        IntegerLinear linear,
        int[] multipliers,
        int shift,
        short[] table,
        ConvolutionShape? shape = null,
        ResidualWeights? residual = null
    )
    {
        (Kind, Linear, _multipliers, _shift, _table, Residual) = (kind, linear, multipliers, shift, table, residual);
        Convolution = shape is null ? null : new(shape, linear);
        if ((long)(shape?.OutPixels ?? 1) * linear.Outputs > MostNumbers)
            throw new InvalidDataException($"a layer of more than {MostNumbers} numbers is larger than this program takes");
        if (residual is not null && (kind != LayerKind.Table || shape is null || residual.Weights.Length != linear.Outputs || residual.Back < 1))
            throw new InvalidDataException("a residual is added to a convolution with a table, a weight for each channel");
        if (shift is < 1 or > 62)
            throw new InvalidDataException($"a shift is 1 to 62, this one is {shift}");
        if (kind == LayerKind.Gate && linear.Outputs % 2 != 0)
            throw new InvalidDataException("a gated layer has an even number of sums");
        if (table.Length != (kind == LayerKind.Output ? 0 : TablePoints))
            throw new InvalidDataException($"a table has {TablePoints} points, this one has {table.Length}");
        // A gate's first half is at most 2^15 in magnitude, so its output is within f's range too.
        if (table.AsSpan().Contains(short.MinValue))
            throw new InvalidDataException("a table's values are -32767 to 32767");
        foreach (var value in table)
            LargestOutput = Math.Max(LargestOutput, Math.Abs((int)value));
    }

    /// <summary>Returns the layer for pictures of another height and width; it must be a convolution that keeps them.</summary>
    public IntegerLayer OfSize(int height, int width) =>
        new(
            Kind,
            Linear,
            _multipliers,
            _shift,
            _table,
            Convolution!.Shape with
            {
                Height = height,
                Width = width,
                OutHeight = height,
                OutWidth = width,
            },
            Residual
        );

    /// <summary>Operation on the sums.</summary>
    public LayerKind Kind { get; }

    /// <summary>The linear map; of a convolution, from a window to the channels of a pixel.</summary>
    public IntegerLinear Linear { get; }

    /// <summary>The windows, if the layer is a convolution: its inputs and outputs are pictures, channels last.</summary>
    public IntegerConvolution? Convolution { get; }

    /// <summary>Residual that is added to the sums; null for none.</summary>
    public ResidualWeights? Residual { get; }

    /// <summary>Multiplier of each sum.</summary>
    public ReadOnlySpan<int> Multipliers => _multipliers;

    /// <summary>Bits that the products are shifted by.</summary>
    public int Shift => _shift;

    /// <summary>Values of f at the points, or nothing.</summary>
    public ReadOnlySpan<short> Table => _table;

    /// <summary>Number of inputs.</summary>
    public int Inputs => Convolution?.Shape.Inputs ?? Linear.Inputs;

    /// <summary>Distance of one record's inputs from the next.</summary>
    public int InputStride => Convolution?.Shape.Inputs ?? Linear.PaddedInputs;

    /// <summary>Number of outputs.</summary>
    public int Outputs => Channels * (Convolution?.Shape.OutPixels ?? 1);

    /// <summary>Outputs of a pixel; of a layer that is no convolution, all.</summary>
    public int Channels => Kind == LayerKind.Gate ? Linear.Outputs / 2 : Linear.Outputs;

    /// <summary>Largest possible magnitude of a hidden layer's output.</summary>
    public int LargestOutput { get; }

    /// <summary>Computes a hidden layer's outputs from its sums.</summary>
    /// <param name="sums">Sums of one record, or of a pixel.</param>
    /// <param name="outputs">Room for <see cref="Channels"/>.</param>
    public void Activate(ReadOnlySpan<int> sums, Span<short> outputs)
    {
        var half = Channels;
        var scaled = ArrayPool<int>.Shared.Rent(Linear.Outputs);
        Finish(sums, scaled.AsSpan(0, Linear.Outputs));
        if (Kind == LayerKind.Gate)
            for (var i = 0; i < half; i++)
                outputs[i] = (short)((Math.Clamp(scaled[i], short.MinValue, short.MaxValue) * Interpolated(scaled[half + i])) >> 15);
        else
            for (var i = 0; i < half; i++)
                outputs[i] = (short)Interpolated(scaled[i]);
        ArrayPool<int>.Shared.Return(scaled);
    }

    /// <summary>Converts sums to fixed point, kept within 32 bits: for the last layer, the network's outputs.</summary>
    /// <param name="sums">One record's sums, from the output <paramref name="first"/> on.</param>
    /// <param name="outputs">Room for those wanted.</param>
    /// <param name="first">Index of the first of these outputs.</param>
    public void Finish(ReadOnlySpan<int> sums, Span<int> outputs, int first = 0)
    {
        var multipliers = _multipliers.AsSpan(first);
        var i = 0;
        if (Avx512F.IsSupported)
            for (; i + 8 <= outputs.Length; i += 8)
            {
                var products = Avx512F.Multiply(Wide(sums[i..]), Wide(multipliers[i..]));
                var shifted = Vector512.ShiftRightArithmetic(products + Vector512.Create(1L << (_shift - 1)), _shift);
                Avx512F.ConvertToVector256Int32WithSaturation(shifted).CopyTo(outputs[i..]);
            }
        for (; i < outputs.Length; i++)
            // 32 bits times 32 bits, and half a unit: below 2^63.
            outputs[i] = (int)Math.Clamp((((long)sums[i] * multipliers[i]) + (1L << (_shift - 1))) >> _shift, int.MinValue, int.MaxValue);

        static Vector512<int> Wide(ReadOnlySpan<int> numbers) => Avx512F.ConvertToVector512Int64(Vector256.Create(numbers)).AsInt32();
    }

    private int Interpolated(int t) => Interpolated(_table, t);

    /// <summary>Returns what a table of <see cref="TablePoints"/> gives for a number, kept within 16 bits: linear between two points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Interpolated(ReadOnlySpan<short> table, int t)
    {
        var place = Math.Clamp(t, short.MinValue, short.MaxValue) + (1 << 15);
        var cell = place >> CellBits;
        int from = table[cell],
            to = table[cell + 1];
        return from + ((((to - from) * (place & ((1 << CellBits) - 1))) + (1 << (CellBits - 1))) >> CellBits);
    }
}
