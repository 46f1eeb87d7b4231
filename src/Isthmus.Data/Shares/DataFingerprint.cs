using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Isthmus.Data.Cells;
using Isthmus.Data.Files;

namespace Isthmus.Data.Shares;

/// <summary>
/// Fingerprint of data, by which parts of work are known to belong together: SHA-256 over names and lengths of all files and over their bytes, of a file larger
/// than 16 MiB those of 16 pieces of 64 KiB, the first and the last among them. The same files elsewhere have the same one; times do not count.
/// </summary>
internal static class DataFingerprint
{
    private const int Pieces = 16,
        PieceBytes = 1 << 16;
    private const long WholeBytes = 16L << 20;

    /// <summary>Returns the fingerprint of a file, folder or pattern, in hexadecimal; of any other name, such as that of a published set, the name.</summary>
    /// <exception cref="InvalidInputException">A file cannot be read.</exception>
    public static string Of(string nameOrPath)
    {
        if (!Path.Exists(nameOrPath) && !TableFiles.IsPattern(nameOrPath))
            return nameOrPath;
        var (root, files) =
            TableFiles.Are(nameOrPath) ? ("", TableFiles.Of(nameOrPath).Paths)
            : File.Exists(nameOrPath) ? ("", [nameOrPath])
            : (nameOrPath, FolderFiles.Of(nameOrPath).Names);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            foreach (var file in files)
                Add(hash, Path.Combine(root, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(nameOrPath, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns the SHA-256 of a whole file, in hexadecimal.</summary>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    public static string OfWhole(string path) => DataFile.Read(path, _ =>
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        });

    private static void Add(IncrementalHash hash, string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, file.Length);
        hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
        hash.AppendData(length);
        var bytes = new byte[PieceBytes];
        if (file.Length <= WholeBytes)
            for (int read; (read = file.Read(bytes)) > 0;)
                hash.AppendData(bytes, 0, read);
        else
            for (var piece = 0; piece < Pieces; piece++)
            {
                file.Position = (file.Length - PieceBytes) * piece / (Pieces - 1);
                file.ReadExactly(bytes);
                hash.AppendData(bytes);
            }
    }
}
