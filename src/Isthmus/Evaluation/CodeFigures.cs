using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>
/// Units of the code: how many there are, and how many are used. Counts and fractions; only <see cref="UnitsOn"/> has a standard error. All null for denoisers
/// of photographs, which have no code.
/// </summary>
public sealed class CodeFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    internal CodeFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>Number of units (numbers of a code; slots of a discrete code).</summary>
    public Figure? Units => _figures.Find("latent_units");

    /// <summary>Number of active units; <see cref="UnitActivity.Rule"/> says what active means for the bottleneck.</summary>
    public Figure? ActiveUnits => _figures.Find("active_units");

    /// <summary>Active units over all units, 0 to 1.</summary>
    public Figure? ActiveFraction => _figures.Find("active_unit_share");

    /// <summary>Units on in a record's code (L0), mean over the records; null unless the bottleneck is sparse.</summary>
    public Figure? UnitsOn => _figures.Find("units_on_per_record");

    /// <summary>Units of a dictionary that the last training records never turned on; null for other bottlenecks.</summary>
    public Figure? UnitsDeadInTraining => _figures.Find("units_dead_in_training");

    /// <summary>Fraction of the codebook's vectors that any record chose, 0 to 1; null unless the bottleneck is vector-quantised.</summary>
    public Figure? CodebookUsedFraction => _figures.Find("codebook_used_share");

    /// <summary>Perplexity of the codebook, exp H of how often each vector is chosen, 1 to its size; null unless the bottleneck is vector-quantised.</summary>
    public Figure? CodebookPerplexity => _figures.Find("codebook_perplexity");

    /// <summary>The figures of an evaluation.</summary>
    internal static IEnumerable<Figure> Of(UnitActivity activity)
    {
        if (activity.Active.Count == 0)
            yield break;
        yield return new("latent_units", "Units in the code", "", activity.Active.Count);
        yield return new("active_units", "Active units", "", activity.Count);
        yield return new("active_unit_share", "Fraction of units active", "", activity.Count / (double)activity.Active.Count);
        if (activity.UnitsOn is { } on)
            yield return new("units_on_per_record", "Units on in a record's code (L0)", "", on);
    }
}
