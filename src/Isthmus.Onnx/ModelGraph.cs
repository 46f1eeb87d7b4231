using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Onnx.Emitters;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Records;
using Isthmus.Onnx.Tables;
using Isthmus.Onnx.Wire;
using static TorchSharp.torch;

namespace Isthmus.Onnx;

/// <summary>A part of a model as a graph: its inputs, the modules in turn, its outputs.</summary>
internal static class ModelGraph
{
    /// <summary>Name of the codes, as input and as output.</summary>
    public const string Code = "code";

    /// <summary>Name of the output of models whose output is no record: probabilities of items, words or classes.</summary>
    public const string Probabilities = "probabilities";

    private static readonly MadeByKind<RecordPorts> Ports = new MadeByKind<RecordPorts>(schema => new RecordPorts(schema)).With<TableSchema>(
        TableKind.Instance,
        schema => new TablePorts(schema)
    );

    static ModelGraph()
    {
        LayerEmitters.Register();
        BottleneckEmitters.Register();
        LikelihoodEmitters.Register();
        RowEmitters.Register();
    }

    /// <summary>Form in which records of a schema enter and leave.</summary>
    /// <param name="schema">Schema of a record.</param>
    /// <param name="scaledRows">True for rows of tables on the model's scale, N x D.</param>
    public static RecordPorts PortsOf(DataSchema schema, bool scaledRows = false) => scaledRows ? new(schema) : Ports.Of(schema);

    /// <summary>Returns the file of a part.</summary>
    /// <exception cref="InvalidInputException">A module of the part has no form in ONNX.</exception>
    public static ModelProto Of(TrainedModel model, OnnxPart part, bool scaledRows = false)
    {
        var network = model.Network;
        var graph = new OnnxGraph($"{model.Specification.Preset} {part.ToString().ToLowerInvariant()}") { WeightNames = NamesOf(network) };
        var ports = PortsOf(model.Specification.Schema, scaledRows);
        var more = ports.Metadata;
        using var noGradient = no_grad();
        try
        {
            var record = part == OnnxPart.Decoder ? null : ports.Inputs(graph, model.Standardisation);
            var code =
                record is null ? graph.Input(Code, OnnxElement.Float, network.Bottleneck.Latent)
                : part == OnnxPart.Score ? record
                : OnnxEmitters.Emit(network.Bottleneck, OnnxEmitters.Emit(network.Encoder, record));
            if (part == OnnxPart.Score)
                more = [.. more, .. ScoreGraph.Declare(record!, model, scaledRows)];
            else if (part == OnnxPart.Encoder)
                graph.Output(Code, code, OnnxElement.Float, network.Bottleneck.Latent);
            else
                Outputs(
                    model,
                    ports,
                    OnnxEmitters.Emit(network.Likelihood, OnnxEmitters.Emit(network.Decoder, code with { Shape = [network.Bottleneck.Latent] }))
                );
        }
        catch (NoOnnxFormException e)
        {
            throw new InvalidInputException(
                $"The {Noun(part)} of this model ({model.Specification.Preset})",
                $"has no form in ONNX: its part '{e.Module}' {e.Reason}",
                "export another part, or take another model",
                cause: e
            );
        }
        var metadata = OnnxMetadata.Of(model, part, scaledRows ? "the model's scale" : Units(model.Specification.Schema), Meaning(model, part)) with
        {
            More = more.ToDictionary(),
        };
        return graph.ToModel(metadata.Entries(), $"{Noun(part)} of a model of {model.Specification.Schema}: {metadata.Output}");
    }

    private static void Outputs(TrainedModel model, RecordPorts ports, OnnxValue mean)
    {
        if (IsOfProbabilities(model.Network.Likelihood))
            mean.Graph.Output(Probabilities, mean, OnnxElement.Float, model.Network.Likelihood.Dimension);
        else
            ports.Outputs(mean.Graph, model.Standardisation, mean);
    }

    private static bool IsOfProbabilities(Likelihood likelihood) => likelihood is MultinomialLikelihood or ClassLikelihood;

    private static string Units(DataSchema schema) =>
        schema.Kind.HighestLevel(schema) is not null ? "pixels from 0 (black) to 1 (full)"
        : schema.Kind.IsSparse ? $"counts of each {schema.Kind.Unit}"
        : schema.Kind.IsStandardised ? "the columns' own"
        : "the columns' own, for times seconds";

    private static string Meaning(TrainedModel model, OnnxPart part) =>
        part == OnnxPart.Score ? "how odd a row is, and which columns make it so"
        : part == OnnxPart.Encoder ? "the mean code of a record"
        : model.Network.Likelihood is ClassLikelihood ? $"probability of each class of {model.Specification.Labels[0].Name}"
        : IsOfProbabilities(model.Network.Likelihood) ? $"probability of each {model.Specification.Schema.Kind.Unit} in one draw"
        : part == OnnxPart.Decoder ? "E[x|z], the mean of a record given its code"
        : "E[x|z], the mean of a record given the mean code of the record that came in";

    private static string Noun(OnnxPart part) => part == OnnxPart.Reconstruct ? "reconstruction" : part.ToString().ToLowerInvariant();

    private static Dictionary<Tensor, string> NamesOf(nn.Module network)
    {
        var names = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, tensor) in network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(network.named_buffers()))
            names.TryAdd(tensor, name);
        return names;
    }
}
