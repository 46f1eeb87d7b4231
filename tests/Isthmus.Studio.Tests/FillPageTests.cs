using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

[Collection(RunPages.Name)]
public sealed class FillPageTests(StudioOnRows studio)
{
    [Fact]
    public async Task Missing_values_are_filled_with_their_ranges_and_others_stay_as_they_are()
    {
        await File.WriteAllTextAsync(
            Path.Combine(studio.Folder, "gaps.csv"),
            "customer,plan,age,spend,city\nC1,Basic,40,,Oslo\nC2,,33,700,Rome\nC3,Basic,51,60,Kyiv\n"
        );
        var page = await studio.OpenAsync($"fill?run={StudioOnRows.Run}&data=gaps.csv");
        await Expect(page.GetByText("2 missing values in 2 rows of 3")).ToBeVisibleAsync();
        var filled = page.Locator("td.filled");
        await Expect(filled).ToHaveCountAsync(2);
        await Expect(filled.First).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("^90 % between .+ and .+"));
        await Expect(filled.Last).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("%"));
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Cell, new() { Name = "700", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator("svg.syn")).ToHaveCountAsync(4);
        // Only customers of one plan.
        await page.GetByLabel("Only rows whose").SelectOptionAsync("plan");
        await page.GetByLabel("is category").SelectOptionAsync("Business");
        await Expect(page.GetByText("drawn rows meet the condition")).ToBeVisibleAsync();
        Assert.All(await page.Locator("table.odd-table").Last.Locator("tbody td:nth-child(1)").AllInnerTextsAsync(), plan => Assert.Equal("Business", plan));
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("only=plan"));
        await page.CloseAsync();
    }
}
