using Isthmus.Data.Arrays;
using Isthmus.Data.Files;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;

namespace Isthmus.Data.Formats;

/// <summary>
/// Reader of NumPy files. An array of 2 dimensions holds vectors, one of 3 or more pictures (<see cref="PixelArray"/>). Of a .npz archive one array is read as
/// records, and others as their labels (<see cref="NumpyChoice"/>).
/// </summary>
internal static class NumpyReader
{
    /// <summary>Reads .npy or .npz.</summary>
    public static Dataset Read(string path, DataOptions options)
    {
        if (NumpyFile.IsZip(DataFile.Head(path, 4)))
            return NumpyFile.Read(path, arrays => Read(path, arrays, options.Array, options)).Of(options.Array);
        return options.Array is null
            ? DataFile.Read(path, stream => Records(stream, path, path, [], options, []))
            : throw new InvalidInputException(path, "holds one array, which has no name", $"leave {OptionNames.Array} out", OptionNames.Array);
    }

    /// <summary>Reads the parts of a .npz archive with arrays such as x_train and x_test; null for any other file.</summary>
    public static DataSplits? Parts(string path, DataOptions options) => !HasParts(path, options) ? null : NumpyFile.Read(path, arrays =>
            {
                var parts = NumpyParts.Of(arrays)!;
                // The other parts' arrays are read too, and are not this one's labels.
                Dataset Part(string name) =>
                    Read(
                        path,
                        [.. arrays.Where(array => (NumpyParts.PartOf(array.Name) ?? NumpyParts.PartOf(name)) == NumpyParts.PartOf(name))],
                        name,
                        options
                    );
                var (train, test) = (Part(parts.Train), Part(parts.Test));
                return parts.Validation is { } validation
                    ? new(train, Part(validation), test)
                    : DataSplits.HoldOut(train, test, Math.Max(1, train.Count / 10), options.Seed, options.ByBlocks);
            });

    /// <summary>Returns true if a file is a .npz archive of parts, and no array of it was asked for.</summary>
    public static bool HasParts(string path, DataOptions options) =>
        options.Array is null
        && Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase)
        && File.Exists(path)
        && NumpyFile.IsZip(DataFile.Head(path, 4))
        && NumpyFile.Read(path, arrays => NumpyParts.Of(arrays) is not null);

    private static Dataset Read(string path, IReadOnlyList<NumpyEntry> arrays, string? wanted, DataOptions options)
    {
        var choice = NumpyChoice.Of(arrays, wanted, path, array => IsRepeating(array, path));
        LabelColumn[] labelled = [.. choice.Labels.SelectMany(labels => Labels(labels, path, choice.IsOnePerRecord(labels)))];
        return NumpyFile.Content(choice.Data, path, (stream, name) => Records(stream, path, name, labelled, options, choice.Notes()));
    }

    // Numbers that are all different say which record it is, and not what.
    private static bool IsRepeating(NumpyEntry entry, string path) =>
        Labels(entry, path, isOne: true).All(column => column.Classes.Count < column.Values.Count || column.Values.Count < 2);

    /// <summary>Reads every array of numbers of a .npz archive, with its name.</summary>
    /// <exception cref="InvalidInputException">One is of something else.</exception>
    public static (string Name, NumpyArray Array)[] ReadAll(string path) =>
        NumpyFile.Read(path, arrays => arrays.Select(array => (array.Name, NumpyFile.Numbers(array, path))).ToArray());

    private static Dataset Records(Stream stream, string path, string name, LabelColumn[] labels, DataOptions options, Wording[] notes)
    {
        var header = NumpyArray.ReadHeader(stream, name);
        header.DemandNumbers(name);
        return header.Shape.Length switch
        {
            > 2 => PixelArray.Read(path, stream, name, header, labels, options, notes),
            2 => ArrayVectors.Read(path, stream, header, options, labels, notes),
            _ => throw new InvalidInputException(
                path,
                $"holds an array of {Counted.Of(header.Shape.Length, "dimension")}",
                "records need 2 (N, D) or, for images, more"
            ),
        };
    }

    private static IEnumerable<LabelColumn> Labels(NumpyEntry entry, string path, bool isOne)
    {
        if (entry.Header!.IsText)
            return [LabelColumn.OfTexts(entry.Name, NumpyFile.Texts(entry, path))];
        var array = NumpyFile.Numbers(entry, path);
        var columns = !isOne && array.Shape is [_, > 1 and var width] ? width : 1;
        return Enumerable
            .Range(0, columns)
            .Select(column =>
                LabelColumn.OfNumbers(
                    columns == 1 ? entry.Name : $"{entry.Name}_{column}",
                    [.. Enumerable.Range(0, array.Count / columns).Select(row => array[row * columns + column])]
                )
            );
    }
}
