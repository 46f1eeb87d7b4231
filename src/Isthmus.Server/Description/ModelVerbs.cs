using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Server.Models;

namespace Isthmus.Server.Description;

/// <summary>Last words of the addresses that a model answers under, by kind of record and by what the model is made of.</summary>
internal static class ModelVerbs
{
    /// <summary>Words of the Open Inference Protocol, which every model answers.</summary>
    public const string Ready = "ready",
        Infer = "infer";

    private static readonly MadeByKind<Func<ServedModel, IEnumerable<string>>> Known = new MadeByKind<Func<ServedModel, IEnumerable<string>>>(_ => OfNumbers)
        .With<ImageSchema>(ImageKind.Instance, _ => model => [.. OfNumbers(model), "compress", "decompress"])
        .With<TableSchema>(TableKind.Instance, schema => model => OfTable(schema, model))
        .With<InteractionSchema>(InteractionKind.Instance, _ => _ => ["encode", "recommend"])
        .With<DocumentSchema>(DocumentKind.Instance, _ => model => ["encode", .. model.Trained.Network.Topics is null ? Nothing : ["topics", "search"]]);

    private static string[] Nothing => [];

    /// <summary>Returns the words of a model.</summary>
    public static IReadOnlyCollection<string> Of(ServedModel model) => [.. Known.Of(model.Schema)(model), Ready, Infer];

    private static IEnumerable<string> OfNumbers(ServedModel model) => ["encode", .. Records(model.Trained)];

    private static IEnumerable<string> OfTable(TableSchema schema, ServedModel model) =>
        !schema.IsOfRows ? []
        : model.Rows is null ? ["encode", "impute", .. Records(model.Trained)]
        : ["score", "drift", "encode", "impute", .. Records(model.Trained)];

    private static IEnumerable<string> Records(TrainedModel model) =>
        [.. model.Network.Likelihood.IsOfRecord ? ["reconstruct", "denoise"] : Nothing, .. model.Network.Bottleneck.IsVariational ? ["sample"] : Nothing];
}
