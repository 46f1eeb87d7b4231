using Isthmus.Models.Primitives;

namespace Isthmus.Evaluation;

/// <summary>
/// Quality of a recommender's ranking of items that were held out of the histories of users it was not fitted on. Every value is a mean over test users with
/// its standard error over users, except <see cref="Coverage"/>. Items that a user has seen are not ranked.
/// </summary>
/// <param name="Name">Name of the recommender: the preset, or <c>most-popular</c> and <c>item-knn</c> of the baselines.</param>
/// <param name="Figures">All figures, in the order to show them.</param>
public record RankingFigures(string Name, IReadOnlyList<Figure> Figures)
{
    /// <summary>
    /// Normalised discounted cumulative gain of the first 10 items, 0 to 1: sum over held-out items at rank r of 1 / log2(r + 1), over the greatest such sum
    /// (Jarvelin and Kekalainen 2002).
    /// </summary>
    public Figure NdcgAt10 => Figures.Get("ndcg_10");

    /// <summary>NDCG of the first 100 items, 0 to 1: the figure that recommenders are compared by here.</summary>
    public Figure NdcgAt100 => Figures.Get("ndcg_100");

    /// <summary>Held-out items among the first 20, over min(20, held-out items), 0 to 1 (Liang et al. 2018).</summary>
    public Figure RecallAt20 => Figures.Get("recall_20");

    /// <summary>Held-out items among the first 50, over min(50, held-out items), 0 to 1.</summary>
    public Figure RecallAt50 => Figures.Get("recall_50");

    /// <summary>Mean average precision of the first 100 items, 0 to 1: sum over held-out items of the precision up to their rank, over min(100, held-out
    /// items).</summary>
    public Figure MeanAveragePrecisionAt100 => Figures.Get("map_100");

    /// <summary>Fraction of users with at least one held-out item among their first 10.</summary>
    public Figure HitRateAt10 => Figures.Get("hit_rate_10");

    /// <summary>Cost of a held-out item, -log2 p(item | history), bits; null for recommenders whose scores are no probabilities (EASE, item-knn).</summary>
    public Figure? HeldOutBits => Figures.Find("held_out_bits");

    /// <summary>
    /// Novelty of the first 10 items: mean of log2(training users / training users of the item), bits. Null where the training users are not given.
    /// </summary>
    public Figure? NoveltyBits => Figures.Find("novelty_bits");

    /// <summary>
    /// Mean popularity of the first 10 items over the mean popularity of the user's own items: above 1, recommendations are more popular than what the user
    /// takes. Null where the training users are not given.
    /// </summary>
    public Figure? PopularityBias => Figures.Find("popularity_bias");

    /// <summary>Fraction of all items that are among any user's first 10, 0 to 1, without a standard error.</summary>
    public Figure Coverage => Figures.Get("coverage");

    /// <summary>Returns the figure with this key, or null: for tools and for figures that a kind of record adds itself.</summary>
    public Figure? this[string key] => Figures.Find(key);
}
