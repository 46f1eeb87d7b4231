using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// Some rows of an <see cref="IntegerLinear"/> for <see cref="Lanes"/> records at once, the fastest way for small networks: one 32-bit lane a record, which
/// holds two neighbouring 16-bit inputs. The sums are those of <see cref="IntegerLinear"/>, cannot overflow, and so are the same on every processor.
/// </summary>
/// <remarks>Cost: 32 products a multiplication and addition with AVX-512, 16 with AVX2, one without; pairs that are 0 in every lane cost nothing.</remarks>
internal sealed class LaneProduct
{
    /// <summary>Number of records at once.</summary>
    public const int Lanes = 16;

    private const int Tile = 8;

    /// <summary>
    /// Weights, tile after tile of rows, within it pair after pair of inputs, within it row after row: the first input's weight in the lower half.
    /// </summary>
    private readonly int[] _weights;
    private readonly int[] _bias;

    /// <summary>Takes rows <paramref name="first"/> to first + <paramref name="rows"/> - 1 of a linear map.</summary>
    public LaneProduct(IntegerLinear linear, int first, int rows)
    {
        (Pairs, PaddedRows) = ((linear.Inputs + 1) / 2, (rows + Tile - 1) / Tile * Tile);
        _weights = new int[PaddedRows * Pairs];
        _bias = new int[PaddedRows];
        for (var row = 0; row < rows; row++)
        {
            _bias[row] = linear.Bias[first + row];
            var weights = linear.Weights.Slice((first + row) * linear.Inputs, linear.Inputs);
            for (var input = 0; input < weights.Length; input++)
                _weights[(row / Tile * Pairs * Tile) + (input / 2 * Tile) + (row % Tile)] |= (weights[input] & 0xFFFF) << (input % 2 * 16);
        }
    }

    /// <summary>Number of pairs of inputs; the second of the last is 0 if the number of inputs is odd.</summary>
    public int Pairs { get; }

    /// <summary>Number of rows of sums; those after the map's rows are 0.</summary>
    public int PaddedRows { get; }

    /// <summary>Computes the sums.</summary>
    /// <param name="pairs"><see cref="Pairs"/> x <see cref="Lanes"/>.</param>
    /// <param name="sums"><see cref="PaddedRows"/> x <see cref="Lanes"/>.</param>
    public void Apply(ReadOnlySpan<int> pairs, Span<int> sums)
    {
        // The loops below read and write without checks: this is the check.
        pairs = pairs[..(Pairs * Lanes)];
        sums = sums[..(PaddedRows * Lanes)];
        Span<int> all = stackalloc int[Pairs];
        var used = all[..Used(pairs, all)];
        ref var input = ref MemoryMarshal.GetReference(pairs);
        for (var row = 0; row < PaddedRows; row += Tile)
        {
            ref var weight = ref _weights[row * Pairs];
            ref var bias = ref _bias[row];
            ref var sum = ref sums[row * Lanes];
            if (Avx512BW.IsSupported)
                Add512(used, ref input, ref weight, ref bias, ref sum);
            else if (Avx2.IsSupported)
                for (var half = 0; half < Lanes; half += 8)
                    Add256(used, ref Unsafe.Add(ref input, half), ref weight, ref bias, ref Unsafe.Add(ref sum, half));
            else
                Add(used, ref input, ref weight, ref bias, ref sum);
        }
    }

    /// <summary>Finds the pairs that are not 0 in all lanes: around a digit most pixels are 0.</summary>
    private static int Used(ReadOnlySpan<int> pairs, Span<int> used)
    {
        var rows = MemoryMarshal.Cast<int, Vector512<int>>(pairs);
        var count = 0;
        for (var pair = 0; pair < used.Length; pair++)
        {
            used[count] = pair;
            count += rows[pair] == Vector512<int>.Zero ? 0 : 1;
        }
        return count;
    }

    private static void Add(ReadOnlySpan<int> pairs, ref int input, ref int weight, ref int bias, ref int sum)
    {
        for (var row = 0; row < Tile; row++)
            for (var lane = 0; lane < Lanes; lane++)
            {
                var total = Unsafe.Add(ref bias, row);
                foreach (var pair in pairs)
                {
                    int x = Unsafe.Add(ref input, (pair * Lanes) + lane),
                        w = Unsafe.Add(ref weight, (pair * Tile) + row);
                    total += ((short)x * (short)w) + ((x >> 16) * (w >> 16));
                }
                Unsafe.Add(ref sum, (row * Lanes) + lane) = total;
            }
    }

    private static void Add256(ReadOnlySpan<int> pairs, ref int input, ref int weight, ref int bias, ref int sum)
    {
        var (a, b, c, d) = (
            Vector256.Create(bias),
            Vector256.Create(Unsafe.Add(ref bias, 1)),
            Vector256.Create(Unsafe.Add(ref bias, 2)),
            Vector256.Create(Unsafe.Add(ref bias, 3))
        );
        var (e, f, g, h) = (
            Vector256.Create(Unsafe.Add(ref bias, 4)),
            Vector256.Create(Unsafe.Add(ref bias, 5)),
            Vector256.Create(Unsafe.Add(ref bias, 6)),
            Vector256.Create(Unsafe.Add(ref bias, 7))
        );
        foreach (var pair in pairs)
        {
            var x = Vector256.LoadUnsafe(ref input, (nuint)(pair * Lanes)).AsInt16();
            ref var w = ref Unsafe.Add(ref weight, pair * Tile);
            a += Product(x, w);
            b += Product(x, Unsafe.Add(ref w, 1));
            c += Product(x, Unsafe.Add(ref w, 2));
            d += Product(x, Unsafe.Add(ref w, 3));
            e += Product(x, Unsafe.Add(ref w, 4));
            f += Product(x, Unsafe.Add(ref w, 5));
            g += Product(x, Unsafe.Add(ref w, 6));
            h += Product(x, Unsafe.Add(ref w, 7));
        }
        a.StoreUnsafe(ref sum);
        b.StoreUnsafe(ref sum, Lanes);
        c.StoreUnsafe(ref sum, 2 * Lanes);
        d.StoreUnsafe(ref sum, 3 * Lanes);
        e.StoreUnsafe(ref sum, 4 * Lanes);
        f.StoreUnsafe(ref sum, 5 * Lanes);
        g.StoreUnsafe(ref sum, 6 * Lanes);
        h.StoreUnsafe(ref sum, 7 * Lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Product(Vector256<short> x, int w) => Avx2.MultiplyAddAdjacent(x, Vector256.Create(w).AsInt16());
    }

    private static void Add512(ReadOnlySpan<int> pairs, ref int input, ref int weight, ref int bias, ref int sum)
    {
        var (a, b, c, d) = (
            Vector512.Create(bias),
            Vector512.Create(Unsafe.Add(ref bias, 1)),
            Vector512.Create(Unsafe.Add(ref bias, 2)),
            Vector512.Create(Unsafe.Add(ref bias, 3))
        );
        var (e, f, g, h) = (
            Vector512.Create(Unsafe.Add(ref bias, 4)),
            Vector512.Create(Unsafe.Add(ref bias, 5)),
            Vector512.Create(Unsafe.Add(ref bias, 6)),
            Vector512.Create(Unsafe.Add(ref bias, 7))
        );
        foreach (var pair in pairs)
        {
            var x = Vector512.LoadUnsafe(ref input, (nuint)(pair * Lanes)).AsInt16();
            ref var w = ref Unsafe.Add(ref weight, pair * Tile);
            a += Product(x, w);
            b += Product(x, Unsafe.Add(ref w, 1));
            c += Product(x, Unsafe.Add(ref w, 2));
            d += Product(x, Unsafe.Add(ref w, 3));
            e += Product(x, Unsafe.Add(ref w, 4));
            f += Product(x, Unsafe.Add(ref w, 5));
            g += Product(x, Unsafe.Add(ref w, 6));
            h += Product(x, Unsafe.Add(ref w, 7));
        }
        a.StoreUnsafe(ref sum);
        b.StoreUnsafe(ref sum, Lanes);
        c.StoreUnsafe(ref sum, 2 * Lanes);
        d.StoreUnsafe(ref sum, 3 * Lanes);
        e.StoreUnsafe(ref sum, 4 * Lanes);
        f.StoreUnsafe(ref sum, 5 * Lanes);
        g.StoreUnsafe(ref sum, 6 * Lanes);
        h.StoreUnsafe(ref sum, 7 * Lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<int> Product(Vector512<short> x, int w) => Avx512BW.MultiplyAddAdjacent(x, Vector512.Create(w).AsInt16());
    }
}
