using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Isthmus.Studio.Tests;

/// <summary>The judgement of axe on a page.</summary>
internal static class Accessibility
{
    /// <summary>Fails on serious faults of a page, light and dark.</summary>
    public static async Task DemandAsync(IPage page)
    {
        await DemandNowAsync(page);
        await page.GetByLabel("Dark page").ClickAsync();
        await page.GetByLabel("Light page").WaitForAsync();
        await DemandNowAsync(page);
    }

    /// <summary>Fails on serious faults of a page as it is.</summary>
    public static async Task DemandNowAsync(IPage page)
    {
        // Colours that change over some tenths of a second are not judged on their way.
        await page.EvaluateAsync(
            """
            async () => {
                for (let moving; (moving = document.getAnimations().filter(one => one instanceof CSSTransition)).length; )
                    await Promise.allSettled(moving.map(one => one.finished));
            }
            """
        );
        var found = await page.RunAxe();
        Assert.NotEmpty(found.Passes);
        Assert.Empty(
            found
                .Violations.Where(fault => fault.Impact is "serious" or "critical")
                .Select(fault => $"{fault.Id}: {fault.Help}: {string.Join(" | ", fault.Nodes.Take(3).Select(node => node.Html))}")
        );
    }
}
