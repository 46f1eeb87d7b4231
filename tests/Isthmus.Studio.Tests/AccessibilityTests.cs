using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Isthmus.Studio.Tests;

/// <summary>Pages of a run judged by axe, light and dark.</summary>
[Collection(RunPages.Name)]
public sealed class AccessibilityTests(StudioOnRows studio)
{
    [Theory]
    [InlineData($"space?run={StudioOnRows.Run}&part=train", ".legend")]
    [InlineData($"desk?run={StudioOnRows.Run}", ".desk-record td")]
    [InlineData($"odd-rows?run={StudioOnRows.Run}&data=new.csv", ".odd-table td")]
    [InlineData($"fill?run={StudioOnRows.Run}&data=new.csv", "svg.syn")]
    [InlineData("measure?data=rows.csv&rows=200", ".heat")]
    [InlineData("archive", "h1")]
    [InlineData("sweep", "h1")]
    public async Task No_page_of_a_run_has_a_serious_fault_of_accessibility(string path, string whenShown)
    {
        var page = await studio.OpenAsync(path);
        await page.Locator(whenShown).First.WaitForAsync();
        await JudgeAsync(page, "light");
        await page.GetByLabel("Dark page").ClickAsync();
        await page.GetByLabel("Light page").WaitForAsync();
        // Colours change over some tenths of a second.
        await page.WaitForTimeoutAsync(400);
        await JudgeAsync(page, "dark");
        await page.CloseAsync();
    }

    private static async Task JudgeAsync(IPage page, string theme)
    {
        var found = await page.RunAxe();
        Assert.NotEmpty(found.Passes);
        Assert.Empty(
            found
                .Violations.Where(fault => fault.Impact is "serious" or "critical")
                .Select(fault => $"{theme}: {fault.Id}: {fault.Help}: {string.Join(" | ", fault.Nodes.Take(3).Select(node => node.Html))}")
        );
    }
}
