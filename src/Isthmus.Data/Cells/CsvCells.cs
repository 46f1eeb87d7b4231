using System.Text;
using Isthmus.Data.Files;

namespace Isthmus.Data.Cells;

/// <summary>A missing cell with its text: row and column from 0, the column among those asked for.</summary>
internal readonly record struct FilledCell(int Row, int Column, string Text);

/// <summary>
/// Missing cells of a text table, which are filled while every other byte stays. They are found by the table's own reader, record by record, and the result is
/// read again and compared. Memory holds one record.
/// </summary>
internal sealed class CsvCells
{
    private const int Piece = 1 << 16;

    private readonly TableSource _source;
    private readonly CsvDialect _dialect;
    private readonly int[] _columns,
        // Columns need not be asked for in the file's order.
        _inOrder;

    // True if the column's first cell with a value is quoted: filled cells are then quoted too.
    private readonly bool?[] _areQuoted;

    /// <summary>Opens a table whose missing cells in some columns are to be filled.</summary>
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
        (_source, _dialect, _columns) = (source, dialect, [.. columns]);
        _inOrder = [.. Enumerable.Range(0, _columns.Length).OrderBy(place => _columns[place])];
        _areQuoted = new bool?[_columns.Length];
        using var stream = File.OpenRead(source.Path);
        var reader = Opened(stream);
        while (_areQuoted.Contains(null) && reader.Read())
            foreach (var place in _inOrder)
                if (_areQuoted[place] is null && !IsMissing(reader, place))
                    _areQuoted[place] = reader.IsQuoted(_columns[place]);
    }

    /// <summary>Writes the file with its missing cells filled.</summary>
    /// <param name="output">Receives the file.</param>
    /// <param name="cells">Every missing cell, in the order of the file.</param>
    /// <exception cref="InvalidInputException">The file has other missing cells.</exception>
    public void Write(Stream output, IEnumerable<FilledCell> cells)
    {
        using var stream = File.OpenRead(_source.Path);
        using var bytes = File.OpenHandle(_source.Path);
        using var next = cells.GetEnumerator();
        var (reader, row, at, piece) = (Opened(stream), 0, 0L, new byte[Piece]);
        void CopyTo(long end)
        {
            while (at < end)
            {
                var count = RandomAccess.Read(bytes, piece.AsSpan(0, (int)Math.Min(piece.Length, end - at)), at);
                if (count == 0)
                    throw Changed(row);
                output.Write(piece, 0, count);
                at += count;
            }
        }
        for (; reader.Read(); row++)
            foreach (var place in _inOrder)
                if (IsMissing(reader, place))
                {
                    if (!next.MoveNext() || (next.Current.Row, next.Current.Column) != (row, place))
                        throw Others();
                    var (text, isQuoted) = (next.Current.Text, reader.IsQuoted(_columns[place]) || _areQuoted[place] == true);
                    var (start, end) = reader.Place(_columns[place]);
                    CopyTo(start);
                    output.Write(Encoding.UTF8.GetBytes(isQuoted || NeedsQuotes(text) ? $"\"{text.Replace("\"", "\"\"")}\"" : text));
                    at = end;
                }
        if (next.MoveNext())
            throw Others();
        CopyTo(RandomAccess.GetLength(bytes));
    }

    /// <summary>Reads both files side by side: names, titles and known cells must be equal, and filled cells must read as given.</summary>
    /// <param name="filled">What was written, from its start.</param>
    /// <param name="cells">The cells that it was written with.</param>
    /// <exception cref="InvalidInputException">It would not be read again as it was meant.</exception>
    public void Compare(Stream filled, IEnumerable<FilledCell> cells)
    {
        using var stream = File.OpenRead(_source.Path);
        using var next = cells.GetEnumerator();
        var (own, other) = (new CsvReader(stream, _source.Path, _dialect.Delimiter), new CsvReader(filled, _source.Path, _dialect.Delimiter));
        var isFilled = next.MoveNext();
        for (var row = -_dialect.Before; own.Read(); row++)
        {
            if (!other.Read() || other.Count != own.Count)
                throw Changed(row);
            for (var cell = 0; cell < own.Count; cell++)
                if (isFilled && next.Current.Row == row && _columns[next.Current.Column] == cell)
                {
                    if (other.Text(cell) != next.Current.Text)
                        throw Changed(row);
                    isFilled = next.MoveNext();
                }
                else if (!own.Cell(cell).SequenceEqual(other.Cell(cell)))
                    throw Changed(row);
        }
        if (isFilled || other.Read())
            throw Changed(0);
    }

    private bool IsMissing(CsvReader reader, int place) => Cell.Of(reader.Cell(_columns[place]), _source.Rules).IsMissing;

    private bool NeedsQuotes(string text) =>
        text.AsSpan().IndexOfAny('"', '\n', '\r') >= 0
        || text.StartsWith(' ')
        || _dialect.Delimiter.Length > 0 && text.Contains(_dialect.Delimiter, StringComparison.Ordinal);

    private CsvReader Opened(Stream stream)
    {
        var reader = new CsvReader(stream, _source.Path, _dialect.Delimiter);
        for (var left = _dialect.Before; left > 0 && reader.Read(); left--)
            ;
        return reader;
    }

    private InvalidInputException Others() =>
        new(_source.Path, "has other missing cells than those that were read, so nothing is written", "save it again as plain CSV");

    private InvalidInputException Changed(int row) =>
        new(
            $"{_source.Path}: row {row + 1}",
            "would not be read again as it was with its missing cells filled, so nothing is written",
            "save the file again as plain CSV"
        );
}
