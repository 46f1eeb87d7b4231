using System.Globalization;
using Microsoft.Playwright;
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

    [Fact]
    public async Task A_condition_on_numbers_is_a_range_and_one_that_no_draw_meets_can_be_taken_away()
    {
        var page = await studio.OpenAsync($"fill?run={StudioOnRows.Run}&data=rows.csv");
        await page.GetByLabel("Only rows whose").SelectOptionAsync("age");
        await page.GetByLabel("age from").FillAsync("30");
        await page.GetByLabel("age to").FillAsync("40");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.GetByText("drawn rows meet the condition")).ToBeVisibleAsync();
        await Expect(page.Locator(".chip")).ToContainTextAsync("age from 30 to 40");
        var ages = await page.Locator("table.odd-table").Last.Locator("tbody td:nth-child(2)").AllInnerTextsAsync();
        Assert.Equal(10, ages.Count);
        Assert.All(ages, age => Assert.InRange(int.Parse(age, CultureInfo.InvariantCulture), 30, 40));
        // The greatest age of a training row is 69, and draws stay in the range of those.
        await page.GotoAsync(new Uri(new Uri(page.Url), $"fill?run={StudioOnRows.Run}&data=gone.csv&only=age:70..,plan:Basic").AbsoluteUri);
        await Expect(page.GetByText("None of 100,000 rows drawn")).ToContainTextAsync("0 training rows");
        await page.GetByLabel("Remove age at least 70").ClickAsync();
        await Expect(page.GetByText("drawn rows meet the condition")).ToBeVisibleAsync();
        await Expect(page.Locator(".chip")).ToHaveTextAsync("plan is Basic×");
        await page.CloseAsync();
    }
}
