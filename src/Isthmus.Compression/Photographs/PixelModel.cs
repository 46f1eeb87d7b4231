using System.Security.Cryptography;
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
internal sealed class PixelModel
{
    private const byte Version = 1;
    private const int MostComponents = 16;

    private static ReadOnlySpan<byte> Mark => "ISTHPIXL"u8;

    private byte[]? _bytes,
        _hash;

    /// <summary>Number of logistic variables, K.</summary>
    public required int Components { get; init; }

    /// <summary>Network of each colour, in the order of coding.</summary>
    public required IntegerNetwork[] Networks { get; init; }

    /// <summary>SHA-256 of the bytes.</summary>
    public byte[] Hash => _hash ??= SHA256.HashData(ToBytes());

    /// <summary>True if bytes begin as those of such a model do.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    /// <summary>Returns the canonical bytes: the same model, the same bytes.</summary>
    public byte[] ToBytes()
    {
        if (_bytes is not null)
            return _bytes;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Mark);
        writer.Write(Version);
        writer.Write((byte)Networks.Length);
        writer.Write((byte)Components);
        foreach (var network in Networks)
            NetworkFormat.Write(writer, network);
        return _bytes = stream.ToArray();
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidInputException">The bytes are no such model, are damaged, or of a newer program.</exception>
    public static PixelModel FromBytes(byte[] bytes)
    {
        if (!IsOne(bytes))
            throw Damaged("it does not begin as one");
        try
        {
            var reader = new ModelReader(bytes.AsSpan(Mark.Length));
            var (version, colours, components) = (reader.Byte(), reader.Byte(), (int)reader.Byte());
            if (version != Version)
                throw new InvalidInputException("The codec", $"has version {version}, which this Isthmus does not read", "use a newer Isthmus");
            if (colours is not (1 or 3) || components is < 1 or > MostComponents)
                throw new InvalidDataException($"{colours} colours and {components} components");
            var networks = new IntegerNetwork[colours];
            for (var colour = 0; colour < colours; colour++)
            {
                networks[colour] = NetworkFormat.Read(ref reader, PixelPredictor.LargestFeature);
                if (networks[colour].HasConvolutions || networks[colour].Inputs != PixelPredictor.Features || networks[colour].Outputs != 3 * components)
                    throw new InvalidDataException("a network of other sizes than its features");
            }
            if (reader.Left > 0)
                throw new InvalidDataException($"{reader.Left} bytes more than it needs");
            return new()
            {
                Components = components,
                Networks = networks,
                _bytes = bytes,
            };
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message, e);
        }
    }

    private static InvalidInputException Damaged(string reason, Exception? cause = null) =>
        new("The codec", $"cannot be used: {reason}", "use a copy that is whole", cause: cause);
}
