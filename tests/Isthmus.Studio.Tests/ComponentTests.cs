using Bunit;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Isthmus.Studio.Tests;

/// <summary>Components by themselves, without a browser.</summary>
public sealed class ComponentTests : BunitContext
{
    private readonly Preferences _preferences;

    public ComponentTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Render<MudPopoverProvider>();
        _preferences = new(JSInterop.JSRuntime);
    }

    [Fact]
    public async Task A_number_is_shown_with_its_error_in_the_readers_unit()
    {
        var amount = Render<Amount>(parameters =>
            parameters.AddCascadingValue(_preferences).Add(a => a.Value, 10).Add(a => a.Error, 0.5).Add(a => a.Unit, "nats")
        );
        Assert.Equal("14.4 ± 0.7 bits", amount.Find(".amount").TextContent);
        await _preferences.SwitchUnitAsync();
        amount.Render();
        Assert.Equal("10.0 ± 0.5 nats", amount.Find(".amount").TextContent);
    }

    [Fact]
    public void A_number_of_another_unit_stays() =>
        Assert.Equal(
            "12.5 dB",
            Render<Amount>(parameters => parameters.AddCascadingValue(_preferences).Add(a => a.Value, 12.5).Add(a => a.Unit, "dB")).Find(".amount").TextContent
        );

    [Fact]
    public void A_word_of_the_glossary_says_what_it_means()
    {
        Assert.StartsWith("What the code costs", Render<Word>(p => p.Add(w => w.Text, "Rate")).Find(".word-known").GetAttribute("aria-description"));
        Assert.Equal("flurb", Render<Word>(p => p.Add(w => w.Text, "flurb")).Markup.Trim());
    }

    [Theory]
    [InlineData(Judgement.Good, "good")]
    [InlineData(Judgement.Look, "look")]
    [InlineData(Judgement.Bad, "bad")]
    public void A_verdict_is_a_word_and_not_a_colour_alone(Judgement judgement, string word) =>
        Assert.Equal(word, Render<VerdictBadge>(p => p.Add(b => b.Judgement, judgement)).Find(".verdict-badge").TextContent.Trim());

    [Fact]
    public void A_chart_draws_every_line_zooms_and_saves_all_numbers()
    {
        ChartSeries[] series = [new("one", [(1, 4), (2, 2), (3, 1)]), new("two", [(1, 3), (2, double.NaN), (3, 2)], 1)];
        var chart = Render<Chart>(p => p.Add(c => c.Title, "Sum").Add(c => c.Series, series));
        // The second line is interrupted: two dots.
        Assert.Equal((1, 2), (chart.FindAll("polyline").Count, chart.FindAll("circle").Count));
        Assert.Equal("Sum", chart.Find(".chart-body svg").GetAttribute("aria-label"));
        chart.InvokeAsync(() => chart.Instance.Zoom(1.5, 3));
        Assert.Contains(chart.FindAll("button"), button => button.TextContent == "Whole");
        Assert.Equal(2, chart.Find("polyline").GetAttribute("points")!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        chart.FindAll("button").First(button => button.TextContent == "log").Click();
        Assert.Equal("true", chart.FindAll("button").First(button => button.TextContent == "log").GetAttribute("aria-pressed"));
    }

    [Theory]
    [InlineData("wide", 960)]
    [InlineData("narrow", 360)]
    public async Task A_wide_chart_is_drawn_narrow_where_the_window_is_so_that_words_stay_as_large(string window, int width)
    {
        JSInterop.Setup<string[]>("isthmus.preferences").SetResult(["bits", "light", window]);
        var preferences = new Preferences(JSInterop.JSRuntime);
        await preferences.LoadAsync();
        var chart = Render<Chart>(p =>
            p.Add(c => c.Title, "Sum").Add(c => c.Series, [new("one", [(1, 1), (2, 2)])]).Add(c => c.Width, 960).AddCascadingValue(preferences)
        );
        Assert.StartsWith($"0 0 {width} ", chart.Find(".chart-body svg").GetAttribute("viewBox"));
    }

    [Fact]
    public void A_name_from_the_data_cannot_become_markup()
    {
        var chart = Render<Chart>(p => p.Add(c => c.Title, "<script>x</script>").Add(c => c.Series, [new("<b>", [(1, 1), (2, 2)])]));
        Assert.Empty(chart.FindAll("script"));
    }

    [Fact]
    public void A_sparkline_has_no_more_points_than_it_is_wide()
    {
        var line = Render<Sparkline>(p => p.Add(s => s.Values, [.. Enumerable.Range(0, 1000).Select(i => 1.0 / (1 + i))]));
        Assert.InRange(line.Find("polyline").GetAttribute("points")!.Split(' ').Length, 50, 82);
        Assert.Empty(Render<Sparkline>(p => p.Add(s => s.Values, [double.NaN])).FindAll("svg"));
    }

    [Fact]
    public void A_fault_says_subject_problem_and_remedy()
    {
        var problem = Render<Problem>(p => p.Add(x => x.Fault, new InvalidInputException("x.csv", "is empty", "give rows")));
        Assert.Contains("x.csv is empty", problem.Find(".mud-alert").TextContent);
        Assert.Contains("give rows", problem.Find(".mud-alert").TextContent);
    }
}
