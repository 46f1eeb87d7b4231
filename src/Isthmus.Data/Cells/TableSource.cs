using System.Text;
using Isthmus.Data.Files;

namespace Isthmus.Data.Cells;

/// <summary>
/// The one reader of tables: CSV, TSV and other delimited text by <see cref="CsvReader"/>, Parquet and JSON by DuckDB, and tables in memory. Every command
/// reads tables with it, so that rows, names, numbers and missing values mean the same everywhere. A folder or a pattern of files is one table.
/// </summary>
internal sealed class TableSource
{
    private readonly string[] _types;
    private readonly MemoryTable? _memory;
    private readonly IReadOnlyList<TablePiece> _pieces = [];
    private (long First, long End) _only = (0, long.MaxValue);

    private TableSource(MemoryTable table, TableReading reading)
    {
        (Path, _memory, HasHeader) = (table.Name, table, true);
        Names = [.. table.Columns.Select(column => column.Name)];
        _types = [.. Names.Select(_ => "VARCHAR")];
        Rules = new(reading, isComma: false);
        Notes.AddRange(table.Notes);
    }

    private TableSource(string path, TableReading reading, IReadOnlyCollection<string>? known)
    {
        Path = path;
        var files = TableFiles.Of(path);
        _pieces = TablePiece.All(path, files.Paths, reading, known);
        var first = _pieces[0];
        (Dialect, Names) = (first.Dialect, first.Names);
        _types = [.. Names.Select((_, column) => TablePiece.TypeOf(_pieces, column))];
        HasHeader = Dialect?.HasHeader ?? true;
        Rules = new(reading, isComma: Dialect?.Delimiter == ";");
        Notes.AddRange(files.Notes);
        if (Dialect is null)
            return;
        if (reading.Header is null && known is null)
            NoteHeader();
        if (Dialect.Titles > 0)
            Notes.Add(
                $"{(Dialect.Titles == 1 ? "line 1 is" : $"the first {Dialect.Titles} lines are")} taken for a title, '{Dialect.Title}'; the columns begin in "
                    + $"line {Dialect.HeaderLine}"
            );
    }

    /// <summary>Opens a table and finds its columns.</summary>
    /// <param name="path">The file, or a folder or pattern of files with the same columns.</param>
    /// <param name="reading">Options for reading it.</param>
    /// <param name="known">Names that a model expects of its columns; null without a model.</param>
    /// <exception cref="InvalidInputException">There is no such file, it is no table, or files differ in their columns.</exception>
    public static TableSource Open(string path, TableReading reading, IReadOnlyCollection<string>? known = null) => new(path, reading, known);

    /// <summary>Opens a table in memory.</summary>
    public static TableSource Of(MemoryTable table, TableReading reading) => new(table, reading);

    /// <summary>Path of the file, folder or pattern, or the name of a table in memory.</summary>
    public string Path { get; }

    /// <summary>Names of the columns, in the file's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>True if the names are the file's own.</summary>
    public bool HasHeader { get; }

    /// <summary>Structure of a text, of several files that of the first; null for files with types.</summary>
    public CsvDialect? Dialect { get; }

    /// <summary>Rules for the meaning of cells.</summary>
    public CellRules Rules { get; }

    /// <summary>Notes on how the table was read, a sentence each.</summary>
    public List<Wording> Notes { get; } = [];

    private long? _emptyLines = 0;

    /// <summary>Returns DuckDB's name of a column's type in a file with types; null for texts.</summary>
    public string? TypeOf(int column) => _types[column] == "VARCHAR" ? null : _types[column];

    /// <summary>Returns the kind of a column in memory by the type of its cells; null if it depends on the cells.</summary>
    public ColumnKind? KindOf(int column) => _memory?.Columns[column].Kind;

    /// <summary>Line of names or first record, for messages; empty for a file with types.</summary>
    public string FirstLine => Dialect is null ? "" : string.Join(Dialect.Delimiter, Names);

    /// <summary>Returns the column's index by its name; -1 if there is none.</summary>
    public int Place(string name)
    {
        for (var column = 0; column < Names.Count; column++)
            if (Names[column] == name)
                return column;
        return -1;
    }

    /// <summary>Throws if two columns have the same name.</summary>
    public void RefuseTwins()
    {
        if (Names.CountBy(name => name).FirstOrDefault(twin => twin.Value > 1) is { Value: > 1 } twin)
            throw new InvalidInputException(Path, $"has {twin.Value} columns named '{twin.Key}'", "give each its own name");
    }

    /// <summary>
    /// Limits reading to some rows, from 0: files before and after them are not opened, and rows keep their numbers. Not for tables in memory.
    /// </summary>
    public void Take(long first, long end) => _only = (first, end);

    /// <summary>Limits reading to a share of the rows, and returns the number of rows before it.</summary>
    /// <param name="share">The share.</param>
    /// <param name="unit">Number of rows that are worked on together.</param>
    public long Take(Share share, int unit)
    {
        var (first, end) = share.Of(CountRows(), unit);
        Take(first, end);
        return first;
    }

    /// <summary>Returns the number of rows, of Parquet from its footer, and otherwise by reading through.</summary>
    public long CountRows()
    {
        if (_memory is not null)
            return _memory.Rows;
        var rows = _pieces.Sum(piece => piece.Rows);
        NoteEmptyLines(_pieces.Sum(piece => piece.EmptyLines));
        return rows;
    }

    /// <summary>Reads the rows of some columns in the file's order, without holding them.</summary>
    /// <param name="columns">Indices of the columns.</param>
    /// <param name="asTexts">For each column, true to read typed numbers as texts; null for none.</param>
    /// <param name="visit">Called with each row, whose cells are those of <paramref name="columns"/>.</param>
    /// <exception cref="InvalidInputException">A record that has more or fewer cells than there are columns: names the line.</exception>
    public void ForEachRow(IReadOnlyList<int> columns, IReadOnlyList<bool>? asTexts, Action<TableRow> visit)
    {
        if (_memory is { } table)
        {
            var row = new MemoryRow([.. columns.Select(column => table.Columns[column])], asTexts, Rules);
            for (row.Number = 1; row.Number <= table.Rows; row.Number++)
                visit(row);
        }
        else
        {
            var before = 0L;
            foreach (var piece in _pieces)
            {
                if (before >= _only.End)
                    break;
                // Rows are counted only where they are skipped.
                if (_only.First > before && before + piece.Rows is var after && after <= _only.First)
                    before = after;
                else
                    before = piece.Dialect is null
                        ? ReadTyped(piece, before, columns, asTexts, visit)
                        : DataFile.Read(piece.Path, stream => ReadText(stream, piece, before, columns, visit));
            }
            NoteEmptyLines(_emptyLines ?? 0);
        }
    }

    /// <summary>Reads some columns once, and returns their profiles and the number of rows.</summary>
    /// <param name="columns">Indices of the columns.</param>
    public (ColumnProfile[] Profiles, long Rows) Profile(IReadOnlyList<int> columns)
    {
        var profiles = columns.Select(column => new ColumnProfile(Path, Names[column], Rules)).ToArray();
        var rows = 0L;
        ForEachRow(columns, null, row =>
        {
            rows = row.Number;
            for (var i = 0; i < profiles.Length; i++)
                profiles[i].Add(row[i], row.Number);
        });
        return (profiles, rows);
    }

    /// <summary>Adds a note on the first line if its meaning is not obvious.</summary>
    private void NoteHeader()
    {
        if (!HasHeader)
            Notes.Add($"the first line is taken for a row and columns are called column0, column1, ...; {OptionNames.Header} yes takes it for their names");
        else if (Names.FirstOrDefault(name => NumberCell.TryParse(Encoding.UTF8.GetBytes(name), isComma: false, out _)) is { } number)
            Notes.Add($"the first line is taken for names, though '{number}' is a number; {OptionNames.Header} no takes it for a row");
    }

    /// <summary>Notes once how many empty lines the table has.</summary>
    private void NoteEmptyLines(long empty)
    {
        if (empty > 0 && _emptyLines is not null)
        {
            Notes.Add($"{empty:N0} empty line{(empty == 1 ? " is" : "s are")} passed over");
            _emptyLines = null;
        }
    }

    /// <summary>Reads a text whose first row has the number <paramref name="before"/> + 1, and returns the number of its last.</summary>
    private long ReadText(Stream stream, TablePiece piece, long before, IReadOnlyList<int> columns, Action<TableRow> visit)
    {
        var dialect = piece.Dialect!;
        var reader = new CsvReader(stream, piece.Path, dialect.Delimiter);
        for (var left = dialect.Before; left > 0 && reader.Read(); left--)
            ;
        var emptyBefore = reader.EmptyLines;
        var row = new TextRow(reader, [.. columns], Rules);
        var number = before;
        while (number < _only.End && reader.Read())
        {
            number++;
            if (reader.Count != Names.Count)
                throw new InvalidInputException(
                    $"{piece.Path}: line {reader.Line}",
                    $"has {reader.Count} cell{(reader.Count == 1 ? "" : "s")} and "
                        + $"{(dialect.HeaderLine == 1 ? "its first line" : $"line {dialect.HeaderLine}")} {Names.Count}",
                    "give every row as many"
                );
            row.Number = number;
            if (number > _only.First)
                visit(row);
        }
        _emptyLines += reader.EmptyLines - emptyBefore;
        return number;
    }

    /// <summary>Reads a file with types, as <see cref="ReadText"/> does a text.</summary>
    private long ReadTyped(TablePiece piece, long before, IReadOnlyList<int> columns, IReadOnlyList<bool>? asTexts, Action<TableRow> visit) =>
        TableFile.Read(piece.Path, connection =>
        {
            bool[] areNumbers = [.. columns.Select((column, i) => TableFile.IsNumberType(_types[column]) && asTexts?[i] != true)];
            var selected = columns.Select(
                (column, i) =>
                    TableFile.Quoted(Names[column]) is var name && !areNumbers[i] ? $"CAST({name} AS VARCHAR)"
                    // A 32-bit 3.3 is 3.3, and not 3.2999999523162842.
                    : piece.Types[column] == "FLOAT" ? $"CAST(CAST({name} AS VARCHAR) AS DOUBLE)"
                    : $"CAST({name} AS DOUBLE)"
            );
            var skipped = Math.Max(0, _only.First - before);
            var limit = _only.End == long.MaxValue ? "" : FormattableString.Invariant($" LIMIT {_only.End - before - skipped}");
            using var command = TableFile.Command(
                connection,
                $"SELECT {string.Join(", ", selected.DefaultIfEmpty("NULL"))} FROM {TableFile.Source(piece.Path)}{limit}"
                    + (skipped > 0 ? FormattableString.Invariant($" OFFSET {skipped}") : ""),
                TableFile.Pattern(piece.Path)
            );
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            var row = new TypedRow(reader, areNumbers, Rules);
            var number = before + skipped;
            while (reader.Read())
            {
                row.Number = ++number;
                visit(row);
            }
            return number;
        });

    private sealed class TextRow(CsvReader reader, int[] columns, CellRules rules) : TableRow
    {
        public override Cell this[int column] => Cell.Of(reader.Cell(columns[column]), rules);
    }

    private sealed class TypedRow(DuckDB.NET.Data.DuckDBDataReader reader, bool[] areNumbers, CellRules rules) : TableRow
    {
        public override Cell this[int column] =>
            reader.IsDBNull(column) ? Cell.Nothing
            : areNumbers[column] ? Cell.Of(reader.GetDouble(column), rules)
            : Cell.Of(Encoding.UTF8.GetBytes(reader.GetString(column)), rules);
    }

    private sealed class MemoryRow(MemoryColumn[] columns, IReadOnlyList<bool>? asTexts, CellRules rules) : TableRow
    {
        public override Cell this[int column]
        {
            get
            {
                var (cells, row) = (columns[column], (int)Number - 1);
                return cells.Numbers is not { } numbers
                    ? cells.Texts![row] is { } text
                        ? Cell.Of(Encoding.UTF8.GetBytes(text), rules)
                        : Cell.Nothing
                    : asTexts?[column] != true
                        ? Cell.Of(numbers[row], rules)
                        : double.IsNaN(numbers[row])
                            ? Cell.Nothing
                            : Cell.Of(Encoding.UTF8.GetBytes(numbers[row].ToString("R", System.Globalization.CultureInfo.InvariantCulture)), rules);
            }
        }
    }
}
