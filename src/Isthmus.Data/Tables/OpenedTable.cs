using System.Collections;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Tables;

/// <summary>
/// A table of mixed columns whose columns are chosen. Its cells are read in parts, once to fit columns and once for records, and never held. For one thread.
/// </summary>
internal sealed class OpenedTable
{
    private const int PartRows = 4096,
        // Columns of more numbers are fitted on evenly spaced ones, in data that are split by blocks; a quantile of a million is off by a thousandth at most.
        MostFitted = 1 << 20;

    // 256 MB of numbers, 1 GB of floats.
    private const long MostFittedAtOnce = 1 << 25;

    private readonly DataOptions _options;
    private readonly List<SkippedColumn> _skipped = [];
    private readonly List<Wording> _notes = [];
    private long? _rows;

    private OpenedTable(TableInput table, DataOptions options)
    {
        (_options, Path) = (options, table.Name);
        File = table.Open(options, options.ExpectedTable is { } known ? OwnNames(known) : null);
        options.RefuseImageOptions(Path);
        if (options.Label is { } label)
            File.Require(label, "");
        if (options.ExpectedTable is { } schema)
        {
            RequireAll(File, schema);
            NoteExtra(File, schema, options.Label, _notes);
            Columns = schema.Series is null ? schema.NewColumns() : SeriesRecords.Narrow(schema).NewColumns();
        }
        else
            (Columns, _rows) = Chosen();
        Time = options.ExpectedTable?.Series?.Time ?? options.Table?.Time;
        if (Time is not null)
            File.Require(Time, " of times");
        if (Columns.Count == 0)
            TableSchema.Fit([], [], _skipped, Path);
    }

    /// <summary>Opens a table and chooses its columns: those of the model, those asked for, or by their content, which is read once.</summary>
    /// <exception cref="InvalidInputException">A column is missing or of no kind, or none is left.</exception>
    public static OpenedTable Of(TableInput table, DataOptions options) => new(table, options);

    /// <summary>Path, or name of a table in memory.</summary>
    public string Path { get; }

    /// <summary>The table.</summary>
    public TypedTable File { get; }

    /// <summary>Columns to read.</summary>
    public IReadOnlyList<ColumnBuffer> Columns { get; }

    /// <summary>Number of rows; the file is read through for it, unless its columns were chosen by their content.</summary>
    public long Rows => _rows ??= File.Source.CountRows();

    /// <summary>Column of times of a series; null if there is none.</summary>
    public string? Time { get; }

    /// <summary>Returns true if rows are split and shuffled by blocks.</summary>
    /// <param name="rows">Number of rows.</param>
    public bool IsOfBlocks(long rows) => _options.ByBlocks ?? RecordBlocks.AreNeeded(rows, sizeof(float) * (long)Columns.Count);

    /// <summary>Fits the columns on some rows.</summary>
    /// <param name="training">True for each row that they are fitted on; null for all rows.</param>
    /// <exception cref="InvalidInputException">A cell that is not of its column's kind, or no column is left.</exception>
    public TableSchema Fit(BitArray? training = null) => TableSchema.Of(Collected(training), _skipped, Path) with { Reading = Kept(_options.Reading) };

    /// <summary>Returns a model's schema, whose columns these are, with what some rows have besides.</summary>
    /// <param name="model">The schema.</param>
    /// <param name="training">True for each row to grow by; null for all rows.</param>
    /// <exception cref="InvalidInputException">A cell that is not of its column's kind.</exception>
    public TableSchema Grown(TableSchema model, BitArray? training) => model.IsOfRows ? model.Grown(Collected(training)) : model;

    // As many columns at a time as memory may hold; each is to be used before the next is asked for.
    private IEnumerable<ColumnFit> Collected(BitArray? training)
    {
        var expected = training is null ? Rows : training.Cast<bool>().LongCount(isTraining => isTraining);
        var most = IsOfBlocks(Rows) ? MostFitted : Array.MaxLength;
        var atOnce = (int)Math.Clamp(MostFittedAtOnce / Math.Max(1, Math.Min(most, expected)), 1, Columns.Count);
        foreach (var group in Columns.Chunk(atOnce))
        {
            ColumnFit[] fits = [.. group.Select(column => new ColumnFit(column, most, expected))];
            File.Read(group, PartRows, first =>
            {
                int[] rows = [.. Enumerable.Range(0, group[0].Count).Where(row => training is null || training[(int)(first + row)])];
                foreach (var fit in fits)
                    fit.Add(rows);
            });
            for (var place = 0; place < fits.Length; place++)
            {
                yield return fits[place];
                fits[place] = null!;
                // A million sorted numbers and what is fitted to them leave large arrays behind, of which the collector would let those of several columns lie.
                if (expected > MostFitted)
                    GC.Collect();
            }
        }
    }

    /// <summary>Reads every row on the scale of a schema: in memory or in a file.</summary>
    /// <param name="schema">Schema of rows.</param>
    /// <param name="strange">Increased, for each column, by the number of cells unlike any in the training rows.</param>
    /// <exception cref="InvalidInputException">A cell that is not of its column's kind, a missing label, or no rows.</exception>
    public Dataset Read(TableSchema schema, long[]? strange = null)
    {
        var place = _options.Place;
        var columns = schema.Fields.Select(field => Columns.First(column => column.Name == field.Name)).ToArray();
        var label = _options.Label is { } name ? new ColumnBuffer(name, ColumnKind.Category) : null;
        ColumnBuffer[] identifiers = _options.ExpectedTable is { } model
            ? [.. model.Identifiers.Where(File.Names.Contains).Select(identifier => new ColumnBuffer(identifier, ColumnKind.Category))]
            : [];
        var (rows, blank) = (new RecordWriter<float>(Path, schema.Dimension, place, _rows ?? 0), 0L);
        var labels = label is null ? null : new LabelWriter(label.Name, Path, place);
        var beside = identifiers.Select(_ => new StoredCells.Writer(Path, place)).ToArray();
        File.Read([.. columns, .. label is null ? [] : (ColumnBuffer[])[label], .. identifiers], PartRows, first =>
        {
            var values = schema.Encode(columns, strange);
            for (var row = 0; row < columns[0].Count; row++)
                if (!values.AsSpan(row * schema.Dimension, schema.Dimension).ContainsAnyExcept(float.NaN))
                    blank++;
            rows.Add(values);
            for (var row = 0; row < label?.Count; row++)
                labels!.Add(
                    Text(label, row)
                        ?? throw new InvalidInputException(
                            $"{Path}: row {first + row + 1}",
                            $"has no label in column '{label.Name}'",
                            "fill it or remove the row"
                        )
                );
            foreach (var (identifier, texts) in identifiers.Zip(beside))
                for (var row = 0; row < identifier.Count; row++)
                    texts.Add(Text(identifier, row));
        });
        if (rows.Count == 0)
            throw new InvalidInputException(Path, "holds no records", "give at least one row");
        List<Wording> notes = [.. _notes, .. File.Notes];
        if (blank > 0)
            notes.Add(FormattableString.Invariant($"{blank:N0} row{(blank == 1 ? " has" : "s have")} no value in any column"));
        if (rows.Note is { } note)
            notes.Add(note);
        return Dataset.Of(
            Path,
            schema,
            rows.Finish(),
            labels is null ? [] : [labels.Finish()],
            notes,
            [.. identifiers.Zip(beside, (identifier, texts) => new Column(identifier.Name, texts.Finish()))]
        );
    }

    /// <summary>Reads the rows of a series in the order of time on the scale of a schema, in memory or in a file, and the notes on them.</summary>
    /// <param name="schema">Schema of rows.</param>
    /// <param name="strange">Increased, for each column, by the number of cells unlike any in the training rows.</param>
    public (RecordStore<float> Rows, IReadOnlyList<Wording> Notes) ReadInOrder(TableSchema schema, long[]? strange = null)
    {
        var data = Read(schema, strange);
        var ordered = new RecordWriter<float>(Path, schema.Dimension, _options.Place, data.Count);
        foreach (var some in File.OrderBy(Time!).Chunk(PartRows))
        {
            var values = new float[some.Length * schema.Dimension];
            data.CopyValues(some, values);
            ordered.Add(values);
        }
        return (ordered.Finish(), data.Notes);
    }

    /// <summary>Returns the windows that the options ask for; null without a column of times.</summary>
    /// <exception cref="InvalidInputException">A column of texts.</exception>
    public SeriesWindows? Windows()
    {
        if (_options.Table?.Time is not { } time)
            return null;
        if (Columns.FirstOrDefault(column => column.IsText) is { } text)
            throw new InvalidInputException(
                $"column '{text.Name}'",
                $"is {text.Kind.ToString().ToLowerInvariant()}, and a series is of numbers",
                $"leave it out with {OptionNames.Columns} {text.Name}:skip",
                OptionNames.Columns
            );
        return new(time, [.. Columns.Select(column => column.Name)], _options.Table.Window, _options.Table.Stride);
    }

    /// <summary>Returns the names of columns that a file for the model must have.</summary>
    public static string[] OwnNames(TableSchema schema) =>
        [.. schema.Series is { } series ? series.Columns.Append(series.Time) : schema.Fields.Select(field => field.Name)];

    /// <summary>Throws unless a table has every column of a model.</summary>
    public static void RequireAll(TypedTable file, TableSchema schema)
    {
        // A column that stands for itself is not the one that was renamed.
        string[] own = [.. schema.Series is { } series ? series.Columns : schema.Fields.Select(field => field.Name)];
        foreach (var name in own)
            file.Require(name, ", which the model was trained on", own);
    }

    /// <summary>Adds a note on columns that a model does not have.</summary>
    public static void NoteExtra(TypedTable file, TableSchema schema, string? label, ICollection<Wording> notes)
    {
        IEnumerable<string> known = schema.Series is { } series ? [.. series.Columns, series.Time] : schema.Fields.Select(field => field.Name);
        if (file.Names.Except(known).Except(schema.Skipped.Select(column => column.Name)).Except([label ?? ""]).ToArray() is { Length: > 0 } extra)
            notes.Add($"the model has no column {string.Join(", ", extra.Take(5))}{(extra.Length > 5 ? ", ..." : "")}; left out");
    }

    private static string? Text(ColumnBuffer column, int row) => column.Codes[row] is >= 0 and var code ? column.Texts[code] : null;

    /// <summary>
    /// Returns the reading options that a model keeps: decimal commas found in the table are also used for rows that the model writes, whatever separates
    /// cells.
    /// </summary>
    private TableReading? Kept(TableReading reading) =>
        (Columns.Any(column => column.Spelling?.IsComma == true) ? reading with { Decimal = reading.Decimal ?? ',' } : reading).OrNothing();

    private (List<ColumnBuffer> Columns, long Rows) Chosen()
    {
        var (wanted, only) = Asked(File, _options.Columns ?? []);
        var apart = new[] { _options.Label, _options.Table?.Time };
        foreach (var name in apart.OfType<string>())
            wanted[name] = ColumnKind.Skip;
        foreach (var name in File.Names.Where(name => only.Count > 0 && !only.Contains(name)))
            wanted[name] = ColumnKind.Skip;
        var (kinds, profiles, rows) = File.Infer(wanted);
        if (rows == 0)
            throw new InvalidInputException(File.Path, "holds no records", "give at least one row");
        var columns = new List<ColumnBuffer>();
        foreach (var name in File.Names)
            if (kinds[name] is ColumnKind.Skip or ColumnKind.Identifier)
                _skipped.Add(
                    new(
                        name,
                        apart.Contains(name)
                            ? name == _options.Label
                                ? SkippedColumn.TheLabel
                                : "the time"
                            : wanted.ContainsKey(name)
                                ? "left out as asked"
                                : kinds[name] == ColumnKind.Skip
                                    ? "missing in every row"
                                    : SkippedColumn.AnIdentifier
                    )
                );
            else
            {
                if (kinds[name] == ColumnKind.Date)
                    profiles[name].RequireOneOrder();
                columns.Add(
                    new(name, kinds[name], File.TypeOf(name))
                    {
                        Spelling = profiles[name].NumberSpelling,
                        Dates = profiles[name].DateSpelling,
                        Order = kinds[name] == ColumnKind.Date ? profiles[name].DateOrder : null,
                    }
                );
            }
        if (
            _skipped.Where(column => kinds[column.Name] == ColumnKind.Identifier && !wanted.ContainsKey(column.Name)).Select(column => column.Name).ToArray() is
            { Length: > 0 } identifiers
        )
            _notes.Add(
                $"left out as identifiers: {string.Join(", ", identifiers)}; {OptionNames.Columns} "
                    + $"{identifiers[0]}:{(columns.Count > 0 ? "category" : "integer")} takes one in"
            );
        _notes.AddRange(ColumnProfile.MissingNotes(columns.Where(column => column.IsText).Select(column => profiles[column.Name])));
        return (columns, rows);
    }

    /// <summary>Parses the columns asked for: "age:numeric" gives a kind; plain names select only these columns, besides those with a kind.</summary>
    private static (Dictionary<string, ColumnKind> Kinds, HashSet<string> Only) Asked(TypedTable file, IReadOnlyList<string> asked)
    {
        var kinds = new Dictionary<string, ColumnKind>(StringComparer.Ordinal);
        var (only, plain) = (new HashSet<string>(StringComparer.Ordinal), false);
        foreach (var entry in asked)
        {
            var at = file.Names.Contains(entry) ? -1 : entry.LastIndexOf(':');
            var name = at < 0 ? entry : entry[..at];
            file.Require(name, "");
            only.Add(name);
            if (at < 0)
                plain = true;
            else
                kinds[name] =
                    Enum.TryParse<ColumnKind>(entry[(at + 1)..], ignoreCase: true, out var kind) && Enum.IsDefined(kind) && !char.IsAsciiDigit(entry[^1])
                        ? kind
                        : throw new InvalidInputException(
                            $"{file.Path}: {OptionNames.Columns} {entry}",
                            "has an unknown kind after the colon",
                            $"give one of {string.Join(", ", Enum.GetNames<ColumnKind>().Select(known => known.ToLowerInvariant()))}",
                            OptionNames.Columns
                        );
        }
        return (kinds, plain ? only : []);
    }
}
