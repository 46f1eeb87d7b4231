using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// y = W x + b in whole numbers: weights of 8 or 16 bits, 16-bit inputs, 32-bit sums. No sum can overflow, whatever its order, as
/// |b| + sum |w| <see cref="LargestInput"/> is below 2^31 for every output: so every processor gets the same numbers.
/// </summary>
/// <remarks>Cost: 32 products a multiplication and addition with AVX-512, 16 with AVX2, one without.</remarks>
internal sealed class IntegerLinear
{
    /// <summary>Number of outputs in a tile.</summary>
    public const int Tile = 32;

    private const int RecordsAtOnce = 8;
    private const int MostTiles = 1 << 28;

    private readonly short[] _weights;
    private readonly int[] _bias;

    /// <summary>Weights in the order of use: tile after tile of outputs, within it pair after pair of inputs, within it output after output.</summary>
    private readonly short[] _tiles;

    /// <summary>Creates a map of these weights, outputs x inputs.</summary>
    /// <exception cref="InvalidDataException">A sum could leave 32 bits even for inputs of 1.</exception>
    public IntegerLinear(int inputs, int outputs, short[] weights, int[] bias)
    {
        (Inputs, Outputs, _weights, _bias) = (inputs, outputs, weights, bias);
        var largest = (long)short.MaxValue;
        for (var output = 0; output < outputs; output++)
        {
            var mass = 0L;
            foreach (var weight in weights.AsSpan(output * inputs, inputs))
                mass += Math.Abs((int)weight);
            if (mass > 0)
                largest = Math.Min(largest, (int.MaxValue - Math.Abs((long)bias[output])) / mass);
        }
        LargestInput = largest >= 1 ? (int)largest : throw new InvalidDataException("sums of a linear layer could leave 32 bits");
        if ((long)PaddedOutputs * PaddedInputs > MostTiles)
            throw new InvalidDataException($"a linear layer of {outputs} x {inputs} weights is larger than this program takes");
        _tiles = new short[PaddedOutputs * PaddedInputs];
        for (var output = 0; output < outputs; output++)
            for (var input = 0; input < inputs; input++)
                _tiles[(output / Tile * PaddedInputs * Tile) + (input / 2 * 2 * Tile) + (output % Tile * 2) + (input & 1)] = weights[(output * inputs) + input];
    }

    /// <summary>Number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>Number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>Distance of one record's inputs from the next: an even number. Padding is 0.</summary>
    public int PaddedInputs => Padded(Inputs, 2);

    /// <summary>Distance of one record's sums from the next: a whole number of tiles.</summary>
    public int PaddedOutputs => Padded(Outputs, Tile);

    /// <summary>The largest magnitude of an input for which no sum can leave 32 bits; at most 2^15 - 1.</summary>
    public int LargestInput { get; }

    /// <summary>Weights, outputs x inputs.</summary>
    public ReadOnlySpan<short> Weights => _weights;

    /// <summary>Bias of each sum.</summary>
    public ReadOnlySpan<int> Bias => _bias;

    /// <summary>Computes the sums of <paramref name="count"/> records; inputs beyond <see cref="LargestInput"/> are the caller's mistake.</summary>
    /// <param name="inputs">count x <see cref="PaddedInputs"/>.</param>
    /// <param name="count">Records.</param>
    /// <param name="sums">count x <see cref="PaddedOutputs"/>.</param>
    public void Apply(ReadOnlySpan<short> inputs, int count, Span<int> sums) => Apply(inputs, count, sums, 0, Outputs);

    /// <summary>Computes only the sums of the outputs from <paramref name="first"/> to before <paramref name="end"/>; the others are undefined.</summary>
    public void Apply(ReadOnlySpan<short> inputs, int count, Span<int> sums, int first, int end) => Apply(inputs, count, sums, first, end, maySkip: true);

    /// <summary>Computes the sums without a look for inputs that are 0: for those of which few are.</summary>
    public void ApplyDense(ReadOnlySpan<short> inputs, int count, Span<int> sums) => Apply(inputs, count, sums, 0, Outputs, maySkip: false);

    private void Apply(ReadOnlySpan<short> inputs, int count, Span<int> sums, int first, int end, bool maySkip)
    {
        // The loops below read and write without checks: this is the check.
        inputs = inputs[..(count * PaddedInputs)];
        sums = sums[..(count * PaddedOutputs)];
        for (var record = 0; record < count; record++)
        {
            var row = sums.Slice(record * PaddedOutputs, PaddedOutputs);
            _bias.CopyTo(row);
            row[Outputs..].Clear();
        }
        var pairs = ArrayPool<int>.Shared.Rent(count * PaddedInputs / 2);
        var ends = ArrayPool<int>.Shared.Rent(count);
        var groups = maySkip ? Group(inputs, count, pairs, ends) : All(count, pairs, ends);
        ref var input = ref MemoryMarshal.GetReference(inputs);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        for (var tile = first / Tile; tile < Padded(end, Tile) / Tile; tile++)
        {
            ref var weight = ref _tiles[tile * PaddedInputs * Tile];
            var (record, from) = (0, 0);
            for (var group = 0; group < groups; group++)
            {
                var used = maySkip ? pairs.AsSpan(from, ends[group] - from) : pairs.AsSpan(0, PaddedInputs / 2);
                ref var values = ref Unsafe.Add(ref input, record * PaddedInputs);
                ref var to = ref Unsafe.Add(ref sum, (record * PaddedOutputs) + (tile * Tile));
                var size = SizeOf(record, count);
                if (size > 1)
                    Add8(used, ref values, ref weight, ref to);
                else if (Avx512BW.IsSupported)
                    Add512(used, ref values, ref weight, ref to);
                else if (Avx2.IsSupported)
                    Add256(used, ref values, ref weight, ref to);
                else
                    Add(used, ref values, ref weight, ref to);
                record += size;
                from = ends[group];
            }
        }
        ArrayPool<int>.Shared.Return(pairs);
        ArrayPool<int>.Shared.Return(ends);
    }

    /// <summary>Returns the number of records that are summed together from this one on.</summary>
    private static int SizeOf(int record, int count) => Avx512BW.IsSupported && record + RecordsAtOnce <= count ? RecordsAtOnce : 1;

    /// <summary>Finds, for each group of records, the positions of pairs of inputs that are not 0 in all of them: most pixels of a digit are 0.</summary>
    private int Group(ReadOnlySpan<short> inputs, int count, Span<int> pairs, Span<int> ends)
    {
        var (groups, used) = (0, 0);
        for (var record = 0; record < count; record += SizeOf(record, count))
        {
            var size = SizeOf(record, count);
            for (var i = 0; i < PaddedInputs; i += 2)
            {
                var any = 0;
                for (var of = record; of < record + size; of++)
                    any |= inputs[(of * PaddedInputs) + i] | inputs[(of * PaddedInputs) + i + 1];
                if (any != 0)
                    pairs[used++] = i;
            }
            ends[groups++] = used;
        }
        return groups;
    }

    /// <summary>Lists the positions of all pairs of inputs once, for all groups.</summary>
    private int All(int count, Span<int> pairs, Span<int> ends)
    {
        var groups = 0;
        for (var record = 0; record < count; record += SizeOf(record, count))
            ends[groups++] = 0;
        for (var pair = 0; pair < PaddedInputs / 2; pair++)
            pairs[pair] = 2 * pair;
        return groups;
    }

    private void Add(ReadOnlySpan<int> pairs, ref short input, ref short weight, ref int sum)
    {
        foreach (var i in pairs)
        {
            int first = Unsafe.Add(ref input, i),
                second = Unsafe.Add(ref input, i + 1);
            for (var o = 0; o < Tile; o++)
                Unsafe.Add(ref sum, o) += (first * Unsafe.Add(ref weight, (i * Tile) + (2 * o))) + (second * Unsafe.Add(ref weight, (i * Tile) + (2 * o) + 1));
        }
    }

    private void Add256(ReadOnlySpan<int> pairs, ref short input, ref short weight, ref int sum)
    {
        var (a, b, c, d) = (
            Vector256.LoadUnsafe(ref sum),
            Vector256.LoadUnsafe(ref sum, 8),
            Vector256.LoadUnsafe(ref sum, 16),
            Vector256.LoadUnsafe(ref sum, 24)
        );
        foreach (nuint i in pairs)
        {
            var x = Vector256.Create(PairOf(ref input, i)).AsInt16();
            a += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref weight, i * Tile), x);
            b += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref weight, (i * Tile) + 16), x);
            c += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref weight, (i * Tile) + 32), x);
            d += Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref weight, (i * Tile) + 48), x);
        }
        a.StoreUnsafe(ref sum);
        b.StoreUnsafe(ref sum, 8);
        c.StoreUnsafe(ref sum, 16);
        d.StoreUnsafe(ref sum, 24);
    }

    private void Add512(ReadOnlySpan<int> pairs, ref short input, ref short weight, ref int sum)
    {
        var (a, b) = (Vector512.LoadUnsafe(ref sum), Vector512.LoadUnsafe(ref sum, 16));
        foreach (nuint i in pairs)
        {
            var x = Vector512.Create(PairOf(ref input, i)).AsInt16();
            a += Avx512BW.MultiplyAddAdjacent(Vector512.LoadUnsafe(ref weight, i * Tile), x);
            b += Avx512BW.MultiplyAddAdjacent(Vector512.LoadUnsafe(ref weight, (i * Tile) + 32), x);
        }
        a.StoreUnsafe(ref sum);
        b.StoreUnsafe(ref sum, 16);
    }

    /// <summary>Adds eight records at once: each weight is loaded once for all of them. A method by itself, as its sums need half of all registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Add8(ReadOnlySpan<int> pairs, ref short input, ref short weight, ref int sum)
    {
        var (stride, next) = ((nuint)PaddedInputs, (nuint)PaddedOutputs);
        var (a0, b0) = (Vector512.LoadUnsafe(ref sum), Vector512.LoadUnsafe(ref sum, 16));
        var (a1, b1) = (Vector512.LoadUnsafe(ref sum, next), Vector512.LoadUnsafe(ref sum, next + 16));
        var (a2, b2) = (Vector512.LoadUnsafe(ref sum, 2 * next), Vector512.LoadUnsafe(ref sum, (2 * next) + 16));
        var (a3, b3) = (Vector512.LoadUnsafe(ref sum, 3 * next), Vector512.LoadUnsafe(ref sum, (3 * next) + 16));
        var (a4, b4) = (Vector512.LoadUnsafe(ref sum, 4 * next), Vector512.LoadUnsafe(ref sum, (4 * next) + 16));
        var (a5, b5) = (Vector512.LoadUnsafe(ref sum, 5 * next), Vector512.LoadUnsafe(ref sum, (5 * next) + 16));
        var (a6, b6) = (Vector512.LoadUnsafe(ref sum, 6 * next), Vector512.LoadUnsafe(ref sum, (6 * next) + 16));
        var (a7, b7) = (Vector512.LoadUnsafe(ref sum, 7 * next), Vector512.LoadUnsafe(ref sum, (7 * next) + 16));
        foreach (nuint i in pairs)
        {
            var v = Vector512.LoadUnsafe(ref weight, i * Tile);
            var w = Vector512.LoadUnsafe(ref weight, (i * Tile) + 32);
            MultiplyAdd(ref a0, ref b0, v, w, PairOf(ref input, i));
            MultiplyAdd(ref a1, ref b1, v, w, PairOf(ref input, i + stride));
            MultiplyAdd(ref a2, ref b2, v, w, PairOf(ref input, i + (2 * stride)));
            MultiplyAdd(ref a3, ref b3, v, w, PairOf(ref input, i + (3 * stride)));
            MultiplyAdd(ref a4, ref b4, v, w, PairOf(ref input, i + (4 * stride)));
            MultiplyAdd(ref a5, ref b5, v, w, PairOf(ref input, i + (5 * stride)));
            MultiplyAdd(ref a6, ref b6, v, w, PairOf(ref input, i + (6 * stride)));
            MultiplyAdd(ref a7, ref b7, v, w, PairOf(ref input, i + (7 * stride)));
        }
        Store(ref sum, a0, b0);
        Store(ref Unsafe.Add(ref sum, next), a1, b1);
        Store(ref Unsafe.Add(ref sum, 2 * next), a2, b2);
        Store(ref Unsafe.Add(ref sum, 3 * next), a3, b3);
        Store(ref Unsafe.Add(ref sum, 4 * next), a4, b4);
        Store(ref Unsafe.Add(ref sum, 5 * next), a5, b5);
        Store(ref Unsafe.Add(ref sum, 6 * next), a6, b6);
        Store(ref Unsafe.Add(ref sum, 7 * next), a7, b7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(ref Vector512<int> a, ref Vector512<int> b, Vector512<short> v, Vector512<short> w, int pair)
    {
        var x = Vector512.Create(pair).AsInt16();
        a += Avx512BW.MultiplyAddAdjacent(v, x);
        b += Avx512BW.MultiplyAddAdjacent(w, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref int sum, Vector512<int> a, Vector512<int> b)
    {
        a.StoreUnsafe(ref sum);
        b.StoreUnsafe(ref sum, 16);
    }

    /// <summary>Reads two neighbouring inputs as the processor holds them: only x86 comes here, and it is little-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PairOf(ref short input, nuint index) => Unsafe.ReadUnaligned<int>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref input, index)));

    private static int Padded(int count, int unit) => (count + unit - 1) / unit * unit;
}
