using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Layers;

namespace Isthmus.Compression.Photographs;

/// <summary>
/// Model of photographs without loss as an archive holds it: for each colour a network in whole numbers from the features of a sample
/// (<see cref="PixelPredictor"/>) to a mixture of logistic variables. Immutable; safe for use by several threads.
/// </summary>
/// <remarks>
/// Bytes, little-endian: "ISTHPIXL", version (1), number of colours (1 or 3), number of logistic variables K, and the networks as <see cref="NetworkFormat"/>
/// has them, each with K weights (logarithms), K means (in 1/1024 of the scale given, from the mean given) and K inverse scales (logarithms, likewise).
/// </remarks>
internal sealed class PixelModel : ArchivedModel
{
    private const byte Version = 1;
    private const string Name = "The codec";
    private const int MostComponents = 16;

    private static ReadOnlySpan<byte> Mark => "ISTHPIXL"u8;

    /// <summary>Number of logistic variables, K.</summary>
    public required int Components { get; init; }

    /// <summary>Network of each colour, in the order of coding.</summary>
    public required IntegerNetwork[] Networks { get; init; }

    /// <summary>True if bytes begin as those of such a model do.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter writer)
    {
        writer.Write(Mark);
        writer.Write(Version);
        writer.Write((byte)Networks.Length);
        writer.Write((byte)Components);
        foreach (var network in Networks)
            NetworkFormat.Write(writer, network);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidInputException">The bytes are no such model, are damaged, or of a newer program.</exception>
    public static PixelModel FromBytes(byte[] bytes) => Read(Name, Mark, bytes, Parts);

    private static PixelModel Parts(ref ModelReader reader)
    {
        var (version, colours, components) = (reader.Byte(), reader.Byte(), (int)reader.Byte());
        if (version != Version)
            throw Unknown(Name, $"{version}");
        if (colours is not (1 or 3) || components is < 1 or > MostComponents)
            throw new InvalidDataException($"{colours} colours and {components} components");
        var networks = new IntegerNetwork[colours];
        for (var colour = 0; colour < colours; colour++)
        {
            networks[colour] = NetworkFormat.Read(ref reader, PixelPredictor.LargestFeature);
            if (networks[colour].HasConvolutions || networks[colour].Inputs != PixelPredictor.Features || networks[colour].Outputs != 3 * components)
                throw new InvalidDataException("a network of other sizes than its features");
        }
        return new()
        {
            Components = components,
            Networks = networks,
        };
    }
}
