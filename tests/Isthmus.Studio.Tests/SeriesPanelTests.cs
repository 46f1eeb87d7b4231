using Bunit;
using Isthmus.Studio.Components;
using Isthmus.Studio.Pages.OddRows;
using Isthmus.Tables;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Isthmus.Studio.Tests;

public sealed class SeriesPanelTests : BunitContext
{
    private const int Rows = 3000;

    public SeriesPanelTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Render<MudPopoverProvider>();
    }

    [Fact]
    public async Task Lines_show_the_oddest_row_of_a_long_series_are_zoomed_together_and_a_stretch_is_shown_by_its_name()
    {
        // One row in 3,000 is odd: thinning must keep it.
        float[] bits = [.. Enumerable.Range(0, Rows).Select(row => row == 1234 ? 20f : 1f)];
        double[] values = [.. Enumerable.Range(0, Rows).Select(row => row == 1234 ? 99.0 : row % 7)];
        var why = new ScoreReasons([new("speed", "99", "usual 0 to 6", 19)], 1, 0);
        var series = new ScoredSeries(
            [.. Enumerable.Range(0, Rows).Select(row => $"t{row}")],
            values,
            new(["speed"], bits, bits, new float[Rows]),
            [new(1235, 1235, "t1234", "t1234", 1235, "t1234", 20, 0.001, why)],
            new(2000, "t1999", 0.01, 0.4, 0.01, [new("speed", 3, 5, 2)])
        );
        var scored = new ScoredTable(Rows, new([.. Enumerable.Range(0, 1000).Select(i => i / 200f)]), 0.01, 1, [], [], 0.5, series, []);
        var panel = Render<SeriesPanel>(p => p.AddCascadingValue(new Preferences(JSInterop.JSRuntime)).Add(s => s.Scored, scored));
        Assert.Contains("t1999", panel.Find(".verdict").TextContent);
        var lines = panel.FindComponents<Chart>();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.Instance.Series[0].Points.Count, 400, 1300));
        Assert.Equal((1235, 99), lines[1].Instance.Series[1].Points.Single(point => !double.IsNaN(point.Y)));
        await panel.InvokeAsync(() => lines[0].Instance.Zoom(1000, 1100));
        Assert.All(panel.FindComponents<Chart>(), line =>
            Assert.Equal((1000, 1100), (line.Instance.Series[0].Points[0].X, line.Instance.Series[0].Points[^1].X))
        );
        panel.Find(".row-link").Click();
        Assert.All(panel.FindComponents<Chart>(), line =>
            Assert.Equal((1225, 1245), (line.Instance.Series[0].Points[0].X, line.Instance.Series[0].Points[^1].X))
        );
        panel.FindAll("button").First(button => button.TextContent == "Whole series").Click();
        Assert.Equal(Rows, panel.FindComponents<Chart>()[0].Instance.Series[0].Points[^1].X);
    }
}
