using Isthmus.Data;
using Isthmus.Information.Coding;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Priors;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Compression.Integer;

/// <summary>
/// Makes the parts of an integer model from a trained one and calibration records: networks in whole numbers, without the units that carry less than
/// 0.01 nats; a prior for each unit, the average of q(z|x); and for each unit the step of quantised latents at which code and pixels together
/// take the fewest bits. Everything here may be in floating point: it is done once, and a decoder takes what comes of it.
/// </summary>
internal static class ModelCalibration
{
    private const double LeastUnitNats = 0.01;
    private const int MostRecords = 10_000, RangeRecords = 2_000, StepRecords = 500, ContextRecords = 200;
    private const int BucketBits = 6;

    /// <summary>12 bits: a grey pixel's location is wanted to a fraction of a level, and 8 bits cost 1.2 % of the code length of 8-bit MNIST.</summary>
    private const int LargestGreyWeight = 2047;

    private const int Seed = 1;

    public static ModelParts Calibrate(TrainedModel model, Dataset calibration)
    {
        var schema = Check(model, calibration);
        // On one thread, as sums of several threads round otherwise: the same model and records are to give the same bytes.
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            using var noGradient = no_grad();
            using var scope = NewDisposeScope();
            var x = TensorBatches.Gather(calibration, Evenly(calibration.Count, RangeRecords));
            return model.Model.Bottleneck is VectorQuantisedBottleneck quantised ? Calibrate(model, schema, quantised, x) : Calibrate(model, calibration, schema, (GaussianBottleneck)model.Model.Bottleneck, x);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static ModelParts Calibrate(TrainedModel model, Dataset calibration, ImageSchema schema, GaussianBottleneck bottleneck, Tensor x)
    {
        var pixels = Thinned(calibration, MostRecords);
        var code = bottleneck.Encode(model.Model.Encoder.call(x), sample: false);
        var units = Active(code.UnitRates!);
        var z = code.Gaussian.Mean + ((code.Gaussian.LogVariance * 0.5).exp() * randn(code.Z.shape, generator: new Generator(Seed)));
        var mask = zeros(bottleneck.Latent);
        foreach (var unit in units)
            mask[unit] = 1;
        var dimension = schema.Dimension;
        var (likelihood, outputs) = Likelihood(model.Model, schema, x, z * mask);
        var decoder = Decoder(model.Model, z * mask, LatentInput.One, units, likelihood, outputs);
        var head = units.Select(_ => new OutputUnits(LocationScale.One)).Concat(units.Select(_ => new OutputUnits(-Octaves.Steps / (2 * Math.Log(2)))));
        var encoder = NetworkQuantiser.Quantise(model.Model.Encoder, x, schema.Levels - 1, schema.Levels - 1, [.. Enumerable.Range(0, dimension)], [.. head], [.. units, .. units.Select(unit => bottleneck.Latent + unit)]);
        var posterior = new Posterior(new(encoder, schema.Levels));
        var heads = posterior.Heads(pixels, pixels.Length / dimension);
        return new(schema, likelihood, Steps(heads, units.Length, pixels, decoder, likelihood, posterior), new(Priors(heads, posterior), BucketBits), decoder, posterior.Encoder);
    }

    /// <summary>Codebook, prior, decoder and encoder share one unit: the codebook's largest number is the largest input.</summary>
    private static ModelParts Calibrate(TrainedModel model, ImageSchema schema, VectorQuantisedBottleneck bottleneck, Tensor x)
    {
        var prior = (CodebookPrior)bottleneck.Prior;
        var vectors = NetworkQuantiser.Numbers(prior.Codebook);
        if (prior.Codebook.shape[0] > CodebookCodes.MostVectors)
            throw new InvalidInputException($"codebook={prior.Codebook.shape[0]} has no integer form; archives take codebooks of up to {CodebookCodes.MostVectors} vectors.");
        var one = LatentInput.Largest / Math.Max(vectors.Max(Math.Abs), 1e-6);
        var z = bottleneck.Encode(model.Model.Encoder.call(x), sample: false).Z;
        var (likelihood, outputs) = Likelihood(model.Model, schema, x, z);
        int[] all = [.. Enumerable.Range(0, bottleneck.Latent)];
        var logits = prior.Slots * (int)prior.Codebook.shape[0];
        var network = NetworkQuantiser.Quantise(prior.Layers(), z, one, LatentInput.Largest, all, [.. Enumerable.Repeat(new OutputUnits(Octaves.Steps / Math.Log(2)), logits)], [.. Enumerable.Range(0, logits)]);
        var encoder = NetworkQuantiser.Quantise(model.Model.Encoder, x, schema.Levels - 1, schema.Levels - 1, [.. Enumerable.Range(0, schema.Dimension)], [.. all.Select(_ => new OutputUnits(one))], all);
        return new(schema, likelihood, new CodebookCodes([.. vectors.Select(number => (short)Math.Round(number * one))], bottleneck.Latent / prior.Slots, network), null,
            Decoder(model.Model, z, one, all, likelihood, outputs), new(encoder, schema.Levels));
    }

    private static IntegerNetwork Decoder(Autoencoder model, Tensor z, double one, int[] kept, IntegerLikelihood likelihood, OutputUnits[] outputs) =>
        NetworkQuantiser.Quantise(model.Decoder, z, one, LatentInput.Largest, kept, outputs, [.. Enumerable.Range(0, outputs.Length)], likelihood is IntegerLogistic or IntegerLogisticMixture ? LargestGreyWeight : NetworkQuantiser.SByteWeight);

    private static ImageSchema Check(TrainedModel model, Dataset calibration)
    {
        if (model.Specification.Schema is not ImageSchema schema)
            throw new InvalidInputException($"The model was trained on {model.Specification.Schema}; only images can be compressed yet. Give a model of images.");
        if (model.Model.Condition is not null)
            throw new InvalidInputException($"The model '{model.Specification.Preset}' is given what a record is of, which has no integer form; archives take models with condition=none.");
        if (model.Model.Bottleneck is not (GaussianBottleneck or VectorQuantisedBottleneck))
            throw new InvalidInputException($"The model '{model.Specification.Preset}' has no Gaussian code and no codebook, so no code length; archives take variational models: train --model vae.");
        if (model.Model.Bottleneck is GaussianBottleneck { Prior: not StandardNormalPrior } bottleneck)
            throw new InvalidInputException($"prior={bottleneck.Prior.GetName()} has no integer form; archives take models with prior=standard-normal.");
        if (model.Model.Bottleneck is GaussianBottleneck { Posterior: not DiagonalPosteriorFamily })
            throw new InvalidInputException($"posterior={model.Specification.Settings.Get(ModelSpecification.Posterior)} has no integer form; archives take models with posterior=diagonal.");
        if (!calibration.Schema.Equals(schema))
            throw new InvalidInputException($"{calibration.Name} holds {calibration.Schema}, and the model was trained on {schema}; give records such as it was trained on.");
        return schema;
    }

    private static (IntegerLikelihood, OutputUnits[]) Likelihood(Autoencoder model, ImageSchema schema, Tensor x, Tensor z)
    {
        var dimension = schema.Dimension;
        switch (model.Likelihood)
        {
            case BernoulliLikelihood:
                return (new IntegerBernoulli(dimension), [.. Enumerable.Repeat(new OutputUnits(IntegerBernoulli.LogitOne), dimension)]);
            case DiscretisedLogisticLikelihood:
                var range = schema.Levels - 1.0;
                var (least, most, inverseScale) = InverseScales(schema);
                return (new IntegerLogistic(dimension, schema.Levels, least, most),
                    [.. Enumerable.Repeat(new OutputUnits(range * LocationScale.One, 0.5 * range * LocationScale.One), dimension), .. Enumerable.Repeat(inverseScale, dimension)]);
            case DiscretisedLogisticMixtureLikelihood mixture:
                var (pixel, units) = Mixture(mixture, schema);
                return (new IntegerLogisticMixture(dimension, pixel), [.. units.SelectMany(unit => Enumerable.Repeat(unit, dimension))]);
            case LocalContextLikelihood context:
                var few = Math.Min(ContextRecords, x.shape[0]);
                return LocalContextQuantiser.Quantise(context, schema, x.narrow(0, 0, few), model.Decoder.call(z.narrow(0, 0, few)), context.Base is DiscretisedLogisticMixtureLikelihood of
                    ? Mixture(of, schema)
                    : (new IntegerBernoulliPixel(), [new(IntegerBernoulli.LogitOne)]));
            default:
                throw new InvalidInputException($"The likelihood '{model.Likelihood.GetName()}' has no integer form; archives take models with likelihood=bernoulli, discretised-logistic, discretised-logistic-mixture or local-context.");
        }
    }

    private static (IntegerLogisticMixturePixel Distribution, OutputUnits[] Units) Mixture(DiscretisedLogisticMixtureLikelihood mixture, ImageSchema schema)
    {
        var (least, most, inverseScale) = InverseScales(schema);
        var (components, range) = (mixture.Components, (schema.Levels - 1.0) * IntegerLogisticMixturePixel.LocationOne);
        return (new(schema.Levels, components, least, most),
        [
            .. Enumerable.Repeat(new OutputUnits(Octaves.Steps / Math.Log(2)), components),
            .. Enumerable.Range(0, components).Select(k => new OutputUnits(range, range * DiscretisedLogisticMixtureLikelihood.FirstMean(k, components))),
            .. Enumerable.Repeat(inverseScale, components),
        ]);
    }

    /// <summary>Bounds and units of 1 / scale in levels, not in shares of the range, as <see cref="Octaves"/>.</summary>
    private static (int Least, int Most, OutputUnits Units) InverseScales(ImageSchema schema)
    {
        var (octave, levels) = (Octaves.Steps / Math.Log(2), Octaves.Steps * Math.Log2(schema.Levels - 1));
        int Bound(double logScale) => (int)Math.Round((-logScale * octave) - levels);
        return (Bound(DiscretisedLogisticLikelihood.MostLogScale), Bound(DiscretisedLogisticLikelihood.LeastLogScale), new(-octave, (-DiscretisedLogisticLikelihood.FirstLogScale * octave) - levels));
    }

    /// <summary>Units that carry something, at least the one that carries most.</summary>
    internal static int[] Active(Tensor unitRates)
    {
        var rates = unitRates.mean([0]).data<float>().ToArray();
        var active = Enumerable.Range(0, rates.Length).Where(unit => rates[unit] >= LeastUnitNats).ToArray();
        return active.Length > 0 ? active : [Array.IndexOf(rates, rates.Max())];
    }

    /// <summary>Frequencies of each prior: the mean over records of the posterior's mass in each group of buckets, and one part in 2^16 of N(0, 1).</summary>
    private static BucketPrior[] Priors(int[] heads, Posterior posterior)
    {
        const int Precision = 20;
        var grid = BucketGrid.EqualMass(BucketPrior.GroupBits);
        var count = heads.Length / (2 * posterior.Units);
        var priors = new BucketPrior[posterior.Units];
        for (var unit = 0; unit < priors.Length; unit++)
        {
            var mass = new long[grid.Size];
            for (var record = 0; record < count; record++)
            {
                var q = posterior.Of(heads, record, unit, grid, Precision);
                for (var group = 0; group < mass.Length; group++)
                    mass[group] += q.Frequency(group);
            }
            priors[unit] = new(Categorical.FromCounts(mass, BucketPrior.GroupPrecision), BucketBits);
        }
        return priors;
    }

    /// <summary>Steps of least total bits: one multiple of every unit's mean deviation first, then each unit by itself.</summary>
    private static SteppedCodes Steps(int[] heads, int units, byte[] pixels, IntegerNetwork decoder, IntegerLikelihood likelihood, Posterior posterior)
    {
        var count = heads.Length / (2 * units);
        var deviations = new double[units];
        for (var i = 0; i < count * units; i++)
            deviations[i % units] += Math.Pow(2, -heads[(i / units * 2 * units) + units + (i % units)] / (double)Octaves.Steps) / count;
        var sample = Enumerable.Range(0, Math.Min(StepRecords, count)).Select(i => (int)((long)i * count / Math.Min(StepRecords, count))).ToArray();
        byte[] records = [.. sample.SelectMany(record => pixels[(record * likelihood.Dimension)..((record + 1) * likelihood.Dimension)])];
        LatentSteps Unit(int unit, double step) => Histogram(heads, units, unit, (int)Math.Clamp(Math.Round(step * LocationScale.One), 1, 1 << 24));
        double Bits(LatentSteps[] steps)
        {
            var latents = new QuantisedLatents(new SteppedCodes(steps), decoder, likelihood, posterior.Encoder);
            return latents.Costs(records, latents.Choose(records, sample.Length), sample.Length).Sum(cost => cost.Bits);
        }
        double[] tried = [1, 1.5, 2, 2.5, 3, 3.5, 4, 5];
        var (best, least) = (Array.Empty<LatentSteps>(), double.PositiveInfinity);
        foreach (var multiple in tried)
        {
            var steps = deviations.Select((deviation, unit) => Unit(unit, multiple * deviation)).ToArray();
            if (Bits(steps) is var bits && bits < least)
                (best, least) = (steps, bits);
        }
        for (var unit = 0; unit < units; unit++)
            foreach (var factor in new[] { 1.3, 1 / 1.3 })
            {
                LatentSteps[] steps = [.. best];
                steps[unit] = Unit(unit, best[unit].Step / (double)LocationScale.One * factor);
                if (Bits(steps) is var bits && bits < least)
                    (best, least) = (steps, bits);
            }
        return new(best);
    }

    /// <summary>The codes that the records' means round to, and two more at either end.</summary>
    private static LatentSteps Histogram(int[] heads, int units, int unit, int step)
    {
        const int Margin = 2, Most = 1 << 12;
        var codes = new List<int>();
        for (var i = unit; i < heads.Length; i += 2 * units)
            codes.Add((int)Math.Clamp(Math.Round(heads[i] / (double)step, MidpointRounding.AwayFromZero), -Most, Most));
        var first = codes.Min() - Margin;
        var counts = new long[codes.Max() + Margin + 1 - first];
        foreach (var code in codes)
            counts[code - first]++;
        return new(step, first, Categorical.FromCounts(counts, LatentSteps.Precision));
    }

    private static byte[] Thinned(Dataset data, int most)
    {
        var indices = Evenly(data.Count, most);
        var pixels = new byte[indices.Length * data.Schema.Dimension];
        data.CopyPixels(indices, pixels);
        return pixels;
    }

    private static int[] Evenly(int count, int most) => [.. Enumerable.Range(0, Math.Min(count, most)).Select(i => (int)((long)i * count / Math.Min(count, most)))];
}
