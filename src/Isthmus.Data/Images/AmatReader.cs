using System.Buffers;
using Isthmus.Data.Files;
using Isthmus.Data.Records;

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
            var (pixels, width) = Parse(stream, path);
            var side = (int)Math.Sqrt(width);
            var size = side * side == width ? new ImageSize(side, side) : new ImageSize(1, width);
            return PixelRecords.ToDataset(name ?? path, size, 1, pixels, options);
        });

    private static (byte[] Pixels, int Width) Parse(Stream stream, string path)
    {
        var pixels = new ArrayBufferWriter<byte>(1 << 16);
        var buffer = new byte[1 << 16];
        int read,
            width = 0,
            inLine = 0,
            line = 1;
        var separated = true;
        while ((read = stream.Read(buffer)) > 0)
        {
            // A text of n bytes holds at most (n + 1) / 2 pixels.
            var written = 0;
            var room = pixels.GetSpan(read);
            foreach (var symbol in buffer.AsSpan(0, read))
                switch (symbol)
                {
                    case (byte)'0' or (byte)'1' when separated:
                        room[written++] = (byte)(symbol - '0');
                        inLine++;
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
                            $"{path}:{line}: value {inLine + (separated ? 1 : 0)}",
                            $"is not 0 or 1 ({Shown(symbol)} found)",
                            "an .amat file holds binary pixels with spaces between them"
                        );
                }
            if (pixels.WrittenCount > Array.MaxLength - (2 << 16))
                throw new InvalidInputException(
                    $"{path}:{line}",
                    $"has more than {Array.MaxLength} pixels with those before, the most that one data set can hold",
                    "take a part of it"
                );
            pixels.Advance(written);
        }
        EndLine();
        return width > 0 ? (pixels.WrittenSpan.ToArray(), width) : throw new InvalidInputException(path, "holds no records", "give at least one");

        void EndLine()
        {
            if (inLine > 0 && width > 0 && inLine != width)
                throw new InvalidInputException($"{path}:{line}", $"has {inLine} values, but the lines before have {width}", "give every record as many");
            width = Math.Max(width, inLine);
            (inLine, separated) = (0, true);
            line++;
        }
    }

    private static string Shown(byte symbol) => symbol is > 32 and < 127 ? $"'{(char)symbol}'" : $"byte {symbol}";
}
