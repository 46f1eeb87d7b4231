using System.Security.Cryptography;
using Isthmus.Compression.Codecs;
using Isthmus.Compression.Integer;
using Isthmus.Compression.Lines;
using Isthmus.Compression.Photographs;
using Isthmus.Data.Images;

namespace Isthmus.Compression.Archive;

/// <summary>Model of an archive: its bytes, which identify it, and its codecs.</summary>
/// <param name="Bytes">The model's canonical bytes: the same model, the same bytes.</param>
/// <param name="Schema">Size and levels of a record; null for a codec of photographs and for a model of lines, whose records are bytes.</param>
/// <param name="Codecs">Codecs for a block of such records.</param>
/// <param name="Promise">Function from records and their number to the distortion -log2 p(x|z) and rate that the model promises, bits, summed; null if it
/// cannot. For accounting, never for decoding.</param>
public sealed record ArchiveModel(
    byte[] Bytes,
    ImageSchema? Schema,
    IReadOnlyList<IBlockCodec> Codecs,
    Func<byte[], int, (double Distortion, double Rate)>? Promise
)
{
    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public byte[] Hash { get; } = SHA256.HashData(Bytes);

    /// <summary>Profile of integer arithmetic that the codecs need. Default 1.</summary>
    public byte ArithmeticProfile { get; init; } = 1;

    // Random seed for the codes at which −ELBO is taken.
    private const ulong PromiseSeed = 1;

    /// <summary>
    /// Creates the archive model of an integer model. It promises −ELBO, at one code drawn for each record or at the certain one; without its encoder network
    /// it promises nothing.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="run">Records of quantised latents that share a message, as for <see cref="IntegerModel.CodecsOf"/>; a reader does not ask.</param>
    public static ArchiveModel Of(IntegerModel model, int run = 64) =>
        new(model.ToBytes(), model.Schema, model.CodecsOf(run), model.CanEncode ? Elbo(model) : null) { ArithmeticProfile = model.ArithmeticProfile };

    /// <summary>
    /// Creates a model for archives of quantised latents alone, whose bytes leave out the encoder network, which a reader does not need. It promises nothing:
    /// the size breakdown uses the cost of the stored codes.
    /// </summary>
    /// <param name="model">The model, with its encoder network.</param>
    /// <param name="run">Records that share a message.</param>
    public static ArchiveModel OfQuantisedLatents(IntegerModel model, int run = 64) => Of(model.WithoutEncoder()) with { Codecs = [model.CodecsOf(run)[0]] };

    /// <summary>Bytes of one record of coded photographs: those behind the last whole one are in the list of files.</summary>
    internal const int PhotographRecordBytes = 256;

    /// <summary>Creates the archive model of a codec of photographs.</summary>
    internal static ArchiveModel Of(LatentModel model) => new(model.ToBytes(), null, [new RawCodec(BlockType.Photograph)], null) { ArithmeticProfile = 4 };

    /// <summary>Creates the archive model of a language model of lines.</summary>
    internal static ArchiveModel Of(LineModel model) => new(model.ToBytes(), null, [new LineCodec(model)], null) { ArithmeticProfile = 5 };

    /// <summary>Creates the archive model of a lossless codec of photographs.</summary>
    internal static ArchiveModel Of(PixelModel model) =>
        new(model.ToBytes(), null, [new RawCodec(BlockType.LosslessPhotograph)], null) { ArithmeticProfile = 4 };

    /// <summary>Reads a model from its bytes.</summary>
    /// <exception cref="InvalidInputException">They are none, or damaged, or of a newer program.</exception>
    public static ArchiveModel FromBytes(byte[] bytes) =>
        LatentModel.IsOne(bytes) ? Of(LatentModel.FromBytes(bytes))
        : LineModel.IsOne(bytes) ? Of(LineModel.FromBytes(bytes))
        : PixelModel.IsOne(bytes) ? Of(PixelModel.FromBytes(bytes))
        : Of(IntegerModel.FromBytes(bytes));

    /// <summary>Returns the bytes of a model without its encoder network; null if they are no integer model.</summary>
    internal static byte[]? WithoutEncoder(byte[] bytes)
    {
        try
        {
            return IntegerModel.FromBytes(bytes).WithoutEncoder().ToBytes();
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    private static Func<byte[], int, (double Distortion, double Rate)> Elbo(IntegerModel model) =>
        (records, count) =>
        {
            var costs = model.HasBitsBack ? model.BitsBackCosts(records, count, PromiseSeed) : model.QuantisedLatentCosts(records, count);
            return (costs.Sum(cost => cost.Distortion), costs.Sum(cost => cost.Rate));
        };
}
