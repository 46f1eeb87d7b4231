using Isthmus.Information;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// How much of a label can be read from a code linearly (Alain and Bengio 2017): multinomial logistic regression on
/// standardised codes, L2 penalty 1e-4 / 2 |W|^2 on the mean cross-entropy, by L-BFGS in double precision.
/// </summary>
public static class LinearProbe
{
    private const double Penalty = 1e-4;
    private const int Iterations = 300;

    /// <summary>Share of test codes classified right, with its binomial standard error.</summary>
    /// <param name="trainCodes">N x L.</param>
    /// <param name="trainLabels">N class indices.</param>
    /// <param name="testCodes">M x L.</param>
    /// <param name="testLabels">M class indices.</param>
    /// <param name="classes">Number of classes.</param>
    public static Estimate Accuracy(Tensor trainCodes, IReadOnlyList<int> trainLabels, Tensor testCodes, IReadOnlyList<int> testLabels, int classes)
    {
        using var scope = NewDisposeScope();
        var mean = trainCodes.to(ScalarType.Float64).mean([0L]);
        var scale = trainCodes.to(ScalarType.Float64).std(0).clamp_min(1e-12);
        Tensor Standardised(Tensor codes) => (codes.to(ScalarType.Float64) - mean) / scale;
        var x = Standardised(trainCodes);
        var y = tensor([.. trainLabels.Select(label => (long)label)]);
        var weight = new Parameter(zeros(x.shape[1], classes, dtype: ScalarType.Float64));
        var bias = new Parameter(zeros(classes, dtype: ScalarType.Float64));
        var optimiser = optim.LBFGS([weight, bias], 1, Iterations, null, 1e-6, 1e-9, 10);
        optimiser.step(() =>
        {
            using var inner = NewDisposeScope();
            optimiser.zero_grad();
            var loss = nn.functional.cross_entropy(x.matmul(weight) + bias, y) + 0.5 * Penalty * weight.square().sum();
            loss.backward();
            return loss.MoveToOuterDisposeScope();
        });
        using var noGradient = no_grad();
        var predicted = (Standardised(testCodes).matmul(weight) + bias).argmax(1).data<long>().ToArray();
        return Estimate.Share(predicted.Zip(testLabels).Count(pair => pair.First == pair.Second), testLabels.Count);
    }
}
