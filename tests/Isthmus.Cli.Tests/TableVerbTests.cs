using DuckDB.NET.Data;
using Isthmus.Data.Formats;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Tests.Verbs;

/// <summary>train, score, impute and sample on one small table.</summary>
public sealed class TableVerbTests(TableVerbTests.Trained trained) : IClassFixture<TableVerbTests.Trained>
{
    private readonly Terminal _terminal = trained.Terminal;

    [Fact]
    public void Scores_are_the_sum_of_their_columns()
    {
        using var model = TrainedModel.Load(_terminal.File("run/model.isthmus"));
        var rows = Encoded(model, "t.csv");
        foreach (var kind in Enum.GetValues<RowScoreKind>())
        {
            var scores = new RowScorer([model], kind, samples: 5, cancellationToken: TestContext.Current.CancellationToken).Score(
                rows,
                TestContext.Current.CancellationToken
            );
            for (var row = 0; row < scores.Count; row++)
            {
                var sum = scores.OtherBits[row] + scores.ColumnBits.Skip(row * 4).Take(4).Sum(bits => (double)bits);
                Assert.Equal(sum, scores.Bits[row], 1e-3 * Math.Max(1, Math.Abs(sum)));
            }
        }
    }

    [Fact]
    public void A_file_is_scored_in_parts_as_it_is_whole()
    {
        using var model = TrainedModel.Load(_terminal.File("run/model.isthmus"));
        var scores = new RowScorer([model]).Score(Encoded(model, "t.csv"), TestContext.Current.CancellationToken);
        _terminal.Done("score {t.csv} -m {run} -o {parts.csv}");
        var lines = File.ReadAllLines(_terminal.File("parts.csv"));
        Assert.Equal("row,bits,p_value,anomaly,reasons", lines[0]);
        Assert.Equal(scores.Count, lines.Length - 1);
        foreach (var (row, line) in lines.Skip(1).Index())
        {
            var cells = line.Split(',');
            Assert.Equal(row + 1, int.Parse(cells[0]));
            Assert.Equal(scores.Bits[row], float.Parse(cells[1], System.Globalization.CultureInfo.InvariantCulture), 1e-4f);
        }
    }

    [Fact]
    public void An_odd_row_is_the_most_surprising_and_its_column_says_so()
    {
        File.WriteAllText(_terminal.File("odd.csv"), "x,y,c,day\n1,2,a,2024-01-02\n2,4,b,2024-01-03\n1,90,a,2024-01-03\n");
        var json = _terminal.Json("score {odd.csv} -m {run} --explain -o {s.csv}");
        var first = json.GetProperty("most_surprising")[0];
        Assert.Equal(3, first.GetProperty("row").GetInt32());
        var reason = first.GetProperty("reasons")[0];
        Assert.Equal("y", reason.GetProperty("column").GetString());
        Assert.Equal("90", reason.GetProperty("value").GetString());
        Assert.Equal("above every training row; usual 0 to 19", reason.GetProperty("usual").GetString());
        Assert.InRange(first.GetProperty("p_value").GetDouble(), 0, 0.1);
        Assert.StartsWith("row,bits,p_value,anomaly,reasons,bits_x,bits_y,bits_c,bits_day,bits_of_no_column", File.ReadAllText(_terminal.File("s.csv")));
    }

    [Fact]
    public void An_ensemble_of_one_model_twice_is_that_model()
    {
        var one = _terminal.Json("score {t.csv} -m {run}");
        var two = _terminal.Json("score {t.csv} -m {run} --ensemble {run}");
        Assert.Equal(2, two.GetProperty("models").GetInt32());
        Assert.Equal(one.GetProperty("threshold_bits").GetDouble(), two.GetProperty("threshold_bits").GetDouble(), 1e-4);
    }

    [Fact]
    public void Synthetic_rows_have_the_types_of_the_training_file()
    {
        string[] types = ["SMALLINT", "DECIMAL(9,2)", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR", "UTINYINT"];
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        // The last is of two values, and so of levels that are texts to the model.
        command.CommandText = $"""
            COPY (SELECT (r * 7 % 50)::SMALLINT a, (r * 13 % 997 / 100)::DECIMAL(9,2) b, sin(r * r) c, r % 3 = 0 d,
            DATE '2024-01-01' + (r * 11 % 90)::INTEGER e, TIMESTAMP '2024-01-01 10:00:00' + to_seconds(r * 7919 % 100000) f,
            'level ' || r % 4 g, (r % 2)::UTINYINT h
            FROM range(200) x(r)) TO '{_terminal.File("typed.parquet").Replace("'", "''")}' (FORMAT parquet)
            """;
        command.ExecuteNonQuery();
        _terminal.Done(
            "train {typed.parquet} --model table-vae --epochs 1 --set hidden=8 --latent 2 --importance-samples 0 --name typed -o "
                + Path.GetDirectoryName(_terminal.File("t.csv"))
        );
        _terminal.Done("sample -m {typed} --count 40 -o {like.parquet}");
        command.CommandText = $"DESCRIBE SELECT * FROM '{_terminal.File("like.parquet").Replace("'", "''")}'";
        using (var reader = command.ExecuteReader())
            Assert.Equal(types, Enumerable.Range(0, types.Length).Select(_ => reader.Read() ? reader.GetString(1) : "none"));
        // What is drawn is read again as what it was.
        Assert.Equal(40, _terminal.Json("score {like.parquet} -m {typed}").GetProperty("records").GetInt32());
    }

    [Fact]
    public void A_row_without_a_cell_has_no_score()
    {
        File.WriteAllText(_terminal.File("blank.csv"), "x,y,c,day\n1,2,a,2024-01-02\n,,,\n");
        using var model = TrainedModel.Load(_terminal.File("run/model.isthmus"));
        var scores = new RowScorer([model]).Score(Encoded(model, "blank.csv"), TestContext.Current.CancellationToken);
        Assert.True(float.IsNaN(scores.Bits[1]));
        Assert.True(float.IsFinite(scores.Bits[0]));
        _terminal.Done("score {blank.csv} -m {run} -o {blank-scores.csv}");
        Assert.Equal("2,,,no,", File.ReadAllLines(_terminal.File("blank-scores.csv"))[2]);
    }

    [Fact]
    public void A_renamed_column_is_not_taken_for_one_that_is_there()
    {
        File.WriteAllText(_terminal.File("renamed.csv"), "x,yy,c,day\n1,2,a,2024-01-02\n");
        Assert.Contains("no column 'y', which the model was trained on; did you mean 'yy'?", _terminal.Refused("score {renamed.csv} -m {run}"));
    }

    [Fact]
    public void The_norm_of_the_row_is_called_by_its_name()
    {
        ScoredTable With(double correlation, int rows = 20) => new(rows, new([0]), 0.01, 0, [], [], correlation, null, []);
        Assert.StartsWith("Collapsed", With(0.99).Verdict);
        Assert.StartsWith("The score is more than the distance from the mean row", With(0.7).Verdict);
        Assert.StartsWith("19 rows are too few", With(0.99, rows: 19).Verdict);
    }

    [Fact]
    public void What_the_model_does_not_have_is_said_when_a_file_is_scored()
    {
        File.WriteAllText(_terminal.File("more.csv"), "x,y,c,day,tail\n1,2,z,2024-01-02,9\n1,2,z,2024-01-02,9\n");
        var outcome = _terminal.Done("score {more.csv} -m {run}");
        Assert.Contains("the model has no column tail; left out", outcome.Error);
        Assert.Contains("c: 2 cells of categories that no training row has", outcome.Error);
    }

    [Fact]
    public void Fidelity_says_how_like_and_how_near_synthetic_rows_are()
    {
        var fidelity = _terminal.Json("sample -m {run} --count 5 -o {made2.csv} --fidelity {fidelity.html} --target c").GetProperty("fidelity");
        Assert.Equal(4, fidelity.GetProperty("columns").GetArrayLength());
        Assert.All(fidelity.GetProperty("columns").EnumerateArray(), column => Assert.InRange(column.GetProperty("distance").GetDouble(), 0, 1));
        Assert.InRange(fidelity.GetProperty("discrimination").GetProperty("value").GetDouble(), 0, 1);
        Assert.Equal("c", fidelity.GetProperty("target").GetProperty("target").GetString());
        Assert.Contains("Synthetic and real rows", File.ReadAllText(_terminal.File("fidelity.html")));
    }

    [Fact]
    public void The_command_that_trains_again_says_how_the_table_was_read()
    {
        _terminal.Done(
            "train {t.csv} --model table-ae --columns x:numeric,y:integer,c:skip --epochs 1 --set hidden=8 --latent 2 --name again -o "
                + Path.GetDirectoryName(_terminal.File("t.csv"))
        );
        Assert.Contains(
            "--columns x:numeric,y:integer,c:skip",
            File.ReadAllText(_terminal.File("again/report.html")).Replace("</span>", "").Replace("<span>", "")
        );
    }

    [Fact]
    public void A_series_is_scored_by_its_times_and_drawn()
    {
        var rows = Enumerable
            .Range(0, 300)
            .Select(i => FormattableString.Invariant($"{new DateTime(2024, 1, 1).AddHours(i):yyyy-MM-dd HH:mm:ss},{(i == 280 ? 40 : i % 6)}"));
        File.WriteAllText(_terminal.File("series.csv"), $"at,v\n{string.Join('\n', rows)}\n");
        _terminal.Done(
            "train {series.csv} --model table-vae --time at --window 8 --epochs 2 --set hidden=8 --latent 2 --importance-samples 0 --name waves -o "
                + Path.GetDirectoryName(_terminal.File("t.csv"))
        );
        var first = _terminal.Json("score {series.csv} -m {waves} -o {moments.csv} --html {course.html}").GetProperty("events")[0];
        // Eight windows hold the odd hour, and every row that they cover has a share in their scores.
        Assert.InRange(first.GetProperty("first").GetInt32(), 281 - 7, 281);
        Assert.InRange(first.GetProperty("last").GetInt32(), 281, 281 + 7);
        Assert.Equal(281, first.GetProperty("peak").GetInt32());
        Assert.Equal("2024-01-12 16:00:00", first.GetProperty("peak_time").GetString());
        Assert.Equal("40", first.GetProperty("reasons")[0].GetProperty("value").GetString());
        var lines = File.ReadAllLines(_terminal.File("moments.csv"));
        Assert.Equal("row,time,bits,p_value,anomaly,reasons", lines[0]);
        Assert.Equal(300, lines.Length - 1);
        Assert.StartsWith("1,2024-01-01 00:00:00,", lines[1]);
        Assert.All(["course.html", "waves/report.html"], page =>
            Assert.Matches("<section id=\"series\">(.|\n)*class=\"mark s3\" d=\"M[0-9]", File.ReadAllText(_terminal.File(page)))
        );
        Assert.Contains("--time at --window 8", File.ReadAllText(_terminal.File("waves/report.html")).Replace("</span>", "").Replace("<span>", ""));
    }

    [Fact]
    public void A_page_names_the_most_surprising_rows()
    {
        _terminal.Done("score {t.csv} -m {run} --html {page.html}");
        Assert.Matches("No row looks unusual|The unusual rows", File.ReadAllText(_terminal.File("page.html")));
    }

    [Fact]
    public void Only_blank_cells_are_filled()
    {
        File.WriteAllText(_terminal.File("holes.csv"), "x,extra,y,c,day\r\n1,\"q, r\",,a,2024-01-02\r\n2,é,4,?,\r\n");
        _terminal.Done("impute {holes.csv} -m {run} -o {full.csv} --draws 2 --intervals {cells.csv}");
        var lines = File.ReadAllText(_terminal.File("full.csv")).Split("\r\n");
        Assert.Equal("x,extra,y,c,day", lines[0]);
        Assert.StartsWith("1,\"q, r\",", lines[1]);
        Assert.EndsWith(",a,2024-01-02", lines[1]);
        Assert.StartsWith("2,é,4,", lines[2]);
        var cells = lines[2].Split(',');
        Assert.Contains(cells[3], new[] { "a", "b", "c" });
        Assert.StartsWith("2024-01-", cells[4]);
        Assert.True(File.Exists(_terminal.File("full.2.csv")));
        Assert.Contains("y", File.ReadAllLines(_terminal.File("cells.csv"))[1]);
    }

    [Fact]
    public void Synthetic_rows_have_the_tables_own_types_ranges_and_levels()
    {
        _terminal.Done("sample -m {run} --count 50 -o {made.csv}");
        var rows = File.ReadAllLines(_terminal.File("made.csv")).Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.Equal(50, rows.Length);
        Assert.All(rows, row =>
        {
            Assert.InRange(int.Parse(row[0]), 0, 9);
            Assert.Contains(row[2], new[] { "a", "b", "c" });
            Assert.StartsWith("2024-01-", row[3]);
        });
    }

    [Fact]
    public void Info_shows_the_columns_of_a_table_and_of_its_model()
    {
        foreach (var line in new[] { "info {t.csv}", "info {run}" })
            Assert.Matches(@"c +category +3 categories: 'a', 'b', 'c'", _terminal.Done(line).Output);
    }

    [Theory]
    [InlineData("score {t.csv} -m {run} --score elbos", "expected one of combined, surprise")]
    [InlineData("score {t.csv} -m {run} --false-alarms 2", "expected a share between 0 and 1")]
    [InlineData("score {none.csv} -m {run}", "does not exist")]
    [InlineData("impute {t.csv} -m {run} -o {x.parquet}", "give a name that ends in .csv")]
    [InlineData("sample -m {run}", "give -o table.csv or .parquet")]
    [InlineData("sample -m {run} -o {x.csv} --fidelity {x.html} --target x", "--target x is none of the model's columns of categories; give one of c")]
    [InlineData("sample -m {run} -o {x.csv} --target c", "give --fidelity page.html too")]
    [InlineData("train {t.csv} --model table-vae --columns x:words", "has an unknown kind after the colon")]
    [InlineData("train shapes --model table-vae", "give a .csv")]
    public void What_cannot_be_done_is_said_in_a_line(string line, string complaint) => Assert.Contains(complaint, _terminal.Refused(line));

    /// <summary>A verb obeys the device, and says here that there is none, or says that it computes on the CPU.</summary>
    [Theory]
    [InlineData("train {t.csv} --model table-vae --epochs 1 -o {runs}", false)]
    [InlineData("evaluate {t.csv} -m {run}", false)]
    [InlineData("encode {t.csv} -m {run} -o {x.csv}", false)]
    [InlineData("measure {t.csv} --x x --y y --estimator infonce", false)]
    [InlineData("measure {t.csv}", true)]
    [InlineData("score {t.csv} -m {run}", true)]
    [InlineData("impute {t.csv} -m {run} -o {x.csv}", true)]
    [InlineData("sample -m {run} -o {x.csv}", true)]
    [InlineData("export -m {run} -o {x.onnx}", true)]
    [InlineData("compress {t.csv} -m {run} -o {x.isth}", true)]
    [InlineData("decompress {x.isth} -o {x}", true)]
    [InlineData("import sae {x} -o {y}", true)]
    [InlineData("encode {t.csv} --onnx {x.onnx} --output y", true)]
    [InlineData("info {run}", true)]
    [InlineData("models", true)]
    [InlineData("serve -m {run}", true)]
    [InlineData("studio", true)]
    public void A_device_is_obeyed_or_refused(string line, bool isOnCpu) =>
        Assert.Contains(isOnCpu ? " computes on the CPU; leave --device out." : "A CUDA device cannot be used", _terminal.Refused($"{line} --device cuda"));

    private float[] Encoded(TrainedModel model, string name)
    {
        var data = DataSource.LoadAll(_terminal.File(name), new() { Expected = model.Specification.Schema });
        var rows = new float[data.Count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], rows);
        return rows;
    }

    public sealed class Trained : IDisposable
    {
        public Trained()
        {
            var rows = Enumerable
                .Range(0, 120)
                .Select(i => FormattableString.Invariant($"{i % 10},{2 * (i % 10) + i % 2},{"abc"[i % 3]},2024-01-{i % 10 + 1:D2}"));
            File.WriteAllText(Terminal.File("t.csv"), $"x,y,c,day\n{string.Join('\n', rows)}\n");
            Terminal.Done(
                "train {t.csv} --model table-vae --epochs 30 --set hidden=32 --threads 1 --importance-samples 5 --latent 4 --name run -o "
                    + Path.GetDirectoryName(Terminal.File("t.csv"))
            );
        }

        internal Terminal Terminal { get; } = new();

        public void Dispose() => Terminal.Dispose();
    }
}
