using System.Collections.Concurrent;
using System.Text;
using Isthmus.Data.Lines;

namespace Isthmus.Tests.Data.Lines;

/// <summary>A log that is written to while it is read: lines as they are completed, rotation, truncation, and the end.</summary>
public sealed class GrowingFileTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly ConcurrentQueue<string> _lines = new(),
        _notes = new();

    private async Task Follow(string path, Func<Task> write)
    {
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() =>
            new GrowingFile(path, _notes.Enqueue).ForEachLine((line, number) => _lines.Enqueue($"{number} {line}"), () => { }, stop.Token)
        );
        await write();
        await stop.CancelAsync();
        await reading;
    }

    private async Task Until(int lines)
    {
        for (var wait = 0; _lines.Count < lines && wait < 500; wait++)
            await Task.Delay(20);
        Assert.Equal(lines, _lines.Count);
    }

    [Fact]
    public async Task Lines_are_read_as_they_are_completed_through_rotation_and_truncation()
    {
        var path = _scratch.Write("app.log", "one\r\ntw");
        await Follow(path, async () =>
        {
            await Until(1);
            File.AppendAllText(path, "o\nthree\rfour\n");
            await Until(4);
            // The old file goes on to be written to after its name was changed.
            File.Move(path, path + ".1");
            File.AppendAllText(path + ".1", "five\n");
            File.WriteAllText(path, "six\n");
            await Until(6);
            using (var cut = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                cut.SetLength(0);
            for (var wait = 0; _notes.Count < 2 && wait < 500; wait++)
                await Task.Delay(20);
            File.AppendAllText(path, "seven\nlast without an end");
            await Until(7);
        });
        Assert.Equal(["1 one", "2 two", "3 three", "4 four", "5 five", "6 six", "7 seven", "8 last without an end"], _lines);
        Assert.Collection(_notes, note => Assert.Contains("another file", note), note => Assert.Contains("became shorter", note));
    }

    [Fact]
    public async Task Other_encodings_are_read_and_bytes_of_none_are_told()
    {
        var path = _scratch.Write("wide.log", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("caf\u00e9\n\U0001F600\n")]);
        await Follow(path, () => Until(2));
        Assert.Equal(["1 caf\u00e9", "2 \U0001F600"], _lines);
        _lines.Clear();
        path = _scratch.Write("latin.log", [.. "\uFEFFfine\n"u8, .. (byte[])[0x47, 0xFC, 0x0A]]);
        await Follow(path, () => Until(2));
        Assert.Equal(["1 fine", "2 G\uFFFD"], _lines);
        Assert.Contains("line 2 is not in the file's encoding", Assert.Single(_notes));
    }

    [Fact]
    public void What_does_not_grow_is_refused()
    {
        static void Read(string path) => new GrowingFile(path, _ => { }).ForEachLine((_, _) => { }, () => { }, new CancellationToken(true));
        Assert.Contains(
            "packed by gzip",
            Assert.Throws<InvalidInputException>(() => Read(_scratch.Write("a.log.gz", Scratch.Gzip("x\n"u8.ToArray())))).Message
        );
        Assert.Contains("is no file", Assert.Throws<InvalidInputException>(() => Read(_scratch.Folder)).Message);
    }

    public void Dispose() => _scratch.Dispose();
}
