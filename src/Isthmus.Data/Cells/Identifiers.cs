namespace Isthmus.Data.Cells;

/// <summary>
/// When a column only tells rows apart, and so has nothing to be learnt: another text in more than half of the rows, or 1, 2, 3, ... in some order. Of fewer
/// than 50 rows nobody can tell.
/// </summary>
internal static class Identifiers
{
    private const int FewRows = 50;
    private const double NearlyUnique = 0.5;

    /// <summary>Of texts.</summary>
    /// <param name="filled">Cells that are not blank.</param>
    /// <param name="distinct">Different ones among them.</param>
    public static bool AreTexts(long filled, long distinct) => filled >= FewRows && distinct > NearlyUnique * filled;

    /// <summary>Of whole numbers.</summary>
    /// <param name="filled">Cells that are not blank.</param>
    /// <param name="distinct">Different ones among them.</param>
    /// <param name="range">The greatest less the least.</param>
    public static bool AreNumbers(long filled, long distinct, double range) => filled >= FewRows && distinct == filled && range == filled - 1;
}
