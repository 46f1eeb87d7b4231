using Isthmus.Compression.Archive;
using Isthmus.Data.Images;
using Isthmus.Models;
using Isthmus.Photographs;

namespace Isthmus.Cli.Verbs;

/// <summary>A codec of photographs, with loss or without.</summary>
internal abstract class PhotographCoder : IDisposable
{
    /// <summary>The model as archives take it.</summary>
    public abstract ArchiveModel Model { get; }

    /// <summary>The codec with loss; null for one without.</summary>
    public virtual PhotographCodec? WithLoss => null;

    /// <summary>Creates the codec of a trained model, of one kind or the other.</summary>
    public static PhotographCoder Of(TrainedModel trained) =>
        PhotographCodec.IsOne(trained.Manifest) ? new Lossy(new(trained)) : new Lossless(new(trained));

    /// <summary>Creates the codec that an archive holds.</summary>
    public static PhotographCoder FromBytes(byte[] bytes) =>
        LosslessPhotographCodec.IsOne(bytes) ? new Lossless(LosslessPhotographCodec.FromBytes(bytes)) : new Lossy(PhotographCodec.FromBytes(bytes));

    /// <summary>Encodes a photograph, and returns the peak signal-to-noise ratio of what comes back, dB; null without loss.</summary>
    /// <param name="photograph">The photograph.</param>
    /// <param name="quality">From 0 to 1, of a codec with loss.</param>
    /// <param name="threads">Threads; 0 for as many as there are cores.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    public abstract (byte[] Bytes, double? PsnrDb) Encode(Photograph photograph, double? quality, int threads, CancellationToken cancellationToken);

    /// <summary>Decodes a photograph, at a fraction of its size: 1 for the whole, as without loss it always is.</summary>
    public abstract Photograph Decode(ReadOnlyMemory<byte> coded, int fraction, int threads, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual void Dispose() { }

    private sealed class Lossy(PhotographCodec codec) : PhotographCoder
    {
        public override ArchiveModel Model { get; } = ArchiveModel.Of(codec.Model);

        public override PhotographCodec? WithLoss => codec;

        public override (byte[] Bytes, double? PsnrDb) Encode(Photograph photograph, double? quality, int threads, CancellationToken cancellationToken)
        {
            var encoded = codec.Encode(photograph, quality!.Value, threads, cancellationToken);
            return (encoded.Bytes, encoded.PsnrDb);
        }

        public override Photograph Decode(ReadOnlyMemory<byte> coded, int fraction, int threads, CancellationToken cancellationToken) =>
            fraction == 1
                ? codec.Decode(coded, "it", threads, cancellationToken)
                : codec.DecodeSmall(coded, fraction, "it", threads, cancellationToken);

        public override void Dispose() => codec.Dispose();
    }

    private sealed class Lossless(LosslessPhotographCodec codec) : PhotographCoder
    {
        public override ArchiveModel Model { get; } = ArchiveModel.Of(codec.Model);

        public override (byte[] Bytes, double? PsnrDb) Encode(Photograph photograph, double? quality, int threads, CancellationToken cancellationToken) =>
            (codec.Encode(photograph, threads, cancellationToken), null);

        public override Photograph Decode(ReadOnlyMemory<byte> coded, int fraction, int threads, CancellationToken cancellationToken) =>
            codec.Decode(coded, "it", threads, cancellationToken);
    }
}
