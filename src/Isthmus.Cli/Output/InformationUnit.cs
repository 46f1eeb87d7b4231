using System.CommandLine;
using Isthmus.Information;

namespace Isthmus.Cli.Output;

/// <summary>The one unit of a result: bits, or nats with <c>--nats</c>. JSON keeps both, each figure named with its own.</summary>
internal sealed record InformationUnit(bool IsNats)
{
    /// <summary>Option for nats.</summary>
    public static readonly Option<bool> Nats = new("--nats") { Description = "Print information in nats instead of bits (1 nat = 1.443 bits)." };

    /// <summary>Name of the unit.</summary>
    public string Name => IsNats ? "nats" : "bits";

    /// <summary>Nats in the unit.</summary>
    public double Of(double nats) => IsNats ? nats : InformationUnits.NatsToBits(nats);

    /// <summary>A loss and its two terms: "loss 1,026 bits = 1,026 distortion + 0.04 rate".</summary>
    public string Loss(double distortionNats, double rateNats) =>
        $"loss {NumberText.Of(Of(distortionNats + rateNats))} {Name} = {NumberText.Of(Of(distortionNats))} distortion {(rateNats < 0 ? "−" : "+")} "
        + $"{NumberText.Of(Of(Math.Abs(rateNats)), 2)} rate";
}
