using Isthmus.Compute;
using Isthmus.Information;
using Isthmus.Information.Entropy;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// Linear predictability of a label from a code (Alain and Bengio 2017): multinomial logistic regression on standardised codes, penalty 1e-4 / 2 |W|^2 on the
/// mean cross-entropy, fitted to all records at once by Adam whose step falls to zero along a cosine. Deterministic.
/// </summary>
public static class LinearProbe
{
    private const double Penalty = 1e-4,
        StepSize = 0.1,
        Beta1 = 0.9,
        Beta2 = 0.99;
    private const int Iterations = 300;

    /// <summary>Result of a probe.</summary>
    /// <param name="Accuracy">Share of test codes classified right, with its binomial standard error.</param>
    /// <param name="InformationNats">H(Y) less the cross-entropy of the test labels under the probe, nats: below I(Z;Y) in mean (Barber and Agakov 2003), and
    /// below 0 where the probe is worse than the shares of the classes.</param>
    public sealed record Result(Estimate Accuracy, Estimate InformationNats);

    /// <summary>Returns the fraction of test codes classified right, with its binomial standard error. <inheritdoc cref="Measure"/></summary>
    /// <inheritdoc cref="Measure"/>
    public static Estimate Accuracy(Tensor trainCodes, IReadOnlyList<int> trainLabels, Tensor testCodes, IReadOnlyList<int> testLabels, int classes) =>
        Measure(trainCodes, trainLabels, testCodes, testLabels, classes).Accuracy;

    /// <summary>Fits a probe and tests it.</summary>
    /// <param name="trainCodes">N x L.</param>
    /// <param name="trainLabels">N class indices.</param>
    /// <param name="testCodes">M x L.</param>
    /// <param name="testLabels">M class indices.</param>
    /// <param name="classes">Number of classes.</param>
    public static Result Measure(Tensor trainCodes, IReadOnlyList<int> trainLabels, Tensor testCodes, IReadOnlyList<int> testLabels, int classes)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var mean = trainCodes.mean([0L]);
        var scale = trainCodes.std([0L], unbiased: false).ClampMin(1e-6);
        Tensor Standardised(Tensor codes) => cat([(codes - mean) / scale, ones(codes.shape[0], 1)], 1);
        var weight = Fit(
            Standardised(trainCodes),
            nn.functional.one_hot(tensor([.. trainLabels.Select(label => (long)label)]), classes).to(ScalarType.Float32)
        );
        var logits = Standardised(testCodes).matmul(weight);
        var predicted = logits.argmax(1).data<long>().ToArray();
        var truth = tensor([.. testLabels.Select(label => (long)label)]).unsqueeze(1);
        var surprise = -logits.log_softmax(1).gather(1, truth).squeeze(1);
        var shares = SymbolCounts.OfClasses([.. testLabels], classes);
        var moments = new RunningMoments();
        foreach (var (own, label) in surprise.data<float>().ToArray().Zip(testLabels))
            moments.Add(-Math.Log(shares[label] / (double)testLabels.Count) - own);
        return new(Estimate.Share(predicted.Zip(testLabels).Count(pair => pair.First == pair.Second), testLabels.Count), moments.Estimate);
    }

    /// <summary>Fits the (L + 1) x classes weights, the intercepts (not penalised) last.</summary>
    private static Tensor Fit(Tensor x, Tensor y)
    {
        var penalised = ones(x.shape[1], 1);
        penalised[-1] = 0;
        var weight = zeros(x.shape[1], y.shape[1]);
        Tensor first = zeros_like(weight),
            second = zeros_like(weight);
        var transposed = x.t().contiguous().Over(x.shape[0]);
        for (var t = 1; t <= Iterations; t++)
        {
            using var scope = NewDisposeScope();
            var gradient = transposed.matmul(x.matmul(weight).softmax(1) - y).Plus(penalised.Times(Penalty) * weight);
            first.MultiplyInPlace(Beta1).AddInPlace(gradient, 1 - Beta1);
            second.MultiplyInPlace(Beta2).AddInPlace(gradient.Square(), 1 - Beta2);
            var step = StepSize * 0.5 * (1 + Math.Cos(Math.PI * (t - 1) / Iterations));
            weight.sub_((first.Over(1 - Math.Pow(Beta1, t)) / second.Over(1 - Math.Pow(Beta2, t)).sqrt().Plus(1e-8)).Times(step));
        }
        return weight;
    }
}
