using Isthmus.Data.Images;

namespace Isthmus.Compression.Archive;

/// <summary>Content of an archive before it is written: files and their records.</summary>
/// <param name="recordBytes">Bytes of one record, D.</param>
/// <param name="schema">Size and levels of a record, if it is a picture.</param>
public sealed class ArchiveContent(int recordBytes, ImageSchema? schema = null)
{
    private readonly List<(ArchiveEntry Entry, byte[] Records, bool IsModelled)> _files = [];

    /// <summary>Bytes of one record, D.</summary>
    public int RecordBytes => recordBytes;

    /// <summary>Size and levels of a record if it is a picture; otherwise null.</summary>
    public ImageSchema? Schema => schema;

    /// <summary>Number of records.</summary>
    public int Records { get; private set; }

    /// <summary>The files, in order.</summary>
    public IReadOnlyList<ArchiveEntry> Entries => [.. _files.Select(file => file.Entry)];

    /// <summary>Random seed by which pixels were made black and white; null if they are unchanged.</summary>
    public int? BinarisationSeed { get; init; }

    /// <summary>Function from the records of a file of the model's kind to the sizes of its blocks, in order; null to cut by number alone.</summary>
    internal Func<byte[], IEnumerable<int>>? Cuts { get; init; }

    /// <summary>Bytes of the files before archiving; packed pictures count as they are packed.</summary>
    public long GivenBytes { get; internal set; }

    /// <summary>Adds a file, and sets its <see cref="ArchiveEntry.First"/> and <see cref="ArchiveEntry.Records"/>.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="records">Records of the file, one after another.</param>
    /// <param name="isModelled">True if the records are of the model's kind. A block never mixes records of the model's kind with others.</param>
    /// <exception cref="InvalidInputException">More records than an archive can hold.</exception>
    public void Add(ArchiveEntry entry, byte[] records, bool isModelled)
    {
        var count = records.Length / recordBytes;
        if (int.MaxValue - Records < count)
            throw new InvalidInputException(entry.Name, $"brings the archive to more than {int.MaxValue} records, the most that one can hold", "make two");
        _files.Add((entry with { First = Records, Records = count }, records, isModelled));
        Records += count;
    }

    /// <summary>Divides the records into blocks: after <paramref name="most"/> records, and where records of the model's kind and others meet.</summary>
    internal IEnumerable<(int First, int Count, bool IsModelled)> Blocks(int most)
    {
        for (var i = 0; i < _files.Count;)
        {
            if (Cuts is not null && _files[i].IsModelled)
            {
                var at = _files[i].Entry.First;
                foreach (var count in Cuts(_files[i++].Records))
                {
                    yield return (at, count, true);
                    at += count;
                }
                continue;
            }
            var (first, isModelled) = (_files[i].Entry.First, _files[i].IsModelled);
            while (i < _files.Count && (_files[i].IsModelled == isModelled || _files[i].Entry.Records == 0) && !(Cuts is not null && _files[i].IsModelled))
                i++;
            var end = i < _files.Count ? _files[i].Entry.First : Records;
            for (; first < end; first += most)
                yield return (first, Math.Min(most, end - first), isModelled);
        }
    }

    /// <summary>Copies records from <paramref name="first"/> on until <paramref name="destination"/> is full.</summary>
    internal void CopyRecords(int first, Span<byte> destination)
    {
        if (destination.IsEmpty)
            return;
        var at = FileOf(first);
        var offset = (long)(first - _files[at].Entry.First) * recordBytes;
        while (destination.Length > 0)
        {
            var source = _files[at++].Records.AsSpan((int)offset);
            var part = source[..Math.Min(source.Length, destination.Length)];
            part.CopyTo(destination);
            destination = destination[part.Length..];
            offset = 0;
        }
    }

    /// <summary>All records, in order.</summary>
    internal IEnumerable<byte[]> RecordArrays => _files.Select(file => file.Records);

    private int FileOf(int record)
    {
        var (low, high) = (0, _files.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _files[middle].Entry.First <= record ? (middle, high) : (low, middle - 1);
        }
        return low;
    }
}
