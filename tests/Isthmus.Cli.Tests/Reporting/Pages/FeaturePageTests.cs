using System.Text.RegularExpressions;
using Isthmus.Tests.Verbs;

namespace Isthmus.Tests.Reporting.Pages;

/// <summary>The page of a dictionary's features, as the command writes it: pictures, rows and texts where features are strongest.</summary>
public sealed class FeaturePageTests : IDisposable
{
    private readonly Terminal _terminal = new();

    // One number a row is large; feature by feature another.
    public FeaturePageTests()
    {
        File.WriteAllLines(
            _terminal.File("h.csv"),
            Enumerable
                .Range(0, 60)
                .Select(row => string.Join(',', Enumerable.Range(0, 3).Select(column => row % 3 == column ? $"{3 + row % 7}" : $"{row % 2}")))
                .Prepend("a,b,c")
        );
        _terminal.Done("train {h.csv} --model top-k-sae --latent 5 --set k=1 --epochs 20 --set batch-size=16 --threads 1 --name d -o {runs}");
    }

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Every_feature_that_is_on_has_its_card_and_dead_ones_are_listed()
    {
        var json = _terminal.Json("features {h.csv} -m {runs/d} --dense 0.3 -o {f.html}");
        var page = File.ReadAllText(_terminal.File("f.html"));
        int[] dead = [.. json.GetProperty("dead").EnumerateArray().Select(index => index.GetInt32())];
        foreach (var feature in json.GetProperty("features").EnumerateArray())
            Assert.Equal(
                !dead.Contains(feature.GetProperty("feature").GetInt32()),
                page.Contains($"<article id=\"f{feature.GetProperty("feature").GetInt32()}\"", StringComparison.Ordinal)
            );
        Assert.Contains("on in no row: ", page);
        Assert.Matches("on in more than 30.{1,6}% of the rows", page);
        // At most one feature a row, by k = 1.
        Assert.InRange(json.GetProperty("units_on_per_row").GetDouble(), 0.5, 1);
        Assert.Single(page.Split("<script>"), part => part.Contains("</script>"));
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org", "", StringComparison.Ordinal));
        Assert.Contains("is there already", _terminal.Refused("features {h.csv} -m {runs/d} -o {f.html}"));
        // Two of five.
        _terminal.Done("features {h.csv} -m {runs/d} --features 1 -o {one.html}");
        Assert.Equal(2, File.ReadAllText(_terminal.File("one.html")).Split("<article ").Length);
    }

    [Fact]
    public void Pictures_stand_once_in_the_style_and_several_rows_may_be_of_one()
    {
        _terminal.Done("features {h.csv} -m {runs/d} --records shapes --limit 20 --top 3 -o {f.html}");
        var page = File.ReadAllText(_terminal.File("f.html"));
        Assert.Contains("60 rows of 20 pictures", page);
        Assert.Contains("title=\"row ", page);
        static IEnumerable<string> Found(string page, string pattern) => Regex.Matches(page, pattern).Select(match => match.Groups[1].Value).Distinct().Order();
        Assert.Equal(Found(page, @"class=""pic p(\d+)"""), Found(page, @"\.p(\d+)\{background"));
        Assert.Equal(Regex.Count(page, @"\.p\d+\{background"), Found(page, @"\.p(\d+)\{background").Count());
        Assert.Contains("rows are no multiple of them", _terminal.Refused("features {h.csv} -m {runs/d} --records shapes --limit 7 -o {no.html}"));
    }

    [Fact]
    public void Texts_and_rows_are_shown_in_words_that_are_escaped()
    {
        File.WriteAllLines(_terminal.File("t.csv"), Enumerable.Range(0, 60).Select(row => $"text <b>{row}</b> of rivers,{row}").Prepend("words,n"));
        _terminal.Done("features {h.csv} -m {runs/d} --records {t.csv} --text words -o {f.html}");
        Assert.Matches(@"text &lt;b&gt;\d+&lt;/b&gt; of rivers", File.ReadAllText(_terminal.File("f.html")));
        _terminal.Done("features {h.csv} -m {runs/d} --records {h.csv} -o {r.html}");
        Assert.Matches(@"a \d+, b \d+, c \d+", File.ReadAllText(_terminal.File("r.html")));
    }

    [Fact]
    public void A_model_without_features_is_refused()
    {
        _terminal.Done(
            "train {h.csv} --model vae --latent 2 --set hidden=4 --epochs 1 --set batch-size=16 --threads 1 --importance-samples 0 --name v -o {runs}"
        );
        Assert.Contains("has no sparse code", _terminal.Refused("features {h.csv} -m {runs/v} -o {f.html}"));
        Assert.Contains("--dense 2 is no fraction", _terminal.Refused("features {h.csv} -m {runs/d} --dense 2 -o {f.html}"));
    }
}
