using Isthmus.Data.Files;

namespace Isthmus.Data.Cells;

/// <summary>One file of a table: its columns, which are those of the other files too.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Names">Names of its columns.</param>
/// <param name="Types">DuckDB's names of their types; VARCHAR for texts.</param>
/// <param name="Dialect">Structure of a text; null for a file with types.</param>
internal sealed record TablePiece(string Path, IReadOnlyList<string> Names, IReadOnlyList<string> Types, CsvDialect? Dialect)
{
    private long? _rows;

    /// <summary>Number of rows, of Parquet from its footer, and otherwise by reading through; counted once.</summary>
    public long Rows => _rows ??= Dialect is null ? CountTyped() : DataFile.Read(Path, CountText);

    /// <summary>Number of empty lines between the rows of a text, known once they are counted.</summary>
    public long EmptyLines { get; private set; }

    /// <summary>Opens the files of a table, and checks that their columns are the same.</summary>
    /// <param name="table">Name of the table, for messages.</param>
    /// <param name="files">Paths of the files, all of one kind.</param>
    /// <param name="reading">Options for reading them.</param>
    /// <param name="known">Names that a model expects of the columns; null without a model.</param>
    /// <exception cref="InvalidInputException">A file is no table, or two differ in the names, order or types of their columns.</exception>
    public static IReadOnlyList<TablePiece> All(string table, IReadOnlyList<string> files, TableReading reading, IReadOnlyCollection<string>? known)
    {
        IReadOnlyList<TablePiece> pieces =
            TableFile.IsParquet(files[0]) || TableFile.IsJson(files[0]) ? Typed(files) : [.. files.Select(file => OfText(file, reading, known))];
        foreach (var piece in pieces.Skip(1))
            pieces[0].DemandSame(table, piece);
        return pieces;
    }

    /// <summary>Returns the type of a column in all files; of numbers of several types the widest.</summary>
    public static string TypeOf(IReadOnlyList<TablePiece> pieces, int column) =>
        pieces.All(piece => piece.Types[column] == pieces[0].Types[column]) ? pieces[0].Types[column] : "DOUBLE";

    private static List<TablePiece> Typed(IReadOnlyList<string> files)
    {
        var pieces = new List<TablePiece>();
        // A connection takes longer than a footer: one serves until a file fails, which is named then.
        while (pieces.Count < files.Count)
            TableFile.Read(files[pieces.Count], connection =>
            {
                var file = files[pieces.Count];
                var columns = TableFile.Columns(connection, TableFile.Source(file), TableFile.Pattern(file));
                pieces.Add(new(file, [.. columns.Select(column => column.Name)], [.. columns.Select(column => column.Type)], null));
                return true;
            });
        return pieces;
    }

    private static TablePiece OfText(string file, TableReading reading, IReadOnlyCollection<string>? known)
    {
        var dialect = CsvDialect.Of(file, reading, known);
        return new(file, dialect.Names, [.. dialect.Names.Select(_ => "VARCHAR")], dialect);
    }

    private void DemandSame(string table, TablePiece other)
    {
        InvalidInputException Differs(string how) =>
            new(table, $"has files with different columns: {how}", "give files with the same columns in the same order");
        string[] missing = [.. Names.Except(other.Names)],
            more = [.. other.Names.Except(Names)];
        if (missing.Length > 0)
            throw Differs($"{other.Path} has no '{missing[0]}', which {Path} has");
        if (more.Length > 0)
            throw Differs($"{other.Path} has a column '{more[0]}', which {Path} has not");
        foreach (var (place, name) in Names.Index())
            if (place >= other.Names.Count || other.Names[place] != name)
                throw Differs($"column {place + 1} is '{other.Names.ElementAtOrDefault(place)}' in {other.Path} and '{name}' in {Path}");
        foreach (var (place, (type, its)) in Types.Zip(other.Types).Index())
            if (type != its && !(TableFile.IsNumberType(type) && TableFile.IsNumberType(its)))
                throw Differs($"'{Names[place]}' is {its} in {other.Path} and {type} in {Path}");
        if (Dialect is { } dialect && (dialect.Delimiter, dialect.HasHeader) != (other.Dialect!.Delimiter, other.Dialect.HasHeader))
            throw Differs(
                dialect.Delimiter != other.Dialect.Delimiter
                    ? $"cells are separated by '{other.Dialect.Delimiter}' in {other.Path} and by '{dialect.Delimiter}' in {Path}"
                    : $"the first line holds names in {(dialect.HasHeader ? Path : other.Path)} alone"
            );
    }

    private long CountTyped() => TableFile.Read(Path, connection =>
        {
            using var command = TableFile.Command(connection, $"SELECT count(*) FROM {TableFile.Source(Path)}", TableFile.Pattern(Path));
            return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        });

    private long CountText(Stream stream)
    {
        var reader = new CsvReader(stream, Path, Dialect!.Delimiter);
        var rows = 0L;
        var emptyBefore = 0L;
        while (reader.Read())
            if (++rows == Dialect.Before)
                emptyBefore = reader.EmptyLines;
        EmptyLines = reader.EmptyLines - emptyBefore;
        return Math.Max(0, rows - Dialect.Before);
    }
}
