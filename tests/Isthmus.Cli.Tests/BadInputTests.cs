using Isthmus.Cli;
using Isthmus.Compute;
using Isthmus.Training;

namespace Isthmus.Tests.Verbs;

public class BadInputTests
{
    [Theory]
    [InlineData("trian shapes", "did you mean 'train'?")]
    [InlineData("frobnicate", "known are train, sweep, evaluate")]
    [InlineData("train --modle vae", "did you mean '--model'?")]
    [InlineData("train shapes --epoch 3", "did you mean '--epochs'?")]
    [InlineData("train shapes extra", "'extra'")]
    [InlineData("train --seed one", "expected a whole number")]
    [InlineData("train --limit 0", "at least 1")]
    [InlineData("train --device gpu", "cpu or cuda")]
    [InlineData("train --importance-samples -1", "at least 0")]
    [InlineData("train --size tall", "28x20")]
    [InlineData("train --set hidden", "key=value")]
    [InlineData("train --set k=3 --set k=4", "given twice")]
    [InlineData("train --name a/b", "--output")]
    [InlineData("evaluate shapes", "--model")]
    [InlineData("evaluate", "required")]
    [InlineData("evaluate shapes -m x --part some", "train, validation or test")]
    [InlineData("interpolate shapes -m x --from a --to 1", "record numbers")]
    [InlineData("interpolate shapes -m x --from 1 --to 1,2 -o {i.png}", "partner")]
    [InlineData("interpolate shapes -m x --from 1 --to 1 --path crooked -o {i.png}", "linear or spherical")]
    [InlineData("encode shapes -m x -o {codes.xlsx}", ".csv or .parquet")]
    [InlineData("evaluate shapes -m {missing.isthmus}", "does not exist")]
    [InlineData("train {missing.csv}", "no file or folder")]
    [InlineData("train shaps", "did you mean 'shapes'?")]
    [InlineData("train minst", "did you mean 'mnist'?")]
    [InlineData("info shaps", "did you mean 'shapes'?")]
    [InlineData("info {missing.isthmus}", "does not exist")]
    [InlineData("recommend -m x", "No history is given")]
    [InlineData("recommend -m x --history a --for b", "More than one history")]
    [InlineData("recommend -m x --all", "-o table.parquet")]
    [InlineData("recommend -m x --all -o {r.txt}", ".csv or .parquet")]
    [InlineData("recommend -m x --history a -k 0", "at least 1")]
    [InlineData("train shapes --min-rating four", "expected a number")]
    [InlineData("train shapes --model mult-vae", "mult-vae is for interactions of users and items")]
    [InlineData(
        "train shapes --model vea",
        "Known: ae, sparse, denoising, vae, pixel-vae, beta-vae, factor-vae, beta-tc-vae, dip-vae, info-vae, wae, aae, iwae, vamp-vae, ladder-vae, vq-vae, "
            + "cond-vae, vib, iaf-vae, contractive, rae, denoiser, noise2void, noise2noise, image-codec, image-lossless, top-k-sae, batch-top-k-sae, "
            + "jump-relu-sae, gated-sae, table-ae, table-vae, ease, mult-dae, mult-vae, rec-vae, nvdm, prod-lda, etm"
    )]
    [InlineData("train shapes --model prod-lda", "prod-lda is for documents")]
    [InlineData("train shapes --latent 3 --topics 4", "two numbers for one thing")]
    [InlineData("train shapes --max-document-share half", "expected a number")]
    [InlineData("train shapes --text words", "no file or folder")]
    [InlineData("search -m x", "--query")]
    [InlineData("topics -m x --words 0", "at least 1")]
    public void Wrong_arguments_are_one_line_without_the_tensor_library(string line, string expected)
    {
        using var terminal = new Terminal();
        var before = TensorLibrary.IsLoaded;
        Assert.Contains(expected, terminal.Refused(line));
        Assert.Equal(before, TensorLibrary.IsLoaded);
    }

    [Theory]
    [InlineData("--latent 0", "latent=0")]
    [InlineData("--model ae --latent 1024", "learns to copy")]
    [InlineData("--epochs -1", "epochs=-1")]
    [InlineData("--net cnn", "net")]
    [InlineData("--set hiden=3", "did you mean 'hidden'?")]
    [InlineData("--set batch-size=500", "batch-size=500 is larger than the 100 training records")]
    [InlineData("--set norm=batch --set batch-size=1", "one record has no variance")]
    [InlineData("--set learning-rate=0,5", "learning-rate=0,5")]
    [InlineData("--model sparse --set k=300 --set batch-size=20", "k=300")]
    public void Settings_that_make_no_model_are_refused_and_leave_no_run(string options, string expected)
    {
        using var terminal = new Terminal();
        Assert.Contains(expected, terminal.Refused($"train shapes --limit 100 {options} --name n -o {{runs}}"));
        Assert.False(File.Exists(terminal.File("runs/n/model.isthmus")));
        Assert.False(File.Exists(terminal.File("runs/n/checkpoint.isthmus")));
    }

    [Fact]
    public void Data_that_cannot_be_used_are_refused()
    {
        using var terminal = new Terminal();
        Directory.CreateDirectory(terminal.File("empty"));
        Assert.Contains("empty", terminal.Refused("train {empty}"));
        File.WriteAllText(terminal.File("one.csv"), "a,b\n1,2\n");
        Assert.Contains("at least 3", terminal.Refused("train {one.csv}"));
        File.WriteAllText(terminal.File("constant.csv"), string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},7\n").Prepend("a,b\n")));
        File.WriteAllText(terminal.File("text.csv"), string.Concat(Enumerable.Range(0, 50).Select(i => i == 30 ? "x,1\n" : $"{i},{i % 7}\n").Prepend("a,b\n")));
        Assert.Contains("column 'a', row 31", terminal.Refused("train {text.csv} --set batch-size=8"));
        Assert.Contains("no column 'bb'", terminal.Refused("train {constant.csv} --columns a,bb"));
        File.WriteAllBytes(terminal.File("cut-idx3-ubyte"), [0, 0, 8, 3, 0, 0]);
        terminal.Refused("train {cut-idx3-ubyte}");
    }

    [Fact]
    public void Output_that_cannot_be_written_is_refused_before_training_and_leaves_nothing()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("file"), "");
        Assert.Contains("Choose another folder", terminal.Refused("train shapes --limit 100 --set batch-size=20 -o {file/runs}"));
        Assert.Contains("Choose another folder", terminal.Refused("train shapes --limit 100 --set batch-size=20 -o {file}"));
        Assert.Equal([terminal.File("file")], Directory.GetFileSystemEntries(terminal.File("")));
    }

    [Fact]
    public void Models_and_data_that_do_not_fit_are_refused()
    {
        using var terminal = new Terminal();
        terminal.Done(
            "train shapes --model vae --set hidden=8 --latent 2 --limit 60 --set batch-size=20 --epochs 1 --importance-samples 0 --threads 1 --name m -o {runs}"
        );
        File.WriteAllText(terminal.File("t.csv"), "a,b\n1,2\n3,4\n5,6\n");
        File.WriteAllBytes(terminal.File("small.npy"), Isthmus.Tests.Data.Scratch.Npy("|b1", false, "(3, 8, 8)", new byte[192]));
        foreach (
            var verb in (string[])["evaluate", "encode -o {c.csv}", "reconstruct -o {r.png}", "denoise -o {d.png}", "interpolate --from 0 --to 1 -o {i.png}"]
        )
        {
            var (name, options) = (verb.Split(' ')[0], verb.Contains(' ') ? verb[verb.IndexOf(' ')..] : "");
            Assert.Contains("32 x 32 x 1", terminal.Refused($"{name} {{t.csv}} -m {{runs/m}}{options}"));
            Assert.Contains("--size 32x32", terminal.Refused($"{name} {{small.npy}} -m {{runs/m}}{options}"));
        }
        Assert.Contains("has no record 60", terminal.Refused("interpolate shapes --limit 60 -m {runs/m} --from 0 --to 60 -o {i.png}"));
        Assert.Contains("no parts", terminal.Refused("evaluate {small.npy} --size 32 --part test -m {runs/m}"));
        Assert.Contains(".png", terminal.Refused("sample -m {runs/m} -o {s.jpg}"));
        foreach (
            var line in (string[])["sample -o {t.csv/s.png}", "sample --each {t.csv/s}", "encode shapes -o {t.csv/c.parquet}", "encode shapes -o {t.csv/c.csv}"]
        )
            Assert.Contains("cannot be written", terminal.Refused($"{line} -m {{runs/m}}"));
        Assert.Contains("Nowhere", terminal.Refused("sample -m {runs/m}"));

        var bytes = File.ReadAllBytes(terminal.File("runs/m/model.isthmus"));
        File.WriteAllBytes(terminal.File("cut.isthmus"), bytes[..(bytes.Length / 2)]);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(terminal.File("flipped.isthmus"), bytes);
        foreach (var verb in (string[])["evaluate shapes -m", "encode shapes -o {c.csv} -m", "sample -o {s.png} -m", "info"])
            foreach (var model in (string[])["{cut.isthmus}", "{flipped.isthmus}"])
                Assert.Contains("damaged", terminal.Refused($"{verb} {model}"));
        // Once a run is finished its checkpoint goes; training alone leaves one.
        TrainingRun
            .Train(
                "vae",
                Tiny.Shapes(60),
                new() { Folder = new(terminal.File("runs/c")), Settings = Tiny.Settings("hidden=4 latent=2 epochs=1 batch-size=16") }
            )
            .Model.Dispose();
        Assert.Contains("isthmus-checkpoint", terminal.Refused("sample -o {s.png} -m {runs/c/checkpoint.isthmus}"));
        Assert.Empty(Directory.GetFiles(terminal.File(""), "*.png"));
        Assert.Empty(Directory.GetFiles(terminal.File(""), "c.csv"));
    }

    [Fact]
    public void Diverged_training_fails_with_exit_code_1_and_says_what_to_try()
    {
        using var terminal = new Terminal();
        var outcome = terminal.Run(
            "train shapes --model ae --set hidden=16 --latent 2 --limit 100 --set batch-size=20 --set learning-rate=1e30 --set learning-rate-warm-up=0 "
                + "--threads 1 -o {runs}"
        );
        Assert.Equal(1, outcome.Code);
        Assert.Empty(outcome.Output);
        Assert.Contains("learning-rate", outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    [Fact]
    public void Help_of_every_verb_has_an_example_that_parses_up_to_its_files()
    {
        using var terminal = new Terminal();
        var before = TensorLibrary.IsLoaded;
        Assert.Contains("interpolate", terminal.Done("--help").Output);
        Assert.Equal(terminal.Done("--help").Output, terminal.Done("").Output);
        Assert.StartsWith("isthmus ", terminal.Done("--version").Output);
        foreach (var verb in (string[])["train", "evaluate", "encode", "reconstruct", "denoise", "sample", "interpolate", "info"])
        {
            var lines = terminal.Done($"{verb} --help").Output.Split('\n').Select(line => line.Trim()).ToArray();
            var example = lines[Array.IndexOf(lines, "Example:") + 1];
            Assert.StartsWith($"isthmus {verb}", example);
            foreach (var option in (string[])["--json", "--seed", "--device", "--threads"])
                Assert.Contains(lines, line => line.StartsWith(option));
            // It must run into a missing file at most, not into an option that is no more.
            if (verb is not "train")
                Assert.Contains("no", terminal.Refused(example["isthmus ".Length..]));
        }
        Assert.Equal(before, TensorLibrary.IsLoaded);
    }

    [Fact]
    public void Exit_codes_are_the_documented_ones() =>
        Assert.Equal((0, 1, 2, 130), (CommandLine.Done, CommandLine.Failed, CommandLine.BadInput, CommandLine.Interrupted));
}
