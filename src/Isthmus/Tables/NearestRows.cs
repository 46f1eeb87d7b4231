using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>
/// Kept rows laid out for nearest-neighbour search: blocks of 16 rows, column after column, compared 16 at a time. The squared distance of two rows is a sum
/// over cells: for numbers the squared difference in standard deviations of the kept rows, for two different categories 1/p + 1/p', with p their fractions (the
/// chi-square distance; for truth values equal to that after standardising). A value that is missing in the query does not count, and the others count for it;
/// one that is missing in a kept row is taken as the column's mean.
/// </summary>
internal sealed class NearestRows
{
    // A chunk of blocks, in floats, is half of a common first-level cache of 32 KB. Four blocks at a time, so that no sum waits for itself.
    private const int Lanes = 16,
        Tile = 64,
        Chunk = 4096,
        Abreast = 4;
    private const float Blank = -1,
        Beyond = 1e18f;
    private static readonly Vector512<float> Ramp = Vector512.Create(0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    private readonly TableSchema _table;
    private readonly float[] _rows;
    private readonly int[] _numbers,
        _levels;
    private readonly float[] _means,
        _units;
    private readonly float[][] _weights;
    private readonly float[] _blocks,
        _factors,
        _offsets;
    private readonly int _blockSize,
        _start;

    /// <summary>Lays rows out for the search.</summary>
    /// <param name="table">Schema of a row.</param>
    /// <param name="rows">M x D numbers on the model's scale, M at least 1.</param>
    public NearestRows(TableSchema table, float[] rows)
    {
        (_table, _rows) = (table, rows);
        Count = rows.Length / table.Dimension;
        _numbers = [.. table.Fields.Index().Where(field => field.Item is FittedNumbers).Select(field => field.Index)];
        _levels = [.. table.Fields.Index().Where(field => field.Item is FittedCategories).Select(field => field.Index)];
        (_means, _units) = (new float[_numbers.Length], new float[_numbers.Length]);
        for (var i = 0; i < _numbers.Length; i++)
            (_means[i], _units[i]) = Spread(_numbers[i]);
        _weights = [.. _levels.Select(column => Weights((FittedCategories)table.Fields[column]))];
        // For a category, its index and its 1/p.
        _blockSize = Lanes * (_numbers.Length + 2 * _levels.Length);
        // A vector that lies across two lines of the cache is loaded twice; a pinned array can be told where they begin.
        _blocks = GC.AllocateArray<float>(BlockCount * _blockSize + Lanes, pinned: true);
        _start = (int)((nuint)Marshal.UnsafeAddrOfPinnedArrayElement(_blocks, 0) / sizeof(float) % Lanes) is > 0 and var past ? Lanes - past : 0;
        (_factors, _offsets) = (new float[BlockCount * Lanes], new float[BlockCount * Lanes]);
        Array.Fill(_factors, 1);
        // Lanes past the end are far from everything.
        _offsets.AsSpan(Count).Fill(Beyond);
        for (var row = 0; row < Count; row++)
        {
            var at = _blocks.AsSpan(_start + row / Lanes * _blockSize + row % Lanes);
            for (var i = 0; i < _numbers.Length; i++)
                at[i * Lanes] = Number(i, rows[row * table.Dimension + _numbers[i]]);
            for (var i = 0; i < _levels.Length; i++)
            {
                var level = rows[row * table.Dimension + _levels[i]];
                at[(_numbers.Length + 2 * i) * Lanes] = float.IsNaN(level) ? Blank : level;
                at[(_numbers.Length + 2 * i + 1) * Lanes] = float.IsNaN(level) ? 0 : _weights[i][(int)level];
            }
        }
    }

    /// <summary>Number of rows kept, M.</summary>
    public int Count { get; }

    /// <summary>Columns of numbers, each with the mean and 1 / deviation of its kept cells.</summary>
    public IEnumerable<(int Column, float Mean, float Unit)> Numbers => _numbers.Select((column, place) => (column, _means[place], _units[place]));

    /// <summary>Columns of categories, each with 1/p of every category.</summary>
    public IEnumerable<(int Column, IReadOnlyList<float> Weights)> Categories => _levels.Zip(_weights, (column, own) => (column, (IReadOnlyList<float>)own));

    private int BlockCount => (Count + Abreast * Lanes - 1) / (Abreast * Lanes) * Abreast;

    /// <summary>Sets weights: from now on the nearest row is the one with the smallest factor x squared distance + offset, each row's own.</summary>
    public void Weigh(float[] factors, float[] offsets)
    {
        factors.CopyTo(_factors, 0);
        offsets.CopyTo(_offsets, 0);
    }

    /// <summary>Returns the nearest kept row of each row. The result does not depend on the number of threads.</summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="others">True to compare a row that is itself kept with the others; of two equal rows the twin counts.</param>
    /// <param name="threads">Number of threads.</param>
    /// <exception cref="ArgumentException">One kept row only, and none other to hold it against.</exception>
    public int[] Of(float[] rows, bool others, int threads)
    {
        var count = rows.Length / _table.Dimension;
        var nearest = new int[count];
        Tiles.ForEach(count, Tile, threads, (first, end) =>
            Search(rows.AsSpan(first * _table.Dimension, (end - first) * _table.Dimension), others && Count > 1, nearest.AsSpan(first, end - first))
        );
        return nearest;
    }

    /// <summary>Computes each column's part of the squared distance of a row from a kept one.</summary>
    /// <param name="row">D numbers on the model's scale.</param>
    /// <param name="kept">Index of the kept row.</param>
    /// <param name="squares">Receives D numbers.</param>
    /// <returns>Their sum.</returns>
    public float Squares(ReadOnlySpan<float> row, int kept, Span<float> squares)
    {
        var other = _rows.AsSpan(kept * _table.Dimension, _table.Dimension);
        var (weight, sum) = (Weight(row), 0f);
        squares.Clear();
        for (var place = 0; place < _numbers.Length; place++)
        {
            var column = _numbers[place];
            if (float.IsNaN(row[column]))
                continue;
            var difference = Number(place, row[column]) - Number(place, other[column]);
            squares[column] = weight * difference * difference;
        }
        for (var place = 0; place < _levels.Length; place++)
        {
            var column = _levels[place];
            if (!float.IsNaN(row[column]) && row[column] != other[column])
                squares[column] = weight * (_weights[place][(int)row[column]] + (float.IsNaN(other[column]) ? 0 : _weights[place][(int)other[column]]));
        }
        foreach (var square in squares)
            sum += square;
        return sum;
    }

    /// <summary>Searches for a few rows, chunk after chunk of blocks.</summary>
    private void Search(ReadOnlySpan<float> rows, bool others, Span<int> nearest)
    {
        var (width, count) = (_table.Dimension, nearest.Length);
        Span<Vector512<float>> least = stackalloc Vector512<float>[Tile],
            found = stackalloc Vector512<float>[Tile];
        least.Fill(Vector512.Create(float.PositiveInfinity));
        Span<Extent> queries = stackalloc Extent[count];
        var cells = ArrayPool<Cell>.Shared.Rent(count * width);
        for (var (row, end) = (0, 0); row < count; row++)
        {
            queries[row] = Prepare(rows.Slice(row * width, width), cells, end);
            end = queries[row].End;
        }
        var chunk = Math.Max(1, Chunk / _blockSize / Abreast) * Abreast;
        for (var first = 0; first < BlockCount; first += chunk)
            for (var row = 0; row < count; row++)
                Scan(queries[row], cells, first, Math.Min(first + chunk, BlockCount), -1, ref least[row], ref found[row]);
        for (var row = 0; row < count; row++)
        {
            nearest[row] = Best(least[row], found[row]);
            if (!others || !IsTwin(rows.Slice(row * width, width), nearest[row]))
                continue;
            var (again, at) = (Vector512.Create(float.PositiveInfinity), Vector512<float>.Zero);
            Scan(queries[row], cells, 0, BlockCount, nearest[row], ref again, ref at);
            nearest[row] = Best(again, at);
        }
        ArrayPool<Cell>.Shared.Return(cells);
    }

    /// <summary>A known cell of a row: the place of its column in a block, its value there, and for a category its 1/p.</summary>
    private readonly record struct Cell(int At, float Value, float Weight);

    /// <summary>Range of a row's cells, first those of numbers, and their weight.</summary>
    private readonly record struct Extent(int Start, int Levels, int End, float Weight);

    private Extent Prepare(ReadOnlySpan<float> row, Span<Cell> cells, int start)
    {
        var end = start;
        for (var i = 0; i < _numbers.Length; i++)
            if (!float.IsNaN(row[_numbers[i]]))
                cells[end++] = new(i * Lanes, Number(i, row[_numbers[i]]), 0);
        var levels = end;
        for (var i = 0; i < _levels.Length; i++)
            if (row[_levels[i]] is var level && !float.IsNaN(level))
                cells[end++] = new((_numbers.Length + 2 * i) * Lanes, level, _weights[i][(int)level]);
        return new(start, levels, end, Weight(row));
    }

    /// <summary>Updates, for each lane, the smallest distance so far, and its row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(Extent query, ReadOnlySpan<Cell> cells, int first, int end, int except, ref Vector512<float> least, ref Vector512<float> nearest)
    {
        var size = (nuint)_blockSize;
        var (best, rows, excepted, weight) = (least, nearest, Vector512.Create((float)except), Vector512.Create(query.Weight));
        var numbers = cells[query.Start..query.Levels];
        var levels = cells[query.Levels..query.End];
        for (var at = first; at < end; at += Abreast)
        {
            ref var lanes = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_blocks), (nint)at * _blockSize + _start);
            Vector512<float> a = Vector512<float>.Zero,
                b = a,
                c = a,
                d = a;
            foreach (ref readonly var number in numbers)
            {
                ref var own = ref Unsafe.Add(ref lanes, number.At);
                var value = Vector512.Create(number.Value);
                var (da, db, dc, dd) = (
                    value - Vector512.LoadUnsafe(ref own),
                    value - Vector512.LoadUnsafe(ref own, size),
                    value - Vector512.LoadUnsafe(ref own, 2 * size),
                    value - Vector512.LoadUnsafe(ref own, 3 * size)
                );
                a = Vector512.FusedMultiplyAdd(da, da, a);
                b = Vector512.FusedMultiplyAdd(db, db, b);
                c = Vector512.FusedMultiplyAdd(dc, dc, c);
                d = Vector512.FusedMultiplyAdd(dd, dd, d);
            }
            foreach (ref readonly var level in levels)
            {
                ref var own = ref Unsafe.Add(ref lanes, level.At);
                var (value, more) = (Vector512.Create(level.Value), Vector512.Create(level.Weight));
                a = AddWhereDifferent(a, ref own, 0, value, more);
                b = AddWhereDifferent(b, ref own, size, value, more);
                c = AddWhereDifferent(c, ref own, 2 * size, value, more);
                d = AddWhereDifferent(d, ref own, 3 * size, value, more);
            }
            Take(Cost(a * weight, at), at, excepted, ref best, ref rows);
            Take(Cost(b * weight, at + 1), at + 1, excepted, ref best, ref rows);
            Take(Cost(c * weight, at + 2), at + 2, excepted, ref best, ref rows);
            Take(Cost(d * weight, at + 3), at + 3, excepted, ref best, ref rows);
        }
        (least, nearest) = (best, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddWhereDifferent(Vector512<float> sum, ref float own, nuint offset, Vector512<float> level, Vector512<float> weight) =>
        Vector512.ConditionalSelect(
            Vector512.Equals(Vector512.LoadUnsafe(ref own, offset), level),
            sum,
            sum + (Vector512.LoadUnsafe(ref own, offset + Lanes) + weight)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Cost(Vector512<float> squares, int block) =>
        Vector512.FusedMultiplyAdd(
            squares,
            Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_factors), (nuint)(block * Lanes)),
            Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_offsets), (nuint)(block * Lanes))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Vector512<float> cost, int block, Vector512<float> excepted, ref Vector512<float> best, ref Vector512<float> rows)
    {
        var own = Vector512.Create((float)(block * Lanes)) + Ramp;
        var nearer = Vector512.AndNot(Vector512.LessThan(cost, best), Vector512.Equals(own, excepted));
        best = Vector512.ConditionalSelect(nearer, cost, best);
        rows = Vector512.ConditionalSelect(nearer, own, rows);
    }

    // Of rows as near as each other the first, whatever the lane.
    private static int Best(Vector512<float> least, Vector512<float> nearest)
    {
        var (row, best) = (int.MaxValue, float.PositiveInfinity);
        for (var lane = 0; lane < Lanes; lane++)
            if (least[lane] < best || least[lane] == best && (int)nearest[lane] < row)
                (row, best) = ((int)nearest[lane], least[lane]);
        return row;
    }

    /// <summary>Returns true if every known cell of a row equals the kept row's.</summary>
    private bool IsTwin(ReadOnlySpan<float> row, int kept)
    {
        var other = _rows.AsSpan(kept * row.Length, row.Length);
        for (var column = 0; column < row.Length; column++)
            if (row[column] != other[column] && !float.IsNaN(row[column]))
                return false;
        return true;
    }

    /// <summary>Returns a number in deviations from the mean; a missing value is at the mean.</summary>
    private float Number(int place, float value) => float.IsNaN(value) ? 0 : (value - _means[place]) * _units[place];

    private (float Mean, float Unit) Spread(int column)
    {
        var values = new List<double>(Count);
        for (var at = column; at < _rows.Length; at += _table.Dimension)
            if (!float.IsNaN(_rows[at]))
                values.Add(_rows[at]);
        // One outlier among the kept cells must not bring all others together; clipped to the usual range it still shows that the column has a tail.
        var usual = UsualRange.Of([.. values.Order()]);
        var (count, mean, square) = (0, 0.0, 0.0);
        foreach (var value in values.Select(usual.Nearest))
        {
            var delta = value - mean;
            mean += delta / ++count;
            square += delta * (value - mean);
        }
        return ((float)mean, square > 0 ? (float)(1 / Math.Sqrt(square / count)) : 1);
    }

    /// <summary>Returns the factor by which the known cells count for the missing ones.</summary>
    private static float Weight(ReadOnlySpan<float> row)
    {
        var known = 0;
        foreach (var cell in row)
            known += float.IsNaN(cell) ? 0 : 1;
        return row.Length / (float)Math.Max(1, known);
    }

    private static float[] Weights(FittedCategories field)
    {
        // A category of no training row is as far as one of a single row.
        var least = 1.0 / Math.Max(1, field.Observed);
        double[] shares = [.. field.Shares, Math.Max(least, 1 - field.Shares.Sum()), .. field.Levels.Count == 1 ? new[] { least } : []];
        return [.. shares.Select(share => (float)(1 / Math.Max(share, least)))];
    }
}
