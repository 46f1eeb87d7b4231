using System.Text;
using Isthmus.Data.Files;

namespace Isthmus.Data.Cells;

/// <summary>
/// Missing cells of a text table with their offsets in the file, so that they can be filled while every other byte stays. They are found by the table's own
/// reader, and the result is read again and compared.
/// </summary>
internal sealed class CsvCells
{
    private readonly TableSource _source;
    private readonly CsvDialect _dialect;
    private readonly byte[] _bytes;
    private readonly int[] _columns;
    private readonly List<(int Row, int Column, int Start, int End, bool IsQuoted)> _missing = [];

    /// <summary>Finds the missing cells of some columns.</summary>
    /// <param name="source">The table.</param>
    /// <param name="columns">Indices of the columns.</param>
    /// <exception cref="InvalidInputException">A table with types, or one that is packed.</exception>
    public CsvCells(TableSource source, IReadOnlyList<int> columns)
    {
        if (source.Dialect is not { } dialect || DataFile.IsGzip(source.Path))
            throw new InvalidInputException(
                source.Path,
                "is no .csv or .tsv file, whose missing cells alone can be filled, as all other bytes can stay",
                "save it as one"
            );
        (_source, _dialect, _columns, _bytes) = (source, dialect, [.. columns], File.ReadAllBytes(source.Path));
        // True if the column's first cell with a value is quoted: filled cells are then quoted too.
        var areQuoted = new bool?[_columns.Length];
        var row = 0;
        ForEachRecord(_bytes, reader =>
        {
            for (var i = 0; i < _columns.Length; i++)
            {
                var isQuoted = reader.IsQuoted(_columns[i]);
                if (!Cell.Of(reader.Cell(_columns[i]), source.Rules).IsMissing)
                    areQuoted[i] ??= isQuoted;
                else if (reader.Place(_columns[i]) is var (start, end))
                    _missing.Add((row, i, (int)start, (int)end, isQuoted));
            }
            row++;
        });
        // Columns need not be asked for in the file's order.
        _missing.Sort((a, b) => a.Start.CompareTo(b.Start) is not 0 and var order ? order : a.Row.CompareTo(b.Row));
        for (var i = 0; i < _missing.Count; i++)
            _missing[i] = _missing[i] with { IsQuoted = _missing[i].IsQuoted || areQuoted[_missing[i].Column] == true };
        Rows = row;
    }

    /// <summary>Number of rows, without the line of names.</summary>
    public int Rows { get; }

    /// <summary>Missing cells in the order of the file: row and column, both from 0, of the columns asked for.</summary>
    public IEnumerable<(int Row, int Column)> Missing => _missing.Select(cell => (cell.Row, cell.Column));

    /// <summary>Returns the file with its missing cells filled; every other byte stays.</summary>
    /// <param name="texts">A text for each of <see cref="Missing"/>.</param>
    /// <exception cref="InvalidInputException">What was written would not be read again as it was meant.</exception>
    public byte[] Filled(IReadOnlyList<string> texts)
    {
        using var made = new MemoryStream(_bytes.Length);
        var at = 0;
        foreach (var (cell, text) in _missing.Zip(texts))
        {
            made.Write(_bytes, at, cell.Start - at);
            made.Write(Encoding.UTF8.GetBytes(cell.IsQuoted || NeedsQuotes(text) ? $"\"{text.Replace("\"", "\"\"")}\"" : text));
            at = cell.End;
        }
        made.Write(_bytes, at, _bytes.Length - at);
        var filled = made.ToArray();
        Compare(filled, texts);
        return filled;
    }

    private bool NeedsQuotes(string text) =>
        text.AsSpan().IndexOfAny('"', '\n', '\r') >= 0
        || text.StartsWith(' ')
        || _dialect.Delimiter.Length > 0 && text.Contains(_dialect.Delimiter, StringComparison.Ordinal);

    /// <summary>Reads both files side by side: names, titles and known cells must be equal, and filled cells must read as given.</summary>
    private void Compare(byte[] filled, IReadOnlyList<string> texts)
    {
        using var stream = new MemoryStream(filled);
        var other = new CsvReader(stream, _source.Path, _dialect.Delimiter);
        var (next, row) = (0, -1);
        ForEachRecord(_bytes, reader => Same(reader, isBefore: false), before => Same(before, isBefore: true));
        if (next < _missing.Count || other.Read())
            throw Changed(_source.Path, row + 1);
        void Same(CsvReader reader, bool isBefore)
        {
            if (!isBefore)
                row++;
            if (!other.Read() || other.Count != reader.Count)
                throw Changed(_source.Path, row + 1);
            for (var cell = 0; cell < reader.Count; cell++)
                if (
                    !isBefore && IndexOf(row, Array.IndexOf(_columns, cell), next) is >= 0 and var meant
                        ? other.Text(cell) != texts[meant]
                        : !reader.Cell(cell).SequenceEqual(other.Cell(cell))
                )
                    throw Changed(_source.Path, row + 1);
            while (next < _missing.Count && _missing[next].Row == row)
                next++;
        }
    }

    private int IndexOf(int row, int column, int from)
    {
        for (var i = from; i < _missing.Count && _missing[i].Row == row; i++)
            if (_missing[i].Column == column)
                return i;
        return -1;
    }

    private void ForEachRecord(byte[] bytes, Action<CsvReader> visit, Action<CsvReader>? before = null)
    {
        using var stream = new MemoryStream(bytes);
        var reader = new CsvReader(stream, _source.Path, _dialect.Delimiter);
        for (var left = _dialect.Before; left > 0 && reader.Read(); left--)
            before?.Invoke(reader);
        while (reader.Read())
            visit(reader);
    }

    private static InvalidInputException Changed(string path, int row) =>
        new($"{path}: row {row}", "would not be read again as it was with its missing cells filled, so nothing is written", "save the file again as plain CSV");
}
