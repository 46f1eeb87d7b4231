using System.Runtime.InteropServices;
using System.Text;

namespace Isthmus.Data.Arrays;

/// <summary>Writes vectors as a .npy file of little-endian 32-bit floats in C order (format 1.0), row by row as they come. Source: numpy.lib.format.</summary>
public static class NumpyWriter
{
    // Of any shape: numpy pads to a multiple of 64 too.
    private const int HeaderBytes = 128;

    /// <summary>Returns true if the file name has the extension .npy.</summary>
    public static bool IsName(string path) => Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the file, completely or not at all. Memory holds one part at a time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Numbers in a row, D.</param>
    /// <param name="parts">Parts of whole rows, at least one row in all.</param>
    /// <returns>The rows written.</returns>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static long Write(string path, int width, IEnumerable<float[]> parts)
    {
        var rows = 0L;
        AtomicFile.Write(path, stream =>
        {
            stream.Position = HeaderBytes;
            foreach (var part in parts)
            {
                rows += part.Length / width;
                if (BitConverter.IsLittleEndian)
                    stream.Write(MemoryMarshal.AsBytes<float>(part));
                else
                    foreach (var number in part)
                        stream.Write(BitConverter.GetBytes(BitConverter.SingleToUInt32Bits(number)).Reverse().ToArray());
            }
            stream.Position = 0;
            stream.Write(Header(rows, width));
        });
        return rows;
    }

    private static byte[] Header(long rows, int width)
    {
        // Magic, version 1.0 and the length of what follows, then the dictionary, blanks and a line end.
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {width}), }}";
        return [0x93, .. "NUMPY"u8, 1, 0, HeaderBytes - 10, 0, .. Encoding.ASCII.GetBytes(text.PadRight(HeaderBytes - 11)), (byte)'\n'];
    }
}
