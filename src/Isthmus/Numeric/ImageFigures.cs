using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Evaluation.Samples;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;

namespace Isthmus.Numeric;

/// <summary>Evaluation of models of pictures, with a test that tells samples from real pictures, and images of samples.</summary>
internal sealed class ImageFigures : RecordFigures
{
    /// <inheritdoc/>
    public override IReadOnlyList<Figure> OfSamples(
        Autoencoder model,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        Action<string> note,
        CancellationToken cancellationToken
    ) => SampleFigures.Of(model, test, train, options, note, cancellationToken);

    /// <inheritdoc/>
    public override string Next(TrainedModel trained, string path) =>
        trained.Network.Bottleneck.IsVariational && trained.Network.Likelihood.IsOfRecord
            ? $"isthmus sample -m {path} -o samples.png"
            : base.Next(trained, path);
}
