using Isthmus.Compression.Photographs;
using Isthmus.Data.Images;
using Isthmus.Models;

namespace Isthmus.Photographs;

/// <summary>
/// Lossless codec of photographs of any size by a model of <c>image-lossless</c>: the very same samples come back on every machine, with opacity, 16 bits and
/// metadata. Memory is that of the picture and of one tile a thread. Safe for use by several threads.
/// </summary>
/// <remarks>The upper halves of 16-bit samples are predicted; the lower ones are kept by Brotli, and cost nothing where they repeat the upper ones.</remarks>
public sealed class LosslessPhotographCodec
{
    private LosslessPhotographCodec(PixelModel model) => Model = model;

    /// <summary>Creates a codec of a trained model, which is not needed afterwards.</summary>
    /// <param name="model">A model of <c>image-lossless</c>.</param>
    /// <exception cref="InvalidInputException">Another model.</exception>
    public LosslessPhotographCodec(TrainedModel model)
        : this(PixelForm.Of(model)) { }

    /// <summary>Creates a codec from the bytes that an archive holds.</summary>
    /// <param name="bytes">Bytes of <see cref="ToBytes"/>.</param>
    /// <exception cref="InvalidInputException">They are none, or damaged.</exception>
    public static LosslessPhotographCodec FromBytes(byte[] bytes) => new(PixelModel.FromBytes(bytes));

    /// <summary>Returns true if a model, by its manifest, codes photographs without loss.</summary>
    public static bool IsOne(ModelManifest manifest) => PixelForm.IsOne(manifest);

    /// <summary>Returns true if bytes begin as those of a codec.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => PixelModel.IsOne(bytes);

    /// <summary>Returns the bytes that decode what it encodes, as an archive holds them: the same model, the same bytes.</summary>
    public byte[] ToBytes() => Model.ToBytes();

    /// <summary>The model as archives take it.</summary>
    internal PixelModel Model { get; }

    /// <summary>Encodes a photograph.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="threads">Threads, a tile each; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="InvalidInputException">Colours for a model of grey ones.</exception>
    public byte[] Encode(Photograph photograph, int threads = 0, CancellationToken cancellationToken = default) =>
        LosslessPhotograph.Encode(Model, photograph, PhotographCodec.ThreadsOf(threads), cancellationToken);

    /// <summary>Decodes a photograph.</summary>
    /// <param name="coded">Bytes of <see cref="Encode"/>.</param>
    /// <param name="name">Name of the picture in messages.</param>
    /// <param name="threads">Threads, a tile each; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="InvalidInputException">The bytes are damaged, or of another model.</exception>
    public Photograph Decode(ReadOnlyMemory<byte> coded, string name = "the photograph", int threads = 0, CancellationToken cancellationToken = default) =>
        LosslessPhotograph.Decode(Model, coded, name, PhotographCodec.ThreadsOf(threads), cancellationToken);
}
