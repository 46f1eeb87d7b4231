using Isthmus.Models.Conditions;
using Isthmus.Models.Networks;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Emitters;

/// <summary>Encoders and decoders that are no chain of layers: dictionaries, networks of counts and documents, conditional ones.</summary>
internal static class NetworkEmitters
{
    public static void Register()
    {
        OnnxEmitters.Add<ConditionedEncoder>(Conditioned);
        OnnxEmitters.Add<RecordOnly>((module, x) => x.Narrow(-1, 0, OnnxEmitters.ShapeAfter(module, x)![0]));
        OnnxEmitters.Add<DictionaryNetwork.Encoder>(
            (encoder, x) => OnnxEmitters.Emit(encoder.Linear, encoder.Centre() is { } centre ? x - x.Graph.Constant(centre, "centre") : x)
        );
        OnnxEmitters.Add<DictionaryNetwork.Decoder>((decoder, z) => LayerEmitters.Linear(z, decoder.Columns(), decoder.Bias));
        OnnxEmitters.Add<DenselyConnectedNetwork.Encoder>(DenselyConnected);
        // Decoders of EASE are a asinh(x B / b).
        OnnxEmitters.Add<EaseNetwork.Weights>((ease, x) => (x.MatMul(x.Graph.Constant(ease.Weight, "weight")) / ease.Knee).Asinh() * ease.Slope);
        OnnxEmitters.Add<TopicNetwork.Encoder>(Documents);
        OnnxEmitters.Add<LinearTopics>((topics, z) => OnnxEmitters.Emit(topics.Words, z));
        OnnxEmitters.Add<ProductOfTopics>((topics, z) => OnnxEmitters.Emit(topics.Norm, OnnxEmitters.Emit(topics.Words, (z * topics.Scale).Softmax())));
        OnnxEmitters.Add<EmbeddedTopics>(
            (topics, z) =>
                ((z * topics.Scale).Softmax().MatMul(z.Graph.Constant(topics.LogProbabilities().exp(), "topics")) + EmbeddedTopics.Least).Apply("Log")
        );
    }

    private static OnnxValue Conditioned(ConditionedEncoder encoder, OnnxValue x)
    {
        long dimension = encoder.Condition.Dimension;
        var features = OnnxEmitters.Emit(encoder.Record, x.Narrow(-1, 0, dimension) with { Shape = [dimension] }).Silu();
        var joined = OnnxValue.Concat([features, x.Narrow(-1, dimension, encoder.Condition.Width)]);
        return OnnxEmitters.Emit(encoder.Output, OnnxEmitters.Emit(encoder.Joined, joined).Silu());
    }

    private static OnnxValue DenselyConnected(DenselyConnectedNetwork.Encoder encoder, OnnxValue x)
    {
        var hidden = OnnxEmitters.Emit(encoder.Norms[0], OnnxEmitters.Emit(encoder.Layers[0], LayerEmitters.OfUnitLength(x)).Silu());
        var sum = hidden;
        for (var i = 1; i < encoder.Layers.Count; i++)
        {
            hidden = OnnxEmitters.Emit(encoder.Norms[i], (OnnxEmitters.Emit(encoder.Layers[i], hidden) + sum).Silu());
            sum += hidden;
        }
        return OnnxEmitters.Emit(encoder.Output, hidden);
    }

    private static OnnxValue Documents(TopicNetwork.Encoder encoder, OnnxValue x)
    {
        var words = x.Sum(-1, keep: true);
        var seen = encoder.Counts.Name switch
        {
            "log" => (x + 1).Apply("Log"),
            "share" => x / words.Apply("Max", x.Graph.Constant(1)),
            _ => x,
        };
        var head = OnnxEmitters.Emit(encoder.Layers, seen with { Shape = x.Shape });
        if (encoder.Norm is { } norm)
            head = OnnxEmitters.Emit(norm, head);
        // A document without words has the head 0.
        return head * words.Above(x.Graph.Constant(0)).Cast(OnnxElement.Float);
    }
}
