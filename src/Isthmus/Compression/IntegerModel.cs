using System.Security.Cryptography;
using Isthmus.Compression.Integer;
using Isthmus.Data;
using Isthmus.Information.Coding;
using Isthmus.Models;

namespace Isthmus.Compression;

/// <summary>
/// A trained model in whole numbers: what archives are decoded with, the same on every machine. It needs no tensor library, and neither does
/// coding with it.
/// </summary>
/// <remarks>
/// Bytes, little-endian: version (a byte); schema (height, width, channels, levels, 16 bits each); likelihood, as <see cref="LikelihoodFormat"/>
/// says; units (16 bits) and for each step (32 bits), lowest code, number of codes - 1, and frequencies - 1 (16 bits each); log2 of the buckets in
/// a group (a byte) and 64 frequencies - 1 for each unit (16 bits each); the decoder network; and, for bits-back and for encoding, the encoder network. A model without the latter reads quantised latents.
/// </remarks>
public sealed class IntegerModel
{
    /// <summary>Most records of quantised latents in one message.</summary>
    public const int LongestRun = 1 << QuantisedLatentCodec.MostRunBits;

    private const byte Version = 1;
    private const int MostUnits = 4096;
    private const int MostBucketBits = 14 - BucketPrior.GroupBits;

    private readonly byte[] _bytes;
    private readonly BitsBackCodec? _chain;

    private IntegerModel(byte[] bytes, ModelParts parts)
    {
        (_bytes, Parts, Hash) = (bytes, parts, SHA256.HashData(bytes));
        Latents = new(parts.Steps, parts.Decoder, parts.Likelihood, parts.Posterior);
        if (parts.Posterior is { } posterior)
            _chain = new(Latents, new(parts.Priors, BucketGrid.EqualMass(BucketPrior.GroupBits + parts.BucketBits), parts.Decoder, parts.Likelihood, posterior));
        Codecs = CodecsOf(1 << QuantisedLatentCodec.DefaultRunBits);
    }

    /// <summary>What one record is.</summary>
    public ImageSchema Schema => Parts.Schema;

    /// <summary>SHA-256 of <see cref="ToBytes"/>.</summary>
    public byte[] Hash { get; }

    /// <summary>The model's ways to store a block: quantised latents, and bits-back where the encoder network is there.</summary>
    public IReadOnlyList<IBlockCodec> Codecs { get; }

    /// <summary>The arithmetic that a reader must have, as an archive's header names it.</summary>
    public byte ArithmeticProfile => Parts.Likelihood.ArithmeticProfile;

    /// <summary>The same, with another number of neighbouring records of quantised latents in one message.</summary>
    /// <param name="run">A power of two: 1, where each record is to be read without any other, at some 10 bits each, up to <see cref="LongestRun"/>; 64 in <see cref="Codecs"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such power.</exception>
    public IReadOnlyList<IBlockCodec> CodecsOf(int run)
    {
        if (!int.IsPow2(run) || run > LongestRun)
            throw new ArgumentOutOfRangeException(nameof(run), $"A run has 1, 2, 4, ... or {LongestRun} records; asked for {run}.");
        var codec = new QuantisedLatentCodec(Latents, int.Log2(run));
        return _chain is null ? [codec] : [codec, _chain];
    }

    /// <summary>Whether the encoder network is there: without, it decodes quantised latents and nothing else.</summary>
    public bool CanEncode => Parts.Posterior is not null;

    /// <summary>Latent units that carry anything.</summary>
    public int Units => Parts.Steps.Count;

    internal ModelParts Parts { get; }

    internal QuantisedLatents Latents { get; }

    /// <summary>The integer form of a trained model. Whatever is not an ELBO-trained model of pixels with fully connected layers is refused.</summary>
    /// <param name="model">The model, of which nothing is changed.</param>
    /// <param name="calibration">Records such as it was trained on: they set ranges, steps and histograms. More than 10,000 are thinned out.</param>
    /// <exception cref="InvalidInputException">A model or data without an integer form: the message says what to take.</exception>
    public static IntegerModel From(TrainedModel model, Dataset calibration) => Of(ModelCalibration.Calibrate(model, calibration));

    /// <summary>The model that these bytes spell.</summary>
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

    /// <summary>The one spelling of this model.</summary>
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>The same model without its encoder network: it reads quantised latents, and is smaller by that network.</summary>
    public IntegerModel WithoutEncoder() => Of(Parts with { Posterior = null });

    /// <summary>What bits-back spends on each record, -log2 p(x|z) and log2 q(z|x) / p(z) at one z from q: their mean is -ELBO of the integer model.</summary>
    /// <param name="records">count x D bytes.</param>
    /// <param name="count">Records.</param>
    /// <param name="seed">Draws z.</param>
    /// <exception cref="InvalidOperationException">The model has no encoder network.</exception>
    public RecordCost[] BitsBackCosts(ReadOnlySpan<byte> records, int count, ulong seed) =>
        (_chain ?? throw new InvalidOperationException("Bits-back needs the encoder network, and this model was stored without.")).Costs(records, count, seed);

    /// <summary>Ideal cost of each record as quantised latent: its pixels given its codes, and its codes.</summary>
    /// <exception cref="InvalidOperationException">The model has no encoder network.</exception>
    public RecordCost[] QuantisedLatentCosts(ReadOnlySpan<byte> records, int count) => Latents.Costs(records, Latents.Choose(records, count), count);

    internal static IntegerModel Of(ModelParts parts) => new(Write(parts), parts);

    private static byte[] Write(ModelParts parts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        foreach (var number in new[] { parts.Schema.Height, parts.Schema.Width, parts.Schema.Channels, parts.Schema.Levels })
            writer.Write((ushort)number);
        LikelihoodFormat.Write(writer, parts.Likelihood);
        writer.Write((ushort)parts.Steps.Count);
        foreach (var unit in parts.Steps)
        {
            writer.Write(unit.Step);
            writer.Write((short)unit.First);
            Write(writer, unit.Codes, withSize: true);
        }
        writer.Write((byte)parts.BucketBits);
        foreach (var prior in parts.Priors)
            Write(writer, prior.Groups, withSize: false);
        NetworkFormat.Write(writer, parts.Decoder);
        if (parts.Posterior is { } posterior)
            NetworkFormat.Write(writer, posterior.Encoder);
        return stream.ToArray();
    }

    private static void Write(BinaryWriter writer, Categorical table, bool withSize)
    {
        if (withSize)
            writer.Write((ushort)(table.Size - 1));
        for (var i = 0; i < table.Size; i++)
            writer.Write((ushort)(table.Frequency(i) - 1));
    }

    private static ModelParts Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ModelReader(bytes);
        if (reader.Byte() is var version && version != Version)
            throw new InvalidDataException($"it is of version {version}, and this program reads version {Version}");
        var schema = new ImageSchema(reader.UInt16(), reader.UInt16(), reader.UInt16(), reader.UInt16());
        if (schema is not { Height: > 0, Width: > 0, Channels: 1 or 3, Levels: 2 or 256 } || (long)schema.Height * schema.Width * schema.Channels > 1 << 24)
            throw new InvalidDataException($"its records are {schema}");
        var likelihood = LikelihoodFormat.Read(ref reader, schema);
        var units = reader.UInt16();
        if (units is < 1 or > MostUnits)
            throw new InvalidDataException($"a model has 1 to {MostUnits} latent units, this one {units}");
        var steps = new LatentSteps[units];
        for (var i = 0; i < units; i++)
            steps[i] = new(reader.Int32(), (short)reader.UInt16(), Table(ref reader, reader.UInt16() + 1, LatentSteps.Precision));
        var bucketBits = (int)reader.Byte();
        if (bucketBits > MostBucketBits)
            throw new InvalidDataException($"a grid has up to 2^14 buckets, this one 2^{BucketPrior.GroupBits + bucketBits}");
        var priors = new BucketPrior[units];
        for (var i = 0; i < units; i++)
            priors[i] = new(Table(ref reader, 1 << BucketPrior.GroupBits, BucketPrior.GroupPrecision), bucketBits);
        var decoder = NetworkFormat.Read(ref reader, LatentInput.Largest);
        var posterior = reader.Left > 0 ? new Posterior(NetworkFormat.Read(ref reader, schema.Levels - 1), schema.Levels) : null;
        if (reader.Left > 0)
            throw new InvalidDataException($"{reader.Left} bytes are left after its end");
        return new(schema, likelihood, steps, bucketBits, priors, decoder, posterior);
    }

    private static Categorical Table(ref ModelReader reader, int size, int precision)
    {
        var frequencies = new uint[size];
        for (var i = 0; i < size; i++)
            frequencies[i] = reader.UInt16() + 1U;
        return Categorical.FromFrequencies(frequencies, precision);
    }
}
