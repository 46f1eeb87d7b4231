using Isthmus.Codes;
using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Tests.Onnx;

/// <summary>The saved models of tests/golden/models, one of every preset, with the records that they are evaluated on.</summary>
internal static class EarlierModels
{
    /// <summary>Loads the model of a preset, or of a case beside those.</summary>
    public static TrainedModel Load(string name) => TrainedModel.Load(PathOf($"{name}.isthmus"));

    /// <summary>Records like those that a model was trained on.</summary>
    public static Dataset DataOf(TrainedModel model)
    {
        var name = model.Provenance.Data;
        var options = new DataOptions
        {
            Limit = name == "shapes" ? 200 : null,
            Interactions = name.EndsWith("ratings.csv") ? new() { User = "user", Item = "item" } : null,
            Documents = name.EndsWith("texts.csv") ? new() { Text = "text" } : null,
            Table = name.EndsWith("hours.csv") ? new() { Time = "time", Window = 8 } : null,
        };
        return ModelData.Load(model.Manifest, name == "shapes" ? name : PathOf(name), options).Records;
    }

    private static string PathOf(string file) => GoldenFile.PathOf($"models/{file}");
}
