using Isthmus.Compute;
using Isthmus.Models.Primitives;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Models.Posteriors;

/// <summary>
/// q(z|x) = N(mean, S (I + A A') S), S = diag exp(v / 2), A of L x R: independent units and R directions that they share, between a
/// diagonal and a full covariance. The head holds L means, L log variances v and A row by row. With R = 0 it is the diagonal Gaussian.
/// </summary>
/// <remarks>
/// I + A A' = B B', B a product of R maps I + g c c', found a column a at a time: c = B^-1 a by the maps so far (Sherman and Morrison
/// 1950), g = 1 / (1 + sqrt(1 + |c|^2)), so that each is the root of I + c c', and ln det B = sum of ln(1 + |c|^2) / 2 (the matrix
/// determinant lemma). Exact; cost L R^2 a record, and no matrix of L x L.
/// </remarks>
public sealed class LowRankPosteriorFamily : PosteriorFamily
{
    internal static readonly Setting<int> Rank = SettingKinds.Whole("rank", 4, "directions of correlation between units, R; 0: independent units", 0);

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<PosteriorFamily> Part = new(
        "low-rank",
        "a Gaussian whose units share a few directions",
        [Rank],
        context => new LowRankPosteriorFamily(context.Latent, context.Get(Rank))
    )
    {
        Code = CodeKind.Reparameterised,
    };

    private readonly int _rank;

    /// <summary>Creates a covariance of that rank beside its diagonal.</summary>
    /// <exception cref="InvalidInputException">The rank is above the code's.</exception>
    public LowRankPosteriorFamily(int latent, int rank)
        : base("low-rank", latent) =>
        _rank =
            rank <= latent
                ? rank
                : throw new InvalidInputException(
                    $"{OptionNames.Value("rank", rank)}",
                    $"is more than the {latent} directions of a code of {latent} numbers",
                    $"give fewer, or a larger {OptionNames.Give("latent")}",
                    OptionNames.Key("rank")
                );

    /// <inheritdoc/>
    public override int HeadWidth => (2 + _rank) * Latent;

    /// <inheritdoc/>
    public override ReparameterisedPosterior Of(Tensor head)
    {
        var marginal = DiagonalPosteriorFamily.Gaussian(head.narrow(-1, 0, 2 * Latent));
        if (_rank == 0)
            return marginal;
        var directions = head.narrow(-1, 2 * Latent, _rank * Latent).view([.. head.shape[..^1], Latent, _rank]).unbind(-1);
        return new LowRankGaussian(marginal.Mean, marginal.LogVariance, directions, Shears(directions));
    }

    /// <summary>Returns the maps I + g c c' whose product is B.</summary>
    private static List<Shear> Shears(Tensor[] directions)
    {
        List<Shear> shears = [];
        foreach (var direction in directions)
            shears.Add(Shear.RootOf(shears.Aggregate(direction, (vector, shear) => shear.Inverse(vector))));
        return shears;
    }

    /// <summary>The map I + g c c', c ... x L.</summary>
    private sealed record Shear(Tensor Direction, Tensor Weight, Tensor LogDeterminant)
    {
        /// <summary>Returns the root of I + c c'.</summary>
        public static Shear RootOf(Tensor c)
        {
            var square = c.Square().sum(-1, keepdim: true);
            return new(c, square.Plus(1).sqrt().Plus(1).Into(1), square.squeeze(-1).log1p().Times(0.5));
        }

        public Tensor Apply(Tensor vector) => vector.Plus(Weight * Direction * (Direction * vector).sum(-1, keepdim: true));

        /// <summary>Applies (I + g c c')^-1 = I - g / (1 + g |c|^2) c c'; 1 + g |c|^2 is the root of 1 + |c|^2.</summary>
        public Tensor Inverse(Tensor vector) => vector - Weight / LogDeterminant.unsqueeze(-1).exp() * Direction * (Direction * vector).sum(-1, keepdim: true);
    }

    private sealed record LowRankGaussian(Tensor Center, Tensor LogVariance, Tensor[] Directions, IReadOnlyList<Shear> Shears) : ReparameterisedPosterior
    {
        public override Tensor Mean => Center;

        protected override Tensor Like => Center;

        public override PosteriorDraw At(Tensor noise) =>
            new(Center.Plus(LogVariance.Times(0.5).exp() * Shears.Reverse().Aggregate(noise, (vector, shear) => shear.Apply(vector))), LogDensity(noise));

        public override Tensor LogProbability(Tensor z) =>
            LogDensity(Shears.Aggregate((z - Center) * LogVariance.Times(-0.5).exp(), (vector, shear) => shear.Inverse(vector)));

        /// <summary>Returns (tr(S (I + A A') S) + |mean|^2 - L - ln det) / 2.</summary>
        public override Tensor DivergenceFromStandardNormal()
        {
            var spread = Directions.Aggregate(ones_like(Center), (sum, direction) => sum.Plus(direction.Square()));
            return ((LogVariance.exp() * spread).Plus(Center.Square()).Minus(1) - LogVariance).sum(-1).Times(0.5) - RootLogDeterminant;
        }

        private Tensor RootLogDeterminant => Shears.Select(shear => shear.LogDeterminant).Aggregate((sum, next) => sum.Plus(next));

        private Tensor LogDensity(Tensor noise) => StandardNormalPrior.LogDensity(noise) - LogVariance.sum(-1).Times(0.5) - RootLogDeterminant;
    }
}
