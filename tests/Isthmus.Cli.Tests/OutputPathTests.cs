using System.CommandLine;
using Isthmus.Cli;

namespace Isthmus.Tests.Verbs;

/// <summary>Nothing of the user's is overwritten.</summary>
public sealed class OutputPathTests : IClassFixture<OutputPathTests.Trained>, IDisposable
{
    private readonly Trained _model;
    private readonly Terminal _terminal = new();

    public OutputPathTests(Trained model)
    {
        _model = model;
        File.WriteAllLines(
            _terminal.File("t.csv"),
            Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i % 7},{i % 3 * 0.5},{(i % 2 == 0 ? "a" : "b")}")).Prepend("x,y,c")
        );
        Directory.CreateDirectory(_terminal.File("m"));
        File.Copy(_model.Path, _terminal.File("m/model.isthmus"));
    }

    public void Dispose() => _terminal.Dispose();

    public static TheoryData<string, string> Verbs() =>
        new()
        {
            { "encode {t.csv} -m {m}", "csv" },
            { "reconstruct {t.csv} -m {m}", "csv" },
            { "sample -m {m} --count 5", "csv" },
            { "score {t.csv} -m {m} --samples 2", "csv" },
            { "impute {t.csv} -m {m}", "csv" },
        };

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_file_that_is_there_is_replaced_on_request_alone(string verb, string extension)
    {
        var there = _terminal.File($"there.{extension}");
        File.WriteAllText(there, "mine");
        var refusal = _terminal.Refused($"{verb} -o {{there.{extension}}}");
        Assert.Contains("is there already", refusal);
        Assert.Contains("--force", refusal);
        Assert.Equal("mine", File.ReadAllText(there));
        var forced = _terminal.Run($"{verb} -o {{there.{extension}}} --force");
        Assert.Equal(forced.Code != 0, File.ReadAllText(there) == "mine");
        Assert.DoesNotContain("is there already", forced.Error);
    }

    [Theory]
    [InlineData("encode {t.csv} -m {m} -o {t.csv} --force")]
    [InlineData("encode {t.csv} -m {m} -o {m/../t.csv} --force")]
    [InlineData("encode {t.csv} -m {m} -o {link.csv} --force")]
    [InlineData("encode {linked/t.csv} -m {m} -o {t.csv} --force")]
    [InlineData("score {t.csv} -m {m} -o {s.csv} --html {t.csv} --force")]
    [InlineData("impute {t.csv} -m {m} -o {f.csv} --intervals {t.csv} --force")]
    [InlineData("sample -m {m} -o {m/model.isthmus} --force")]
    [InlineData("compress {t.csv} -m {m} -o {t.csv} --force")]
    [InlineData("compress {folder} -m {m} -o {folder/a.bin} --force")]
    [InlineData("export -m {m} -o {m/model.isthmus} --force")]
    [InlineData("measure {t.csv} --html {t.csv} --force")]
    public void What_a_command_reads_is_never_replaced(string line)
    {
        File.CreateSymbolicLink(_terminal.File("link.csv"), "t.csv");
        Directory.CreateSymbolicLink(_terminal.File("linked"), _terminal.File("."));
        Directory.CreateDirectory(_terminal.File("folder"));
        File.WriteAllText(_terminal.File("folder/a.bin"), "mine");
        var (table, model) = (File.ReadAllBytes(_terminal.File("t.csv")), File.ReadAllBytes(_terminal.File("m/model.isthmus")));
        Assert.Contains("is read by this command", _terminal.Refused(line));
        Assert.Equal(table, File.ReadAllBytes(_terminal.File("t.csv")));
        Assert.Equal(model, File.ReadAllBytes(_terminal.File("m/model.isthmus")));
        Assert.Equal("mine", File.ReadAllText(_terminal.File("folder/a.bin")));
    }

    [Fact]
    public void The_data_that_a_model_was_trained_on_are_not_replaced_by_its_samples()
    {
        var before = File.ReadAllBytes(_model.Data);
        var refused = _terminal.Run(["sample", "-m", _terminal.File("m"), "-o", _model.Data, "--force"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("is read by this command", refused.Error);
        Assert.Equal(before, File.ReadAllBytes(_model.Data));
    }

    [Fact]
    public void Two_outputs_of_one_name_and_folders_and_devices_are_refused()
    {
        Assert.Contains("--output", _terminal.Refused("score {t.csv} -m {m} -o {s.csv} --html {s.csv}"));
        Assert.Contains("is a folder", _terminal.Refused("encode {t.csv} -m {m} -o {m}"));
        if (OperatingSystem.IsLinux())
            Assert.Contains("is a device", _terminal.Run(["encode", _terminal.File("t.csv"), "-m", _terminal.File("m"), "-o", "/dev/null", "--force"]).Error);
        Assert.Equal(["m", "t.csv"], Directory.GetFileSystemEntries(_terminal.File(".")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Draws_beside_the_filled_table_are_not_replaced_either()
    {
        File.WriteAllText(_terminal.File("filled.2.csv"), "mine");
        Assert.Contains("filled.2.csv is there already", _terminal.Refused("impute {t.csv} -m {m} -o {filled.csv} --draws 3"));
        Assert.Equal(["filled.2.csv", "m", "t.csv"], Directory.GetFileSystemEntries(_terminal.File(".")).Select(Path.GetFileName).Order());
        Assert.Contains("at most", _terminal.Refused("impute {t.csv} -m {m} -o {filled.csv} --draws 2147483647"));
    }

    [Theory]
    [InlineData("sample -m {m} -o {s.csv} --count 2147483647", "GB")]
    [InlineData("score {t.csv} -m {m} --samples 2147483647 -o {s.csv}", "at most")]
    [InlineData("sweep shapes --limit 60 --set beta=1 --model beta-vae --seeds 2147483647 -o {s.csv}", "at most")]
    [InlineData("train {t.csv} --model table-vae --set hidden=2000000000 -o {s.csv}", "hidden")]
    [InlineData("train {t.csv} --model table-vae --latent 2000000000 -o {s.csv}", "latent")]
    public void A_count_beyond_memory_is_refused_before_any_is_taken(string line, string words)
    {
        var before = GC.GetTotalAllocatedBytes();
        Assert.Contains(words, _terminal.Refused(line));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 100_000_000);
        Assert.False(Path.Exists(_terminal.File("s.csv")));
    }

    [Fact]
    public void A_run_goes_to_another_folder_where_anything_of_a_run_is()
    {
        Directory.CreateDirectory(_terminal.File("runs/r"));
        File.WriteAllText(_terminal.File("runs/r/report.html"), "mine");
        var train =
            "train {t.csv} --model table-ae --latent 2 --set hidden=4 --epochs 1 --set batch-size=16 --threads 1 --importance-samples 0 --name r -o {runs}";
        Assert.Contains("r-2", _terminal.Done(train).Error);
        Assert.Contains("r-3", _terminal.Done(train).Error);
        Assert.Equal("mine", File.ReadAllText(_terminal.File("runs/r/report.html")));
        Assert.Equal(["r", "r-2", "r-3"], Directory.GetDirectories(_terminal.File("runs")).Select(Path.GetFileName).Order());
        Assert.Contains("holds other files", _terminal.Refused("sweep shapes --limit 60 --set beta=1 --model beta-vae --epochs 1 --name r -o {runs}"));
    }

    [Theory]
    [InlineData("info {pipe}")]
    [InlineData("train {pipe}")]
    [InlineData("score {pipe} -m {m}")]
    [InlineData("measure {pipe}")]
    [InlineData("compress {pipe} -m {m} -o {a.isth}")]
    [InlineData("decompress {pipe} -o {out}")]
    [InlineData("info /dev/zero")]
    [InlineData("train /dev/zero")]
    public void Pipes_and_devices_are_refused_by_name(string line)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are made by mkfifo.");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [_terminal.File("pipe")]))
            made.WaitForExit();
        Assert.Contains("which cannot be read as a file", _terminal.Refused(line));
    }

    /// <summary>An option that writes a file has one of the names that are checked, or is known to read one.</summary>
    [Fact]
    public void Every_option_that_names_a_file_is_an_output_that_is_checked_or_an_input()
    {
        string[] outputs = ["--output", "-o", "--html", "--fidelity", "--intervals"],
            inputs =

            [
                "--model",
                "--ensemble",
                "--against",
                "--baseline",
                "--from",
                "--titles",
                "--vocabulary",
                "--history-file",
                "--onnx",
                "--api-key-file",
                "--certificate",
                "--certificate-key",
                "--records",
                "--target-activations",
                "--from",
            ];
        foreach (var verb in CommandLine.Root().Subcommands)
        {
            foreach (var option in verb.Options.Where(option => option.HelpName == "file"))
                Assert.True(outputs.Contains(option.Name) || inputs.Contains(option.Name), $"{verb.Name} {option.Name}: is it read or written?");
            if (verb.Options.Any(option => outputs.Contains(option.Name) && option.HelpName == "file"))
                Assert.Contains(verb.Options, option => option.Name == "--force");
        }
    }

    /// <summary>A tiny model of a table, which is enough for every verb that writes.</summary>
    public sealed class Trained : IDisposable
    {
        private readonly Terminal _terminal = new();

        public Trained()
        {
            File.WriteAllLines(
                Data,
                Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i % 7},{i % 3 * 0.5},{(i % 2 == 0 ? "a" : "b")}")).Prepend("x,y,c")
            );
            _terminal.Done(
                "train {data.csv} --model table-vae --latent 2 --set hidden=8 --epochs 1 --set batch-size=16 --threads 1 --importance-samples 0 --name m -o "
                    + "{runs}"
            );
        }

        public string Data => _terminal.File("data.csv");

        public string Path => _terminal.File("runs/m/model.isthmus");

        public void Dispose() => _terminal.Dispose();
    }
}
