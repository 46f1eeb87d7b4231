// The 40 mutual-information tasks of Czyz et al. (NeurIPS 2023), made anew from seeds, and what each estimator says of them:
// the table of docs/benchmarks/forty-tasks.md.
//
//     dotnet run -c Release --project bench/FortyTasks -- --estimators ksg,copula-residual,auto --seeds 3 --log tasks.jsonl
//
// With --reference, a recorded table with a column ksg_k5, the managed KSG (k = 5, two seeds) is compared with it on each task.
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Isthmus;
using Isthmus.Benchmarks.FortyTasks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var estimators = new Option<string>("--estimators")
{
    Description = $"Comma-separated: {string.Join(", ", Estimators.All.Keys)}",
    DefaultValueFactory = _ => "ksg,ksg-rank,copula",
};
var tasks = new Option<string>("--tasks") { Description = "Only tasks whose name holds this", DefaultValueFactory = _ => "" };
var firstSeed = new Option<int>("--first-seed") { Description = "The first sample's seed; the rest follow", DefaultValueFactory = _ => 1 };
var seeds = new Option<int>("--seeds") { Description = "Samples of each task", DefaultValueFactory = _ => 3 };
var rows = new Option<int>("--rows") { Description = "Rows of a sample", DefaultValueFactory = _ => 10_000 };
var threads = new Option<int>("--threads") { Description = "Threads of the critics", DefaultValueFactory = _ => 1 };
var reference = new Option<string?>("--reference") { Description = "A CSV file of recorded estimates to check the tasks against" };
var log = new Option<string?>("--log") { Description = "Estimates are added to this file, a line of JSON each, and those in it are not made again" };
var json = new Option<bool>("--json") { Description = "One JSON object" };
var command = new RootCommand("Estimators of mutual information on the 40 tasks of Beyond Normal.")
{
    estimators,
    tasks,
    firstSeed,
    seeds,
    rows,
    threads,
    reference,
    log,
    json,
};
command.SetAction(parsed =>
{
    var chosen = MutualInformationTask.All.Where(task => task.Name.Contains(parsed.GetValue(tasks)!, StringComparison.OrdinalIgnoreCase)).ToList();
    if (parsed.GetValue(reference) is { } file)
        return Reference.Check(chosen, file, parsed.GetValue(rows));
    var names = parsed.GetValue(estimators)!.Split(',');
    if (names.FirstOrDefault(name => !Estimators.All.ContainsKey(name)) is { } unknown)
    {
        Console.Error.WriteLine($"Unknown estimator '{unknown}'; known: {string.Join(", ", Estimators.All.Keys)}.");
        return 2;
    }
    Isthmus.Compute.TensorLibrary.EnsureLoaded();
    TorchSharp.torch.set_num_threads(parsed.GetValue(threads));
    var known = Score.Read(parsed.GetValue(log));
    // With --json the lines are progress and go beside the object.
    var lines = parsed.GetValue(json) ? Console.Error : Console.Out;
    var scores = new List<Score>();
    // Seeds outermost: a run that is broken off has all tasks for some seeds.
    foreach (var seed in Enumerable.Range(parsed.GetValue(firstSeed), parsed.GetValue(seeds)))
        foreach (var task in chosen)
            foreach (var name in names)
            {
                Score? Known(string estimator) => known.Find(score => score.IsOf(task.Name, estimator, parsed.GetValue(rows), seed));
                var score = Known(name);
                if (score is null)
                {
                    // Where auto took this very estimator, it had this seed: the figure is the same to the last bit, and is not made twice.
                    score = Known("auto") is { } auto && auto.Taken == name ? auto with { Estimator = name } : Measure(task, name, parsed.GetValue(rows), seed);
                    known.Add(score.Keep(parsed.GetValue(log)));
                }
                scores.Add(score);
                lines.WriteLine(
                    $"seed {seed}  {task.Name,-32} {name,-18} truth {task.Truth:F4}  estimate {score.MiNats,6:F3} +- {score.StandardErrorNats:F3}  error "
                        + $"{score.ErrorNats,6:F3}  "
                        + $"{score.Taken}{(score.Warnings.Count > 0 ? "  warned" : score.Unwarned ? "  EXCLUDES THE TRUTH UNWARNED" : "")}"
                );
            }
    lines.WriteLine();
    lines.WriteLine($"| task | truth | {string.Join(" | ", names)} |");
    lines.WriteLine($"|---|---|{string.Concat(names.Select(_ => "---|"))}");
    foreach (var task in chosen)
        lines.WriteLine(
            $"| {task.Name} | {task.Truth:F4} | "
                + $"{string.Join(" | ", names.Select(name => Cell([.. scores.Where(score => score.Task == task.Name && score.Estimator == name)])))} |"
        );
    lines.WriteLine();
    List<Summary> summaries = [.. names.Select(name => Summary.Of(name, [.. scores.Where(score => score.Estimator == name)]))];
    foreach (var summary in summaries)
        lines.WriteLine(
            $"{summary.Estimator,-18} mean absolute error {summary.MeanAbsoluteErrorNats:F4} +- {summary.StandardErrorNats:F4} nats over {chosen.Count} tasks; "
                + $"intervals at 90 % hold the truth {summary.Holds} of {summary.Estimates} times; 3 standard errors exclude it {summary.Excludes} times, "
                + $"{summary.Unwarned} of them unwarned; {summary.Warned} warned"
        );
    if (parsed.GetValue(json))
        Console.WriteLine(
            JsonSerializer.Serialize(
                new
                {
                    Rows = parsed.GetValue(rows),
                    FirstSeed = parsed.GetValue(firstSeed),
                    Seeds = parsed.GetValue(seeds),
                    Summaries = summaries,
                    Estimates = scores,
                },
                JsonFormat.Indented
            )
        );
    return 0;
});
return command.Parse(args).Invoke();

// Means over the seeds; a star for each estimate with a warning.
static string Cell(IReadOnlyList<Score> scores) =>
    $"{scores.Average(s => s.MiNats):F3} ± {scores.Average(s => s.StandardErrorNats):F3}{new string('*', scores.Count(s => s.Warnings.Count > 0))}";

static Score Measure(MutualInformationTask task, string estimator, int rows, int seed)
{
    var (x, y) = task.Sample(rows, seed);
    var answer = Estimators.All[estimator](x, y, seed);
    return new(task.Name, task.Truth, rows, estimator, seed, answer.Estimator, answer.Estimate.Value, answer.Estimate.StandardError, answer.Warnings);
}
