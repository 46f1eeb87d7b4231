using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Isthmus.Maps;

/// <summary>
/// The k nearest other records of every record by Euclidean distance between codes. Exact: every pair is compared, by vector instructions, and so the result
/// depends neither on chance nor on the number of threads. Cost N^2 L; memory N (L + 2 k) numbers.
/// </summary>
/// <param name="Places">N x k places of neighbours, the nearest first; of equally near ones the first in order.</param>
/// <param name="Distances">N x k Euclidean distances.</param>
/// <param name="Neighbours">Neighbours of a record, k.</param>
internal sealed record NearestCodes(int[] Places, float[] Distances, int Neighbours)
{
    // Records that are compared at once, and records that share a pass over all others.
    private const int Lanes = 8,
        Group = 4,
        Piece = 64;

    /// <summary>Finds the neighbours.</summary>
    /// <param name="codes">The codes, N x L.</param>
    /// <param name="neighbours">Neighbours of a record; N - 1 at most.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops between some records.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static NearestCodes Of(CodeMatrix codes, int neighbours, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var (count, k) = (codes.Count, Math.Min(neighbours, codes.Count - 1));
        var found = new NearestCodes(new int[count * k], new float[count * k], k);
        found.Distances.AsSpan().Fill(float.PositiveInfinity);
        var (lanes, pieces, done) = (Transposed(codes), (count + Piece - 1) / Piece, 0);
        Parallel.For(0, pieces, new ParallelOptions { CancellationToken = cancellationToken }, piece =>
        {
            var (first, end) = (piece * Piece, Math.Min(count, (piece + 1) * Piece));
            for (var block = 0; block * Lanes < count; block++)
                for (var query = first; query < end; query += Group)
                    found.Compare(codes, lanes, block, query, Math.Min(Group, end - query));
            if (Interlocked.Increment(ref done) is var so && so % 16 == 0)
                progress?.Report(so / (double)pieces);
        });
        for (var i = 0; i < found.Distances.Length; i++)
            found.Distances[i] = MathF.Sqrt(found.Distances[i]);
        return found;
    }

    /// <summary>Records in blocks of as many as a vector has numbers, unit by unit; the last block is filled with records that are infinitely far.</summary>
    private static float[] Transposed(CodeMatrix codes)
    {
        var blocks = (codes.Count + Lanes - 1) / Lanes;
        var lanes = new float[blocks * codes.Width * Lanes];
        lanes.AsSpan((blocks - 1) * codes.Width * Lanes).Fill(float.PositiveInfinity);
        for (var i = 0; i < codes.Count; i++)
        {
            var (block, lane) = (i / Lanes * codes.Width * Lanes, i % Lanes);
            var code = codes[i];
            for (var unit = 0; unit < code.Length; unit++)
                lanes[block + unit * Lanes + lane] = code[unit];
        }
        return lanes;
    }

    private void Compare(CodeMatrix codes, float[] lanes, int block, int query, int queries)
    {
        var width = codes.Width;
        ref var other = ref MemoryMarshal.GetReference(lanes.AsSpan(block * width * Lanes));
        ref var values = ref MemoryMarshal.GetArrayDataReference(codes.Values);
        // Short groups compare their last record again.
        nuint At(int place) => (nuint)((query + Math.Min(place, queries - 1)) * width);
        var (a, b, c, d) = (At(0), At(1), At(2), At(3));
        Vector256<float> first = default,
            second = default,
            third = default,
            fourth = default;
        for (nuint unit = 0; unit < (nuint)width; unit++)
        {
            var there = Vector256.LoadUnsafe(ref other, unit * Lanes);
            var difference = there - Vector256.Create(System.Runtime.CompilerServices.Unsafe.Add(ref values, a + unit));
            first += difference * difference;
            difference = there - Vector256.Create(System.Runtime.CompilerServices.Unsafe.Add(ref values, b + unit));
            second += difference * difference;
            difference = there - Vector256.Create(System.Runtime.CompilerServices.Unsafe.Add(ref values, c + unit));
            third += difference * difference;
            difference = there - Vector256.Create(System.Runtime.CompilerServices.Unsafe.Add(ref values, d + unit));
            fourth += difference * difference;
        }
        Keep(query, first, block * Lanes);
        if (queries > 1)
            Keep(query + 1, second, block * Lanes);
        if (queries > 2)
            Keep(query + 2, third, block * Lanes);
        if (queries > 3)
            Keep(query + 3, fourth, block * Lanes);
    }

    private void Keep(int record, Vector256<float> distances, int firstOther)
    {
        var worst = Distances[record * Neighbours + Neighbours - 1];
        for (var near = Vector256.LessThan(distances, Vector256.Create(worst)).ExtractMostSignificantBits(); near != 0; near &= near - 1)
        {
            var lane = System.Numerics.BitOperations.TrailingZeroCount(near);
            if (firstOther + lane != record)
                Insert(record * Neighbours, firstOther + lane, distances[lane]);
        }
    }

    private void Insert(int start, int other, float distance)
    {
        var place = start + Neighbours - 1;
        if (distance >= Distances[place])
            return;
        for (; place > start && Distances[place - 1] > distance; place--)
            (Distances[place], Places[place]) = (Distances[place - 1], Places[place - 1]);
        (Distances[place], Places[place]) = (distance, other);
    }
}
