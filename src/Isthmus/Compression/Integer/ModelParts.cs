using Isthmus.Data;

namespace Isthmus.Compression.Integer;

/// <summary>What an integer model is made of.</summary>
/// <exception cref="InvalidDataException">Parts that do not fit each other.</exception>
internal sealed record ModelParts
{
    public ModelParts(ImageSchema schema, IntegerLikelihood likelihood, IReadOnlyList<LatentSteps> steps, int bucketBits, IReadOnlyList<BucketPrior> priors, IntegerNetwork decoder, Posterior? posterior)
    {
        (Schema, Likelihood, Steps, BucketBits, Priors, Decoder, Posterior) = (schema, likelihood, steps, bucketBits, priors, decoder, posterior);
        if (decoder.Inputs != steps.Count || decoder.Outputs != likelihood.OutputsPerDimension * schema.Dimension)
            throw new InvalidDataException($"its decoder takes {decoder.Inputs} numbers of {steps.Count} and gives {decoder.Outputs} for {schema.Dimension} pixels");
        if (posterior is not null && (posterior.Dimension != schema.Dimension || posterior.Encoder.Outputs != 2 * steps.Count))
            throw new InvalidDataException($"its encoder takes {posterior.Dimension} of {schema.Dimension} pixels and gives {posterior.Encoder.Outputs} numbers for {steps.Count} units");
        if (steps.FirstOrDefault(unit => unit.Step < 1) is { } unit)
            throw new InvalidDataException($"a unit's step is at least 1, this one is {unit.Step}");
    }

    public ImageSchema Schema { get; }

    public IntegerLikelihood Likelihood { get; }

    /// <summary>Of quantised latents.</summary>
    public IReadOnlyList<LatentSteps> Steps { get; init; }

    /// <summary>log2 of the buckets in a prior's group.</summary>
    public int BucketBits { get; }

    /// <summary>Of bits-back.</summary>
    public IReadOnlyList<BucketPrior> Priors { get; init; }

    /// <summary>z to the likelihood's parameters.</summary>
    public IntegerNetwork Decoder { get; }

    /// <summary>q(z|x), where it is kept.</summary>
    public Posterior? Posterior { get; init; }
}
