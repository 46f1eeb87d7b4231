using System.Collections.Concurrent;
using Isthmus.Data.Formats;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Reporting.Pages;
using Isthmus.Training;

namespace Isthmus.Tests.Reporting.Pages;

/// <summary>Reports of tiny models, each trained once for all tests.</summary>
internal static class ReportRuns
{
    public const string HostileName = "<script>alert('run')</script> & \"co\"";
    public const string HostileClass = "</svg><script>alert('class')</script>";
    public const string HostileColumn = "<img src=x onerror=alert('column')>";

    private static readonly ConcurrentDictionary<string, Lazy<ReportContent>> Done = new();

    /// <summary>The report of "PRESET", "PRESET rgb", "PRESET table" "PRESET two" (units; also "PRESET rgb two"), or "PRESET one" (epoch and unit).</summary>
    public static ReportContent Of(string what) => Done.GetOrAdd(what, _ => new(() => Train(what))).Value;

    private static ReportContent Train(string what)
    {
        var preset = what.Split(' ')[0];
        var data =
            what.EndsWith("table") ? Table()
            : what.Contains("rgb") ? Colour()
            : DataSource.Load("shapes", new() { Size = new(8, 8), Limit = 60 });
        Dictionary<string, string> settings = new()
        {
            ["epochs"] = "3",
            ["hidden"] = "16",
            ["latent"] = "3",
            ["batch-size"] = "20",
        };
        if (preset == "sparse")
            (settings["latent"], settings["k"]) = ("8", "2");
        if (what.EndsWith("two"))
            settings["latent"] = "2";
        if (what.EndsWith("one"))
            (settings["latent"], settings["epochs"]) = ("1", "1");
        var run = TrainingRun.Train(preset, data, new() { Settings = settings });
        var evaluation = Evaluator.Evaluate(run.Model, data.Test, data.Train, new() { ImportanceSamples = 2 });
        return ReportContent.Collect(HostileName, run, data, evaluation, seed: 1);
    }

    private static DataSplits Table()
    {
        var random = new Random(1);
        float[] values =
        [
            .. Enumerable.Range(0, 100).SelectMany(_ => random.NextSingle() is var t ? new[] { t, 100 * t, 1 - t, 1000 + t + random.NextSingle() } : []),
        ];
        return DataSplits.Random(Dataset.Vectors("folder/<b>table</b>.csv", new(["a", HostileColumn, "c", "d"]), values, [Classes(100)]), 1);
    }

    private static DataSplits Colour()
    {
        var pixels = new byte[60 * 3 * 64];
        new Random(1).NextBytes(pixels);
        return DataSplits.Random(Dataset.Images("noise", new(8, 8, 3, 256), pixels, [Classes(60)]), 1);
    }

    private static LabelColumn Classes(int count) => new("<i>kind</i>", [.. Enumerable.Range(0, count).Select(i => i % 2)], [HostileClass, "plain"]);
}
