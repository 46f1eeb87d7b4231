using System.Globalization;
using CsCheck;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;

namespace Isthmus.Tests.Data.Tables;

public sealed class MixedTableTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_each_column_is_is_found()
    {
        var rows = Enumerable
            .Range(0, 100)
            .Select(i =>
                FormattableString.Invariant(
                    $"{i + 1},{i * 37 % 11 + 0.5},{i % 7},{(i % 2 == 0 ? "yes" : "no")},{"abc"[i % 3]},2024-01-{i % 28 + 1:D2},,u{i * 7919}"
                )
            );
        var schema = Schema(_scratch.Write("t.csv", $"id,size,age,member,kind,day,nothing,name\n{string.Join('\n', rows)}\n"));
        Assert.Equal(
            [
                ("size", ColumnKind.Numeric),
                ("age", ColumnKind.Integer),
                ("member", ColumnKind.Boolean),
                ("kind", ColumnKind.Category),
                ("day", ColumnKind.Date),
            ],
            schema.Fields.Select(field => (field.Name, field.Kind))
        );
        Assert.Equal(["id", "nothing", "name"], schema.Skipped.Select(column => column.Name));
    }

    [Fact]
    public void Kinds_and_columns_can_be_given()
    {
        var path = _scratch.Write("t.csv", "zip,age,id\n1,30,5\n2,31,6\n3,32,7\n1,33,8\n");
        Assert.Equal(
            [("zip", ColumnKind.Category), ("age", ColumnKind.Integer)],
            Schema(path, "zip:category", "id:skip").Fields.Select(field => (field.Name, field.Kind))
        );
        Assert.Equal([("age", ColumnKind.Numeric)], Schema(path, "age:numeric", "age").Fields.Select(field => (field.Name, field.Kind)));
        Assert.Contains("has an unknown kind after the colon; give one of numeric, integer, count", Scratch.Refusal(path, Mixed("age:number")));
        Assert.Contains("did you mean 'age'?", Scratch.Refusal(path, Mixed("ages:numeric")));
    }

    [Fact]
    public void A_blank_is_no_zero()
    {
        var data = DataSource.LoadAll(_scratch.Write("t.csv", "a,b\n0,x\n?,y\n2, NA \n"), Mixed());
        var values = Scratch.Values(data);
        Assert.True(float.IsNaN(values[2]) && float.IsNaN(values[5]));
        Assert.DoesNotContain(values.Where((_, i) => i is not (2 or 5)), float.IsNaN);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n5,6\n", "line 3 has 1 cell and its first line 2")]
    [InlineData("a,b\n1,\"x\ny\"\n\n3,4,5\n", "line 5 has 3 cells and its first line 2")]
    [InlineData("a,a\n1,2\n3,4\n", "2 columns named 'a'")]
    [InlineData("", "is empty")]
    [InlineData("a,b\n", "holds no records")]
    [InlineData("a\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\noops\n", "column 'a', row 12 is 'oops', not a finite number")]
    [InlineData("a,b\n,\n,\n", "no column is left to model: a is missing in every row, b is missing in every row")]
    [InlineData("a,b\n1,2\n1,3\n1,inf\n", "column 'b', row 3 is 'inf'")]
    public void Bad_tables_are_refused_in_a_line(string text, string complaint) =>
        Assert.Contains(complaint, Scratch.Refusal(_scratch.Write("t.csv", text), Mixed()));

    [Fact]
    public void Text_that_is_not_UTF8_is_refused() =>
        Assert.Contains(
            "line 2 is not UTF-8 text; save the file again as UTF-8",
            Scratch.Refusal(_scratch.Write("t.csv", [.. "a,b\n1,"u8, 0xff, 0xfe, .. "\n2,x\n"u8]), Mixed())
        );

    [Fact]
    public void The_encoding_is_of_training_rows_only()
    {
        var rows = string.Concat(Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{i % 13},{"ab"[i % 2]}\n")));
        var path = _scratch.Write("t.csv", $"n,c\n{rows}");
        var splits = DataSource.Load(path, Mixed());
        var field = (FittedNumbers)((TableSchema)splits.Train.Schema).Fields[0];
        Assert.Equal(160, field.Observed);
        Assert.Equal(splits.Train.Schema, splits.Test.Schema);
    }

    [Fact]
    public void New_levels_wild_numbers_and_extra_columns_are_told_of_and_bounded()
    {
        var schema = Schema(_scratch.Write("t.csv", "n,c\n1,a\n2,b\n3,a\n4,b\n5,c\n6,c\n"));
        var data = DataSource.LoadAll(_scratch.Write("new.csv", "c,more,n\nz,9,1e308\n"), new() { Expected = schema });
        Assert.Equal([FittedNumbers.Farthest, 3], Scratch.Values(data));
        Assert.Contains(data.Notes.Texts(), note => note.Contains("the model has no column more"));
    }

    [Theory]
    [InlineData("m,c\n1,a\n", "no column 'n', which the model was trained on")]
    [InlineData("n,c\nx,a\n", "column 'n', row 1 is 'x', not a finite number")]
    public void A_missing_column_and_a_changed_type_are_refused(string text, string complaint)
    {
        var schema = Schema(_scratch.Write("t.csv", "n,c\n1,a\n2,b\n3,a\n4,c\n"));
        Assert.Contains(complaint, Scratch.Refusal(_scratch.Write("new.csv", text), new() { Expected = schema }));
    }

    [Fact]
    public void Whole_numbers_come_back_from_the_models_scale() =>
        Gen.Int[-1000, 1000]
            .Array[2, 40]
            .Sample(values =>
            {
                var column = Column(ColumnKind.Integer, values.Select(value => (double)value));
                var schema = TableSchema.Fit([column], [.. Enumerable.Range(0, values.Length)], []);
                var encoded = schema.Encode([column]);
                Assert.Equal(
                    values.Select(value => value.ToString(CultureInfo.InvariantCulture)),
                    encoded.Select(value => schema.Fields[0].Decode(value, new(1)))
                );
            });

    [Fact]
    public void Two_heaps_are_two_modes()
    {
        var random = new Random(1);
        var column = Column(ColumnKind.Numeric, Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? -10 : 10) + random.NextDouble() - 0.5));
        var field = (FittedNumbers)TableSchema.Fit([column], [.. Enumerable.Range(0, 1000)], []).Fields[0];
        Assert.True(field.Modes.Count >= 2, $"{field.Modes.Count} modes");
        Assert.Contains(field.Modes, mode => mode.Mean < -0.9);
        Assert.Contains(field.Modes, mode => mode.Mean > 0.9);
    }

    [Fact]
    public void Windows_are_consecutive_rows_in_the_order_of_time()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Reverse().Select(i => FormattableString.Invariant($"2024-01-01 00:{i:D2}:00,{i}\n")));
        var data = DataSource.LoadAll(
            _scratch.Write("t.csv", $"time,v\n{rows}"),
            new()
            {
                Table = new()
                {
                    Time = "time",
                    Window = 4,
                    Stride = 3,
                },
            }
        );
        var schema = (TableSchema)data.Schema;
        Assert.Equal(13, data.Count);
        Assert.Equal(["v[0]", "v[1]", "v[2]", "v[3]"], schema.Fields.Select(field => field.Name));
        var second = Scratch.Values(data)[4..8];
        Assert.Equal(["3", "4", "5", "6"], second.Select((value, place) => schema.Fields[place].Decode(value, new(1))));
    }

    [Fact]
    public void Only_missing_cells_of_a_file_change()
    {
        var path = _scratch.Write("t.csv", "\uFEFFa,b,\"c\"\r\n\"x,1\",,\"p\"\r\n\n2,é,\"\"\nNA , 5\" ,\"q\"\r\n");
        var file = new CsvCells(TableSource.Open(path, new()), [2, 1, 0]);
        FilledCell[] cells = [new(0, 1, "p,q"), new(1, 0, "r"), new(2, 2, "s")];
        using var filled = new MemoryStream();
        file.Write(filled, cells);
        Assert.Equal("\uFEFFa,b,\"c\"\r\n\"x,1\",\"p,q\",\"p\"\r\n\n2,é,\"r\"\n\"s\", 5\" ,\"q\"\r\n", System.Text.Encoding.UTF8.GetString(filled.ToArray()));
        filled.Position = 0;
        file.Compare(filled, cells);
        filled.Position = 0;
        Assert.Contains(
            "row 2 would not be read again",
            Assert.Throws<InvalidInputException>(() => file.Compare(filled, [cells[0], new(1, 0, "t"), cells[2]])).Message
        );
        foreach (var others in new FilledCell[][] { [], cells[..2], [cells[0], cells[2]], [.. cells, new(3, 0, "u")] })
            Assert.Contains(
                "has other missing cells than those that were read, so nothing is written",
                Assert.Throws<InvalidInputException>(() => file.Write(Stream.Null, others)).Message
            );
    }

    private static ColumnBuffer Column(ColumnKind kind, IEnumerable<double> values)
    {
        var column = new ColumnBuffer("c", kind);
        foreach (var value in values)
            column.Add(value);
        return column;
    }

    private static DataOptions Mixed(params string[] columns) => new() { Table = new(), Columns = columns.Length == 0 ? null : columns };

    private static TableSchema Schema(string path, params string[] columns) => (TableSchema)DataSource.LoadAll(path, Mixed(columns)).Schema;
}
