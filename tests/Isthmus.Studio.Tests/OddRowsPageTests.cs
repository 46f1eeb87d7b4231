using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

[Collection(RunPages.Name)]
public sealed class OddRowsPageTests(StudioOnRows studio)
{
    [Fact]
    public async Task The_odd_rows_of_a_new_file_come_first_with_their_cells_and_judgements_are_kept()
    {
        var page = await studio.OpenAsync($"odd-rows?run={StudioOnRows.Run}&data=new.csv");
        // The three that were made odd have the highest scores, in whatever order.
        var rows = page.Locator(".odd-table tbody tr");
        await Expect(rows.First).ToBeVisibleAsync();
        var first = await rows.EvaluateAllAsync<int[]>("found => found.slice(0, 3).map(row => +row.dataset.row)");
        Assert.Equal([1, 2, 3], first.Order());
        await Expect(page.Locator("[data-why]")).ToContainTextAsync("spend");
        await Expect(rows.First.Locator("td.outside")).ToContainTextAsync("5,");
        // A threshold above all of them leaves none.
        var over = page.Locator(".odd-sentence");
        await Expect(over).ToContainTextAsync("by chance");
        await page.GetByLabel("Threshold, bits").PressAsync("End");
        await Expect(over).ToContainTextAsync("0 rows");
        await page.GetByText("5 %", new() { Exact = true }).ClickAsync();
        // Judgements suggest a threshold between the two, and are there again on another visit.
        await rows.First.GetByText("real").ClickAsync();
        await rows.Last.GetByText("false").ClickAsync();
        await Expect(page.Locator(".suggested")).ToContainTextAsync("1 real, 1 false alarm)");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Save as CSV").ClickAsync());
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!);
        Assert.StartsWith("row,customer,bits,p_value,judgement,reasons,", lines[0]);
        Assert.Contains(",real,", lines[1]);
        await page.ReloadAsync();
        await Expect(page.Locator(".suggested")).ToContainTextAsync("1 real, 1 false alarm)");
        await page.CloseAsync();
    }
}
