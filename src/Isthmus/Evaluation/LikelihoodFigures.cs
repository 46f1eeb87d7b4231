using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>Reliability of the estimate of -ln p(x) (<see cref="EvaluationFigures.NegativeLogLikelihood"/>), and its value a dimension.</summary>
public sealed class LikelihoodFigures
{
    private readonly IReadOnlyList<Figure> _figures;

    internal LikelihoodFigures(IReadOnlyList<Figure> figures) => _figures = figures;

    /// <summary>
    /// -ln p(x) over the numbers of a record, bits, of a probability; null where <see cref="EvaluationFigures.NegativeLogLikelihood"/> is, for densities and
    /// for documents.
    /// </summary>
    public Figure? BitsPerDimension => _figures.Find("nll_bits_per_dim");

    /// <summary>-ln p(x) over the numbers of a record, bits, of a density: relative to the unit of x. Null for probabilities.</summary>
    public Figure? DifferentialBitsPerDimension => _figures.Find("nll_differential_bits_per_dim");

    /// <summary>
    /// Effective importance samples over all, (sum w)^2 / (K sum w^2), mean over the records, 1/K to 1: near 1 where q(z|x) fits the true posterior, near 1/K
    /// where one draw decides and the estimate is not to be relied on. Null where there is no such estimate.
    /// </summary>
    public Figure? EffectiveSampleFraction => _figures.Find("effective_sample_share");

    /// <summary>
    /// -ln p(x) of the first records by annealed importance sampling (Wu et al. 2017), which does not depend on the encoder; null unless
    /// <see cref="EvaluationOptions.AnnealedDistributions"/> are asked for of a model with a continuous code and a prior.
    /// </summary>
    public InformationFigure? Annealed => _figures.Information("ais_nll");

    /// <summary>-ln p(x) of the same first records by importance sampling, to compare <see cref="Annealed"/> with.</summary>
    public InformationFigure? ImportanceSampledOfAnnealedRecords => _figures.Information("ais_records_nll");
}
