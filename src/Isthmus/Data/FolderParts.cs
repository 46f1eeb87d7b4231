namespace Isthmus.Data;

/// <summary>Folders of records that are split already: below train and test, and validation if it is there, lie the files or the folders of their classes.</summary>
internal static class FolderParts
{
    private static readonly string[] Train = ["train", "training"], Validation = ["validation", "valid", "val", "dev"], Test = ["test", "testing"];

    /// <summary>Whether names of files below a folder are split so: all of them, in both a training and a test part.</summary>
    public static bool AreIn(IReadOnlyList<string> names)
    {
        var folders = names.Select(Folder).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return folders.All(folder => IsOf(folder, Train) || IsOf(folder, Validation) || IsOf(folder, Test)) && folders.Any(folder => IsOf(folder, Train)) && folders.Any(folder => IsOf(folder, Test));
    }

    /// <summary>The parts that are there; where none is for validation, a tenth of the training records by seed.</summary>
    public static DataSplits Of(Dataset all, int seed)
    {
        int[] Part(string[] folders) => [.. Enumerable.Range(0, all.Count).Where(i => IsOf(Folder(all.RecordNames![i]), folders))];
        var (train, validation, test) = (all.Select(Part(Train)), Part(Validation), all.Select(Part(Test)));
        return validation.Length > 0 ? new(train, all.Select(validation), test) : DataSplits.HoldOut(train, test, Math.Max(1, train.Count / 10), seed);
    }

    private static string Folder(string name) => name.IndexOf('/') is >= 0 and var slash ? name[..slash] : "";

    private static bool IsOf(string folder, string[] names) => names.Contains(folder, StringComparer.OrdinalIgnoreCase);
}
