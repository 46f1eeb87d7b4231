using System.Globalization;
using Isthmus.Data.Arrays;
using Isthmus.Data.Files;
using Isthmus.Data.Formats;

namespace Isthmus.Measures;

/// <summary>
/// Columns of NumPy arrays. A .npy file of shape (N) is one column, of shape (N, D) D columns; from a .npz archive every array with as many rows as the first
/// is read, its columns named after it.
/// </summary>
internal static class MeasuredArrays
{
    /// <summary>Returns true if a file is a NumPy array or an archive of them.</summary>
    public static bool IsArrays(string path) =>
        DataFile.Head(path, 8) is var head && (NumpyArray.IsNpy(head) || Path.GetExtension(path).ToLowerInvariant() is ".npy" or ".npz");

    /// <summary>Reads all columns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="prefix">Name of a .npy file's columns, followed by their number if there are several.</param>
    /// <exception cref="InvalidInputException">The file is no array, or has more than 2 dimensions; a value that is not finite.</exception>
    public static MeasuredTable Read(string path, string prefix)
    {
        if (NumpyFile.IsZip(DataFile.Head(path, 4)))
            return new(path, [.. NumpyReader.ReadAll(path).SelectMany(array => Columns($"{path}, array '{array.Name}'", array.Name, array.Array))]);
        return new(path, [.. Columns(path, prefix, DataFile.Read(path, stream => NumpyArray.Read(stream, path)))]);
    }

    private static IEnumerable<MeasuredColumn> Columns(string path, string name, NumpyArray array)
    {
        if (array.Shape.Length is not (1 or 2))
            throw new InvalidInputException(
                path,
                $"has the shape ({string.Join(", ", array.Shape)}); columns need 1 dimension (N) or 2 (N, D)",
                $"reshape it, or measure its bytes ({OptionNames.AsBytes})",
                OptionNames.AsBytes
            );
        var (rows, width) = (array.Shape[0], array.Shape.Length == 1 ? 1 : array.Shape[1]);
        for (var c = 0; c < width; c++)
        {
            var values = new double[rows];
            for (var r = 0; r < rows; r++)
                values[r] =
                    array[r * width + c] is var value && double.IsFinite(value)
                        ? value
                        : throw new InvalidInputException(
                            $"{path}: row {r + 1}, column {c}",
                            $"is {value.ToString(CultureInfo.InvariantCulture)}, not a finite number",
                            "drop the row, or fill the missing value first"
                        );
            yield return MeasuredColumn.OfNumbers(array.Shape.Length == 1 ? name : $"{name}{c}", values);
        }
    }
}
