using System.Security.Cryptography;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer.Latents;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Data.Images;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer;

/// <summary>Trained model in whole numbers that decodes archives identically on every machine. Coding with it needs no tensor library.</summary>
/// <remarks>
/// Bytes, little-endian: version (a byte); schema (height, width, channels, levels, 16 bits each); likelihood, as <see cref="LikelihoodFormat"/>
/// says; the latent, as <see cref="LatentFormat"/> says, which the version tells; the decoder network; and, for bits-back and for encoding, the
/// encoder network. A model without the latter reads quantised latents.
/// </remarks>
public sealed class IntegerModel
{
    /// <summary>Largest number of records of quantised latents in one message.</summary>
    public const int LongestRun = 1 << QuantisedLatentCodec.MostRunBits;

    private readonly byte[] _bytes;
    private readonly BitsBackCodec? _chain;

    private IntegerModel(byte[] bytes, ModelParts parts)
    {
        (_bytes, Parts, Hash) = (bytes, parts, SHA256.HashData(bytes));
        Latents = new(parts.Codes, parts.Decoder, parts.Likelihood, parts.Encoder);
        if (parts is { Priors: { } priors, Encoder: { } encoder })
            _chain = new(
                Latents,
                new(priors.Units, BucketGrid.EqualMass(BucketPrior.GroupBits + priors.BucketBits), parts.Decoder, parts.Likelihood, new(encoder))
            );
        Codecs = CodecsOf(1 << QuantisedLatentCodec.DefaultRunBits);
    }

    /// <summary>Size and levels of a record.</summary>
    public ImageSchema Schema => Parts.Schema;

    /// <summary>SHA-256 of <see cref="ToBytes"/>.</summary>
    public byte[] Hash { get; }

    /// <summary>Codecs of the model: quantised latents and, if there is an encoder network, bits-back.</summary>
    public IReadOnlyList<IBlockCodec> Codecs { get; }

    /// <summary>Profile of integer arithmetic that a reader needs, as in an archive's header.</summary>
    public byte ArithmeticProfile => Parts.ArithmeticProfile;

    /// <summary>Returns the codecs with another number of neighbouring records of quantised latents in one message.</summary>
    /// <param name="run">A power of two: 1, where each record is to be read without any other, at some 10 bits each, up to <see cref="LongestRun"/>; 64 in
    /// <see cref="Codecs"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such power.</exception>
    public IReadOnlyList<IBlockCodec> CodecsOf(int run)
    {
        if (!int.IsPow2(run) || run > LongestRun)
            throw new ArgumentOutOfRangeException(nameof(run), $"A run has 1, 2, 4, ... or {LongestRun} records; asked for {run}.");
        var codec = new QuantisedLatentCodec(Latents, int.Log2(run));
        return _chain is null ? [codec] : [codec, _chain];
    }

    /// <summary>True if there is an encoder network; without it, the model decodes quantised latents and nothing else.</summary>
    public bool CanEncode => Parts.Encoder is not null;

    /// <summary>True if latents are random, so that bits-back can code them; otherwise they are determined by the record, and stored.</summary>
    public bool HasBitsBack => Parts.Priors is not null;

    /// <summary>
    /// True if <see cref="WithStandardPrior"/> is the prior of the floating-point model. It is not if codes lay so far outside N(0, 1) that units were divided;
    /// a model that was read from bytes does not know, and returns false.
    /// </summary>
    public bool IsOfStandardPrior => HasBitsBack && Parts.Gains is { } gains && gains.All(gain => gain == 1);

    /// <summary>Number of latent units that carry information, or of slots.</summary>
    public int Units => Parts.Codes.Symbols;

    internal ModelParts Parts { get; }

    internal QuantisedLatents Latents { get; }

    /// <summary>Reads a model from its bytes.</summary>
    /// <exception cref="InvalidInputException">They spell none. Nothing is allocated beyond what the bytes can fill, and no sum can overflow.</exception>
    public static IntegerModel FromBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new(bytes.ToArray(), Read(bytes));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw ModelReader.Damaged(e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Reads a model from a stream, to its end; it need not seek, and stays open.</summary>
    /// <inheritdoc cref="FromBytes"/>
    public static IntegerModel Load(Stream stream)
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return FromBytes(whole.ToArray());
    }

    /// <summary>Writes the unique bytes of this model to a stream, which stays open.</summary>
    public void Save(Stream stream) => stream.Write(_bytes);

    /// <summary>Returns the unique bytes of this model.</summary>
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Returns the model without its encoder network: it reads quantised latents, and is smaller by that network.</summary>
    public IntegerModel WithoutEncoder() => Of(Parts with { Encoder = null });

    /// <summary>
    /// Returns the model with N(0, 1) in place of its fitted prior. The difference between its cost and that of the floating-point model is rounding, apart
    /// from the saving of the fitted prior.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model has no such prior: <see cref="HasBitsBack"/>.</exception>
    public IntegerModel WithStandardPrior() =>
        Parts.Priors is { } priors
            ? Of(Parts with { Priors = priors with { Units = [.. priors.Units.Select(_ => BucketPrior.Standard(priors.BucketBits))] } })
            : throw new InvalidOperationException("The latents of this model are certain, and have no prior of bits-back.");

    /// <summary>
    /// Returns the bits-back cost of each record, -log2 p(x|z) and log2 q(z|x) / p(z) at one z from q: their mean is -ELBO of the integer model.
    /// </summary>
    /// <param name="records">count x D bytes.</param>
    /// <param name="count">Records.</param>
    /// <param name="seed">Random seed for z.</param>
    /// <exception cref="InvalidOperationException">The model has no encoder network, or latents that are certain.</exception>
    public RecordCost[] BitsBackCosts(ReadOnlySpan<byte> records, int count, ulong seed) =>
        (_chain ?? throw new InvalidOperationException("Bits-back needs the encoder network, and this model was stored without or has no use for it.")).Costs(
            records,
            count,
            seed
        );

    /// <summary>Returns the ideal cost of each record as quantised latent: its pixels given its codes, and its codes.</summary>
    /// <exception cref="InvalidOperationException">The model has no encoder network.</exception>
    public RecordCost[] QuantisedLatentCosts(ReadOnlySpan<byte> records, int count) => Latents.Costs(records, Latents.Choose(records, count), count);

    internal static IntegerModel Of(ModelParts parts) => new(Write(parts), parts);

    private static byte[] Write(ModelParts parts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(LatentFormat.VersionOf(parts.Codes));
        foreach (var number in new[] { parts.Schema.Height, parts.Schema.Width, parts.Schema.Channels, parts.Schema.Levels })
            writer.Write((ushort)number);
        LikelihoodFormat.Write(writer, parts.Likelihood);
        LatentFormat.Write(writer, parts.Codes, parts.Priors);
        NetworkFormat.Write(writer, parts.Decoder);
        if (parts.Encoder is { } encoder)
            NetworkFormat.Write(writer, encoder.Network);
        return stream.ToArray();
    }

    private static ModelParts Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ModelReader(bytes);
        var version = LatentFormat.Checked(reader.Byte());
        var schema = new ImageSchema(reader.UInt16(), reader.UInt16(), reader.UInt16(), reader.UInt16());
        if (schema is not { Height: > 0, Width: > 0, Channels: 1 or 3, Levels: 2 or 256 } || (long)schema.Height * schema.Width * schema.Channels > 1 << 24)
            throw new InvalidDataException($"its records are {schema}");
        var likelihood = LikelihoodFormat.Read(ref reader, schema);
        var (codes, priors) = LatentFormat.Read(ref reader, version);
        var decoder = NetworkFormat.Read(ref reader, LatentInput.Largest);
        var encoder = reader.Left > 0 ? new IntegerEncoder(NetworkFormat.Read(ref reader, schema.Levels - 1), schema.Levels) : null;
        if (reader.Left > 0)
            throw new InvalidDataException($"{reader.Left} bytes are left after its end");
        return new(schema, likelihood, codes, priors, decoder, encoder);
    }
}
