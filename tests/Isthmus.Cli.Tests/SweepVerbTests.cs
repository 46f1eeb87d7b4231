using Isthmus.Models;
using Isthmus.Reporting.Experiments;

namespace Isthmus.Tests.Verbs;

public sealed class SweepVerbTests
{
    private const string Small = "shapes --limit 120 --model beta-vae --fix hidden=12 --latent 3 --epochs 2 --threads 1 --importance-samples 0";

    [Fact]
    public void A_sweep_trains_every_combination_and_its_page_opens_every_report()
    {
        using var terminal = new Terminal();
        var swept = terminal.Json($"sweep {Small} --set beta=0.5,4 --seeds 2 -o {{runs}} --name s");
        var runs = swept.GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal(["0.5", "0.5", "4", "4"], runs.Select(run => run.GetProperty("settings").GetProperty("beta").GetString()));
        Assert.Equal([1, 2, 1, 2], runs.Select(run => run.GetProperty("seed").GetInt32()));
        var page = File.ReadAllText(swept.GetProperty("page_path").GetString()!);
        Assert.DoesNotContain("NaN", page);
        foreach (var run in runs)
        {
            var folder = run.GetProperty("run_path").GetString()!;
            Assert.True(File.Exists(Path.Combine(folder, "report.html")));
            Assert.False(File.Exists(Path.Combine(folder, "checkpoint.isthmus")));
            Assert.Contains($"href=\"{Path.GetFileName(folder)}/report.html\"", page);
            // A line of the information plane for each of the two epochs; what the code knows of the label is at most what it knows of
            // the record, to within the errors of means over 12 records.
            var plane = InformationPath.Read(Path.Combine(folder, "information.jsonl"));
            Assert.Equal(2, plane.Count);
            Assert.All(plane, point => Assert.InRange(point.LabelInformationNats, 0, point.InformationUpperNats!.Value + 0.5));
        }
    }

    /// <summary>Labels are found as train finds them, and one of several is named in the same way.</summary>
    [Theory]
    [InlineData("vib", "--target scale", "label_information_bits")]
    [InlineData("cond-vae", "", "elbo_nats")]
    public void A_sweep_of_a_model_that_knows_labels_finds_them(string model, string target, string figure)
    {
        using var terminal = new Terminal();
        var swept = terminal.Json(
            $"sweep shapes --limit 120 --model {model} {target} --fix hidden=12 --set latent=2,3 --epochs 1 --threads 1 --importance-samples 0 -o {{runs}} "
                + $"--name s"
        );
        foreach (var run in swept.GetProperty("runs").EnumerateArray())
            Assert.True(run.GetProperty("figures").TryGetProperty(figure, out _));
    }

    [Fact]
    public void A_bottleneck_of_labels_is_swept_over_its_price()
    {
        using var terminal = new Terminal();
        var swept = terminal.Json(
            "sweep shapes --model vib --set beta=0.01,0.1 --limit 120 --fix hidden=12 --latent 3 --epochs 2 --threads 1 --importance-samples 0 -o {runs} "
                + "--name s"
        );
        Assert.Equal(["0.01", "0.1"], swept.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("settings").GetProperty("beta").GetString()));
        Assert.All(swept.GetProperty("runs").EnumerateArray(), run => Assert.True(run.GetProperty("figures").TryGetProperty("accuracy", out _)));
    }

    [Fact]
    public void A_sweep_finds_users_and_items_as_train_does()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("ratings.csv"), "user,item\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"u{i % 12},i{i * 7 % 25}\n")));
        var outcome = terminal.Done(
            "sweep {ratings.csv} --model mult-vae --set latent=2,3 --fix hidden=8 --epochs 1 --threads 1 --importance-samples 0 -o {runs} --name s"
        );
        Assert.Contains("interactions: users in column user, items in column item; --user and --item take others.", outcome.Error);
    }

    [Fact]
    public void A_run_of_a_sweep_is_the_run_that_train_makes()
    {
        using var terminal = new Terminal();
        terminal.Done($"sweep {Small} --set beta=0.5,4 -o {{runs}} --name s");
        terminal.Done($"train {Small.Replace("--fix", "--set")} --set beta=4 -o {{runs}} --name t");
        Assert.Equal(terminal.Weights("runs/t"), terminal.Weights("runs/s/beta-4-seed-1"));
        Assert.Equal(
            ModelManifest.Read(terminal.File("runs/t/model.isthmus")).Metrics,
            ModelManifest.Read(terminal.File("runs/s/beta-4-seed-1/model.isthmus")).Metrics
        );
    }

    [Fact]
    public void A_sweep_interrupted_and_started_again_is_the_sweep_that_was_not()
    {
        using var terminal = new Terminal();
        string Line(string name) => $"sweep {Small} --set beta=0.5,4 -o {{runs}} --name {name}";
        terminal.Done(Line("whole"));
        var stopped = terminal.RunUntil("run 2 of 2", Line("cut"));
        Assert.Equal(130, stopped.Code);
        Assert.Contains("The same command goes on", stopped.Error);
        var resumed = terminal.Done(Line("cut"));
        Assert.Contains("run 1 of 2: beta-0.5-seed-1, done", resumed.Error);
        foreach (var run in new[] { "beta-0.5-seed-1", "beta-4-seed-1" })
        {
            Assert.Equal(terminal.Weights($"runs/whole/{run}"), terminal.Weights($"runs/cut/{run}"));
            Assert.Equal(
                File.ReadAllText(terminal.File($"runs/whole/{run}/information.jsonl")),
                File.ReadAllText(terminal.File($"runs/cut/{run}/information.jsonl"))
            );
        }
    }

    [Fact]
    public void Watching_the_information_does_not_change_what_is_learnt()
    {
        using var terminal = new Terminal();
        terminal.Done($"sweep {Small} --set beta=2,4 -o {{runs}} --name s");
        terminal.Done(
            "train shapes --limit 120 --model beta-vae --set hidden=12 --set beta=4 --latent 3 --epochs 2 --threads 1 --importance-samples 0 -o {runs} --name "
                + "alone"
        );
        Assert.Equal(terminal.Weights("runs/alone"), terminal.Weights("runs/s/beta-4-seed-1"));
    }

    [Theory]
    [InlineData("--set beta", "key=value,value")]
    [InlineData("--set beta=1,1", "has 1 twice")]
    [InlineData("--set beta=1,2 --set beta=3", "given twice")]
    [InlineData("--set beta=1,-2", "beta")]
    [InlineData("--set beat=1,2", "beat")]
    [InlineData("", "something to vary")]
    [InlineData("--set latent=2,4", "varied and fixed")]
    public void A_grid_that_cannot_be_trained_is_refused_before_anything_is(string grid, string words)
    {
        using var terminal = new Terminal();
        Assert.Contains(words, terminal.Refused($"sweep {Small} {grid} -o {{runs}} --name s"));
        Assert.False(Directory.Exists(terminal.File("runs")));
    }

    [Fact]
    public void A_folder_of_another_sweep_is_refused()
    {
        using var terminal = new Terminal();
        terminal.Done($"sweep {Small} --set beta=1,2 -o {{runs}} --name s");
        Assert.Contains("holds another sweep", terminal.Refused($"sweep {Small} --set beta=1,3 -o {{runs}} --name s"));
    }

    [Fact]
    public void The_frontier_is_what_no_run_beats_in_both()
    {
        SweptRun Run(double rate, double distortion) => new(new([], 1), "", new([new("r", "", "", rate), new("d", "", "", distortion)]), []);
        SweptRun[] runs = [Run(3, 5), Run(1, 9), Run(2, 9), Run(2, 7), Run(4, 6), Run(double.NaN, 0)];
        var frontier = Sweep.Frontier(runs, run => run.Figures["r"]!.Value, run => run.Figures["d"]!.Value);
        Assert.Equal([1, 2, 3], frontier.Select(run => run.Figures["r"]!.Value));
        Assert.Equal([9, 7, 5], frontier.Select(run => run.Figures["d"]!.Value));
    }
}
