using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Folders of records that are already split: folders train and test, and perhaps validation, hold the files or the folders of their classes. Without a test
/// folder, results are reported on the validation part.
/// </summary>
internal static class FolderParts
{
    private static readonly string[] Train = ["train", "training"],
        Validation = ["validation", "valid", "val", "dev"],
        Test = ["test", "testing"];

    /// <summary>Returns true if files below a folder are split so: all of them, into a training part and one for testing or validation.</summary>
    public static bool AreIn(IReadOnlyList<string> names)
    {
        var folders = names.Select(Folder).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return folders.All(folder => IsOf(folder, Train) || IsOf(folder, Validation) || IsOf(folder, Test))
            && folders.Any(folder => IsOf(folder, Train))
            && folders.Any(folder => !IsOf(folder, Train));
    }

    /// <summary>Returns the parts; without a validation part, a tenth of the training records is held out by seed.</summary>
    public static DataSplits Of(Dataset all, int seed)
    {
        var (train, validation, test) = Of(all.Name, all.RecordNames!, seed);
        return new(all.Select(train), all.Select(validation), all.Select(test));
    }

    /// <summary>Returns the places of the parts' files among <paramref name="names"/>.</summary>
    public static (int[] Train, int[] Validation, int[] Test) Of(string data, IReadOnlyList<string> names, int seed)
    {
        int[] Part(string[] folders) => [.. Enumerable.Range(0, names.Count).Where(i => IsOf(Folder(names[i]), folders))];
        var (fitted, validation, test) = (Part(Train), Part(Validation), Part(Test));
        if (validation.Length > 0 && test.Length > 0)
            return (fitted, validation, test);
        var (train, held) = DataSplits.HoldOut(data, fitted.Length, Math.Max(1, fitted.Length / 10), seed);
        return ([.. train.Select(i => fitted[i])], [.. held.Select(i => fitted[i])], test.Length > 0 ? test : validation);
    }

    private static string Folder(string name) => name.IndexOf('/') is >= 0 and var slash ? name[..slash] : "";

    private static bool IsOf(string folder, string[] names) => names.Contains(folder, StringComparer.OrdinalIgnoreCase);
}
