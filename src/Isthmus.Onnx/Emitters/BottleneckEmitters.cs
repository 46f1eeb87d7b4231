using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Posteriors;

namespace Isthmus.Onnx.Emitters;

/// <summary>Bottlenecks and families of posteriors: the code where nothing is drawn, from the encoder's output.</summary>
internal static class BottleneckEmitters
{
    public static void Register()
    {
        OnnxEmitters.Register<DeterministicBottleneck>((_, head) => head);
        OnnxEmitters.Register<L2Bottleneck>((_, head) => head);
        OnnxEmitters.Register<L1Bottleneck>((_, head) => head.Relu());
        OnnxEmitters.Register<KlSparseBottleneck>((_, head) => head.Sigmoid());
        OnnxEmitters.Register<BernoulliBottleneck>((_, head) => head.Sigmoid());
        OnnxEmitters.Register<CompositeBottleneck>((bottleneck, head) => head.Narrow(-1, 0, bottleneck.Latent));
        OnnxEmitters.Register<GaussianBottleneck>((bottleneck, head) => OnnxEmitters.Emit(bottleneck.Posterior, head));
        OnnxEmitters.Register<DiagonalPosteriorFamily>((family, head) => head.Narrow(-1, 0, family.Latent));
        OnnxEmitters.Register<FullCovariancePosteriorFamily>((family, head) => head.Narrow(-1, 0, family.Latent));
        OnnxEmitters.Register<LowRankPosteriorFamily>((family, head) => head.Narrow(-1, 0, family.Latent));
    }
}
