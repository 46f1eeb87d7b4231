namespace Isthmus.Studio.Folders;

/// <summary>Purpose of a model, and the preset for it.</summary>
/// <param name="Key">Word in the address.</param>
/// <param name="Title">Title.</param>
/// <param name="Summary">Sentence on the result.</param>
/// <param name="Models">Presets by the kind of data, that of the data's usual preset first; a kind that is not named cannot have it.</param>
public sealed record Wish(string Key, string Title, string Summary, IReadOnlyDictionary<string, string> Models)
{
    /// <summary>All wishes, in the order to show them.</summary>
    public static IReadOnlyList<Wish> All { get; } =
    [
        new("odd", "Odd rows", "Which rows are unusual, how much, and which cell makes them so.", new Dictionary<string, string> { ["table"] = "table-vae" }),
        new("missing", "Missing values", "A value for every empty cell, with how sure it is.", new Dictionary<string, string> { ["table"] = "table-vae" }),
        new("synthetic", "Synthetic rows", "Rows like yours that are nobody's.", new Dictionary<string, string> { ["table"] = "table-vae" }),
        new("topics", "Topics", "What the texts are about, as lists of words.", new Dictionary<string, string> { ["documents"] = "prod-lda" }),
        new("recommendations", "Recommendations", "What each user would take next, and why.", new Dictionary<string, string> { ["interactions"] = "ease" }),
        new(
            "codes",
            "Codes",
            "A few numbers for each record, to map, search and compare.",
            new Dictionary<string, string>
            {
                ["pictures"] = "vae",
                ["table"] = "table-vae",
                ["documents"] = "nvdm",
                ["interactions"] = "mult-vae",
            }
        ),
        new("compression", "Compression", "Fewest bits for each picture, and archives of them.", new Dictionary<string, string> { ["pictures"] = "pixel-vae" }),
    ];

    /// <summary>Returns the kind of data by the usual preset of such data.</summary>
    public static string KindOf(DataProfile data) =>
        data.Picture is not null ? "pictures"
        : data.Text is not null || data.Model is "prod-lda" or "nvdm" or "etm" ? "documents"
        : data.Model is "ease" or "mult-vae" or "mult-dae" or "rec-vae" ? "interactions"
        : data.Columns.Count > 0 ? "table"
        : "pictures";
}
