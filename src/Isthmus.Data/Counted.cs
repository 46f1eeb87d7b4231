using System.Globalization;

namespace Isthmus;

/// <summary>Number and noun as text: "1 epoch", "1,200 epochs".</summary>
internal static class Counted
{
    /// <summary>Returns the number with thousands separators, and the noun, in the plural unless the number is one.</summary>
    public static string Of(double count, string noun) => $"{count.ToString("#,0.##", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";
}
