using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace Isthmus.Tracking;

/// <summary>
/// An event file of TensorBoard: records of TensorFlow, each an <c>Event</c> message. A record is the length of its data (8 bytes), the masked CRC of those
/// bytes (4), the data, and their masked CRC (4), all little-endian. CRC is CRC32C (Castagnoli), and the mask is ((crc ≫ 15) | (crc ≪ 17)) + 0xA282EAD8.
/// Each event is handed to the system when it is written, so that a page beside the training sees it, and a process that ends at once loses none.
/// </summary>
internal sealed class EventFile : IDisposable
{
    /// <summary>Beginning of the names of event files, by which TensorBoard finds them.</summary>
    public const string Prefix = "events.out.tfevents.";

    private const string Version = "brain.Event:2";

    private readonly FileStream _file;
    private readonly TimeProvider _clock;

    /// <summary>Creates the file, with its version as the first event.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public EventFile(string folder, TimeProvider clock)
    {
        _clock = clock;
        try
        {
            Directory.CreateDirectory(folder);
            // TensorBoard reads the files of a folder in the order of their names.
            var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{clock.GetUtcNow().ToUnixTimeSeconds():D10}.{Environment.MachineName}");
            var number = Directory.EnumerateFiles(folder, $"{Prefix}*").Count();
            Path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.{number:D4}.{Guid.NewGuid():N}"));
            _file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                folder,
                $"cannot be written to: {e.Message.ReplaceLineEndings(" ")}",
                "choose another folder, or make room",
                cause: e
            );
        }
        Write(0, new Event { FileVersion = Version });
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>Appends an event, with the time of the clock in seconds since 1970.</summary>
    /// <exception cref="InvalidInputException">The disk is full.</exception>
    public void Write(long step, Event content)
    {
        (content.Step, content.WallTime) = (step, (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
        var data = content.ToByteArray();
        var record = new byte[8 + 4 + data.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc(data));
        try
        {
            _file.Write(record);
            _file.Flush();
        }
        catch (IOException e)
        {
            throw Unwritable(Path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static InvalidInputException Unwritable(string path, Exception e) =>
        new(path, $"cannot be written to: {e.Message.ReplaceLineEndings(" ")}", "choose another folder, or make room", cause: e);

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
