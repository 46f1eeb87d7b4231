using System.Globalization;
using System.Text;
using Isthmus.Cli.Arguments;
using Isthmus.Data.Cells;
using Isthmus.Data.Shares;

namespace Isthmus.Tests.Verbs;

/// <summary>Four shares put together are the bytes of one process, for every verb that has shares.</summary>
public sealed class ShareVerbTests(ShareVerbTests.Trained trained) : IClassFixture<ShareVerbTests.Trained>
{
    private readonly Terminal _terminal = trained.Terminal;

    [Theory]
    [InlineData("score {t} -m {run} --explain", "csv", "--html")]
    [InlineData("score {t.csv} -m {run}", "parquet", "")]
    [InlineData("encode {t} -m {run}", "csv", "")]
    [InlineData("encode {t} -m {run} --layer 1", "npy", "")]
    [InlineData("impute {t.csv} -m {run} --draws 1", "csv", "--intervals")]
    [InlineData("evaluate {t} -m {run} --each --importance-samples 0", "parquet", "")]
    [InlineData("recommend -m {ease} --all -k 5", "parquet", "")]
    [InlineData("recommend -m {mult-vae} --all -k 5", "csv", "")]
    public void Four_shares_are_one_run(string verb, string extension, string second)
    {
        var name = $"{verb.Split(' ')[0]}-{verb.Length}";
        string Line(string output) => $"{verb} --threads 1 -o {{{output}.{extension}}}{(second.Length > 0 ? $" {second} {{{output}-2.csv}}" : "")}";
        var one = _terminal.Json(Line($"{name}-one"));
        foreach (var share in (int[])[3, 1, 4, 2])
        {
            var made = _terminal.Json($"{Line(name)} --share {share}/4");
            Assert.Equal(share, made.GetProperty("share").GetInt32());
            Assert.True(File.Exists(made.GetProperty("part_path").GetString()));
        }
        Assert.False(File.Exists(_terminal.File($"{name}.{extension}")));
        // Started again, a share is there already, and keeps its bytes if it is made anew.
        var part = _terminal.File($"{name}.{extension}.parts/3-of-4.parquet");
        var bytes = File.ReadAllBytes(part);
        Assert.True(_terminal.Json($"{Line(name)} --share 3/4").GetProperty("done_before").GetBoolean());
        _terminal.Done($"{Line(name)} --share 3/4 --force");
        Assert.Equal(bytes, File.ReadAllBytes(part));

        File.Delete(part);
        var refused = _terminal.Refused($"{Line(name)} --merge");
        Assert.Contains("lacks the part of share 3/4; make it by ", refused);
        Assert.Contains($" {verb.Split(' ')[0]} ", refused);
        Assert.EndsWith(" --share 3/4.", refused);
        _terminal.Done($"{Line(name)} --share 3/4");

        var all = _terminal.Json($"{Line(name)} --merge");
        foreach (var file in (string[])[$"{{0}}.{extension}", "{0}-2.csv", "{0}.1.csv"])
            if (File.Exists(_terminal.File(string.Format(CultureInfo.InvariantCulture, file, $"{name}-one"))))
                Assert.Equal(
                    File.ReadAllBytes(_terminal.File(string.Format(CultureInfo.InvariantCulture, file, $"{name}-one"))),
                    File.ReadAllBytes(_terminal.File(string.Format(CultureInfo.InvariantCulture, file, name)))
                );
        if (verb.StartsWith("score", StringComparison.Ordinal))
            Assert.Equal(one.ToString(), all.ToString().Replace($"{name}.", $"{name}-one.").Replace($"{name}-2.", $"{name}-one-2."));
        // Work is there for more than one share.
        Assert.True(Directory.GetFiles($"{_terminal.File($"{name}.{extension}")}.parts").Count(file => new FileInfo(file).Length > 800) >= 2);
    }

    [Fact]
    public void Shares_of_a_sweep_are_its_runs()
    {
        const string Small =
            "sweep shapes --limit 120 --model beta-vae --fix hidden=12 --latent 3 --epochs 2 --threads 1 --importance-samples 0 --set beta=0.5,4 -o {runs}";
        _terminal.Done($"{Small} --name one");
        _terminal.Done($"{Small} --name s --share 1/2");
        Assert.Contains("lacks the run beta-4-seed-1; make what is missing by ", _terminal.Refused($"{Small} --name s --merge"));
        // Another process trains the run: the share leaves it to that one.
        using (new FileStream(_terminal.File("runs/s/.beta-4-seed-1.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            var elsewhere = _terminal.Json($"{Small} --name s --share 2/2");
            Assert.Equal(1, elsewhere.GetProperty("trained_elsewhere").GetInt32());
            Assert.Contains("another process is training", _terminal.Run($"{Small} --name s").Error);
        }
        // A lock that a killed process left holds nobody.
        File.WriteAllText(_terminal.File("runs/s/.beta-4-seed-1.lock"), "");
        _terminal.Done($"{Small} --name s --share 2/2");
        _terminal.Done($"{Small} --name s --merge");
        foreach (var run in (string[])["beta-0.5-seed-1", "beta-4-seed-1"])
            Assert.Equal(_terminal.Weights($"runs/one/{run}"), _terminal.Weights($"runs/s/{run}"));
        Assert.Equal(
            File.ReadAllText(_terminal.File("runs/one/sweep.html")),
            File.ReadAllText(_terminal.File("runs/s/sweep.html")).Replace(">s<", ">one<").Replace(">s ·", ">one ·")
        );
    }

    [Fact]
    public void Parts_of_other_work_are_refused()
    {
        _terminal.Done("encode {t.csv} -m {run} -o {o.csv} --share 1/2");
        Assert.Contains(
            "is a part of other work (settings none, and here '--layer 1')",
            _terminal.Refused("encode {t.csv} -m {run} --layer 1 -o {o.csv} --share 1/2")
        );
        Assert.Contains("is a part of other work (data SHA-256 ", _terminal.Refused("encode {t} -m {run} -o {o.csv} --share 1/2"));
        Assert.Contains("is a part of other work (model SHA-256 ", _terminal.Refused("encode {t.csv} -m {run-2} -o {o.csv} --share 1/2"));
        Assert.Contains("is a part of other work (verb 'encode', and here 'score')", _terminal.Refused("score {t.csv} -m {run} -o {o.csv} --share 1/2"));
        Assert.Contains("holds parts of 2 shares, and this is one of 3", _terminal.Refused("encode {t.csv} -m {run} -o {o.csv} --share 2/3"));
        // Given as they would be anyway, settings are the same.
        Assert.True(_terminal.Json("encode {t.csv} -m {run} -o {o.csv} --share 1/2 --seed 1 --device cpu").GetProperty("done_before").GetBoolean());
        File.WriteAllText(_terminal.File("o.csv.parts/2-of-2.parquet"), "no Parquet");
        Assert.Contains("2-of-2.parquet", _terminal.Refused("encode {t.csv} -m {run} -o {o.csv} --merge"));
        Assert.Equal(130, _terminal.RunStopped("encode {t.csv} -m {run} -o {stopped.csv} --share 1/2").Code);
        Assert.False(Directory.Exists(_terminal.File("stopped.csv.parts")) && Directory.EnumerateFiles(_terminal.File("stopped.csv.parts")).Any());
    }

    [Theory]
    [InlineData("score {t.csv} -m {run} --share 1/2", "give -o FILE")]
    [InlineData("score {t.csv} -m {run} -o {x.csv} --share 3/2", "expected a share and their number")]
    [InlineData("score {t.csv} -m {run} -o {x.csv} --share 0/2", "expected a share and their number")]
    [InlineData("score {t.csv} -m {run} -o {x.csv} --share 1/2 --merge", "give one of them")]
    [InlineData("score {t.csv} -m {run} -o {x.csv} --merge", "has no parts yet")]
    [InlineData("score {t.csv} -m {run} -o {x.csv} --share auto", "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set")]
    [InlineData("evaluate {t} -m {run} --share 1/2", "are for --each")]
    [InlineData("evaluate {t} -m {run} --each", "give -o figures.csv")]
    [InlineData("evaluate shapes -m {run} --each -o {x.csv}", "is no table")]
    [InlineData("recommend -m {ease} --for 1 --share 1/2", "are for --all")]
    [InlineData("encode {t.csv} --onnx {x.onnx} --output y --share 1/2", "is not done in shares")]
    [InlineData("impute {t} -m {run} -o {x} --share 1/2", "several files")]
    public void What_cannot_be_shared_is_said_in_one_line(string line, string why) => Assert.Contains(why, _terminal.Refused(line));

    [Theory]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=8", "4/8")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=8 SLURM_ARRAY_TASK_COUNT=8", "3/8")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=1", "give --share auto/n")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=2", "give --share auto/n")]
    [InlineData("auto/8", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=1", "3/8")]
    [InlineData("auto/8", "SLURM_ARRAY_TASK_ID=0", "number the array 1-8")]
    [InlineData("auto/8", "JOB_COMPLETION_INDEX=7", "8/8")]
    [InlineData("auto", "JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=8", "1/8")]
    [InlineData("auto", "JOB_COMPLETION_INDEX=0", "give --share auto/4")]
    [InlineData("auto/8", "JOB_COMPLETION_INDEX=8", "give their number")]
    public void A_scheduler_says_which_share(string given, string variables, string share)
    {
        var set = variables.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        try
        {
            Assert.Equal(share, ShareArguments.FromEnvironment(given, set.GetValueOrDefault).ToString());
        }
        catch (InvalidInputException e)
        {
            Assert.Contains(share, e.Message);
        }
    }

    [Fact]
    public void Shares_are_all_items_once_in_whole_units()
    {
        foreach (var (items, count, unit) in new[] { (10L, 4, 1), (3L, 4, 1), (0L, 2, 1), (9000L, 4, 4096), (1L << 60, 7, 1000), (5L, 5, 2) })
        {
            var at = 0L;
            foreach (var (first, end) in Share.All(count).Select(share => share.Of(items, unit)))
            {
                Assert.Equal(at, first);
                Assert.True(first % unit == 0 || first == items);
                at = end;
            }
            Assert.Equal(items, at);
        }
        Assert.Equal(Enumerable.Range(0, 10), Share.All(3).SelectMany(share => Enumerable.Range(0, 10).Where(share.Takes)).Order());
    }

    [Fact]
    public void A_fingerprint_is_of_the_bytes_and_not_of_the_place()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("a"));
        Directory.CreateDirectory(folder.File("b"));
        foreach (var place in (string[])["a", "b"])
            File.WriteAllText(folder.File($"{place}/x.csv"), "n\n1\n2\n");
        Assert.Equal(DataFingerprint.Of(folder.File("a")), DataFingerprint.Of(folder.File("b/*.csv")));
        Assert.NotEqual(DataFingerprint.Of(folder.File("a")), DataFingerprint.Of("shapes"));
        var large = new byte[20 << 20];
        File.WriteAllBytes(folder.File("large"), large);
        var before = DataFingerprint.Of(folder.File("large"));
        large[^1] = 1;
        File.WriteAllBytes(folder.File("large"), large);
        Assert.NotEqual(before, DataFingerprint.Of(folder.File("large")));
        File.WriteAllText(folder.File("b/x.csv"), "n\n1\n3\n");
        Assert.NotEqual(DataFingerprint.Of(folder.File("a")), DataFingerprint.Of(folder.File("b")));
    }

    /// <summary>More rows than a thousand write again as they would be written at once.</summary>
    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    public void Joined_tables_of_many_rows_have_the_bytes_of_one(string extension)
    {
        using var folder = new TemporaryFolder();
        const int Rows = 260_000,
            Part = 4096;
        Column[] Of(int first, int end) =>
            [
                new("row", [.. Enumerable.Range(first, end - first)]),
                new("x", [.. Enumerable.Range(first, end - first).Select(i => i % 7 == 0 ? float.NaN : MathF.Sin(i))]),
                new("day", [.. Enumerable.Range(first, end - first).Select(i => i % 5 == 0 ? null : $"2024-01-{1 + i % 28:00}")], "DATE"),
            ];
        void Write(Action<IReadOnlyList<Column>> write, int first, int end)
        {
            for (var at = first; at < end; at += Part)
                write(Of(at, Math.Min(at + Part, end)));
        }
        TableWriter.Write(folder.File($"one.{extension}"), write => Write(write, 0, Rows));
        var parts = new WorkParts(folder.File($"all.{extension}"), [], share => $"{share}");
        foreach (var share in Share.All(3))
            parts.Write(share, write => Write(write, (int)share.Of(Rows, Part).First, (int)share.Of(Rows, Part).End), () => share.Index);
        Assert.Equal([1, 2, 3], parts.Results<int>());
        Assert.Equal(Rows, parts.Merge());
        Assert.True(File.ReadAllBytes(folder.File($"one.{extension}")).AsSpan().SequenceEqual(File.ReadAllBytes(folder.File($"all.{extension}"))));
    }

    /// <summary>A table of 9,000 rows in one file and in four, of which 2,600 lack a cell, and 300 histories, with models of both.</summary>
    public sealed class Trained : IDisposable
    {
        internal Terminal Terminal { get; } = new();

        public Trained()
        {
            string[] rows =
            [
                .. Enumerable
                    .Range(0, 9000)
                    .Select(row =>
                        string.Create(CultureInfo.InvariantCulture, $"{row % 20},{(row % 7 == 0 || row % 6 == 0 ? "" : row * row % 41)},{"abc"[row / 20 % 3]}")
                    ),
            ];
            Directory.CreateDirectory(Terminal.File("t"));
            File.WriteAllText(Terminal.File("t.csv"), $"x,y,c\n{string.Join('\n', rows)}\n");
            foreach (var (part, some) in rows.Chunk(2250).Index())
                File.WriteAllText(Terminal.File($"t/{part}.csv"), $"x,y,c\n{string.Join('\n', some)}\n");
            foreach (var seed in (int[])[1, 2])
                Terminal.Done(
                    $"train {{t.csv}} --model table-vae --epochs 1 --set hidden=8 --set batch-size=512 --latent 2 --threads 1 --importance-samples 0 "
                        + $"--seed {seed} --name run{(seed == 1 ? "" : "-2")} -o {Path.GetDirectoryName(Terminal.File("x"))}"
                );
            var histories = new StringBuilder("user,item\n");
            foreach (var user in Enumerable.Range(0, 300))
                for (var item = 0; item < 12; item++)
                    histories.Append(CultureInfo.InvariantCulture, $"u{user},i{(user % 2 * 15) + (user * 7 + item * item) % 20}\n");
            File.WriteAllText(Terminal.File("h.csv"), histories.ToString());
            foreach (var model in (string[])["ease", "mult-vae --epochs 1 --set hidden=8"])
                Terminal.Done(
                    $"train {{h.csv}} --user user --item item --model {model} --threads 1 --name {model.Split(' ')[0]} -o "
                        + Path.GetDirectoryName(Terminal.File("x"))
                );
        }

        public void Dispose() => Terminal.Dispose();
    }
}
