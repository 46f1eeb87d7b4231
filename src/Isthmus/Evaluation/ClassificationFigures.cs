using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>Accuracy and information of the predictions of a model of labels (variational information bottleneck).</summary>
public sealed class ClassificationFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    internal ClassificationFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>Fraction of test records whose label is the decoder's first guess from the mean of the code, 0 to 1.</summary>
    public Figure Accuracy => _figures.Get("accuracy");

    /// <summary>Plug-in entropy of the test labels, H(Y).</summary>
    public InformationFigure LabelEntropy => InformationFigure.Of(null, _figures.Get("label_entropy_bits"))!;

    /// <summary>
    /// I(Z;Y) from below: H(Y) - E[-ln p(y|z)], z drawn, short of it by KL(p(y|z) of the data || of the decoder) (Barber and Agakov 2003); 0 where the estimate
    /// is below.
    /// </summary>
    public InformationFigure LabelInformation => InformationFigure.Of(null, _figures.Get("label_information_bits"))!;

    internal static IEnumerable<Figure> Of(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var likelihood = (ClassLikelihood)model.Likelihood;
        var (right, crossEntropy, counts) = (0L, new RunningMoments(), new double[likelihood.Dimension]);
        using var noGradient = inference_mode();
        using (RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, -2)))
            foreach (var x in TensorBatches.InOrder(test, 250, options.Device))
            {
                using var scope = NewDisposeScope();
                var labels = likelihood.Labels(x);
                right += model.Decode(model.Encode(x, sample: false).Z).argmax(-1).eq(labels.argmax(-1)).sum().item<long>();
                crossEntropy.Add([.. (-model.LogLikelihood(x, model.Encode(x, sample: true).Z)).cpu().data<float>()]);
                foreach (var (index, count) in labels.sum([0L]).cpu().data<float>().ToArray().Index())
                    counts[index] += count;
            }
        var entropy = -counts.Where(count => count > 0).Sum(count => count / test.Count * Math.Log(count / test.Count));
        yield return new("accuracy", "Labels predicted, accuracy", "", Estimate.Share((int)right, test.Count));
        yield return new("label_entropy_bits", "Entropy of the labels", "bits", InformationUnits.NatsToBits(entropy));
        yield return new(
            "label_information_bits",
            "I(Z;Y), at least (the decoder)",
            "bits",
            InformationUnits.NatsToBits(new Estimate(entropy - crossEntropy.Mean, crossEntropy.Estimate.StandardError).AtLeastZero())
        );
    }
}
