namespace Isthmus.Information;

/// <summary>An estimate with the estimator that made it, the reason for choosing that estimator, and warnings to read before relying on the value.</summary>
/// <param name="Estimate">The value and its standard error, nats.</param>
/// <param name="Estimator">The estimator's short name, as the literature has it: "ksg1".</param>
/// <param name="Reason">Reason for the choice of the estimator, in words; empty if the caller named it.</param>
/// <param name="Warnings">Sentences that say what may be wrong with the value; empty if nothing was found.</param>
public sealed record ChosenEstimate(Estimate Estimate, string Estimator, string Reason, IReadOnlyList<string> Warnings);
