using Isthmus.Studio.Folders;
using MudBlazor;

namespace Isthmus.Studio.Components;

/// <summary>A page of the studio, as its menu names it.</summary>
/// <param name="Path">Address below the root, without a slash; that of its <c>@page</c>.</param>
/// <param name="Name">Word in the menu.</param>
/// <param name="Icon">Its picture.</param>
/// <param name="Summary">One sentence on what it is for.</param>
/// <param name="Takes">Runs that a page of one run, named by <c>?run=</c>, can show; the menu takes such a run along. Null for other pages.</param>
public sealed record StudioPage(string Path, string Name, string Icon, string Summary, Func<RunEntry, bool>? Takes = null);

/// <summary>All pages in the order of the menu. A page is a folder below <c>Pages</c> and a line here. Safe to use from several threads.</summary>
public static class StudioPages
{
    /// <summary>Returns the runs that a page can show.</summary>
    /// <param name="path">Its address below the root.</param>
    public static Func<RunEntry, bool> Takes(string path) => All.Single(page => page.Path == path).Takes!;

    /// <summary>The pages.</summary>
    public static IReadOnlyList<StudioPage> All { get; } =
    [
        new("", "Runs", Icons.Material.Filled.ViewList, "All runs of the folder: compare, tag and tidy them."),
        new("new", "New", Icons.Material.Filled.Add, "Data in, a model out: drop a file and say what you want."),
        new("live", "Watch", Icons.Material.Filled.ShowChart, "One run in training or trained: curves, units, epochs, verdict.", _ => true),
        new("space", "Space", Icons.Material.Filled.ScatterPlot, "Records as points of a map of their codes.", run => run.HasModel),
        new("desk", "Decoder desk", Icons.Material.Filled.Tune, "A slider a unit of the code: the decoder answers while it moves.", run => run.HasModel),
        new(
            "odd-rows",
            "Odd rows",
            Icons.Material.Filled.ReportProblem,
            "Rows of a table by how odd they are, and why.",
            run => run is { HasModel: true, Noun: "row" or "window" }
        ),
        new(
            "fill",
            "Missing and synthetic",
            Icons.Material.Filled.AutoFixHigh,
            "Missing values filled with their ranges, and new rows beside real ones.",
            run => run is { HasModel: true, Noun: "row" }
        ),
        new("sweep", "Sweep", Icons.Material.Filled.StackedLineChart, "The runs of a sweep beside each other: rate, distortion, settings."),
        new("archive", "Archive", Icons.Material.Filled.Inventory2, "Where the bits of an archive went, and which pixels are dear."),
        new("measure", "Measure", Icons.Material.Filled.GridOn, "Which columns of a table depend on which, in bits."),
        new(
            "topics",
            "Topics",
            Icons.Material.Filled.BubbleChart,
            "Topics of documents with their words, and documents read in their colours.",
            run => run is { HasModel: true, Noun: "document" }
        ),
        new(
            "recommend",
            "Recommend",
            Icons.Material.Filled.Recommend,
            "A history of items, what comes next and why.",
            run => run is { HasModel: true, Noun: "user" }
        ),
    ];
}
