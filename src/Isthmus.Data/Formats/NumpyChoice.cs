using Isthmus.Data.Arrays;
using Isthmus.Data.Images;

namespace Isthmus.Data.Formats;

/// <summary>Choice among several arrays: one of records, and those of labels.</summary>
/// <param name="Data">The records.</param>
/// <param name="Labels">Arrays of labels; may be empty.</param>
/// <param name="Rest">Arrays that are not read.</param>
internal sealed record NumpyChoice(NumpyEntry Data, IReadOnlyList<NumpyEntry> Labels, IReadOnlyList<NumpyEntry> Rest)
{
    private const int MostFactors = 16;
    private static readonly string[] DataNames = ["X", "x", "data", "images"],
        LabelNames = ["y", "labels", "label", "target", "targets"],
        FactorWords = ["class", "label", "factor", "target"];

    /// <summary>
    /// Chooses arrays. Records: the array asked for, else the one named X, x, data or images, else the largest of three or more dimensions (pictures), else the
    /// largest of two. Labels: y, labels, label, target or targets, else the first array of whole numbers, truth values or texts with one for each record, some
    /// of them equal, and of the same part if names tell parts (x_train, y_train); further, arrays of whole numbers named as classes or factors with a row for
    /// each record.
    /// </summary>
    /// <param name="arrays">All arrays of the file.</param>
    /// <param name="wanted">Name of the array asked for; null for none.</param>
    /// <param name="path">Name of the file for messages.</param>
    /// <param name="isRepeating">True for an array with some equal elements.</param>
    /// <exception cref="InvalidInputException">There is no such array, or none that can be records.</exception>
    public static NumpyChoice Of(IReadOnlyList<NumpyEntry> arrays, string? wanted, string path, Func<NumpyEntry, bool> isRepeating)
    {
        var data = wanted is null ? Chosen(arrays, path) : Named(arrays, wanted, path);
        var records = data.Header.Shape is [var first, ..] ? first : 0;
        var labels = new List<NumpyEntry>();
        // An array of that name is the labels, or wrong; another array's is only looked at where its length fits.
        if (
            LabelNames
                .Select(name => arrays.FirstOrDefault(array => array.Name == name && array != data))
                .FirstOrDefault(array => array is { Header: { IsNumeric: true } or { IsText: true } })
                is { } named
            && (wanted is null || IsOnePerRecord(named, data))
        )
            labels.Add(named);
        else if (
            arrays.FirstOrDefault(array =>
                array != data
                && array.Header is { IsWhole: true } or { IsText: true }
                && IsOnePerRecord(array, data)
                && IsOfOnePart(data, array)
                && isRepeating(array)
            ) is
            { } found
        )
            labels.Add(found);
        labels.AddRange(
            arrays.Where(array =>
                array != data
                && !labels.Contains(array)
                && array.Header is { IsWhole: true, Shape: [var rows, > 0 and <= MostFactors] }
                && rows == records
                && FactorWords.Any(word => array.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
            )
        );
        return new(data, labels, [.. arrays.Where(array => array != data && !labels.Contains(array))]);
    }

    /// <summary>Notes on the choice; empty for a file of records and labels alone under their usual names.</summary>
    public Wording[] Notes()
    {
        if (Rest.Count == 0 && DataNames.Contains(Data.Name) && Labels.All(array => LabelNames.Contains(array.Name)))
            return [];
        var labels = Labels.Count == 0 ? "" : $", labels {string.Join(", ", Labels)}";
        var rest = FolderNotes.Some([.. Rest.Select(array => $"{array}")]);
        return
        [
            Rest.Count == 0
                ? $"records are array {Data}{labels}"
                : (Wording)$"records are array {Data}{labels}; not read: {rest} ({OptionNames.Array} names another)",
        ];
    }

    private static NumpyEntry Named(IReadOnlyList<NumpyEntry> arrays, string wanted, string path)
    {
        if (arrays.FirstOrDefault(array => array.Name == wanted) is not { } found)
            throw new InvalidInputException(
                path,
                $"has no array '{wanted}'",
                NearestName.Remedy(wanted, arrays.Select(array => array.Name), arrays.Select(array => $"{array}"), "it holds")
            );
        found.Header.DemandNumbers($"{path}, array '{found.Name}'");
        return found;
    }

    private static NumpyEntry Chosen(IReadOnlyList<NumpyEntry> arrays, string path)
    {
        NumpyEntry[] able = [.. arrays.Where(array => array.Header is { IsNumeric: true, Shape.Length: >= 2 } && array.Header.Count > 0)];
        return DataNames.Select(name => able.FirstOrDefault(array => array.Name == name)).FirstOrDefault(array => array is not null)
            ?? able.Where(array => !LabelNames.Contains(array.Name))
                .OrderByDescending(array => array.Header.Shape.Length > 2)
                .ThenByDescending(array => array.Header.Count)
                .FirstOrDefault()
            ?? throw new InvalidInputException(
                path,
                $"holds no array of records, which has 2 or more dimensions (N, D): {FolderNotes.Some([.. arrays.Select(array => $"{array}")])}",
                "write it with numpy.savez(path, X=..., y=...)"
            );
    }

    private static bool IsOfOnePart(NumpyEntry data, NumpyEntry labels) =>
        NumpyParts.PartOf(data.Name) is not { } part || (NumpyParts.PartOf(labels.Name) ?? part) == part;

    /// <summary>
    /// Returns true if an array has one element for each record: (N) or (N, 1), or, if records are several in a row, (N, M) for (N, M, H, W).
    /// </summary>
    public bool IsOnePerRecord(NumpyEntry array) => IsOnePerRecord(array, Data);

    private static bool IsOnePerRecord(NumpyEntry array, NumpyEntry data)
    {
        var (shape, records) = (array.Header.Shape, data.Header.Shape);
        return records.Length > 0
            && (
                shape is [var length] && length == records[0]
                || shape is [var rows, 1] && rows == records[0]
                || shape.Length > 1 && shape.Length <= records.Length - 2 && shape.AsSpan().SequenceEqual(records.AsSpan(0, shape.Length))
            );
    }
}
