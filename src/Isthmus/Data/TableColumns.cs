using System.Globalization;
using DuckDB.NET.Data;

namespace Isthmus.Data;

/// <summary>
/// The columns of a CSV, TSV, JSON or Parquet file of mixed kinds: what each is, found by one query over the whole file, and
/// their cells, read in parts so that a file may be larger than memory.
/// </summary>
internal sealed class TableColumns
{
    // What people write for "not known"; surrounding blanks do not count.
    private const string BlankTexts = "'', '?', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'null', 'NULL', 'None', '<NA>'";
    private const double MostlyNumbers = 0.9;

    private readonly DuckDBConnection _connection;
    private readonly string _path, _pattern, _source;
    private readonly Dictionary<string, string> _types;

    public TableColumns(DuckDBConnection connection, string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"{path}: there is no such file; a table is a .csv, .tsv, .json or .parquet file.");
        if (new FileInfo(path).Length == 0)
            throw new InvalidInputException($"{path} is empty; a table has a line of column names and at least one row.");
        (_connection, _path, _pattern) = (connection, path, TableFile.Pattern(path));
        _source = TableFile.Source(path);
        var columns = TableFile.Columns(connection, _source, _pattern);
        Names = [.. columns.Select(column => column.Name)];
        _types = columns.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        if (TableFile.Ragged(path, Names) is { } ragged)
            throw ragged;
        RefuseTwins();
    }

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>The columns' names, in the file's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What each column is, and the rows of the file.</summary>
    /// <param name="wanted">Kinds that are given and not to be found.</param>
    public (IReadOnlyDictionary<string, ColumnKind> Kinds, long Rows) Infer(IReadOnlyDictionary<string, ColumnKind> wanted)
    {
        var unknown = Names.Where(name => !wanted.ContainsKey(name)).ToArray();
        var kinds = new Dictionary<string, ColumnKind>(wanted, StringComparer.Ordinal);
        var figures = unknown.SelectMany(name => new[]
        {
            $"count({Text(name)})", $"count(DISTINCT {Text(name)})", $"count({Number(name)})",
            $"count(CASE WHEN {Number(name)} = floor({Number(name)}) THEN 1 END)", $"count({Seconds(name)})", $"coalesce(max({Number(name)}) - min({Number(name)}), 0)",
        });
        using var command = TableFile.Command(_connection, $"SELECT count(*), {string.Join(", ", figures.DefaultIfEmpty("0"))} FROM {_source}", _pattern);
        using var reader = command.ExecuteReader();
        reader.Read();
        var rows = reader.GetInt64(0);
        for (var i = 0; i < unknown.Length; i++)
        {
            var at = 1 + 6 * i;
            var figure = Enumerable.Range(at, 5).Select(reader.GetInt64).ToArray();
            kinds[unknown[i]] = Kind(unknown[i], figure[0], figure[1], figure[2], figure[3], figure[4], Convert.ToDouble(reader.GetValue(at + 5), CultureInfo.InvariantCulture));
        }
        return (kinds, rows);
    }

    /// <summary>Reads cells, at most <paramref name="most"/> rows at a time.</summary>
    /// <param name="columns">Filled anew for each part; of columns of this file.</param>
    /// <param name="most">Rows in a part.</param>
    /// <param name="part">Told when a part is read, and its first row from 0.</param>
    /// <param name="order">The column whose values order the rows; null for the file's order.</param>
    /// <exception cref="InvalidInputException">A cell that is no number or date where one is expected: names column and row.</exception>
    public void Read(IReadOnlyList<ColumnValues> columns, int most, Action<long> part, string? order = null)
    {
        var selected = columns.Select(column => column.IsText ? Text(column.Name) : Checked(column));
        using var command = TableFile.Command(_connection, $"SELECT {string.Join(", ", selected)} FROM {_source}{(order is null ? "" : $" ORDER BY {Seconds(order)}, {Number(order)}")}", _pattern);
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        ColumnValues[] cells = [.. columns];
        bool[] areTexts = [.. columns.Select(column => column.IsText)];
        var (first, row) = (0L, 0L);
        for (; reader.Read(); row++)
        {
            if (row - first == most)
            {
                part(first);
                first = row;
                foreach (var column in cells)
                    column.Clear();
            }
            for (var i = 0; i < cells.Length; i++)
                if (areTexts[i])
                    cells[i].Add(reader.IsDBNull(i) ? null : reader.GetString(i));
                else
                    cells[i].Add(reader.GetDouble(i) is var number && !double.IsInfinity(number) ? number : throw NotOfKind(cells[i], row, order));
        }
        if (row > first)
            part(first);
    }

    /// <summary>The column's texts as they stand in the file, null for a blank cell.</summary>
    public IReadOnlyList<string?> Texts(string column, string? order = null)
    {
        using var command = TableFile.Command(_connection, $"SELECT {Text(column)} FROM {_source}{(order is null ? "" : $" ORDER BY {Seconds(order)}, {Number(order)}")}", _pattern);
        using var reader = command.ExecuteReader();
        var texts = new List<string?>();
        while (reader.Read())
            texts.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        return texts;
    }

    /// <summary>The name as it is in the file.</summary>
    /// <exception cref="InvalidInputException">There is none; the message names the nearest, or the first twelve.</exception>
    public void Require(string name, string what, IEnumerable<string>? others = null)
    {
        if (!Names.Contains(name))
            throw new InvalidInputException($"{_path} has no column '{name}'{what}; {(NearestName.Of(name, Names.Except(others ?? [])) is { } near ? $"did you mean '{near}'?" : $"it has {string.Join(", ", Names.Take(12))}{(Names.Count > 12 ? ", ..." : "")}.")}");
    }

    /// <summary>The type of a column's cells; null of texts.</summary>
    public string? TypeOf(string name) => IsText(name) ? null : _types[name];

    private ColumnKind Kind(string name, long filled, long distinct, long numbers, long wholes, long dates, double range)
    {
        if (filled == 0)
            return ColumnKind.Skip;
        if (TableFile.IsNumberType(_types[name]) || numbers == filled)
            return distinct == 2 ? ColumnKind.Boolean
                : wholes < filled ? ColumnKind.Numeric
                : Identifiers.AreNumbers(filled, distinct, range) ? ColumnKind.Identifier
                : ColumnKind.Integer;
        if (dates == filled)
            return ColumnKind.Date;
        if (numbers >= MostlyNumbers * filled)
            throw NotOfKind(new ColumnValues(name, ColumnKind.Numeric), FirstNoNumber(name), null);
        return distinct == 2 ? ColumnKind.Boolean : Identifiers.AreTexts(filled, distinct) ? ColumnKind.Identifier : ColumnKind.Category;
    }

    private bool IsText(string name) => _types[name] == "VARCHAR";

    private string Text(string name) => IsText(name)
        ? $"CASE WHEN trim({TableFile.Quoted(name)}) NOT IN ({BlankTexts}) THEN {TableFile.Quoted(name)} END"
        : $"CAST({TableFile.Quoted(name)} AS VARCHAR)";

    private string Number(string name) => IsText(name) ? $"TRY_CAST(trim({Text(name)}) AS DOUBLE)"
        : TableFile.IsNumberType(_types[name]) ? $"CAST({TableFile.Quoted(name)} AS DOUBLE)"
        : "CAST(NULL AS DOUBLE)";

    private string Seconds(string name) => IsText(name) ? $"epoch(TRY_CAST(trim({Text(name)}) AS TIMESTAMP))"
        : TableFile.IsNumberType(_types[name]) ? "CAST(NULL AS DOUBLE)"
        : $"epoch(TRY_CAST({TableFile.Quoted(name)} AS TIMESTAMP))";

    // NaN is a blank cell, infinity one that is none of its kind.
    private string Checked(ColumnValues column)
    {
        var number = column.Kind == ColumnKind.Date ? Seconds(column.Name) : Number(column.Name);
        return $"CAST(CASE WHEN {(IsText(column.Name) ? Text(column.Name) : TableFile.Quoted(column.Name))} IS NULL THEN 'NaN' ELSE coalesce({number}, 'Infinity') END AS DOUBLE)";
    }

    private long FirstNoNumber(string name)
    {
        using var command = TableFile.Command(_connection, $"SELECT min(r) FROM (SELECT row_number() OVER () - 1 AS r, {Text(name)} AS t, {Number(name)} AS n FROM {_source}) WHERE t IS NOT NULL AND n IS NULL", _pattern);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private InvalidInputException NotOfKind(ColumnValues column, long row, string? order)
    {
        using var command = TableFile.Command(_connection, FormattableString.Invariant($"SELECT CAST({TableFile.Quoted(column.Name)} AS VARCHAR) FROM {_source}{(order is null ? "" : $" ORDER BY {Seconds(order)}, {Number(order)}")} LIMIT 1 OFFSET {row}"), _pattern);
        var cell = command.ExecuteScalar() as string ?? "";
        return new($"{_path}: column '{column.Name}', row {row + 1} is '{(cell.Length > 40 ? cell[..40] + "..." : cell)}', not a {(column.Kind == ColumnKind.Date ? "date" : "finite number")}; correct or empty the cell, or take the column for texts with --columns {column.Name}:category when training.");
    }

    /// <summary>DuckDB gives the second of two columns of one name another one without a word.</summary>
    private void RefuseTwins()
    {
        if (TableFile.IsParquet(_path) || TableFile.IsJson(_path))
            return;
        using var command = TableFile.Command(_connection, "SELECT * FROM read_csv(?, all_varchar = true, header = false) LIMIT 1", _pattern);
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return;
        var header = Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i)).ToArray();
        // Without a header the names are not in the first line.
        if (header.Length == Names.Count && header.Where(Names.Contains).Any() && header.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(twins => twins.Count() > 1 && twins.Key.Length > 0) is { } twin && Names.Contains(twin.First()))
            throw new InvalidInputException($"{_path} has {twin.Count()} columns named '{twin.Key}'; give each its own name.");
    }
}
