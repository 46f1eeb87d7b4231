using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

[Collection(RunPages.Name)]
public sealed class SpacePageTests(StudioOnRows studio)
{
    [Fact]
    public async Task Points_are_picked_chosen_explained_saved_and_tagged()
    {
        var page = await studio.OpenAsync($"space?run={StudioOnRows.Run}&part=train");
        await page.WaitForSelectorAsync(".map:not([data-points='0'])");
        // Enter on the map opens the record in its middle.
        await page.Locator(".map canvas").Last.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-record]")).ToContainTextAsync("plan");
        // All customers of a plan, by its name in the legend.
        await page.GetByLabel("Colour").SelectOptionAsync("plan");
        await page.Locator(".legend button", new() { HasText = "Business" }).ClickAsync();
        var chosen = page.Locator("[data-chosen]");
        await Expect(chosen.Locator("table")).ToContainTextAsync("spend");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Save as CSV").ClickAsync());
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!);
        Assert.Equal(int.Parse((await chosen.GetAttributeAsync("data-chosen"))!, System.Globalization.CultureInfo.InvariantCulture) + 1, lines.Length);
        Assert.Contains("z0", lines[0]);
        await page.GetByLabel("Name for these records").FillAsync("big ones");
        await page.GetByText("Tag", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator(".legend")).ToContainTextAsync("big ones");
        Assert.True(File.Exists(Path.Combine(studio.Folder, ".isthmus-studio", "tags", "runs%2Frows.json")));
        await page.CloseAsync();
    }
}
