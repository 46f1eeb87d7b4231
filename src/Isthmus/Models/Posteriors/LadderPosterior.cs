using Isthmus.Compute;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>
/// q(z|x) = q(z_T|x) prod_t q(z_t | z_t+1, ..., z_T, x): the top as the encoder says it, each level below the product of what the
/// encoder says of it and of the prior given the levels above, by their precisions (Sonderby et al. 2016):
/// <code>1/s^2 = 1/s_x^2 + 1/s_p^2, m = s^2 (m_x / s_x^2 + m_p / s_p^2).</code>
/// </summary>
/// <param name="Prior">The levels' prior.</param>
/// <param name="FromRecord">The encoder's estimate of each level, the lowest first, N x its width.</param>
internal sealed record LadderPosterior(LadderPrior Prior, IReadOnlyList<DiagonalGaussian> FromRecord) : ReparameterisedPosterior
{
    /// <inheritdoc/>
    public override Tensor Mean => At(zeros_like(Like)).Z;

    /// <inheritdoc/>
    protected override Tensor Like => cat([.. FromRecord.Select(level => level.Mean)], -1);

    /// <inheritdoc/>
    public override PosteriorDraw At(Tensor noise) => Descend(Prior.Split(noise), (posterior, _, own) => posterior.Place(own));

    /// <inheritdoc/>
    public override Tensor LogProbability(Tensor z) => Descend(Prior.Split(z), (_, _, own) => own).LogProbability;

    /// <summary>
    /// Returns a draw at the noise with KL(q || p) of each unit given the levels above as drawn, nats: exact for the top, and by one draw of the levels above
    /// for the others.
    /// </summary>
    public (PosteriorDraw Draw, Tensor UnitRates) WithRates(Tensor? noise)
    {
        List<Tensor> rates = [];
        var draw = Descend(Prior.Split(noise ?? Noise(null)), (posterior, prior, own) =>
        {
            rates.Insert(0, posterior.UnitDivergence(prior));
            return posterior.Place(own);
        });
        return (draw, cat([.. rates], -1));
    }

    /// <summary>
    /// Goes from the top down: <paramref name="place"/> gives each level's code from its posterior, its prior and its own part of the split tensor.
    /// </summary>
    private PosteriorDraw Descend(Tensor[] levels, Func<DiagonalGaussian, DiagonalGaussian, Tensor, Tensor> place)
    {
        Tensor? sum = null;
        Tensor[] placed = [.. levels];
        for (var level = levels.Length - 1; level >= 0; level--)
        {
            var prior = Prior.Given(placed, level);
            var posterior = level == levels.Length - 1 ? FromRecord[level] : Merged(FromRecord[level], prior);
            placed[level] = place(posterior, prior, levels[level]);
            var own = posterior.LogProbability(placed[level]);
            sum = sum is null ? own : sum.Plus(own);
        }
        return new(cat(placed, -1), sum!);
    }

    private static DiagonalGaussian Merged(DiagonalGaussian first, DiagonalGaussian second)
    {
        var (a, b) = ((-first.LogVariance).exp(), (-second.LogVariance).exp());
        var precision = a.Plus(b);
        return new((first.Mean * a).Plus(second.Mean * b) / precision, -precision.log());
    }
}
