using System.IO.Compression;
using DuckDB.NET.Data;
using Isthmus.Measures;
using Isthmus.Tests.Data;

namespace Isthmus.Tests.Verbs;

public class MeasureTests
{
    private const double Ln2 = 0.6931471805599453;

    [Fact]
    public void Fair_coin_has_one_bit_and_its_copy_tells_it_all()
    {
        using var terminal = new Terminal();
        File.WriteAllText(
            terminal.File("coins.csv"),
            "a,b,c\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"{"ht"[i % 2]},{"xy"[i % 2]},{"pq"[i / 2 % 2]}\n"))
        );
        var entropy = terminal.Json("measure {coins.csv} --x a --estimator plugin");
        Assert.Equal(1, entropy.GetProperty("entropy_bits").GetDouble(), 1e-12);
        var copy = terminal.Json("measure {coins.csv} --x a --y b --estimator plugin");
        Assert.Equal(Ln2, copy.GetProperty("mi_nats").GetDouble(), 1e-12);
        Assert.Equal(0.001, copy.GetProperty("p_value").GetDouble());
        Assert.Equal(0, terminal.Json("measure {coins.csv} --x a --y c -e plugin").GetProperty("mi_nats").GetDouble(), 1e-12);
        Assert.Equal(Ln2, terminal.Json("measure {coins.csv} --x a --y b --given c -e plugin").GetProperty("conditional_mi_nats").GetDouble(), 1e-12);
        Assert.Equal(0, terminal.Json("measure {coins.csv} --x a --given b -e plugin").GetProperty("conditional_entropy_nats").GetDouble(), 1e-12);
    }

    [Fact]
    public void Tables_of_json_are_measured_as_those_of_text()
    {
        using var terminal = new Terminal();
        (int N, string C)[] rows = [.. Enumerable.Range(0, 60).Select(i => (i * 7 % 13, $"{"ht"[i % 3 % 2]}"))];
        File.WriteAllText(terminal.File("t.csv"), "n,c\n" + string.Concat(rows.Select(row => $"{row.N},{row.C}\n")));
        File.WriteAllText(terminal.File("t.json"), $"[{string.Join(',', rows.Select(row => $$"""{"n":{{row.N}},"c":"{{row.C}}"}"""))}]");
        Assert.Equal(
            terminal.Json("measure {t.csv} --x n --y c").GetProperty("mi_nats").GetDouble(),
            terminal.Json("measure {t.json} --x n --y c").GetProperty("mi_nats").GetDouble()
        );
        Assert.True(terminal.Json("measure {t.json} --as bytes").TryGetProperty("bytes", out _));
    }

    [Fact]
    public void Keys_carry_their_unit_and_words_their_seed()
    {
        using var terminal = new Terminal();
        Correlated(terminal, 300);
        var nats = terminal.Json("measure {t.csv} --x x --y y --estimator ksg --k 5 --interval 0.95");
        foreach (
            var key in (string[])
                [
                    "mi_nats",
                    "standard_error_nats",
                    "interval_lower_nats",
                    "interval_upper_nats",
                    "interval_level",
                    "p_value",
                    "estimator",
                    "reason",
                    "rows",
                    "rows_left_out",
                    "warnings",
                    "seed",
                ]
        )
            Assert.True(nats.TryGetProperty(key, out _), key);
        Assert.Equal("ksg1", nats.GetProperty("estimator").GetString());
        Assert.Equal(nats.GetProperty("mi_nats").GetDouble() / Ln2, nats.GetProperty("mi_bits").GetDouble(), 1e-12);
        Assert.Matches(@"^I\(x; y\) = [\d.]+ ± [\d.]+ nats", terminal.Done("measure {t.csv} --x x --y y --permutations 0 --nats").Output);
        // The interval of 95 % reaches 1.95996 standard errors either way.
        Assert.Equal(
            1.959963984540054 * nats.GetProperty("standard_error_nats").GetDouble(),
            nats.GetProperty("interval_upper_nats").GetDouble() - nats.GetProperty("mi_nats").GetDouble(),
            1e-12
        );
        var words = terminal.Done("measure {t.csv} --x x --y y").Output;
        Assert.Matches(@"^I\(x; y\) = [\d.]+ ± [\d.]+ bits; 90 % interval", words);
        Assert.Contains("seed 1", words);
        Assert.Contains("estimator  ksg1 (numbers: nearest neighbours", words);
        Assert.Equal(words, terminal.Done("measure {t.csv} --x 0 --y 1 --threads 1").Output);
    }

    [Fact]
    public void Every_estimator_measures_what_it_takes()
    {
        using var terminal = new Terminal();
        var random = new Random(5);
        File.WriteAllText(
            terminal.File("t.csv"),
            "label,grade,x,y\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 150)
                        .Select(_ => random.Next(3))
                        .Select(c => FormattableString.Invariant($"{"abc"[c]},{random.Next(2) + c},{c + random.NextDouble()},{c - random.NextDouble()}\n"))
                )
        );
        foreach (var estimator in InformationEstimators.All.Where(estimator => !estimator.IsSlow))
        {
            var (x, y) = estimator.Takes switch
            {
                EstimatorInput.Symbols => ("label", "grade"),
                EstimatorInput.LabelWithNumbers => ("x", "label"),
                EstimatorInput.Numbers => ("x", "y"),
                _ when estimator.Name == "mixed" => ("x", "grade"),
                _ => ("label,x", "grade"),
            };
            foreach (var name in estimator.Aliases.Prepend(estimator.Name))
            {
                if (estimator.MutualInformation is not null)
                    Assert.InRange(terminal.Json($"measure {{t.csv}} --x {x} --y {y} -e {name} --permutations 0").GetProperty("mi_nats").GetDouble(), 0.05, 3);
                if (estimator.ConditionalInformation is not null)
                    Assert.True(
                        double.IsFinite(
                            terminal
                                .Json(
                                    $"measure {{t.csv}} --x {x.Split(',')[0]} --y {y} --given {(estimator.Takes == EstimatorInput.Numbers ? "grade" : "x")} "
                                        + $"--discrete x -e {name} --permutations 0"
                                )
                                .GetProperty("conditional_mi_nats")
                                .GetDouble()
                        )
                    );
                if (estimator.Entropy is not null)
                    Assert.Contains(terminal.Json($"measure {{t.csv}} --x {(x == "label,x" ? "label" : x)} -e {name}").EnumerateObject(), key =>
                        key.Name is "entropy_nats" or "differential_entropy_nats"
                    );
            }
        }
    }

    [Fact]
    public void Matrix_has_every_column_and_pair_and_a_page_that_stands_alone()
    {
        using var terminal = new Terminal();
        var random = new Random(7);
        File.WriteAllText(
            terminal.File("m.csv"),
            "name,size,yes,\"<b>&\"\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 200)
                        .Select(i =>
                        {
                            var size = i % 7 == 0 ? "NA" : $"{i % 4 + random.NextDouble()}";
                            return FormattableString.Invariant($"{"abcd"[i % 4]},{size},{(i % 4 > 1 ? "true" : "false")},{random.NextDouble()}\n");
                        })
                )
        );
        var json = terminal.Json("measure {m.csv} --html {m.html} --permutations 199");
        Assert.Equal(["name", "size", "yes", "<b>&"], json.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("column").GetString()!));
        Assert.Equal(
            ["symbols", "numbers", "symbols", "numbers"],
            json.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("measured_as").GetString()!)
        );
        Assert.Equal(29, json.GetProperty("columns")[1].GetProperty("missing").GetInt32());
        Assert.True(json.GetProperty("columns")[1].TryGetProperty("differential_entropy_nats", out _));
        var pairs = json.GetProperty("pairs").EnumerateArray().ToArray();
        Assert.Equal(6, pairs.Length);
        Assert.Equal([171, 200, 200, 171, 171, 200], pairs.Select(pair => pair.GetProperty("rows").GetInt32()));
        Assert.Equal(29, pairs[0].GetProperty("rows_left_out").GetInt32());
        // name decides yes: H(yes) = ln 2, and (K_x + K_y - K_xy - 1) / 2N = 1 / 400 more by Miller and Madow.
        Assert.Equal(Ln2 + 1 / 400.0, pairs[1].GetProperty("mi_nats").GetDouble(), 1e-12);
        Assert.True(pairs[1].GetProperty("p_value_adjusted").GetDouble() <= 0.05);
        Assert.True(pairs[5].GetProperty("p_value_adjusted").GetDouble() > 0.05);
        var page = File.ReadAllText(terminal.File("m.html"));
        Assert.Contains("&lt;b&gt;&amp;", page);
        Assert.DoesNotContain("<b>&", page);
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org", ""));
        Assert.DoesNotContain("<script", page);
        Assert.Contains("Pairs:", terminal.Done("measure {m.csv} --permutations 0").Output);
    }

    [Fact]
    public void Target_ranks_columns_and_selection_passes_over_a_copy()
    {
        using var terminal = new Terminal();
        var random = new Random(3);
        File.WriteAllText(
            terminal.File("r.csv"),
            "a,b,copy,noise,y\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 800)
                        .Select(_ => (A: random.Next(4), B: random.Next(2)))
                        .Select(r => $"{r.A},{r.B},{r.A},{random.Next(3)},{r.A + 10 * r.B}\n")
                )
        );
        var json = terminal.Json("measure {r.csv} --target y --discrete a,b,copy,noise,y --select 2 --permutations 99");
        var ranking = json.GetProperty("ranking").EnumerateArray().ToArray();
        Assert.Equal(["a", "copy", "b", "noise"], ranking.Select(column => column.GetProperty("column").GetString()!));
        Assert.True(ranking[0].GetProperty("p_value_adjusted").GetDouble() < 0.05);
        foreach (var criterion in (string[])["mrmr", "jmi"])
            Assert.Equal(
                ["a", "b"],
                terminal
                    .Json($"measure {{r.csv}} --target y --discrete 0-4 --select 2 --criterion {criterion} --permutations 0")
                    .GetProperty("selected")
                    .EnumerateArray()
                    .Select(column => column.GetProperty("column").GetString()!)
            );
        Assert.Contains("Chosen by mrmr: a (", terminal.Done("measure {r.csv} --target y --select 1 --permutations 0").Output);
    }

    [Fact]
    public void Rankings_leave_out_identifiers_and_constants_and_lead_with_what_chance_does_not_explain()
    {
        using var terminal = new Terminal();
        var random = new Random(6);
        // Each value of noise and zeros stands beside both of y equally often: no test can find anything.
        File.WriteAllText(
            terminal.File("r.csv"),
            "id,number,same,noise,zeros,good,y\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 600)
                        .Select(i =>
                            FormattableString.Invariant(
                                $"u{i:00000},{i + 1},7,{i / 2},{(i / 2 % 10 > 0 ? 0 : i / 2 / 300.0)},{i % 2 + 2 * random.NextDouble()},{"ny"[i % 2]}\n"
                            )
                        )
                )
        );
        var json = terminal.Json("measure {r.csv} --target y --select 2");
        var ranking = json.GetProperty("ranking").EnumerateArray().ToArray();
        Assert.Equal("good", ranking[0].GetProperty("column").GetString());
        Assert.True(ranking[0].GetProperty("p_value_adjusted").GetDouble() <= 0.05);
        Assert.All(ranking, column =>
            Assert.True(column.GetProperty("mi_nats").GetDouble() >= 0 && column.GetProperty("interval_lower_nats").GetDouble() >= 0)
        );
        Assert.Equal(["id", "number", "same"], json.GetProperty("left_out").EnumerateArray().Select(column => column.GetProperty("column").GetString()!));
        Assert.Equal(["good"], json.GetProperty("selected").EnumerateArray().Select(column => column.GetProperty("column").GetString()!));
        Assert.Equal(
            "good,id",
            string.Join(
                ',',
                terminal
                    .Json("measure {r.csv} --target y --columns id,good")
                    .GetProperty("ranking")
                    .EnumerateArray()
                    .Select(column => column.GetProperty("column").GetString())
            )
        );
        Assert.Contains("'same' has one value in every row", terminal.Refused("measure {r.csv} --target same"));
        var none = terminal.Done("measure {r.csv} --target y --columns noise,zeros --select 1").Output;
        Assert.Contains("No column depends on 'y' at 5 %", none);
        Assert.Contains("Chosen: none", none);
    }

    [Fact]
    public void Transfer_goes_with_the_arrow_of_time()
    {
        using var terminal = new Terminal();
        var random = new Random(9);
        bool[] x = [.. Enumerable.Range(0, 2000).Select(_ => random.Next(2) == 1)];
        File.WriteAllText(terminal.File("s.csv"), "x,y\n" + string.Concat(x.Select((bit, t) => $"{(bit ? 1 : 0)},{(t > 0 && x[t - 1] ? 1 : 0)}\n")));
        // The next y is the x before it: ln 2 a step forward, and nothing back; the plug-in's bias is about 2 / 2N.
        Assert.Equal(Ln2, terminal.Json("measure {s.csv} --x x --y y --lag 1").GetProperty("transfer_entropy_nats").GetDouble(), 3e-3);
        Assert.Equal(0, terminal.Json("measure {s.csv} --x y --y x --lag 1").GetProperty("transfer_entropy_nats").GetDouble(), 6e-3);
    }

    [Fact]
    public void Bytes_are_measured_by_order_beside_brotli()
    {
        using var terminal = new Terminal();
        // A cycle of four bytes: 2 bits of order 0, and none once the byte before is known.
        File.WriteAllBytes(terminal.File("cycle.bin"), [.. Enumerable.Range(0, 4001).Select(i => (byte)(i % 4 * 50))]);
        var cycle = terminal.Json("measure {cycle.bin}");
        Assert.Equal(2, cycle.GetProperty("order0_bits_per_byte").GetDouble(), 1e-5);
        foreach (var order in (int[])[1, 2, 3])
            Assert.Equal(0, cycle.GetProperty($"order{order}_bits_per_byte").GetDouble(), 1e-12);
        Assert.InRange(cycle.GetProperty("brotli_bits_per_byte").GetDouble(), 0.001, 0.1);
        File.WriteAllBytes(terminal.File("same.bin"), new byte[100]);
        Assert.Equal(0, terminal.Json("measure {same.bin}").GetProperty("order0_bits_per_byte").GetDouble());
        File.WriteAllBytes(terminal.File("one.bin"), [7]);
        Assert.Equal(0, terminal.Json("measure {one.bin}").GetProperty("order0_bits_per_byte").GetDouble());
        using (var gzip = new GZipStream(File.Create(terminal.File("r.gz")), CompressionLevel.Optimal))
            gzip.Write(File.ReadAllBytes(terminal.File("cycle.bin")));
        Assert.Contains("gunzip", terminal.Done("measure {r.gz}").Output);
        File.WriteAllText(terminal.File("t.csv"), "a\n1\n2\n");
        Assert.Equal(6, terminal.Json("measure {t.csv} --as bytes").GetProperty("bytes").GetInt32());
    }

    [Fact]
    public void Arrays_are_columns_and_two_files_are_two_variables()
    {
        using var terminal = new Terminal();
        var random = new Random(2);
        double[] x = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())],
            y = [.. x.Select(v => v + random.NextDouble())];
        File.WriteAllBytes(terminal.File("x.npy"), Npy(x, 200));
        File.WriteAllBytes(terminal.File("y.npy"), Npy(y, 200));
        var both = terminal.Json("measure {x.npy} {y.npy} -e ksg --permutations 0");
        Assert.Equal(["x0", "x1"], both.GetProperty("x").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(["y0", "y1"], both.GetProperty("y").EnumerateArray().Select(name => name.GetString()!));
        Assert.True(both.GetProperty("mi_nats").GetDouble() > 0.3);
        File.WriteAllBytes(terminal.File("short.npy"), Npy(x[..100], 50));
        Assert.Contains("has 200 rows and", terminal.Refused("measure {x.npy} {short.npy}"));
        using (var zip = new ZipArchive(File.Create(terminal.File("z.npz")), ZipArchiveMode.Create))
            foreach (var (name, values) in new[] { ("X.npy", Npy(x, 200)), ("y.npy", Npy(y[..200], 200, flat: true)) })
                using (var entry = zip.CreateEntry(name).Open())
                    entry.Write(values);
        Assert.Equal(200, terminal.Json("measure {z.npz} --x X0,X1 --y y -e copula").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void Parquet_keeps_its_types()
    {
        using var terminal = new Terminal();
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                $"COPY (SELECT i % 3 AS grade, i % 2 = 0 AS even, i * 1.5::DOUBLE AS size, CASE WHEN i % 5 = 0 THEN NULL ELSE 'k' || (i % 2) END AS k FROM "
                + $"range(60) t(i)) TO '{terminal.File("p.parquet")}'";
            command.ExecuteNonQuery();
        }
        var columns = terminal.Json("measure {p.parquet} --permutations 0").GetProperty("columns").EnumerateArray().ToArray();
        Assert.Equal([3, 2, 60, 2], columns.Select(column => column.GetProperty("distinct").GetInt32()));
        Assert.Equal([0, 0, 0, 12], columns.Select(column => column.GetProperty("missing").GetInt32()));
        var content = File.ReadAllBytes(terminal.File("p.parquet"));
        foreach (var length in new[] { 0, 5, content.Length / 2 })
        {
            File.WriteAllBytes(terminal.File("cut.parquet"), content[..length]);
            terminal.Refused("measure {cut.parquet}");
        }
    }

    [Theory]
    [InlineData("a,b\nv,1\nw,2\nv,3\n", "a,b")]
    [InlineData("v,small\nv,big\nw,small\nw,big\n", "column0,column1")]
    [InlineData("1,2\n3,4\n5,6\n", "column0,column1")]
    [InlineData("a;b\n1;x\n2;y\n1;x\n", "a,b")]
    [InlineData("a\tb\n1\tx\n2\ty\n1\tx\n", "a,b")]
    [InlineData("a,a\n1,2\n2,3\n1,3\n", "a,a_1")]
    public void Names_are_told_from_rows(string text, string expected)
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("t.csv"), text);
        Assert.Equal(
            expected,
            string.Join(
                ',',
                terminal
                    .Json("measure {t.csv} --permutations 0")
                    .GetProperty("columns")
                    .EnumerateArray()
                    .Select(column => column.GetProperty("column").GetString())
            )
        );
    }

    [Fact]
    public void Sums_of_scikit_learn_on_published_tables_are_ours()
    {
        var iris = Published("iris.data");
        using var terminal = new Terminal();
        // mutual_info_classif(X, y, n_neighbors=3), mean and spread of 50 random states (its noise breaks ties, ours are counted), scikit-learn 1.2.1.
        (double Mean, double Spread)[] classif = [(0.49031, 0.02054), (0.25806, 0.03177), (0.98894, 0.00541), (0.98709, 0.00830)];
        for (var column = 0; column < 4; column++)
            Assert.Equal(classif[column].Mean, Information($"{iris} --x {column} --y 4 -e ross"), 3 * classif[column].Spread);
        // sklearn.metrics.mutual_info_score of each column with the class, which is the last: exact.
        double[] nursery =
        [
            0.05055441755601832,
            0.13616826489336709,
            0.0038626262358166952,
            0.008239046464353332,
            0.013587088377867776,
            0.0030034947805248173,
            0.015410475716557077,
            0.6645721606412356,
        ];
        double[] car = [0.06685333104783042, 0.05108768300476728, 0.003109261832540299, 0.1522587637125003, 0.02080005849962261, 0.18173234753251166];
        foreach (var (file, scores) in new[] { ("nursery.data", nursery), ("car.data", car) })
            for (var column = 0; column < scores.Length; column++)
                Assert.Equal(scores[column], Information($"{Published(file)} --x {column} --y {scores.Length} -e plugin"), 1e-12);

        double Information(string line) => terminal.Json($"measure {line} --permutations 0").GetProperty("mi_nats").GetDouble();
    }

    private static string Published(string file)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? "", "uci", file);
        Assert.SkipUnless(File.Exists(path), $"{path} is not there; set ISTHMUS_DATA.");
        return path;
    }

    private static void Correlated(Terminal terminal, int rows)
    {
        var random = new Random(1);
        File.WriteAllText(
            terminal.File("t.csv"),
            "x,y\n"
                + string.Concat(
                    Enumerable.Range(0, rows).Select(_ => random.NextDouble()).Select(x => FormattableString.Invariant($"{x},{x + random.NextDouble()}\n"))
                )
        );
    }

    private static byte[] Npy(double[] values, int rows, bool flat = false)
    {
        var bytes = new byte[8 * values.Length];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return Scratch.Npy("<f8", false, flat ? $"({rows},)" : $"({rows}, {values.Length / rows})", bytes);
    }
}
