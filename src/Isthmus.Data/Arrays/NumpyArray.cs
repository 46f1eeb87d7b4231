using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Isthmus.Data.Files;

namespace Isthmus.Data.Arrays;

/// <summary>
/// Array of a .npy file (format 1 to 3): a magic string, a header that is a Python dictionary of exactly three keys, and the elements. The header is read by a
/// strict parser; nothing is evaluated or unpickled. Source: numpy.lib.format.
/// </summary>
/// <param name="Type">The element type, e.g. "u1", "f8".</param>
/// <param name="BigEndian">True if an element's first byte is its most significant.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Bytes">The elements in C order.</param>
internal sealed record NumpyArray(string Type, bool BigEndian, int[] Shape, byte[] Bytes)
{
    private const int LongestHeader = 1 << 16;

    /// <summary>Returns true if a file begins as .npy does.</summary>
    public static bool IsNpy(ReadOnlySpan<byte> head) => head is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..];

    /// <summary>Number of elements.</summary>
    public int Count => Bytes.Length / ElementSize;

    /// <summary>Bytes of one element.</summary>
    public int ElementSize => Type[1] - '0';

    /// <summary>Element <paramref name="index"/> (in C order) as a number; 64-bit integers beyond 2^53 are rounded.</summary>
    public double this[int index]
    {
        get
        {
            var size = ElementSize;
            Span<byte> element = stackalloc byte[8];
            Bytes.AsSpan(index * size, size).CopyTo(element);
            if (BigEndian)
                element[..size].Reverse();
            return Type switch
            {
                "u1" => element[0],
                "b1" => element[0] == 0 ? 0 : 1,
                "i1" => (sbyte)element[0],
                "u2" => BinaryPrimitives.ReadUInt16LittleEndian(element),
                "i2" => BinaryPrimitives.ReadInt16LittleEndian(element),
                "u4" => BinaryPrimitives.ReadUInt32LittleEndian(element),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(element),
                "u8" => BinaryPrimitives.ReadUInt64LittleEndian(element),
                "i8" => BinaryPrimitives.ReadInt64LittleEndian(element),
                "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
                "f4" => BinaryPrimitives.ReadSingleLittleEndian(element),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(element),
            };
        }
    }

    /// <summary>Header of a .npy file.</summary>
    /// <param name="Type">The element type, e.g. "u1", "f8", "U5".</param>
    /// <param name="IsBigEndian">True if an element's first byte is its most significant.</param>
    /// <param name="IsFortran">True if the first index varies fastest.</param>
    /// <param name="Shape">The dimensions.</param>
    internal sealed record Header(string Type, bool IsBigEndian, bool IsFortran, long[] Shape)
    {
        private static readonly string[] Numbers = ["u1", "i1", "b1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"];

        /// <summary>True if the elements are numbers or truth values.</summary>
        public bool IsNumeric => Numbers.Contains(Type);

        /// <summary>True if the elements are whole numbers or truth values.</summary>
        public bool IsWhole => IsNumeric && Type[0] != 'f';

        /// <summary>True if the elements are texts of a fixed length: U in UTF-32, S in bytes.</summary>
        public bool IsText =>
            Type is ['U' or 'S', .. var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= LongestHeader;

        /// <summary>Bytes of one element, for numbers and texts.</summary>
        public int ElementSize => IsNumeric ? Type[1] - '0' : (Type[0] == 'U' ? sizeof(int) : 1) * int.Parse(Type.AsSpan(1), CultureInfo.InvariantCulture);

        /// <summary>Number of elements, at most 2^64 - 1.</summary>
        public UInt128 Count
        {
            get
            {
                var count = UInt128.One;
                foreach (var dimension in Shape)
                    count =
                        dimension == 0 ? 0
                        : count <= (UInt128)long.MaxValue ? count * (UInt128)dimension
                        : count;
                return count;
            }
        }

        /// <summary>Dimensions as NumPy writes them.</summary>
        public string ShapeText => $"({string.Join(", ", Shape)}{(Shape.Length == 1 ? "," : "")})";

        /// <summary>Throws unless the elements are numbers.</summary>
        public void DemandNumbers(string path)
        {
            if (Type == "O")
                throw new InvalidInputException(
                    path,
                    "holds Python objects (dtype object), which only pickle can read and Isthmus never runs",
                    "save it as an array of numbers"
                );
            if (Type.StartsWith('['))
                throw new InvalidInputException(path, "has elements of a structured type (several fields an element)", "save the fields as arrays of numbers");
            if (!IsNumeric)
                throw new InvalidInputException(
                    path,
                    $"has elements of type '{(IsBigEndian ? '>' : '<')}{Type}', and u1, u2, u4, u8, i1, i2, i4, i8, f2, f4, f8 and b1 can be read",
                    "convert it with astype"
                );
        }
    }

    /// <summary>Reads the header; the elements follow on the stream.</summary>
    public static Header ReadHeader(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        if (!IsNpy(start) || start[6] is < 1 or > 3)
            throw new InvalidInputException(path, "is not a NumPy array of format 1 to 3", "write it with numpy.save or numpy.savez");
        var lengthBytes = start[6] == 1 ? 2 : 4;
        Span<byte> length = stackalloc byte[4];
        stream.ReadExactly(length[..lengthBytes]);
        var headerLength = BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (headerLength > LongestHeader)
            throw new InvalidInputException(
                path,
                $"declares a header of {headerLength} bytes, and at most {LongestHeader} are taken; it is damaged, or not a plain array",
                "write it with numpy.save or numpy.savez"
            );
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var (descr, fortran, shape) = new NumpyHeader(Encoding.UTF8.GetString(header), path).Parse();
        return descr is ['<' or '>' or '|' or '=', .. var type] ? new(type, descr[0] == '>', fortran, shape) : new(descr, false, fortran, shape);
    }

    /// <summary>Reads one array of numbers from <paramref name="stream"/>, which must end with it.</summary>
    public static NumpyArray Read(Stream stream, string path)
    {
        var header = ReadHeader(stream, path);
        header.DemandNumbers(path);
        return ReadElements(stream, header, path);
    }

    /// <summary>Reads one array of texts: its elements, in C order, without their padding zeros.</summary>
    public static string[] ReadTexts(Stream stream, string path)
    {
        var header = ReadHeader(stream, path);
        if (!header.IsText)
            throw new InvalidInputException(path, "holds no texts", "save the array as one of texts (dtype U or S)");
        if (header.ElementSize == 0)
            return [.. Enumerable.Repeat("", (int)UInt128.Min(header.Count, 1 << 20))];
        var array = ReadElements(stream, header, path);
        var encoding = header.Type[0] == 'S' ? Encoding.Latin1 : new UTF32Encoding(header.IsBigEndian, byteOrderMark: false);
        return [.. array.Bytes.Chunk(header.ElementSize).Select(element => encoding.GetString(element).TrimEnd('\0'))];
    }

    /// <summary>Reads the elements of an array whose header has been read; the stream must end with them.</summary>
    public static NumpyArray ReadElements(Stream stream, Header header, string path)
    {
        if (header.Count == 0)
            throw new InvalidInputException(path, $"has the shape ({string.Join(", ", header.Shape)}): no records", "give at least one");
        var payload = DataFile.ReadPayload(stream, (UInt128)header.ElementSize * header.Count, path);
        var dimensions = Array.ConvertAll(header.Shape, d => (int)d);
        return new(header.Type, header.IsBigEndian, dimensions, header.IsFortran ? ToCOrder(payload, dimensions, header.ElementSize) : payload);
    }

    private static byte[] ToCOrder(byte[] fortran, int[] shape, int size)
    {
        var result = new byte[fortran.Length];
        var index = new int[shape.Length];
        var strides = new int[shape.Length];
        for (var (axis, stride) = (0, size); axis < shape.Length; stride *= shape[axis++])
            strides[axis] = stride;
        for (int target = 0, source = 0; target < result.Length; target += size)
        {
            fortran.AsSpan(source, size).CopyTo(result.AsSpan(target));
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                source += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                source -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return result;
    }
}
