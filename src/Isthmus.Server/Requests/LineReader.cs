using System.Buffers;

namespace Isthmus.Server.Requests;

/// <summary>Lines of a body as they come, some at a time: all that are there, so that a client that waits for an answer to each line gets it.</summary>
/// <param name="body">The body.</param>
/// <param name="most">Lines at a time at most.</param>
/// <param name="longest">Bytes of a line at most.</param>
internal sealed class LineReader(BodyPipe body, int most, long longest)
{
    private bool _isEnd;

    /// <summary>The next lines, without empty ones; none at the end.</summary>
    /// <exception cref="RequestException">413: a line that is too long.</exception>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync()
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (lines.Count == 0 && !_isEnd)
        {
            var read = await body.ReadAsync();
            var rest = read.Buffer;
            while (lines.Count < most && rest.PositionOf((byte)'\n') is { } end)
            {
                Add(lines, rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
            }
            if (rest.Length > longest && rest.PositionOf((byte)'\n') is null)
                throw new RequestException(413, $"A line has more than {longest:N0} bytes.");
            if (read.IsCompleted && lines.Count < most && rest.PositionOf((byte)'\n') is null)
            {
                Add(lines, rest);
                rest = rest.Slice(rest.End);
                _isEnd = true;
            }
            body.AdvanceTo(rest.Start, lines.Count > 0 ? rest.Start : rest.End);
        }
        return lines;
    }

    private static void Add(List<ReadOnlyMemory<byte>> lines, ReadOnlySequence<byte> line)
    {
        var bytes = line.ToArray().AsMemory().Trim("\r \t"u8);
        if (bytes.Length > 0)
            lines.Add(bytes);
    }
}
