namespace Isthmus.Data.Images;

/// <summary>Notes on the files of a folder that were read or left out.</summary>
internal sealed class FolderNotes
{
    private const int Named = 5;

    private readonly Dictionary<string, int> _taken = [];
    private readonly List<string> _animated = [];

    /// <summary>Files whose names begin with a dot, or that the system hides.</summary>
    public List<string> Hidden { get; } = [];

    /// <summary>Files whose names are not those of pictures.</summary>
    public List<string> Other { get; } = [];

    /// <summary>Files that are no pictures although their names say so.</summary>
    public List<string> Unreadable { get; } = [];

    /// <summary>Entries that are no files, or links to files read already.</summary>
    public List<(string Name, string Why)> Skipped { get; } = [];

    /// <summary>Pictures with transparent pixels.</summary>
    public List<string> Transparent { get; } = [];

    /// <summary>Pictures that are smaller than the crops to be cut from them.</summary>
    public List<string> Small { get; } = [];

    /// <summary>Side of the crops, pixels.</summary>
    public int SmallestSide { get; set; }

    /// <summary>Note on how 16-bit pictures were reduced to 8 bits; null if there are none.</summary>
    public Wording? Deep { get; set; }

    /// <summary>Counts a picture read as a record.</summary>
    public void Taken(string name, ImageFacts facts)
    {
        var kind = Path.GetExtension(name).ToLowerInvariant();
        _taken[kind] = _taken.GetValueOrDefault(kind) + 1;
        if (facts.IsAnimated)
            _animated.Add(name);
    }

    /// <summary>Returns the notes, one sentence each.</summary>
    public Wording[] Sentences()
    {
        var passed = Other.Count + Unreadable.Count + Hidden.Count + Skipped.Count;
        var kinds = string.Join(", ", _taken.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Value} {kind.Key}"));
        Wording?[] all =
        [
            passed == 0 && _taken.Count < 2
                ? null
                : (Wording)$"{Count(_taken.Values.Sum(), "picture")} read ({kinds}){(passed == 0 ? "" : $", {Count(passed, "file")} passed over")}",
            Other.Count == 0 ? null : (Wording)$"passed over, as their names are not those of PNG, JPEG, WebP, GIF or BMP files: {Some(Other)}",
            Unreadable.Count == 0 ? null : (Wording)$"passed over, as they are no pictures, whatever their names say: {Some(Unreadable)}",
            Hidden.Count == 0 ? null : (Wording)$"passed over, as they are hidden: {Some(Hidden)}",
            Skipped.Count == 0 ? null : (Wording)$"passed over: {Some([.. Skipped.Select(entry => $"{entry.Name} ({entry.Why})")])}",
            Small.Count == 0
                ? null
                : (Wording)$"passed over, as they are smaller than {SmallestSide} x {SmallestSide}, in {Count(Small.Count, "picture")}: {Some(Small)}",
            _animated.Count == 0 ? null : (Wording)$"of {Count(_animated.Count, "animation")} the first frame: {Some(_animated)}",
            Transparent.Count == 0 ? null : (Wording)$"transparent pixels laid over white, in {Count(Transparent.Count, "picture")}: {Some(Transparent)}",
            Deep,
        ];
        return [.. all.OfType<Wording>()];
    }

    /// <summary>Returns the first names, and the number of further ones.</summary>
    public static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");

    /// <summary>Returns number and noun: "1 picture", "2 pictures".</summary>
    public static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";
}
