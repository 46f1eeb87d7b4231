using Isthmus.Reporting.Experiments;

namespace Isthmus.Tests.Verbs;

/// <summary>What the studio asks of the command line: snapshots, and differences on the same records.</summary>
public class StudioVerbTests
{
    private const string Command = "train shapes --set hidden=16 --latent 4 --limit 400 --set batch-size=50 --threads 1 --importance-samples 0 -o {runs}";

    [Fact]
    public void Snapshots_are_kept_and_change_nothing_that_is_learnt()
    {
        using var terminal = new Terminal();
        terminal.Done($"{Command} --epochs 3 --name plain");
        terminal.Done($"{Command} --epochs 3 --name seen --snapshots");
        Assert.Equal(terminal.Weights("runs/plain"), terminal.Weights("runs/seen"));
        var snapshots = EpochSnapshots.Read(terminal.File("runs/seen/snapshots.jsonl"));
        Assert.Equal([1, 2, 3], snapshots.Select(snapshot => snapshot.Epoch));
        Assert.All(snapshots, snapshot =>
        {
            Assert.Equal(4, snapshot.UnitRatesNats!.Count);
            Assert.All(snapshot.UnitRatesNats, rate => Assert.True(rate >= 0));
            Assert.Equal(snapshot.Map.Count, 2 * snapshot.Classes!.Count);
            Assert.StartsWith("iVBOR", snapshot.Samples, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Differences_on_the_same_records_are_those_of_the_means_and_surer()
    {
        using var terminal = new Terminal();
        terminal.Done($"{Command} --epochs 1 --name one");
        terminal.Done($"{Command} --epochs 6 --name six");
        var paired = terminal.Json("evaluate shapes --limit 400 -m {runs/one} --against {runs/six}");
        double Of(string run, string key) => terminal.Json($"info {{runs/{run}}}").GetProperty("metrics").GetProperty(key).GetDouble();
        // One draw of each code, from the same stream as in the evaluation.
        Assert.Equal(Of("one", "distortion_nats") - Of("six", "distortion_nats"), paired.GetProperty("distortion_difference_nats").GetDouble(), 3);
        Assert.Equal(Of("one", "rate_nats") - Of("six", "rate_nats"), paired.GetProperty("rate_difference_nats").GetDouble(), 3);
        Assert.InRange(
            paired.GetProperty("distortion_difference_nats_standard_error").GetDouble(),
            1e-9,
            Math.Sqrt(Math.Pow(Of("one", "distortion_nats_standard_error"), 2) + Math.Pow(Of("six", "distortion_nats_standard_error"), 2))
        );
        var itself = terminal.Json("evaluate shapes --limit 400 -m {runs/six} --against {runs/six}");
        Assert.Equal(0, itself.GetProperty("sum_difference_nats").GetDouble());
    }

    [Fact]
    public void Models_of_other_records_are_not_compared()
    {
        using var terminal = new Terminal();
        terminal.Done($"{Command} --epochs 1 --name one");
        File.WriteAllText(terminal.File("t.csv"), "a,b\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i % 7}\n")));
        terminal.Done("train {t.csv} --set hidden=4 --latent 1 --epochs 1 --importance-samples 0 -o {runs} --name table");
        Assert.Contains("--against", terminal.Refused("evaluate shapes --limit 400 -m {runs/one} --against {runs/table}"));
        Assert.Contains("--against", terminal.Refused("evaluate shapes -m {runs/one} --against {runs/one} --each -o {x.csv}"));
    }
}
