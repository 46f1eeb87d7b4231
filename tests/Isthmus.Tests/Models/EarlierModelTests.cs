using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Isthmus.Models;
using Isthmus.Tests.Verbs;

namespace Isthmus.Tests.Models;

/// <summary>
/// Models that an earlier program saved (tests/golden/models, whose README.md says how) load unchanged and give the figures that it gave. The commands
/// are run in that folder: data are known for a model's own, and split as they were, by the path that it was trained with.
/// </summary>
public sealed class EarlierModelTests : IDisposable
{
    // Presets that came after the files; a file of each may be added by the commands of README.md, in the version that brings the preset.
    internal static readonly string[] Newer = ["text-vae", "line-vae", "text-ae", "lstm-lm", "noise2noise", "image-codec", "image-lossless"];

    // A model beside those of its preset, and what other commands than evaluate answer.
    private static readonly string[] Others = ["table-vae-series", "score", "score-series", "recommend", "topics"];

    private static readonly string Folder = GoldenFile.PathOf("models");
    private static readonly JsonElement Recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "figures.json"))).RootElement;

    private readonly string _before = Environment.CurrentDirectory;
    private readonly Terminal _terminal = new();

    public EarlierModelTests() => Environment.CurrentDirectory = Folder;

    public static TheoryData<string> Cases => [.. Preset.All.Select(preset => preset.Name).Except(Newer), .. Others];

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.isthmus").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_saved_model_gives_the_figures_that_it_gave(string name)
    {
        Assert.True(Recorded.TryGetProperty(name, out var recorded), $"figures.json has no {name}: add a model (README.md), or list it as newer.");
        Same(name, recorded.GetProperty("answer"), _terminal.Json(recorded.GetProperty("command").GetString()!));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_saved_model_that_is_saved_again_is_the_same(string file)
    {
        using (var model = TrainedModel.Load(file))
            model.Save(_terminal.File(file));
        // Settings, schema, labels and provenance; weights and other parts by their hashes. A later program may add settings, with their defaults.
        Same(file, Manifest(file), Manifest(_terminal.File(file)));
    }

    [Fact]
    public void Missing_cells_are_filled_as_they_were()
    {
        _terminal.Done("impute data/rows.csv -m table-vae.isthmus --threads 1 -o {filled.csv}");
        var (recorded, filled) = (Cells("filled.csv"), Cells(_terminal.File("filled.csv")));
        Assert.Equal(recorded.Length, filled.Length);
        foreach (var (was, now) in recorded.Zip(filled))
            // A number is rounded to the decimals of its column, and where it lies between two of them, the last bits choose.
            if (decimal.TryParse(was, CultureInfo.InvariantCulture, out var number))
                Assert.InRange(decimal.Parse(now, CultureInfo.InvariantCulture), number - Unit(number), number + Unit(number));
            else
                Assert.Equal(was, now);
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _terminal.Dispose();
    }

    private static void Same(string at, JsonElement recorded, JsonElement now, JsonElement standardError = default)
    {
        Assert.True(recorded.ValueKind == now.ValueKind, $"{at}: {recorded} became {now}");
        if (recorded.ValueKind is JsonValueKind.Object)
            foreach (var property in recorded.EnumerateObject())
                Same($"{at}.{property.Name}", property.Value, Member(now, property.Name), Member(recorded, $"{property.Name}_standard_error"));
        else if (recorded.ValueKind is JsonValueKind.Array)
        {
            Assert.True(recorded.GetArrayLength() == now.GetArrayLength(), $"{at}: {recorded} became {now}");
            foreach (var (index, (was, value)) in recorded.EnumerateArray().Zip(now.EnumerateArray()).Index())
                Same($"{at}[{index}]", was, value);
        }
        else if (recorded.ValueKind is JsonValueKind.Number)
        {
            var (was, scale) = (recorded.GetDouble(), standardError.ValueKind is JsonValueKind.Number ? standardError.GetDouble() : 0);
            Assert.True(Math.Abs(now.GetDouble() - was) <= Tolerance(at, Math.Max(Math.Abs(was), scale)), $"{at}: {recorded} became {now}");
        }
        else
            Assert.True(JsonElement.DeepEquals(recorded, now), $"{at}: {recorded} became {now}");
    }

    private static JsonElement Member(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value : default;

    /// <summary>
    /// Draws are the same everywhere, but another processor adds float32 in another order: some 1,000 terms, each off by 2^-24 of itself, are off by
    /// 6e-5 of their sum at worst and by 2e-6 if at random. Figures near 0 are differences of larger ones: their scale is their standard error, and the
    /// steps of a float32 near 100 nats are 8e-6, hence the 1e-5.
    /// Likelihoods by importance sampling are recorded in float32, but a processor that has bfloat16 takes it if that moves ln p(x|z) by a d with
    /// |mean d| + mean d^2 / 2 &lt;= 0.02 nats (LikelihoodPass): a root mean square of 0.2 at most. Its mean over 15 records or more then strays by
    /// 0.2 / sqrt(15) = 0.052 nats, or 0.075 bits, and so does the standard error, a root of a sum of squares over those records. The effective share
    /// (sum w)^2 / (K sum w^2) is 1 at most, and its ln moves by the difference of two means of 2 d: it strays by 2 sqrt(2) 0.052 = 0.15.
    /// </summary>
    private static double Tolerance(string at, double scale) =>
        at switch
        {
            _ when at.Contains(".nll_") => 0.075,
            _ when at.EndsWith(".effective_sample_share") => 0.15,
            _ => 1e-4 * scale + 1e-5,
        };

    /// <summary>One in the last decimal that a number is written with.</summary>
    private static decimal Unit(decimal number) => new(1, 0, 0, false, number.Scale);

    private static string[] Cells(string path) => File.ReadAllText(path).Split(',', '\n');

    private static JsonElement Manifest(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        using var stream = zip.GetEntry("manifest.json")!.Open();
        return JsonDocument.Parse(stream).RootElement;
    }
}
