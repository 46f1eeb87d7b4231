using Isthmus.Information;
using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>An amount of information, or a log-likelihood, in both units: <c>report.Elbo?.Bits.Value</c>, <c>report.Elbo?.Nats.StandardError</c>.</summary>
/// <param name="Nats">The amount in nats (natural logarithm).</param>
/// <param name="Bits">The amount in bits, nats / ln 2, with its standard error.</param>
public sealed record InformationFigure(Figure Nats, Figure Bits)
{
    /// <summary>The amount in bits with its standard error: "−123.4 ± 0.5 bits".</summary>
    public override string ToString() => Bits.ToString();

    /// <summary>Creates both units from either; null if there is neither.</summary>
    internal static InformationFigure? Of(Figure? nats, Figure? bits) =>
        (nats, bits) switch
        {
            (null, null) => null,
            (null, { } given) => new(In("nats", given, 1 / InformationUnits.BitsPerNat), given),
            ({ } given, _) => new(given, bits ?? In("bits", given, InformationUnits.BitsPerNat)),
        };

    private static Figure In(string unit, Figure figure, double factor) =>
        figure with
        {
            Key = string.Join('_', figure.Key.Split('_').Select(part => part is "nats" or "bits" ? unit : part)),
            Unit = unit,
            Value = figure.Value * factor,
            StandardError = figure.StandardError * factor,
        };
}
