#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Characters of Shakespeare: bits for each character of the last tenth, by language models and line-vae over windows of so many characters, each window on its
// own, ends of lines as a character. Of the first nine tenths the last twentieth chooses the epoch. $ISTHMUS_DATA/text holds tinyshakespeare.txt.
//
//     dotnet run -c Release bench/characters.cs [--models lstm-lm,line-vae] [--length 256] [--epochs 30] [--samples 20] [--limit 0] [--threads 2]
//         [key=value ...]
//
// --limit takes so many characters of the whole text only, for a short try. Settings go to every model.
using System.Globalization;
using Isthmus;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Evaluation;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TensorLibrary.EnsureLoaded();
string Option(string name, string usual) => Array.IndexOf(args, $"--{name}") is >= 0 and var at ? args[at + 1] : usual;
int Number(string name, int usual) => int.Parse(Option(name, $"{usual}"));
var settings = args.Where(arg => arg.Contains('=')).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

// One line, so that it is cut into windows without an end.
var text = File.ReadAllText(Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? ".", "text", "tinyshakespeare.txt")).Replace('\n', '¶');
if (Number("limit", 0) is > 0 and var limit)
    text = text[..Math.Min(limit, text.Length)];
var (held, chosen) = (text.Length * 9 / 10, text.Length * 171 / 200);
var scratch = Directory.CreateTempSubdirectory("isthmus-characters-").FullName;
Dataset Part(string name, string part, DataSchema? same = null)
{
    var path = Path.Combine(scratch, name);
    File.WriteAllText(path, part);
    return DataSource.LoadAll(
        path,
        new()
        {
            Lines = new() { Tokens = "characters", Length = Number("length", 256) },
            Expected = same,
        }
    );
}
var train = Part("train.txt", text[..chosen]);
var data = new DataSplits(train, Part("validation.txt", text[chosen..held], train.Schema), Part("test.txt", text[held..], train.Schema));
Directory.Delete(scratch, recursive: true);
Console.WriteLine($"tinyshakespeare: {data.Train.Count} + {data.Validation.Count} + {data.Test.Count} windows, {data.Train.Schema}");
foreach (var name in Option("models", "lstm-lm,line-vae").Split(','))
{
    using var model = new ModelOptions(name).Fit(
        data,
        new()
        {
            Epochs = Number("epochs", 30),
            Settings = settings,
            Threads = Number("threads", 2),
        },
        new Epochs(name)
    );
    var report = Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = Number("samples", 20) });
    var weights = model.Network.parameters().Sum(parameter => parameter.numel()) * sizeof(float) / 1e6;
    Console.WriteLine(
        $"{name}: {model.Provenance.Epochs} epochs, best {model.Provenance.BestEpoch}, {model.Provenance.TrainingSeconds:F0} s, weights {weights:F2} MB"
    );
    foreach (var key in (string[])["nll_bits_per_character", "bits_per_character", "rate_nats", "information_lower_nats", "trigram_bits_per_character"])
        if (report[key] is { } figure)
            Console.WriteLine($"  {key,-28} {figure}");
}

/// <summary>A line of figures after each epoch.</summary>
internal sealed class Epochs(string name) : IProgress<Isthmus.Training.TrainingProgress>
{
    private readonly System.Diagnostics.Stopwatch _watch = System.Diagnostics.Stopwatch.StartNew();

    public void Report(Isthmus.Training.TrainingProgress value)
    {
        if (value.Finished is { } epoch)
            Console.WriteLine(
                $"{name} epoch {epoch.Epoch}: validation {epoch.ValidationDistortionNats:F2} + {epoch.ValidationRateNats:F2} nats a window, "
                    + $"{_watch.Elapsed.TotalSeconds:F0} s"
            );
    }
}
