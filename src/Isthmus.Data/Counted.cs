using System.Globalization;

namespace Isthmus;

/// <summary>A number of things in words: "1 epoch", "1,200 epochs".</summary>
internal static class Counted
{
    /// <summary>The number, thousands parted, and the noun, in the plural unless it is one.</summary>
    public static string Of(double count, string noun) => $"{count.ToString("#,0.##", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";
}
