using Isthmus.Compression;

namespace Isthmus.Fuzz;

/// <summary>Seeds for the fuzzer, from the golden archives.</summary>
internal static class Corpus
{
    /// <summary>The model of the smallest golden archive that holds one.</summary>
    public static ArchiveModel Model(string golden)
    {
        foreach (var file in Directory.GetFiles(golden, "*.isth").OrderBy(file => new FileInfo(file).Length))
            using (var archive = ArchiveReader.Open(file, new()))
                if (archive.Model is { } model)
                    return model;
        throw new FileNotFoundException($"No archive of {golden} holds a model.");
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
            byte[] records = [.. Enumerable.Range(0, 40 * model.Schema.Dimension).Select(i => (byte)(i * i / 7 % model.Schema.Levels))];
            for (var i = 0; i < model.Codecs.Count; i++)
                foreach (var count in new[] { 1, 2, 40 })
                    if (model.Codecs[i].Encode(records.AsSpan(0, count * model.Schema.Dimension), count) is { } payload)
                        File.WriteAllBytes(Path.Combine(folder, "block", $"{name}-{i}-{count}"), [(byte)i, (byte)(count - 1), .. payload]);
        }
    }
}
