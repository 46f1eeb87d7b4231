using Isthmus.Information;

namespace Isthmus.NeuralInformation;

/// <summary>A mutual information by a critic, and what it rests on.</summary>
/// <param name="Estimator">Which: <c>copula-residual</c>, <c>infonce</c>, ...</param>
/// <param name="Value">Nats. The standard error is that of the terms reported on; it knows spread, not what the critic failed to learn.</param>
/// <param name="Warnings">Where the figure is likely off by more than its standard error, one line each; empty where nothing speaks against it.</param>
/// <param name="Parts">The fit behind each part reported on.</param>
public sealed record NeuralEstimate(string Estimator, Estimate Value, IReadOnlyList<string> Warnings, IReadOnlyList<CriticReport> Parts)
{
    /// <summary>The figure as estimators that can be named give it.</summary>
    public ChosenEstimate Chosen => new(Value, Estimator, "", Warnings);
}

/// <summary>How one critic did, by its bound in nats, less what the base alone gives on the same rows.</summary>
/// <param name="Steps">Steps until the weights kept; 0: none were better than the base.</param>
/// <param name="StepLimit">Steps at most.</param>
/// <param name="TrainNats">On rows it was trained on.</param>
/// <param name="ValidationNats">On rows that chose when to stop.</param>
/// <param name="ReportNats">On rows it never met.</param>
public sealed record CriticReport(int Steps, int StepLimit, double TrainNats, double ValidationNats, double ReportNats);
