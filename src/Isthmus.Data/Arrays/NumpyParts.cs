namespace Isthmus.Data.Arrays;

/// <summary>
/// Arrays of records that are already split, such as x_train and x_test, whose names differ in the part alone. Without a test part, results are reported on the
/// validation part.
/// </summary>
/// <param name="Train">The array to train on.</param>
/// <param name="Validation">The array to validate on; null where there is none for that alone.</param>
/// <param name="Test">The array to test on.</param>
internal sealed record NumpyParts(string Train, string? Validation, string Test)
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = "train",
        ["training"] = "train",
        ["test"] = "test",
        ["testing"] = "test",
        ["val"] = "validation",
        ["valid"] = "validation",
        ["validation"] = "validation",
        ["dev"] = "validation",
    };

    /// <summary>Returns the part in a name: train, validation or test; null if there is none.</summary>
    public static string? PartOf(string name) =>
        name.Split('_', '-', '.', '/').Select(word => Words.GetValueOrDefault(word)).FirstOrDefault(part => part is not null);

    /// <summary>Returns the arrays of the parts, of pictures rather than of vectors; null if there are none for training and testing.</summary>
    public static NumpyParts? Of(IReadOnlyList<NumpyEntry> arrays) =>
        arrays
            .Where(array => array.Header is { IsNumeric: true, Shape.Length: >= 2 } && array.Header.Count > 0 && PartOf(array.Name) is not null)
            .GroupBy(array => (Name: Without(array.Name), Record: string.Join(',', array.Header.Shape[1..])))
            .OrderByDescending(group => group.First().Header.Shape.Length)
            .Select(group => (Train: NameOf(group, "train"), Validation: NameOf(group, "validation"), Test: NameOf(group, "test")))
            .Select(parts => new NumpyParts(parts.Train ?? "", parts.Test is null ? null : parts.Validation, parts.Test ?? parts.Validation ?? ""))
            .FirstOrDefault(parts => parts.Train.Length > 0 && parts.Test.Length > 0);

    private static string Without(string name) => string.Join('_', name.Split('_', '-', '.', '/').Where(word => !Words.ContainsKey(word)));

    private static string? NameOf(IEnumerable<NumpyEntry> group, string part) => group.FirstOrDefault(array => PartOf(array.Name) == part)?.Name;
}
