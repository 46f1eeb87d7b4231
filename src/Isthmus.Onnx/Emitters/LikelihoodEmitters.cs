using Isthmus.Models.Likelihoods;
using Isthmus.Onnx.Graphs;

namespace Isthmus.Onnx.Emitters;

/// <summary>Likelihoods: the mean E[x|z] on the model's scale, from the decoder's output.</summary>
internal static class LikelihoodEmitters
{
    // Levels in one node: with more the values between nodes would outgrow the cache, with fewer the nodes would be many.
    private const int LevelsAtOnce = 15;

    public static void Register()
    {
        OnnxEmitters.Add<BernoulliLikelihood>((_, parameters) => parameters.Sigmoid());
        OnnxEmitters.Add<MultinomialLikelihood>((_, parameters) => parameters.Softmax());
        OnnxEmitters.Add<ClassLikelihood>((_, parameters) => parameters.Softmax());
        OnnxEmitters.Add<GaussianLikelihood>(
            (likelihood, parameters) =>
            {
                var mean = likelihood.ParametersPerDimension == 1 ? parameters : parameters.Narrow(-1, 0, likelihood.Dimension);
                return likelihood.MeanInUnitRange ? mean.Sigmoid() : mean;
            }
        );
        OnnxEmitters.Add<CategoricalLikelihood>(
            (likelihood, parameters) =>
            {
                var levels = likelihood.ParametersPerDimension;
                float[] values = [.. Enumerable.Range(0, levels).Select(level => level / (levels - 1f))];
                return (parameters.Reshape(0, levels, likelihood.Dimension).Softmax(-2) * parameters.Graph.Constant(values, [levels, 1], "levels")).Sum(-2);
            }
        );
        OnnxEmitters.Add<DiscretisedLogisticLikelihood>(
            (likelihood, parameters) =>
            {
                var two = parameters.Chunk(2);
                return Mean(two[0] + 0.5, InverseScale(two[1]), likelihood.Levels);
            }
        );
        OnnxEmitters.Add<DiscretisedLogisticMixtureLikelihood>(
            (likelihood, parameters) =>
            {
                long count = likelihood.Components;
                var three = parameters.Chunk(3).Select(own => own.Reshape(0, count, likelihood.Dimension)).ToArray();
                float[] first = [.. Enumerable.Range(0, (int)count).Select(k => (float)DiscretisedLogisticMixtureLikelihood.FirstMean(k, (int)count))];
                var means = three[1] + parameters.Graph.Constant(first, [count, 1], "first_means");
                return (three[0].Softmax(-2) * Mean(means, InverseScale(three[2]), likelihood.Levels)).Sum(-2);
            }
        );
        // Pixels are decided one by one, each given those before it.
        OnnxEmitters.Add<LocalContextLikelihood>(
            (likelihood, _) => throw new NoOnnxFormException(likelihood.GetName(), "decides one pixel after another, each given those before it")
        );
    }

    private static OnnxValue InverseScale(OnnxValue output) =>
        (
            -(output + DiscretisedLogisticLikelihood.FirstLogScale).Clip(
                DiscretisedLogisticLikelihood.LeastLogScale,
                DiscretisedLogisticLikelihood.MostLogScale
            )
        ).Exp();

    /// <summary>Returns the sum over k = 1 .. L - 1 of P(level at least k), over L - 1.</summary>
    private static OnnxValue Mean(OnnxValue mean, OnnxValue inverseScale, int levels)
    {
        var axis = mean.Graph.Constant((long[])[-1], [1], "axis");
        var (last, scale) = (mean.Apply("Unsqueeze", axis), inverseScale.Apply("Unsqueeze", axis));
        return Enumerable
                .Range(1, levels - 1)
                .Chunk(LevelsAtOnce)
                .Select(some =>
                {
                    float[] edges = [.. some.Select(level => (level - 0.5f) / (levels - 1))];
                    return ((last - mean.Graph.Constant(edges, [edges.Length], "edges")) * scale).Sigmoid().Sum(-1);
                })
                .Aggregate((sum, next) => sum + next) / (levels - 1);
    }
}
