using Isthmus.Data.Storage;

namespace Isthmus.Data.Records;

/// <summary>
/// Collects sparse records as they are read: in memory at first, and in a temporary file from the moment when they take more memory than their
/// <see cref="StoragePlace"/> allows. For one thread.
/// </summary>
/// <param name="name">Name of the data in error messages.</param>
/// <param name="place">Choice of memory or file.</param>
internal sealed class CountsWriter(string name, StoragePlace place)
{
    private readonly List<int> _offsets = [0],
        _columns = [];
    private readonly List<float> _values = [];
    private SparseFile.Writer? _file;
    private long _numbers;

    /// <summary>Number of records so far.</summary>
    public int Count { get; private set; }

    private long Bytes => _numbers * (sizeof(int) + sizeof(float)) + sizeof(int) * (Count + 1L);

    /// <summary>Adds a record.</summary>
    /// <exception cref="InvalidInputException">No room for it.</exception>
    public void Add(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        _numbers += columns.Length;
        Count++;
        if (_file is null && (Bytes > place.MostInMemory || _numbers > Array.MaxLength))
            Leave();
        if (_file is not null)
        {
            _file.Add(columns, values);
            return;
        }
        _columns.AddRange(columns);
        _values.AddRange(values);
        _offsets.Add(_columns.Count);
    }

    /// <summary>Returns the records; nothing can be added any more.</summary>
    /// <param name="schema">Schema of the records.</param>
    /// <param name="map">Change of each record; null for none.</param>
    /// <param name="names">Names of the records.</param>
    /// <param name="labels">Labels of the records.</param>
    /// <param name="notes">Notes on the reading; one is added on records that are in a file by themselves.</param>
    public Dataset ToDataset(CountSchema schema, SparseMap? map, IReadOnlyList<string>? names, IReadOnlyList<LabelColumn>? labels, IEnumerable<Wording> notes)
    {
        if (_file is not null)
        {
            var file = _file.ToFile();
            notes = place.Note(Bytes) is { } note ? [.. notes, note] : notes;
            return Dataset.Of(name, schema, map is null ? file : file.Mapped(map), names, labels, [.. notes]);
        }
        SparseCounts counts = new([.. _offsets], [.. _columns], [.. _values]);
        if (map is not null)
            counts = SparseCounts.Of(
                Enumerable
                    .Range(0, counts.Count)
                    .Select(record =>
                    {
                        var numbers = counts[record];
                        return map(numbers.Columns.ToArray(), numbers.Values.ToArray());
                    })
            );
        return Dataset.Counts(name, schema, counts, names, labels, [.. notes]);
    }

    // What memory holds so far goes to the file first.
    private void Leave()
    {
        if (place.IsAsked == false)
            throw new InvalidInputException(
                name,
                $"has more than {Array.MaxLength} numbers above 0, the most that one data set can hold in memory",
                $"leave {OptionNames.Stream} false out, or take a part of it",
                OptionNames.Stream
            );
        _file = new(name, areOnes: false, place.Sharing);
        SparseCounts held = new([.. _offsets], [.. _columns], [.. _values]);
        for (var record = 0; record < held.Count; record++)
            _file.Add(held[record].Columns, held[record].Values);
        _offsets.Clear();
        _columns.Clear();
        _values.Clear();
        _columns.TrimExcess();
        _values.TrimExcess();
    }
}
