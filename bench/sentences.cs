#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Sentences: text-vae beside the decoder alone (lstm-lm) on snips (its own parts) and rt-polarity (80/10/10 by seed), with what can be told from the codes
// beside a bag of words of the same width (principal components of log counts). $ISTHMUS_DATA/text holds both.
//
//     dotnet run -c Release bench/sentences.cs [snips|rt-polarity] [--models lstm-lm,text-vae] [--epochs 20] [--samples 100] [--limit 0] [--threads 2]
//         [key=value ...]
//
// --limit takes so many training sentences only, for a short try. Settings go to every model that has them.
using System.Globalization;
using Isthmus;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TensorLibrary.EnsureLoaded();
string Option(string name, string usual) => Array.IndexOf(args, $"--{name}") is >= 0 and var at ? args[at + 1] : usual;
var set = args is [{ } first, ..] && first[0] != '-' && !first.Contains('=') ? first : "snips";
var (epochs, samples, limit, threads) = (
    int.Parse(Option("epochs", "20")),
    int.Parse(Option("samples", "100")),
    int.Parse(Option("limit", "0")),
    int.Parse(Option("threads", "2"))
);
var settings = args.Where(arg => arg.Contains('=')).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
var folder = Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? ".", "text", set);
var scratch = Directory.CreateTempSubdirectory("isthmus-sentences-").FullName;
var data = set == "snips" ? Snips() : Polarity();
Directory.Delete(scratch, recursive: true);
if (limit > 0 && limit < data.Train.Count)
    data = data with { Train = data.Train.Select([.. Enumerable.Range(0, limit).Select(record => (int)(record * (long)data.Train.Count / limit))]) };
Console.WriteLine($"{set}: {data.Train.Count} + {data.Validation.Count} + {data.Test.Count} records, {data.Train.Schema}");
Console.WriteLine($"bag of words, {32} principal components: linear probe {BagOfWords(32):F4}");
Isthmus.Models.TrainedModel? baseline = null;
foreach (var name in Option("models", "lstm-lm,text-vae").Split(','))
{
    // A language model has no code that settings could be about.
    var own =
        name == "lstm-lm"
            ? settings
                .Where(pair =>
                    pair.Key.StartsWith("decoder")
                    || pair.Key is "token-dropout" or "word-dropout" or "learning-rate" or "average" or "weight-decay" or "batch-size" or "patience"
                )
                .ToDictionary()
            : settings;
    var model = new ModelOptions(name).Fit(
        data,
        new()
        {
            Epochs = epochs,
            Settings = own,
            Threads = threads,
        },
        new Epochs(name)
    );
    var report = Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = samples, Baseline = baseline });
    Console.WriteLine($"{name}: {model.Provenance.Epochs} epochs, best {model.Provenance.BestEpoch}, {model.Provenance.TrainingSeconds:F0} s");
    foreach (
        var key in (string[])
            [
                "nll_nats",
                "elbo_nats",
                "rate_nats",
                "information_lower_nats",
                "information_upper_nats",
                "active_units",
                "perplexity_per_word",
                "nll_bits_per_character",
                "language_model_nats",
                "trigram_nats",
                "reconstruction_exact",
                "reconstruction_bleu_4",
                "linear_probe_accuracy",
                "knn5_accuracy",
                "reconstruction_edits",
                "interpolation_own",
                "self_bleu",
                "distinct_2",
            ]
    )
        if (report[key] is { } figure)
            Console.WriteLine($"  {key,-24} {figure}");
    Console.WriteLine($"  {report.Verdict}");
    if (name == "lstm-lm")
        baseline = model;
    else
        model.Dispose();
}

string Csv(string name, IEnumerable<(string Line, string Label)> rows)
{
    var path = Path.Combine(scratch, name);
    File.WriteAllLines(path, rows.Select(row => $"\"{row.Line.Replace("\"", "\"\"")}\",{row.Label}").Prepend("line,label"));
    return path;
}

DataSplits Snips()
{
    IEnumerable<(string, string)> Part(string part) =>
        File.ReadLines(Path.Combine(folder, part, "seq.in")).Select(line => line.Trim()).Zip(File.ReadLines(Path.Combine(folder, part, "label")));
    var options = new DataOptions
    {
        Lines = new() { Text = "line" },
        Label = "label",
    };
    var train = DataSource.LoadAll(Csv("train.csv", Part("train")), options);
    var same = options with { Expected = train.Schema };
    return new(train, DataSource.LoadAll(Csv("valid.csv", Part("valid")), same), DataSource.LoadAll(Csv("test.csv", Part("test")), same));
}

DataSplits Polarity()
{
    IEnumerable<(string, string)> Of(string name) =>
        File.ReadLines(Path.Combine(folder, $"rt-polarity.{name}"), System.Text.Encoding.Latin1).Select(line => (line.Trim(), name));
    return DataSource.Load(
        Csv("rt.csv", Of("neg").Concat(Of("pos"))),
        new()
        {
            Lines = new() { Text = "line" },
            Label = "label",
        }
    );
}

// Counts of tokens, ln(1 + n), on the components of greatest variance of the training lines.
double BagOfWords(int width)
{
    using var scope = NewDisposeScope();
    var tokens = ((Isthmus.Data.Lines.LineSchema)data.Train.Schema).Tokens.Count;
    Tensor Counts(Dataset part)
    {
        var (values, counts, length) = (new float[part.Schema.Dimension], new float[part.Count * tokens], part.Schema.Dimension);
        for (var record = 0; record < part.Count; record++)
        {
            part.CopyValues([record], values);
            foreach (var token in values)
                if (token > 0)
                    counts[record * tokens + (int)token - 1]++;
        }
        return tensor(counts).view(part.Count, tokens).log1p();
    }
    var (train, test) = (Counts(data.Train), Counts(data.Test));
    var centred = train - train.mean([0], keepdim: true);
    var (_, vectors) = linalg.eigh(centred.t().matmul(centred));
    var axes = vectors.narrow(1, tokens - width, width);
    return LinearProbe
        .Measure(train.matmul(axes), data.Train.Labels[0].Values, test.matmul(axes), data.Test.Labels[0].Values, data.Train.Labels[0].Classes.Count)
        .Accuracy.Value;
}

/// <summary>A line of figures after each epoch.</summary>
internal sealed class Epochs(string name) : IProgress<Isthmus.Training.TrainingProgress>
{
    private readonly System.Diagnostics.Stopwatch _watch = System.Diagnostics.Stopwatch.StartNew();

    public void Report(Isthmus.Training.TrainingProgress value)
    {
        if (value.Finished is { } epoch)
            Console.WriteLine(
                $"{name} epoch {epoch.Epoch}: training {epoch.TrainDistortionNats:F2} + {epoch.TrainRateNats:F2} nats, validation "
                    + $"{epoch.ValidationDistortionNats:F2} + {epoch.ValidationRateNats:F2}, {_watch.Elapsed.TotalSeconds:F0} s"
            );
    }
}
