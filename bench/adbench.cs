#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Anomaly detection on the ADBench sets in $ISTHMUS_DATA/adbench: trained on the first half of the normal rows in file order, tested on
// the rest and all anomalies; sets of more than 50,000 rows are subsampled with a fixed seed. Area under ROC and average precision of
// each row's score beside the norm of the standardised row, PCA (reconstruction from the axes of 90 % of the variance) and the distance
// to the 5th nearest neighbour, in the same run. One default for all sets.
//
//     dotnet run -c Release bench/adbench.cs [seeds] [preset] [most rows] [set,set] [score=name,name] [key=value ...]
//
// score= leaves out the other scores; with score=neighbour, which asks nothing of the weights, epochs=1 is enough.
using System.Globalization;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Information.Numerics;
using Isthmus.Tables;
using Isthmus.Training;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var folder = Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? throw new InvalidOperationException("Set ISTHMUS_DATA."), "adbench");
var seeds = args.Length > 0 ? int.Parse(args[0]) : 5;
var preset = args.Length > 1 ? args[1] : "table-vae";
var most = args.Length > 2 ? int.Parse(args[2]) : 50_000;
string[] only = args.Length > 3 && args[3] != "all" ? args[3].Split(',') : [];
var settings = args.Skip(4).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
RowScoreKind[] kinds =
    settings.Remove("score", out var asked) ? [.. asked.Split(',').Select(name => Enum.Parse<RowScoreKind>(name, ignoreCase: true))]
    : preset == "table-vae"
        ? [RowScore.Default, RowScoreKind.Surprise, RowScoreKind.Conditional, RowScoreKind.Elbo, RowScoreKind.Nll, RowScoreKind.Reconstruction]
    : [RowScore.Default, RowScoreKind.Surprise, RowScoreKind.Conditional, RowScoreKind.Reconstruction];
string[] methods = ["norm", "pca", "knn5", .. kinds.Select(kind => kind.ToString().ToLowerInvariant())];
var all = methods.ToDictionary(method => method, _ => new List<(double Auc, double Ap)>());
Isthmus.Compute.TensorLibrary.EnsureLoaded();
set_num_threads(1);
Console.WriteLine($"| set | rows | {string.Join(" | ", methods)} |\n|---|---|{string.Concat(methods.Select(_ => "---|"))}");
foreach (var path in Directory.GetFiles(folder, "*.npz").OrderBy(path => int.Parse(Path.GetFileName(path).Split('_')[0])))
{
    var name = Path.GetFileNameWithoutExtension(path);
    if (only.Length > 0 && !only.Contains(name))
        continue;
    var (train, test, labels) = Split(path);
    using var scope = NewDisposeScope();
    using var noGradient = inference_mode();
    var (a, b) = Standardised(train, test);
    var scores = new Dictionary<string, List<float[]>>
    {
        ["norm"] = [Numbers(b.square().sum(1))],
        ["pca"] = [Principal(a, b)],
        ["knn5"] = [Neighbours(a, b)],
    };
    for (var seed = 1; seed <= seeds; seed++)
    {
        var data = Rows(name, train, test, seed, out var rows);
        TrainingRun run;
        using (inference_mode(false))
            run = TrainingRun.Train(
                preset,
                data,
                new()
                {
                    Seed = seed,
                    Threads = 1,
                    Settings = settings,
                }
            );
        foreach (var kind in kinds)
        {
            if (!scores.TryGetValue(kind.ToString().ToLowerInvariant(), out var list))
                scores.Add(kind.ToString().ToLowerInvariant(), list = []);
            list.Add(Sums(new RowScore(run.Model, kind, samples: 20, seed: seed), rows));
        }
        run.Model.Dispose();
    }
    foreach (var method in methods)
        all[method].Add((scores[method].Average(score => Auc(score, labels)), scores[method].Average(score => Precision(score, labels))));
    Console.WriteLine($"| {name} | {train.Length} + {test.Length} | {string.Join(" | ", methods.Select(method => $"{all[method][^1].Auc:F2}"))} |");
}
Console.WriteLine(
    $"| least difference to knn5 | | "
        + $"{string.Join(" | ", methods.Select(method => $"{all[method].Zip(all["knn5"]).Min(pair => pair.First.Auc - pair.Second.Auc):F2}"))} |"
);
Console.WriteLine($"| mean area under ROC | | {string.Join(" | ", methods.Select(method => $"{all[method].Average(score => score.Auc):F2}"))} |");
Console.WriteLine($"| mean average precision | | {string.Join(" | ", methods.Select(method => $"{all[method].Average(score => score.Ap):F2}"))} |");

(float[][] Train, float[][] Test, int[] Labels) Split(string path)
{
    var data = DataSource.LoadAll(path, new());
    int[] kept = [.. Enumerable.Range(0, data.Count)];
    if (kept.Length > most)
    {
        new Random(1).Shuffle(kept);
        kept = [.. kept.Take(most).Order()];
    }
    var width = data.Schema.Dimension;
    var values = new float[kept.Length * width];
    data.CopyValues(kept, values);
    float[][] rows = [.. values.Chunk(width)];
    int[] anomalous = [.. kept.Select(row => data.Labels[0].Values[row])];
    int[] normal = [.. Enumerable.Range(0, kept.Length).Where(row => anomalous[row] == 0)];
    int[] tested = [.. normal[(normal.Length / 2)..], .. Enumerable.Range(0, kept.Length).Where(row => anomalous[row] == 1)];
    return ([.. normal[..(normal.Length / 2)].Select(row => rows[row])], [.. tested.Select(row => rows[row])], [.. tested.Select(row => anomalous[row])]);
}

DataSplits Rows(string name, float[][] train, float[][] test, int seed, out float[] tested)
{
    ColumnBuffer[] Columns(float[][] rows) =>
        [
            .. Enumerable
                .Range(0, train[0].Length)
                .Select(column =>
                {
                    var column1 = new ColumnBuffer(
                        $"x{column}",
                        train.Select(row => row[column]).Distinct().Take(3).Count() == 2 ? ColumnKind.Boolean : ColumnKind.Numeric
                    );
                    foreach (var row in rows)
                        if (column1.IsText)
                            column1.Add(row[column].ToString(CultureInfo.InvariantCulture));
                        else
                            column1.Add(row[column]);
                    return column1;
                }),
        ];
    int[] order = [.. Enumerable.Range(0, train.Length)];
    new Random(seed).Shuffle(order);
    var held = Math.Max(1, train.Length / 10);
    var columns = Columns(train);
    var schema = TableSchema.Fit(columns, order, []);
    var data = Dataset.OfNumbers(name, schema, schema.Encode(columns));
    tested = schema.Encode(Columns(test));
    return new(data.Select(order[held..]), data.Select(order[..held]), data.Select(order[..held]));
}

static (Tensor, Tensor) Standardised(float[][] train, float[][] test)
{
    var (a, b) = (
        tensor(train.SelectMany(row => row).ToArray()).view(train.Length, -1).to(float64),
        tensor(test.SelectMany(row => row).ToArray()).view(test.Length, -1).to(float64)
    );
    var (mean, deviation) = (a.mean([0L]), a.std(0, unbiased: false));
    deviation = where(deviation.eq(0), ones_like(deviation), deviation);
    return (((a - mean) / deviation).to(float32), ((b - mean) / deviation).to(float32));
}

static float[] Principal(Tensor a, Tensor b)
{
    var (values, axes) = linalg.eigh(a.t().matmul(a) / a.shape[0]);
    var (shares, kept) = (Numbers(values.flip(0).clamp_min(0).cumsum(0) / values.clamp_min(0).sum()), 1);
    while (kept < shares.Length && shares[kept - 1] < 0.9f)
        kept++;
    var main = axes.narrow(1, axes.shape[1] - kept, kept);
    return Numbers((b - b.matmul(main).matmul(main.t())).square().sum(1));
}

static float[] Neighbours(Tensor a, Tensor b)
{
    var squares = a.square().sum(1);
    var found = new List<float>();
    for (var start = 0L; start < b.shape[0]; start += 500)
    {
        using var scope = NewDisposeScope();
        var part = b.narrow(0, start, Math.Min(500, b.shape[0] - start));
        var distances = squares - 2 * part.matmul(a.t()) + part.square().sum(1, keepdim: true);
        found.AddRange(Numbers(distances.topk((int)Math.Min(5, a.shape[0]), 1, largest: false).values.select(1, Math.Min(5, a.shape[0]) - 1)));
    }
    return [.. found];
}

static float[] Numbers(Tensor tensor) => tensor.to(float32).contiguous().data<float>().ToArray();

static double Auc(float[] scores, int[] labels) =>
    100 * Ranks.AreaUnderRoc(Array.ConvertAll(scores, score => (double)score), Array.ConvertAll(labels, label => label == 1));

static double Precision(float[] scores, int[] labels)
{
    var (sum, positives, seen) = (0.0, 0, 0);
    foreach (var row in Enumerable.Range(0, scores.Length).OrderByDescending(row => scores[row]))
    {
        seen++;
        if (labels[row] == 1)
            sum += ++positives / (double)seen;
    }
    return 100 * sum / positives;
}

static float[] Sums(RowScore score, float[] rows)
{
    var (cells, rest) = score.Nats(rows);
    return [.. rest.Select((nats, row) => nats + cells.AsSpan(row * score.Schema.Dimension, score.Schema.Dimension).ToArray().Sum())];
}
