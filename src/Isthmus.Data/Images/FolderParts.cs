using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Folders of records that are split already: below train and test, and validation if it is there, lie the files or the folders of their
/// classes. Where there is no test, the validation part is what figures are reported on.
/// </summary>
internal static class FolderParts
{
    private static readonly string[] Train = ["train", "training"],
        Validation = ["validation", "valid", "val", "dev"],
        Test = ["test", "testing"];

    /// <summary>Whether names of files below a folder are split so: all of them, in a training part and one to test or to validate on.</summary>
    public static bool AreIn(IReadOnlyList<string> names)
    {
        var folders = names.Select(Folder).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return folders.All(folder => IsOf(folder, Train) || IsOf(folder, Validation) || IsOf(folder, Test))
            && folders.Any(folder => IsOf(folder, Train))
            && folders.Any(folder => !IsOf(folder, Train));
    }

    /// <summary>The parts that are there; where none is for validation alone, a tenth of the training records by seed.</summary>
    public static DataSplits Of(Dataset all, int seed)
    {
        int[] Part(string[] folders) => [.. Enumerable.Range(0, all.Count).Where(i => IsOf(Folder(all.RecordNames![i]), folders))];
        var (train, validation, test) = (all.Select(Part(Train)), Part(Validation), Part(Test));
        return validation.Length > 0 && test.Length > 0
            ? new(train, all.Select(validation), all.Select(test))
            : DataSplits.HoldOut(train, all.Select(test.Length > 0 ? test : validation), Math.Max(1, train.Count / 10), seed);
    }

    private static string Folder(string name) => name.IndexOf('/') is >= 0 and var slash ? name[..slash] : "";

    private static bool IsOf(string folder, string[] names) => names.Contains(folder, StringComparer.OrdinalIgnoreCase);
}
