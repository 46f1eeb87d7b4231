
namespace Isthmus.Studio.Tests;

/// <summary>Pages of a run judged by axe, light and dark; sweeps, archives, topics and recommendations are judged where they are walked.</summary>
[Collection(RunPages.Name)]
public sealed class AccessibilityTests(StudioOnRows studio)
{
    [Theory]
    [InlineData($"space?run={StudioOnRows.Run}&part=train", ".legend")]
    [InlineData($"desk?run={StudioOnRows.Run}", ".desk-record td")]
    [InlineData($"odd-rows?run={StudioOnRows.Run}&data=new.csv", ".odd-table td")]
    [InlineData($"fill?run={StudioOnRows.Run}&data=new.csv", "svg.syn")]
    [InlineData("measure?data=rows.csv&rows=200", ".heat")]
    public async Task No_page_of_a_run_has_a_serious_fault_of_accessibility(string path, string whenShown)
    {
        var page = await studio.OpenAsync(path);
        await page.Locator(whenShown).First.WaitForAsync();
        await Accessibility.DemandAsync(page);
        await page.CloseAsync();
    }
}
