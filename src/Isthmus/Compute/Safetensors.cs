using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// The safetensors format: 8 bytes of header length (little-endian), a JSON header of name, dtype, shape and byte range,
/// then the numbers. It holds no code. Every size is checked before memory is taken.
/// </summary>
internal static class Safetensors
{
    private const int Piece = 1 << 26,
        HeaderBytes = 8;

    private static readonly Dictionary<string, (ScalarType Type, int Size)> Types = new()
    {
        ["F32"] = (ScalarType.Float32, 4),
        ["F64"] = (ScalarType.Float64, 8),
        ["F16"] = (ScalarType.Float16, 2),
        ["BF16"] = (ScalarType.BFloat16, 2),
        ["I64"] = (ScalarType.Int64, 8),
    };

    /// <summary>Writes the tensors in ordinal order of their names: the same tensors give the same bytes.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var ordered = tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            var offset = 0L;
            foreach (var (name, tensor) in ordered)
            {
                var (code, size) = CodeOf(tensor.dtype);
                json.WriteStartObject(name);
                json.WriteString("dtype", code);
                json.WriteStartArray("shape");
                foreach (var side in tensor.shape)
                    json.WriteNumberValue(side);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.numel() * size);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (var (_, tensor) in ordered)
        {
            using var scope = NewDisposeScope();
            var whole = tensor.detach().cpu().contiguous();
            ForEachPiece(whole, piece => stream.Write(piece));
        }
    }

    /// <summary>Reads every tensor of <paramref name="file"/>.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Read(Stream, long)"/>.</exception>
    public static unsafe Dictionary<string, Tensor> Read(ReadOnlySpan<byte> file)
    {
        // An empty span has no address, and a stream needs one.
        if (file.Length < HeaderBytes)
            throw TooShort();
        fixed (byte* first = file)
        {
            using var stream = new UnmanagedMemoryStream(first, file.Length);
            return Read(stream, file.Length);
        }
    }

    /// <summary>Reads every tensor of a file of <paramref name="fileLength"/> bytes, without a copy of it in memory.</summary>
    /// <exception cref="InvalidDataException">The header is no header, or its ranges are not those of its shapes, one after the other, to the last
    /// byte.</exception>
    public static Dictionary<string, Tensor> Read(Stream stream, long fileLength)
    {
        if (fileLength < HeaderBytes)
            throw TooShort();
        Span<byte> number = stackalloc byte[HeaderBytes];
        stream.ReadExactly(number);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(number);
        if (headerLength > (ulong)Math.Min(fileLength - 8, Array.MaxLength))
            throw new InvalidDataException($"the weights declare a header of {headerLength} bytes in a file of {fileLength}");
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var length = fileLength - 8 - header.Length;
        var entries = ParseHeader(header).OrderBy(entry => entry.Begin).ToList();
        var expected = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != expected || entry.End - entry.Begin != entry.Bytes || entry.End > length)
                throw new InvalidDataException($"tensor '{entry.Name}' declares bytes {entry.Begin} to {entry.End}, which do not fit its shape and the file");
            expected = entry.End;
        }
        if (expected != length)
            throw new InvalidDataException($"the weights end at byte {expected}, the file at {length}");

        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var tensor = empty(entry.Shape, entry.Type);
            ForEachPiece(tensor, piece => stream.ReadExactly(piece));
            tensors.Add(entry.Name, tensor);
        }
        return tensors;
    }

    private static InvalidDataException TooShort() => new("the weights are shorter than a safetensors header");

    private delegate void PieceAction(Span<byte> piece);

    private static void ForEachPiece(Tensor tensor, PieceAction action)
    {
        var bytes = new TensorNumbers<byte>(tensor);
        for (var first = 0L; first < bytes.Length; first += Piece)
            action(bytes.Slice(first, (int)Math.Min(Piece, bytes.Length - first)));
    }

    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Bytes, long Begin, long End);

    private static List<Entry> ParseHeader(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return [.. document.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__").Select(ParseEntry)];
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"the header of the weights is damaged: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static Entry ParseEntry(JsonProperty property)
    {
        var code = property.Value.GetProperty("dtype").GetString() ?? throw new FormatException($"tensor '{property.Name}' has no type");
        if (!Types.TryGetValue(code, out var type))
            throw new InvalidDataException($"tensor '{property.Name}' has type {code}; known are {string.Join(", ", Types.Keys)}");
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())];
        if (shape.Any(side => side < 0))
            throw new FormatException($"tensor '{property.Name}' has a negative side");
        // Torch multiplies the other sides of an empty tensor too, for its strides.
        var strides = shape.Aggregate((long)type.Size, (product, side) => checked(product * Math.Max(side, 1)));
        var bytes = shape.Contains(0) ? 0 : strides;
        var offsets = property.Value.GetProperty("data_offsets");
        return new(property.Name, type.Type, shape, bytes, offsets[0].GetInt64(), offsets[1].GetInt64());
    }

    private static (string Code, int Size) CodeOf(ScalarType type)
    {
        var (code, known) = Types.FirstOrDefault(pair => pair.Value.Type == type);
        return (code ?? throw new NotSupportedException($"No safetensors type for {type}."), known.Size);
    }
}
