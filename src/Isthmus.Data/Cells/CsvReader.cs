using System.Text;
using System.Text.Unicode;

namespace Isthmus.Data.Cells;

/// <summary>
/// Reads the records of delimited text one by one, holding only one in memory. Cells may be quoted by " only, with a quote within them doubled (RFC 4180); a
/// quote that does not begin a cell is an ordinary character. There are no comments, any line ending is accepted, and empty lines are no records unless a
/// record is one cell.
/// </summary>
internal sealed class CsvReader
{
    // The longest record; a quote that is never closed must not take all memory.
    private const int LongestRecord = 1 << 26,
        FirstBuffer = 1 << 18;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly byte[] _delimiter;
    private byte[] _buffer = new byte[FirstBuffer],
        _unescaped = [];
    private int _filled,
        _at;
    private long _dropped,
        _nextLine = 1;
    private bool _ended;
    private (int Start, int End, bool IsQuoted, bool HasDoubled)[] _cells = new (int, int, bool, bool)[16];

    /// <param name="stream">The text, from its start; a byte order mark is passed over.</param>
    /// <param name="path">Name for error messages.</param>
    /// <param name="delimiter">Text between cells, such as a comma or two colons; empty if a record is one cell.</param>
    public CsvReader(Stream stream, string path, string delimiter)
    {
        (_stream, _path, _delimiter) = (stream, path, Encoding.ASCII.GetBytes(delimiter));
        Fill();
        if (_buffer.AsSpan(0, _filled).StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
            _at = 3;
        else if (_buffer.AsSpan(0, _filled) is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
            throw new InvalidInputException(path, "is UTF-16 text", "save it again as UTF-8");
    }

    /// <summary>Number of cells in the record.</summary>
    public int Count { get; private set; }

    /// <summary>Line of the file on which the record begins, 1 for the first.</summary>
    public long Line { get; private set; }

    /// <summary>Number of empty lines skipped between records.</summary>
    public long EmptyLines { get; private set; }

    /// <summary>Advances to the next record; false at the end.</summary>
    /// <exception cref="InvalidInputException">A quoted cell that has no end or that goes on after it, or text that is not UTF-8: names the line.</exception>
    public bool Read()
    {
        var empty = 0;
        while (true)
        {
            Line = _nextLine;
            if (!ReadRecord(out var lines))
                return false;
            _nextLine += lines;
            if (Count > 1 || _cells[0].End > _cells[0].Start || _cells[0].IsQuoted)
            {
                EmptyLines += empty;
                return true;
            }
            if (_delimiter.Length == 0 && HasMore())
                return true;
            empty++;
        }
    }

    /// <summary>Returns true if the cell is quoted.</summary>
    public bool IsQuoted(int cell) => _cells[cell].IsQuoted;

    /// <summary>Returns the cell's text without its quotes. Valid until another cell or record is read.</summary>
    public ReadOnlySpan<byte> Cell(int cell)
    {
        var (start, end, isQuoted, hasDoubled) = _cells[cell];
        var text = _buffer.AsSpan(start, end - start);
        if (!isQuoted)
            return text;
        text = text[(text.IndexOf((byte)'"') + 1)..text.LastIndexOf((byte)'"')];
        return hasDoubled ? Undoubled(text) : text;
    }

    /// <summary>Returns the cell's range in the file, quotes included: its first byte and the one after its last.</summary>
    public (long Start, long End) Place(int cell) => (_dropped + _cells[cell].Start, _dropped + _cells[cell].End);

    /// <summary>Returns the cell's text.</summary>
    public string Text(int cell) => Encoding.UTF8.GetString(Cell(cell));

    private ReadOnlySpan<byte> Undoubled(ReadOnlySpan<byte> text)
    {
        if (_unescaped.Length < text.Length)
            _unescaped = new byte[2 * text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            _unescaped[length++] = text[i];
            if (text[i] == (byte)'"')
                i++;
        }
        return _unescaped.AsSpan(0, length);
    }

    private bool HasMore()
    {
        // In a table of one column an empty line is an empty cell, but not at the end of the file.
        while (true)
        {
            if (_buffer.AsSpan(_at, _filled - _at).ContainsAnyExcept((byte)'\n', (byte)'\r'))
                return true;
            if (_ended)
                return false;
            Grow(_cells[0].Start);
        }
    }

    private bool ReadRecord(out int lines)
    {
        while (true)
        {
            if (_at == _filled && _ended)
            {
                lines = 0;
                return false;
            }
            if (Parse(_at, out var next, out lines))
            {
                if (!Utf8.IsValid(_buffer.AsSpan(_at, next - _at)))
                    throw new InvalidInputException($"{_path}: line {Line}", "is not UTF-8 text", "save the file again as UTF-8");
                _at = next;
                return true;
            }
            Grow(_at);
        }
    }

    /// <summary>Reads more bytes after those still needed, which begin at <paramref name="from"/>.</summary>
    private void Grow(int from)
    {
        var kept = Math.Max(0, from);
        if (kept > 0)
        {
            _buffer.AsSpan(kept, _filled - kept).CopyTo(_buffer);
            for (var i = 0; i < Count; i++)
                _cells[i] = _cells[i] with { Start = _cells[i].Start - kept, End = _cells[i].End - kept };
            (_filled, _at, _dropped) = (_filled - kept, _at - kept, _dropped + kept);
        }
        if (_filled == _buffer.Length)
        {
            if (_filled >= LongestRecord)
                throw new InvalidInputException(
                    $"{_path}: line {Line}",
                    $"begins a record of more than {LongestRecord >> 20} MB; a quote (\") that is never closed does that",
                    "double it, or close it"
                );
            Array.Resize(ref _buffer, 2 * _filled);
        }
        Fill();
    }

    private void Fill()
    {
        var read = _stream.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += read;
        _ended = read == 0;
    }

    /// <summary>Finds the cells of the record at <paramref name="at"/>; false if its end is not read yet.</summary>
    private bool Parse(int at, out int next, out int lines)
    {
        (Count, next, lines) = (0, 0, 1);
        var bytes = _buffer.AsSpan(0, _filled);
        var first = _delimiter.Length > 0 ? _delimiter[0] : (byte)'\n';
        while (true)
        {
            var (start, isQuoted, hasDoubled) = (at, false, false);
            while (at < bytes.Length && bytes[at] == (byte)' ')
                at++;
            if (at == bytes.Length && !_ended)
                return false;
            if (at < bytes.Length && bytes[at] == (byte)'"')
            {
                isQuoted = true;
                if (!Close(bytes, ref at, ref lines, ref hasDoubled))
                    return false;
            }
            else
            {
                while (true)
                {
                    var length = bytes[at..].IndexOfAny(first, (byte)'\n', (byte)'\r');
                    if (length < 0 && !_ended)
                        return false;
                    at = length < 0 ? bytes.Length : at + length;
                    if (_delimiter.Length < 2 || at == bytes.Length || bytes[at] != first || bytes[at..].StartsWith(_delimiter))
                        break;
                    if (at + _delimiter.Length > bytes.Length && !_ended)
                        return false;
                    at++;
                }
            }
            if (Count == _cells.Length)
                Array.Resize(ref _cells, 2 * Count);
            _cells[Count++] = (start, at, isQuoted, hasDoubled);
            if (at == bytes.Length)
                next = at;
            else if (bytes[at] == (byte)'\r')
            {
                if (at + 1 == bytes.Length && !_ended)
                    return false;
                next = at + (at + 1 < bytes.Length && bytes[at + 1] == (byte)'\n' ? 2 : 1);
            }
            else if (bytes[at] == (byte)'\n')
                next = at + 1;
            else
            {
                at += _delimiter.Length;
                if (at == bytes.Length && !_ended)
                    return false;
                continue;
            }
            return true;
        }
    }

    /// <summary>Advances from a cell's opening quote past its closing one and spaces; false if that is not read yet.</summary>
    private bool Close(ReadOnlySpan<byte> bytes, ref int at, ref int lines, ref bool hasDoubled)
    {
        var opened = lines;
        for (at++; ; at += 2)
        {
            var length = bytes[at..].IndexOf((byte)'"');
            if (length < 0)
                return _ended
                    ? throw new InvalidInputException(
                        $"{_path}: line {Line + opened - 1}, cell {Count + 1}",
                        "begins with a quote (\") that is never closed",
                        "close it, or put the cell in quotes with the one in it doubled"
                    )
                    : false;
            lines += bytes.Slice(at, length).Count((byte)'\n');
            at += length;
            if (at + 1 == bytes.Length && !_ended)
                return false;
            if (at + 1 == bytes.Length || bytes[at + 1] != (byte)'"')
                break;
            hasDoubled = true;
        }
        at++;
        while (at < bytes.Length && bytes[at] == (byte)' ')
            at++;
        if (at + _delimiter.Length > bytes.Length && !_ended)
            return false;
        return at == bytes.Length || bytes[at] is (byte)'\n' or (byte)'\r' || (_delimiter.Length > 0 && bytes[at..].StartsWith(_delimiter))
            ? true
            : throw new InvalidInputException(
                $"{_path}: line {Line + lines - 1}, cell {Count + 1}",
                "goes on after its closing quote (\")",
                "double the quotes in a quoted cell"
            );
    }
}
