using System.Buffers.Binary;
using System.Text;
using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Tests.Compute;

public sealed class SafetensorsTests
{
    static SafetensorsTests() => TensorLibrary.EnsureLoaded();

    private static Dictionary<string, Tensor> Example() =>
        new()
        {
            ["b.weight"] = tensor(
                new float[,]
                {
                    { 1.5f, -2, 3.25f },
                    { 0, float.MaxValue, float.Epsilon },
                }
            ),
            ["a"] = tensor(new[] { long.MinValue, 7, long.MaxValue }),
            ["c"] = tensor(Math.PI),
            ["d"] = zeros([0, 4], float32),
        };

    private static byte[] Written(IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors);
        return stream.ToArray();
    }

    private static byte[] FileOf(string header, ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        data.CopyTo(file.AsSpan(8 + text.Length));
        return file;
    }

    [Fact]
    public void Reading_gives_back_names_shapes_types_and_bits()
    {
        using var scope = NewDisposeScope();
        var original = Example();
        var read = Safetensors.Read(Written(original));
        Assert.Equal(original.Keys.Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in original)
        {
            Assert.Equal(tensor.shape, read[name].shape);
            Assert.Equal(tensor.dtype, read[name].dtype);
            Assert.Equal(tensor.bytes.ToArray(), read[name].bytes.ToArray());
        }
    }

    /// <summary>The format by hand: 8 bytes of length, the header padded with spaces to 8, the numbers little-endian in the order of the names.</summary>
    [Fact]
    public void Bytes_equal_those_written_by_hand()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["w"] = tensor(
                new float[,]
                {
                    { 1, -2 },
                }
            ),
            ["n"] = tensor(new long[] { 258 }),
        };
        const string Header = """{"n":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}""";
        var padded = Header.PadRight((Header.Length + 7) / 8 * 8);
        byte[] data =
        [
            2,
            1,
            0,
            0,
            0,
            0,
            0,
            0, /* 1f = 0x3F800000 */
            0,
            0,
            0x80,
            0x3F, /* -2f = 0xC0000000 */
            0,
            0,
            0,
            0xC0,
        ];
        Assert.Equal(FileOf(padded, data), Written(tensors));
    }

    [Fact]
    public void Order_of_writing_does_not_change_the_bytes()
    {
        using var scope = NewDisposeScope();
        var tensors = Example();
        Assert.Equal(Written(tensors), Written(tensors.Reverse().ToDictionary()));
    }

    /// <summary>Views are written as what they show, not as what lies in memory.</summary>
    [Fact]
    public void A_transposed_view_is_written_in_its_own_order()
    {
        using var scope = NewDisposeScope();
        var matrix = arange(6, dtype: float32).view(2, 3);
        var read = Safetensors.Read(Written(new Dictionary<string, Tensor> { ["t"] = matrix.t() }))["t"];
        Assert.Equal([0, 3, 1, 4, 2, 5], read.Numbers());
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        using var scope = NewDisposeScope();
        var file = Written(Example());
        for (var length = 0; length < file.Length; length++)
            Assert.Throws<InvalidDataException>(() => Safetensors.Read(file.AsSpan(0, length)));
        Assert.Throws<InvalidDataException>(() => Safetensors.Read([.. file, 0]));
    }

    /// <summary>A flipped bit either leaves a valid file (another name, another number) or is refused with one kind of error.</summary>
    [Fact]
    public void A_flipped_bit_of_the_header_is_refused_or_harmless()
    {
        using var scope = NewDisposeScope();
        var file = Written(Example());
        var header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var refused = 0;
        for (var bit = 0; bit < 8 * header; bit++)
        {
            using var inner = NewDisposeScope();
            var damaged = (byte[])file.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Safetensors.Read(damaged);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        // Names, dtypes of equal width and padding can change harmlessly; structure cannot: most flips must be refused.
        Assert.True(refused > 4 * header, $"{refused} of {8 * header} flips refused");
    }

    public static TheoryData<string> DamagedHeaders =>
        [
            "",
            "[]",
            "null",
            "7",
            "{",
            "\"w\"",
            """{"w":null}""",
            """{"w":[]}""",
            """{"w":{}}""",
            """{"w":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]},"v":"""
                + """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":null}}""",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            """{"w":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,-4]}}""",
            """{"w":{"dtype":"F32","shape":[2305843009213693951],"data_offsets":[8,-9223372036854775804]}}""",
            """{"\uD800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        ];

    [Theory]
    [MemberData(nameof(DamagedHeaders))]
    public void A_header_that_does_not_describe_the_bytes_is_refused(string header)
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<InvalidDataException>(() => Safetensors.Read(FileOf(header, [0, 0, 0, 0])));
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1UL << 40)]
    [InlineData(5UL)]
    public void A_header_longer_than_the_file_is_refused_before_memory_is_taken(ulong length)
    {
        var file = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(file));
    }

    [Fact]
    public void Deep_nesting_and_foreign_bytes_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(FileOf(new string('[', 100_000), [])));
        Assert.Throws<InvalidDataException>(() => Safetensors.Read([2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE]));
    }

    [Fact]
    public void Metadata_of_other_writers_is_passed_over()
    {
        using var scope = NewDisposeScope();
        var read = Safetensors.Read(FileOf("""{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", [0, 0, 0x80, 0x3F]));
        Assert.Equal([1], Assert.Single(read).Value.Numbers());
    }

    [Fact]
    public void A_type_that_the_format_here_has_not_is_refused_on_writing()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<NotSupportedException>(() => Written(new Dictionary<string, Tensor> { ["w"] = zeros([2], int8) }));
    }
}
