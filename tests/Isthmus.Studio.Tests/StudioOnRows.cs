using System.Globalization;
using System.Text;
using Isthmus.Studio.Hosting;
using Microsoft.Playwright;

namespace Isthmus.Studio.Tests;

/// <summary>A studio on a folder with trained models of rows, notes and purchases, and a browser. Made once for all tests of pages of a run.</summary>
public sealed class StudioOnRows : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly string[] Cities = ["Oslo", "Rome", "Kyiv"];
    private StudioServer? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Names of the runs.</summary>
    public const string Run = "runs/rows",
        Notes = "runs/notes",
        Purchases = "runs/purchases";

    /// <summary>The opened folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("isthmus-studio-").FullName;

    /// <summary>The services of the studio.</summary>
    public IServiceProvider Services => _server!.Services;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(Folder, "rows.csv");
        File.WriteAllText(path, Rows(400, odd: 0));
        File.WriteAllText(Path.Combine(Folder, "new.csv"), Rows(60, odd: 3));
        using (var trained = Autoencoders.TableVae().Fit(Isthmus.Rows.LoadSplits(path), new() { Epochs = 4, Threads = 1 }))
            trained.Save(Path.Combine(Folder, "runs", "rows", "model.isthmus"));
        var notes = Path.Combine(Folder, "notes.csv");
        File.WriteAllText(notes, Texts(200));
        using (
            var trained = Autoencoders
                .ProdLda(topics: 3)
                .Fit(
                    Documents.LoadSplits(notes, options: new() { Text = "note" }),
                    new()
                    {
                        Epochs = 20,
                        BatchSize = 32,
                        Threads = 1,
                    }
                )
        )
            trained.Save(Path.Combine(Folder, "runs", "notes", "model.isthmus"));
        var purchases = Path.Combine(Folder, "purchases.csv");
        File.WriteAllText(purchases, Baskets(300));
        using (var trained = Autoencoders.Ease().Fit(Histories.LoadSplits(purchases, new() { User = "user", Item = "item" }), new() { Threads = 1 }))
            trained.Save(Path.Combine(Folder, "runs", "purchases", "model.isthmus"));
        _server = new(Folder, 0, ["isthmus"]);
        await _server.StartAsync(CancellationToken.None);
    }

    /// <summary>Opens a page of the studio; skips the test where there is no browser.</summary>
    /// <param name="address">Path and query of the page.</param>
    public async Task<IPage> OpenAsync(string address)
    {
        Assert.SkipUnless(File.Exists(Chromium), "There is no chromium here.");
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] }
        );
        var page = await _browser.NewPageAsync(
            new()
            {
                ViewportSize = new() { Width = 1280, Height = 900 },
                AcceptDownloads = true,
            }
        );
        page.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(30_000);
        await page.GotoAsync(_server!.Address);
        await page.GotoAsync(new Uri(new Uri(page.Url), address).AbsoluteUri);
        return page;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Notes on weather, cooking and football.</summary>
    private static string Texts(int count)
    {
        string[][] topics =
        [
            ["rain", "wind", "storm", "cloud", "snow", "fog", "thunder", "frost"],
            ["oven", "bake", "salt", "butter", "onion", "soup", "flour", "pan"],
            ["goal", "match", "team", "coach", "league", "penalty", "ball", "fans"],
        ];
        var random = new Random(1);
        var text = new StringBuilder("note\n");
        for (var note = 0; note < count; note++)
            text.AppendJoin(' ', Enumerable.Range(0, 12).Select(_ => topics[random.Next(8) == 0 ? random.Next(3) : note % 3][random.Next(8)])).Append('\n');
        return text.ToString();
    }

    /// <summary>Users who buy tea and its things, or tools.</summary>
    private static string Baskets(int count)
    {
        string[][] shelves =
        [
            ["tea", "cup", "sugar", "lemon", "honey", "kettle", "biscuit", "spoon"],
            ["saw", "nail", "hammer", "drill", "screw", "glue", "paint", "brush"],
        ];
        var random = new Random(1);
        var text = new StringBuilder("user,item\n");
        for (var user = 0; user < count; user++)
            foreach (var item in shelves[user % 2].Where(_ => random.Next(3) > 0).Append(shelves[1 - user % 2][random.Next(8)]))
                text.Append(CultureInfo.InvariantCulture, $"u{user},{item}\n");
        return text.ToString();
    }

    /// <summary>Customers of two plans, whose spending follows the plan; the odd ones spend as no Basic customer does.</summary>
    private static string Rows(int count, int odd)
    {
        var random = new Random(1);
        var text = new StringBuilder("customer,plan,age,spend,city\n");
        for (var i = 0; i < count; i++)
        {
            var isBusiness = random.Next(3) == 0;
            var spend =
                i < odd ? 5000 + 100 * i
                : isBusiness ? random.Next(500, 900)
                : random.Next(10, 90);
            var plan = i >= odd && isBusiness ? "Business" : "Basic";
            text.AppendLine(CultureInfo.InvariantCulture, $"C{10_000 + i},{plan},{random.Next(18, 70)},{spend},{Cities[random.Next(Cities.Length)]}");
        }
        return text.ToString();
    }
}

/// <summary>Tests that look at pages of one run, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class RunPages : ICollectionFixture<StudioOnRows>
{
    public const string Name = "pages of a run";
}
