namespace Isthmus.Data;

/// <summary>
/// NumPy files. An array of 2 dimensions holds vectors, one of 3 or more pictures (<see cref="PixelArray"/>). Of a .npz archive one array is
/// read as records, and others as their labels (<see cref="NumpyChoice"/>).
/// </summary>
internal static class NumpyReader
{
    /// <summary>Reads .npy or .npz.</summary>
    public static Dataset Read(string path, DataOptions options)
    {
        if (NumpyFile.IsZip(DataFile.Head(path, 4)))
            return NumpyFile.Read(path, arrays =>
            {
                var choice = NumpyChoice.Of(arrays, options.Array, path);
                return Records(path, NumpyFile.Numbers(choice.Data, path), [.. choice.Labels.SelectMany(labels => Labels(labels, path))], options, choice.Notes());
            });
        return options.Array is null ? Records(path, DataFile.Read(path, stream => NumpyArray.Read(stream, path)), [], options, [])
            : throw new InvalidInputException($"{path} holds one array, which has no name; leave --array out.");
    }

    /// <summary>Every array of numbers of a .npz archive, by its name.</summary>
    /// <exception cref="InvalidInputException">One is of something else.</exception>
    public static (string Name, NumpyArray Array)[] ReadAll(string path) => NumpyFile.Read(path, arrays => arrays.Select(array => (array.Name, NumpyFile.Numbers(array, path))).ToArray());

    private static Dataset Records(string path, NumpyArray array, LabelColumn[] labels, DataOptions options, string[] notes)
    {
        if (array.Shape.Length > 2)
            return PixelArray.ToDataset(path, array, labels, options, notes);
        if (array.Shape.Length < 2)
            throw new InvalidInputException($"{path} holds an array of {array.Shape.Length} dimension{(array.Shape.Length == 1 ? "" : "s")}; records need 2 (N, D) or, for images, more.");
        var values = new float[array.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)array[i];
        return VectorRecords.ToDataset(path, array.Shape[1], values, options, labels, notes);
    }

    private static IEnumerable<LabelColumn> Labels(NumpyEntry entry, string path)
    {
        if (entry.Header!.IsText)
            return [LabelColumn.OfTexts(entry.Name, NumpyFile.Texts(entry, path))];
        var array = NumpyFile.Numbers(entry, path);
        var columns = array.Shape is [_, > 1 and var width] ? width : 1;
        return Enumerable.Range(0, columns).Select(column => LabelColumn.OfNumbers(columns == 1 ? entry.Name : $"{entry.Name}_{column}", [.. Enumerable.Range(0, array.Count / columns).Select(row => array[row * columns + column])]));
    }
}
