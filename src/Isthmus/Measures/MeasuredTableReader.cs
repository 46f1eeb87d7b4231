using System.Globalization;
using DuckDB.NET.Data;
using Isthmus.Data;

namespace Isthmus.Measures;

/// <summary>
/// Mixed columns of a CSV, TSV (also .gz) or Parquet table. A column of text cells is one of numbers if every value is a
/// number. Empty cells and those that <c>missing</c> lists are missing; blanks around a text are not part of it. The first
/// line is taken for the names unless its cells look like the rows below (docs/measure.md).
/// </summary>
internal static class MeasuredTableReader
{
    /// <summary>Cells that say that there is no value.</summary>
    public static IReadOnlyList<string> UsualMissing { get; } = ["?", "NA", "N/A", "null"];

    private const int RowsBelow = 1000;

    /// <summary>Reads all columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Whether the first line holds names; null to find out.</param>
    /// <param name="missing">Texts that mean a missing cell.</param>
    /// <exception cref="InvalidInputException">The file is no table; NaN or an infinity in a column of numbers: names column and row.</exception>
    public static MeasuredTable Read(string path, bool? header, IReadOnlyList<string> missing) =>
        TableFile.Read(path, connection => new Table(connection, path, [.. missing]).Read(header));

    private sealed class Table(DuckDBConnection connection, string path, HashSet<string> missing)
    {
        private readonly bool _isParquet = TableFile.IsParquet(path);
        private readonly string _pattern = TableFile.Pattern(path);

        public MeasuredTable Read(bool? header)
        {
            if (new FileInfo(path) is { Exists: true, Length: 0 })
                throw new InvalidInputException($"{path} is empty; at least one column and 2 rows are needed.");
            var source = _isParquet ? "read_parquet(?)" : "read_csv(?, all_varchar = true, header = false, skip = 0)";
            var columns = TableFile.Columns(connection, source, _pattern);
            string[]? names = null;
            if (!_isParquet && (header ?? true))
            {
                var first = FirstRows(source, columns.Count);
                if (TableFile.Ragged(path, [first[0][0] ?? ""]) is { } ragged && columns.Count == 1)
                    throw ragged;
                if (header == true || HasNames(first))
                    names = Unique(first[0].Select((name, i) => name ?? columns[i].Name));
            }
            return new(path, ReadColumns(source, columns, names));
        }

        private List<string?[]> FirstRows(string source, int width)
        {
            var rows = new List<string?[]>();
            using var command = TableFile.Command(connection, $"SELECT * FROM {source} LIMIT {RowsBelow + 1}", _pattern);
            using var reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add([.. Enumerable.Range(0, width).Select(column => reader.IsDBNull(column) ? null : Present(reader.GetString(column)))]);
            return rows.Count > 0 ? rows : throw new InvalidInputException($"{path} holds no rows; at least 2 are needed.");
        }

        // A name differs from what is below it: no number, where numbers are below; and not one of the values below.
        private static bool HasNames(List<string?[]> rows)
        {
            var isLikeBelow = false;
            for (var c = 0; c < rows[0].Length; c++)
            {
                var below = rows.Skip(1).Select(row => row[c]).Where(cell => cell is not null).ToArray();
                var isNumber = Number(rows[0][c]) is not null;
                if (!isNumber && below.Length > 0 && below.All(cell => Number(cell) is not null))
                    return true;
                isLikeBelow |= isNumber || (rows[0][c] is { } first && below.Contains(first));
            }
            return !isLikeBelow;
        }

        private MeasuredColumn[] ReadColumns(string source, List<(string Name, string Type)> columns, string[]? names)
        {
            var builders = columns.Select((column, i) => new Builder(path, names?[i] ?? column.Name, _isParquet && TableFile.IsNumberType(column.Type))).ToArray();
            var selected = columns.Select((column, i) => $"CAST({TableFile.Quoted(column.Name)} AS {(builders[i].IsTyped ? "DOUBLE" : "VARCHAR")})");
            using var command = TableFile.Command(connection, $"SELECT {string.Join(", ", selected)} FROM {source}", _pattern);
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            for (var row = names is null ? 0 : -1; reader.Read(); row++)
                for (var c = 0; c < builders.Length && row >= 0; c++)
                    if (reader.IsDBNull(c))
                        builders[c].AddMissing();
                    else if (builders[c].IsTyped)
                        builders[c].Add(reader.GetDouble(c));
                    else
                        builders[c].Add(Present(reader.GetString(c)));
            return [.. builders.Select(builder => builder.Build())];
        }

        private string? Present(string cell) => cell.AsSpan().Trim() is { Length: > 0 } text && !missing.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text)
            ? text.Length == cell.Length ? cell : text.ToString()
            : null;

        private static string[] Unique(IEnumerable<string> names)
        {
            var taken = new HashSet<string>();
            return [.. names.Select(name =>
            {
                var unique = name;
                for (var i = 1; !taken.Add(unique); i++)
                    unique = $"{name}_{i}";
                return unique;
            })];
        }
    }

    /// <summary>The number that a text is, NaN and infinities among them; null if it is none.</summary>
    private static double? Number(string? text) => text?.ToLowerInvariant() switch
    {
        null => null,
        "nan" or "+nan" or "-nan" => double.NaN,
        "inf" or "+inf" or "infinity" or "+infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    /// <summary>One column as it comes: typed numbers, or texts that may turn out to be numbers.</summary>
    private sealed class Builder(string path, string name, bool isTyped)
    {
        private readonly List<double> _numbers = [];
        private readonly List<int> _codes = [];
        private readonly DistinctTexts _texts = new();

        public bool IsTyped => isTyped;

        public void AddMissing()
        {
            if (isTyped)
                _numbers.Add(double.NaN);
            else
                _codes.Add(-1);
        }

        public void Add(double number) => _numbers.Add(double.IsFinite(number) ? number : throw NotFinite(_numbers.Count, number));

        public void Add(string? text)
        {
            if (text is null)
                AddMissing();
            else
                _codes.Add(_texts.NumberOf(text));
        }

        public MeasuredColumn Build()
        {
            if (isTyped)
                return MeasuredColumn.OfNumbers(name, [.. _numbers]);
            var numbers = _texts.Texts.Select(Number).ToArray();
            if (!numbers.All(number => number is not null) || !numbers.Any(number => double.IsFinite(number!.Value)))
                return MeasuredColumn.OfTexts(name, [.. _codes]);
            var bad = Array.FindIndex(numbers, number => !double.IsFinite(number!.Value));
            return bad < 0
                ? MeasuredColumn.OfNumbers(name, [.. _codes.Select(code => code < 0 ? double.NaN : numbers[code]!.Value)])
                : throw NotFinite(_codes.IndexOf(bad), numbers[bad]!.Value);
        }

        private InvalidInputException NotFinite(int row, double value) =>
            new($"{path}: column '{name}', row {row + 1} is {value.ToString(CultureInfo.InvariantCulture)}, not a finite number; leave the cell empty if the value is missing, or correct it.");
    }
}
