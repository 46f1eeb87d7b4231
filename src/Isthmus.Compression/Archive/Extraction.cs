using Isthmus.Compression.Codecs;
using Isthmus.Data.Images;

namespace Isthmus.Compression.Archive;

/// <summary>Options for unpacking an archive.</summary>
public sealed record ExtractionOptions
{
    /// <summary>True to replace existing files. Default false: they are refused before anything is written.</summary>
    public bool Force { get; init; }

    /// <summary>
    /// Function that is true for a file that must not be replaced, whatever <see cref="Force"/> says, such as the archive itself. Default null.
    /// </summary>
    public Func<string, bool>? Kept { get; init; }

    /// <summary>Number of blocks decoded at a time; 0 (the default) for as many as there are cores.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Function that writes a coded photograph, the first argument, as PNG. <c>PhotographCodec</c> in <c>Isthmus</c> has it. Default null: archives of
    /// photographs are refused.
    /// </summary>
    public Action<ReadOnlyMemory<byte>, Stream>? Photographs { get; init; }
}

/// <summary>Result of unpacking.</summary>
/// <param name="Files">Files written.</param>
/// <param name="Records">Number of records in them.</param>
/// <param name="Lost">Losses, a line each; empty unless damage was tolerated.</param>
public sealed record Extracted(IReadOnlyList<string> Files, int Records, IReadOnlyList<string> Lost);

/// <summary>
/// Unpacks archives into a folder. Everything is first written to a temporary folder beside it and moved when complete: a failure or an interrupt leaves
/// nothing. Memory: a few blocks a thread.
/// </summary>
public sealed class Extraction(ArchiveReader archive, string folder, ExtractionOptions options)
{
    private readonly List<string> _lost = [];
    private readonly HashSet<string> _reasons = [];

    /// <summary>Unpacks every file.</summary>
    /// <param name="progress">Receives how many records are done.</param>
    /// <param name="cancellationToken">Stops between two blocks; nothing is left behind.</param>
    /// <exception cref="InvalidInputException">The archive is damaged, a file is there already, or the folder cannot be written to.</exception>
    public Extracted All(IProgress<int>? progress = null, CancellationToken cancellationToken = default) => Files(archive.Entries, progress, cancellationToken);

    /// <summary>Unpacks one file by its name, from the blocks that hold its records alone.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="progress">Receives how many records are done.</param>
    /// <param name="cancellationToken">Stops between two blocks; nothing is left behind.</param>
    /// <exception cref="InvalidInputException">The archive is damaged, the file is there already, or the folder cannot be written to.</exception>
    public Extracted File(ArchiveEntry entry, IProgress<int>? progress = null, CancellationToken cancellationToken = default) =>
        Files([entry], progress, cancellationToken);

    /// <summary>
    /// Unpacks one record by its number: the picture that it is, or of a file of many records a file "name.number.png" of its pixels, and
    /// where records are no pictures "name.number.bin" of its bytes.
    /// </summary>
    /// <param name="index">The record's number, from 0.</param>
    /// <exception cref="InvalidInputException">No such record, a damaged archive, an existing file, or a folder that cannot be written to.</exception>
    public Extracted Record(int index)
    {
        if (index < 0 || index >= archive.Header.Records)
            throw new InvalidInputException(archive.Name, $"has no record {index}", $"count its {archive.Header.Records} records from 0");
        var entry = archive.Entries.First(entry => index >= entry.First && index < entry.First + entry.Records);
        var (isPicture, isWhole) = (archive.Header.Schema is not null, entry.Kind == EntryKind.Picture);
        var name = isWhole ? entry.OutputName : $"{entry.Name}.{index - entry.First}{(isPicture ? ".png" : ".bin")}";
        // White is white, also where the file writes it as 1.
        var scale = !isWhole && archive.Header.Schema?.Levels == 2 ? (byte)255 : entry.Scale;
        var one = entry with { Name = name, Scale = scale };
        return Staged([name], CancellationToken.None, stage =>
        {
            var record = new byte[archive.Header.RecordBytes];
            archive.DecodeRecord(index, record);
            using var file = new FileStream(PathIn(stage, name), FileMode.CreateNew);
            file.Write(isPicture ? Png(one, record) : record);
            return 1;
        });
    }

    /// <summary>
    /// Unpacks one block of text by its number, as "name.number" of its first file: of an archive of text a record is a byte, and a block has whole lines.
    /// </summary>
    /// <param name="index">The block's number, from 0.</param>
    /// <exception cref="InvalidInputException">No such block, a damaged archive, an existing file, or a folder that cannot be written to.</exception>
    internal Extracted Block(int index)
    {
        if (index < 0 || index >= archive.Blocks.Count)
            throw new InvalidInputException(archive.Name, $"has no block {index}", $"count its {archive.Blocks.Count} blocks from 0");
        var block = archive.Blocks[index];
        var entry = archive.Entries.First(entry => block.First >= entry.First && block.First < entry.First + entry.Records);
        var name = $"{entry.Name}.{index}";
        return Staged([name], CancellationToken.None, stage =>
        {
            var records = new byte[block.Count * archive.Header.RecordBytes];
            archive.Decode(block, records);
            System.IO.File.WriteAllBytes(PathIn(stage, name), records);
            return block.Count;
        });
    }

    private Extracted Files(IReadOnlyList<ArchiveEntry> entries, IProgress<int>? progress, CancellationToken cancellationToken) =>
        Staged([.. entries.Select(entry => entry.OutputName)], cancellationToken, stage =>
        {
            using var records = Records(entries, progress, cancellationToken).GetEnumerator();
            var written = 0;
            foreach (var entry in entries)
                written += Write(entry, stage, records);
            return written;
        });

    /// <summary>Writes one file, and returns how many of its records are in it.</summary>
    private int Write(ArchiveEntry entry, string stage, IEnumerator<byte[]?> records)
    {
        var size = archive.Header.RecordBytes;
        if (entry.Kind == EntryKind.Picture)
        {
            if (!records.MoveNext() || records.Current is not { } pixels)
            {
                _lost.Add($"{entry.OutputName}: lost");
                return 0;
            }
            using var picture = new FileStream(PathIn(stage, entry.OutputName), FileMode.CreateNew);
            picture.Write(Png(entry, pixels));
            return 1;
        }
        if (entry.Kind == EntryKind.Photograph)
            return WritePhotograph(entry, stage, records);
        using var file = new FileStream(PathIn(stage, entry.OutputName), FileMode.CreateNew);
        file.Write(entry.Prefix);
        var missing = new List<int>();
        var blank = new byte[size];
        for (var i = 0; i < entry.Records; i++)
        {
            if (!records.MoveNext() || records.Current is not { } record)
            {
                missing.Add(i);
                file.Write(blank);
                continue;
            }
            file.Write(InFile(entry, record));
        }
        file.Write(entry.Suffix);
        if (missing.Count > 0)
            _lost.Add($"{entry.OutputName}: records {Ranges(missing)} of {entry.Records} lost, zeros in their place");
        return entry.Records - missing.Count;
    }

    /// <summary>Decodes one photograph, and returns how many of its records there are: all, or none where one is lost.</summary>
    private int WritePhotograph(ArchiveEntry entry, string stage, IEnumerator<byte[]?> records)
    {
        using var coded = new MemoryStream();
        coded.Write(entry.Prefix);
        var isWhole = true;
        for (var i = 0; i < entry.Records; i++)
            if (records.MoveNext() && records.Current is { } record)
                coded.Write(record);
            else
                isWhole = false;
        coded.Write(entry.Suffix);
        if (!isWhole)
        {
            _lost.Add($"{entry.OutputName}: lost");
            return 0;
        }
        var decode =
            options.Photographs
            ?? throw new InvalidInputException(archive.Name, "holds photographs, and nothing that decodes them was given", "give a decoder of photographs");
        using var file = new FileStream(PathIn(stage, entry.OutputName), FileMode.CreateNew);
        try
        {
            decode(coded.ToArray(), file);
        }
        catch (InvalidInputException e)
        {
            throw e.In($"{archive.Name}: {entry.OutputName}");
        }
        return entry.Records;
    }

    /// <summary>Returns the records of these entries in order, a block at a time, several blocks decoded at once; null for lost records.</summary>
    private IEnumerable<byte[]?> Records(IReadOnlyList<ArchiveEntry> entries, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var (first, end) = entries.Count == 0 ? (0, 0) : (entries[0].First, entries[^1].First + entries[^1].Records);
        var threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        var size = archive.Header.RecordBytes;
        foreach (var group in archive.Blocks.Where(block => block.First < end && block.First + block.Count > first).Chunk(2 * threads))
        {
            var decoded = new byte[group.Length][];
            var failures = new string?[group.Length];
            Parallelism.ForEach(group.Length, threads, cancellationToken, i =>
            {
                var records = new byte[group[i].Count * size];
                try
                {
                    archive.Decode(group[i], records);
                    decoded[i] = records;
                }
                catch (InvalidInputException e) when (archive.KeepsGoing)
                {
                    failures[i] = e.Message;
                }
            });
            for (var i = 0; i < group.Length; i++)
            {
                if (failures[i] is { } failure && _reasons.Add(failure))
                    _lost.Add(failure);
                for (; first < Math.Min(group[i].First, end); first++)
                    yield return null;
                for (var last = Math.Min(group[i].First + group[i].Count, end); first < last; first++)
                    yield return decoded[i]?.AsSpan((first - group[i].First) * size, size).ToArray();
                progress?.Report(first);
            }
        }
    }

    private byte[] InFile(ArchiveEntry entry, byte[] record)
    {
        if (entry.Interleaved && archive.Header.Schema is { } schema)
            record = PixelRecords.ToInterleaved(record, new(schema.Height, schema.Width), schema.Channels);
        if (entry.Scale != 1)
            for (var i = 0; i < record.Length; i++)
                record[i] *= entry.Scale;
        return record;
    }

    private byte[] Png(ArchiveEntry entry, byte[] record)
    {
        var pixels = InFile(entry with { Interleaved = false }, record);
        return ImageGrid.Png(archive.Header.Schema!, [pixels], 1);
    }

    private Extracted Staged(IReadOnlyList<string> names, CancellationToken cancellationToken, Func<string, int> write)
    {
        DemandRoom(names);
        var made = new List<string>();
        var isDone = false;
        try
        {
            MakeFolder(folder, made);
            var work = Directory.CreateDirectory(Path.Combine(folder, $".isthmus-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp")).FullName;
            try
            {
                var stage = Directory.CreateDirectory(Path.Combine(work, "files")).FullName;
                foreach (var parent in names.Select(name => Path.GetDirectoryName(PathIn(stage, name))!).Distinct())
                    Directory.CreateDirectory(parent);
                var records = write(stage);
                cancellationToken.ThrowIfCancellationRequested();
                string[] written = [.. names.Where(name => System.IO.File.Exists(PathIn(stage, name)))];
                MoveAll(stage, written, Directory.CreateDirectory(Path.Combine(work, "replaced")).FullName, made);
                isDone = true;
                return new(written, records, _lost);
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(folder, $"cannot be written to: {e.Message}", "choose another folder, or make room", cause: e);
        }
        finally
        {
            foreach (
                var empty in isDone
                    ? []
                    : made.AsEnumerable().Reverse().Where(path => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
            )
                Directory.Delete(empty);
        }
    }

    /// <summary>Refuses, before anything is written, files that could not be put in place.</summary>
    private void DemandRoom(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            var target = PathIn(folder, name);
            for (var parent = Path.GetDirectoryName(target); !string.IsNullOrEmpty(parent); parent = Path.GetDirectoryName(parent))
                if (System.IO.File.Exists(parent))
                    throw new InvalidInputException(parent, $"is a file, and {name} needs a folder of that name; nothing was written", "choose another folder");
            if (Directory.Exists(target))
                throw new InvalidInputException(target, "is a folder, and the archive holds a file of that name; nothing was written", "choose another folder");
            if (!IsThere(target))
                continue;
            if (options.Kept?.Invoke(target) == true)
                throw new InvalidInputException(target, "is what the archive is read from, and nothing was written", "choose another folder");
            if (!options.Force)
                throw new InvalidInputException(
                    target,
                    "is there already, and nothing was written",
                    $"choose another folder, or replace it with {OptionNames.Force}",
                    OptionNames.Force
                );
        }
    }

    /// <summary>
    /// Moves files from the temporary folder into their places, all or none: files that they replace wait in <paramref name="before"/> and are restored if one
    /// cannot be moved.
    /// </summary>
    private void MoveAll(string stage, string[] names, string before, List<string> made)
    {
        var moved = new List<(string Target, string? Old)>();
        try
        {
            foreach (var (i, name) in names.Index())
            {
                var target = PathIn(folder, name);
                MakeFolder(Path.GetDirectoryName(target)!, made);
                if (options.Force && IsThere(target))
                {
                    System.IO.File.Move(target, Path.Combine(before, $"{i}"));
                    moved.Add((target, Path.Combine(before, $"{i}")));
                }
                System.IO.File.Move(PathIn(stage, name), target);
                if (moved.Count == 0 || moved[^1].Target != target)
                    moved.Add((target, null));
            }
        }
        catch
        {
            foreach (var (target, old) in moved.AsEnumerable().Reverse())
            {
                System.IO.File.Delete(target);
                if (old is not null)
                    System.IO.File.Move(old, target);
            }
            throw;
        }
    }

    /// <summary>Creates a folder, and records which folders were new.</summary>
    private static void MakeFolder(string path, List<string> made)
    {
        var missing = new Stack<string>();
        for (var at = Path.GetFullPath(path); !Directory.Exists(at); at = Path.GetDirectoryName(at)!)
            missing.Push(at);
        Directory.CreateDirectory(path);
        made.AddRange(missing);
    }

    // A link that leads nowhere is there too.
    private static bool IsThere(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static string PathIn(string folder, string name) => Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar));

    // 3 to 7, 9
    private static string Ranges(List<int> numbers)
    {
        var ranges = new List<string>();
        for (var i = 0; i < numbers.Count; i++)
        {
            var start = i;
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1)
                i++;
            ranges.Add(start == i ? $"{numbers[i]}" : $"{numbers[start]} to {numbers[i]}");
        }
        return ranges.Count <= 20 ? string.Join(", ", ranges) : $"{string.Join(", ", ranges.Take(20))} and {ranges.Count - 20} more ranges";
    }
}
