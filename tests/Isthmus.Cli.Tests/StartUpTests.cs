using System.Diagnostics;
using Isthmus.Training;

namespace Isthmus.Tests.Verbs;

public class StartUpTests
{
    [Fact]
    public async Task Verbs_that_need_no_tensors_never_load_libtorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loader tells what it loads on Linux only.");
        using var terminal = new Terminal();
        terminal.Done("train shapes --set hidden=8 --latent 2 --limit 60 --set batch-size=20 --epochs 1 --importance-samples 0 --threads 1 --name m -o {runs}");
        var model = terminal.File("runs/m/model.isthmus");
        Assert.Contains("libtorch", await Loaded(terminal, ["sample", "-m", model, "-o", terminal.File("s.png")], 0));
        var table = terminal.File("t.csv");
        File.WriteAllText(table, "age,size\n1,2\n3,4\n5,7\n2,9\n4,4\n");
        Assert.DoesNotContain("duckdb", await Loaded(terminal, ["measure", table, "--as", "bytes"], 0));
        // Once a run is finished its checkpoint goes; training alone leaves one.
        TrainingRun
            .Train(
                "vae",
                Tiny.Shapes(60),
                new() { Folder = new(terminal.File("runs/c")), Settings = Tiny.Settings("hidden=4 latent=2 epochs=1 batch-size=16") }
            )
            .Model.Dispose();
        terminal.Done("export -m {runs/m} -o {m.isth-model}");
        File.WriteAllBytes(terminal.File("d.raw"), new byte[20 * 1024]);
        foreach (
            var (arguments, code) in new (string[], int)[]
            {
                (["compress", terminal.File("d.raw"), "-m", terminal.File("m.isth-model"), "-o", terminal.File("d.isth"), "--method", "qlat"], 0),
                (["decompress", terminal.File("d.isth"), "-o", terminal.File("out")], 0),
                (["decompress", terminal.File("d.isth"), "-o", terminal.File("out"), "--only", "3"], 0),
                (["info", terminal.File("d.isth")], 0),
                (["--help"], 0),
                (["train", "--help"], 0),
                (["info", "shapes"], 0),
                (["info", model], 0),
                (["info", terminal.File("runs/c/checkpoint.isthmus")], 0),
                (["measure", table], 0),
                (["measure", table, "--x", "age", "--y", "size"], 0),
                (["measure", "--help"], 0),
                (["measure", table, "--x", "agee"], 2),
                (["trian"], 2),
                (["train", "--model", "vea"], 2),
                (["train", "shaps"], 2),
                (["evaluate", "shapes", "-m", terminal.File("none.isthmus")], 2),
                (["evaluate", "shapes-8bit", "-m", model, "--label", "x"], 2),
            }
        )
            Assert.DoesNotContain("libtorch", await Loaded(terminal, arguments, code));
    }

    /// <summary>libtorch warns at each convolution of one record on processors that NNPACK does not know; on others this cannot fail.</summary>
    [Fact]
    public async Task One_picture_is_encoded_and_decoded_by_convolutions_without_a_word_of_libtorch()
    {
        using var terminal = new Terminal();
        terminal.Done(
            "train shapes --limit 60 --model ae --net conv --set channels=16,16 --set residual=1 --latent 3 --epochs 1 --threads 1 --name m -o {runs}"
        );
        var (_, error) = await Run(["reconstruct", "shapes", "-m", terminal.File("runs/m"), "--limit", "1", "--threads", "1", "-o", terminal.File("r.png")], 0);
        Assert.DoesNotContain("NNPACK", error);
        Assert.True(File.Exists(terminal.File("r.png")));
    }

    /// <summary>What the dynamic loader says it loaded while the program ran.</summary>
    private static async Task<string> Loaded(Terminal terminal, string[] arguments, int expectedCode)
    {
        var log = terminal.File("loader");
        await Run(arguments, expectedCode, ("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", log));
        var files = Directory.GetFiles(Path.GetDirectoryName(log)!, "loader.*");
        var loaded = string.Concat(files.SelectMany(File.ReadLines).Where(line => line.Contains("calling init")));
        Array.ForEach(files, File.Delete);
        Assert.Contains("libcoreclr", loaded);
        return loaded;
    }

    /// <summary>The program in a process of its own.</summary>
    private static async Task<(string Output, string Error)> Run(string[] arguments, int expectedCode, params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Isthmus.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == expectedCode, $"{string.Join(' ', arguments)}: {process.ExitCode}: {output}{await error}");
        return (output, await error);
    }
}
