namespace Isthmus.Models.Corruptions;

/// <summary>Numbers that a corruption appends to each record, so that a network knows more than the corrupted record.</summary>
/// <param name="Count">How many.</param>
/// <param name="IsMask">True if they say of each pixel whether it was replaced (1) or not (0); false if they are levels of noise.</param>
internal readonly record struct Told(int Count, bool IsMask = false)
{
    /// <summary>Nothing.</summary>
    public static Told Nothing => default;
}
