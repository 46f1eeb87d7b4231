using Isthmus.Information;
using Isthmus.Reporting.Experiments;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;

namespace Isthmus.Studio.Pages.Sweeps;

/// <summary>A figure of the runs of a sweep in the reader's unit. Immutable.</summary>
/// <param name="Axis">The figure.</param>
/// <param name="IsNats">True for nats; bits otherwise.</param>
internal sealed record SweepFigure(SweepAxis Axis, bool IsNats)
{
    private bool IsInNats => IsNats && Axis.Unit == "bits";

    /// <summary>Name with its unit.</summary>
    public string Heading => Unit.Length == 0 ? Axis.Name : $"{Axis.Name}, {Unit}";

    /// <summary>Unit; empty without one.</summary>
    public string Unit => IsInNats ? "nats" : Axis.Unit;

    /// <summary>Value of a run with its standard error; null before its evaluation, or where it has none.</summary>
    public (double Value, double? Error)? Of(SweepRun run) =>
        run.Figures is { } figures && Axis.Of(figures) is { } figure ? (In(figure.Value), figure.StandardError is { } error ? In(error) : null) : null;

    /// <summary>Value of a run; not a number without one.</summary>
    public double Value(SweepRun run) => Of(run)?.Value ?? double.NaN;

    /// <summary>Figures that some run has, the horizontal axis of the plane first.</summary>
    public static IReadOnlyList<SweepFigure> All(SweepRuns sweep, Preferences preferences)
    {
        SweptRun[] done = [.. sweep.Runs.Where(run => run.Figures is not null).Select(run => new SweptRun(run.Point, run.Name, run.Figures!, []))];
        if (done.Length == 0)
            return [];
        return
        [
            .. SweepAxis
                .Figures.Prepend(SweepAxis.Horizontal(done))
                .Where(axis => done.Any(run => axis.Of(run.Figures) is not null))
                .Select(axis => new SweepFigure(axis, preferences.IsNats)),
        ];
    }

    private double In(double value) => IsInNats ? value / InformationUnits.BitsPerNat : value;
}
