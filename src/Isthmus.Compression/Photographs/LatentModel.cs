using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Layers;

namespace Isthmus.Compression.Photographs;

/// <summary>
/// Model of coded photographs as an archive holds it: what tells means and scales of codes, in whole numbers, and the transform from codes to pixels, in
/// floating point, as bytes that <c>Isthmus</c> reads. Immutable; safe for use by several threads.
/// </summary>
/// <remarks>
/// Bytes, little-endian: "ISTHCODC", version (1), flags (1: places of a checkerboard's second colour are told by the first), channels of the code and of the
/// second code (0 for none; 16 bits each), means and logarithms of inverse scales of the outermost code (16 bits each), both networks as
/// <see cref="NetworkFormat"/> has them (where there is a second code), and the bytes of the transform after their number (32 bits).
/// </remarks>
internal sealed class LatentModel : ArchivedModel
{
    /// <summary>One step of a code in the units of networks: 1/16 of a step.</summary>
    public const int One = 16;

    /// <summary>Largest magnitude of a code or feature in these units: 512 steps.</summary>
    public const int Largest = (512 * One) - 1;

    private const byte Version = 1;
    private const string Name = "The codec";
    private const int MostChannels = 1 << 12;

    private static ReadOnlySpan<byte> Mark => "ISTHCODC"u8;

    /// <summary>Channels of the code, M.</summary>
    public required int Channels { get; init; }

    /// <summary>Channels of the second code; 0 for none.</summary>
    public required int Hyper { get; init; }

    /// <summary>True if half of the places are told by the other half.</summary>
    public required bool HasContext { get; init; }

    /// <summary>Mean of each channel of the outermost code, in 1/16 of a step.</summary>
    public required short[] Means { get; init; }

    /// <summary>Logarithm of the inverse scale of each channel of the outermost code, as <see cref="FixedPointLog2"/>.</summary>
    public required short[] Octaves { get; init; }

    /// <summary>Network from the second code to 4 x C features, blocks of 2 x 2; null without one.</summary>
    public IntegerNetwork? Features { get; init; }

    /// <summary>Network from features and known codes to M means and M logarithms of inverse scales; null without a second code.</summary>
    public IntegerNetwork? Parameters { get; init; }

    /// <summary>The transform from codes to pixels, as <c>Isthmus</c> writes it.</summary>
    public required byte[] Synthesis { get; init; }

    /// <summary>True if bytes begin as those of such a model do.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter writer)
    {
        writer.Write(Mark);
        writer.Write(Version);
        writer.Write((byte)(HasContext ? 1 : 0));
        writer.Write((ushort)Channels);
        writer.Write((ushort)Hyper);
        foreach (var number in Means.Concat(Octaves))
            writer.Write(number);
        if (Hyper > 0)
        {
            NetworkFormat.Write(writer, Features!);
            NetworkFormat.Write(writer, Parameters!);
        }
        writer.Write(Synthesis.Length);
        writer.Write(Synthesis);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidInputException">The bytes are no such model, are damaged, or of a newer program.</exception>
    public static LatentModel FromBytes(byte[] bytes) => Read(Name, Mark, bytes, Parts);

    private static LatentModel Parts(ref ModelReader reader)
    {
        var (version, flags, channels, hyper) = (reader.Byte(), reader.Byte(), (int)reader.UInt16(), (int)reader.UInt16());
        if (version != Version || flags > 1)
            throw Unknown(Name, $"{version}.{flags}");
        if (channels is < 1 or > MostChannels || hyper > MostChannels || (flags == 1 && hyper == 0))
            throw new InvalidDataException($"codes of {channels} and {hyper} channels");
        var outermost = hyper > 0 ? hyper : channels;
        var (means, octaves) = (reader.Int16s(outermost), reader.Int16s(outermost));
        IntegerNetwork? features = null,
            parameters = null;
        if (hyper > 0)
        {
            features = Checked(NetworkFormat.Read(ref reader, Largest), hyper, 4 * hyper);
            parameters = Checked(NetworkFormat.Read(ref reader, Largest), hyper + (flags == 1 ? channels : 0), 2 * channels);
        }
        var synthesis = reader.Bytes(reader.Count(least: 0, unit: 1));
        return new()
        {
            Channels = channels,
            Hyper = hyper,
            HasContext = flags == 1,
            Means = means,
            Octaves = octaves,
            Features = features,
            Parameters = parameters,
            Synthesis = synthesis,
        };
    }

    // Its layers keep height and width, so that they can be of any.
    private static IntegerNetwork Checked(IntegerNetwork network, int inputs, int outputs) =>
        network.KeepsSize && network.Layers[0].Convolution!.Shape.Channels == inputs && network.Layers[^1].Channels == outputs
            ? network
            : throw new InvalidDataException("a network of other sizes than its codes");
}
