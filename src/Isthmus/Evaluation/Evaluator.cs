using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Evaluation.Disentanglement;
using Isthmus.Evaluation.Samples;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using Isthmus.Processes;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// The one evaluation, the same for every model: bounds in nats and bits, reconstruction, the code's activity, and what can be read from the code.
/// </summary>
public static class Evaluator
{
    // Enough for a gap of a few parts in a thousand, at a cost that is not noticed.
    private const int GapRecords = 2000;

    // Of records that stay in a file, so many codes are in memory at once.
    private const int StreamedCodes = 20_000;

    /// <summary>Evaluates a model on <paramref name="test"/>.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="test">Records reported on, as read.</param>
    /// <param name="train">Records that probes of the code are fitted on, as read; null for no probes.</param>
    /// <param name="options">Effort and seed.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops early.</param>
    /// <exception cref="InvalidInputException">The data is of another shape than the model's, or there are too few samples or records to compare.</exception>
    public static EvaluationReport Evaluate(
        TrainedModel trained,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var model = trained.Network;
        SampleFigures.Demand(test, options);
        // Without a code there is nothing to draw: one draw is all of them, and its figure exact.
        if (!model.HasCode)
            options = options with { ImportanceSamples = Math.Min(options.ImportanceSamples, 1) };
        test = trained.Prepare(test);
        if (!test.Schema.Equals(trained.Specification.Schema))
            throw new InvalidInputException(
                test.Name,
                $"has no {test.Schema.Kind.Targets.Noun}, and the model's predictions are held against them",
                test.Schema.Kind.Targets.Missing,
                OptionNames.Targets
            );
        var ofRecords = RecordFigures.Of(test.Schema);
        model.eval();
        using var scope = NewDisposeScope();
        var bounds = MeasureBounds(model, test, options);
        var codes = model.HasCode
            ? RecordCodes.Of(model, test.Blocks is null ? test : test.Select([.. Enumerable.Range(0, Math.Min(StreamedCodes, test.Count))]), options.Device)
            : null;
        var activity = codes is null
            ? UnitActivity.None
            : UnitActivity.Of(model, test.Blocks is null ? [codes] : RecordCodes.InOrder(model, test, options.Device));
        var rankings = ofRecords.Compare(trained, test, train, options, progress, cancellationToken);
        List<string> warnings = [];
        List<Figure> figures =
        [
            .. BoundFigures(model, test, bounds),
            .. rankings.Count > 0 || train is null ? [] : GapFigures(trained, bounds, train, options),
            .. rankings.Count > 0
                ? rankings[0].Figures
                :
                [
                    .. LikelihoodFigures(model, test, options, progress, cancellationToken),
                    .. AnnealedFigures(model, test, options, warnings.Add, progress, cancellationToken),
                    .. InformationFigures.Of(model, test, SeesCorrupted(model, test) ? null : bounds.Rate.Estimate, options),
                    .. ofRecords.OfDecoder(trained, test, train, options),
                ],
            .. CodeFigures.Of(activity),
            .. codes is null
                ? []
                : (IEnumerable<Figure>)
                    [
                        .. model.Bottleneck.Figures(codes),
                        .. ProbeFigures(model, test, codes, train is null ? null : trained.Prepare(train), options, activity, warnings.Add),
                    ],
            .. ofRecords.OfSamples(model, test, train, options, warnings.Add, cancellationToken),
        ];
        if (codes is null && figures.Find("denoised_psnr_db") is null)
            warnings.Add("The pictures are noisy themselves, and without clean ones or pairs there is no PSNR.");
        var report = new EvaluationReport(
            trained.Specification.Preset,
            test.Name,
            test.Count,
            options.Seed,
            model.Bottleneck.IsVariational && rankings.Count == 0 ? options.ImportanceSamples : 0,
            figures,
            Verdict: "",
            activity,
            bounds.UnitRates
        )
        {
            Rankings = rankings,
            Labels = [.. test.Labels.Select(label => label.Name)],
            Warnings = warnings,
        };
        var (words, next) = new Verdict(trained, test, report, options.ModelPath).Conclude();
        return report with { Verdict = words, Next = next };
    }

    private sealed record Bounds(RunningMoments Distortion, RunningMoments Rate, RunningMoments Sum, IReadOnlyList<double>? UnitRates);

    private static bool SeesCorrupted(Autoencoder model, Dataset test) => model.Corruption is not NoCorruption && RecordFigures.Of(test.Schema).SeesCorrupted;

    private static Bounds MeasureBounds(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var bounds = new Bounds(new(), new(), new(), null);
        double[]? unitRates = null;
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, 0));
        foreach (var x in TensorBatches.InOrder(test, 1000, options.Device))
        {
            using var scope = NewDisposeScope();
            var code = model.Encode(SeesCorrupted(model, test) ? model.Corruption.Apply(x) : x, sample: true);
            var distortion = -model.LogLikelihood(x, code.Z);
            bounds.Distortion.Add([.. distortion.cpu().data<float>()]);
            bounds.Rate.Add([.. code.Rate.cpu().data<float>()]);
            bounds.Sum.Add([.. distortion.Plus(code.Rate).cpu().data<float>()]);
            if (code.UnitRates is not null)
            {
                unitRates ??= new double[model.Bottleneck.Latent];
                var sums = code.UnitRates.sum([0L]).cpu().data<float>().ToArray();
                for (var unit = 0; unit < sums.Length; unit++)
                    unitRates[unit] += sums[unit] / test.Count;
            }
        }
        return bounds with { UnitRates = unitRates };
    }

    private static IEnumerable<Figure> BoundFigures(Autoencoder model, Dataset test, Bounds bounds)
    {
        yield return new("distortion_nats", "Distortion, -ln p(x|z)", "nats", bounds.Distortion.Estimate);
        if (!model.Bottleneck.IsVariational)
        {
            if (bounds.Rate.Mean != 0)
                yield return new("penalty_nats", "Penalty on the code", "nats", bounds.Rate.Estimate);
            yield break;
        }
        yield return new("rate_nats", "Rate (cost of the code), KL(q(z|x) || p(z))", "nats", bounds.Rate.Estimate);
        yield return new("rate_bits", "Rate (cost of the code), KL(q(z|x) || p(z))", "bits", InformationUnits.NatsToBits(bounds.Rate.Estimate));
        yield return new("elbo_nats", "ELBO", "nats", -bounds.Sum.Estimate);
        yield return new("elbo_bits", "ELBO", "bits", InformationUnits.NatsToBits(-bounds.Sum.Estimate));
        if (model.Likelihood.IsOfRecord && RecordFigures.Of(test.Schema).PerDimension(model, test, "", "-ELBO", bounds.Sum.Estimate) is { } share)
            yield return share;
    }

    /// <summary>Returns the difference of the loss between test and training records; both with one draw of the code.</summary>
    private static IEnumerable<Figure> GapFigures(TrainedModel trained, Bounds bounds, Dataset train, EvaluationOptions options)
    {
        var fitted = MeasureBounds(
            trained.Network,
            trained.Prepare(train.Count > GapRecords ? train.Select([.. Enumerable.Range(0, GapRecords)]) : train),
            options
        ).Sum.Estimate;
        var reported = bounds.Sum.Estimate;
        yield return new(
            "train_gap_nats",
            "Generalisation gap: test loss minus training loss",
            "nats",
            new Estimate(
                reported.Value - fitted.Value,
                Math.Sqrt(reported.StandardError * reported.StandardError + fitted.StandardError * fitted.StandardError)
            )
        );
    }

    private static IEnumerable<Figure> LikelihoodFigures(
        Autoencoder model,
        Dataset test,
        EvaluationOptions options,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!model.Bottleneck.IsVariational || !model.Likelihood.IsOfRecord || options.ImportanceSamples == 0)
            yield break;
        var ranks = options.Communicator ?? Communicator.Alone;
        var result = ImportanceSampling.Estimate(model, test, options.ImportanceSamples, options.Seed, options.Device, ranks, progress, cancellationToken);
        var title = $"Negative log-likelihood, {(model.HasCode ? $"{options.ImportanceSamples} importance samples" : "exact: no code to draw")}";
        yield return new("nll_nats", title, "nats", result.NegativeLogLikelihood);
        yield return new("nll_bits", title, "bits", InformationUnits.NatsToBits(result.NegativeLogLikelihood));
        if (RecordFigures.Of(test.Schema).PerDimension(model, test, "nll_", "Negative log-likelihood", result.NegativeLogLikelihood) is { } share)
            yield return share;
        yield return new("effective_sample_share", "Effective fraction of importance samples", "", result.EffectiveSampleShare);
    }

    private static IEnumerable<Figure> AnnealedFigures(
        Autoencoder model,
        Dataset test,
        EvaluationOptions options,
        Action<string> warn,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        if (options.AnnealedDistributions == 0 || !model.Likelihood.IsOfRecord)
            yield break;
        if (!model.Bottleneck.IsVariational || model.Bottleneck.IsDiscrete)
        {
            warn(
                $"Annealed importance sampling walks through a continuous code with a prior, and this model has "
                    + $"{(model.Bottleneck.IsDiscrete ? "a discrete code" : "no prior")}: it is left out."
            );
            yield break;
        }
        var some = test.Count > options.AnnealedRecords ? test.Select([.. Enumerable.Range(0, options.AnnealedRecords)]) : test;
        var result = AnnealedImportanceSampling.Estimate(model, some, options.AnnealedDistributions, options.Seed, options.Device, progress, cancellationToken);
        var words = $"of the first {some.Count} records";
        yield return new(
            "ais_nll_nats",
            $"Negative log-likelihood {words}, AIS over {options.AnnealedDistributions} distributions",
            "nats",
            result.NegativeLogLikelihood
        );
        if (options.ImportanceSamples > 0)
            yield return new(
                "ais_records_nll_nats",
                $"Negative log-likelihood {words}, {options.ImportanceSamples} importance samples",
                "nats",
                ImportanceSampling.Estimate(model, some, options.ImportanceSamples, options.Seed, options.Device, null, cancellationToken).NegativeLogLikelihood
            );
    }

    private static IEnumerable<Figure> ProbeFigures(
        Autoencoder model,
        Dataset test,
        Tensor codes,
        Dataset? train,
        EvaluationOptions options,
        UnitActivity activity,
        Action<string> warn
    )
    {
        if (train is null || test.Labels.Count == 0 || train.Labels.Count == 0)
            yield break;
        if (train.Count > options.ProbeRecords)
            train = train.Select([.. Enumerable.Range(0, options.ProbeRecords)]);
        using var trainCodes = RecordCodes.Of(model, train, options.Device);
        (Tensor Train, Tensor Test)? drawn = model.Bottleneck.IsVariational
            ? (
                RecordCodes.Drawn(model, train, options.Seed, stream: -3, options.Device),
                RecordCodes.Drawn(model, test, options.Seed, stream: -4, options.Device)
            )
            : null;
        var code = drawn is null ? "" : ", from the mean code";
        foreach (var (fitted, reported) in train.Labels.Zip(test.Labels))
        {
            // With one label the figures have plain names; with several (factors), each has its own.
            var suffix = LabelProbe.Suffix(reported.Name, test.Labels.Count);
            var classes = Math.Max(fitted.Classes.Count, reported.Classes.Count);
            // Features are the mean codes; what a label and the code share is said of the code whose bits the rate counts, a draw.
            var probe = LinearProbe.Measure(trainCodes, fitted.Values, codes, reported.Values, classes);
            var information = drawn is { } z
                ? LinearProbe.Measure(z.Train, fitted.Values, z.Test, reported.Values, classes).InformationNats
                : probe.InformationNats;
            yield return new($"linear_probe_accuracy{suffix}", $"Linear probe of {reported.Name}, accuracy{code}", "", probe.Accuracy);
            yield return new(
                $"label_information_nats{suffix}",
                $"I(Z;Y), Y = {reported.Name}, at least (linear probe{(drawn is null ? "" : " of drawn codes")})",
                "nats",
                information.AtLeastZero()
            );
            yield return new(
                $"knn5_accuracy{suffix}",
                $"5 nearest neighbours for {reported.Name}, accuracy{code}",
                "",
                NearestNeighbourProbe.Accuracy(trainCodes, fitted.Values, codes, reported.Values)
            );
        }
        foreach (var figure in DisentanglementFigures.Of(trainCodes, train.Labels, codes, test.Labels, activity.Active, options.Seed, warn))
            yield return figure;
    }
}
