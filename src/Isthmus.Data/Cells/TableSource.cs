using System.Text;
using Isthmus.Data.Files;

namespace Isthmus.Data.Cells;

/// <summary>
/// The one reader of tables: CSV, TSV and other delimited text by <see cref="CsvReader"/>, Parquet and JSON by DuckDB, and tables in memory. Every command
/// reads tables with it, so that rows, names, numbers and missing values mean the same everywhere.
/// </summary>
internal sealed class TableSource
{
    private readonly string[] _types;
    private readonly MemoryTable? _memory;

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
        if (!File.Exists(path))
            throw new InvalidInputException(path, "does not exist", "give a .csv, .tsv, .json or .parquet file");
        if (TableFile.IsParquet(path) || TableFile.IsJson(path))
        {
            var columns = TableFile.Read(path, connection => TableFile.Columns(connection, TableFile.Source(path), TableFile.Pattern(path)));
            (Names, _types) = ([.. columns.Select(column => column.Name)], [.. columns.Select(column => column.Type)]);
            HasHeader = true;
            Rules = new(reading, isComma: false);
            return;
        }
        Dialect = CsvDialect.Of(path, reading, known);
        (Names, HasHeader) = (Dialect.Names, Dialect.HasHeader);
        _types = [.. Names.Select(_ => "VARCHAR")];
        Rules = new(reading, isComma: Dialect.Delimiter == ";");
        if (reading.Header is null && known is null)
            NoteHeader();
        if (Dialect.Titles > 0)
            Notes.Add(
                $"{(Dialect.Titles == 1 ? "line 1 is" : $"the first {Dialect.Titles} lines are")} taken for a title, '{Dialect.Title}'; the columns begin in "
                    + $"line {Dialect.HeaderLine}"
            );
    }

    /// <summary>Opens a table and finds its columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reading">Options for reading it.</param>
    /// <param name="known">Names that a model expects of its columns; null without a model.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is no table.</exception>
    public static TableSource Open(string path, TableReading reading, IReadOnlyCollection<string>? known = null) => new(path, reading, known);

    /// <summary>Opens a table in memory.</summary>
    public static TableSource Of(MemoryTable table, TableReading reading) => new(table, reading);

    /// <summary>Path of the file, or the name of a table in memory.</summary>
    public string Path { get; }

    /// <summary>Names of the columns, in the file's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>True if the names are the file's own.</summary>
    public bool HasHeader { get; }

    /// <summary>Structure of a text; null for a file with types.</summary>
    public CsvDialect? Dialect { get; }

    /// <summary>Rules for the meaning of cells.</summary>
    public CellRules Rules { get; }

    /// <summary>Notes on how the table was read, a sentence each.</summary>
    public List<Wording> Notes { get; } = [];

    private bool _saysEmptyLines;

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
        else if (Dialect is null)
            ReadTyped(columns, asTexts, visit);
        else
            DataFile.Read(Path, stream => ReadText(stream, Dialect, columns, visit));
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

    private bool ReadText(Stream stream, CsvDialect dialect, IReadOnlyList<int> columns, Action<TableRow> visit)
    {
        var reader = new CsvReader(stream, Path, dialect.Delimiter);
        for (var before = dialect.Before; before > 0 && reader.Read(); before--)
            ;
        var emptyBefore = reader.EmptyLines;
        var row = new TextRow(reader, [.. columns], Rules);
        for (var number = 1L; reader.Read(); number++)
        {
            if (reader.Count != Names.Count)
                throw new InvalidInputException(
                    $"{Path}: line {reader.Line}",
                    $"has {reader.Count} cell{(reader.Count == 1 ? "" : "s")} and "
                        + $"{(dialect.HeaderLine == 1 ? "its first line" : $"line {dialect.HeaderLine}")} {Names.Count}",
                    "give every row as many"
                );
            row.Number = number;
            visit(row);
        }
        if (reader.EmptyLines - emptyBefore is > 0 and var empty && !_saysEmptyLines)
        {
            Notes.Add($"{empty:N0} empty line{(empty == 1 ? " is" : "s are")} passed over");
            _saysEmptyLines = true;
        }
        return true;
    }

    private void ReadTyped(IReadOnlyList<int> columns, IReadOnlyList<bool>? asTexts, Action<TableRow> visit) => TableFile.Read(Path, connection =>
        {
            bool[] areNumbers = [.. columns.Select((column, i) => TableFile.IsNumberType(_types[column]) && asTexts?[i] != true)];
            var selected = columns.Select(
                (column, i) =>
                    TableFile.Quoted(Names[column]) is var name && !areNumbers[i] ? $"CAST({name} AS VARCHAR)"
                    // A 32-bit 3.3 is 3.3, and not 3.2999999523162842.
                    : _types[column] == "FLOAT" ? $"CAST(CAST({name} AS VARCHAR) AS DOUBLE)"
                    : $"CAST({name} AS DOUBLE)"
            );
            using var command = TableFile.Command(
                connection,
                $"SELECT {string.Join(", ", selected.DefaultIfEmpty("NULL"))} FROM {TableFile.Source(Path)}",
                TableFile.Pattern(Path)
            );
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            var row = new TypedRow(reader, areNumbers, Rules);
            for (var number = 1L; reader.Read(); number++)
            {
                row.Number = number;
                visit(row);
            }
            return true;
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
