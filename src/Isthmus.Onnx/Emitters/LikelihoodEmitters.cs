using Isthmus.Models.Likelihoods;

namespace Isthmus.Onnx.Emitters;

/// <summary>Likelihoods: the mean E[x|z] on the model's scale, from the decoder's output.</summary>
internal static class LikelihoodEmitters
{
    public static void Register()
    {
        OnnxEmitters.Register<BernoulliLikelihood>((_, parameters) => parameters.Sigmoid());
        OnnxEmitters.Register<GaussianLikelihood>(
            (likelihood, parameters) =>
            {
                var mean = likelihood.ParametersPerDimension == 1 ? parameters : parameters.Narrow(-1, 0, likelihood.Dimension);
                return likelihood.MeanInUnitRange ? mean.Sigmoid() : mean;
            }
        );
    }
}
