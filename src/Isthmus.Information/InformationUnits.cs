namespace Isthmus.Information;

/// <summary>Information is computed in nats (natural logarithm) and shown in bits (logarithm of base 2).</summary>
public static class InformationUnits
{
    /// <summary>Bits in a nat: 1 / ln 2.</summary>
    public const double BitsPerNat = 1.4426950408889634;

    /// <summary>Nats as bits.</summary>
    public static double NatsToBits(double nats) => nats * BitsPerNat;

    /// <summary>Nats as bits.</summary>
    public static Estimate NatsToBits(Estimate nats) => nats * BitsPerNat;
}
