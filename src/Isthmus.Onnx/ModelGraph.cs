using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Onnx.Emitters;
using Isthmus.Onnx.Graphs;
using Isthmus.Onnx.Records;
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

    private static readonly MadeByKind<RecordPorts> Ports = new(schema => new RecordPorts(schema));

    static ModelGraph()
    {
        LayerEmitters.Register();
        BottleneckEmitters.Register();
        LikelihoodEmitters.Register();
    }

    /// <summary>Form in which records of a schema enter and leave.</summary>
    public static RecordPorts PortsOf(DataSchema schema) => Ports.Of(schema);

    /// <summary>Returns the file of a part.</summary>
    /// <exception cref="InvalidInputException">A module of the part has no form in ONNX.</exception>
    public static ModelProto Of(TrainedModel model, OnnxPart part)
    {
        var network = model.Network;
        var graph = new OnnxGraph($"{model.Specification.Preset} {part.ToString().ToLowerInvariant()}") { WeightNames = NamesOf(network) };
        var ports = PortsOf(model.Specification.Schema);
        using var noGradient = no_grad();
        try
        {
            var record = part == OnnxPart.Decoder ? null : ports.Inputs(graph, model.Standardisation);
            var code = record is null
                ? graph.Input(Code, OnnxElement.Float, network.Bottleneck.Latent)
                : OnnxEmitters.Emit(network.Bottleneck, OnnxEmitters.Emit(network.Encoder, record));
            if (part == OnnxPart.Encoder)
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
        var metadata = OnnxMetadata.Of(model, part, Units(model.Specification.Schema), Meaning(model, part));
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
        : "the model's scale";

    private static string Meaning(TrainedModel model, OnnxPart part) =>
        part == OnnxPart.Encoder ? "the mean code of a record"
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
