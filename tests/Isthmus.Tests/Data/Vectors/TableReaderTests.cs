using DuckDB.NET.Data;
using Isthmus.Data.Formats;
using Isthmus.Data.Vectors;

namespace Isthmus.Tests.Data.Vectors;

public sealed class TableReaderTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("t.csv", "a,b\n1,2.5\n-3e2,4\n")]
    [InlineData("t.tsv", "a\tb\n1\t2.5\n-3e2\t4\n")]
    [InlineData("it's [x] * \"ü\" ?.csv", "a;b\r\n1;2.5\r\n-3e2;4")]
    public void Columns_of_numbers_are_vectors(string name, string text)
    {
        var data = DataSource.LoadAll(_scratch.Write(name, text), new());
        Assert.Equal(new VectorSchema(["a", "b"]), data.Schema);
        Assert.Equal([1, 2.5f, -300, 4], Scratch.Values(data));
    }

    [Fact]
    public void A_gzipped_table_is_read() =>
        Assert.Equal([1, 2], Scratch.Values(DataSource.LoadAll(_scratch.Write("t.csv.gz", Scratch.Gzip("a,b\n1,2\n"u8.ToArray())), new())));

    [Fact]
    public void A_table_without_a_header_is_read() =>
        Assert.Equal([1, 2, 3, 4], Scratch.Values(DataSource.LoadAll(_scratch.Write("t.csv", "1,2\n3,4\n"), new())));

    [Fact]
    public void Columns_and_the_label_are_chosen_by_name()
    {
        var path = _scratch.Write("t.csv", "x,\"the \"\"class\"\"\",y,note\n1,red,2,hello\n3,blue,4,there\n5,red,6,again\n");
        var data = DataSource.LoadAll(path, new() { Columns = ["y", "x"], Label = "the \"class\"" });
        Assert.Equal([2, 1, 4, 3, 6, 5], Scratch.Values(data));
        Assert.Equal(["blue", "red"], data.Labels[0].Classes);
        Assert.Equal([1, 0, 1], data.Labels[0].Values);
        Assert.Contains("did you mean 'note'?", Scratch.Refusal(path, new() { Label = "notes" }));
        Assert.Contains("it has x, the \"class\", y, note", Scratch.Refusal(path, new() { Columns = ["height"] }));
    }

    [Theory]
    [InlineData("age,size\n1,2\n3,tall\n5,6\n", "column 'size', row 2 is 'tall', not a finite number")]
    [InlineData("age,size\n1,2\n3,\n5,6\n", "column 'size', row 2 is empty")]
    [InlineData("age,size\n1,2\n3,4\nNaN,6\n", "column 'age', row 3 is 'NaN'")]
    [InlineData("age,size\n1,2\n3,1e39\n", "column 'size', row 2 is '1e39'")]
    [InlineData(
        "age,name\n1,ann\n2,bob\n",
        "column 'name', row 1 is 'ann', not a finite number; take a model of mixed tables for texts, dates and missing cells (--model table-vae), choose "
            + "the columns of numbers with --columns, or name the column of classes with --label."
    )]
    [InlineData("age,size\n1,2\n3\n5,6\n", "line 3 has 1 cell and its first line 2")]
    [InlineData("age,size\n", "no records")]
    [InlineData("", "no records")]
    public void What_is_no_number_is_named_with_column_and_row(string text, string complaint) =>
        Assert.Contains(complaint, Scratch.Refusal(_scratch.Write("t.csv", text)));

    [Fact]
    public void No_column_at_all_is_refused()
    {
        Assert.Contains("give at least one", Scratch.Refusal(_scratch.Write("t.csv", "c\nx\ny\n"), new() { Label = "c" }));
        Assert.Contains("give at least one", Scratch.Refusal(_scratch.Write("v.idx", Scratch.Idx([1, 2], [1, 2])), new() { Columns = [] }));
    }

    [Fact]
    public void Text_far_below_is_named_with_its_row()
    {
        var rows = string.Concat(Enumerable.Range(1, 60_000).Select(i => i == 55_555 ? "1,oops\n" : $"{i},{i}\n"));
        Assert.Contains("column 'b', row 55555 is 'oops'", Scratch.Refusal(_scratch.Write("t.csv", "a,b\n" + rows)));
    }

    [Fact]
    public void A_label_that_is_missing_is_named_with_its_row() =>
        Assert.Contains("row 2 has no label in column 'c'", Scratch.Refusal(_scratch.Write("t.csv", "a,c\n1,x\n2,\n3,y\n"), new() { Label = "c" }));

    [Fact]
    public void Parquet_is_read_and_its_damage_refused()
    {
        var path = Path.Combine(_scratch.Folder, "it''s.parquet");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                $"COPY (SELECT 1 AS a, true AS b, 2.5::DECIMAL(5,2) AS c, 'x' AS k, DATE '2020-01-01' AS d UNION ALL SELECT 2, false, 3, 'y', NULL) TO "
                + $"'{path.Replace("'", "''")}'";
            command.ExecuteNonQuery();
        }
        var data = DataSource.LoadAll(path, new() { Columns = ["a", "b", "c"], Label = "k" });
        Assert.Equal([1, 1, 2.5f, 2, 0, 3], Scratch.Values(data));
        Assert.Equal(["x", "y"], data.Labels[0].Classes);
        Assert.Contains("column 'd', row 1 is '2020-01-01'", Scratch.Refusal(path, new() { Columns = ["a", "d"] }));
        var content = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 3, 12, content.Length / 2, content.Length - 1 })
            Scratch.Refusal(_scratch.Write("cut.parquet", content[..length]));
    }

    [Fact]
    public void What_is_no_text_is_refused() =>
        Assert.Contains("line 1 is not UTF-8", Scratch.Refusal(_scratch.Write("t.csv", [0, 1, 2, 255, 254, 3, 10, 0, 9])));

    [Fact]
    public void Image_options_do_not_apply() => Assert.Contains("--size", Scratch.Refusal(_scratch.Write("t.csv", "a\n1\n"), new() { Size = new(2, 2) }));
}
