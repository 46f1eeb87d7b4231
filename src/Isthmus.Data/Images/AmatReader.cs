using System.Buffers;
using Isthmus.Data.Files;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Images;

/// <summary>
/// Reader of .amat, the text format of binarised MNIST: a record a line, its pixels 0 or 1 separated by white space. Lines of a square number of pixels are
/// square images, others images of one row. Gzip is unpacked.
/// </summary>
internal static class AmatReader
{
    /// <summary>Reads binary images.</summary>
    /// <exception cref="InvalidInputException">Anything but 0 and 1, or lines of different lengths: names the line.</exception>
    public static Dataset Read(string path, DataOptions options, string? name = null) => DataFile.Read(path, stream =>
        {
            var records = Parse(stream, path, options.Place);
            var side = (int)Math.Sqrt(records.Width);
            var size = side * side == records.Width ? new ImageSize(side, side) : new ImageSize(1, records.Width);
            return PixelRecords.ToDataset(name ?? path, size, 1, records, options);
        });

    private static RecordStore<byte> Parse(Stream stream, string path, StoragePlace place)
    {
        // The first line says how many pixels a record has.
        RecordWriter<byte>? records = null;
        var (record, buffer) = (new ArrayBufferWriter<byte>(), new byte[1 << 16]);
        var (line, separated, read) = (1, true, 0);
        while ((read = stream.Read(buffer)) > 0)
            foreach (var symbol in buffer.AsSpan(0, read))
                switch (symbol)
                {
                    case (byte)'0' or (byte)'1' when separated:
                        record.GetSpan(1)[0] = (byte)(symbol - '0');
                        record.Advance(1);
                        separated = false;
                        break;
                    case (byte)' ' or (byte)'\t' or (byte)'\r':
                        separated = true;
                        break;
                    case (byte)'\n':
                        EndLine();
                        break;
                    default:
                        throw new InvalidInputException(
                            $"{path}:{line}: value {record.WrittenCount + (separated ? 1 : 0)}",
                            $"is not 0 or 1 ({Shown(symbol)} found)",
                            "an .amat file holds binary pixels with spaces between them"
                        );
                }
        EndLine();
        return records?.Finish() ?? throw new InvalidInputException(path, "holds no records", "give at least one");

        void EndLine()
        {
            if (record.WrittenCount > 0)
            {
                records ??= new(path, record.WrittenCount, place);
                if (record.WrittenCount != records.Width)
                    throw new InvalidInputException(
                        $"{path}:{line}",
                        $"has {record.WrittenCount} values, but the lines before have {records.Width}",
                        "give every record as many"
                    );
                records.Add(record.WrittenSpan);
            }
            record.ResetWrittenCount();
            separated = true;
            line++;
        }
    }

    private static string Shown(byte symbol) => symbol is > 32 and < 127 ? $"'{(char)symbol}'" : $"byte {symbol}";
}
