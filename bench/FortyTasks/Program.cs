// The 40 mutual-information tasks of Czyz et al. (NeurIPS 2023), made anew from seeds, and what each estimator says of them:
// the table of docs/measures/neural.md.
//
//     dotnet run -c Release --project bench/FortyTasks -- --estimators ksg,copula-residual --seeds 3
//
// With --reference, a recorded table with a column ksg_k5, the managed KSG (k = 5, two seeds) is compared with it on each task.
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Isthmus;
using Isthmus.Benchmarks.FortyTasks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var estimators = new Option<string>("--estimators") { Description = $"Comma-separated: {string.Join(", ", Estimators.All.Keys)}", DefaultValueFactory = _ => "ksg,ksg-rank,copula" };
var tasks = new Option<string>("--tasks") { Description = "Only tasks whose name holds this", DefaultValueFactory = _ => "" };
var seeds = new Option<int>("--seeds") { Description = "Samples of each task", DefaultValueFactory = _ => 3 };
var rows = new Option<int>("--rows") { Description = "Rows of a sample", DefaultValueFactory = _ => 10_000 };
var threads = new Option<int>("--threads") { Description = "Threads of the critics", DefaultValueFactory = _ => 1 };
var reference = new Option<string?>("--reference") { Description = "A CSV file of recorded estimates to check the tasks against" };
var json = new Option<bool>("--json") { Description = "One JSON object" };
var command = new RootCommand("Estimators of mutual information on the 40 tasks of Beyond Normal.") { estimators, tasks, seeds, rows, threads, reference, json };
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
    Isthmus.Tensors.TensorLibrary.EnsureLoaded();
    TorchSharp.torch.set_num_threads(parsed.GetValue(threads));
    // With --json the lines are progress and go beside the object.
    var lines = parsed.GetValue(json) ? Console.Error : Console.Out;
    var scores = new List<Score>();
    foreach (var task in chosen)
        foreach (var name in names)
        {
            List<Score> some = [.. Enumerable.Range(1, parsed.GetValue(seeds)).Select(seed => Measure(task, name, parsed.GetValue(rows), seed))];
            scores.AddRange(some);
            lines.WriteLine($"{task.Name,-32} {name,-18} truth {task.Truth:F4}  estimate {some.Average(s => s.MiNats),6:F3} +- {some.Average(s => s.StandardErrorNats):F3}  error {some.Average(s => s.ErrorNats),6:F3}  warned {some.Count(s => s.Warnings.Count > 0)}/{some.Count}{(some.Any(s => s.Unwarned) ? "  EXCLUDES THE TRUTH UNWARNED" : "")}");
        }
    List<Summary> summaries = [.. names.Select(name => Summary.Of(name, [.. scores.Where(score => score.Estimator == name)]))];
    foreach (var summary in summaries)
        lines.WriteLine($"{summary.Estimator,-18} mean absolute error {summary.MeanAbsoluteErrorNats:F4} +- {summary.StandardErrorNats:F4} nats over {chosen.Count} tasks; 3 standard errors exclude the truth {summary.Excludes} of {summary.Estimates} times, {summary.Unwarned} of them unwarned; {summary.Warned} warned");
    if (parsed.GetValue(json))
        Console.WriteLine(JsonSerializer.Serialize(new { Rows = parsed.GetValue(rows), Seeds = parsed.GetValue(seeds), Summaries = summaries, Estimates = scores }, JsonFormat.Indented));
    return 0;
});
return command.Parse(args).Invoke();

static Score Measure(MutualInformationTask task, string estimator, int rows, int seed)
{
    var (x, y) = task.Sample(rows, seed);
    var answer = Estimators.All[estimator](x, y, seed);
    return new(task.Name, task.Truth, estimator, seed, answer.Value.Value, answer.Value.StandardError, answer.Warnings);
}
