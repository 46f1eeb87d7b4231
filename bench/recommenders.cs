#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// All recommenders on movielens-latest-small (ratings of at least 4) and lastfm-2k (artists of at least 5 users), by strong
// generalisation: the table of docs/benchmarks/recommenders.md. Users are split anew by each seed. ISTHMUS_DATA says where the sets are.
//
//     dotnet run -c Release bench/recommenders.cs [set] [seeds] [preset key=value ...]
using System.Globalization;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models.Primitives;
using Isthmus.Recommenders;
using Isthmus.Training;

var folder = Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? throw new InvalidOperationException("Set ISTHMUS_DATA.");
var sets = new Dictionary<string, (string Path, InteractionOptions Options)>
{
    ["movielens-latest-small"] = (
        Path.Combine(folder, "movielens-latest-small", "ratings.csv"),
        new()
        {
            User = "userId",
            Item = "movieId",
            Rating = "rating",
            MinRating = 4,
        }
    ),
    ["lastfm-2k"] = (
        Path.Combine(folder, "lastfm-2k", "user_artist.dat"),
        new()
        {
            User = "1",
            Item = "2",
            MinPerItem = 5,
        }
    ),
};
string[] keys = ["ndcg_10", "ndcg_100", "recall_20", "recall_50", "map_100", "hit_rate_10", "held_out_bits", "coverage", "novelty_bits", "popularity_bias"];
var chosen = args.Length > 0 ? args[0].Split(',') : [.. sets.Keys];
var seeds = args.Length > 1 ? int.Parse(args[1]) : 5;
var presets = args.Length > 2 ? args[2].Split(',') : ["ease", "mult-dae", "mult-vae", "rec-vae"];
var settings = args.Skip(3).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
var onValidation = settings.Remove("on", out _);
foreach (var name in chosen)
{
    var results = new OrderedDictionary<string, List<RankingResult>>();
    for (var seed = 1; seed <= seeds; seed++)
    {
        var data = DataSource.Load(sets[name].Path, new() { Interactions = sets[name].Options, Seed = seed });
        if (onValidation)
            data = data with { Test = data.Validation };
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
            var evaluation = Evaluator.Evaluate(run.Model, data.Test, data.Train, new() { Seed = seed });
            foreach (
                var result in (
                    preset == presets[0] ? evaluation.Rankings.Skip(1).Append(evaluation.Rankings[0]) : [evaluation.Rankings[0]]
                ).Cast<RankingResult>()
            )
            {
                if (!results.TryGetValue(result.Name, out var all))
                    results.Add(result.Name, all = []);
                all.Add(result);
            }
            Console.Error.WriteLine(
                $"{name} seed {seed} {preset}: {run.Model.Provenance.TrainingSeconds:F0} s, epoch {run.Model.Provenance.BestEpoch} of "
                    + $"{run.Model.Provenance.Epochs}, {evaluation.Verdict}"
            );
            run.Model.Dispose();
        }
    }
    Console.WriteLine(
        $"\n{name}: {results.GetAt(0).Value.Sum(result => result.UserNdcg.Count)} test users over {seeds} splits; ± one standard error over users\n"
    );
    Console.WriteLine($"| recommender | {string.Join(" | ", keys)} |\n|---|{string.Concat(keys.Select(_ => "---|"))}");
    foreach (var (recommender, all) in results)
        Console.WriteLine($"| {recommender} | {string.Join(" | ", keys.Select(key => Pooled(all, key)))} |");
    foreach (var rival in new[] { "item-knn", "ease" })
        foreach (var preset in presets.Where(preset => preset != rival && results.ContainsKey(rival)))
            Console.WriteLine(Paired(preset, rival, results));
}

// Splits have equally many users (up to one), so the mean of means is the mean over users.
static string Pooled(List<RankingResult> all, string key)
{
    var figures = all.Select(result => result[key]).OfType<Figure>().ToArray();
    if (figures.Length == 0)
        return "";
    var error = Math.Sqrt(figures.Sum(figure => Math.Pow(figure.StandardError ?? double.NaN, 2))) / figures.Length;
    return FormattableString.Invariant($"{figures.Average(figure => figure.Value):F3}{(double.IsNaN(error) ? "" : $" ± {error:F3}")}");
}

static string Paired(string one, string other, OrderedDictionary<string, List<RankingResult>> results)
{
    var (difference, mean) = (new RunningMoments(), new RunningMoments());
    foreach (var (mine, theirs) in results[one].Zip(results[other]))
        foreach (var (a, b) in mine.UserNdcg.Zip(theirs.UserNdcg))
        {
            difference.Add(a - b);
            mean.Add(b);
        }
    var estimate = difference.Estimate;
    return string.Create(
        CultureInfo.InvariantCulture,
        $"{one} over {other}: NDCG@100 {estimate.Value:+0.0000;-0.0000} ± {estimate.StandardError:F4} ({100 * estimate.Value / mean.Mean:+0.0;-0.0} %), paired "
            + $"over {difference.Count} users, t = {estimate.Value / estimate.StandardError:F1}"
    );
}
