using DuckDB.NET.Data;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Measures;

namespace Isthmus.Tests.Data.Cells;

/// <summary>One reader for all verbs: what is a row, a name, a number, a date or a missing cell.</summary>
public sealed class TableSourceTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("a,b\n1,2\n", ",", "a b")]
    [InlineData("a;b\n1,5;2,5\n3,5;4,5\n", ";", "a b")]
    [InlineData("1,5;2,5\n3,5;4,5\n", ";", "column0 column1")]
    [InlineData("a\tb\nx, y\tz\n", "\t", "a b")]
    [InlineData("a|b\n1|2\n", "|", "a b")]
    [InlineData("id,genre\n1,A|B|C\n2,D|E|F\n", ",", "id genre")]
    [InlineData("name;note\nA;hello, you\nB;bye, me\n", ";", "name note")]
    [InlineData("text\nHello, world\none\ntwo, or three, or more\n", "", "text")]
    [InlineData("country,2019,2020\nFR,17,73\nDE,38,85\nFR,20,9\nDE,1,2\n", ",", "country 2019 2020")]
    [InlineData("0,1,2\n1.5,2.5,3.5\n4.5,5.5,6.5\n", ",", "0 1 2")]
    [InlineData("name,2019,2020\nann,5,6\nbob,7,8\n", ",", "name 2019 2020")]
    [InlineData("5.1,3.5,x\n4.9,3.0,y\n5.0,3.1,x\n", ",", "column0 column1 column2")]
    [InlineData("1,2,3\n2,3,4\n3,4,5\n", ",", "column0 column1 column2")]
    [InlineData(",a\n1,2\n", ",", "column0 a")]
    [InlineData("Report\na,b\n1,x\n2,y\n", ",", "a b")]
    [InlineData("Sales of 2024,,\n,,\na,b,c\n1,x,2\n2,y,3\n", ",", "a b c")]
    public void The_dialect_and_the_names_are_found(string text, string delimiter, string names)
    {
        var source = TableSource.Open(_scratch.Write("t.csv", text), new());
        Assert.Equal(delimiter, source.Dialect!.Delimiter);
        Assert.Equal(names.Split(' '), source.Names);
    }

    [Fact]
    public void A_header_can_be_said()
    {
        var path = _scratch.Write("t.csv", "7,9\n1,2\n3,4\n");
        Assert.Equal(["column0", "column1"], TableSource.Open(path, new()).Names);
        Assert.Equal(["7", "9"], TableSource.Open(path, new() { Header = true }).Names);
        Assert.Equal(["7", "9"], TableSource.Open(path, new(), ["9", "7"]).Names);
        Assert.Equal(["column0", "column1"], TableSource.Open(_scratch.Write("u.csv", "a,b\nc,d\n"), new() { Header = false }).Names);
        Assert.Contains("--header yes takes it for their names", Assert.Single(TableSource.Open(path, new()).Notes.Texts()));
        Assert.Contains(
            "though '2019' is a number; --header no",
            Assert.Single(TableSource.Open(_scratch.Write("v.csv", "c,2019,2020\nx,1,5\ny,7,2\n"), new()).Notes.Texts())
        );
        Assert.Empty(TableSource.Open(path, new() { Header = false }).Notes.Texts());
    }

    [Fact]
    public void A_title_is_told_of_and_rows_are_those_of_the_table()
    {
        var data = DataSource.LoadAll(
            _scratch.Write("t.csv", $"Report\nname,grp\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"n{i % 3},{"xy"[i % 2]}\n"))}"),
            Mixed()
        );
        Assert.Equal(60, data.Count);
        Assert.Equal(["name", "grp"], ((TableSchema)data.Schema).Fields.Select(field => field.Name));
        Assert.Contains(data.Notes.Texts(), note => note.Contains("line 1 is taken for a title, 'Report'; the columns begin in line 2"));
    }

    /// <summary>Half of the rows have a cell more: neither half is dropped.</summary>
    [Fact]
    public void As_many_records_as_lines_or_a_refusal_with_the_line()
    {
        var path = _scratch.Write(
            "t.csv",
            $"a,b\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i}\n"))}{string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i},{i}\n"))}"
        );
        Assert.Contains("line 62 has 3 cells and its first line 2", Scratch.Refusal(path));
        Assert.Contains("line 62 has 3 cells and its first line 2", Scratch.Refusal(path, Mixed()));
        Assert.Contains("line 62 has 3 cells", Assert.Throws<InvalidInputException>(() => MeasuredTableReader.Read(path, new())).Message);
    }

    [Fact]
    public void A_first_cell_that_looks_like_a_comment_is_a_cell()
    {
        var path = _scratch.Write("t.csv", "temp,site\n25,b\n20,a\n#N/A,a\n#5,b\n");
        var texts = DataSource.LoadAll(path, Mixed("temp:category"));
        Assert.Equal(4, texts.Count);
        Assert.Equal(
            [0, 1, 2, 3],
            Histories
                .Rows(
                    DataSource.LoadAll(
                        path,
                        new()
                        {
                            Interactions = new()
                            {
                                User = "site",
                                Item = "temp",
                                MinPerUser = 1,
                            },
                            Reading = new() { Missing = [] },
                        }
                    )
                )
                .SelectMany(row => row)
                .Order()
        );
    }

    [Fact]
    public void A_quoted_cell_far_below_is_the_same_category()
    {
        var rows = string.Concat(
            Enumerable
                .Range(0, 21_000)
                .Select(i => $"{i % 9},{(i == 20_900 ? "\"x\"" : i == 20_950 ? "\"x, y\"" : i % 2 == 0 ? "x" : "y")}\n")
        );
        var field = (FittedCategories)((TableSchema)DataSource.LoadAll(_scratch.Write("t.csv", $"a,b\n{rows}"), Mixed()).Schema).Fields[1];
        Assert.Equal(["y", "x"], field.Levels);
        Assert.Equal(["x, y"], field.Rare);
    }

    [Theory]
    [InlineData("NA", true)]
    [InlineData("NULL", true)]
    [InlineData("#N/A", true)]
    [InlineData("-", false)]
    public void Missing_cells_are_the_same_for_every_verb(string text, bool usually)
    {
        var path = _scratch.Write("t.csv", $"x,y\n1,2\n{text},3\n4,5\n6,6.5\n1,2\n3,4\n5,6\n7,8\n1,9\n2,3\n4,5\n");
        foreach (var (reading, isMissing) in new[] { (new TableReading(), usually), (new TableReading { Missing = [text] }, true) })
        {
            var measured = MeasuredTableReader.Read(path, reading).Columns[0];
            Assert.Equal((isMissing, isMissing ? 1 : 0), (measured.IsNumber, measured.Missing));
            if (isMissing)
                Assert.True(float.IsNaN(Scratch.Values(DataSource.LoadAll(path, Mixed() with { Reading = reading }))[2]));
            else
                Assert.Contains($"column 'x', row 2 is '{text}', not a finite number", Scratch.Refusal(path, Mixed() with { Reading = reading }));
        }
    }

    [Fact]
    public void A_model_keeps_what_means_missing()
    {
        string[] codes = ["NA", "FR", "KE"];
        var path = _scratch.Write("t.csv", $"country,gdp\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"{codes[i % 3]},{i % 7}\n"))}");
        var usual = DataSource.LoadAll(path, Mixed());
        Assert.Contains(usual.Notes.Texts(), note => note.StartsWith("country: 20 cells of 60 taken for missing because the text is 'NA'"));
        var schema = (TableSchema)DataSource.LoadAll(path, Mixed() with { Reading = new() { Missing = ["?"] } }).Schema;
        Assert.Equal(["FR", "KE", "NA"], ((FittedCategories)schema.Fields[0]).Levels);
        var kept = System.Text.Json.JsonSerializer.Deserialize<DataSchema>(
            System.Text.Json.JsonSerializer.Serialize<DataSchema>(schema, JsonFormat.Compact),
            JsonFormat.Compact
        )!;
        Assert.DoesNotContain(Scratch.Values(DataSource.LoadAll(path, new() { Expected = kept })), float.IsNaN);
    }

    [Fact]
    public void Columns_of_the_same_missing_text_have_one_note()
    {
        string Row(int i) => string.Join(',', Enumerable.Range(0, 11).Select(column => i == 0 || i == 1 && column == 2 ? "?" : "ab"[i % 2].ToString()));
        var header = string.Join(',', Enumerable.Range(0, 11).Select(column => $"c{column}"));
        var path = _scratch.Write("t.csv", $"{header}\n{string.Join('\n', Enumerable.Range(0, 60).Select(Row))}\n");
        var note = Assert.Single(DataSource.LoadAll(path, Mixed()).Notes.Texts(), note => note.Contains("taken for missing"));
        Assert.StartsWith(
            "c0, c1, c2, c3, c4, c5, c6, c7: 1, 1, 2, 1, 1, 1, 1, 1 cells of 60 and 3 in 3 more columns taken for missing because the text is '?'; if",
            note
        );
    }

    [Fact]
    public void A_number_is_missing_by_its_value()
    {
        var path = _scratch.Write("t.csv", "a,b\n1,2\n-999,3\n-999.0,4\n5,6\n");
        var values = Scratch.Values(DataSource.LoadAll(path, Mixed("a:numeric", "b:numeric") with { Reading = new() { Missing = ["-999"] } }));
        Assert.Equal([false, true, true, false], new[] { 0, 2, 4, 6 }.Select(i => float.IsNaN(values[i])));
    }

    [Fact]
    public void What_is_spelt_or_typed_otherwise_is_the_same_category()
    {
        var schema = (TableSchema)
            DataSource
                .LoadAll(_scratch.Write("t.csv", "zip,on,flag\n1,true,0\n02134,false,1\n1,true,0\n02134,false,1\n3,true,0\n3,false,1\n"), Mixed("zip:category"))
                .Schema;
        var other = Scratch.Values(
            DataSource.LoadAll(_scratch.Write("n.csv", "zip,on,flag\n1.0,TRUE,0.0\n 2134,False,true\n\"3\",1,1e0\n"), new() { Expected = schema })
        );
        string Name(int field, float place) => ((FittedCategories)schema.Fields[field]).Decode(place, new(1));
        Assert.Equal(["1", "true", "0", "02134", "false", "1", "3", "true", "1"], other.Select((place, i) => Name(i % 3, place)));
        var path = Path.Combine(_scratch.Folder, "n.parquet");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                $"COPY (SELECT 1.0::DOUBLE AS zip, true AS \"on\", false AS flag UNION ALL SELECT 2134, false, true) TO '{path.Replace("'", "''")}'";
            command.ExecuteNonQuery();
        }
        Assert.Equal(
            ["1", "true", "0", "02134", "false", "1"],
            Scratch.Values(DataSource.LoadAll(path, new() { Expected = schema })).Select((place, i) => Name(i % 3, place))
        );
    }

    [Fact]
    public void Typed_times_and_offsets_are_read_and_written_in_their_types()
    {
        var path = Path.Combine(_scratch.Folder, "t.parquet");
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"COPY (SELECT TIME '10:00:00' + to_minutes(r * 7 % 300) AS a, TIMESTAMP '2024-01-01 10:00:00' + to_hours(r) AS b, 0.1::FLOAT * (r % 9) AS c, (r % "
            + $"2)::TINYINT AS d FROM range(60) x(r)) TO '{path.Replace("'", "''")}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        var schema = (TableSchema)DataSource.LoadAll(path, Mixed()).Schema;
        Assert.Equal([ColumnKind.Date, ColumnKind.Date, ColumnKind.Numeric, ColumnKind.Boolean], schema.Fields.Select(field => field.Kind));
        // A 32-bit 0.1 is a tenth.
        Assert.Equal(0.1, ((FittedNumbers)schema.Fields[2]).Step, 12);
        var made = Path.Combine(_scratch.Folder, "m.parquet");
        TableWriter.Write(
            made,
            [.. schema.Fields.Select(field => new Column(field.Name, [field.Decode(0, new(1)), field.Decode(1, new(1))], field.WrittenType))]
        );
        command.CommandText = $"DESCRIBE SELECT * FROM '{made.Replace("'", "''")}'";
        using var reader = command.ExecuteReader();
        Assert.Equal(["TIME", "TIMESTAMP", "FLOAT", "TINYINT"], schema.Fields.Select(_ => reader.Read() ? reader.GetString(1) : "none"));
    }

    [Fact]
    public void Decimal_commas_are_read_or_named_with_the_option_that_reads_them()
    {
        var rows = Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i}.{i % 10}").Replace('.', ',')).ToArray();
        var semicolons = (TableSchema)
            DataSource.LoadAll(_scratch.Write("t.csv", $"w;g\n{string.Concat(rows.Select((cell, i) => $"{cell};{"ab"[i % 2]}\n"))}"), Mixed()).Schema;
        Assert.Equal((ColumnKind.Numeric, 59.9), (semicolons.Fields[0].Kind, ((FittedNumbers)semicolons.Fields[0]).Maximum));
        Assert.Equal("59,9", ((FittedNumbers)semicolons.Fields[0]).Written(59.9));
        // As TableWriter writes what is drawn from such a model.
        Assert.Equal(2, DataSource.LoadAll(_scratch.Write("made.csv", "w,g\n\"59,9\",a\n\"0,5\",b\n"), new() { Expected = semicolons }).Count);
        var tabs = _scratch.Write("t.tsv", $"w\tg\n{string.Concat(rows.Select((cell, i) => $"{cell}\t{"ab"[i % 2]}\n"))}");
        Assert.Contains("column 'w', row 1 is '0,0', with a comma that may be a decimal one; read it so with --decimal comma", Scratch.Refusal(tabs, Mixed()));
        Assert.Equal(ColumnKind.Numeric, ((TableSchema)DataSource.LoadAll(tabs, Mixed() with { Reading = new() { Decimal = ',' } }).Schema).Fields[0].Kind);
        Assert.Contains("--decimal comma", Scratch.Refusal(tabs, new() { Columns = ["w"] }));
        Assert.Equal(
            60,
            DataSource
                .LoadAll(
                    tabs,
                    new()
                    {
                        Columns = ["w"],
                        Reading = new() { Decimal = ',' },
                    }
                )
                .Count
        );
    }

    [Fact]
    public void A_line_above_the_table_that_is_no_title_is_named() =>
        Assert.All(
            new[] { ("Sales, 2024\na,b,c\n1,2,x\n3,4,y\n", "2 cells and the lines below it 3"), ("w\n1,5\n2,5\n3,5\n", "1 cell and the lines below it 2") },
            table =>
                Assert.Contains(
                    $"line 1 has {table.Item2} each; give the line of names as many, or take a title out",
                    Scratch.Refusal(_scratch.Write("t.csv", table.Item1), Mixed())
                )
        );

    [Fact]
    public void Marks_of_thousands_are_named()
    {
        var path = _scratch.Write("t.csv", $"w,g\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"\"{i},{i:D3}.50\",{"ab"[i % 2]}\n"))}");
        Assert.Contains("take out marks of thousands", Scratch.Refusal(path, Mixed()));
        Assert.Contains("column 'w' is taken for symbols: row 1 is '0,000.50'", Assert.Single(MeasuredTableReader.Read(path, new()).Notes.Texts()));
    }

    [Fact]
    public void A_year_of_five_digits_is_named_with_row_and_cell() =>
        Assert.Contains(
            "column 'day', row 61 is '20240-03-01', not a date",
            Scratch.Refusal(
                _scratch.Write("t.csv", $"day,v\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"2024-03-{i % 28 + 1:D2},{i % 7}\n"))}20240-03-01,5\n"),
                Mixed()
            )
        );

    [Fact]
    public void Dates_say_which_part_is_the_day_or_it_must_be_said()
    {
        var path = _scratch.Write("t.csv", "d,v\n01/02/2024,1\n02/01/2024,2\n03/03/2024,3\n");
        Assert.Contains(
            "row 1 is '01/02/2024', and no cell says whether the day or the month comes first; give --dates dmy or --dates mdy",
            Scratch.Refusal(path, Mixed())
        );
        foreach (var (order, first) in new[] { (DateOrder.DayMonthYear, "02/01/2024"), (DateOrder.MonthDayYear, "01/02/2024") })
        {
            var field = (FittedNumbers)((TableSchema)DataSource.LoadAll(path, Mixed() with { Reading = new() { Dates = order } }).Schema).Fields[0];
            Assert.Equal((ColumnKind.Date, first), (field.Kind, field.Written(field.Minimum)));
        }
    }

    [Fact]
    public void A_series_is_in_the_order_of_its_times_and_what_is_none_is_refused()
    {
        var rows = Enumerable
            .Range(0, 60)
            .Select(i => FormattableString.Invariant($"{new DateTime(2024, 1, 1).AddHours(7 * i):dd/MM/yyyy HH:mm},{1.5 * i}\n"))
            .Reverse()
            .ToArray();
        var options = new DataOptions
        {
            Table = new()
            {
                Time = "t",
                Window = 4,
                Stride = 4,
            },
        };
        var data = DataSource.LoadAll(_scratch.Write("t.csv", $"t,v\n{string.Concat(rows)}"), options);
        Assert.Equal(Scratch.Values(data).Order(), Scratch.Values(data));
        Assert.Contains(
            "column 't', row 3 is 'noon', not a time",
            Scratch.Refusal(_scratch.Write("u.csv", $"t,v\n{rows[0]}{rows[1]}noon,5\n{string.Concat(rows[2..])}"), options)
        );
        Assert.Contains(
            "has no time in column 't' of 1 row;",
            Scratch.Refusal(_scratch.Write("u.csv", $"t,v\n{rows[0]}{rows[1]},5\n{string.Concat(rows[2..])}"), options)
        );
    }

    [Theory]
    [InlineData("picomol", "5.692e-10 4.817e-10 3.471e-10 8.1e-11")]
    [InlineData("big", "9443480878220162 9026262119449180 9195980043403948")]
    [InlineData("prices", "19.90 5.00 0.35")]
    [InlineData("padded", "007 013 000")]
    [InlineData("floats", "30.0 31.0 35.5")]
    [InlineData("comma", "1,5 22,25 0,75")]
    [InlineData("moments", "2024-01-20T12:00:00 2024-01-09T10:00:00 2024-01-07T22:00:00")]
    [InlineData("offsets", "2024-01-20T12:00:00+02:00 2024-01-09T10:00:00+02:00 2024-01-07T22:00:00+02:00")]
    [InlineData("times", "09:30 17:05 23:59")]
    public void Cells_come_back_in_the_files_own_spelling(string name, string cells)
    {
        var texts = cells.Split(' ');
        var path = _scratch.Write($"{name}.csv", $"c;g\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"{texts[i % texts.Length]};{"ab"[i % 2]}\n"))}");
        var field = (FittedNumbers)((TableSchema)DataSource.LoadAll(path, Mixed()).Schema).Fields[0];
        Assert.Equal(texts.Select(text => text == "8.1e-11" ? "8.1e-11" : text), texts.Select(text => field.Written(Value(text))));
        double Value(string text) =>
            DateCell.TryParse(System.Text.Encoding.UTF8.GetBytes(text), DateOrder.DayMonthYear, out var seconds, out _)
                ? seconds
                : double.Parse(text.Replace(',', '.'), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_grid_is_relative_to_its_numbers()
    {
        var path = _scratch.Write(
            "t.csv",
            $"c,g\n{string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{3000 + i * 37 % 500}e-13,{"ab"[i % 2]}\n")))}"
        );
        var field = (FittedNumbers)((TableSchema)DataSource.LoadAll(path, Mixed()).Schema).Fields[0];
        Assert.Equal(1e-13, field.Step, 1e-18);
        Assert.InRange(field.Scale, 1e-12, 1e-9);
    }

    [Theory]
    [InlineData(19.99)]
    [InlineData(0.1)]
    [InlineData(-1e-9)]
    [InlineData(12345678.9)]
    public void A_constant_is_recognised_exactly(double constant)
    {
        foreach (var rows in new[] { 3, 60, 625, 10_007 })
        {
            var column = new ColumnBuffer("c", ColumnKind.Numeric);
            for (var row = 0; row < rows; row++)
                column.Add(constant);
            var field = (FittedNumbers)TableSchema.Fit([column], [.. Enumerable.Range(0, rows)], []).Fields[0];
            Assert.Equal((constant, 1.0), (field.Center, field.Scale));
        }
    }

    /// <summary>The scale of 1,000 values is that of the 998 usual ones, whatever the two others are.</summary>
    [Theory]
    [InlineData(60, 1)]
    [InlineData(1000, 2)]
    public void A_wild_cell_sets_no_scale(int rows, int wild)
    {
        var random = new Random(1);
        double[] usual = [.. Enumerable.Range(0, rows).Select(_ => 20 + 2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];
        FittedNumbers Fit(IEnumerable<double> values)
        {
            var column = new ColumnBuffer("c", ColumnKind.Numeric);
            foreach (var value in values)
                column.Add(value);
            return (FittedNumbers)TableSchema.Fit([column], [.. Enumerable.Range(0, column.Count)], []).Fields[0];
        }
        var (without, with) = (Fit(usual), Fit([.. usual, .. Enumerable.Repeat(1e6, wild)]));
        Assert.InRange(with.Scale / without.Scale, 0.9, 1.1);
        Assert.Single(with.Modes);
        Assert.InRange(with.Modes[0].Deviation, 0.9 * without.Modes[0].Deviation, 1.1 * without.Modes[0].Deviation);
    }

    /// <summary>Memory ran out at 400 columns of 60 rows.</summary>
    [Fact]
    public void Wide_tables_are_read()
    {
        var random = new Random(1);
        var names = string.Join(',', Enumerable.Range(0, 800).Select(i => $"c{i}"));
        var rows = Enumerable.Range(0, 60).Select(_ => string.Join(',', Enumerable.Range(0, 800).Select(_ => random.Next(10))) + "\n");
        var text = $"{names}\n{string.Concat(rows)}";
        Assert.Equal(800, DataSource.LoadAll(_scratch.Write("t.csv", text), Mixed()).Schema.Dimension);
    }

    private static DataOptions Mixed(params string[] columns) => new() { Table = new(), Columns = columns.Length == 0 ? null : columns };
}
