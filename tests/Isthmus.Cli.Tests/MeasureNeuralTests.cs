using Isthmus.Measures;

namespace Isthmus.Tests.Verbs;

public class MeasureNeuralTests
{
    [Fact]
    public void Critics_go_by_their_short_names_and_find_what_no_line_shows()
    {
        using var terminal = new Terminal();
        // |X| is half a normal and Y is near it: uncorrelated, and far more than a third of a nat.
        Folded(terminal, 600, 1);
        foreach (var name in (string[])["copula-residual", "infonce", "mine", "dv", "nwj", "smile"])
        {
            var json = terminal.Json($"measure {{t.csv}} --x x0 --y y0 -e {name} --threads 1 --seed 3");
            Assert.Equal(name, json.GetProperty("estimator").GetString());
            Assert.InRange(json.GetProperty("mi_nats").GetDouble(), 0.33, 2);
            Assert.InRange(json.GetProperty("standard_error_nats").GetDouble(), 0.01, 0.3);
            // A test would fit a critic for each permutation.
            Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("p_value").ValueKind);
        }
        Assert.InRange(terminal.Json("measure {t.csv} --x x0 --y y0 -e copula").GetProperty("mi_nats").GetDouble(), -0.02, 0.1);
    }

    [Fact]
    public void Auto_takes_a_critic_where_neighbours_are_too_far_apart_and_says_why()
    {
        using var terminal = new Terminal();
        Folded(terminal, 1000, 3);
        var many = terminal.Json("measure {t.csv} --x x0,x1,x2 --y y0,y1,y2 --permutations 0 --threads 1");
        Assert.Equal("copula-residual", many.GetProperty("estimator").GetString());
        Assert.Matches(
            @"^numbers in 3\+3 columns of 1,000 rows: a Gaussian copula and a critic that learns the rest find \d\.\d\d nats "
                + @"where nearest neighbours find \d\.\d\d$",
            many.GetProperty("reason").GetString()
        );
        // Fewer columns, fewer rows: neighbours see them.
        Assert.Equal("ksg1", terminal.Json("measure {t.csv} --x x0 --y y0,y1 --permutations 0").GetProperty("estimator").GetString());
        Assert.NotEqual(
            "copula-residual",
            terminal.Json("measure {t.csv} --x x0,x1,x2 --y y0,y1,y2 --permutations 0 --sample 900").GetProperty("estimator").GetString()
        );
    }

    [Fact]
    public void Bad_input_is_one_line()
    {
        using var terminal = new Terminal();
        Folded(terminal, 120, 1);
        Assert.Contains("at least 100 rows; there are 90", terminal.Refused("measure {t.csv} --x x0 --y y0 -e infonce --sample 90"));
        Assert.Contains("did you mean 'infonce'", terminal.Refused("measure {t.csv} --x x0 --y y0 -e infonec"));
        Assert.Contains("did you mean 'copula-residual'", terminal.Refused("measure {t.csv} --x x0 --y y0 -e copula-residue"));
        Assert.Contains("measures no entropy", terminal.Refused("measure {t.csv} --x x0 -e mine"));
        Assert.Contains("measures no information given others", terminal.Refused("measure {t.csv} --x x0 --y y0 --given same -e smile"));
        Assert.Contains("linear functions of one another", terminal.Refused("measure {t.csv} --x x0 --y twice -e copula-residual"));
        Assert.Contains("'word' holds texts", terminal.Refused("measure {t.csv} --x x0 --y word -e nwj"));
        Assert.Equal(0, terminal.Json("measure {t.csv} --x x0 --y same -e dv").GetProperty("mi_nats").GetDouble());
    }

    [Fact]
    public void Every_estimator_has_a_row_in_the_index_and_a_page_with_all_its_parts()
    {
        var pages = Path.Combine(Repository.Root, "docs", "measures");
        var index = File.ReadAllText(Path.Combine(pages, "README.md"));
        foreach (var estimator in InformationEstimators.All)
        {
            var link = System.Text.RegularExpressions.Regex.Match(index, $@"\| `{estimator.Name}`[^|]*\| \[[^\]]+\]\(([a-z0-9-]+\.md)\)");
            Assert.True(link.Success, $"docs/measures/README.md has no row for '{estimator.Name}'.");
            var page = File.ReadAllText(Path.Combine(pages, link.Groups[1].Value));
            Assert.Contains($"`{estimator.Name}`", page);
            foreach (var part in (string[])["**Formula**", "**Bias**", "**Cost**", "**Not for**", "**Reference**"])
                Assert.True(page.Contains(part, StringComparison.Ordinal), $"{link.Groups[1].Value} has no {part}.");
        }
    }

    /// <summary>x of normals, y = |x| + noise of a fifth, column by column; a constant, a text, and twice the first column.</summary>
    private static void Folded(Terminal terminal, int rows, int columns)
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        string Row()
        {
            double[] x = [.. Enumerable.Range(0, columns).Select(_ => Normal())];
            return string.Join(
                    ',',
                    x.Concat(x.Select(value => Math.Abs(value) + 0.2 * Normal()))
                        .Append(2 * x[0])
                        .Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture))
                ) + ",7,w\n";
        }
        File.WriteAllText(
            terminal.File("t.csv"),
            $"{string.Join(',', "xy".SelectMany(axis => Enumerable.Range(0, columns).Select(c => $"{axis}{c}")))},twice,same,word\n"
                + string.Concat(Enumerable.Range(0, rows).Select(_ => Row()))
        );
    }
}
