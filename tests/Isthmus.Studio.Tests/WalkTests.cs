using System.Diagnostics;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

/// <summary>Paths that a user walks, in a browser.</summary>
[Collection(nameof(RunningStudio))]
public sealed class WalkTests(RunningStudio studio) : IDisposable
{
    private readonly DirectoryInfo _own = Directory.CreateTempSubdirectory("isthmus-walk-");

    public void Dispose() => _own.Delete(recursive: true);

    [Fact]
    public async Task From_an_empty_folder_to_a_run_that_lives_on_without_browser_and_studio()
    {
        Assert.SkipUnless(File.Exists(RunningStudio.Chromium), $"there is no {RunningStudio.Chromium}: apt-get install chromium");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are of POSIX systems");
        var (first, address) = await StartAsync();
        var page = await studio.OpenAsync(address, "/");
        // The first start: odd rows, in a training that is told to take long.
        Directory.CreateDirectory(Path.Combine(_own.FullName, "data"));
        await File.WriteAllTextAsync(Path.Combine(_own.FullName, "data", "rows.csv"), RunningStudio.Rows(120));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start" })).ToHaveCountAsync(3);
        await page.GotoAsync(new Uri(new Uri(address), "/new?data=data%2Frows.csv").ToString());
        await page.GetByLabel("epochs", new() { Exact = false }).First.FillAsync("2000000");
        await page.GetByLabel("epochs", new() { Exact = false }).First.PressAsync("Tab");
        await Expect(page.GetByText("At most 2000000 epochs")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/live"), new() { Timeout = 60_000 });
        await Expect(page.Locator(".state")).ToContainTextAsync("of 2000000", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Rate", Exact = true })).ToBeVisibleAsync();
        // The browser is closed and the studio killed; another one finds the training.
        var live = new Uri(page.Url).PathAndQuery;
        await page.Context.CloseAsync();
        first.Kill();
        await first.WaitForExitAsync();
        var (second, again) = await StartAsync();
        page = await studio.OpenAsync(again, live);
        await Expect(page.Locator(".state")).ToContainTextAsync("of 2000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator(".state")).ToContainTextAsync("paused", new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.Locator(".state")).ToContainTextAsync("of 2000000", new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop and keep the best" }).ClickAsync();
        await Expect(page.Locator(".state")).ToContainTextAsync("finished", new() { Timeout = 60_000 });
        await Expect(page.Locator(".verdict")).ToBeVisibleAsync();
        second.Kill();
        await second.WaitForExitAsync();
    }

    [Fact]
    public async Task A_dropped_table_is_trained()
    {
        var file = Path.Combine(_own.FullName, "customers.csv");
        await File.WriteAllTextAsync(file, RunningStudio.Rows(80));
        var page = await studio.OpenAsync("/new");
        await page.SetInputFilesAsync("#files", file);
        await Expect(page.GetByText("80 records")).ToBeVisibleAsync();
        await Expect(page.Locator(".column")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Radio, new() { Name = "Missing values" }).ClickAsync();
        await page.GetByLabel("epochs", new() { Exact = false }).First.FillAsync("2");
        await page.GetByLabel("epochs", new() { Exact = false }).First.PressAsync("Tab");
        await page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/live"), new() { Timeout = 60_000 });
        await Expect(page.Locator(".state")).ToContainTextAsync("finished", new() { Timeout = 60_000 });
        Assert.True(File.Exists(Path.Combine(studio.Folder, "runs", "customers-table-vae", "report.html")));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Two_runs_are_compared_on_the_same_records()
    {
        var page = await studio.OpenAsync("/");
        foreach (var run in RunningStudio.Runs)
            await page.GetByLabel($"Compare {run}").CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare 2" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "latent" })).ToContainTextAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare on the same records" }).ClickAsync();
        await Expect(page.GetByText("less the first").Last).ToBeVisibleAsync();
        await Expect(page.Locator("table").Last.GetByRole(AriaRole.Cell).First).ToContainTextAsync("±", new() { Timeout = 60_000 });
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_run_is_starred_tagged_deleted_and_brought_back()
    {
        FolderTests.Copy(Path.Combine(studio.Folder, RunningStudio.Runs[0]), Path.Combine(studio.Folder, "runs", "third"));
        var page = await studio.OpenAsync("/?filter=third");
        await Expect(page.Locator("table.runs tbody tr")).ToHaveCountAsync(1);
        await page.GetByLabel("Star runs/third").ClickAsync();
        await Expect(page.GetByLabel("Star runs/third")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByLabel("More on runs/third").ClickAsync();
        await page.GetByText("Delete", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator("table.runs tbody tr")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("table.runs tbody tr")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
        Directory.Delete(Path.Combine(studio.Folder, "runs", "third"), recursive: true);
    }

    [Fact]
    public async Task A_damaged_run_breaks_no_page()
    {
        var damaged = Path.Combine(studio.Folder, "runs", "damaged");
        FolderTests.Copy(Path.Combine(studio.Folder, RunningStudio.Runs[0]), damaged);
        await File.WriteAllTextAsync(Path.Combine(damaged, "model.isthmus"), "no model");
        var page = await studio.OpenAsync("/");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "runs/damaged" }).First).ToContainTextAsync("damaged");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "runs/first" })).ToContainTextAsync("finished");
        await page.GotoAsync(new Uri(new Uri(page.Url), "/live?run=runs%2Fdamaged").ToString());
        await Expect(page.Locator(".mud-alert")).ToContainTextAsync("model.isthmus");
        await page.Context.CloseAsync();
        Directory.Delete(damaged, recursive: true);
    }

    [Theory]
    [InlineData("/", false)]
    [InlineData("/", true)]
    [InlineData("/new?data=data%2Frows.csv", false)]
    [InlineData("/new?data=data%2Frows.csv", true)]
    [InlineData("/live?run=runs%2Ffirst", false)]
    [InlineData("/live?run=runs%2Ffirst", true)]
    [InlineData("/compare?run=runs%2Ffirst&run=runs%2Fsecond", false)]
    public async Task No_page_has_a_serious_fault_of_accessibility(string path, bool dark)
    {
        var page = await studio.OpenAsync(path, dark);
        await page.WaitForTimeoutAsync(500);
        await Accessibility.DemandNowAsync(page);
        await page.Context.CloseAsync();
    }

    private async Task<(Process Studio, string Address)> StartAsync()
    {
        var start = new ProcessStartInfo(RunningStudio.Program[0], [RunningStudio.Program[1], "studio", _own.FullName, "--no-browser"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            if (RunningStudio.Address().Match(line) is { Success: true } found)
                return (process, found.Value);
        throw new InvalidOperationException("The studio has printed no address.");
    }
}
