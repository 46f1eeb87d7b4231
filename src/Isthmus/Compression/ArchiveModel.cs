using System.Security.Cryptography;
using Isthmus.Data;

namespace Isthmus.Compression;

/// <summary>What an archive needs of a model: its bytes, by which it is known, and its codecs.</summary>
/// <param name="Bytes">The model's canonical bytes: the same model, the same bytes.</param>
/// <param name="Schema">What one record is.</param>
/// <param name="Codecs">Ways to store a block of such records.</param>
public sealed record ArchiveModel(byte[] Bytes, ImageSchema Schema, IReadOnlyList<IBlockCodec> Codecs)
{
    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public byte[] Hash { get; } = SHA256.HashData(Bytes);
}
