using System.Text;

namespace Isthmus.Data.Lines;

/// <summary>
/// Lines of a file that is being written, as they are completed, from its beginning until cancelled: UTF-8, or the encoding of the byte order mark. A file that
/// took its name since (rotation) or that became shorter (truncation) is read from its beginning, after the rest of the old one. For one thread.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="note">Called with what happened to the file.</param>
internal sealed class GrowingFile(string path, Action<string> note)
{
    private const int Same = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly byte[] _bytes = new byte[1 << 16];
    private readonly char[] _characters = new char[(1 << 16) + 16];
    private readonly StringBuilder _line = new();
    private Decoder? _decoder;
    private bool _afterReturn,
        _isTold;

    /// <summary>Number of lines read.</summary>
    public long Lines { get; private set; }

    /// <summary>Reads until cancelled.</summary>
    /// <param name="line">Called with each line and its number from 1, over all files that had the name.</param>
    /// <param name="idle">Called when the file has no more for now.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidInputException">The file does not exist, is packed, or cannot be read.</exception>
    public void ForEachLine(Action<string, long> line, Action idle, CancellationToken cancellationToken)
    {
        FileKind.Demand(path);
        if (!File.Exists(path))
            throw new InvalidInputException(path, "is no file", "give one file that grows");
        var file = Open();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var read = file.Read(_bytes);
                if (read > 0)
                {
                    Take(_bytes.AsSpan(0, read), line);
                    continue;
                }
                idle();
                if (file.Length < file.Position)
                {
                    note($"{path} became shorter; it is read from its beginning.");
                    Begin(line);
                    file.Position = 0;
                }
                else if (IsAnother(file))
                {
                    note($"{path} is another file now, as after a rotation; it is read from its beginning.");
                    Begin(line);
                    file.Dispose();
                    file = Open();
                }
                else
                    cancellationToken.WaitHandle.WaitOne(Pause);
            }
            Begin(line);
            idle();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
        finally
        {
            file.Dispose();
        }
    }

    private FileStream Open()
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        if (file.ReadByte() == 0x1F && file.ReadByte() == 0x8B)
        {
            file.Dispose();
            throw new InvalidInputException(path, "is packed by gzip, and such a file does not grow line by line", "score it as a file that is whole");
        }
        file.Position = 0;
        return file;
    }

    // Shorter than what was read, or with another beginning.
    private bool IsAnother(FileStream file)
    {
        if (!File.Exists(path))
            return false;
        using var now = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        if (now.Length < file.Position)
            return true;
        var place = file.Position;
        var (own, other) = (new byte[Math.Min(Same, place)], new byte[Math.Min(Same, place)]);
        file.Position = 0;
        file.ReadExactly(own);
        file.Position = place;
        now.ReadExactly(other);
        return !own.AsSpan().SequenceEqual(other);
    }

    private void Take(ReadOnlySpan<byte> bytes, Action<string, long> line)
    {
        if (_decoder is null)
        {
            var encoding =
                bytes.StartsWith((byte[])[0xFF, 0xFE]) ? Encoding.Unicode
                : bytes.StartsWith((byte[])[0xFE, 0xFF]) ? Encoding.BigEndianUnicode
                : new UTF8Encoding(false);
            bytes = bytes[
                (
                    bytes.StartsWith(encoding.Preamble.Length > 0 ? encoding.Preamble : Encoding.UTF8.Preamble)
                        ? encoding is UTF8Encoding
                            ? 3
                            : 2
                        : 0
                )..
            ];
            _decoder = encoding.GetDecoder();
        }
        while (bytes.Length > 0)
        {
            _decoder.Convert(bytes, _characters, flush: false, out var used, out var made, out _);
            bytes = bytes[used..];
            foreach (var character in _characters.AsSpan(0, made))
            {
                if (character == '\n' && _afterReturn)
                {
                    _afterReturn = false;
                    continue;
                }
                _afterReturn = character == '\r';
                if (character is '\n' or '\r')
                    Complete(line);
                else
                {
                    _line.Append(character);
                    // A line that is being written must not stop the watch of all others.
                    if (character == '\uFFFD' && !_isTold)
                    {
                        _isTold = true;
                        note(FormattableString.Invariant($"{path}: line {Lines + 1} is not in the file's encoding; such bytes are read as U+FFFD."));
                    }
                }
            }
        }
    }

    private void Begin(Action<string, long> line)
    {
        if (_line.Length > 0)
            Complete(line);
        (_decoder, _afterReturn) = (null, false);
    }

    private void Complete(Action<string, long> line)
    {
        var text = _line.ToString();
        _line.Clear();
        line(text, ++Lines);
    }
}
