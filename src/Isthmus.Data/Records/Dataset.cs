using Isthmus.Data.Cells;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Records;

/// <summary>
/// Records of one schema, with labels if they are known. Image pixels stay bytes until a batch is made (60,000 MNIST images cost 47 MB, not 188); vectors and
/// rows are 32-bit floats, counts sparse until a batch is made. A selection shares the records of its source. Records that would take much of the memory stay
/// in a file, and are read on demand. Safe to read from several threads.
/// </summary>
public sealed class Dataset
{
    private static readonly SparseCounts NoCounts = new([0], [], []);

    /// <summary>End of the names of data that a caller made in memory, which no name or path leads to.</summary>
    internal const string InMemory = " in memory";

    private readonly RecordStore<byte>? _pixels;
    private readonly RecordStore<float>? _values;
    private readonly SparseCounts? _counts;
    private readonly IDrawnPixels? _drawn;

    // The store's records at the selection's places among those of the blocks; each may be missing.
    private readonly RecordBlocks? _blocks;
    private readonly SparseFile? _sparse;
    private readonly int[]? _selection;

    // Records of a file are standardised as they are read.
    private readonly Standardisation? _scale;

    private Dataset(
        string name,
        DataSchema schema,
        int count,
        IReadOnlyList<LabelColumn>? labels,
        IReadOnlyList<string>? recordNames,
        IReadOnlyList<Wording>? notes
    )
    {
        if (count == 0)
            throw new InvalidInputException(name, "holds no records", "give at least one");
        foreach (var column in labels ?? [])
            if (column.Values.Count != count)
                throw new InvalidInputException(name, $"has {count} records but {column.Values.Count} labels in '{column.Name}'", "there must be one a record");
        Name = name;
        Schema = schema;
        Count = count;
        Labels = labels ?? [];
        RecordNames = recordNames;
        Notes = notes ?? [];
    }

    private Dataset(Dataset source, int[] selection)
        : this(
            source.Name,
            source.Schema,
            selection.Length,
            [.. source.Labels.Select(column => column.Select(selection))],
            source.RecordNames is { } names ? new SelectedTexts(names, selection) : null,
            source.Notes
        )
    {
        (_pixels, _values, _counts, _blocks, _scale) = (source._pixels, source._values, source._counts, source._blocks, source._scale);
        (_drawn, _sparse) = (source._drawn, source._sparse);
        Attached = [.. source.Attached.Select(label => label.Select(selection))];
        (Array, Targets, Origin) = (source.Array, source.Targets, source.Origin);
        Identifiers = [.. source.Identifiers.Select(column => new Column(column.Name, [.. selection.Select(column.Text)]))];
        _selection = source._selection is { } outer ? [.. selection.Select(i => outer[i])] : selection;
    }

    // The records of some blocks, of a source of which no single records were selected.
    private Dataset(Dataset source, RecordBlocks blocks)
        : this(
            source.Name,
            source.Schema,
            blocks.Count,
            [.. source.Labels.Select(column => column with { Values = PlacedList<int>.Of(column.Values, blocks) })],
            source.RecordNames is { } names ? PlacedList<string>.Of(names, blocks) : null,
            source.Notes
        )
    {
        (_pixels, _values, _counts, _blocks, _scale) = (source._pixels, source._values, source._counts, blocks, source._scale);
        Attached = [.. source.Attached.Select(column => column with { Values = PlacedList<int>.Of(column.Values, blocks) })];
        Identifiers = [.. source.Identifiers.Select(column => new Column(column.Name, PlacedList<string?>.Of(column.Texts, blocks)))];
        _sparse = source._sparse;
        (Array, Targets, Origin) = (source.Array, source.Targets, source.Origin);
    }

    // No selection is made: the records' own places stay what they are.
    private Dataset(Dataset source, DataSchema? schema = null)
        : this(source.Name, schema ?? source.Schema, source.Count, source.Labels, source.RecordNames, source.Notes)
    {
        (_pixels, _values, _counts, _blocks, _selection) = (source._pixels, source._values, source._counts, source._blocks, source._selection);
        (_scale, Attached, Array, Targets, Origin) = (source._scale, source.Attached, source.Array, source.Targets, source.Origin);
        (_drawn, _sparse, Identifiers) = (source._drawn, source._sparse, source.Identifiers);
    }

    private Dataset(Dataset source, IDrawnPixels drawn)
        : this(source) => _drawn = drawn;

    private Dataset(
        string name,
        DataSchema schema,
        RecordStore<byte> pixels,
        IReadOnlyList<LabelColumn>? labels,
        IReadOnlyList<string>? recordNames,
        IReadOnlyList<Wording>? notes
    )
        : this(name, schema, pixels.Count, labels, recordNames, notes) => _pixels = pixels;

    private Dataset(
        string name,
        DataSchema schema,
        RecordStore<float> values,
        IReadOnlyList<LabelColumn>? labels,
        IReadOnlyList<string>? recordNames,
        IReadOnlyList<Wording>? notes
    )
        : this(name, schema, values.Count, labels, recordNames, notes) => _values = values;

    private Dataset(
        string name,
        CountSchema schema,
        SparseCounts counts,
        IReadOnlyList<LabelColumn>? labels,
        IReadOnlyList<string>? recordNames,
        IReadOnlyList<Wording>? notes
    )
        : this(name, schema, counts.Count, labels, recordNames, notes) => _counts = counts;

    // The same records on another scale.
    private Dataset(Dataset source, Standardisation scale)
        : this(source) => _scale = scale;

    private Dataset(string name, DataSchema schema, IDrawnPixels drawn, IReadOnlyList<LabelColumn> labels, IReadOnlyList<Wording> notes)
        : this(name, schema, drawn.Count, labels, null, notes) => _drawn = drawn;

    private Dataset(
        string name,
        CountSchema schema,
        SparseFile counts,
        IReadOnlyList<string>? recordNames,
        IReadOnlyList<LabelColumn>? labels,
        IReadOnlyList<Wording>? notes
    )
        : this(name, schema, counts.Count, labels, recordNames, notes) => _sparse = counts;

    // The same records over other indices.
    private Dataset(Dataset source, CountSchema schema, SparseFile counts)
        : this(source, schema) => _sparse = counts;

    /// <summary>Creates records of whole numbers below 256. <paramref name="pixels"/> holds N records of D, record after record.</summary>
    /// <exception cref="InvalidInputException">No records, a part of a record, or labels that do not match.</exception>
    public static Dataset OfBytes(
        string name,
        DataSchema schema,
        byte[] pixels,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<Wording>? notes = null
    ) => new(name, schema, new MemoryStore<byte>(Whole(name, pixels, schema), schema.Dimension), labels, recordNames, notes);

    /// <summary>Creates records of real numbers. <paramref name="values"/> holds N records of D, record after record.</summary>
    /// <exception cref="InvalidInputException">No records, a part of a record, or labels that do not match.</exception>
    public static Dataset OfNumbers(
        string name,
        DataSchema schema,
        float[] values,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<Wording>? notes = null
    ) => new(name, schema, new MemoryStore<float>(Whole(name, values, schema), schema.Dimension), labels, recordNames, notes);

    /// <summary>Creates records of bytes in a store: whole numbers below 256.</summary>
    internal static Dataset Of(
        string name,
        DataSchema schema,
        RecordStore<byte> records,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<Wording>? notes = null
    ) => new(name, schema, records, labels, recordNames, notes);

    /// <summary>Creates records of real numbers in a store, with columns that identify the rows of a table.</summary>
    internal static Dataset Of(
        string name,
        DataSchema schema,
        RecordStore<float> records,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<Wording>? notes = null,
        IReadOnlyList<Column>? identifiers = null
    ) => new(name, schema, records, labels, null, notes) { Identifiers = identifiers ?? [] };

    /// <summary>Creates records of tokens.</summary>
    internal static Dataset OfTokens(
        string name,
        DataSchema schema,
        TokenStore tokens,
        IReadOnlyList<string> recordNames,
        IReadOnlyList<LabelColumn> labels,
        IReadOnlyList<Wording> notes
    ) => new(name, schema, tokens, labels, recordNames, notes);

    /// <summary>Creates records of counts.</summary>
    /// <exception cref="InvalidInputException">No records, or names or labels that do not match.</exception>
    public static Dataset Counts(
        string name,
        CountSchema schema,
        SparseCounts counts,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<Wording>? notes = null
    ) => new(name, schema, counts, labels, recordNames, notes);

    /// <summary>Returns the records of some blocks.</summary>
    internal Dataset With(RecordBlocks blocks) => new(this, blocks);

    /// <summary>Creates records of counts in a file.</summary>
    /// <exception cref="InvalidInputException">No records, or names or labels that do not match.</exception>
    internal static Dataset Of(
        string name,
        CountSchema schema,
        SparseFile counts,
        IReadOnlyList<string>? recordNames = null,
        IReadOnlyList<LabelColumn>? labels = null,
        IReadOnlyList<Wording>? notes = null
    ) => new(name, schema, counts, recordNames, labels, notes);

    /// <summary>Returns other counts, in a file if these are in one and in memory otherwise.</summary>
    /// <param name="schema">Their schema.</param>
    /// <param name="records">Their indices and numbers, read once, one after another.</param>
    /// <param name="recordNames">Their names; null for none.</param>
    internal Dataset Beside(CountSchema schema, IEnumerable<(int[] Columns, float[] Values)> records, IReadOnlyList<string>? recordNames = null)
    {
        if (_sparse is null)
            return Counts(Name, schema, SparseCounts.Of(records), recordNames);
        var file = new SparseFile.Writer(Name, areOnes: false, null);
        foreach (var (columns, values) in records)
            file.Add(columns, values);
        return Of(Name, schema, file.ToFile(), recordNames);
    }

    /// <summary>Returns the records over other indices, with their names and labels: counts in a file are changed as they are read.</summary>
    /// <param name="schema">Schema of the new indices.</param>
    /// <param name="map">Change of a record.</param>
    /// <param name="notes">Notes on the result.</param>
    /// <param name="keepsEmpty">False to leave out records of which nothing is left.</param>
    /// <returns>Null if no record is left.</returns>
    internal Dataset? Mapped(CountSchema schema, SparseMap map, IReadOnlyList<Wording> notes, bool keepsEmpty)
    {
        (int[] Columns, float[] Values) Record(int index)
        {
            var record = Sparse(index);
            return map(record.Columns.ToArray(), record.Values.ToArray());
        }
        if (_sparse is { } file)
        {
            int[]? some = keepsEmpty ? null : [.. Enumerable.Range(0, Count).Where(record => Record(record).Columns.Length > 0)];
            if (some is { Length: 0 })
                return null;
            var kept = some is null || some.Length == Count ? this : Select(some);
            return new(kept, schema, file.Mapped(map)) { Notes = notes };
        }
        var records = Enumerable.Range(0, Count).Select(index => (Index: index, Record: Record(index))).ToArray();
        var left = keepsEmpty ? records : System.Array.FindAll(records, record => record.Record.Columns.Length > 0);
        if (left.Length == 0)
            return null;
        int[] places = System.Array.ConvertAll(left, record => record.Index);
        return Counts(
            Name,
            schema,
            SparseCounts.Of(left.Select(record => record.Record)),
            RecordNames is { } names ? new SelectedTexts(names, places) : null,
            left.Length == Count ? Labels : [.. Labels.Select(label => label.Select(places))],
            notes
        );
    }

    /// <summary>Creates records of bytes that each epoch draws anew.</summary>
    internal static Dataset OfDrawn(string name, DataSchema schema, IDrawnPixels drawn, IReadOnlyList<LabelColumn> labels, IReadOnlyList<Wording> notes) =>
        new(name, schema, drawn, labels, notes);

    /// <summary>Returns the same records on another scale, to which they are brought as they are read.</summary>
    internal Dataset Scaled(Standardisation scale) => new(this, scale);

    /// <summary>Source of the records: a catalogue name or a path.</summary>
    public string Name { get; }

    /// <summary>Schema of a record.</summary>
    public DataSchema Schema { get; }

    /// <summary>Number of records, N.</summary>
    public int Count { get; }

    /// <summary>Labels of the records; may be empty. The first one is used by tables and maps.</summary>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <summary>Names of the records (file names, for a folder of images), or null.</summary>
    public IReadOnlyList<string>? RecordNames { get; }

    /// <summary>Labels that are appended to the numbers of each record in a batch; may be empty.</summary>
    internal IReadOnlyList<LabelColumn> Attached { get; private init; } = [];

    /// <summary>Notes on records that were left out or merged during reading, a sentence each.</summary>
    public IReadOnlyList<Wording> Notes { get; private init; } = [];

    /// <summary>Name of the array that was asked for, for a file of several; null if none was.</summary>
    internal string? Array { get; private init; }

    /// <summary>File of the target activations; null if there are none.</summary>
    internal string? Targets { get; private init; }

    /// <summary>Columns of a table that identify records, as in the file.</summary>
    internal IReadOnlyList<Column> Identifiers { get; private init; } = [];

    /// <summary>Origin of the records, if it can be read again; otherwise null.</summary>
    internal IRecordOrigin? Origin { get; private init; }

    /// <summary>Indices of these records among those of the blocks, or in the data as read; null for all of them.</summary>
    internal int[]? Selection => _selection;

    /// <summary>Indices of these records in the data as read; null for all of them.</summary>
    internal int[]? Places => _selection is null && _blocks is null ? null : [.. Enumerable.Range(0, Count).Select(PlaceOf)];

    /// <summary>Returns the index of a record in the data as read, 0 for the first.</summary>
    internal int PlaceOf(int index)
    {
        var place = _selection is null ? index : _selection[index];
        return _blocks is null ? place : _blocks.PlaceOf(place);
    }

    /// <summary>Blocks of records that are shuffled as such; null if records are shuffled one by one.</summary>
    internal RecordBlocks? Blocks => _selection is null ? _blocks : null;

    /// <summary>True if the records stay in a file.</summary>
    internal bool IsInFile => _pixels?.IsInFile ?? _values?.IsInFile ?? _sparse is not null;

    /// <summary>Bytes of a record in its store; 0 if that differs between records.</summary>
    internal long RecordBytes =>
        _pixels is not null ? Schema.Dimension
        : _values is not null ? (long)sizeof(float) * Schema.Dimension
        : 0;

    /// <summary>Bytes that the records take in memory, shared by all selections of them.</summary>
    internal long StoredBytes =>
        (_counts is { } counts ? sizeof(float) * ((long)counts.Count + counts.Columns.Length + counts.Values.Length) : 0)
        + (IsInFile ? 0 : (_pixels?.Count ?? _values?.Count ?? 0) * RecordBytes);

    /// <summary>Source that each epoch draws the records from; null if they are fixed.</summary>
    internal IDrawnPixels? Drawn => _drawn;

    /// <summary>Returns the records as an epoch of a seed draws them; these, if they are fixed.</summary>
    internal Dataset DrawnIn(int seed, int epoch) => _drawn is null ? this : new(this, _drawn.Drawn(seed, epoch));

    /// <summary>Returns the records at <paramref name="indices"/>, in that order, as a view.</summary>
    public Dataset Select(int[] indices) => new(this, indices);

    /// <summary>
    /// Parts to train on, to choose the epoch by and to report figures on: no record is in two. What is fitted to the data (columns of a table, words of
    /// documents, items of histories) is fitted on the training records. Records that come in folders train and test keep these parts.
    /// </summary>
    /// <param name="seed">Random seed of the choice; a series is split in the order of time instead. Default 1.</param>
    /// <param name="validation">Share of the records that choose the epoch, above 0. Default 0.1.</param>
    /// <param name="test">Share of the records that figures are reported on, above 0. Default 0.1.</param>
    /// <exception cref="InvalidInputException">Fewer than three records, or shares that leave none to train on.</exception>
    public DataSplits Split(int seed = 1, double validation = 0.1, double test = 0.1)
    {
        var options = new DataOptions { Seed = seed, Shares = new SplitShares(validation, test).Checked() };
        return (Origin is { } origin ? origin.Split(this, options) : Schema.Kind.Split(this, options)) with { Seed = seed, Shares = options.Shares };
    }

    /// <summary>
    /// The records brought to a model's schema as far as they mean the same: a category that is spelt otherwise, grey pictures for a model of colour, items
    /// and words that the model knows. What is left out is among the <see cref="Notes"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">They do not mean the same.</exception>
    internal Dataset BroughtTo(DataSchema schema) =>
        schema.Equals(Schema) ? this
        : new DataOptions { Expected = schema } is var options && schema.Kind != Schema.Kind ? options.Checked(this)
        : options.Checked(Origin is { } origin ? origin.BroughtTo(this, schema) : schema.Kind.BroughtTo(this, schema));

    /// <summary>Returns a model's schema, of the same kind, with what these training records have besides.</summary>
    internal DataSchema Grown(DataSchema model) => Origin?.Grown(this, model) ?? model.Kind.Grown(model, Schema);

    /// <summary>The same records, with what they were made from.</summary>
    internal Dataset From(IRecordOrigin origin) => new(this) { Origin = origin };

    /// <summary>Returns the same records under another schema of as many numbers.</summary>
    internal Dataset Of(DataSchema schema) => new(this, schema);

    /// <summary>Returns some columns of the records (vectors), where the records themselves are: in memory or in a file.</summary>
    internal RecordStore<float> Columns(int[] places)
    {
        const int PartRecords = 4096;
        var width = Schema.Dimension;
        var writer = new RecordWriter<float>(Name, places.Length, new(IsInFile), Count);
        for (var first = 0; first < Count; first += PartRecords)
        {
            var count = Math.Min(PartRecords, Count - first);
            var (values, chosen) = (new float[count * width], new float[count * places.Length]);
            CopyValues([.. Enumerable.Range(first, count)], values);
            for (var i = 0; i < chosen.Length; i++)
                chosen[i] = values[i / places.Length * width + places[i % places.Length]];
            writer.Add(chosen);
        }
        return writer.Finish();
    }

    /// <summary>Returns the same records, with labels appended to their numbers in batches.</summary>
    internal Dataset With(IReadOnlyList<LabelColumn> attached) => new(this) { Attached = attached };

    /// <summary>Returns the same records, with the name of the array that was asked for.</summary>
    internal Dataset Of(string? array) => array is null ? this : new(this) { Array = array };

    /// <summary>Returns the same records with the file that their targets are from.</summary>
    internal Dataset WithTargets(string targets) => new(this) { Targets = targets };

    /// <summary>Returns the same records with other notes.</summary>
    internal Dataset WithNotes(IReadOnlyList<Wording> notes) => new(this) { Notes = notes };

    /// <summary>True if numbers are kept as bytes, read by <see cref="CopyPixels"/>; all others are read by <see cref="CopyValues"/>.</summary>
    public bool HasPixels => _pixels is not null || _drawn is not null;

    /// <summary>Copies the pixels of the records at <paramref name="indices"/> (images only), N x D bytes.</summary>
    public void CopyPixels(ReadOnlySpan<int> indices, Span<byte> destination)
    {
        if (_drawn is not null)
            _drawn.Copy(Selected(indices), destination);
        else
            Copy(_pixels, indices, destination);
    }

    /// <summary>Copies the values of the records at <paramref name="indices"/> (vectors, rows and counts), N x D numbers.</summary>
    public void CopyValues(ReadOnlySpan<int> indices, Span<float> destination)
    {
        if (_counts is null && _sparse is null)
        {
            Copy(_values, indices, destination);
            _scale?.Apply(destination[..(indices.Length * Schema.Dimension)]);
            return;
        }
        destination.Clear();
        for (var row = 0; row < indices.Length; row++)
        {
            var record = Sparse(indices[row]);
            for (var k = 0; k < record.Columns.Length; k++)
                destination[row * Schema.Dimension + record.Columns[k]] = record.Values[k];
        }
    }

    /// <summary>Returns the nonzero numbers of a record (counts only), in the order of reading.</summary>
    public SparseRecord Sparse(int index)
    {
        var record = PlaceOf(index);
        if (_sparse is null)
            return (_counts ?? NoCounts)[record];
        var (columns, values) = _sparse.Read(record);
        return new(columns, values);
    }

    /// <summary>Returns the nonzero numbers of the records at <paramref name="indices"/> (counts only), one after another.</summary>
    internal SparseCounts SparseRecords(ReadOnlySpan<int> indices)
    {
        var offsets = new int[indices.Length + 1];
        if (_sparse is not null)
        {
            var (read, lists) = (_sparse, new (int[] Columns, float[] Values)[indices.Length]);
            for (var row = 0; row < indices.Length; row++)
                offsets[row + 1] = offsets[row] + (lists[row] = read.Read(PlaceOf(indices[row]))).Columns.Length;
            return new(offsets, Joined(lists, list => list.Columns), Joined(lists, list => list.Values));
        }
        for (var row = 0; row < indices.Length; row++)
            offsets[row + 1] = offsets[row] + Sparse(indices[row]).Columns.Length;
        var (columns, values) = (new int[offsets[^1]], new float[offsets[^1]]);
        for (var row = 0; row < indices.Length; row++)
        {
            var record = Sparse(indices[row]);
            record.Columns.CopyTo(columns.AsSpan(offsets[row]));
            record.Values.CopyTo(values.AsSpan(offsets[row]));
        }
        return new(offsets, columns, values);
    }

    /// <summary>Returns the tokens of a record (lines only).</summary>
    internal ReadOnlySpan<int> Tokens(int index) => _values is TokenStore tokens ? tokens[PlaceOf(index)] : [];

    /// <summary>Returns the labels in words, one column each, and the records' names if they have any.</summary>
    public IEnumerable<Column> LabelColumns()
    {
        if (RecordNames is { } names)
            yield return new("record", names);
        foreach (var label in Labels)
            yield return new(label.Name, [.. label.Values.Select(value => label.Classes[value])]);
    }

    /// <summary>
    /// Returns columns that identify the records: their names, or the numbers of their rows, 1 for the first; a table's identifiers; and the labels in words.
    /// </summary>
    public IEnumerable<Column> PlaceColumns()
    {
        if (RecordNames is null)
            yield return new(Column.RowNumbers, [.. Enumerable.Range(0, Count).Select(record => PlaceOf(record) + 1)]);
        foreach (var column in Identifiers.Where(column => column.Name != Column.RowNumbers))
            yield return column;
        foreach (var column in LabelColumns())
            yield return column;
    }

    /// <summary>
    /// Returns the records of the blocks at some places, one block after another, in memory: standardised, and with the labels that are attached.
    /// </summary>
    /// <param name="places">Indices of blocks.</param>
    /// <param name="memory">Array that is used again if it is as long; receives the records.</param>
    internal Dataset Read(ReadOnlySpan<int> places, ref System.Array? memory)
    {
        var attached = Attached.Count == 0 ? [] : _blocks!.Indices(places);
        Dataset read;
        if (_pixels is not null)
            read = Of(Name, Schema, new MemoryStore<byte>(_blocks!.Read(_pixels, places, ref memory), Schema.Dimension));
        else
        {
            var values = _blocks!.Read(_values!, places, ref memory);
            _scale?.Apply(values);
            read = Of(Name, Schema, new MemoryStore<float>(values, Schema.Dimension));
        }
        return attached.Length == 0 ? read : read.With([.. Attached.Select(label => label.Select(attached))]);
    }

    private void Copy<T>(RecordStore<T>? store, ReadOnlySpan<int> indices, Span<T> destination)
        where T : unmanaged => store?.Copy(Selected(indices), destination);

    private ReadOnlySpan<int> Selected(ReadOnlySpan<int> indices)
    {
        if (_selection is null && _blocks is null)
            return indices;
        var places = new int[indices.Length];
        for (var row = 0; row < places.Length; row++)
            places[row] = PlaceOf(indices[row]);
        return places;
    }

    private static T[] Joined<T>((int[], float[])[] lists, Func<(int[] Columns, float[] Values), T[]> part)
    {
        var all = new T[lists.Sum(list => part(list).Length)];
        var filled = 0;
        foreach (var list in lists)
        {
            part(list).CopyTo(all, filled);
            filled += part(list).Length;
        }
        return all;
    }

    private static T[] Whole<T>(string name, T[] values, DataSchema schema) =>
        values.Length % schema.Dimension == 0
            ? values
            : throw new InvalidInputException(
                name,
                $"holds {values.Length} numbers, which is not a whole number of {schema}",
                $"give {schema.Dimension} numbers a record"
            );
}
