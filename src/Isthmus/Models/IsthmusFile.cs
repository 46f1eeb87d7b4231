using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Isthmus.Models;

/// <summary>
/// Container of <c>.isthmus</c> files: a zip of <c>manifest.json</c> and named parts, the manifest holding the SHA-256 of each part. Nothing in it is
/// executable. Sizes are checked before memory is allocated; a damaged, foreign or newer file is a clear error.
/// </summary>
internal static class IsthmusFile
{
    /// <summary>Name in messages of a file that came from a stream.</summary>
    public const string OfStream = "stream";

    private const int FormatVersion = 1;
    private const string ManifestName = "manifest.json";
    private const int LongestManifest = 64 << 20;

    // Zip keeps local times; a fixed one keeps the same model the same bytes.
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Writes <paramref name="manifest"/> and the parts to a temporary file and renames it. A part is written twice, first for its hash: that costs less than
    /// holding all its bytes.
    /// </summary>
    public static void Write(string path, string kind, object manifest, IReadOnlyDictionary<string, Action<Stream>> parts) =>
        AtomicFile.Write(path, stream => WriteZip(stream, kind, manifest, parts));

    /// <summary>The same bytes to a stream, which need not seek and stays open: nothing is written to it before all of them are in memory.</summary>
    public static void Write(Stream stream, string kind, object manifest, IReadOnlyDictionary<string, Action<Stream>> parts)
    {
        using var whole = new MemoryStream();
        WriteZip(whole, kind, manifest, parts);
        whole.WriteTo(stream);
    }

    private static void WriteZip(Stream stream, string kind, object manifest, IReadOnlyDictionary<string, Action<Stream>> parts)
    {
        var root = new JsonObject { ["format"] = kind, ["format_version"] = FormatVersion };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(manifest, JsonFormat.Indented)!.AsObject().ToList())
            root[name] = value?.DeepClone();
        root["parts"] = new JsonObject(parts.Select(part => KeyValuePair.Create(part.Key, (JsonNode?)HashOf(part.Value))));
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        Add(zip, ManifestName, entry => entry.Write(JsonSerializer.SerializeToUtf8Bytes(root, JsonFormat.Indented)));
        foreach (var (name, write) in parts)
            Add(zip, name, write);
    }

    /// <summary>Reads the manifest as <typeparamref name="T"/> and every part, checked against its hash.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign, of another kind or a newer version.</exception>
    public static (T Manifest, Dictionary<string, IsthmusPart> Parts) Read<T>(string path, string kind)
    {
        if (!File.Exists(path))
            throw new InvalidInputException(path, "does not exist", $"give {Article(kind)} that training wrote");
        return Readable(path, kind, () =>
        {
            using var stream = File.OpenRead(path);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            return Read<T>(zip, path, stream.Length, kind);
        });
    }

    /// <summary>The same from a stream, which need not seek and stays open: it is read to its end.</summary>
    /// <exception cref="InvalidInputException">Damaged, foreign, of another kind or a newer version.</exception>
    public static (T Manifest, Dictionary<string, IsthmusPart> Parts) Read<T>(Stream stream, string kind)
    {
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return Readable(OfStream, kind, () =>
        {
            using var zip = new ZipArchive(whole, ZipArchiveMode.Read, leaveOpen: true);
            return Read<T>(zip, null, whole.Length, kind);
        });
    }

    private static T Readable<T>(string path, string kind, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or NotSupportedException
                        or ArgumentException
                        or OverflowException
            )
        {
            throw new InvalidInputException(
                path,
                $"is no {kind} file that can be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); it is damaged or another program's",
                "use a copy that is whole, or train again",
                cause: e
            );
        }
    }

    /// <summary>Returns the kind in the file, or null if it is no Isthmus file.</summary>
    public static string? KindOf(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            return JsonNode.Parse(Contents(zip, ManifestName, LongestManifest))?["format"]?.GetValue<string>();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads the manifest alone, without a look at the parts, for lists of many files.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged, foreign, of another kind or a newer version.</exception>
    public static T ReadManifest<T>(string path, string kind) => Readable(path, kind, () =>
        {
            using var zip = ZipFile.OpenRead(path);
            return Described<T>(Root(zip, kind));
        });

    private static (T, Dictionary<string, IsthmusPart>) Read<T>(ZipArchive zip, string? path, long fileLength, string kind)
    {
        var root = Root(zip, kind);
        var parts = new Dictionary<string, IsthmusPart>(StringComparer.Ordinal);
        foreach (var (name, hash) in root["parts"]?.AsObject() ?? throw new InvalidDataException("its manifest names no parts"))
        {
            if (path is not null && Entry(zip, name, fileLength) is { Length: > IsthmusPart.MostInMemory } large)
            {
                // Its hash is checked as it is read.
                parts.Add(name, new(path, name, hash?.GetValue<string>() ?? "", large.Length));
                continue;
            }
            var bytes = Contents(zip, name, fileLength);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != hash?.GetValue<string>())
                throw new InvalidDataException($"part {name} does not have the SHA-256 of the manifest");
            parts.Add(name, new(bytes));
        }
        return (Described<T>(root), parts);
    }

    private static JsonObject Root(ZipArchive zip, string kind)
    {
        var root = JsonNode.Parse(Contents(zip, ManifestName, LongestManifest))?.AsObject() ?? throw new InvalidDataException("its manifest is empty");
        if (root["format"]?.GetValue<string>() is var format && format != kind)
            throw new InvalidDataException($"it is {(format is null ? "no Isthmus file" : $"{Article(format)}")}, not {Article(kind)}");
        if (root["format_version"]?.GetValue<int>() is var version && version != FormatVersion)
            throw new InvalidDataException($"its format version is {version}, and this Isthmus reads {FormatVersion}; use a newer Isthmus");
        return root;
    }

    private static T Described<T>(JsonObject root)
    {
        foreach (var extra in (string[])["format", "format_version", "parts"])
            root.Remove(extra);
        return root.Deserialize<T>(JsonFormat.Indented) ?? throw new InvalidDataException("its manifest is empty");
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name, long longest)
    {
        var entry = zip.GetEntry(name) ?? throw new InvalidDataException($"it has no {name}");
        return entry.Length <= longest ? entry : throw new InvalidDataException($"{name} declares {entry.Length} bytes, more than can be");
    }

    private static byte[] Contents(ZipArchive zip, string name, long longest)
    {
        var entry = Entry(zip, name, longest);
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        if (stream.ReadByte() != -1 || Crc32.HashToUInt32(bytes) != entry.Crc32)
            throw new InvalidDataException($"{name} does not have its checksum");
        return bytes;
    }

    private static string HashOf(Action<Stream> write)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            write(hashed);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    private static void Add(ZipArchive zip, string name, Action<Stream> write)
    {
        // Stored, not deflated: weights do not shrink, and a stored part cannot declare more than the file holds.
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Timestamp;
        using var stream = entry.Open();
        write(stream);
    }

    private static string Article(string kind) => kind.StartsWith('i') ? $"an {kind} file" : $"a {kind} file";
}
