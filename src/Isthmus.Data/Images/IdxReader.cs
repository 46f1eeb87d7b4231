using System.Buffers.Binary;
using Isthmus.Data.Files;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;
using Isthmus.Data.Vectors;

namespace Isthmus.Data.Images;

/// <summary>
/// Reader of IDX, the format of MNIST: two zero bytes, the element type, the number of dimensions, the dimensions as big-endian 32-bit numbers, then the
/// elements in C order. Unsigned bytes of 3 dimensions (N, H, W) or 4 (N, H, W, C) are images, of 2 dimensions vectors; "...images-idx3..." is joined with
/// "...labels-idx1..." in the same folder. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998.
/// </summary>
internal static class IdxReader
{
    private static readonly Dictionary<byte, string> OtherTypes = new()
    {
        [9] = "signed bytes",
        [11] = "16-bit integers",
        [12] = "32-bit integers",
        [13] = "32-bit floats",
        [14] = "64-bit floats",
    };

    /// <summary>Returns true if a file begins as IDX does, of whatever element type.</summary>
    public static bool IsIdx(ReadOnlySpan<byte> head) => head is [0, 0, >= 8 and <= 14, >= 1 and <= 4, ..];

    /// <summary>Reads images or vectors, with labels if they lie beside the images under the customary name.</summary>
    public static Dataset Read(string path, DataOptions options) => Read(path, LabelsBeside(path), path, "label", null, options);

    /// <summary>Reads images or vectors and labels from files of any name.</summary>
    /// <param name="path">The images.</param>
    /// <param name="labelsPath">The labels, or null.</param>
    /// <param name="name">The data set's name.</param>
    /// <param name="labelName">Name of the label, such as "digit".</param>
    /// <param name="classes">The classes' names by number, or null for the numbers that occur.</param>
    /// <param name="options">Options for reading.</param>
    public static Dataset Read(string path, string? labelsPath, string name, string labelName, IReadOnlyList<string>? classes, DataOptions options)
    {
        LabelColumn[] labels = labelsPath is null ? [] : [ReadLabels(labelsPath, labelName, classes)];
        return DataFile.Read(path, stream =>
        {
            var shape = ReadShape(stream, path);
            if (shape is [_])
                throw new InvalidInputException(path, "holds one number a record, as label files do", "give the file of the images");
            if (shape is [_, _, _, not (1 or 3)])
                throw new InvalidInputException(path, $"holds images of {shape[3]} channels", "1 (grey) or 3 (red, green, blue) can be read");
            if (labels is [var column] && column.Values.Count != shape[0])
                throw new InvalidInputException(
                    path,
                    $"holds {shape[0]} images but {labelsPath} holds {column.Values.Count} labels",
                    "there must be one an image"
                );
            if (shape is [_, _])
                return ArrayVectors.Read(name, stream, new("u1", IsBigEndian: false, IsFortran: false, shape), options, labels, []);
            var (size, channels) = (new ImageSize((int)shape[1], (int)shape[2]), shape is [_, _, _, var last] ? (int)last : 1);
            var pixels = new RecordWriter<byte>(path, PixelRecords.Dimension(path, size, channels), options.Place, stream.CanSeek ? shape[0] : 0);
            DataFile.ReadPayload(stream, Product(shape), path, pixels.Add);
            return PixelRecords.ToDataset(
                name,
                size,
                channels,
                pixels.Finish(),
                options,
                labels,
                planar: channels == 1 ? null : some => PixelRecords.ToPlanar(some, size, channels)
            );
        });
    }

    private static LabelColumn ReadLabels(string path, string name, IReadOnlyList<string>? classes)
    {
        var (shape, values) = DataFile.Read(path, stream =>
        {
            var shape = ReadShape(stream, path);
            return (shape, DataFile.ReadPayload(stream, Product(shape), path));
        });
        if (shape.Length != 1)
            throw new InvalidInputException(path, $"has {shape.Length} dimensions", "labels have 1");
        if (classes is null)
            return LabelColumn.OfNumbers(name, Array.ConvertAll(values, value => (double)value));
        var unknown = values.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes.Count - 1));
        return unknown < 0
            ? new(name, Array.ConvertAll(values, value => (int)value), classes)
            : throw new InvalidInputException(
                $"{path}: label {unknown + 1}",
                $"is {values[unknown]}",
                $"there are only {classes.Count} classes, numbered from 0"
            );
    }

    private static long[] ReadShape(Stream stream, string path)
    {
        Span<byte> number = stackalloc byte[4];
        stream.ReadExactly(number);
        if (!IsIdx(number))
            throw new InvalidInputException(
                path,
                $"is not an IDX file: it begins with {Convert.ToHexString(number)}, not with 0000 08 and the number of dimensions",
                "write it as one of unsigned bytes, or as .npy"
            );
        if (number[2] != 8)
            throw new InvalidInputException(
                path,
                $"holds {OtherTypes.GetValueOrDefault(number[2], "elements of an unknown type")}, and IDX files of unsigned bytes can be read",
                "save other numbers as .npy"
            );
        var shape = new long[number[3]];
        for (var i = 0; i < shape.Length; i++)
        {
            stream.ReadExactly(number);
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(number);
        }
        // Sides beyond an array's length cannot be of one record.
        return Product(shape) == 0 ? throw new InvalidInputException(path, $"declares {string.Join(" x ", shape)} numbers: no records", "give at least one")
            : Array.TrueForAll(shape, side => side <= Array.MaxLength) ? shape
            : throw new InvalidInputException(
                path,
                $"declares {Product(shape)} bytes of data, more than one data set can hold",
                "take a part of it, or write it again if its header is damaged"
            );
    }

    private static UInt128 Product(long[] shape) => shape.Aggregate(UInt128.One, (product, side) => product * (UInt128)side);

    private static string? LabelsBeside(string path)
    {
        var file = Path.GetFileName(path);
        var labels = file.Replace("images", "labels").Replace("idx3", "idx1").Replace("idx4", "idx1");
        if (labels == file || !file.Contains("images"))
            return null;
        var plain = Path.Combine(Path.GetDirectoryName(path) ?? "", labels.EndsWith(".gz") ? labels[..^3] : labels);
        return new[] { plain, plain + ".gz" }.FirstOrDefault(File.Exists);
    }
}
