#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:project ../src/Isthmus.Onnx/Isthmus.Onnx.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Every part of the saved models in tests/golden/models, one model of each preset, as ONNX files in a folder, with the largest difference of each from its
// model on the model's test records; bench/oracle/onnx_check.py then checks the files by ONNX's own checker.
//
//     dotnet run -c Release bench/onnx-differences.cs FOLDER
using System.Globalization;
using Isthmus;
using Isthmus.Codes;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Onnx;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var folder = Path.GetFullPath(args[0]);
Directory.CreateDirectory(folder);

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
        return comparison.LargestDifference.ToString("0.0e-0") + (comparison.Ties > 0 ? $" ({comparison.Ties} at a tie)" : "");
    }
    catch (InvalidInputException e)
    {
        Console.Error.WriteLine(e.Message);
        return "no";
    }
}
