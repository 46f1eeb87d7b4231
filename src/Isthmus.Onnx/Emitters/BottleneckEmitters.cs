using Isthmus.Compute;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Priors;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Emitters;

/// <summary>Bottlenecks: the code where nothing is drawn, from the encoder's output.</summary>
internal static class BottleneckEmitters
{
    public static void Register()
    {
        OnnxEmitters.Add<DeterministicBottleneck>((_, head) => head);
        OnnxEmitters.Add<L2Bottleneck>((_, head) => head);
        OnnxEmitters.Add<L1Bottleneck>((_, head) => head.Relu());
        OnnxEmitters.Add<KlSparseBottleneck>((_, head) => head.Sigmoid());
        OnnxEmitters.Add<BernoulliBottleneck>((_, head) => head.Sigmoid());
        OnnxEmitters.Add<CategoricalBottleneck>((bottleneck, head) => head.Reshape(0, -1, bottleneck.Categories).Softmax().Reshape(0, bottleneck.Latent));
        OnnxEmitters.Add<CompositeBottleneck>((bottleneck, head) => head.Narrow(-1, 0, bottleneck.Latent));
        OnnxEmitters.Add<GaussianBottleneck>((bottleneck, head) => OnnxEmitters.Emit(bottleneck.Posterior, head));
        OnnxEmitters.Add<LadderBottleneck>(Descended);
        OnnxEmitters.Add<TopKBottleneck>((bottleneck, head) => Largest(LayerEmitters.BatchNormalised(bottleneck.Standardise, head), bottleneck.Kept));
        OnnxEmitters.Add<AuxiliaryTopKBottleneck>((bottleneck, head) => Largest(head, bottleneck.Kept));
        OnnxEmitters.Add<BatchTopKBottleneck>((bottleneck, head) => Above(head, head.Graph.Constant(bottleneck.Threshold, "threshold")));
        OnnxEmitters.Add<JumpReluBottleneck>((bottleneck, head) => Above(head, head.Graph.Constant(bottleneck.LogThreshold.exp(), "thresholds")));
        OnnxEmitters.Add<GatedBottleneck>(
            (bottleneck, head) =>
                head.Above(head.Graph.Constant(0)).Cast(OnnxElement.Float)
                * (head * head.Graph.Constant(bottleneck.LogScale.exp(), "factors") + head.Graph.Constant(bottleneck.Shift, "shifts")).Relu()
        );
        OnnxEmitters.Add<VectorQuantisedBottleneck>(Nearest);
    }

    /// <summary>Returns the k largest numbers of each row, at least 0, in their places, and 0 in the others.</summary>
    private static OnnxValue Largest(OnnxValue head, long count)
    {
        var graph = head.Graph;
        var largest = graph.Nodes("TopK", [head, graph.Constant((long[])[count], [1], "count")], 2, [("axis", -1)]);
        var zeros = head.Apply("Shape").Apply("ConstantOfShape");
        return graph.Node("ScatterElements", [zeros, largest[1], largest[0].Relu()], [("axis", -1)]);
    }

    /// <summary>Returns numbers above a threshold, and 0 for others.</summary>
    private static OnnxValue Above(OnnxValue head, OnnxValue threshold) => head.Above(threshold).Apply("Where", head, head.Graph.Constant(0));

    /// <summary>Returns each slot's nearest vector: the one with the least |c|^2 - 2 c'x.</summary>
    private static OnnxValue Nearest(VectorQuantisedBottleneck bottleneck, OnnxValue head)
    {
        var (graph, prior) = (head.Graph, (CodebookPrior)bottleneck.Prior);
        var codebook = prior.Codebook;
        var slots = head.Reshape(0, prior.Slots, codebook.shape[1]);
        var distances = graph.Constant(codebook.Square().sum(-1), "squares") - slots.MatMul(graph.Constant(codebook.t(), "transposed")) * 2;
        return graph.Constant(codebook, "codebook").Apply("Gather", distances.With("ArgMin", ("axis", -1), ("keepdims", 0))).Reshape(0, bottleneck.Latent);
    }

    /// <summary>Returns the code of a ladder, from the top level down: each level's mean given the means above.</summary>
    private static OnnxValue Descended(LadderBottleneck bottleneck, OnnxValue head)
    {
        var prior = (LadderPrior)bottleneck.Prior;
        List<(OnnxValue Mean, OnnxValue LogVariance)> levels = [];
        foreach (var (level, toLevel) in bottleneck.Heads.Index())
        {
            head = level == 0 ? head : head + OnnxEmitters.Emit(bottleneck.Climb[level - 1], head.Silu());
            levels.Add(Gaussian(OnnxEmitters.Emit(toLevel, head.Silu())));
        }
        var placed = levels.ConvertAll(level => level.Mean);
        for (var level = levels.Count - 2; level >= 0; level--)
        {
            var (own, above) = (levels[level], Gaussian(OnnxEmitters.Emit(prior.FromAbove[level], OnnxValue.Concat(placed[(level + 1)..]))));
            var (a, b) = ((-own.LogVariance).Exp(), (-above.LogVariance).Exp());
            placed[level] = (own.Mean * a + above.Mean * b) / (a + b);
        }
        return OnnxValue.Concat(placed);
    }

    private static (OnnxValue Mean, OnnxValue LogVariance) Gaussian(OnnxValue parameters)
    {
        var halves = parameters.Chunk(2);
        return (halves[0], halves[1].Clip(PosteriorFamily.LeastLogVariance, PosteriorFamily.MostLogVariance));
    }
}
