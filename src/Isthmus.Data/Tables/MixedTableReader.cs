using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Tables;

/// <summary>
/// Reader of tables of mixed columns. The schema is fitted on the training rows only, and data for a model are converted to the schema it was trained with.
/// </summary>
internal static class MixedTableReader
{
    // 1 GB of floats.
    private const long MostNumbers = 250_000_000;
    private const int PartRows = 4096;

    /// <summary>Returns true if the options ask for mixed columns.</summary>
    public static bool IsWanted(DataOptions options) => options.Table is not null && options.Expected is null || options.ExpectedTable is not null;

    /// <summary>Reads the splits for training: by seed, or for a series in the order of time.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">Options of reading.</param>
    /// <param name="chosen">The rows that are split; null for all.</param>
    public static DataSplits Load(TableInput table, DataOptions options, int[]? chosen = null)
    {
        var path = table.Name;
        if (options is { Grow: true, ExpectedTable: { } model })
            RefuseOther(model, options);
        options = table.Completed(options);
        var file = Open(table, options);
        var (columns, skipped, labels, notes) = ReadAll(file, path, options);
        var series = options.ExpectedTable?.Series ?? SeriesOf(options, columns);
        if (series is not null && chosen is not null)
            throw new InvalidInputException(path, "is a series, which is split in the order of time and so as a whole", "split it before records are selected");
        var rows = chosen?.Length ?? columns[0].Count;
        var order = series is null ? DataSplits.Permutation(rows, options.Seed) : [.. Enumerable.Range(0, rows)];
        if (chosen is not null)
            order = Array.ConvertAll(order, place => chosen[place]);
        var (train, validation, test) = DataSplits.Parts(path, order, options.Shares);
        var schema = (options.Grow ? options.ExpectedTable?.Grown(columns, train) : options.ExpectedTable)
            ?? TableSchema.Fit(columns, train, skipped, path) with
            {
                Asked = options.Columns,
                Reading = Kept(options.Reading, columns),
            };
        if (series is not null)
            return Windows(path, schema, series, columns, [train, validation, test], notes);
        var all = Rows(path, schema, Fitted(schema, columns), labels, notes, Identifiers(file, options)).From(new TableOrigin(table, options));
        return new(all.Select(train), all.Select(validation), all.Select(test));
    }

    /// <summary>Reads every row, converted to the model's schema; without a model, to one fitted on all rows.</summary>
    public static Dataset LoadAll(TableInput table, DataOptions options)
    {
        var path = table.Name;
        options = table.Completed(options);
        var file = Open(table, options);
        var (columns, skipped, labels, notes) = ReadAll(file, path, options);
        int[] every = [.. Enumerable.Range(0, columns[0].Count)];
        var schema = options.ExpectedTable ?? TableSchema.Fit(columns, every, skipped, path) with { Reading = Kept(options.Reading, columns) };
        if (schema.Series is null && SeriesOf(options, columns) is { } asked)
            schema = SeriesRecords.Widen(schema, asked);
        var data = schema.Series is not null
            ? SeriesRecords.Of(path, schema, Fitted(schema, columns), every, notes)
            : Rows(path, schema, Fitted(schema, columns), labels, notes, Identifiers(file, options));
        return data.From(new TableOrigin(table, options));
    }

    /// <summary>Returns the schema of a model with what training rows have besides.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">Options of reading, with the model's schema.</param>
    /// <param name="train">The training rows; null for all.</param>
    public static TableSchema Grown(TableInput table, DataOptions options, int[]? train)
    {
        var (columns, _, _, _) = ReadAll(Open(table, options), table.Name, options);
        return options.ExpectedTable!.Grown(columns, train ?? [.. Enumerable.Range(0, columns[0].Count)]);
    }

    /// <summary>Reads the rows of a file in parts, converted to a model's schema, holding one part in memory at a time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Schema of the model.</param>
    /// <param name="visit">Called with each part.</param>
    /// <param name="notes">Receives notes on values unlike any in the training rows.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    public static void ForEachPart(TableInput path, TableSchema schema, Action<TablePart> visit, ICollection<Wording> notes, TableReading? reading = null) =>
        ForEachPart(path, schema, null, (_, part) => visit(part), notes, reading);

    /// <summary>Reads a share of the rows in parts, which are those of the whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Schema of the model.</param>
    /// <param name="share">The share; null for all rows.</param>
    /// <param name="visit">Called with each part and the number of rows before it.</param>
    /// <param name="notes">Receives notes on the file and, of all rows, on values unlike any in the training rows.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    /// <returns>Number of values unlike any in the training rows, by column: for <see cref="TableSchema.NotesOn"/>.</returns>
    public static long[] ForEachPart(
        TableInput path,
        TableSchema schema,
        Share? share,
        Action<long, TablePart> visit,
        ICollection<Wording> notes,
        TableReading? reading = null
    )
    {
        var file = Open(path, new() { Expected = schema, Reading = reading ?? new() });
        RequireAll(file, schema);
        NoteExtra(file, schema, null, notes);
        var (columns, strange) = (schema.NewColumns(), new long[schema.Dimension]);
        ColumnBuffer[] beside = [.. schema.Identifiers.Where(file.Names.Contains).Select(name => new ColumnBuffer(name, ColumnKind.Category))];
        var before = share is { } only ? file.Source.Take(only, PartRows) : 0;
        file.Read([.. columns, .. beside], PartRows, first => visit(before + first, new(schema.Encode(columns, strange), columns, beside)));
        foreach (var note in share is null ? file.Notes.Concat(schema.NotesOn(strange)) : file.Notes)
            notes.Add(note);
        return strange;
    }

    /// <summary>Returns the notes on a file that reading all of it gives.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Schema of the model.</param>
    /// <param name="strange">Number of values unlike any in the training rows, by column.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    public static IReadOnlyList<Wording> NotesOn(TableInput path, TableSchema schema, long[] strange, TableReading? reading)
    {
        var file = Open(path, new() { Expected = schema, Reading = reading ?? new() });
        var notes = new List<Wording>();
        NoteExtra(file, schema, null, notes);
        file.Source.CountRows();
        return [.. notes, .. file.Notes, .. schema.NotesOn(strange)];
    }

    /// <summary>Reads the rows of a series in the order of time, converted to a model's schema, and their times as in the file.</summary>
    /// <param name="table">The file.</param>
    /// <param name="schema">Schema of the model, of windows.</param>
    /// <param name="notes">Receives notes on values unlike any in the training rows.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    public static (float[] Rows, IReadOnlyList<string> Times) ReadSeries(
        TableInput table,
        TableSchema schema,
        ICollection<Wording> notes,
        TableReading? reading = null
    )
    {
        var options = new DataOptions { Expected = schema, Reading = reading ?? new() };
        var file = Open(table, options);
        var (columns, _, _, said) = ReadAll(file, table.Name, options);
        foreach (var note in said)
            notes.Add(note);
        var narrow = SeriesRecords.Narrow(schema);
        var strange = new long[narrow.Dimension];
        var rows = narrow.Encode(columns, strange);
        foreach (var note in narrow.NotesOn(strange))
            notes.Add(note);
        return (rows, file.Texts(schema.Series!.Time, schema.Series.Time).Select(time => time ?? "").ToArray());
    }

    /// <summary>Returns true if a table has a column of this name.</summary>
    public static bool HasColumn(string path, string column, DataOptions options) => Open(path, options with { Expected = null }).Names.Contains(column);

    /// <summary>Reads a column's cells as in the file, null for a missing value.</summary>
    public static IReadOnlyList<string?> Cells(string path, string column, DataOptions options) => Open(path, options with { Expected = null }).Texts(column);

    /// <summary>Reads every row on the model's scale, and returns the table that it is from.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Schema of the model.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    public static (Dataset Data, TableSource Source) ReadForFilling(string path, TableSchema schema, TableReading? reading = null)
    {
        var options = new DataOptions { Expected = schema, Reading = reading ?? new() };
        var file = Open(path, options);
        var (columns, _, labels, notes) = ReadAll(file, path, options);
        return (Rows(path, schema, Fitted(schema, columns), labels, notes), file.Source);
    }

    /// <summary>Returns warnings on a model's columns of texts in a file in which a text, such as NA, counted as missing.</summary>
    public static IReadOnlyList<Wording> MissingWords(TableSource source, TableSchema schema)
    {
        int[] places = [.. schema.Fields.Where(field => field is FittedCategories).Select(field => source.Place(field.Name))];
        return places.Length == 0 ? [] : [.. source.Profile(places).Profiles.Select(profile => profile.MissingNote).OfType<Wording>()];
    }

    private static TypedTable Open(TableInput table, DataOptions options) => table.Open(options, options.ExpectedTable is { } schema ? Own(schema) : null);

    /// <summary>
    /// Returns the reading options that a model keeps: decimal commas found in the table are also used for rows that the model writes, whatever separates
    /// cells.
    /// </summary>
    private static TableReading? Kept(TableReading reading, IReadOnlyList<ColumnBuffer> columns) =>
        (columns.Any(column => column.Spelling?.IsComma == true) ? reading with { Decimal = reading.Decimal ?? ',' } : reading).OrNothing();

    /// <summary>Returns the names of columns that a file for the model must have.</summary>
    private static string[] Own(TableSchema schema) =>
        [.. schema.Series is { } series ? series.Columns.Append(series.Time) : schema.Fields.Select(field => field.Name)];

    private static (IReadOnlyList<ColumnBuffer> Columns, IReadOnlyList<SkippedColumn> Skipped, LabelColumn[] Labels, List<Wording> Notes) ReadAll(
        TypedTable file,
        string path,
        DataOptions options
    )
    {
        options.RefuseImageOptions(path);
        if (options.Label is { } label)
            file.Require(label, "");
        var (notes, skipped) = (new List<Wording>(), new List<SkippedColumn>());
        IReadOnlyList<ColumnBuffer> columns;
        if (options.ExpectedTable is { } schema)
        {
            RequireAll(file, schema);
            NoteExtra(file, schema, options.Label, notes);
            columns = schema.Series is null ? schema.NewColumns() : SeriesRecords.Narrow(schema).NewColumns();
        }
        else
            columns = Chosen(file, options, skipped, notes);
        var order = options.ExpectedTable?.Series?.Time ?? options.Table?.Time;
        if (order is not null)
            file.Require(order, " of times");
        if (columns.Count == 0)
            TableSchema.Fit([], [], skipped, path);
        file.Read(columns, int.MaxValue, _ => { }, order);
        notes.AddRange(file.Notes);
        if (columns[0].Count == 0)
            throw new InvalidInputException(path, "holds no records", "give at least one row");
        LabelColumn[] labels = options.Label is null
            ? []
            :
            [
                LabelColumn.OfTexts(
                    options.Label,
                    [
                        .. file.Texts(options.Label, order)
                            .Select(
                                (text, row) =>
                                    text
                                    ?? throw new InvalidInputException(
                                        $"{path}: row {row + 1}",
                                        $"has no label in column '{options.Label}'",
                                        "fill it or remove the row"
                                    )
                            ),
                    ]
                ),
            ];
        return (columns, skipped, labels, notes);
    }

    private static List<ColumnBuffer> Chosen(TypedTable file, DataOptions options, List<SkippedColumn> skipped, List<Wording> notes)
    {
        var (wanted, only) = Asked(file, options.Columns ?? []);
        var apart = new[] { options.Label, options.Table?.Time };
        foreach (var name in apart.OfType<string>())
            wanted[name] = ColumnKind.Skip;
        foreach (var name in file.Names.Where(name => only.Count > 0 && !only.Contains(name)))
            wanted[name] = ColumnKind.Skip;
        var (kinds, profiles, rows) = file.Infer(wanted);
        if (rows == 0)
            throw new InvalidInputException(file.Path, "holds no records", "give at least one row");
        var columns = new List<ColumnBuffer>();
        foreach (var name in file.Names)
            if (kinds[name] is ColumnKind.Skip or ColumnKind.Identifier)
                skipped.Add(
                    new(
                        name,
                        apart.Contains(name)
                            ? name == options.Label
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
                    new(name, kinds[name], file.TypeOf(name))
                    {
                        Spelling = profiles[name].NumberSpelling,
                        Dates = profiles[name].DateSpelling,
                        Order = kinds[name] == ColumnKind.Date ? profiles[name].DateOrder : null,
                    }
                );
            }
        if (
            skipped.Where(column => kinds[column.Name] == ColumnKind.Identifier && !wanted.ContainsKey(column.Name)).Select(column => column.Name).ToArray() is
            { Length: > 0 } identifiers
        )
            notes.Add(
                $"left out as identifiers: {string.Join(", ", identifiers)}; {OptionNames.Columns} "
                    + $"{identifiers[0]}:{(columns.Count > 0 ? "category" : "integer")} takes one in"
            );
        notes.AddRange(columns.Where(column => column.IsText).Select(column => profiles[column.Name].MissingNote).OfType<Wording>());
        if (columns.Count * rows > MostNumbers)
            throw new InvalidInputException(
                $"{file.Path}: {rows:N0} rows of {columns.Count} columns",
                $"are more than the {MostNumbers:N0} cells that training holds in memory",
                "train on a sample of the rows (scoring has no such limit)"
            );
        return columns;
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

    /// <summary>Refuses other columns or windows than those of the model that training is to start from.</summary>
    private static void RefuseOther(TableSchema model, DataOptions options)
    {
        if (options.Columns is { } columns && !columns.SequenceEqual(model.Asked ?? []))
            throw new InvalidInputException(
                $"{OptionNames.Columns} {string.Join(',', columns)}",
                "contradicts the model that training is to start from, which keeps its own columns",
                $"leave it out, or train anew without {OptionNames.From}",
                OptionNames.Columns
            );
        if (options.Table is { Time: { } time } asked && (time, asked.Window, asked.Stride) != (model.Series?.Time, model.Series?.Window, model.Series?.Stride))
            throw new InvalidInputException(
                $"{OptionNames.Time} {time}",
                $"contradicts the model that training is to start from, which takes {model}",
                $"leave {OptionNames.Time} and {OptionNames.Window} out, or train anew without {OptionNames.From}",
                OptionNames.Time
            );
    }

    private static void RequireAll(TypedTable file, TableSchema schema)
    {
        // A column that stands for itself is not the one that was renamed.
        string[] own = [.. schema.Series is { } series ? series.Columns : schema.Fields.Select(field => field.Name)];
        foreach (var name in own)
            file.Require(name, ", which the model was trained on", own);
    }

    private static void NoteExtra(TypedTable file, TableSchema schema, string? label, ICollection<Wording> notes)
    {
        IEnumerable<string> known = schema.Series is { } series ? [.. series.Columns, series.Time] : schema.Fields.Select(field => field.Name);
        if (file.Names.Except(known).Except(schema.Skipped.Select(column => column.Name)).Except([label ?? ""]).ToArray() is { Length: > 0 } extra)
            notes.Add($"the model has no column {string.Join(", ", extra.Take(5))}{(extra.Length > 5 ? ", ..." : "")}; left out");
    }

    private static SeriesWindows? SeriesOf(DataOptions options, IReadOnlyList<ColumnBuffer> columns)
    {
        if (options.Table?.Time is not { } time)
            return null;
        if (columns.FirstOrDefault(column => column.IsText) is { } text)
            throw new InvalidInputException(
                $"column '{text.Name}'",
                $"is {text.Kind.ToString().ToLowerInvariant()}, and a series is of numbers",
                $"leave it out with {OptionNames.Columns} {text.Name}:skip",
                OptionNames.Columns
            );
        return new(time, [.. columns.Select(column => column.Name)], options.Table.Window, options.Table.Stride);
    }

    private static DataSplits Windows(
        string path,
        TableSchema schema,
        SeriesWindows series,
        IReadOnlyList<ColumnBuffer> columns,
        int[][] parts,
        List<Wording> notes
    )
    {
        var whole = schema.Series is null ? SeriesRecords.Widen(schema, series) : schema;
        var values = Fitted(schema, columns);
        var records = parts.Select(part => SeriesRecords.Of(path, whole, values, part, notes)).ToArray();
        return new(records[0], records[1], records[2]);
    }

    private static float[] Fitted(TableSchema schema, IReadOnlyList<ColumnBuffer> columns)
    {
        if (schema.Series is not null)
            schema = SeriesRecords.Narrow(schema);
        return schema.Encode([.. schema.Fields.Select(field => columns.First(column => column.Name == field.Name))]);
    }

    /// <summary>Returns the columns that identify rows, for a model that is applied.</summary>
    private static Column[] Identifiers(TypedTable file, DataOptions options) =>
        options.ExpectedTable is not { } schema ? [] : [.. schema.Identifiers.Where(file.Names.Contains).Select(name => new Column(name, file.Texts(name)))];

    private static Dataset Rows(
        string path,
        TableSchema schema,
        float[] values,
        IReadOnlyList<LabelColumn> labels,
        List<Wording> notes,
        IReadOnlyList<Column>? identifiers = null
    )
    {
        var blank = values.Chunk(schema.Dimension).Count(row => row.All(float.IsNaN));
        if (blank > 0)
            notes.Add(FormattableString.Invariant($"{blank:N0} row{(blank == 1 ? " has" : "s have")} no value in any column"));
        return Dataset.Of(path, schema, new MemoryStore<float>(values, schema.Dimension), labels, notes, identifiers);
    }
}
