using System.Globalization;

namespace Isthmus.Information.Entropy;

/// <summary>What speaks against an entropy, a sentence each, found in the data themselves.</summary>
public static class EntropyDoubts
{
    private const int ManyColumns = 4;

    /// <summary>Of a differential entropy by nearest neighbours: many columns.</summary>
    public static IEnumerable<string> OfDimension(int columns)
    {
        if (columns > ManyColumns)
            yield return $"{columns} columns: the entropy by nearest neighbours comes out too high in many dimensions.";
    }

    /// <summary>Of an entropy of symbols: so many of them seen once that most were not seen at all.</summary>
    /// <param name="counts">Of each symbol.</param>
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
