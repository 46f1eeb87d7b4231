using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Latents;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Information.Coding;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Quantisation;

/// <summary>
/// Makes the parts of an integer model from a trained one: networks in whole numbers, without units that carry less than 0.01 nats; a prior for each unit, the
/// average of q(z|x); and for each unit the step of quantised latents at which code and pixels together take the fewest bits. Measurements on records come
/// first, as a small <see cref="Calibration"/>: from it and the weights, the parts are made anywhere. Floating point is allowed throughout: it is done once,
/// and a decoder uses the result.
/// </summary>
internal static class ModelCalibration
{
    private const double LeastUnitNats = 0.01,
        MostReach = 4,
        MostDeviation = 1.25;
    private const int MostRecords = 10_000,
        RangeRecords = 2_000,
        StepRecords = 500,
        ContextRecords = 200;
    private const int BucketBits = 6,
        MostBucketBits = 14 - BucketPrior.GroupBits;

    /// <summary>12 bits: a grey pixel's location is wanted to a fraction of a level, and 8 bits cost 1.2 % of the code length of 8-bit MNIST.</summary>
    private const int LargestGreyWeight = 2047;

    private const int Seed = 1;

    /// <summary>Size of the sample on which steps are chosen: fewer records if they are larger.</summary>
    private const int StepPixels = 500 * 1024,
        LeastStepRecords = 100;

    private const string Encoder = "encoder",
        DecoderName = "decoder",
        PriorName = "prior",
        Context = "context",
        Units = "units",
        Gains = "gains",
        StepsName = "steps",
        Codes = "codes",
        Groups = "groups",
        Buckets = "bucket-bits";

    /// <summary>Returns the measurements that a model's file keeps.</summary>
    /// <exception cref="InvalidInputException">It keeps none.</exception>
    public static Calibration KeptBy(TrainedModel model) =>
        model.Calibration
        ?? throw new InvalidInputException("The model file", "keeps no measurements for its form in whole numbers", "train it again with this Isthmus");

    /// <summary>Measures a model that has an integer form on records.</summary>
    /// <exception cref="InvalidInputException">It has none, or takes other records.</exception>
    public static Calibration Measure(TrainedModel model, Dataset calibration)
    {
        var schema = Demand(model);
        if (!calibration.Schema.Equals(schema))
            throw new InvalidInputException(
                calibration.Name,
                $"holds {calibration.Schema}, and the model was trained on {schema}",
                "give records such as it was trained on"
            );
        // On one thread, as sums of several threads round otherwise: the same model and records are to give the same bytes.
        using var one = TensorThreads.Use(1);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var device = model.Network.parameters().First().device;
        var x = TensorBatches.Gather(calibration, Evenly(calibration.Count, RangeRecords), device);
        var numbers = new Dictionary<string, float[]>();
        var code = model.Network.Bottleneck.Encode(model.Network.Encoder.call(x), sample: false);
        Write(numbers, Encoder, NetworkQuantiser.Measure(model.Network.Encoder, x));
        if (model.Network.Bottleneck is VectorQuantisedBottleneck quantised)
        {
            Write(numbers, PriorName, NetworkQuantiser.Measure(((CodebookPrior)quantised.Prior).Layers(), code.Z));
            WriteDecoder(numbers, model.Network, x, code.Z);
            return new(numbers);
        }
        var units = Active(code.UnitRates!);
        numbers[Units] = [.. units.Select(unit => (float)unit)];
        numbers[Gains] = GainsOf(code.Gaussian, units);
        using var draws = RandomDraws.Seeded(Seed);
        var z = code.Gaussian.Mean.Plus(code.Gaussian.LogVariance.Times(0.5).exp() * RandomOperations.Normal(code.Z.shape, device: device));
        var mask = zeros(code.Z.shape[^1], device: device);
        foreach (var unit in units)
            mask[unit] = 1;
        WriteDecoder(numbers, model.Network, x, z * mask);
        WriteLatent(numbers, model, schema, Thinned(calibration, MostRecords));
        return new(numbers);
    }

    /// <summary>Returns the parts of the integer model.</summary>
    /// <exception cref="InvalidInputException">The model has no integer form, or the calibration is another model's.</exception>
    public static ModelParts Parts(TrainedModel model, Calibration calibration)
    {
        var schema = Demand(model);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        if (model.Network.Bottleneck is VectorQuantisedBottleneck quantised)
            return CodebookParts(model.Network, schema, quantised, calibration);
        var (likelihood, decoder, posterior) = Networks(model.Network, schema, calibration);
        return new(schema, likelihood, Steps(calibration, posterior.Units), Priors(calibration, posterior.Units), decoder, posterior.Encoder)
        {
            Gains = Doubles(calibration.Of(Gains)),
        };
    }

    private static (IntegerLikelihood Likelihood, IntegerNetwork Decoder, Posterior Posterior) Networks(
        Autoencoder model,
        ImageSchema schema,
        Calibration calibration
    )
    {
        var units = UnitsOf(calibration, model.Bottleneck.Latent);
        var gains = Doubles(calibration.Of(Gains, units.Length));
        if (gains.Any(gain => gain < 1))
            throw new InvalidInputException("The model file's calibration", "has a latent unit of a gain below 1", "use a copy that is whole, or train again");
        var (likelihood, outputs) = Likelihood(model, schema, calibration);
        var decoder = Decoder(model, calibration, LatentInput.One, units, gains, likelihood, outputs);
        // z / gain has the mean / gain, and the deviation / gain.
        var head = gains
            .Select(gain => new OutputUnits(LocationScale.One / gain))
            .Concat(gains.Select(gain => new OutputUnits(-FixedPointLog2.StepsANat / 2, FixedPointLog2.StepsANat * Math.Log(gain))));
        var encoder = EncoderOf(model, schema, calibration, [.. head], [.. units, .. units.Select(unit => model.Bottleneck.Latent + unit)]);
        return (likelihood, decoder, new(new(encoder, schema.Levels)));
    }

    /// <summary>
    /// Returns the parts of a codebook model. Codebook, prior, decoder and encoder share one unit: the codebook's largest number is the largest input.
    /// </summary>
    private static ModelParts CodebookParts(Autoencoder model, ImageSchema schema, VectorQuantisedBottleneck bottleneck, Calibration calibration)
    {
        var prior = (CodebookPrior)bottleneck.Prior;
        var vectors = NetworkQuantiser.Numbers(prior.Codebook);
        var one = LatentInput.Largest / Math.Max(vectors.Max(Math.Abs), 1e-6);
        var (likelihood, outputs) = Likelihood(model, schema, calibration);
        int[] all = [.. Enumerable.Range(0, bottleneck.Latent)];
        var logits = prior.Slots * (int)prior.Codebook.shape[0];
        var layers = prior.Layers();
        var network = NetworkQuantiser.Quantise(
            layers,
            Read(calibration, PriorName, layers),
            one,
            LatentInput.Largest,
            all,
            Ones(all),
            [.. Enumerable.Repeat(new OutputUnits(FixedPointLog2.StepsANat), logits)],
            [.. Enumerable.Range(0, logits)]
        );
        var encoder = EncoderOf(model, schema, calibration, [.. all.Select(_ => new OutputUnits(one))], all);
        return new(
            schema,
            likelihood,
            new CodebookCodes([.. vectors.Select(number => (short)Math.Round(number * one))], bottleneck.Latent / prior.Slots, network),
            null,
            Decoder(model, calibration, one, all, Ones(all), likelihood, outputs),
            new(encoder, schema.Levels)
        );
    }

    private static IntegerNetwork EncoderOf(Autoencoder model, ImageSchema schema, Calibration calibration, OutputUnits[] head, int[] outputs)
    {
        int[] pixels = [.. Enumerable.Range(0, schema.Dimension)];
        return NetworkQuantiser.Quantise(
            model.Encoder,
            Read(calibration, Encoder, model.Encoder),
            schema.Levels - 1,
            schema.Levels - 1,
            pixels,
            Ones(pixels),
            head,
            outputs
        );
    }

    private static double[] Ones(int[] inputs) => Array.ConvertAll(inputs, _ => 1.0);

    private static double[] Doubles(float[] numbers) => Array.ConvertAll(numbers, number => (double)number);

    /// <summary>
    /// Returns the scale of each unit, the latent value that 1 stands for. Buckets of bits-back are fine where N(0, 1) is dense and end near 3.5, and a
    /// decoder's inputs end at 8: codes that the rate does not hold to N(0, 1) (few epochs, a small beta) lie far outside. Those are divided, so that means are
    /// within 3, and the root mean square of all codes is at most 1; the others stay.
    /// </summary>
    private static float[] GainsOf(DiagonalGaussian codes, int[] units)
    {
        var reach = NetworkQuantiser.Numbers(codes.Mean.abs().amax([0L]));
        var squares = NetworkQuantiser.Numbers(codes.Mean.Square().Plus(codes.LogVariance.exp()).mean([0]));
        return
        [
            .. units.Select(unit =>
                Math.Sqrt(squares[unit]) is var deviation && (reach[unit] > MostReach || deviation > MostDeviation)
                    ? (float)Math.Max(1, Math.Max(reach[unit] / 3, deviation))
                    : 1
            ),
        ];
    }

    /// <summary>
    /// Returns log2 of the buckets in a group: more if more than one in a hundred posteriors has a deviation below the width of its bucket, 1 / (2^bits
    /// phi(mean)), as bits-back would then draw a bucket's middle instead of the code.
    /// </summary>
    private static int BucketBitsOf(int[] heads, Posterior posterior)
    {
        var narrow = 0;
        var count = heads.Length / (2 * posterior.Units);
        for (var i = 0; i < count * posterior.Units; i++)
        {
            var row = heads.AsSpan(i / posterior.Units * 2 * posterior.Units);
            var (mean, deviation) = (
                row[i % posterior.Units] / (double)LocationScale.One,
                Math.Pow(2, -row[posterior.Units + (i % posterior.Units)] / (double)FixedPointLog2.Steps)
            );
            if (deviation * Math.Exp(-mean * mean / 2) / Math.Sqrt(2 * Math.PI) * (1 << (BucketPrior.GroupBits + BucketBits)) < 1)
                narrow++;
        }
        return 100L * narrow > (long)count * posterior.Units ? MostBucketBits : BucketBits;
    }

    private static IntegerNetwork Decoder(
        Autoencoder model,
        Calibration calibration,
        double one,
        int[] kept,
        double[] gains,
        IntegerLikelihood likelihood,
        OutputUnits[] outputs
    ) =>
        NetworkQuantiser.Quantise(
            model.Decoder,
            Read(calibration, DecoderName, model.Decoder),
            one,
            LatentInput.Largest,
            kept,
            gains,
            outputs,
            [.. Enumerable.Range(0, outputs.Length)],
            likelihood is IntegerLogistic or IntegerLogisticMixture ? LargestGreyWeight : NetworkQuantiser.SByteWeight
        );

    /// <summary>Throws unless the model has an integer form.</summary>
    /// <returns>Schema of its records.</returns>
    /// <exception cref="InvalidInputException">It has none: the message says what to take.</exception>
    public static ImageSchema Demand(TrainedModel model)
    {
        var schema = model.Specification.Schema.Demand<ImageSchema>(
            $"The model was trained on {model.Specification.Schema}, and only images can be compressed yet",
            "give a model of images"
        );
        if (model.Network.Condition is not null)
            throw new InvalidInputException(
                $"The model '{model.Specification.Preset}'",
                "is given what a record is of, which has no integer form",
                $"archive with a model with {OptionNames.Value("condition", "none")}",
                OptionNames.Key("condition")
            );
        if (model.Network.Bottleneck is not (GaussianBottleneck or VectorQuantisedBottleneck))
            throw new InvalidInputException(
                $"The model '{model.Specification.Preset}'",
                "has no Gaussian code and no codebook, so no code length",
                $"archive with a variational model ({OptionNames.Model("vae")})"
            );
        if (model.Network.Bottleneck is GaussianBottleneck { Prior: not StandardNormalPrior } bottleneck)
            throw new InvalidInputException(
                $"{OptionNames.Value("prior", bottleneck.Prior.GetName())}",
                "has no integer form",
                $"archive with a model with {OptionNames.Value("prior", "standard-normal")}",
                OptionNames.Key("prior")
            );
        if (model.Network.Bottleneck is GaussianBottleneck { Posterior: not DiagonalPosteriorFamily })
            throw new InvalidInputException(
                $"{OptionNames.Value("posterior", model.Specification.Settings.Get(ModelSpecification.Posterior))}",
                "has no integer form",
                $"archive with a model with {OptionNames.Value("posterior", "diagonal")}",
                OptionNames.Key("posterior")
            );
        if (
            model.Network.Bottleneck is VectorQuantisedBottleneck { Prior: CodebookPrior { Codebook: var codebook } }
            && codebook.shape[0] > CodebookCodes.MostVectors
        )
            throw new InvalidInputException(
                $"{OptionNames.Value("codebook", codebook.shape[0])}",
                "has no integer form",
                $"archive with a model with a codebook of up to {CodebookCodes.MostVectors} vectors",
                OptionNames.Key("codebook")
            );
        if (
            model.Network.Likelihood
            is not (BernoulliLikelihood or DiscretisedLogisticLikelihood or DiscretisedLogisticMixtureLikelihood or LocalContextLikelihood)
        )
            throw new InvalidInputException(
                $"The likelihood '{model.Network.Likelihood.GetName()}'",
                "has no integer form",
                "archive with a model with a likelihood of bernoulli, discretised-logistic, discretised-logistic-mixture or local-context",
                OptionNames.Key("likelihood")
            );
        NetworkQuantiser.Demand(model.Network.Encoder);
        NetworkQuantiser.Demand(model.Network.Decoder);
        return schema;
    }

    private static (IntegerLikelihood, OutputUnits[]) Likelihood(Autoencoder model, ImageSchema schema, Calibration calibration)
    {
        var dimension = schema.Dimension;
        switch (model.Likelihood)
        {
            case BernoulliLikelihood:
                return (new IntegerBernoulli(dimension), [.. Enumerable.Repeat(new OutputUnits(IntegerBernoulli.LogitOne), dimension)]);
            case DiscretisedLogisticLikelihood:
                var range = schema.Levels - 1.0;
                var (least, most, inverseScale) = InverseScales(schema);
                return (
                    new IntegerLogistic(dimension, schema.Levels, least, most),
                    [
                        .. Enumerable.Repeat(new OutputUnits(range * LocationScale.One, 0.5 * range * LocationScale.One), dimension),
                        .. Enumerable.Repeat(inverseScale, dimension),
                    ]
                );
            case DiscretisedLogisticMixtureLikelihood mixture:
                var (pixel, units) = Mixture(mixture, schema);
                return (new IntegerLogisticMixture(dimension, pixel), [.. units.SelectMany(unit => Enumerable.Repeat(unit, dimension))]);
            case LocalContextLikelihood context:
                return LocalContextQuantiser.Quantise(
                    context,
                    schema,
                    calibration,
                    Context,
                    context.Base is DiscretisedLogisticMixtureLikelihood of
                        ? Mixture(of, schema)
                        : (new IntegerBernoulliPixel(), [new(IntegerBernoulli.LogitOne)])
                );
            case var other:
                throw new InvalidOperationException($"The likelihood {other.GetName()} has no integer form, and was asked for one.");
        }
    }

    private static (IntegerLogisticMixturePixel Distribution, OutputUnits[] Units) Mixture(DiscretisedLogisticMixtureLikelihood mixture, ImageSchema schema)
    {
        var (least, most, inverseScale) = InverseScales(schema);
        var (components, range) = (mixture.Components, (schema.Levels - 1.0) * IntegerLogisticMixturePixel.LocationOne);
        return (
            new(schema.Levels, components, least, most),
            [
                .. Enumerable.Repeat(new OutputUnits(FixedPointLog2.StepsANat), components),
                .. Enumerable.Range(0, components).Select(k => new OutputUnits(range, range * DiscretisedLogisticMixtureLikelihood.FirstMean(k, components))),
                .. Enumerable.Repeat(inverseScale, components),
            ]
        );
    }

    /// <summary>Returns bounds and units of 1 / scale as {FixedPointLog2}, in levels rather than fractions of the range.</summary>
    private static (int Least, int Most, OutputUnits Units) InverseScales(ImageSchema schema)
    {
        var (octave, levels) = (FixedPointLog2.Steps / Math.Log(2), FixedPointLog2.Steps * Math.Log2(schema.Levels - 1));
        int Bound(double logScale) => (int)Math.Round((-logScale * octave) - levels);
        return (
            Bound(DiscretisedLogisticLikelihood.MostLogScale),
            Bound(DiscretisedLogisticLikelihood.LeastLogScale),
            new(-octave, (-DiscretisedLogisticLikelihood.FirstLogScale * octave) - levels)
        );
    }

    /// <summary>Returns the units that carry information, at least the one that carries most.</summary>
    internal static int[] Active(Tensor unitRates)
    {
        var rates = unitRates.mean([0]).cpu().data<float>().ToArray();
        var active = Enumerable.Range(0, rates.Length).Where(unit => rates[unit] >= LeastUnitNats).ToArray();
        return active.Length > 0 ? active : [Array.IndexOf(rates, rates.Max())];
    }

    /// <summary>Measures the decoder, and the local context after it.</summary>
    private static void WriteDecoder(Dictionary<string, float[]> numbers, Autoencoder model, Tensor x, Tensor z)
    {
        Write(numbers, DecoderName, NetworkQuantiser.Measure(model.Decoder, z));
        if (model.Likelihood is not LocalContextLikelihood context)
            return;
        var few = Math.Min(ContextRecords, x.shape[0]);
        LocalContextQuantiser.Measure(context, x.narrow(0, 0, few), model.Decoder.call(z.narrow(0, 0, few)), numbers, Context);
    }

    /// <summary>Measures the codes: the priors of bits-back, and steps with their histograms.</summary>
    private static void WriteLatent(Dictionary<string, float[]> numbers, TrainedModel model, ImageSchema schema, byte[] pixels)
    {
        var (likelihood, decoder, posterior) = Networks(model.Network, schema, new(numbers));
        var heads = posterior.Heads(pixels, pixels.Length / schema.Dimension);
        var steps = BestSteps(heads, pixels, decoder, likelihood, posterior);
        numbers[StepsName] = [.. steps.SelectMany(unit => new float[] { unit.Step, unit.First, unit.Codes.Size })];
        numbers[Codes] = [.. steps.SelectMany(unit => Frequencies(unit.Codes))];
        numbers[Buckets] = [BucketBitsOf(heads, posterior)];
        numbers[Groups] = [.. PriorsOf(heads, posterior).SelectMany(Frequencies)];
    }

    private static IEnumerable<float> Frequencies(Categorical table) => Enumerable.Range(0, table.Size).Select(symbol => (float)table.Frequency(symbol));

    /// <summary>
    /// Returns the frequencies of each prior: the mean over records of the posterior's mass in each group of buckets, and one part in 2^16 of N(0, 1).
    /// </summary>
    private static Categorical[] PriorsOf(int[] heads, Posterior posterior)
    {
        const int Precision = 20;
        var grid = BucketGrid.EqualMass(BucketPrior.GroupBits);
        var count = heads.Length / (2 * posterior.Units);
        var priors = new Categorical[posterior.Units];
        for (var unit = 0; unit < priors.Length; unit++)
        {
            var mass = new long[grid.Size];
            for (var record = 0; record < count; record++)
            {
                var q = posterior.Of(heads, record, unit, grid, Precision);
                for (var group = 0; group < mass.Length; group++)
                    mass[group] += q.Frequency(group);
            }
            priors[unit] = Categorical.FromCounts(mass, BucketPrior.GroupPrecision);
        }
        return priors;
    }

    /// <summary>Finds the steps with the fewest total bits: first one multiple of every unit's mean deviation, then each unit by itself.</summary>
    private static LatentSteps[] BestSteps(int[] heads, byte[] pixels, IntegerNetwork decoder, IntegerLikelihood likelihood, Posterior posterior)
    {
        var units = posterior.Units;
        var count = heads.Length / (2 * units);
        var deviations = new double[units];
        for (var i = 0; i < count * units; i++)
            deviations[i % units] += Math.Pow(2, -heads[(i / units * 2 * units) + units + (i % units)] / (double)FixedPointLog2.Steps) / count;
        var tried = Math.Min(Math.Clamp(StepPixels / likelihood.Dimension, LeastStepRecords, StepRecords), count);
        var sample = Enumerable.Range(0, tried).Select(i => (int)((long)i * count / tried)).ToArray();
        byte[] records = [.. sample.SelectMany(record => pixels[(record * likelihood.Dimension)..((record + 1) * likelihood.Dimension)])];
        int[] sampleHeads = [.. sample.SelectMany(record => heads[(record * 2 * units)..((record + 1) * 2 * units)])];
        LatentSteps Unit(int unit, double step) => Histogram(heads, units, unit, (int)Math.Clamp(Math.Round(step * LocationScale.One), 1, 1 << 24));
        double Bits(LatentSteps[] steps)
        {
            var latents = new QuantisedLatents(new SteppedCodes(steps), decoder, likelihood, posterior.Encoder);
            return latents.Costs(records, latents.Choose(sampleHeads, sample.Length), sample.Length).Sum(cost => cost.Bits);
        }
        double[] multiples = [1, 1.5, 2, 2.5, 3, 3.5, 4, 5];
        var (best, least) = (Array.Empty<LatentSteps>(), double.PositiveInfinity);
        foreach (var multiple in multiples)
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
        return best;
    }

    /// <summary>Returns the histogram of the codes to which the records' means round, and two more codes at either end.</summary>
    private static LatentSteps Histogram(int[] heads, int units, int unit, int step)
    {
        const int Margin = 2,
            Most = 1 << 12;
        var codes = new List<int>();
        for (var i = unit; i < heads.Length; i += 2 * units)
            codes.Add((int)Math.Clamp(Math.Round(heads[i] / (double)step, MidpointRounding.AwayFromZero), -Most, Most));
        var first = codes.Min() - Margin;
        var counts = new long[codes.Max() + Margin + 1 - first];
        foreach (var code in codes)
            counts[code - first]++;
        return new(step, first, Categorical.FromCounts(counts, LatentSteps.Precision));
    }

    private static int[] UnitsOf(Calibration calibration, int latent)
    {
        int[] units = [.. calibration.Of(Units).Select(unit => (int)Math.Clamp(unit, 0, latent - 1))];
        return units.Distinct().Count() == units.Length
            ? units
            : throw new InvalidInputException(
                "The model file's calibration",
                $"names {units.Length} latent units of {latent}, some twice",
                "use a copy that is whole, or train again"
            );
    }

    private static SteppedCodes Steps(Calibration calibration, int units)
    {
        var steps = calibration.Of(StepsName, 3 * units).Chunk(3).ToArray();
        var codes = calibration.Of(Codes, (int)steps.Sum(step => (double)step[2]));
        var place = 0;
        return new([.. steps.Select(step => new LatentSteps((int)step[0], (int)Math.Clamp(step[1], short.MinValue, short.MaxValue), Next((int)step[2])))]);

        Categorical Next(int size)
        {
            place += size;
            return Table(codes.AsSpan(place - size, size), LatentSteps.Precision);
        }
    }

    private static BitsBackPriors Priors(Calibration calibration, int units)
    {
        var groups = calibration.Of(Groups, units << BucketPrior.GroupBits);
        var bits = (int)Math.Clamp(calibration.Of(Buckets, 1)[0], 0, MostBucketBits);
        return new([.. groups.Chunk(1 << BucketPrior.GroupBits).Select(unit => new BucketPrior(Table(unit, BucketPrior.GroupPrecision), bits))], bits);
    }

    private static Categorical Table(ReadOnlySpan<float> frequencies, int precision)
    {
        var whole = new uint[frequencies.Length];
        for (var i = 0; i < whole.Length; i++)
            whole[i] = (uint)Math.Clamp(frequencies[i], 0, 1 << precision);
        return Categorical.FromFrequencies(whole, precision);
    }

    /// <summary>Adds the statistics of a network's layers to a calibration.</summary>
    internal static void Write(Dictionary<string, float[]> numbers, string network, LayerStatistics[] layers)
    {
        foreach (var (i, layer) in layers.Index())
            (numbers[$"{network}.{i}.means"], numbers[$"{network}.{i}.squares"], numbers[$"{network}.{i}.reach"]) = (
                layer.InputMeans,
                layer.InputSquares,
                [layer.Reach, layer.GateReach]
            );
    }

    /// <summary>Returns the statistics of a network's layers in a calibration.</summary>
    /// <exception cref="InvalidInputException">They are missing or do not fit.</exception>
    internal static LayerStatistics[] Read(Calibration calibration, string network, nn.Module<Tensor, Tensor> layers) =>
        [
            .. NetworkQuantiser
                .Moments(layers)
                .Select(
                    (inputs, i) =>
                    {
                        var reach = calibration.Of($"{network}.{i}.reach", 2);
                        return new LayerStatistics(
                            calibration.Of($"{network}.{i}.means", inputs),
                            calibration.Of($"{network}.{i}.squares", inputs),
                            Math.Max(reach[0], LayerStatistics.LeastReach),
                            Math.Max(reach[1], LayerStatistics.LeastReach)
                        );
                    }
                ),
        ];

    private static byte[] Thinned(Dataset data, int most)
    {
        var indices = Evenly(data.Count, most);
        var pixels = new byte[indices.Length * data.Schema.Dimension];
        data.CopyPixels(indices, pixels);
        return pixels;
    }

    private static int[] Evenly(int count, int most) =>
        [.. Enumerable.Range(0, Math.Min(count, most)).Select(i => (int)((long)i * count / Math.Min(count, most)))];
}
