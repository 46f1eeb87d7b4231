using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

[Collection(RunPages.Name)]
public sealed class MeasurePageTests(StudioOnRows studio)
{
    [Fact]
    public async Task A_pair_of_the_heat_map_opens_and_a_target_ranks_all_columns()
    {
        var page = await studio.OpenAsync("measure?data=rows.csv&columns=plan,age,spend");
        // plan decides spend: the strongest pair is open at once.
        await Expect(page.Locator("[data-pair]")).ToContainTextAsync("plan and spend");
        await Expect(page.Locator("[data-pair]")).ToContainTextAsync("They depend on each other");
        await page.Locator(".heat [data-pick='0 1']").First.ClickAsync();
        await Expect(page.Locator("[data-pair]")).ToContainTextAsync("plan and age");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("y=age"));
        // By the keyboard too: Tab comes to the cell that was pressed; the only other pair in its row lies left or right of it.
        var cell = page.Locator(".heat [data-pick='0 1'][tabindex='0']");
        await Expect(cell).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("(plan and age|age and plan): .+ bits$"));
        await cell.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        if (await page.EvaluateAsync<bool>("document.activeElement.dataset.pick === '0 1'"))
            await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-pair]")).ToContainTextAsync("and spend");
        await Expect(page.Locator(".heat [data-pick][tabindex='0']")).ToHaveCountAsync(1);
        await page.GetByLabel("Compare").SelectOptionAsync("spend");
        await Expect(page.Locator(".bars .found")).ToHaveCountAsync(1);
        await Expect(page.Locator(".bars .grey")).ToHaveCountAsync(1);
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Save Information about spend" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Save as SVG").ClickAsync());
        Assert.Contains("bar-of", await File.ReadAllTextAsync((await download.PathAsync())!));
        // The training rows of a run are a table too; a file outside the folder is none.
        await page.GetByLabel("Table").SelectOptionAsync($"run:{StudioOnRows.Run}");
        await Expect(page.GetByText("pairs depend on each other")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(new Uri(page.Url), "/measure?data=..%2Fother.csv").AbsoluteUri);
        await Expect(page.Locator(".mud-alert")).ToContainTextAsync("outside the folder");
        await page.CloseAsync();
    }
}
