using System.Text.RegularExpressions;
using Isthmus.Models;
using Isthmus.Recommenders;
using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

[Collection(RunPages.Name)]
public sealed partial class RecommendPageTests(StudioOnRows studio)
{
    [Fact]
    public void Near_an_item_are_those_that_are_met_with_it()
    {
        using var trained = TrainedModel.Load(Path.Combine(studio.Folder, StudioOnRows.Purchases, "model.isthmus"));
        var schema = Recommendation.SchemaOf(trained);
        var near = Recommendation.Near(trained, new ItemLookup(schema).Find("tea"), 3);
        Assert.All(near, item => Assert.Contains(schema.NameOf(item.Item), (string[])["cup", "sugar", "lemon", "honey", "kettle", "biscuit", "spoon"]));
        Assert.All(near, item => Assert.True(item.Bits > 0));
    }

    [Fact]
    public async Task A_history_is_made_by_hand_and_what_comes_next_has_reasons()
    {
        var page = await studio.OpenAsync($"recommend?run={StudioOnRows.Purchases}");
        var search = page.GetByLabel("Add an item");
        foreach (var item in (string[])["hammer", "nail"])
        {
            await search.FillAsync(item);
            await Expect(page.Locator("#matches li").First).ToHaveTextAsync(item);
            await search.PressAsync("Enter");
            await Expect(page.Locator(".chip").Last).ToContainTextAsync(item);
        }
        var rows = page.Locator("table.items tbody tr");
        await Expect(rows).ToHaveCountAsync(10);
        await Expect(rows.First).ToContainTextAsync(Tool());
        await Expect(rows.First.Locator(".reason").First).ToContainTextAsync("bits");
        await rows.First.GetByLabel(new Regex("^Add ")).ClickAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(3);
        await page.GetByText("Undo", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(2);
        await page.Locator(".chip .row-link").First.ClickAsync();
        await Expect(page.Locator("aside.side-part")).ToContainTextAsync("Near hammer");
        await Accessibility.DemandAsync(page);
        // The address has the history and the item that is looked at.
        await page.ReloadAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(2);
        await Expect(page.Locator("aside.side-part")).ToContainTextAsync("Near hammer");
        await search.FillAsync("hamer");
        await search.PressAsync("Enter");
        await Expect(page.Locator(".mud-alert")).ToContainTextAsync("did you mean 'hammer'");
        await page.GetByText("Another user").ClickAsync();
        await Expect(page.GetByLabel("History of a test user")).ToHaveValueAsync(new Regex("^u"));
        await page.CloseAsync();
    }

    [GeneratedRegex("saw|drill|screw|glue|paint|brush")]
    private static partial Regex Tool();
}
