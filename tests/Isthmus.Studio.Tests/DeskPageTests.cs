using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

[Collection(RunPages.Name)]
public sealed class DeskPageTests(StudioOnRows studio)
{
    [Fact]
    public async Task A_slider_decodes_at_once_a_locked_unit_stays_and_undo_takes_back()
    {
        var page = await studio.OpenAsync($"desk?run={StudioOnRows.Run}");
        var slider = page.Locator(".unit-row input").First;
        await Expect(page.Locator(".desk-record")).ToContainTextAsync("spend");
        var (mean, value) = (await page.Locator(".desk-record tbody").InnerTextAsync(), await slider.InputValueAsync());
        await slider.PressAsync("End");
        await Expect(page.Locator(".desk-record tbody")).Not.ToHaveTextAsync(mean);
        // The address has the code.
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("code="));
        var end = await slider.InputValueAsync();
        await page.Locator(".unit-row button").First.ClickAsync();
        await page.GetByText("Draw (seed 1)").ClickAsync();
        await Expect(page.GetByText("Draw (seed 2)")).ToBeVisibleAsync();
        Assert.Equal(end, await slider.InputValueAsync());
        await page.GetByText("Undo").ClickAsync();
        await page.GetByText("Undo").ClickAsync();
        await Expect(slider).ToHaveValueAsync(value);
        await page.CloseAsync();
    }
}
