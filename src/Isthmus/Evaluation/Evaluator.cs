using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Documents;
using Isthmus.Evaluation.Disentanglement;
using Isthmus.Evaluation.Samples;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using Isthmus.Recommenders;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>The one evaluation, the same for every model: bounds in nats and bits, reconstruction, the code's activity, and what can be read from the code.</summary>
public static class Evaluator
{
    // Enough for a gap of a few parts in a thousand, at a cost that is not noticed.
    private const int GapRecords = 2000;

    // Of records that stay in a file, so many codes are in memory at once.
    private const int StreamedCodes = 20_000;

    /// <summary>Evaluates on <paramref name="test"/>.</summary>
    /// <param name="trained">The model.</param>
    /// <param name="test">Records reported on, as read.</param>
    /// <param name="train">Records that probes of the code are fitted on, as read; null for no probes.</param>
    /// <param name="options">Effort and seed.</param>
    /// <param name="progress">Told the share done of the slow part.</param>
    /// <param name="cancel">Stops early.</param>
    /// <exception cref="InvalidInputException">The data is of another shape than the model's, or there are too few samples or records to compare.</exception>
    public static EvaluationReport Evaluate(TrainedModel trained, Dataset test, Dataset? train, EvaluationOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var model = trained.Model;
        SampleFigures.Demand(test, options);
        test = trained.Prepare(test);
        model.eval();
        using var scope = NewDisposeScope();
        var bounds = MeasureBounds(model, test, options);
        var codes = RecordCodes.Of(model, test.Blocks is null ? test : test.Select([.. Enumerable.Range(0, Math.Min(StreamedCodes, test.Count))]), options.Device);
        var activity = UnitActivity.Of(model, test.Blocks is null ? [codes] : RecordCodes.InOrder(model, test, options.Device));
        var rankings = test.Schema is InteractionSchema ? Rank(trained, test, train, options, progress, cancel) : [];
        List<string> warnings = [];
        List<Figure> figures =
        [
            .. BoundFigures(model, test, bounds),
            .. rankings.Count > 0 || train is null ? [] : GapFigures(trained, bounds, train, options),
            .. rankings.Count > 0 ? rankings[0].Figures : [
                .. LikelihoodFigures(model, test, options, progress, cancel),
                .. AnnealedFigures(model, test, options, warnings.Add, progress, cancel),
                .. InformationFigures.Of(model, test, SeesCorrupted(model, test) ? null : bounds.Rate.Estimate, options),
                .. test.Schema is CountSchema ? DocumentFigures.Of(model, test, train is null ? null : trained.Prepare(train), options) : model.Likelihood is ClassLikelihood ? ClassificationFigures.Of(model, test, options) : ReconstructionFigures(model, test, options),
            ],
            .. ActivityFigures(activity),
            .. model.Bottleneck.Figures(codes),
            .. ProbeFigures(model, test, codes, train is null ? null : trained.Prepare(train), options, activity, warnings.Add),
            .. SampleFigures.Of(model, test, train, options, warnings.Add, cancel),
        ];
        var (words, next) = new Verdict(trained, test, figures, activity, bounds.UnitRates, options.ModelPath).Of(rankings);
        return new(trained.Specification.Preset, test.Name, test.Count, options.Seed, model.Bottleneck.IsVariational && rankings.Count == 0 ? options.ImportanceSamples : 0,
            figures, words, activity, bounds.UnitRates)
        { Rankings = rankings, Warnings = warnings, Next = next };
    }

    /// <summary>The model and, where its training users are known, the baselines, on the same users.</summary>
    private static List<RankingResult> Rank(TrainedModel trained, Dataset test, Dataset? train, EvaluationOptions options, IProgress<double>? progress, CancellationToken cancel)
    {
        var foldIn = FoldIn.Of(test, options.Seed);
        var (products, items) = (train is null ? null : new ItemProducts(trained.Prepare(train)), test.Schema.Dimension);
        List<Recommender> all = [new ModelRecommender(trained, options.Device)];
        if (products is not null)
            all.AddRange([new MostPopular(products, items), new ItemNeighbours(products, items)]);
        return [.. all.Select(recommender => RankingResult.Of(recommender, foldIn, products, train?.Count ?? 0, progress, cancel))];
    }

    private sealed record Bounds(RunningMoments Distortion, RunningMoments Rate, RunningMoments Sum, IReadOnlyList<double>? UnitRates);

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

    // A history or a row is no picture with noise on it: it lacks more than a corruption takes.
    private static bool SeesCorrupted(Autoencoder model, Dataset test) => model.Corruption is not NoCorruption && test.Schema is not (CountSchema or TableSchema);

    private static IEnumerable<Figure> BoundFigures(Autoencoder model, Dataset test, Bounds bounds)
    {
        yield return new("distortion_nats", "Distortion, -ln p(x|z)", "nats", bounds.Distortion.Estimate);
        if (!model.Bottleneck.IsVariational)
        {
            if (bounds.Rate.Mean != 0)
                yield return new("penalty_nats", "Penalty on the code", "nats", bounds.Rate.Estimate);
            yield break;
        }
        yield return new("rate_nats", "Code costs: Rate, KL(q(z|x) || p(z))", "nats", bounds.Rate.Estimate);
        yield return new("rate_bits", "Code costs: Rate, KL(q(z|x) || p(z))", "bits", InformationUnits.NatsToBits(bounds.Rate.Estimate));
        yield return new("elbo_nats", "ELBO", "nats", -bounds.Sum.Estimate);
        yield return new("elbo_bits", "ELBO", "bits", InformationUnits.NatsToBits(-bounds.Sum.Estimate));
        if (test.Schema is not DocumentSchema && model.Likelihood.IsOfRecord)
            yield return PerDimension(model, test, "", "-ELBO", bounds.Sum.Estimate);
    }

    /// <summary>What a test record costs more than a training one; both with one draw of the code.</summary>
    private static IEnumerable<Figure> GapFigures(TrainedModel trained, Bounds bounds, Dataset train, EvaluationOptions options)
    {
        var fitted = MeasureBounds(trained.Model, trained.Prepare(train.Count > GapRecords ? train.Select([.. Enumerable.Range(0, GapRecords)]) : train), options).Sum.Estimate;
        var reported = bounds.Sum.Estimate;
        yield return new("train_gap_nats", "Test loss less training loss", "nats", new Estimate(reported.Value - fitted.Value, Math.Sqrt(reported.StandardError * reported.StandardError + fitted.StandardError * fitted.StandardError)));
    }

    private static IEnumerable<Figure> LikelihoodFigures(Autoencoder model, Dataset test, EvaluationOptions options, IProgress<double>? progress, CancellationToken cancel)
    {
        if (!model.Bottleneck.IsVariational || !model.Likelihood.IsOfRecord || options.ImportanceSamples == 0)
            yield break;
        var result = ImportanceSampling.Estimate(model, test, options.ImportanceSamples, options.Seed, options.Device, progress, cancel);
        yield return new("nll_nats", $"Negative log-likelihood, {options.ImportanceSamples} importance samples", "nats", result.NegativeLogLikelihood);
        yield return new("nll_bits", $"Negative log-likelihood, {options.ImportanceSamples} importance samples", "bits", InformationUnits.NatsToBits(result.NegativeLogLikelihood));
        if (test.Schema is not DocumentSchema)
            yield return PerDimension(model, test, "nll_", "Negative log-likelihood", result.NegativeLogLikelihood);
        yield return new("effective_sample_share", "Effective share of the importance samples", "", result.EffectiveSampleShare);
    }

    private static IEnumerable<Figure> AnnealedFigures(Autoencoder model, Dataset test, EvaluationOptions options, Action<string> warn, IProgress<double>? progress, CancellationToken cancel)
    {
        if (options.AnnealedDistributions == 0 || !model.Likelihood.IsOfRecord)
            yield break;
        if (!model.Bottleneck.IsVariational || model.Bottleneck.IsDiscrete)
        {
            warn($"Annealed importance sampling walks through a continuous code with a prior, and this model has {(model.Bottleneck.IsDiscrete ? "a discrete code" : "no prior")}: it is left out.");
            yield break;
        }
        var some = test.Count > options.AnnealedRecords ? test.Select([.. Enumerable.Range(0, options.AnnealedRecords)]) : test;
        var result = AnnealedImportanceSampling.Estimate(model, some, options.AnnealedDistributions, options.Seed, options.Device, progress, cancel);
        var words = $"of the first {some.Count} records";
        yield return new("ais_nll_nats", $"Negative log-likelihood {words}, AIS over {options.AnnealedDistributions} distributions", "nats", result.NegativeLogLikelihood);
        if (options.ImportanceSamples > 0)
            yield return new("ais_records_nll_nats", $"Negative log-likelihood {words}, {options.ImportanceSamples} importance samples", "nats",
                ImportanceSampling.Estimate(model, some, options.ImportanceSamples, options.Seed, options.Device, null, cancel).NegativeLogLikelihood);
    }

    /// <summary>Bits a dimension: of a probability, what a coder would spend; of a density, relative to the unit of x and named so.</summary>
    private static Figure PerDimension(Autoencoder model, Dataset test, string prefix, string title, Estimate nats)
    {
        if (test.Schema is CountSchema)
            return new($"{prefix}bits_per_interaction", $"{title} an interaction", "bits", InformationUnits.NatsToBits(nats) * (1.0 / MeanCount(test)));
        var bits = InformationUnits.NatsToBits(nats) * (1.0 / test.Schema.Dimension);
        return model.Likelihood.IsDiscrete
            ? new($"{prefix}bits_per_dim", $"{title} a dimension", "bits/dim", bits)
            : new($"{prefix}differential_bits_per_dim", $"{title} a dimension (of a density: relative to the unit of x)", "bits/dim", bits);
    }

    private static double MeanCount(Dataset data)
    {
        var sum = 0.0;
        for (var record = 0; record < data.Count; record++)
            foreach (var value in data.Sparse(record).Values)
                sum += value;
        return sum / data.Count;
    }

    private static IEnumerable<Figure> ReconstructionFigures(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var isImage = test.Schema is ImageSchema;
        var unit = isImage ? "of the [0, 1] range, squared" : "standard deviations squared";
        var (clean, noisy, restored) = (new ReconstructionError(), new ReconstructionError(), new ReconstructionError());
        var denoises = model.Corruption is not NoCorruption;
        // Of a row, the numbers that are there; levels have no distance.
        var numbers = test.Schema is TableSchema table ? tensor(table.Fields.Select(field => field is NumberField).ToArray(), device: options.Device) : null;
        using var noGradient = inference_mode();
        var explained = numbers is null ? new VarianceExplained(MeanRecord(model, test, options)) : null;
        using (RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, -1)))
            foreach (var x in TensorBatches.InOrder(test, 250, options.Device))
            {
                using var scope = NewDisposeScope();
                if (numbers is not null)
                {
                    var known = x.isnan().logical_not().logical_and(numbers);
                    clean.Add(x.MaskedFill(known.logical_not(), 0), model.Reconstruct(x).MaskedFill(known.logical_not(), 0));
                    continue;
                }
                var reconstruction = model.Reconstruct(x);
                clean.Add(model.Record(x), reconstruction);
                explained?.Add(model.Record(x), reconstruction);
                if (!denoises)
                    continue;
                var corrupted = model.Corruption.Apply(x);
                noisy.Add(x, corrupted);
                restored.Add(x, model.Reconstruct(corrupted));
            }
        yield return new("reconstruction_mse", "Reconstruction, mean squared error", unit, clean.SquaredError.Estimate);
        if (isImage)
            yield return new("reconstruction_psnr_db", "Reconstruction, PSNR", "dB", clean.Psnr.Estimate);
        if (explained?.Estimate is { } share)
            yield return new("variance_explained", "Variance explained", "", share);
        if (!denoises || numbers is not null)
            yield break;
        yield return new("denoised_mse", "Denoised, mean squared error", unit, restored.SquaredError.Estimate);
        yield return new("noisy_mse", "Noisy input, mean squared error", unit, noisy.SquaredError.Estimate);
        if (!isImage)
            yield break;
        yield return new("denoised_psnr_db", "Denoised, PSNR", "dB", restored.Psnr.Estimate);
        yield return new("noisy_psnr_db", "Noisy input, PSNR", "dB", noisy.Psnr.Estimate);
    }

    private static Tensor MeanRecord(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var sum = zeros(test.Schema.Dimension, float64, options.Device);
        foreach (var x in TensorBatches.InOrder(test, 1000, options.Device))
        {
            using var scope = NewDisposeScope();
            // In double precision the sum of equal numbers is exact, and their mean that number.
            sum.AddInPlace(model.Record(x).sum([0L], type: float64));
        }
        return sum.Over(test.Count).to(float32);
    }

    private static IEnumerable<Figure> ActivityFigures(UnitActivity activity)
    {
        yield return new("latent_units", "Units in the code", "", activity.Active.Count);
        yield return new("active_units", "Active units", "", activity.Count);
        yield return new("active_unit_share", "Share of units active", "", activity.Count / (double)activity.Active.Count);
        if (activity.UnitsOn is { } on)
            yield return new("units_on_per_record", "Units on in a record's code (L0)", "", on);
    }

    private static IEnumerable<Figure> ProbeFigures(Autoencoder model, Dataset test, Tensor codes, Dataset? train, EvaluationOptions options, UnitActivity activity, Action<string> warn)
    {
        if (train is null || test.Labels.Count == 0 || train.Labels.Count == 0)
            yield break;
        if (train.Count > options.ProbeRecords)
            train = train.Select([.. Enumerable.Range(0, options.ProbeRecords)]);
        using var trainCodes = RecordCodes.Of(model, train, options.Device);
        (Tensor Train, Tensor Test)? drawn = model.Bottleneck.IsVariational
            ? (RecordCodes.Drawn(model, train, options.Seed, stream: -3, options.Device), RecordCodes.Drawn(model, test, options.Seed, stream: -4, options.Device)) : null;
        var code = drawn is null ? "" : ", from the mean code";
        foreach (var (fitted, reported) in train.Labels.Zip(test.Labels))
        {
            // With one label the figures have plain names; with several (factors), each has its own.
            var suffix = test.Labels.Count == 1 ? "" : $"_{reported.Name.Replace(' ', '_')}";
            var classes = Math.Max(fitted.Classes.Count, reported.Classes.Count);
            // Features are the mean codes; what a label and the code share is said of the code whose bits the rate counts, a draw.
            var probe = LinearProbe.Measure(trainCodes, fitted.Values, codes, reported.Values, classes);
            var information = drawn is { } z ? LinearProbe.Measure(z.Train, fitted.Values, z.Test, reported.Values, classes).InformationNats : probe.InformationNats;
            yield return new($"linear_probe_accuracy{suffix}", $"Linear probe of {reported.Name}, accuracy{code}", "", probe.Accuracy);
            yield return new($"label_information_nats{suffix}", $"I(Z;Y), Y = {reported.Name}, at least (linear probe{(drawn is null ? "" : " of drawn codes")})", "nats", information.AtLeastZero());
            yield return new($"knn5_accuracy{suffix}", $"5 nearest neighbours for {reported.Name}, accuracy{code}", "", NearestNeighbourProbe.Accuracy(trainCodes, fitted.Values, codes, reported.Values));
        }
        foreach (var figure in DisentanglementFigures.Of(trainCodes, train.Labels, codes, test.Labels, activity.Active, options.Seed, warn))
            yield return figure;
    }
}
