using System.IO.Compression;
using Isthmus.Data.Files;
using Isthmus.Information;

namespace Isthmus.Measures;

/// <summary>Entropy of a file's bytes given the <see cref="Order"/> bytes before them.</summary>
/// <param name="Order">Number of preceding bytes, m.</param>
/// <param name="Entropy">H(byte | the m before it), nats a byte; plug-in, too low once <paramref name="Combinations"/> is no longer far below the
/// bytes.</param>
/// <param name="Combinations">Number of distinct runs of m + 1 bytes.</param>
public sealed record ByteOrder(int Order, Estimate Entropy, long Combinations);

/// <summary>
/// Entropies of a file's bytes, of order 0 to 3 (as <see cref="Information.Entropy.BlockEntropyRate"/>, computed by sorting), beside the size by a general
/// compressor.
/// </summary>
/// <param name="Bytes">Bytes of the file, N.</param>
/// <param name="Orders">Orders 0 to 3, as far as the file is long enough.</param>
/// <param name="BrotliBytes">Bytes after compression by Brotli, header included.</param>
/// <param name="BrotliQuality">Brotli's quality: 11, its best, up to 16 MiB, and 9 beyond.</param>
/// <param name="IsGzip">True if the file is packed by gzip.</param>
public sealed record ByteInformation(long Bytes, IReadOnlyList<ByteOrder> Orders, long BrotliBytes, int BrotliQuality, bool IsGzip)
{
    private const int HighestOrder = 3,
        LargestFile = 512 << 20,
        BestUpTo = 16 << 20,
        Window = 24;

    /// <summary>Measures a file. Cost: N log N a order, and the compressor.</summary>
    /// <exception cref="InvalidInputException">The file is empty, above 512 MiB, or cannot be read.</exception>
    public static ByteInformation Of(string path)
    {
        var bytes = Read(path);
        var quality = bytes.Length <= BestUpTo ? 11 : 9;
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        if (!BrotliEncoder.TryCompress(bytes, packed, out var written, quality, Window))
            throw new InvalidOperationException("Brotli did not keep to its largest length.");
        return new(
            bytes.Length,
            [.. Enumerable.Range(0, Math.Min(HighestOrder + 1, bytes.Length)).Select(order => Order(bytes, order))],
            written,
            quality,
            bytes is [0x1f, 0x8b, ..]
        );
    }

    /// <summary>Returns H(byte given the <paramref name="order"/> before it), at most 3, over the N - m runs of m + 1 bytes.</summary>
    internal static ByteOrder Order(ReadOnlySpan<byte> bytes, int order)
    {
        var runs = new uint[bytes.Length - order];
        var mask = order == 3 ? uint.MaxValue : (1u << 8 * (order + 1)) - 1;
        var run = 0u;
        for (var i = 0; i < bytes.Length; i++)
        {
            run = (run << 8 | bytes[i]) & mask;
            if (i >= order)
                runs[i - order] = run;
        }
        // Sorted, equal runs lie together, and so do those that differ only in their last byte.
        Array.Sort(runs);
        double n = runs.Length,
            sum = 0,
            squares = 0;
        var combinations = 0L;
        for (int from = 0, to; from < runs.Length; from = to)
        {
            for (to = from + 1; to < runs.Length && runs[to] >> 8 == runs[from] >> 8;)
                to++;
            for (int first = from, end; first < to; first = end)
            {
                for (end = first + 1; end < to && runs[end] == runs[first];)
                    end++;
                combinations++;
                var surprise = Math.Log((to - from) / (double)(end - first));
                sum += (end - first) / n * surprise;
                squares += (end - first) / n * surprise * surprise;
            }
        }
        return new(order, new(sum, n > 1 ? Math.Sqrt(Math.Max(0, squares - sum * sum) / n) : double.NaN), combinations);
    }

    private static byte[] Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > LargestFile)
                throw new InvalidInputException(path, $"has {file.Length} bytes; at most {LargestFile} are measured", "take a part of it");
            return file.Length > 0
                ? DataFile.ReadPayload(file, (UInt128)file.Length, path)
                : throw new InvalidInputException(path, "is empty", "give at least one byte");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException(path, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
    }
}
