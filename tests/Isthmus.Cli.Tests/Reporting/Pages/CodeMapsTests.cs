using Isthmus.Data.Records;
using Isthmus.Reporting.Drawing;
using Isthmus.Reporting.Pages;

namespace Isthmus.Tests.Reporting.Pages;

public class CodeMapsTests
{
    private static LatentMap MapOf(LabelColumn? label) => ReportRuns.Of("ae two").Maps[0] with { Label = label };

    private static string Page(params LatentMap[] maps) => ReportPage.Render(ReportRuns.Of("ae two") with { Maps = maps });

    private static LabelColumn Label(string name, params string[] classes) =>
        new(name, [.. Enumerable.Range(0, ReportRuns.Of("ae two").Maps[0].Points.Count).Select(i => i % classes.Length)], classes);

    [Fact]
    public void Each_of_several_labels_has_a_map_of_its_own_on_the_units_that_it_explains_most_of()
    {
        // The built-in shapes have five factors, and the code two units.
        var maps = ReportRuns.Of("ae two").Maps;
        Assert.Equal(["shape", "scale", "orientation", "x", "y"], maps.Select(map => map.Label!.Name));
        Assert.All(maps, map => Assert.Matches(@"^unit [01] \(\w+ explains [0-9.]+\s%\)$", map.Horizontal));
        Assert.All(maps, map => Assert.True(Share(map.Horizontal) >= Share(map.Vertical) && map.Horizontal[5] != map.Vertical[5], map.Horizontal));
        static double Share(string axis) =>
            double.Parse(axis[(axis.IndexOf("explains ", StringComparison.Ordinal) + 9)..^3], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_code_of_one_unit_is_mapped_against_the_records() =>
        Assert.All(ReportRuns.Of("ae one").Maps, map =>
            Assert.True(map.Horizontal.StartsWith("unit 0 (", StringComparison.Ordinal) && map.Vertical == "record")
        );

    [Fact]
    public void Records_without_labels_have_one_map_without_a_legend()
    {
        var page = Page(MapOf(null));
        Assert.Contains("<h2>The map of codes</h2>", page);
        Assert.DoesNotContain("Coloured by", page);
        Assert.DoesNotContain("class=\"panels maps\"", page);
    }

    [Fact]
    public void Classes_have_colours_of_their_own_and_a_quantity_a_ramp()
    {
        var page = Page(
            MapOf(Label("shape", "square", "heart")),
            MapOf(Label("size", "11 pixels", "13 pixels", "16 pixels")),
            MapOf(Label("x", [.. Enumerable.Range(10, 12).Select(i => $"{i}")]))
        );
        Assert.Contains("""<path class="s1" d="M0 0""", page);
        // Three values are listed, from one end of the ramp to the other; of twelve only the ends are named.
        Assert.Matches(
            """class="q0" [^>]*/></svg>11 pixels</span><span>[^<]*<svg[^>]*><path class="q4" [^>]*/></svg>13 pixels.*class="q7" [^>]*/></svg>16 pixels""",
            page
        );
        Assert.Matches("<span>10 <svg.*</svg> 21</span>", page);
        Assert.DoesNotContain("</svg>15</span>", page);
    }

    [Theory]
    [InlineData(false, "square", "ellipse", "heart")]
    [InlineData(false, "0", "1", "2", "3")]
    [InlineData(false, "no", "yes")]
    [InlineData(false, "1", "2", "many")]
    [InlineData(false, "3 cm", "2 cm", "1 cm")]
    [InlineData(false, "1 cm", "2 cm", "3 kg")]
    [InlineData(true, "0°", "11.25°", "22.5°")]
    [InlineData(true, "0.5", "0.6", "0.7")]
    [InlineData(true, "-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")]
    public void A_quantity_is_numbers_in_rising_order_with_one_unit_and_digits_are_none(bool isQuantity, params string[] classes) =>
        Assert.Equal(isQuantity, new ClassColours(Label("label", classes)).IsQuantity);

    [Fact]
    public void Labels_beyond_the_ninth_have_no_map_and_the_page_says_so()
    {
        var page = ReportPage.Render(
            ReportRuns.Of("ae two") with
            {
                Maps = [.. Enumerable.Range(0, 9).Select(i => MapOf(Label($"label {i}", "a", "b")))],
                LabelsWithoutMap = 3,
            }
        );
        Assert.Contains("3 more labels have no map.", page);
        Assert.Contains("<b>label 8</b>", page);
    }

    [Fact]
    public void A_label_of_one_class_and_one_of_a_class_for_each_record_are_mapped_too()
    {
        var count = ReportRuns.Of("ae two").Maps[0].Points.Count;
        var page = Page(MapOf(Label("same", "always")), MapOf(Label("id", [.. Enumerable.Range(0, count).Select(i => $"record {i}x")])));
        Assert.Contains("</svg>always</span>", page);
        Assert.Contains("<b>id</b>", page);
    }
}
