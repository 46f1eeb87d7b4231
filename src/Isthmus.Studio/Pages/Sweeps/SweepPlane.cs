using Isthmus.Reporting.Drawing;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;

namespace Isthmus.Studio.Pages.Sweeps;

/// <summary>Runs of a sweep in the plane of rate and distortion, with the frontier; those in training where their validation figures are. Stateless.</summary>
internal static class SweepPlane
{
    /// <summary>Draws the plane.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="across">Horizontal figure.</param>
    /// <param name="up">Distortion.</param>
    /// <param name="isIn">Runs that are not faint.</param>
    /// <param name="chosen">Name of the run that is open.</param>
    /// <param name="preferences">The reader's unit.</param>
    public static Html Draw(SweepRuns sweep, SweepFigure across, SweepFigure up, Func<SweepRun, bool> isIn, string? chosen, Preferences preferences)
    {
        var first = sweep.Varied.Count > 0 ? sweep.Varied[0] : ("", []);
        string Style(SweepRun run) =>
            $"{(first.Item2.Count is > 0 and <= 10 ? $"s{first.Item2.ToList().IndexOf(SweepRuns.ValueOf(run, first.Item1))}" : "s0")}"
            + $"{(isIn(run) ? "" : " faint-run")}{(run.Name == chosen ? " chosen-run" : "")}";
        // A rate is measured after every epoch; other figures are not.
        var under = across.Axis.Name != "Rate" ? [] : sweep.Runs.Where(run => run is { Figures: null, Entry.Epochs.Count: > 0 }).ToArray();
        (double X, double Y) Now(SweepRun run) =>
            run.Entry!.Epochs[^1] is var epoch ? (preferences.Of(epoch.ValidationRateNats), preferences.Of(epoch.ValidationDistortionNats)) : default;
        var chart = new SvgChart(
            $"{across.Axis.Name} against distortion of {sweep.Runs.Count} runs",
            new(across.Heading, sweep.Runs.Select(across.Value).Concat(under.Select(run => Now(run).X)), padded: true, ticks: 5),
            new(up.Heading, sweep.Runs.Select(up.Value).Concat(under.Select(run => Now(run).Y)), padded: true, ticks: 5),
            height: 330,
            width: 480
        ).Line(Frontier(sweep, across, up).Select(run => (across.Value(run), up.Value(run))), "frontier");
        foreach (var (place, run) in sweep.Runs.Index())
            if (run.Figures is not null)
                chart.Pick(
                    across.Value(run),
                    up.Value(run),
                    $"{place}",
                    Style(run),
                    $"{run.Words}: {across.Axis.Name.ToLowerInvariant()} {NumberText.Of(across.Value(run), 4)}, distortion {NumberText.Of(up.Value(run), 4)}"
                );
        foreach (var run in under)
            chart.Pick(
                Now(run).X,
                Now(run).Y,
                $"{sweep.Runs.ToList().IndexOf(run)}",
                $"{Style(run)} so-far",
                $"{run.Words}: epoch {run.Entry!.Epochs.Count} so far, validation records"
            );
        return chart.Draw();
    }

    /// <summary>Returns the runs that no other beats in both.</summary>
    public static IReadOnlyList<SweepRun> Frontier(SweepRuns sweep, SweepFigure across, SweepFigure up)
    {
        List<SweepRun> frontier = [];
        foreach (
            var run in sweep.Runs.Where(run => double.IsFinite(across.Value(run)) && double.IsFinite(up.Value(run))).OrderBy(across.Value).ThenBy(up.Value)
        )
            if (frontier.Count == 0 || up.Value(run) < up.Value(frontier[^1]))
                frontier.Add(run);
        return frontier;
    }
}
