using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>
/// Rare pairs of cells: combinations of two columns' values that would be frequent if the columns were independent, and are not. Numbers are put in eight
/// classes of as many training rows each. A pair that n rows have where e = n_a n_b / n are expected scores log2((e + 1/2) / (n + 1/2)). Only dependent columns
/// are used, those with the most mutual information: for independent columns, a rare pair means nothing.
/// </summary>
internal sealed class RarePairs
{
    private const int Classes = 8,
        MostLevels = 24,
        MostColumns = 128,
        MostPairs = 200;

    // The likelihood ratio of independent columns is chi-squared: mean f, variance 2f.
    private const double LeastDeviations = 5;
    private readonly TableSchema _table;
    private readonly float[]?[] _edges;
    private readonly int[] _sizes;
    private readonly (int A, int B, int[] Counts, int[] OfA, int[] OfB, int Rows)[] _pairs;

    /// <summary>Counts pairs.</summary>
    /// <param name="table">Schema of a row.</param>
    /// <param name="kept">Kept training rows, M x D numbers on the model's scale.</param>
    public RarePairs(TableSchema table, float[] kept)
    {
        _table = table;
        var (width, rows) = (table.Dimension, kept.Length / table.Dimension);
        (_edges, _sizes) = (new float[width][], new int[width]);
        var codes = new int[width][];
        for (var column = 0; column < width; column++)
        {
            if (table.Fields[column] is FittedNumbers)
                _edges[column] = Edges([.. Enumerable.Range(0, rows).Select(row => kept[row * width + column]).Where(cell => !float.IsNaN(cell)).Order()]);
            _sizes[column] = _edges[column] is { } edges ? edges.Length + 1 : Math.Min(((FittedCategories)table.Fields[column]).Levels.Count, MostLevels) + 1;
            codes[column] = [.. Enumerable.Range(0, rows).Select(row => Class(column, kept[row * width + column]))];
        }
        var found = new List<(double Information, (int, int, int[], int[], int[], int) Pair)>();
        for (var a = 0; a < width && width <= MostColumns; a++)
            for (var b = a + 1; b < width; b++)
            {
                var pair = Count(a, b, codes[a], codes[b]);
                if (Ratio(pair) is var (ratio, freedom) && freedom > 0 && ratio - freedom > LeastDeviations * Math.Sqrt(2 * freedom))
                    found.Add((ratio, pair));
            }
        _pairs = [.. found.OrderByDescending(pair => pair.Information).Take(MostPairs).Select(pair => pair.Pair)];
    }

    /// <summary>
    /// Computes bits of each cell's rare pairs, those at least half as rare as the rarest, and the column of the other cell of its rarest (-1 for none).
    /// </summary>
    /// <param name="row">D numbers on the model's scale.</param>
    /// <param name="isKept">True if the row is one of those counted, which does not count for itself.</param>
    /// <param name="bits">Receives D sums, 0 or more.</param>
    /// <param name="others">Receives D columns.</param>
    /// <returns>The bits of the rarest pair.</returns>
    public double Bits(ReadOnlySpan<float> row, bool isKept, Span<double> bits, Span<int> others)
    {
        bits.Clear();
        others.Fill(-1);
        Span<int> codes = row.Length <= MostColumns ? stackalloc int[row.Length] : new int[row.Length];
        Span<double> found = stackalloc double[MostPairs],
            rarest = row.Length <= MostColumns ? stackalloc double[row.Length] : new double[row.Length];
        rarest.Clear();
        found.Clear();
        for (var column = 0; column < row.Length && _pairs.Length > 0; column++)
            codes[column] = Class(column, row[column]);
        var (most, own) = (0.0, isKept ? 1 : 0);
        for (var pair = 0; pair < _pairs.Length; pair++)
        {
            var (i, j) = (codes[_pairs[pair].A], codes[_pairs[pair].B]);
            if (i < 0 || j < 0)
                continue;
            found[pair] = Bits(_pairs[pair], i, j, own);
            most = Math.Max(most, found[pair]);
        }
        for (var pair = 0; pair < _pairs.Length; pair++)
            if (found[pair] > 0 && found[pair] >= most / 2)
            {
                var (a, b) = (_pairs[pair].A, _pairs[pair].B);
                bits[a] += found[pair];
                bits[b] += found[pair];
                if (found[pair] > rarest[a])
                    (rarest[a], others[a]) = (found[pair], b);
                if (found[pair] > rarest[b])
                    (rarest[b], others[b]) = (found[pair], a);
            }
        return most;
    }

    /// <summary>Dependent pairs of columns, and the bits of each pair of classes for a new row: number of classes of A x number of classes of B.</summary>
    public IEnumerable<(int A, int B, double[,] Bits)> Pairs =>
        _pairs.Select(pair =>
        {
            var bits = new double[_sizes[pair.A], _sizes[pair.B]];
            for (var i = 0; i < _sizes[pair.A]; i++)
                for (var j = 0; j < _sizes[pair.B]; j++)
                    bits[i, j] = Bits(pair, i, j, own: 0);
            return (pair.A, pair.B, bits);
        });

    /// <summary>
    /// Smallest values of all classes but the first of a column of numbers, ascending. Null of a column of categories, whose class is its index, at most
    /// <see cref="LastClass"/>.
    /// </summary>
    public IReadOnlyList<float>? EdgesOf(int column) => _edges[column];

    /// <summary>Index of a column's last class.</summary>
    public int LastClass(int column) => _sizes[column] - 1;

    /// <summary>Returns the class of a cell, from 0; -1 for a missing value.</summary>
    public int Class(int column, float cell)
    {
        if (float.IsNaN(cell))
            return -1;
        if (_edges[column] is not { } edges)
            return Math.Min((int)cell, _sizes[column] - 1);
        var at = Array.BinarySearch(edges, cell);
        return at < 0 ? ~at : at + 1;
    }

    private double Bits((int A, int B, int[] Counts, int[] OfA, int[] OfB, int Rows) pair, int i, int j, int own)
    {
        var expected = (pair.OfA[i] - own) * (double)(pair.OfB[j] - own) / Math.Max(1, pair.Rows - own);
        return Math.Log2((expected + 0.5) / (pair.Counts[i * _sizes[pair.B] + j] - own + 0.5));
    }

    /// <summary>Returns the smallest values of all classes but the first.</summary>
    private static float[] Edges(float[] sorted) =>
        sorted.Length == 0
            ? []
            :
            [
                .. Enumerable
                    .Range(1, Classes - 1)
                    .Select(part => sorted[(int)((long)part * sorted.Length / Classes)])
                    .Distinct()
                    .Where(edge => edge > sorted[0]),
            ];

    private (int, int, int[], int[], int[], int) Count(int a, int b, int[] codesA, int[] codesB)
    {
        var (counts, ofA, ofB, rows) = (new int[_sizes[a] * _sizes[b]], new int[_sizes[a]], new int[_sizes[b]], 0);
        for (var row = 0; row < codesA.Length; row++)
            if (codesA[row] is >= 0 and var i && codesB[row] is >= 0 and var j)
            {
                counts[i * _sizes[b] + j]++;
                ofA[i]++;
                ofB[j]++;
                rows++;
            }
        return (a, b, counts, ofA, ofB, rows);
    }

    /// <summary>Returns twice the likelihood ratio of dependence to independence, in nats, and its degrees of freedom.</summary>
    private (double, int) Ratio((int A, int B, int[] Counts, int[] OfA, int[] OfB, int Rows) pair)
    {
        var (sum, width) = (0.0, _sizes[pair.B]);
        for (var i = 0; i < pair.OfA.Length; i++)
            for (var j = 0; j < width; j++)
                if (pair.Counts[i * width + j] is > 0 and var count)
                    sum += count * Math.Log(count * (double)pair.Rows / ((double)pair.OfA[i] * pair.OfB[j]));
        return (2 * sum, (pair.OfA.Count(n => n > 0) - 1) * (pair.OfB.Count(n => n > 0) - 1));
    }
}
