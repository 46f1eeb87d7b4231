using Isthmus.Evaluation;
using Isthmus.Models.Primitives;

namespace Isthmus.Reporting.Experiments;

/// <summary>Quantity by which the runs of a sweep are compared: an axis of the chart, a column of the table.</summary>
/// <param name="Name">Name.</param>
/// <param name="Unit">Unit, empty if there is none.</param>
/// <param name="Of">The figure of a run; null where it has none.</param>
internal sealed record SweepAxis(string Name, string Unit, Func<EvaluationFigures, Figure?> Of)
{
    /// <summary>The rate of each run, the horizontal axis where every run has one.</summary>
    public static readonly SweepAxis Rate = new("Rate", "bits", figures => figures.Rate?.Bits);

    /// <summary>The distortion of each run, the vertical axis.</summary>
    public static readonly SweepAxis Distortion = new("Distortion", "bits", figures => figures.Distortion.Bits);

    /// <summary>Figures of runs beside the horizontal axis of the plane.</summary>
    public static readonly IReadOnlyList<SweepAxis> Figures =
    [
        Distortion,
        new("ELBO", "bits", figures => figures.Elbo?.Bits),
        new("NLL", "bits", figures => figures.NegativeLogLikelihood?.Bits),
        new("Bits/dim", "", figures => figures.BitsPerDimension),
        new("Active units", "", figures => figures.Code.ActiveUnits),
        new("I(X;Z) at least", "bits", figures => figures.Information.LowerBound?.Bits),
        new("I(X;Z) at most", "bits", figures => figures.Information.UpperBound?.Bits),
        new("MIG", "", figures => figures.Disentanglement?.Mig),
        new("Linear probe", "", figures => figures.Probes.Count == 1 ? figures.Probes.Values.Single().LinearAccuracy : null),
    ];

    /// <summary>Name and unit, for an axis.</summary>
    public string Words(string noun) => Unit.Length == 0 ? Name : $"{Name}, {Unit} a {noun}";

    /// <summary>Name and unit, for a column.</summary>
    public string Heading => Unit.Length == 0 ? Name : $"{Name}, {Unit}";

    /// <summary>Returns the horizontal axis: the rate if every run has one, else active units, else units.</summary>
    public static SweepAxis Horizontal(IReadOnlyList<SweptRun> runs) =>
        new SweepAxis[] { Rate, new("Units on in a code (L0)", "", figures => figures.Code.UnitsOn) }.FirstOrDefault(axis =>
            runs.All(run => axis.Of(run.Figures) is not null)
        ) ?? new("Units in the code", "", figures => figures.Code.Units);

    /// <summary>The value of a run; NaN where it has none.</summary>
    public double Value(SweptRun run) => Of(run.Figures)?.Value ?? double.NaN;
}
