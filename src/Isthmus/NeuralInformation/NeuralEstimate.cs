using Isthmus.Information;

namespace Isthmus.NeuralInformation;

/// <summary>Mutual information estimated by a critic, with diagnostics.</summary>
/// <param name="Estimator">Name of the estimator: <c>copula-residual</c>, <c>infonce</c>, ...</param>
/// <param name="Value">The estimate, nats. Its standard error covers the spread of the terms, not dependence that the critic failed to learn.</param>
/// <param name="Warnings">Reasons why the estimate is likely off by more than its standard error, one line each; may be empty.</param>
/// <param name="Parts">The fit behind each part reported on.</param>
public sealed record NeuralEstimate(string Estimator, Estimate Value, IReadOnlyList<string> Warnings, IReadOnlyList<CriticReport> Parts)
{
    /// <summary>The estimate in the form common to all named estimators.</summary>
    public ChosenEstimate Chosen => new(Value, Estimator, "", Warnings);
}

/// <summary>Result of one critic: its bound in nats, less that of the base alone on the same rows.</summary>
/// <param name="Steps">Number of steps until the weights kept; 0 if none were better than the base.</param>
/// <param name="StepLimit">Largest number of steps.</param>
/// <param name="TrainNats">Gain on training rows.</param>
/// <param name="ValidationNats">Gain on the rows that decided when to stop.</param>
/// <param name="ReportNats">Gain on held-out rows.</param>
public sealed record CriticReport(int Steps, int StepLimit, double TrainNats, double ValidationNats, double ReportNats);
