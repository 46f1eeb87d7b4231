using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Isthmus.Data.Records;
using Isthmus.Reporting.Pages;
using Isthmus.Tests.Data;
using Isthmus.Training;
using SkiaSharp;

namespace Isthmus.Tests.Reporting.Pages;

public partial class ReportPageTests
{
    public static TheoryData<string> Reports =>
        ["vae", "ae", "sparse", "denoising", "vae rgb", "denoising rgb", "vae table", "ae table", "denoising table", "vae one", "ae one"];

    [Theory]
    [MemberData(nameof(Reports))]
    public void A_report_refers_to_nothing_outside_itself(string what)
    {
        var page = Page(what);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page);
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotMatch("https?://", page);
        Assert.All(Sources().Matches(page), source => Assert.StartsWith("data:image/png;base64,", source.Groups[1].Value));
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void Names_from_outside_never_become_markup(string what)
    {
        var page = Page(what);
        Assert.Contains(WebUtility.HtmlEncode(ReportRuns.HostileName), page);
        Assert.All([ReportRuns.HostileName, ReportRuns.HostileClass, ReportRuns.HostileColumn, "<b>table", "<i>kind"], name =>
            Assert.DoesNotContain(name, page)
        );
        if (what.EndsWith("rgb"))
            Assert.Contains(WebUtility.HtmlEncode(ReportRuns.HostileClass), page);
    }

    [Theory]
    [InlineData("vae", "learning reconstructions samples traversals map units figures provenance")]
    [InlineData("ae", "learning reconstructions traversals map units figures provenance")]
    [InlineData("sparse", "learning reconstructions traversals map units figures provenance")]
    [InlineData("denoising", "learning reconstructions traversals map units denoised figures provenance")]
    [InlineData("ae table", "learning reconstructions map units figures provenance")]
    [InlineData("vae table", "learning reconstructions map units figures provenance")]
    public void Each_model_has_its_sections_in_order(string what, string sections) =>
        Assert.Equal(sections, string.Join(' ', Sections().Matches(Page(what)).Select(section => section.Groups[1].Value)));

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_figure_stands_in_the_table_with_its_unit_and_error(string what)
    {
        var rows = Rows().Matches(Page(what)).ToDictionary(row => row.Groups[1].Value, row => WebUtility.HtmlDecode(row.Value));
        Assert.All(ReportRuns.Of(what).Evaluation.Figures, figure =>
        {
            Assert.Contains(figure.Title, rows[figure.Key]);
            Assert.Contains(NumberText.Of(figure.Value, figure.StandardError), rows[figure.Key]);
            Assert.Matches("<td>[^<]+</tr>", rows[figure.Key]);
            Assert.Contains(figure.Unit, rows[figure.Key]);
        });
    }

    [Fact]
    public void The_verdict_comes_first_with_its_state_and_the_contents_lead_to_every_section()
    {
        var page = Page("vae");
        Assert.Matches("</h1>\\s*<p class=\"verdict (good|look|bad)\"><b>(Good|Look|Bad)\\.</b>", page);
        Assert.Equal(
            Sections().Matches(page).Select(section => section.Groups[1].Value),
            Regex.Matches(page, "<li><a href=\"#(\\w+)\">").Select(link => link.Groups[1].Value)
        );
        // Two results in large letters, the others folded.
        Assert.Equal(2, Regex.Count(page[..page.IndexOf("<details", StringComparison.Ordinal)], "<div class=\"figure\">"));
    }

    [Theory]
    [InlineData("Healthy.", "Good")]
    [InlineData("Not trained yet: numbers come back no better.", "Bad")]
    [InlineData("Collapsed: the code carries nothing.", "Bad")]
    [InlineData("Still improving: 1 bit.", "Look")]
    public void A_verdict_puts_a_model_in_a_state(string verdict, string state) => Assert.Equal(state, VerdictStates.Of(verdict).ToString());

    [Fact]
    public void Every_figure_is_in_one_group()
    {
        var figures = ReportRuns.Of("vae").Evaluation.Figures;
        Assert.Equal(
            figures.Select(figure => figure.Key).Order(),
            FigureGroup.Of(figures).SelectMany(group => group.Figures).Select(figure => figure.Key).Order()
        );
        Assert.DoesNotContain(FigureGroup.Of(figures), group => group.Title == "Others");
    }

    [Fact]
    public void A_variational_report_sets_its_bits_against_the_source_and_plain_storage()
    {
        var page = Page("vae");
        Assert.Contains("log₂ 13,824 = 13.75 bits", page);
        Assert.Contains("stored plainly it takes", page);
        Assert.DoesNotContain("not a code length", page);
    }

    [Theory]
    [InlineData("ae")]
    [InlineData("sparse")]
    [InlineData("denoising")]
    [InlineData("ae table")]
    public void Without_a_prior_the_distortion_is_said_to_be_no_code_length(string what) => Assert.Contains("not a code length", Page(what));

    [Theory]
    [MemberData(nameof(Reports))]
    public void Charts_are_well_formed_and_hold_finite_coordinates_only(string what)
    {
        var charts = Charts().Matches(Page(what));
        Assert.NotEmpty(charts);
        Assert.All(charts, chart =>
        {
            Assert.DoesNotContain("NaN", XElement.Parse(chart.Value).ToString());
            Assert.DoesNotContain("∞", chart.Value);
        });
    }

    [Fact]
    public void Pictures_on_the_page_are_those_of_the_content()
    {
        var content = ReportRuns.Of("vae rgb");
        var first = Sources().Match(ReportPage.Render(content)).Groups[1].Value["data:image/png;base64,".Length..];
        using var picture = SKBitmap.Decode(Convert.FromBase64String(first));
        Assert.Equal((8, 8), (picture.Width, picture.Height));
        var planes = content.Reconstructions[0].Original;
        Assert.Equal(Enumerable.Range(0, 64).Select(i => new SKColor(planes[i], planes[64 + i], planes[128 + i])), picture.Pixels);
    }

    [Fact]
    public void Figures_and_epochs_that_are_no_numbers_do_not_break_the_page()
    {
        var content = ReportRuns.Of("vae");
        var broken = content with
        {
            Epochs = [new(1, double.NaN, double.PositiveInfinity, 5, 5, 0), new(2, 4, 4, double.NaN, 4, 0)],
            Evaluation = content.Evaluation with
            {
                Figures = [.. content.Evaluation.Figures.Select(figure => figure with { Value = double.NaN })],
                UnitRatesNats = [0, 0, double.NaN],
            },
            Maps = [.. content.Maps.Select(map => map with { Points = [.. map.Points.Select(_ => (double.NaN, 1.0))] })],
        };
        var page = ReportPage.Render(broken);
        Assert.Contains("not known", page);
        Assert.DoesNotContain("NaN", page.Replace("data:image/png;base64,", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_epochs_or_spread_still_has_a_report()
    {
        var content = ReportRuns.Of("ae");
        Assert.Contains(
            "</html>",
            ReportPage.Render(
                content with
                {
                    Epochs = [],
                    Maps = [new("unit 0", "unit 1", [(1, 1)], 1, null)],
                    Evaluation = content.Evaluation with { Activity = new([false, false, false], "never", [0, 0, 0], null) },
                }
            )
        );
    }

    [Fact]
    public void More_classes_than_can_be_told_apart_share_a_grey()
    {
        var content = ReportRuns.Of("ae");
        var map = content.Maps[0];
        var label = new LabelColumn("id", [.. Enumerable.Range(0, map.Points.Count)], [.. Enumerable.Range(0, map.Points.Count).Select(i => $"class {i}")]);
        var page = ReportPage.Render(content with { Maps = [map with { Label = label }] });
        Assert.Contains("class 29<", page);
        Assert.DoesNotContain("class 30<", page);
        Assert.Contains("others", page);
    }

    [Fact]
    public void The_file_is_the_page_and_the_same_content_gives_the_same_bytes()
    {
        using var scratch = new Scratch();
        var path = new RunFolder(Path.Combine(scratch.Folder, "run")).Report;
        ReportPage.Write(path, ReportRuns.Of("vae"));
        Assert.Equal(Page("vae"), File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    private static string Page(string what) => ReportPage.Render(ReportRuns.Of(what));

    [GeneratedRegex("src=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex("<section id=\"(\\w+)\"")]
    private static partial Regex Sections();

    [GeneratedRegex("<tr><td title=\"([^\"]*)\">.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Rows();

    [GeneratedRegex("<svg viewBox=\"0 0 360 [^>]*role=\"img\".*?</svg>\\s*</svg>", RegexOptions.Singleline)]
    private static partial Regex Charts();

    /// <summary>What a model is called where its line says what it is, and its name where the line says what it does.</summary>
    [Theory]
    [InlineData("vae", "A variational autoencoder")]
    [InlineData("aae", "An adversarial autoencoder")]
    [InlineData("prod-lda", "A topic model")]
    [InlineData("beta-vae", "A variational autoencoder with the rate weighted by beta")]
    [InlineData("iwae", "An importance weighted autoencoder")]
    [InlineData("ladder-vae", "A hierarchical variational autoencoder")]
    [InlineData("factor-vae", "A factor-vae")]
    public void A_report_calls_its_model_by_what_it_is(string preset, string words) => Assert.Equal(words, ReportWords.Kind(preset));
}
