using System.Collections;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Tables;

/// <summary>
/// Reader of tables of mixed columns. The schema is fitted on the training rows only, and data for a model are converted to the schema it was trained with.
/// </summary>
internal static class MixedTableReader
{
    private const int PartRows = 4096;

    /// <summary>Returns true if the options ask for mixed columns.</summary>
    public static bool IsWanted(DataOptions options) => options.Table is not null && options.Expected is null || options.ExpectedTable is not null;

    /// <summary>
    /// Reads the splits for training: by seed, or for a series in the order of time. Rows are split by blocks of neighbours under the same conditions as
    /// vectors.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="options">Options of reading.</param>
    /// <param name="chosen">The rows that are split; null for all.</param>
    public static DataSplits Load(TableInput table, DataOptions options, int[]? chosen = null)
    {
        if (options is { Grow: true, ExpectedTable: { } model })
            RefuseOther(model, options);
        options = table.Completed(options);
        var read = OpenedTable.Of(table, options);
        if (read.Time is not null)
            return chosen is null
                ? LoadSeries(read, options)
                : throw new InvalidInputException(
                    read.Path,
                    "is a series, which is split in the order of time and so as a whole",
                    "split it before records are selected"
                );
        var all = options is { ExpectedTable: { } known, Grow: false } ? read.Read(known) : null;
        var count = all?.Count ?? checked((int)read.Rows);
        var blocks = chosen is null && read.IsOfBlocks(count) ? RecordBlocks.Of(count) : null;
        var order = DataSplits.Permutation(blocks?.Blocks ?? chosen?.Length ?? count, options.Seed);
        if (chosen is not null)
            order = Array.ConvertAll(order, place => chosen[place]);
        var (train, validation, test) = DataSplits.Parts(read.Path, order, options.Shares);
        if (all is null)
        {
            var training = Rows(count, blocks is null ? train : blocks.Select(train).Places());
            all = read.Read(options.ExpectedTable is { } before ? read.Grown(before, training) : read.Fit(training) with { Asked = options.Columns });
        }
        all = all.From(new TableOrigin(table, options with { Sharing = null }));
        Dataset Part(int[] places) => blocks is null ? all.Select(places) : all.With(blocks.Select(places));
        return new(Part(train), Part(validation), Part(test));
    }

    /// <summary>Reads every row, converted to the model's schema; without a model, to one fitted on all rows.</summary>
    public static Dataset LoadAll(TableInput table, DataOptions options)
    {
        options = table.Completed(options);
        var read = OpenedTable.Of(table, options);
        if (read.Time is null)
            return read.Read(options.ExpectedTable ?? read.Fit()).From(new TableOrigin(table, options with { Sharing = null }));
        var schema = options.ExpectedTable ?? SeriesRecords.Widen(read.Fit(), read.Windows()!);
        var (rows, notes) = read.ReadInOrder(SeriesRecords.Narrow(schema));
        return SeriesRecords.Of(read.Path, schema, rows, 0, rows.Count, notes).From(new TableOrigin(table, options with { Sharing = null }));
    }

    /// <summary>Returns the schema of a model with what training rows have besides.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">Options of reading, with the model's schema.</param>
    /// <param name="train">The training rows; null for all.</param>
    public static TableSchema Grown(TableInput table, DataOptions options, int[]? train)
    {
        var read = OpenedTable.Of(table, options);
        return read.Grown(options.ExpectedTable!, train is null ? null : Rows(checked((int)read.Rows), train));
    }

    /// <summary>Returns the schema that all rows of a table give, without their records, and the number of rows.</summary>
    public static (TableSchema Schema, long Rows) ReadSchema(TableInput table, DataOptions options)
    {
        var read = OpenedTable.Of(table, table.Completed(options));
        return (read.Fit(), read.Rows);
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
        OpenedTable.RequireAll(file, schema);
        OpenedTable.NoteExtra(file, schema, null, notes);
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
        OpenedTable.NoteExtra(file, schema, null, notes);
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
        var read = OpenedTable.Of(table, new() { Expected = schema, Reading = reading ?? new() });
        var narrow = SeriesRecords.Narrow(schema);
        var strange = new long[narrow.Dimension];
        var (stored, said) = read.ReadInOrder(narrow, strange);
        var rows = new float[checked(stored.Count * stored.Width)];
        stored.Read(0, rows);
        foreach (var note in said.Concat(narrow.NotesOn(strange)))
            notes.Add(note);
        var times = read.File.Texts(schema.Series!.Time);
        return (rows, [.. read.File.OrderBy(schema.Series.Time).Select(row => times[row] ?? "")]);
    }

    /// <summary>Returns true if a table has a column of this name.</summary>
    public static bool HasColumn(string path, string column, DataOptions options) => Open(path, options with { Expected = null }).Names.Contains(column);

    /// <summary>Returns true if a cell of a column is missing.</summary>
    public static bool HasMissing(string path, string column, DataOptions options) => Open(path, options with { Expected = null }).HasMissing(column);

    /// <summary>Reads the first cells of a column that are there, as in the file.</summary>
    public static IReadOnlyList<string> FirstCells(string path, string column, DataOptions options, int most) =>
        Open(path, options with { Expected = null }).FirstTexts(column, most);

    /// <summary>Reads every row on the model's scale, and returns the table that it is from.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">Schema of the model.</param>
    /// <param name="reading">Options for reading cells, which take precedence over the model's.</param>
    public static (Dataset Data, TableSource Source) ReadForFilling(string path, TableSchema schema, TableReading? reading = null)
    {
        var read = OpenedTable.Of(path, new() { Expected = schema, Reading = reading ?? new() });
        return (read.Read(schema), read.File.Source);
    }

    /// <summary>Returns warnings on a model's columns of texts in a file in which a text, such as NA, counted as missing.</summary>
    public static IReadOnlyList<Wording> MissingWords(TableSource source, TableSchema schema)
    {
        int[] places = [.. schema.Fields.Where(field => field is FittedCategories).Select(field => source.Place(field.Name))];
        return places.Length == 0 ? [] : [.. ColumnProfile.MissingNotes(source.Profile(places).Profiles)];
    }

    private static TypedTable Open(TableInput table, DataOptions options) =>
        table.Open(options, options.ExpectedTable is { } schema ? OpenedTable.OwnNames(schema) : null);

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

    private static DataSplits LoadSeries(OpenedTable read, DataOptions options)
    {
        var order = read.File.OrderBy(read.Time!);
        var (train, validation, test) = DataSplits.Parts(read.Path, [.. Enumerable.Range(0, order.Length)], options.Shares);
        var schema = options.ExpectedTable
            ?? SeriesRecords.Widen(read.Fit(Rows(order.Length, train.Select(place => order[place]))) with { Asked = options.Columns }, read.Windows()!);
        var (rows, notes) = read.ReadInOrder(SeriesRecords.Narrow(schema));
        // Parts are runs in the order of time.
        Dataset Part(int[] places) => SeriesRecords.Of(read.Path, schema, rows, places[0], places.Length, notes);
        return new(Part(train), Part(validation), Part(test));
    }

    private static BitArray Rows(int count, IEnumerable<int> chosen)
    {
        var rows = new BitArray(count);
        foreach (var row in chosen)
            rows[row] = true;
        return rows;
    }
}
