#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:project ../src/Isthmus.Onnx/Isthmus.Onnx.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Every part of the saved models in tests/golden/models, one model of each preset, as ONNX files in a folder, with the largest difference of each from its
// model on the model's test records; bench/oracle/onnx_check.py then checks the files by ONNX's own checker.
//
//     dotnet run -c Release bench/onnx-differences.cs FOLDER             the saved models, which are small
//     dotnet run -c Release bench/onnx-differences.cs FOLDER shapes      models of pictures of their default size after an epoch on 4,160 shapes, and parts
//                                                                        that no preset has
using System.Globalization;
using Isthmus;
using Isthmus.Codes;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Onnx;
using Isthmus.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var folder = Path.GetFullPath(args[0]);
Directory.CreateDirectory(folder);

if (args.Length > 1)
{
    (string Data, string Preset, string Settings)[] cases =
    [
        .. Preset.All.Where(preset => preset.Kind is null && preset.Name is not ("cond-vae" or "vib")).Select(preset => ("shapes", preset.Name, "")),
        ("shapes-8bit", "vae", ""),
        ("shapes-8bit", "vae", "likelihood=discretised-logistic-mixture"),
        ("shapes-8bit", "vae", "likelihood=gaussian variance=predicted"),
        ("shapes", "vae", "net=conv"),
        ("shapes", "vae", "net=conv residual=1 conv-activation=gelu"),
        ("shapes", "vae", "norm=batch activation=gelu"),
        ("shapes", "vae", "norm=layer activation=silu"),
        ("shapes", "vae", "norm=layer activation=elu"),
        ("shapes", "vae", "bottleneck=bernoulli"),
        ("shapes", "vae", "bottleneck=categorical"),
        ("shapes", "vae", "posterior=full-covariance"),
        ("shapes", "vae", "posterior=low-rank"),
        ("shapes", "vae", "posterior=inverse-autoregressive-flow"),
    ];
    Console.WriteLine("| data | model | settings | records | encoder | decoder | reconstruct |\n|---|---|---|---|---|---|---|");
    foreach (var (place, (data, preset, text)) in cases.Index())
    {
        var shapes = DataSource.Load(data, new() { Limit = 5200 });
        var settings = text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Append("epochs=1")
            .ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        using var model = TrainingRun.Train(preset, shapes, new() { Settings = settings }).Model;
        var each = new[] { OnnxPart.Encoder, OnnxPart.Decoder, OnnxPart.Reconstruct }.Select(part =>
            Cell(model, part, shapes.Test, Path.Combine(folder, $"{place:D2}-{preset}-{part.ToString().ToLowerInvariant()}.onnx"))
        );
        Console.WriteLine(
            $"| `{data}` | `{preset}` | {(text.Length > 0 ? $"`{text}`" : "")} | {Math.Min(512, shapes.Test.Count)} | {string.Join(" | ", each)} |"
        );
    }
    return;
}

// A model knows its own data by the path that it was trained with.
Environment.CurrentDirectory = Path.Combine(Environment.CurrentDirectory, "tests", "golden", "models");
Console.WriteLine("| model | records | encoder | decoder | reconstruct | score |\n|---|---|---|---|---|---|");
foreach (var path in Directory.GetFiles(".", "*.isthmus").Order(StringComparer.Ordinal))
{
    using var model = TrainedModel.Load(path);
    var (name, trainedOn) = (Path.GetFileNameWithoutExtension(path), model.Provenance.Data);
    var options = new DataOptions
    {
        Limit = trainedOn == "shapes" ? 200 : null,
        Interactions = trainedOn.EndsWith("ratings.csv") ? new() { User = "user", Item = "item" } : null,
        Documents = trainedOn.EndsWith("texts.csv") ? new() { Text = "text" } : null,
        Table = trainedOn.EndsWith("hours.csv") ? new() { Time = "time", Window = 8 } : null,
    };
    var records = ModelData.Load(model.Manifest, trainedOn, options).Records;
    var cells = Enum.GetValues<OnnxPart>()
        .Select(part => Cell(model, part, records, Path.Combine(folder, $"{name}-{part.ToString().ToLowerInvariant()}.onnx")));
    Console.WriteLine($"| `{name}` | {Math.Min(512, records.Count)} | {string.Join(" | ", cells)} |");
}

static string Cell(TrainedModel model, OnnxPart part, Dataset records, string path)
{
    if (part == OnnxPart.Score && model.Reference is null)
        return "";
    try
    {
        var comparison = model.ExportOnnx(path, part, records);
        return (comparison.LargestDifference == 0 ? "0" : comparison.LargestDifference.ToString("0.0e-0"))
            + (comparison.Ties > 0 ? $" ({comparison.Ties} at a tie)" : "");
    }
    catch (InvalidInputException e)
    {
        Console.Error.WriteLine(e.Message);
        return "no";
    }
}
