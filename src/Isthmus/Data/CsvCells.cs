using System.Text;

namespace Isthmus.Data;

/// <summary>
/// The cells of a CSV or TSV file by their places in it, so that some can be changed and every other byte stays. Cells may be quoted
/// (RFC 4180), lines may end as they like, and lines without a character are no rows.
/// </summary>
internal sealed class CsvCells
{
    private readonly string _text;
    private readonly char _delimiter;
    private readonly List<(int Start, int End)[]> _rows = [];

    /// <summary>Finds the cells.</summary>
    public CsvCells(byte[] bytes)
    {
        // One character a byte, whatever the encoding.
        _text = Encoding.Latin1.GetString(bytes);
        var line = _text.Split('\n', 2)[0];
        _delimiter = new[] { ',', '\t', ';', '|' }.MaxBy(candidate => line.Count(c => c == candidate));
        var cells = new List<(int, int)>();
        var (start, quoted, at) = (0, false, 0);
        for (; at < _text.Length; at++)
        {
            if (_text[at] == '"')
                quoted = !quoted;
            else if (!quoted && _text[at] == _delimiter)
            {
                cells.Add((start, at));
                start = at + 1;
            }
            else if (!quoted && _text[at] is '\n' or '\r' && !quoted)
            {
                EndRow(cells, start, at);
                start = at + 1;
            }
        }
        EndRow(cells, start, at);
    }

    /// <summary>Rows, the line of names included.</summary>
    public int Count => _rows.Count;

    /// <summary>Cells in a row.</summary>
    public int Width(int row) => _rows[row].Length;

    /// <summary>The first row that has not as many cells as the first one: its line in the file, from 1, its cells and how many the first has. Null if all have.</summary>
    public (int Line, int Cells, int Expected)? FirstOdd()
    {
        for (var row = 1; row < Count; row++)
            if (Width(row) != Width(0))
                return (1 + _text.AsSpan(0, _rows[row][0].Start).Count('\n'), Width(row), Width(0));
        return null;
    }

    /// <summary>The file with some cells replaced, given in the order of the file.</summary>
    public byte[] With(IEnumerable<(int Row, int Column, string Text)> cells)
    {
        var (made, at) = (new StringBuilder(_text.Length), 0);
        foreach (var (row, column, text) in cells)
        {
            var (start, end) = _rows[row][column];
            made.Append(_text, at, start - at).Append(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Quoted(text))));
            at = end;
        }
        return Encoding.Latin1.GetBytes(made.Append(_text, at, _text.Length - at).ToString());
    }

    private void EndRow(List<(int, int)> cells, int start, int end)
    {
        if (cells.Count > 0 || end > start)
            _rows.Add([.. cells, (start, end)]);
        cells.Clear();
    }

    private string Quoted(string text) => text.AsSpan().IndexOfAny(_delimiter, '"', '\n') >= 0 || text.Contains('\r') ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
