using System.Text.RegularExpressions;
using Isthmus.Cli;
using Isthmus.Reporting.Experiments;
using Isthmus.Studio.Hosting;
using Microsoft.Playwright;

namespace Isthmus.Studio.Tests;

/// <summary>A studio on a folder of its own with two small finished runs, and a browser to look at it; made once for all tests.</summary>
public sealed partial class RunningStudio : IAsyncLifetime
{
    /// <summary>Debian's Chromium; tests that need it are skipped where it is not.</summary>
    public const string Chromium = "/usr/bin/chromium";

    /// <summary>Names of the two runs.</summary>
    public static readonly string[] Runs = ["runs/first", "runs/second"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("isthmus-studio-").FullName;

    internal StudioServer Server { get; private set; } = null!;

    /// <summary>Words that start the command line.</summary>
    public static string[] Program { get; } = ["dotnet", typeof(CommandLine).Assembly.Location];

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "data"));
        var table = Path.Combine(Folder, "data", "rows.csv");
        await File.WriteAllTextAsync(table, Rows(120));
        foreach (var (i, run) in Runs.Index())
            Experiment
                .Run(
                    table,
                    "table-vae",
                    new()
                    {
                        Training = new()
                        {
                            Settings = new Dictionary<string, string>
                            {
                                ["epochs"] = "3",
                                ["latent"] = $"{2 + i}",
                                ["hidden"] = "8",
                            },
                            Folder = new(Path.Combine(Folder, run)),
                            Observe = new EpochSnapshots(Path.Combine(Folder, run, EpochSnapshots.FileName), 1).Observe,
                        },
                    }
                )
                .Dispose();
        Server = new(Folder, 0, Program);
        await Server.StartAsync(CancellationToken.None);
    }

    /// <summary>A small table of four kinds of columns, with missing values.</summary>
    public static string Rows(int count) =>
        "id,age,city,paid\n"
        + string.Concat(
            Enumerable.Range(0, count).Select(i => $"C{i:D4},{(i % 9 == 0 ? "" : 20 + i * 7 % 50)},{(i % 3 == 0 ? "Paris" : "Lyon")},{i * 13 % 97}.5\n")
        );

    /// <summary>Opens a page of the studio in a context of its own, signed in.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="dark">True for a dark page.</param>
    public Task<IPage> OpenAsync(string path, bool dark = false) => OpenAsync(Server.Address, path, dark);

    /// <summary>The same of another studio.</summary>
    public async Task<IPage> OpenAsync(string address, string path, bool dark = false)
    {
        Assert.SkipUnless(File.Exists(Chromium), $"there is no {Chromium}: apt-get install chromium");
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        var context = await _browser.NewContextAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(address);
        if (path != "/")
            await page.GotoAsync(new Uri(new Uri(address), path).ToString());
        await page.Locator("h1").WaitForAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex(@"http://\S+")]
    public static partial Regex Address();
}

[CollectionDefinition(nameof(RunningStudio))]
public sealed class RunningStudioCollection : ICollectionFixture<RunningStudio>;
