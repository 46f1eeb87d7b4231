using Isthmus.Compression.Integer.Latents;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Data.Images;

namespace Isthmus.Compression.Integer;

/// <summary>Parts of an integer model.</summary>
/// <exception cref="InvalidDataException">Parts that do not fit each other.</exception>
internal sealed record ModelParts
{
    public ModelParts(
        ImageSchema schema,
        IntegerLikelihood likelihood,
        LatentCodes codes,
        BitsBackPriors? priors,
        IntegerNetwork decoder,
        IntegerEncoder? encoder
    )
    {
        (Schema, Likelihood, Codes, Priors, Decoder, Encoder) = (schema, likelihood, codes, priors, decoder, encoder);
        if (decoder.Inputs != codes.Inputs || decoder.Outputs != likelihood.OutputsPerDimension * schema.Dimension)
            throw new InvalidDataException(
                $"its decoder takes {decoder.Inputs} numbers of {codes.Inputs} and gives {decoder.Outputs} for {schema.Dimension} pixels"
            );
        if (encoder is not null && (encoder.Dimension != schema.Dimension || encoder.Network.Outputs != codes.Heads))
            throw new InvalidDataException(
                $"its encoder takes {encoder.Dimension} of {schema.Dimension} pixels and gives {encoder.Network.Outputs} of {codes.Heads} numbers"
            );
    }

    public ImageSchema Schema { get; }

    public IntegerLikelihood Likelihood { get; }

    /// <summary>Codes of a latent that is itself stored.</summary>
    public LatentCodes Codes { get; init; }

    /// <summary>Priors for bits-back, if the latent is random; null if it is determined by the record.</summary>
    public BitsBackPriors? Priors { get; init; }

    /// <summary>Network from z to the likelihood's parameters.</summary>
    public IntegerNetwork Decoder { get; }

    /// <summary>Network from a record to its latent; null if it was left out.</summary>
    public IntegerEncoder? Encoder { get; init; }

    /// <summary>
    /// Scale of each unit, the latent value that 1 stands for, if the parts were made here: it is built into the networks, and no decoder needs it. Null for
    /// models that were read.
    /// </summary>
    public IReadOnlyList<double>? Gains { get; init; }

    /// <summary>Profile of integer arithmetic that a reader needs: the latest of its parts.</summary>
    public byte ArithmeticProfile =>
        Decoder.HasConvolutions || Encoder is { Network.HasConvolutions: true } ? (byte)4 : Math.Max(Likelihood.ArithmeticProfile, Codes.ArithmeticProfile);
}

/// <summary>Priors of latent units over buckets of equal mass under N(0, 1).</summary>
/// <param name="Units">One a unit.</param>
/// <param name="BucketBits">log2 of the buckets in a group.</param>
internal sealed record BitsBackPriors(IReadOnlyList<BucketPrior> Units, int BucketBits);
