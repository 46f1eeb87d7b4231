using CsCheck;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Tables;

namespace Isthmus.Tests.Tables;

public sealed class NearestRowsTests
{
    // Two columns of numbers and one of three levels.
    private static readonly Gen<float[]> Row = Gen.Select(Gen.Int[-9, 9], Gen.Int[-9, 9], Gen.Int[0, 2], (a, b, level) => new float[] { a, b, level });
    private static readonly Gen<float[]> RowWithBlanks = Gen.Select(Row, Gen.Bool.Array[3], (row, blank) =>
        row.Zip(blank, (cell, isBlank) => isBlank ? float.NaN : cell).ToArray()
    );

    [Fact]
    public void The_nearest_is_that_of_a_plain_search() =>
        Gen.Select(Row.Array[2, 70], RowWithBlanks.Array[1, 20])
            .Sample(
                (kept, rows) =>
                {
                    var nearest = new NearestRows(Table(kept), [.. kept.SelectMany(row => row)]);
                    var squares = new float[3];
                    foreach (var (row, found) in nearest.Of([.. rows.SelectMany(row => row)], others: false, threads: 1).Index())
                    {
                        var least = Enumerable.Range(0, kept.Length).Min(other => nearest.Squares(rows[row], other, squares));
                        Assert.Equal(least, nearest.Squares(rows[row], found, squares), 1e-4f * Math.Max(1, least));
                    }
                }
            );

    [Fact]
    public void A_kept_row_is_held_against_the_others() =>
        Row.Array[2, 40]
            .Sample(kept =>
            {
                float[] rows = [.. kept.SelectMany(row => row)];
                var nearest = new NearestRows(Table(kept), rows).Of(rows, others: true, threads: 1);
                foreach (var (row, found) in nearest.Index())
                    // Of twins the first may be nearest to any, and only one that has none is held against another row.
                    Assert.True(found != row || kept.Where((other, place) => place != row && other.SequenceEqual(kept[row])).Any());
            });

    [Fact]
    public void Threads_do_not_change_the_answer()
    {
        var random = new Random(1);
        float[][] kept = [.. Enumerable.Range(0, 300).Select(_ => new[] { random.NextSingle(), random.NextSingle(), random.Next(3) })];
        float[] rows = [.. Enumerable.Range(0, 999).SelectMany(_ => new[] { random.NextSingle(), random.NextSingle(), random.Next(3) })];
        var nearest = new NearestRows(Table(kept), [.. kept.SelectMany(row => row)]);
        Assert.Equal(nearest.Of(rows, others: false, threads: 1), nearest.Of(rows, others: false, threads: 4));
    }

    [Fact]
    public void A_density_of_points_on_a_line_is_its_formula()
    {
        // Standard deviation 1.5 apart of 0 and 3: kept rows at -1 and 1; each one's nearest is 2 away, so s^2 = 4 and nothing is offset.
        var density = new NeighbourDensity(Numbers([0, 3]), [0, 3], threads: 1);
        var (cells, other) = (new float[2], new float[2]);
        density.Nats([6, 1.5f], threads: 1, cells, other);
        Assert.Equal([0.5f, 0.125f], cells);
        Assert.Equal([0f, 0f], other);
    }

    [Fact]
    public void Where_rows_lie_close_a_kernel_is_narrow_and_counts_for_more()
    {
        float[] rows = [0, 1, 2, 3, 100, 130];
        var density = new NeighbourDensity(Numbers(rows), rows, threads: 1);
        var (cells, other) = (new float[2], new float[2]);
        // Both lie 1.5 from the nearest kept row.
        density.Nats([4.5f, 101.5f], threads: 1, cells, other);
        Assert.True(other[0] < other[1]);
        Assert.True(cells[0] > cells[1]);
    }

    private static TableSchema Table(float[][] kept)
    {
        int[] rows = [.. Enumerable.Range(0, kept.Length)];
        var columns = new[]
        {
            new ColumnBuffer("a", ColumnKind.Numeric),
            new ColumnBuffer("b", ColumnKind.Numeric),
            new ColumnBuffer("c", ColumnKind.Category),
        };
        foreach (var row in kept)
        {
            columns[0].Add(row[0]);
            columns[1].Add(row[1]);
            columns[2].Add("xyz"[(int)row[2]].ToString());
        }
        var fitted = TableSchema.Fit(columns, rows, []);
        // All three levels, however many rows have them, so that a row's place is what was drawn.
        return fitted with
        {
            Fields = [fitted.Fields[0], fitted.Fields[1], new FittedCategories("c", ColumnKind.Category, ["x", "y", "z"], [0.5, 0.3, 0.2], [], kept.Length)],
        };
    }

    private static TableSchema Numbers(float[] values)
    {
        var column = new ColumnBuffer("a", ColumnKind.Numeric);
        foreach (var value in values)
            column.Add(value);
        return TableSchema.Fit([column], [.. Enumerable.Range(0, values.Length)], []);
    }
}
