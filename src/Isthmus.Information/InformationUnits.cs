namespace Isthmus.Information;

/// <summary>Converts nats (natural logarithm), the unit of computation, to bits (logarithm of base 2), the unit of display.</summary>
public static class InformationUnits
{
    /// <summary>Bits in a nat: 1 / ln 2.</summary>
    public const double BitsPerNat = 1.4426950408889634;

    /// <summary>Converts nats to bits.</summary>
    public static double NatsToBits(double nats) => nats * BitsPerNat;

    /// <summary>Converts nats to bits.</summary>
    public static Estimate NatsToBits(Estimate nats) => nats * BitsPerNat;
}
