using Isthmus.Information;
using Isthmus.Models.Primitives;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Experiments;

/// <summary>
/// A sweep as one HTML file without a script: every run a point that opens its report, in the plane of rate and distortion (of codes without
/// a rate: of units on and distortion) with the frontier, its way through the information plane, and the table. It follows the reader's light or dark mode.
/// </summary>
public static class SweepPage
{
    private const int MostColours = ReportStyle.Colours;

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, string name, SweepDefinition definition, IReadOnlyList<SweptRun> runs) =>
        AtomicFile.WriteText(path, Render(name, definition, runs));

    /// <summary>Returns the page's text: the same runs give the same.</summary>
    public static string Render(string name, SweepDefinition definition, IReadOnlyList<SweptRun> runs)
    {
        var css =
            """
                a{color:inherit}a .run{stroke:var(--ground);stroke-width:1}a:hover .run,a:focus .run{stroke:var(--ink);stroke-width:1.5}
                .runs table{font-size:.85rem}.runs th.n{white-space:normal;vertical-align:bottom}.runs td,.runs th{padding-right:.7rem}
                .runs td:last-child,.runs th:last-child{padding-right:0}.runs small{display:block;color:var(--soft)}
                @media(max-width:40rem){.runs thead{display:none}.runs tr{display:block;padding:.6rem 0;border-bottom:1px solid var(--line)}
                .runs td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.1rem 0;white-space:normal}
                .runs td::before{content:attr(data-name);color:var(--soft)}.runs small{display:inline}}
                .line.frontier{stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 3}.path{fill:none;stroke-width:1.4;opacity:.75}
                """ + string.Concat(Enumerable.Range(0, ReportStyle.Colours).Select(i => $".path.s{i}{{fill:none;stroke:var(--c{i})}}"));
        var axis = SweepAxis.Horizontal(runs);
        return HtmlPage.Of(
            name,
            $"a sweep of {definition.Model} on {Path.GetFileName(Path.TrimEndingDirectorySeparator(definition.Data))}",
            name,
            lead: $"""
            <p class="lede">{Counted.Of(runs.Count, "run")}: {Varied(definition)}. Every point opens its run's report.</p>
            """,
            main: $"""
            {Plane(definition, runs, axis)}
            {InformationPlane(definition, runs)}
            {Table(runs, axis)}
            """,
            footer: $"Figures are of the test {runs[0].Noun}s, used neither to train nor to choose the epoch; ± is one standard error over them. Split by "
                + $"seed {definition.SplitSeed}.",
            css: css
        );
    }

    private static string Varied(SweepDefinition definition) =>
        string.Join(
            ", ",
            [
                .. definition.Grid.Values.Select(setting => $"{setting.Key} at {string.Join(", ", setting.Value)}"),
                definition.Grid.Seeds.Count == 1 ? $"seed {definition.Grid.Seeds[0]}" : $"seeds {definition.Grid.Seeds[0]} to {definition.Grid.Seeds[^1]}",
            ]
        );

    private static Html Plane(SweepDefinition definition, IReadOnlyList<SweptRun> runs, SweepAxis axis)
    {
        var frontier = Sweep.Frontier(runs, run => axis.Value(run), run => SweepAxis.Distortion.Value(run));
        var chart = new SvgChart(
            $"{axis.Name} against distortion of {runs.Count} runs",
            new(axis.Words(runs[0].Noun), runs.Select(run => axis.Value(run)), padded: true),
            new(SweepAxis.Distortion.Words(runs[0].Noun), runs.Select(run => SweepAxis.Distortion.Value(run)), padded: true),
            height: 300
        ).Line(frontier.Select(run => (axis.Value(run), SweepAxis.Distortion.Value(run))), "frontier");
        foreach (var run in runs)
            chart.Link(
                axis.Value(run),
                SweepAxis.Distortion.Value(run),
                $"{run.Folder}/report.html",
                Style(definition, run),
                $"{run.Point.Words} seed {run.Point.Seed}: {axis.Name.ToLowerInvariant()} {axis.Of(run.Figures)}, "
                    + $"distortion {SweepAxis.Distortion.Of(run.Figures)}"
            );
        var ways =
            axis == SweepAxis.Rate ? "Lower is less distortion, further left less rate." : "Lower is a better reconstruction, further left a simpler code.";
        return $"""
            <section id="plane"><h2>{(axis == SweepAxis.Rate ? "Rate and distortion" : "Code and distortion")}</h2>
            <div class="beside"><figure>{chart.Draw()}</figure>
            <div><p>{ways} {(
                frontier.Count == 1
                    ? "One run is the best in both."
                    : $"The dashed line joins the {NumberText.Of(frontier.Count)} runs that no other beats in both: along it, one is traded for the other."
            )}</p>
            {Legend(definition)}</div></div></section>
            """;
    }

    private static Html? InformationPlane(SweepDefinition definition, IReadOnlyList<SweptRun> runs)
    {
        var shown = runs.Where(run => run.Path.Any(point => point.InformationNats is not null)).ToArray();
        if (shown.Length == 0)
            return null;
        (double X, double Y)[] Points(SweptRun run) =>
            [
                .. run
                    .Path.Where(point => point.InformationNats is not null)
                    .Select(point => (InformationUnits.NatsToBits(point.InformationNats!.Value), InformationUnits.NatsToBits(point.LabelInformationNats))),
            ];
        var all = shown.SelectMany(Points).ToArray();
        var chart = new SvgChart(
            "Information of the code about the record and about the label while training",
            new("I(X;Z) at least, bits", all.Select(point => point.X), padded: true),
            new("I(Z;Y) at least, bits", all.Select(point => point.Y), padded: true),
            height: 300
        );
        foreach (var run in shown)
            chart.Line(Points(run), $"path {Style(definition, run)}");
        foreach (var run in shown)
            chart.Link(
                Points(run)[^1].X,
                Points(run)[^1].Y,
                $"{run.Folder}/report.html",
                Style(definition, run),
                $"{run.Point.Words} seed {run.Point.Seed}, after epoch {run.Path[^1].Epoch}"
            );
        return $"""
            <section id="information"><h2>The information plane</h2>
            <div class="beside"><figure>{chart.Draw()}</figure>
            <div><p>Each line follows a run through training, from its first epoch to the point at its end. Further right the code holds
            more information about the {runs[0].Noun}, higher up more about its label, which only models of labels are given.</p>
            <p class="soft">Both are lower bounds for one drawn code a {runs[0].Noun}, on at most 1,000 validation {runs[0].Noun}s: InfoNCE, which
            cannot exceed the logarithm of their number, and a linear probe. A code holds at most as much information about the label as about the
            {runs[0].Noun}.</p>
            {Legend(definition)}</div></div></section>
            """;
    }

    private static Html Table(IReadOnlyList<SweptRun> runs, SweepAxis axis)
    {
        SweepAxis[] columns = [.. SweepAxis.Figures.Prepend(axis).Where(column => runs.Any(run => column.Of(run.Figures) is not null))];
        return $"""
            <section id="runs" class="runs"><h2>All runs</h2>
            <div class="scroll"><table><thead><tr><th>run<th class="n">seed{columns.Select(column => (Html)$"""<th class="n">{column.Heading}""")}</tr></thead>
            <tbody>{runs.Select(run => (Html)$"""
            <tr><td data-name="run"><a href="{run.Folder}/report.html">{(run.Point.Words.Length > 0 ? run.Point.Words : run.Folder)}</a>
            <td class="n" data-name="seed">{run.Point.Seed}
            {columns.Select(column => (Html)$"""<td class="n" data-name="{column.Heading}">{Cell(column.Of(run.Figures))}""")}</tr>
            """)}</tbody></table></div></section>
            """;
    }

    private static Html? Cell(Figure? figure)
    {
        if (figure is null)
            return null;
        string[] parts = NumberText.Of(figure.Value, figure.StandardError).Split(" ± ");
        return parts is [var value, var spread] ? $"<span>{value}<small> ± {spread}</small></span>" : (Html)$"<span>{parts[0]}</span>";
    }

    /// <summary>Returns the colour by the first setting that varies; if there are too few colours, one for all.</summary>
    private static string Style(SweepDefinition definition, SweptRun run) =>
        definition.Grid.Values.Count == 0 || definition.Grid.Values[0].Value.Length > MostColours
            ? "s0"
            : $"s{Array.IndexOf(definition.Grid.Values[0].Value, run.Point.Settings[0].Value)}";

    private static Html? Legend(SweepDefinition definition) =>
        definition.Grid.Values.Count == 0 || definition.Grid.Values[0].Value.Length > MostColours
            ? null
            : (Html)
                $"""
                    <div class="legend">{definition.Grid.Values[0].Value.Select(
                        (value, i) =>
                            (Html)(
                                $"""<span><svg class="swatch" viewBox="-5 -5 10 10" aria-hidden="true"><circle class="s{i}" r="4"/></svg>"""
                                    + $"""{definition.Grid.Values[0].Key}={value}</span>"""
                            )
                    )}</div>
                    """;
}
