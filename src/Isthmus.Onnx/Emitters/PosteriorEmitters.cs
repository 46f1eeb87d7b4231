using Isthmus.Models.Flows;
using Isthmus.Models.Posteriors;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Emitters;

/// <summary>Families of posteriors: the code where nothing is drawn, from the encoder's output.</summary>
internal static class PosteriorEmitters
{
    public static void Register()
    {
        OnnxEmitters.Add<DiagonalPosteriorFamily>((family, head) => head.Narrow(-1, 0, family.Latent));
        OnnxEmitters.Add<FullCovariancePosteriorFamily>((family, head) => head.Narrow(-1, 0, family.Latent));
        OnnxEmitters.Add<LowRankPosteriorFamily>((family, head) => head.Narrow(-1, 0, family.Latent));
        OnnxEmitters.Add<MinimumRatePosteriorFamily>((family, head) => head.Narrow(-1, 0, family.Latent));
        OnnxEmitters.Add<BatchNormalisedPosteriorFamily>(
            (family, head) =>
                LayerEmitters.BatchNormalised(family.Norm, head.Narrow(-1, 0, family.Latent)) * (float)family.MeanDeviation
                + head.Graph.Constant(family.Shift, "shift")
        );
        OnnxEmitters.Add<InverseAutoregressivePosteriorFamily>(
            (family, head) => Flowed(family.Flow, head.Narrow(-1, 0, family.Latent), head.Narrow(-1, 2 * family.Latent, family.ContextWidth), family.Latent)
        );
    }

    /// <summary>Returns exp(s) x + m of each step, the order of places turned round after it.</summary>
    private static OnnxValue Flowed(AutoregressiveFlow flow, OnnxValue x, OnnxValue context, int latent)
    {
        var graph = x.Graph;
        long[] backwards = [.. Enumerable.Range(0, latent).Select(place => latent - 1L - place)];
        var turned = graph.Constant((ReadOnlySpan<long>)backwards, [latent], "backwards");
        foreach (var step in flow.Networks)
        {
            var outputs = Masked(step, x, context).Reshape(0, latent, 2);
            OnnxValue Half(long place) => outputs.Narrow(-1, place, 1).Reshape(0, latent);
            var logScale = (Half(1) / AutoregressiveFlow.MostLogScale).Apply("Tanh") * AutoregressiveFlow.MostLogScale;
            x = graph.Node("Gather", [logScale.Exp() * x + Half(0), turned], [("axis", -1)]);
        }
        return x;
    }

    /// <summary>Returns the outputs of a masked network, which also sees a context in its first layer.</summary>
    private static OnnxValue Masked(MaskedNetwork network, OnnxValue x, OnnxValue context)
    {
        using var layers = network.Layers();
        var modules = layers.children().ToArray();
        var first = OnnxEmitters.Emit(modules[0], x);
        if (network.FromContext is { } fromContext)
            first += LayerEmitters.Linear(context, fromContext.weight!, null);
        return modules[1..].Aggregate(first, (value, module) => OnnxEmitters.Emit(module, value));
    }
}
