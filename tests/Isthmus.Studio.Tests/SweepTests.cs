using System.Text.Json;
using Isthmus.Reporting.Experiments;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Pages.Sweeps;
using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

/// <summary>Runs of a sweep beside each other.</summary>
[Collection(nameof(RunningStudio))]
public sealed class SweepTests(RunningStudio studio)
{
    private static readonly SweepDefinition Definition = new(
        "data/rows.csv",
        "table-vae",
        SweepGrid.Parse(["latent=2,3"], [1, 2]),
        new Dictionary<string, string> { ["epochs"] = "3" },
        1,
        96,
        100
    );

    [Fact]
    public async Task Runs_are_compared_brushed_and_opened_and_those_not_begun_are_said()
    {
        var folder = Path.Combine(studio.Folder, "runs", "grid");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "sweep.json"), JsonSerializer.Serialize(Definition, JsonFormat.Indented));
        foreach (var (from, to) in new[] { ("first", "latent-2-seed-1"), ("first", "latent-2-seed-2"), ("second", "latent-3-seed-1") })
            FolderTests.Copy(Path.Combine(studio.Folder, "runs", from), Path.Combine(folder, to));
        var page = await studio.OpenAsync("/sweep?sweep=runs%2Fgrid");
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Status)).ToContainTextAsync("3 of 4 runs are done");
        await Expect(page.Locator("circle[data-pick]")).ToHaveCountAsync(3);
        // The second of two equal points lies over the first.
        await page.Locator("circle[data-pick='2']").ClickAsync();
        await Expect(page.Locator("[data-run='runs/grid/latent-3-seed-1'] a").First).ToHaveAttributeAsync("href", "live?run=runs%2Fgrid%2Flatent-3-seed-1");
        await Accessibility.DemandAsync(page);
        // The lower half of the axis of codes' sizes: two of four runs.
        await page.Locator("[data-axis='latent']").ScrollIntoViewIfNeededAsync();
        var axis = (await page.Locator("[data-axis='latent']").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(axis.X + axis.Width / 2, axis.Y + axis.Height * 0.6f);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(axis.X + axis.Width / 2, axis.Y + axis.Height - 1);
        await page.Mouse.UpAsync();
        await Expect(page.GetByText("2 runs of 4")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("ranges=latent"));
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        // A run that ends meanwhile comes of itself.
        FolderTests.Copy(Path.Combine(studio.Folder, "runs", "second"), Path.Combine(folder, "latent-3-seed-2"));
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Status)).ToContainTextAsync("4 of 4 runs are done");
        await page.Context.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_damaged_definition_is_said_in_a_line()
    {
        var folder = Path.Combine(studio.Folder, "broken");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "sweep.json"), "{\"data\":");
        var page = await studio.OpenAsync("/sweep?sweep=broken");
        await Expect(page.Locator(".mud-alert")).ToContainTextAsync("broken/sweep.json cannot be read");
        await page.Context.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_setting_that_decides_a_figure_has_its_variance_and_one_that_does_not_has_none()
    {
        string[] beta = ["1", "1", "1", "1", "4", "4", "4", "4"];
        string[] seed = ["1", "2", "1", "2", "1", "2", "1", "2"];
        var found = SettingImportance.Of([("seed", seed), ("beta", beta)], [1, 2, 1, 2, 11, 12, 11, 12]);
        // Sums of squares by hand: 200 between the values of beta, 2 between seeds, and no rest.
        Assert.Equal(["beta", "seed"], found.Select(setting => setting.Setting));
        Assert.Equal([200 / 202.0, 2 / 202.0], found.Select(setting => setting.Share), (one, other) => Math.Abs(one - other) < 1e-9);
        // 2 of the 70 ways to divide eight runs separate the four highest; of a thousand orders, 29 or so.
        Assert.InRange(found[0].PValue, 0.01, 0.05);
        Assert.True(found[1].PValue > 0.5);
    }

    [Fact]
    public void Axes_of_settings_have_their_values_at_equal_distances()
    {
        SweepRuns sweep = new("grid", Definition, [.. Definition.Grid.Points().Select(point => new SweepRun(point, point.Name, null))]);
        var axis = CoordinateAxis.Of(sweep, "latent", ["2", "3"]);
        Assert.Equal([0, 0, 1, 1], axis.Places);
        Assert.Equal("3", axis.Words((0.5, 1)));
        Assert.Equal(["latent", "seed"], sweep.Varied.Select(setting => setting.Name));
    }
}
