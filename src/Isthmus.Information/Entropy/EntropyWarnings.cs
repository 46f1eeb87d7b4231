using System.Globalization;

namespace Isthmus.Information.Entropy;

/// <summary>Warnings about an entropy estimate, found in the data themselves; one sentence each.</summary>
public static class EntropyWarnings
{
    private const int ManyColumns = 4;

    /// <summary>Warns of many columns, for a differential entropy by nearest neighbours.</summary>
    public static IEnumerable<string> OfDimension(int columns)
    {
        if (columns > ManyColumns)
            yield return $"{columns} columns: the entropy by nearest neighbours comes out too high in many dimensions.";
    }

    /// <summary>Warns of symbols seen once, for an entropy of symbols: so many that most of the alphabet was not seen at all.</summary>
    /// <param name="counts">Profile of the symbols' counts.</param>
    public static IEnumerable<string> OfSymbols(CountProfile counts)
    {
        if (counts.SymbolsSeen(1) * 2 > counts.Total)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{counts.Observed:N0} symbols in {counts.Total:N0} rows, {counts.SymbolsSeen(1):N0} of them once: the rows say only that there are many more "
                    + $"symbols; the figure is the estimator's belief."
            );
    }
}
