using Isthmus.Information;

namespace Isthmus.Models.Primitives;

/// <summary>One number of an evaluation.</summary>
/// <param name="Key">Its name in JSON, ending in its unit: <c>elbo_nats</c>.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Unit">Its unit for people: nats, bits, dB, ...; empty for a count.</param>
/// <param name="Value">The number.</param>
/// <param name="StandardError">Its standard error; null where it has none.</param>
public sealed record Figure(string Key, string Title, string Unit, double Value, double? StandardError = null)
{
    /// <summary>A figure from an estimate.</summary>
    public Figure(string key, string title, string unit, Estimate estimate)
        : this(key, title, unit, estimate.Value, double.IsNaN(estimate.StandardError) ? null : estimate.StandardError) { }
}
