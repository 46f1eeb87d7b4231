using Isthmus.Information;

namespace Isthmus.Models.Primitives;

/// <summary>One figure of an evaluation: a number with its unit and standard error.</summary>
/// <param name="Key">Name in JSON and in model files, with its unit: <c>elbo_nats</c>.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Unit">Unit: nats, bits, bits/dim, dB, ...; empty for counts and fractions.</param>
/// <param name="Value">The number.</param>
/// <param name="StandardError">One standard error, in the same unit; null where it is not known.</param>
public sealed record Figure(string Key, string Title, string Unit, double Value, double? StandardError = null)
{
    /// <summary>Creates a result from an estimate.</summary>
    public Figure(string key, string title, string unit, Estimate estimate)
        : this(key, title, unit, estimate.Value, double.IsNaN(estimate.StandardError) ? null : estimate.StandardError) { }

    /// <summary>The number with its standard error and unit: "−123.4 ± 0.5 bits".</summary>
    public override string ToString() => $"{NumberText.Of(Value, StandardError)} {Unit}".TrimEnd();
}
