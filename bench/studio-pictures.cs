#:package Microsoft.Playwright
#:property UseCurrentRuntimeIdentifier=true
#:property PublishAot=false
// Pictures of every page of the studio, light and dark, 1280 and 390 wide: docs/pictures/studio-*.webp. Data are made up here from a seed, models are
// trained by the program, and pages are drawn by Debian's Chromium. Some three minutes; a folder that has its runs already is used as it is.
//
//     dotnet run -c Release bench/studio-pictures.cs PROGRAM FOLDER OUTPUT [page ...]
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length < 3)
    throw new ArgumentException("PROGRAM FOLDER OUTPUT [page ...]");
var (program, folder, output, wanted) = (Path.GetFullPath(args[0]), Path.GetFullPath(args[1]), Path.GetFullPath(args[2]), args[3..]);
(string Name, string Address, string Heading)[] pages =
[
    ("runs", "/", ""),
    ("new", "/new?data=data%2Forders.csv", ""),
    ("watch", "/live?run=runs%2Fshapes", ""),
    ("compare", "/compare?run=runs%2Fshapes&run=runs%2Fshapes-small", ""),
    ("space", "/space?run=runs%2Fshapes&colour=shape", ""),
    ("desk", "/desk?run=runs%2Fshapes", ""),
    ("features", "/desk?run=runs%2Fdictionary", "Features"),
    ("odd-rows", "/odd-rows?run=runs%2Forders&data=data%2Forders.csv", ""),
    ("series", "/odd-rows?run=runs%2Fengine&data=data%2Fengine.csv", ""),
    ("fill", "/fill?run=runs%2Forders&data=data%2Forders.csv", ""),
    ("synthetic", "/fill?run=runs%2Forders&data=data%2Forders.csv&only=product:desk", "Synthetic rows"),
    ("measure", "/measure?data=data%2Forders.csv", ""),
    ("topics", "/topics?run=runs%2Fnotes", ""),
    ("recommend", "/recommend?run=runs%2Fpurchases&history=tea,hammer&near=tea", ""),
    ("sweep", "/sweep?sweep=runs%2Fsweep", ""),
    // An archive of pictures, where one is laid there.
    ("archive", File.Exists(Path.Combine(folder, "data", "digits.isth")) ? "/archive?file=data%2Fdigits.isth" : "/archive", ""),
];
Directory.CreateDirectory(Path.Combine(folder, "data"));
Directory.CreateDirectory(output);
Write("orders.csv", Orders);
Write("notes.csv", Notes);
Write("purchases.csv", Purchases);
Write("engine.csv", Engine);
Write("activations.csv", Activations);
Train("orders", "train data/orders.csv --model table-vae --epochs 60");
Train("notes", "train data/notes.csv --text note --model prod-lda --topics 6 --epochs 120 --set batch-size=50");
Train("purchases", "train data/purchases.csv --user user --item item --model ease");
Train("engine", "train data/engine.csv --time time --window 24 --model table-vae --epochs 20");
Train("dictionary", "train data/activations.csv --model top-k-sae --latent 48 --epochs 60 --set k=3");
Train("shapes", "train shapes --limit 2500 --model vae --epochs 10 --latent 8 --snapshots");
Train("shapes-small", "train shapes --limit 2500 --model vae --epochs 10 --latent 4 --snapshots");
Train("sweep", "sweep data/orders.csv --model table-vae --set latent=2,4,8 --set beta=0.5,1,2 --epochs 10 --importance-samples 0");

using var studio = Process.Start(
    new ProcessStartInfo(program, ["studio", folder, "--no-browser"]) { RedirectStandardOutput = true, WorkingDirectory = folder }
)!;
var opened = "";
while (opened.Length == 0)
    opened = Regex.Match(await studio.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The studio has ended."), @"http://\S+").Value;
try
{
    using var playwright = await Playwright.CreateAsync();
    await using var browser = await playwright.Chromium.LaunchAsync(
        new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] }
    );
    foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
    foreach (var (width, height) in ((int, int)[])[(1280, 860), (390, 844)])
    {
        await using var context = await browser.NewContextAsync(
            new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = width, Height = height },
            }
        );
        context.SetDefaultTimeout(120_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(opened);
        foreach (var (name, address, heading) in pages.Where(page => wanted.Length == 0 || wanted.Contains(page.Name)))
            await ShootAsync(page, name, address, heading, scheme, width);
    }
}
finally
{
    studio.Kill();
}

async Task ShootAsync(IPage page, string name, string address, string heading, ColorScheme scheme, int width)
{
    await page.GotoAsync(new Uri(new Uri(opened), address).ToString());
    await page.Locator("h1").WaitForAsync();
    await IdleAsync(page);
    if (name == "new")
        await page.Locator(".column").First.WaitForAsync();
    if (name == "features")
    {
        await page.GetByText("List the features").ClickAsync();
        await IdleAsync(page);
    }
    if (heading.Length > 0)
    {
        // Below the bar of the studio.
        await page.GetByRole(AriaRole.Heading, new() { Name = heading })
            .EvaluateAsync("heading => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 70)");
        await page.WaitForTimeoutAsync(300);
    }
    var session = await page.Context.NewCDPSessionAsync(page);
    var picture = await session.SendAsync("Page.captureScreenshot", new() { ["format"] = "webp", ["quality"] = 72 });
    var file = $"studio-{name}-{(scheme == ColorScheme.Dark ? "dark" : "light")}-{width}.webp";
    await File.WriteAllBytesAsync(Path.Combine(output, file), Convert.FromBase64String(picture!.Value.GetProperty("data").GetString()!));
    var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
    Console.WriteLine($"{file}{(wide > 0 ? $": {wide} pixels too wide" : "")}");
    await session.DetachAsync();
}

// Work is over when none has been seen for a while.
static async Task IdleAsync(IPage page)
{
    for (var (calm, waited) = (0, 0); calm < 6 && waited < 600; waited++)
    {
        await page.WaitForTimeoutAsync(250);
        calm = await page.Locator(".working").CountAsync() == 0 ? calm + 1 : 0;
    }
}

void Write(string name, Func<Random, string> text)
{
    if (Path.Combine(folder, "data", name) is var path && !File.Exists(path))
        File.WriteAllText(path, text(new(1)));
}

void Train(string name, string words)
{
    if (Directory.Exists(Path.Combine(folder, "runs", name)) && Path.Combine(folder, "runs", name) is var run && Directory.EnumerateFiles(run, "*.html").Any())
        return;
    Console.WriteLine($"{name} ...");
    var start = new ProcessStartInfo(program, [.. words.Split(' '), "--name", name])
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
    using var training = Process.Start(start)!;
    var error = training.StandardError.ReadToEndAsync();
    training.StandardOutput.ReadToEnd();
    training.WaitForExit();
    if (training.ExitCode != 0)
        throw new InvalidOperationException($"{name}: {error.Result}");
}

static string Orders(Random random)
{
    (string City, string Country)[] places = [("Paris", "FR"), ("Lyon", "FR"), ("Berlin", "DE"), ("Hamburg", "DE"), ("Madrid", "ES"), ("Turin", "IT")];
    (string Name, double Price, double Weight)[] goods = [("book", 18, 0.4), ("lamp", 45, 1.8), ("chair", 120, 7), ("desk", 260, 24), ("cable", 9, 0.1)];
    var text = new StringBuilder("order,country,city,product,pieces,price,weight_kg,days\n");
    for (var order = 1; order <= 1200; order++)
    {
        var (place, item) = (places[random.Next(places.Length)], goods[random.Next(goods.Length)]);
        var pieces = 1 + (int)(-Math.Log(1 - random.NextDouble()) * 1.5);
        var price = Math.Round(item.Price * pieces * (0.9 + 0.2 * random.NextDouble()) * (order % 200 == 57 ? 11 : 1), 2);
        var weight = order % 41 == 0 ? "" : $"{Math.Round(item.Weight * pieces * (0.95 + 0.1 * random.NextDouble()), 2)}";
        var days = order % 400 == 101 ? 61 : 1 + (item.Weight > 5 ? 3 : 0) + random.Next(3);
        text.Append($"A{10000 + order},{place.Country},{place.City},{item.Name},{pieces},{price},{weight},{days}\n");
    }
    return text.ToString();
}

static string Notes(Random random)
{
    string[] topics =
    [
        "rain wind storm cloud sunny cold warm snow forecast temperature degrees morning fog thunder",
        "oven bake salt butter onion garlic soup flour recipe simmer pepper dish taste pan",
        "goal match team coach striker league season penalty ball defence stadium fans referee score",
        "train ticket hotel flight luggage airport museum passport map station beach island tour guide",
    ];
    var text = new StringBuilder("note\n");
    for (var note = 0; note < 1200; note++)
    {
        string Word() => topics[random.NextDouble() < 0.86 ? note % topics.Length : random.Next(topics.Length)].Split(' ')[random.Next(14)];
        text.AppendJoin(' ', Enumerable.Range(0, 14 + random.Next(10)).Select(_ => Word())).Append('\n');
    }
    return text.ToString();
}

static string Purchases(Random random)
{
    string[] shelves =
    [
        "tea cup sugar lemon honey kettle biscuit spoon teapot milk",
        "saw nail hammer drill screw glue paint brush ladder tape",
        "novel pencil notebook eraser ruler atlas diary ink stapler folder",
    ];
    var text = new StringBuilder("user,item\n");
    for (var user = 0; user < 600; user++)
        foreach (var item in shelves[user % 3].Split(' ').Where(_ => random.Next(5) > 1).Append(shelves[random.Next(3)].Split(' ')[random.Next(10)]).Distinct())
            text.Append($"u{user},{item}\n");
    return text.ToString();
}

static string Engine(Random random)
{
    double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    var text = new StringBuilder("time,temperature,load,vibration\n");
    for (var hour = 0; hour < 1500; hour++)
    {
        var load = 50 + 30 * Math.Sin(hour / 24.0 * 2 * Math.PI) + 3 * Normal();
        var temperature = 20 + 0.5 * load + Normal() + (hour is >= 900 and < 912 ? 9 : 0);
        var vibration = 1 + 0.01 * load + 0.05 * Normal() + (hour >= 1250 ? 0.6 : 0);
        text.Append($"{new DateTime(2026, 1, 1).AddHours(hour):yyyy-MM-ddTHH:mm},{temperature:F2},{load:F2},{vibration:F3}\n");
    }
    return text.ToString();
}

static string Activations(Random random)
{
    const int Width = 16,
        Features = 32;
    double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    var directions = Enumerable.Range(0, Features).Select(_ => Enumerable.Range(0, Width).Select(_ => Normal()).ToArray()).ToArray();
    var text = new StringBuilder().AppendJoin(',', Enumerable.Range(0, Width).Select(i => $"h{i}")).Append('\n');
    for (var row = 0; row < 2000; row++)
    {
        var on = Enumerable.Range(0, 3).Select(_ => (directions[random.Next(Features)], -Math.Log(1 - random.NextDouble()))).ToArray();
        text.AppendJoin(',', Enumerable.Range(0, Width).Select(i => $"{on.Sum(one => one.Item1[i] * one.Item2) + 0.05 * Normal():F3}")).Append('\n');
    }
    return text.ToString();
}
