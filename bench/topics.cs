#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Topic models on 20news (11,259 + 7,488 documents, 1,995 words), 50 topics: the table of docs/benchmarks/topics.md. ISTHMUS_DATA says
// where the set is. Seeds choose weights, noise and the 1,000 training documents held out to choose the epoch.
//
//     dotnet run -c Release bench/topics.cs [seeds] [preset,preset ...] [key=value ...]
using Isthmus.Data.Formats;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Training;

string[] keys = ["perplexity", "perplexity_over_words", "completion_perplexity", "npmi", "c_v", "topic_diversity", "rate_nats", "active_units"];
var seeds = args.Length > 0 ? int.Parse(args[0]) : 3;
var presets = args.Length > 1 ? args[1].Split(',') : ["nvdm", "prod-lda", "etm"];
var settings = args.Skip(2).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

// "on=validation" reports on the documents that choose the epoch: for choosing settings.
var onValidation = settings.Remove("on");
var results = presets.ToDictionary(preset => preset, _ => keys.ToDictionary(key => key, _ => new RunningMoments()));
for (var seed = 1; seed <= seeds; seed++)
{
    var data = DataSource.Load("20news", new() { Seed = seed });
    foreach (var preset in presets)
    {
        var run = TrainingRun.Train(
            preset,
            data,
            new()
            {
                Seed = seed,
                SplitSeed = seed,
                Threads = 1,
                Settings = settings,
            }
        );
        var evaluation = Evaluator.Evaluate(run.Model, onValidation ? data.Validation : data.Test, data.Train, new() { Seed = seed, ImportanceSamples = 0 });
        foreach (var key in keys)
            results[preset][key].Add(evaluation[key]!.Value);
        Console.Error.WriteLine(
            $"seed {seed} {preset}: {run.Model.Provenance.TrainingSeconds:F0} s, epoch {run.Model.Provenance.BestEpoch} of {run.Model.Provenance.Epochs}: "
                + $"{string.Join(", ", keys.Select(key => FormattableString.Invariant($"{key} {evaluation[key]!.Value:F4}")))}"
        );
        run.Model.Dispose();
    }
}
Console.WriteLine(
    $"20news, {seeds} seeds, mean ± standard deviation over seeds\n\n| model | {string.Join(" | ", keys)} |\n|---|{string.Concat(keys.Select(_ => "---|"))}"
);
foreach (var preset in presets)
    Console.WriteLine($"| {preset} | {string.Join(" | ", keys.Select(key => Spread(results[preset][key])))} |");

static string Spread(RunningMoments moments) =>
    FormattableString.Invariant(
        moments.Mean > 10 ? (FormattableString)$"{moments.Mean:F1} ± {Math.Sqrt(moments.Variance):F1}" : $"{moments.Mean:F3} ± {Math.Sqrt(moments.Variance):F3}"
    );
