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
    /// <summary>Returns the file of a part.</summary>
    /// <param name="model">The model.</param>
    /// <param name="part">Part of it.</param>
    /// <param name="scaledRows">True for rows of tables on the model's scale, N x D.</param>
    /// <exception cref="InvalidInputException">A module of the part has no form in ONNX, or the model has no such part.</exception>
    public static ModelProto Of(TrainedModel model, OnnxPart part, bool scaledRows)
    {
        RegisteredEmitters.Ensure();
        if (part == OnnxPart.Reconstruct)
            model.DemandRecords();
        var (network, specification) = (model.Network, model.Specification);
        var graph = new OnnxGraph($"{specification.Preset} {OnnxMetadata.NameOf(part)}") { WeightNames = NamesOf(network), Device = DeviceOf(network) };
        var ports = RegisteredPorts.Of(specification.Schema, scaledRows);
        var more = ports.Metadata;
        var latent = network.Bottleneck.Latent;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        try
        {
            var record = part == OnnxPart.Decoder ? null : ports.Inputs(graph, model.Standardisation);
            var code = record is null ? graph.Input(OnnxModel.Code, OnnxElement.Float, latent) : null;
            var given = network.Condition is null ? null : LabelPorts.Inputs(graph, specification.Labels);
            OnnxValue With(OnnxValue value, int width) =>
                given is null ? value with { Shape = [width] } : OnnxValue.Concat([value, given]) with { Shape = [width + network.Condition!.Width] };
            if (part == OnnxPart.Score)
                more = [.. more, .. ScoreGraph.Declare(record!, model, scaledRows)];
            else
                code ??= OnnxEmitters.Emit(network.Bottleneck, OnnxEmitters.Emit(network.Encoder, With(record!, specification.Schema.Input.Dimension)));
            if (part == OnnxPart.Encoder)
                graph.Output(OnnxModel.Code, code!, OnnxElement.Float, latent);
            else if (part != OnnxPart.Score)
            {
                var mean = OnnxEmitters.Emit(network.Likelihood, OnnxEmitters.Emit(network.Decoder, With(code!, latent)));
                if (IsOfProbabilities(network.Likelihood))
                    graph.Output(OnnxModel.Probabilities, mean, OnnxElement.Float, network.Likelihood.Dimension);
                else
                    ports.Outputs(graph, model.Standardisation, mean);
            }
        }
        catch (NoOnnxFormException e)
        {
            throw new InvalidInputException(
                $"The part '{OnnxMetadata.NameOf(part)}' of this model ({specification.Preset})",
                $"has no form in ONNX: {e.Module} {e.Reason}",
                $"export {(part == OnnxPart.Encoder ? "another model" : "the encoder, or another model")}",
                cause: e
            );
        }
        var metadata = OnnxMetadata.Of(model, part, scaledRows ? "the model's scale" : ports.Units, Meaning(model, part)) with { More = more.ToDictionary() };
        return graph.ToModel(metadata.Entries(), $"Isthmus {specification.Preset}, a model of {specification.Schema}: {metadata.Output}");
    }

    /// <summary>Returns true if a likelihood's mean is no record but the probabilities of items, words or classes.</summary>
    public static bool IsOfProbabilities(Likelihood likelihood) => likelihood is MultinomialLikelihood or ClassLikelihood;

    /// <summary>Returns the device of a network's weights.</summary>
    public static Device DeviceOf(nn.Module network) => network.parameters().Concat(network.buffers()).FirstOrDefault()?.device ?? CPU;

    private static string Meaning(TrainedModel model, OnnxPart part) =>
        part == OnnxPart.Score ? "how odd a row is, and which columns make it so"
        : part == OnnxPart.Encoder ? "z, the mean code of a record"
        : model.Network.Likelihood is ClassLikelihood ? $"p(y|z), the probability of each class of {model.Specification.Labels[0].Name}"
        : IsOfProbabilities(model.Network.Likelihood) ? $"p(i|z), the probability of each {model.Specification.Schema.Kind.Unit} in one draw"
        : "E[x|z], the mean of a record given its code";

    /// <summary>Returns the names of a network's weights and running statistics.</summary>
    public static Dictionary<Tensor, string> NamesOf(nn.Module network)
    {
        var names = new Dictionary<Tensor, string>(ReferenceEqualityComparer.Instance);
        foreach (var (name, tensor) in network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(network.named_buffers()))
            names.TryAdd(tensor, name);
        return names;
    }
}
