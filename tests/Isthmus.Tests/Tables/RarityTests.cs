using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Tables;

namespace Isthmus.Tests.Tables;

/// <summary>The parts of the default score against what is known of them.</summary>
public class RarityTests
{
    [Fact]
    public void Bits_of_a_usual_value_are_those_of_its_rank()
    {
        var tail = new UpperTail(Enumerable.Range(1, 999).Select(value => (double)value));
        // As great as 999 of 999, 500 and 1 are.
        Assert.Equal(0, tail.Bits(1), 1e-12);
        Assert.Equal(1, tail.Bits(500), 0.01);
        Assert.Equal(Math.Log2(1000 / 2.0), tail.Bits(999), 1e-12);
        Assert.Equal((tail.Bits(10) + tail.Bits(11)) / 2, tail.Bits(10.5), 1e-12);
    }

    [Fact]
    public void Beyond_the_greatest_value_bits_grow_and_never_shrink()
    {
        var random = new Random(1);
        foreach (var count in new[] { 1, 2, 3, 10, 1000 })
            foreach (var draw in new Func<double>[] { random.NextDouble, () => -Math.Log(1 - random.NextDouble()), () => 5, () => random.Next(3) })
            {
                var tail = new UpperTail(Enumerable.Range(0, count).Select(_ => draw()));
                double[] bits = [.. Enumerable.Range(-40, 400).Select(step => tail.Bits(step / 10.0))];
                Assert.All(bits, value => Assert.True(double.IsFinite(value) && value >= 0));
                Assert.All(bits.Zip(bits.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
                Assert.True(tail.Bits(1e12) > tail.Bits(1e6));
            }
    }

    [Fact]
    public void The_tail_of_exponential_values_is_never_lighter_than_the_law()
    {
        // Of 5,000 values the greatest is about ln 5,000; three units on, the law has 3 / ln 2 = 4.3 bits more, and a tail of shape 1/4 fewer.
        var random = new Random(2);
        var tail = new UpperTail(Enumerable.Range(0, 5000).Select(_ => -Math.Log(1 - random.NextDouble())));
        Assert.InRange(tail.Bits(Math.Log(5000) + 3) - tail.Bits(Math.Log(5000)), 1, 4.4);
    }

    [Fact]
    public void Nothing_is_known_of_no_values() => Assert.Equal(0, new UpperTail([double.NaN]).Bits(3));

    [Fact]
    public void A_missing_cell_where_none_is_missing_is_as_rare_as_one_row_in_all()
    {
        var (schema, rows) = Table(400);
        var (cells, bits) = (new RareCells(schema, rows), new double[3]);
        var row = rows[..3];
        Assert.Equal(0, cells.Bits(row, isKept: false, bits), 0.1);
        row[1] = float.NaN;
        Assert.Equal(Math.Log2(401), cells.Bits(row, isKept: false, bits), 1e-6);
        Assert.Equal(bits.Max(), bits[1]);
    }

    [Fact]
    public void A_number_below_zero_where_none_is_and_a_category_never_seen_are_as_rare()
    {
        var (schema, rows) = Table(400);
        var (cells, bits) = (new RareCells(schema, rows), new double[3]);
        var row = rows[..3];
        row[0] = ((FittedNumbers)schema.Fields[0]).Scaled(-1);
        Assert.Equal(Math.Log2(401), cells.Bits(row, isKept: false, bits), 1e-6);
        row = rows[..3];
        row[2] = ((FittedCategories)schema.Fields[2]).Levels.Count;
        Assert.Equal(Math.Log2(401), cells.Bits(row, isKept: false, bits), 1e-6);
    }

    [Fact]
    public void Further_outside_the_range_is_rarer()
    {
        var (schema, rows) = Table(400);
        var (cells, bits) = (new RareCells(schema, rows), new double[3]);
        var field = (FittedNumbers)schema.Fields[0];
        double Bits(double value)
        {
            var row = rows[..3];
            row[0] = field.Scaled(value);
            return cells.Bits(row, isKept: false, bits);
        }
        Assert.Equal(0, Bits(field.Maximum), 0.1);
        Assert.True(Bits(field.Maximum + 20) > Bits(field.Maximum + 10));
        Assert.True(Bits(field.Maximum + 1000) > 15);
    }

    [Fact]
    public void A_pair_that_never_comes_is_found_and_independent_columns_are_not_looked_at()
    {
        var random = new Random(5);
        string[] a = [.. Enumerable.Range(0, 1000).Select(_ => "xyz"[random.Next(3)].ToString())];
        // b is never q beside z; c is anything.
        string[] b = [.. a.Select(value => value == "z" ? "p" : "pq"[random.Next(2)].ToString())],
            c = [.. a.Select(_ => "uv"[random.Next(2)].ToString())];
        var (schema, rows) = Encoded(Texts("a", a), Texts("b", b), Texts("c", c));
        var pairs = new RarePairs(schema, rows);
        var (bits, others) = (new double[3], new int[3]);
        var odd = rows[..3];
        (odd[0], odd[1]) = (Level(schema, 0, "z"), Level(schema, 1, "q"));
        // About 1,000 / 3 x 1 / 3 are expected: log2(111.5 / 0.5).
        Assert.Equal(Math.Log2(223), pairs.Bits(odd, isKept: false, bits, others), 0.3);
        Assert.Equal([1, 0, -1], others);
        Assert.Equal(0, bits[2]);
        Assert.InRange(Enumerable.Range(0, 1000).Max(row => pairs.Bits(rows.AsSpan(row * 3, 3), isKept: true, bits, others)), 0, 1);
    }

    [Fact]
    public void Wide_tables_and_missing_cells_are_no_trouble_for_pairs()
    {
        var (schema, rows) = Table(50);
        var pairs = new RarePairs(schema, rows);
        Assert.Equal(0, pairs.Bits([float.NaN, float.NaN, float.NaN], isKept: false, new double[3], new int[3]));
    }

    [Fact]
    public void A_drift_is_told_from_an_event()
    {
        string[] times = [.. Enumerable.Range(0, 1000).Select(hour => $"h{hour}")];
        double[] values = [.. Enumerable.Range(0, 1000).Select(hour => hour < 600 ? 10.0 : 20.0)];
        ScoredRows Scores(Func<int, float> bits) =>
            new(["load"], [.. Enumerable.Range(0, 1000).Select(bits)], [.. Enumerable.Range(0, 1000).Select(bits)], new float[1000]);
        SeriesDrift? Found(Func<int, float> bits) => SeriesDrift.Find(Scores(bits), values, 5, 0.01, 10, times);
        var drift = Found(hour => hour >= 600 && hour % 4 == 0 ? 9 : 1)!;
        Assert.InRange(drift.Since, 598, 604);
        Assert.Equal(0.25, drift.ShareAfter, 0.01);
        Assert.Equal(("load", 10.0, 20.0), (drift.Columns[0].Column, drift.Columns[0].Before, Math.Round(drift.Columns[0].After, 1)));
        Assert.StartsWith("The data moved: since h6", drift.ToString());
        Assert.Null(Found(hour => hour is >= 600 and < 650 ? 9 : 1));
        Assert.Null(Found(hour => hour % 100 == 0 ? 9 : 1));
        // A stretch at the end that is a few windows long may be an event yet.
        Assert.Null(Found(hour => hour >= 970 ? 9 : 1));
    }

    [Fact]
    public void Events_less_than_a_window_apart_are_one_and_peak_at_their_own_cells()
    {
        string[] times = [.. Enumerable.Range(0, 100).Select(hour => $"h{hour}")];
        float[] bits = [.. Enumerable.Range(0, 100).Select(hour => hour is >= 20 and < 25 or >= 28 and < 30 or 70 ? 9f : 1f)];
        float[] own = [.. Enumerable.Range(0, 100).Select(hour => hour == 22 ? 5f : 0f)];
        var events = SeriesEvent.Find(new(["v"], bits, bits, new float[100]), own, new([1, 2, 3]), 5, 10, times, _ => new([], 0, 0));
        Assert.Equal([(21L, 30L, 23L), (71L, 71L, 71L)], events.Select(found => (found.First, found.Last, found.Peak)));
        Assert.Equal(("h20", "h29", "h22", 0.25), (events[0].Start, events[0].End, events[0].PeakTime, events[0].PValue));
    }

    [Theory]
    [InlineData(12, 0.01, 1.0 / 13)]
    [InlineData(99, 0.01, 0.01)]
    [InlineData(400, 0.01, 5.0 / 401)]
    [InlineData(1999, 0.05, 0.05)]
    public void As_many_rows_are_expected_over_the_threshold_as_an_order_of_equals_gives(int usual, double rate, double share)
    {
        var scores = new ReferenceScores([.. Enumerable.Range(0, usual).Select(value => (float)value)]);
        Assert.Equal(share, scores.ExpectedShare(rate), 1e-9);
        Assert.Equal(1.0 / (usual + 1), scores.SmallestPValue, 1e-12);
    }

    [Fact]
    public void Few_usual_rows_are_said_to_be_few()
    {
        ScoredTable With(int usual) => new(20, new([.. Enumerable.Range(0, usual).Select(value => (float)value)]), 0.01, 1, [], [], 0, null, []);
        Assert.StartsWith(
            "Only 12 usual rows are known, so no p-value is below 0.077 (1 / 13), and 1\u00a0% of false alarms cannot be promised",
            With(12).SmallSample
        );
        Assert.Null(With(1000).SmallSample);
        Assert.Equal("1 of 20 rows looks unusual; about 1.5 would by chance.", With(12).Summary);
    }

    private static (TableSchema Schema, float[] Rows) Table(int count)
    {
        var random = new Random(4);
        var number = new ColumnBuffer("spend", ColumnKind.Numeric);
        foreach (var _ in Enumerable.Range(0, count))
            number.Add(Math.Round(10 + 90 * random.NextDouble(), 2));
        return Encoded(
            number,
            Texts("plan", [.. Enumerable.Range(0, count).Select(_ => "ab"[random.Next(2)].ToString())]),
            Texts("city", [.. Enumerable.Range(0, count).Select(_ => "xyz"[random.Next(3)].ToString())])
        );
    }

    private static ColumnBuffer Texts(string name, string[] cells)
    {
        var column = new ColumnBuffer(name, ColumnKind.Category);
        foreach (var cell in cells)
            column.Add(cell);
        return column;
    }

    private static float Level(TableSchema schema, int column, string text) =>
        ((FittedCategories)schema.Fields[column]).Levels.Index().Single(level => level.Item == text).Index;

    private static (TableSchema, float[]) Encoded(params ColumnBuffer[] columns)
    {
        var schema = TableSchema.Fit(columns, [.. Enumerable.Range(0, columns[0].Count)], []);
        return (schema, schema.Encode(columns));
    }
}
