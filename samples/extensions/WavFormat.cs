using System.Buffers.Binary;
using Isthmus;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;

namespace Extensions;

/// <summary>16-bit PCM sound (.wav): records are windows of 64 samples in [-1, 1], the channels of a window averaged.</summary>
public sealed class WavFormat : IDataFormat
{
    public const int Window = 64;

    public string Name => ".wav";

    public RecordKind Kind => VectorKind.Instance;

    public bool Recognises(DataLocation data) =>
        data.IsFile && data.Path.EndsWith(".wav", StringComparison.OrdinalIgnoreCase) && data.Head.StartsWith("RIFF"u8);

    public Dataset Read(DataLocation data)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(data.Path);
        var format = Chunk(bytes, "fmt "u8);
        var samples = Chunk(bytes, "data"u8);
        if (format.Length < 16 || samples.IsEmpty)
            throw new InvalidInputException(data.Path, "is no whole .wav file: it has no format or no samples", "use a copy that is whole");
        var (encoding, channels, bits) = (UInt16(format), UInt16(format[2..]), UInt16(format[14..]));
        if (encoding != 1 || bits != 16 || channels == 0)
            throw new InvalidInputException(data.Path, $"holds {bits}-bit samples of encoding {encoding}", "save it as 16-bit PCM");
        var values = new float[samples.Length / (2 * channels) / Window * Window];
        for (var i = 0; i < values.Length; i++)
            for (var channel = 0; channel < channels; channel++)
                values[i] += BinaryPrimitives.ReadInt16LittleEndian(samples[(2 * (i * channels + channel))..]) / 32768f / channels;
        var left = samples.Length / (2 * channels) - values.Length;
        Wording[] notes = left > 0 ? [$"The last {left} samples fill no window of {Window} and are left out."] : [];
        return Dataset.OfNumbers(data.Path, new VectorSchema([.. Enumerable.Range(0, Window).Select(i => $"t{i}")]), values, notes: notes);
    }

    /// <summary>The content of the first chunk of that name; empty if there is none.</summary>
    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        for (var at = 12L; at + 8 <= bytes.Length;)
        {
            var id = bytes.Slice((int)at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[((int)at + 4)..]);
            at += 8;
            if (id.SequenceEqual(name))
                return at + length <= bytes.Length ? bytes.Slice((int)at, (int)length) : default;
            at += length + (length & 1);
        }
        return default;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
