using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Isthmus.Server.Protocol;

/// <summary>
/// Elements in binary form: little-endian, row-major, without padding; a truth value is a byte 0 or 1, and a text its length in 4 bytes and its UTF-8 bytes.
/// The form of the binary tensor extension and of raw contents in gRPC.
/// </summary>
internal static class BinaryTensor
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads all elements.</summary>
    /// <param name="type">Data type.</param>
    /// <param name="count">Number of elements that the shape has.</param>
    /// <param name="bytes">The bytes, no more and no fewer than the elements have.</param>
    /// <param name="tensor">Name of the tensor in error messages.</param>
    /// <exception cref="InvalidInputException">More or fewer bytes, a truth value other than 0 and 1, or a text that is no UTF-8.</exception>
    public static Array Read(TensorType type, long count, ReadOnlySpan<byte> bytes, string tensor)
    {
        // Texts take at least their lengths, so nothing larger than the body is allocated for a shape that lies.
        if (type == TensorType.Bytes ? count > bytes.Length / type.Size : count != bytes.Length / type.Size || bytes.Length % type.Size != 0)
            throw WrongLength(count, bytes.Length, tensor);
        return type switch
        {
            TensorType.Bool => Truths(bytes, tensor),
            TensorType.Int64 => Numbers<long>(bytes, BinaryPrimitives.ReverseEndianness),
            TensorType.Fp32 => Numbers<float>(bytes, value =>
                BitConverter.Int32BitsToSingle(BinaryPrimitives.ReverseEndianness(BitConverter.SingleToInt32Bits(value)))
            ),
            TensorType.Fp64 => Numbers<double>(bytes, value =>
                BitConverter.Int64BitsToDouble(BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToInt64Bits(value)))
            ),
            _ => Texts(count, bytes, tensor),
        };
    }

    /// <summary>Writes all elements.</summary>
    public static byte[] Write(Tensor tensor) =>
        tensor.Data switch
        {
            bool[] truths => Array.ConvertAll(truths, truth => truth ? (byte)1 : (byte)0),
            string[] texts => Written(texts),
            long[] numbers => Written<long>(numbers, BinaryPrimitives.WriteInt64LittleEndian),
            float[] numbers => Written<float>(numbers, BinaryPrimitives.WriteSingleLittleEndian),
            _ => Written<double>((double[])tensor.Data, BinaryPrimitives.WriteDoubleLittleEndian),
        };

    private static bool[] Truths(ReadOnlySpan<byte> bytes, string tensor)
    {
        if (bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var at)
            throw new InvalidInputException(tensor, $"has the byte {bytes[at]} for a truth value", "give 0 or 1");
        var truths = new bool[bytes.Length];
        for (var i = 0; i < truths.Length; i++)
            truths[i] = bytes[i] == 1;
        return truths;
    }

    private static T[] Numbers<T>(ReadOnlySpan<byte> bytes, Converter<T, T> reverse)
        where T : unmanaged
    {
        var numbers = MemoryMarshal.Cast<byte, T>(bytes).ToArray();
        return BitConverter.IsLittleEndian ? numbers : Array.ConvertAll(numbers, reverse);
    }

    private static string[] Texts(long count, ReadOnlySpan<byte> bytes, string tensor)
    {
        var texts = new string[count];
        var whole = bytes.Length;
        for (var i = 0; i < texts.Length; i++)
        {
            if (bytes.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var length && length > bytes.Length - 4)
                throw WrongLength(count, whole, tensor);
            texts[i] = Text(bytes.Slice(4, (int)length), tensor);
            bytes = bytes[(4 + (int)length)..];
        }
        return bytes.IsEmpty ? texts : throw WrongLength(count, whole, tensor);
    }

    /// <summary>Returns a text of UTF-8 bytes.</summary>
    /// <exception cref="InvalidInputException">They are none.</exception>
    public static string Text(ReadOnlySpan<byte> bytes, string tensor)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidInputException(tensor, "has a text that is no UTF-8", "give texts in UTF-8");
        }
    }

    private static byte[] Written(string[] texts)
    {
        var buffer = new ArrayBufferWriter<byte>(8 * Math.Max(1, texts.Length));
        foreach (var text in texts)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(4), (uint)Encoding.UTF8.GetByteCount(text));
            buffer.Advance(4);
            Encoding.UTF8.GetBytes(text, buffer);
        }
        return buffer.WrittenSpan.ToArray();
    }

    private delegate void Put<T>(Span<byte> destination, T value);

    private static byte[] Written<T>(T[] numbers, Put<T> put)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian)
            return MemoryMarshal.AsBytes<T>(numbers).ToArray();
        var size = Marshal.SizeOf<T>();
        var bytes = new byte[numbers.Length * size];
        for (var i = 0; i < numbers.Length; i++)
            put(bytes.AsSpan(i * size), numbers[i]);
        return bytes;
    }

    private static InvalidInputException WrongLength(long count, int bytes, string tensor) =>
        new(tensor, $"has {Counted.Of(bytes, "byte")}, which are not the {Counted.Of(count, "element")} of its shape", "give as many as the shape has");
}
