namespace Isthmus.Information;

/// <summary>A figure, the estimator that it is from, why that one, and what the reader should know before believing it.</summary>
/// <param name="Estimate">The figure and its standard error, nats.</param>
/// <param name="Estimator">The estimator's short name, as the literature has it: "ksg1".</param>
/// <param name="Reason">Why this estimator, in words; empty where the caller named it.</param>
/// <param name="Warnings">What may be wrong with the figure, a sentence each; none if nothing was found.</param>
public sealed record ChosenEstimate(Estimate Estimate, string Estimator, string Reason, IReadOnlyList<string> Warnings);
