using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;

namespace Isthmus.Fuzz;

/// <summary>Makes the checksums of an archive right, as far as its parts lie where its header and index say.</summary>
internal static class Checksums
{
    public static byte[] MadeRight(byte[] bytes)
    {
        byte[] archive = [.. bytes];
        if (archive.Length < ArchiveHeader.Length + ArchiveIndex.TailLength)
            return archive;
        var directory = Sum(archive, ArchiveHeader.Length, Get(archive, 56), 64);
        var model = Sum(archive, ArchiveHeader.Length + directory, Get(archive, 68), 76);
        if (model > 0 && Section.Read(archive.AsSpan(68)) is var section && section.IsSane(1 << 20))
            SHA256
                .HashData(section.Unpacked(archive.AsSpan((int)(ArchiveHeader.Length + directory), (int)model).ToArray(), repair: false) ?? [])
                .CopyTo(archive, 80);
        Put(archive, 120, XxHash32.HashToUInt32(archive.AsSpan(0, 120)));
        Put(archive, 124, Crc32.HashToUInt32(archive.AsSpan(0, 124)));
        var tail = archive.Length - ArchiveIndex.TailLength;
        if (Get(archive, tail) is var length && length <= tail)
            Put(archive, tail + 4, Crc32.HashToUInt32(archive.AsSpan(tail - (int)length, (int)length)));
        for (var at = ArchiveHeader.Length + directory + model; at + BlockFrame.Length <= archive.Length; at += BlockFrame.Length + Get(archive, (int)at + 12))
        {
            var (frame, payload) = ((int)at, Get(archive, (int)at + 12));
            if (payload > archive.Length - at - BlockFrame.Length)
                break;
            Put(archive, frame + 16, Crc32.HashToUInt32(archive.AsSpan(frame + BlockFrame.Length, (int)payload)));
            Put(archive, frame + 24, Crc32.HashToUInt32([.. archive.AsSpan(16, 8), .. archive.AsSpan(frame, 24)]));
        }
        return archive;
    }

    private static long Sum(byte[] archive, long at, uint length, int sumAt)
    {
        if (at + length > archive.Length)
            return 0;
        Put(archive, sumAt, Crc32.HashToUInt32(archive.AsSpan((int)at, (int)length)));
        return length;
    }

    private static uint Get(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static void Put(byte[] bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);
}
