using Isthmus.Compression.Archive;

namespace Isthmus.Fuzz;

/// <summary>Seeds for the fuzzer, from the golden archives.</summary>
internal static class Corpus
{
    /// <summary>The models of the golden archives, each once, in the order of the archives' names.</summary>
    public static ArchiveModel[] Models(string golden)
    {
        var models = new List<ArchiveModel>();
        foreach (var file in Directory.GetFiles(golden, "*.isth").Order(StringComparer.Ordinal))
            using (var archive = ArchiveReader.Open(file, new()))
                if (archive.Model is { } model)
                    models.Add(model);
        return [.. models.DistinctBy(model => Convert.ToHexString(model.Hash))];
    }

    public static void Write(string golden, string folder)
    {
        foreach (var target in new[] { "container", "list", "block", "model" })
            Directory.CreateDirectory(Path.Combine(folder, target));
        foreach (var file in Directory.GetFiles(golden, "*.isth"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            using var archive = ArchiveReader.Open(file, new());
            if (archive.Length < 1 << 14)
                File.Copy(file, Path.Combine(folder, "container", name), overwrite: true);
            File.WriteAllBytes(Path.Combine(folder, "list", name), ArchiveDirectory.ToBytes(archive.Entries));
            if (archive.Model is not { } model)
                continue;
            File.WriteAllBytes(Path.Combine(folder, "model", name), model.Bytes);
        }
        var codecs = Targets.Codecs(golden);
        for (var i = 0; i < codecs.Length; i++)
        {
            var (codec, schema) = codecs[i];
            byte[] records = [.. Enumerable.Range(0, 40 * schema.Dimension).Select(i => (byte)(i * i / 7 % schema.Levels))];
            foreach (var count in new[] { 1, 2, 40 })
                if (codec.Encode(records.AsSpan(0, count * schema.Dimension), count) is { } payload)
                    File.WriteAllBytes(Path.Combine(folder, "block", $"{i}-{count}"), [(byte)i, (byte)(count - 1), .. payload]);
        }
    }
}
