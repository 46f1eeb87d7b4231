using DuckDB.NET.Data;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Tables;
using Isthmus.Measures;

namespace Isthmus.Tests.Data.Cells;

/// <summary>A folder of tables and a pattern are read as the one table that their files make up.</summary>
public sealed class TableFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv", "FORMAT csv, HEADER")]
    [InlineData("parquet", "FORMAT parquet")]
    [InlineData("json", "FORMAT json")]
    public void Files_are_the_rows_of_one_table_in_the_order_of_their_names(string extension, string format)
    {
        Write($"whole.{extension}", "SELECT r a, r * 0.5 b, 'x' || r % 3 c FROM range(50) t(r)", format);
        foreach (var (part, first, end) in new[] { ("p/2023/a", 0, 20), ("p/2023/b", 20, 21), ("p/2024/a", 21, 50) })
            Write($"{part}.{extension}", $"SELECT r a, r * 0.5 b, 'x' || r % 3 c FROM range({first}, {end}) t(r)", format);
        File.WriteAllText(_folder.File("p/_SUCCESS"), "");
        File.WriteAllText(_folder.File($"p/.hidden.{extension}"), "not read");
        var whole = Rows(_folder.File($"whole.{extension}"));
        Assert.Equal(50, whole.Count);
        foreach (var path in new[] { "p", "p/", $"p/*/*.{extension}", $"p/**/*.{extension}", $"p/202?/?.{extension}", "p/**" })
            Assert.Equal(whole, Rows(_folder.File(path)));
        Assert.Equal(whole[20..21], Rows(_folder.File($"p/2023/b*.{extension}")).Select(row => row with { Number = 21 }));
        Assert.Equal(whole, Rows(_folder.File("p"), (0, 100)));
        // Any rows alone, with the numbers that they have in the whole.
        foreach (var (first, end) in new[] { (0, 20), (5, 21), (20, 21), (21, 50), (19, 22), (49, 50), (7, 7) })
            Assert.Equal(whole[first..end], Rows(_folder.File("p"), (first, end)));
    }

    [Fact]
    public void Readers_of_every_kind_take_them()
    {
        Directory.CreateDirectory(_folder.File("n"));
        for (var part = 0; part < 2; part++)
        {
            File.WriteAllText(_folder.File($"n/{part}.csv"), $"x,y\n{part},1\n{part + 2},0\n");
            File.WriteAllText(_folder.File($"t-{part}.csv"), $"user,item,text\nu{part},i1,red blue\nu{part},i2,blue green\n");
        }
        var numbers = DataSource.LoadAll(_folder.File("n"), new());
        Assert.Equal(4, numbers.Count);
        Assert.Contains("2 files are one table", Assert.Single(numbers.Notes).ToString());
        Assert.Equal(4, DataSource.LoadAll(_folder.File("n"), new() { Stream = true }).Count);
        Assert.True(DataSource.IsTable(_folder.File("n"), new()));
        Assert.Equal(4, MixedTableReader.LoadAll(_folder.File("n"), new() { Table = new() }).Count);
        Assert.Equal(4, MeasuredData.Read([_folder.File("n")], new()).Table.Rows);
        var pattern = _folder.File("t-*.csv");
        Assert.Equal(
            2,
            DataSource
                .LoadAll(
                    pattern,
                    new()
                    {
                        Interactions = new()
                        {
                            User = "user",
                            Item = "item",
                            MinPerUser = 1,
                            MinPerItem = 1,
                        },
                    }
                )
                .Count
        );
        Assert.Equal(
            4,
            DataSource
                .LoadAll(
                    pattern,
                    new()
                    {
                        Documents = new()
                        {
                            Text = "text",
                            MinDocuments = 1,
                            MaxShare = 1,
                        },
                    }
                )
                .Count
        );
    }

    [Theory]
    [InlineData("SELECT 1 a, 'x' c", "b.parquet has no 'b', which ")]
    [InlineData("SELECT 1 a, 2 b, 'x' c, 3 d", "b.parquet has a column 'd', which ")]
    [InlineData("SELECT 2 b, 1 a, 'x' c", "column 1 is 'b' in ")]
    [InlineData("SELECT 1 a, '2' b, 'x' c", "'b' is VARCHAR in ")]
    [InlineData("SELECT 1 a, 2 b, DATE '2024-01-01' c", "'c' is DATE in ")]
    public void Files_with_other_columns_are_refused_in_one_line(string other, string why)
    {
        Write("a.parquet", "SELECT 1 a, 2 b, 'x' c", "FORMAT parquet");
        Write("b.parquet", other, "FORMAT parquet");
        var refused = Assert.Throws<InvalidInputException>(() => TableSource.Open(_folder.Path, new()));
        Assert.Contains("has files with different columns", refused.Message);
        Assert.Contains(why, refused.Message.Replace(_folder.File(""), ""));
    }

    /// <summary>A column of whole numbers is one of fractions in a file where some are missing: so pandas writes it.</summary>
    [Fact]
    public void Numbers_may_be_of_several_types()
    {
        Write("a.parquet", "SELECT 1::INTEGER a, 0.1::FLOAT b", "FORMAT parquet");
        Write("b.parquet", "SELECT 2.5::DOUBLE a, 3::TINYINT b", "FORMAT parquet");
        var source = TableSource.Open(_folder.Path, new());
        Assert.Equal(["DOUBLE", "DOUBLE"], [source.TypeOf(0), source.TypeOf(1)]);
        Assert.Equal(["1 0.1", "2.5 3"], Rows(_folder.Path).Select(row => row.Cells));
    }

    [Fact]
    public void Several_kinds_and_nothing_are_refused_and_other_folders_are_no_tables()
    {
        Write("a.parquet", "SELECT 1 a", "FORMAT parquet");
        Write("b.csv", "SELECT 1 a", "FORMAT csv, HEADER");
        Assert.Contains("tables of two kinds", Assert.Throws<InvalidInputException>(() => TableFiles.Of(_folder.Path)).Message);
        Assert.Equal([_folder.File("b.csv")], TableFiles.Of(_folder.File("*.c?v")).Paths);
        Assert.Contains("matches no file", Assert.Throws<InvalidInputException>(() => TableFiles.Of(_folder.File("*.tsv"))).Message);
        Assert.Contains("matches no file", Assert.Throws<InvalidInputException>(() => TableFiles.Of(_folder.File("none/*.csv"))).Message);
        Assert.Contains("does not exist", Assert.Throws<InvalidInputException>(() => TableFiles.Of(_folder.File("c.csv"))).Message);
        Assert.True(TableFiles.Are(_folder.Path));
        File.WriteAllText(_folder.File("photo.png"), "");
        Assert.False(TableFiles.Are(_folder.Path));
        // A name that looks like a pattern is the file's own where there is one.
        File.WriteAllText(_folder.File("a*.csv"), "x\n1\n2\n");
        Assert.Equal(2, Rows(_folder.File("a*.csv")).Count);
    }

    private sealed record ReadRow(long Number, string Cells);

    private static List<ReadRow> Rows(string path, (long First, long End)? only = null)
    {
        var source = TableSource.Open(path, new());
        if (only is { } range)
            source.Take(range.First, range.End);
        var rows = new List<ReadRow>();
        int[] columns = [.. Enumerable.Range(0, source.Names.Count)];
        source.ForEachRow(columns, null, row =>
            rows.Add(
                new(
                    row.Number,
                    string.Join(' ', columns.Select(column => row[column].TryNumber(source.Rules, out var number) ? $"{number}" : row[column].ToString()))
                )
            )
        );
        if (only is null)
            Assert.Equal(rows.Count, source.CountRows());
        return rows;
    }

    private void Write(string name, string query, string format)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({query}) TO '{path.Replace("'", "''")}' ({format})";
        command.ExecuteNonQuery();
    }
}
