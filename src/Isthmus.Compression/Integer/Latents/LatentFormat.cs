using Isthmus.Compression.Integer.Layers;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>The latent of a model as bytes, little-endian, by the model's version.</summary>
/// <remarks>
/// Version 1: units (16 bits) and for each step (32 bits), lowest code, number of codes - 1, and frequencies - 1 (16 bits each); log2 of the
/// buckets in a group (a byte) and 64 frequencies - 1 for each unit (16 bits each). Version 2: vectors of the codebook and numbers of each (16 bits),
/// the vectors (16 bits a number), and the network that is their prior.
/// </remarks>
internal static class LatentFormat
{
    private const byte Steps = 1,
        Codebook = 2;
    private const int MostUnits = 4096;
    private const int MostBucketBits = 14 - BucketPrior.GroupBits;

    /// <summary>Returns the version of models with such codes.</summary>
    public static byte VersionOf(LatentCodes codes) => codes is CodebookCodes ? Codebook : Steps;

    /// <summary>Returns a version that this program reads, or throws.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public static byte Checked(byte version) =>
        version is Steps or Codebook
            ? version
            : throw new InvalidDataException($"it is of version {version}, and this program reads versions {Steps} and {Codebook}");

    public static void Write(BinaryWriter writer, LatentCodes codes, BitsBackPriors? priors)
    {
        if (codes is CodebookCodes codebook)
        {
            writer.Write((ushort)(codebook.Vectors.Length / codebook.Width));
            writer.Write((ushort)codebook.Width);
            foreach (var number in codebook.Vectors)
                writer.Write(number);
            NetworkFormat.Write(writer, codebook.Prior);
            return;
        }
        writer.Write((ushort)codes.Symbols);
        foreach (var unit in ((SteppedCodes)codes).Units)
        {
            writer.Write(unit.Step);
            writer.Write((short)unit.First);
            Write(writer, unit.Codes, withSize: true);
        }
        writer.Write((byte)priors!.BucketBits);
        foreach (var prior in priors.Units)
            Write(writer, prior.Groups, withSize: false);
    }

    /// <summary>Reads the latent; the inverse of <see cref="Write(BinaryWriter, LatentCodes, BitsBackPriors?)"/>.</summary>
    /// <exception cref="InvalidDataException">Parts that do not fit together.</exception>
    /// <exception cref="InvalidInputException">The bytes end too early.</exception>
    public static (LatentCodes Codes, BitsBackPriors? Priors) Read(ref ModelReader reader, byte version)
    {
        if (version == Codebook)
        {
            int vectors = reader.UInt16(),
                width = reader.UInt16();
            if (width == 0)
                throw new InvalidDataException("its codebook's vectors have no numbers");
            var codebook = reader.Int16s(vectors * width);
            return (new CodebookCodes(codebook, width, NetworkFormat.Read(ref reader, LatentInput.Largest)), null);
        }
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
        return (new SteppedCodes(steps), new(priors, bucketBits));
    }

    private static void Write(BinaryWriter writer, Categorical table, bool withSize)
    {
        if (withSize)
            writer.Write((ushort)(table.Size - 1));
        for (var i = 0; i < table.Size; i++)
            writer.Write((ushort)(table.Frequency(i) - 1));
    }

    private static Categorical Table(ref ModelReader reader, int size, int precision)
    {
        var frequencies = new uint[size];
        for (var i = 0; i < size; i++)
            frequencies[i] = reader.UInt16() + 1U;
        return Categorical.FromFrequencies(frequencies, precision);
    }
}
