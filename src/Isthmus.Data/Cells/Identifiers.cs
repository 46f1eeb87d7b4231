namespace Isthmus.Data.Cells;

/// <summary>
/// Recognises columns that only identify rows, from which nothing can be learnt: a different text in more than half of the rows, or 1, 2, 3, ... in some order.
/// With fewer than 50 rows no column counts as one.
/// </summary>
internal static class Identifiers
{
    private const int FewRows = 50;
    private const double NearlyUnique = 0.5;

    /// <summary>Returns true for texts that identify rows.</summary>
    /// <param name="filled">Number of cells with a value.</param>
    /// <param name="distinct">Number of distinct values.</param>
    public static bool AreTexts(long filled, long distinct) => filled >= FewRows && distinct > NearlyUnique * filled;

    /// <summary>Returns true for whole numbers that identify rows.</summary>
    /// <param name="filled">Number of cells with a value.</param>
    /// <param name="distinct">Number of distinct values.</param>
    /// <param name="range">Largest value minus smallest value.</param>
    public static bool AreNumbers(long filled, long distinct, double range) => filled >= FewRows && distinct == filled && range == filled - 1;
}
