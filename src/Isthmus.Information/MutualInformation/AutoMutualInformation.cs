using System.Globalization;
using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) and I(X;Y|Z) by the estimator that fits the data, nats; it looks at types, ties, dimension, strength and number of
/// rows, and says in words what it took, why, and what the figure may suffer from.
/// </summary>
/// <remarks>
/// <para>Symbols with symbols: counts, Miller-Madow. A label with numbers: Ross. Columns of both kinds in one variable: Gao.
/// Numbers with many equal values: Gao, which counts those, but KSG 2, which takes all neighbours at one distance, where both
/// sides are rounded and fewer than four rows of five are equal as a whole: there Gao finds too much, and elsewhere KSG 2 far too little. Other numbers: KSG 1 on normal scores of the ranks, unless the Gaussian copula
/// finds clearly more: KSG errs towards 0 in many columns and for strong dependence, and the copula sees all of a
/// dependence that is normal up to increasing maps, and some of others. Conditional on Z: counts, or Frenzel-Pompe with
/// symbols placed far apart.</para>
/// <para>A nearest-neighbour figure is made again on halves of the rows: one that still moves with their number has not
/// converged, whatever its standard error says, and carries a warning.</para>
/// </remarks>
public static class AutoMutualInformation
{
    // Both figures of one pair vary by their errors; the copula must be beyond both.
    private const double Clearly = 3;
    private const double ManyTied = 0.1, MostEqual = 0.8;

    /// <summary>I(X;Y).</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, fewer than 2, or k not in 1 .. N - 1 where neighbours are needed.</exception>
    public static ChosenEstimate Estimate(Variable x, Variable y, NeighbourOptions? options = null)
    {
        options = (options ?? NeighbourOptions.Default) with { Margins = Margins.AsGiven };
        RequireRows(Variable.Join(x, y));
        if (x.IsDiscrete && y.IsDiscrete)
            return OfSymbols(x.Symbols(), y.Symbols(), null);
        if (x.IsDiscrete || y.IsDiscrete)
        {
            var (label, other) = x.IsDiscrete ? (x, y) : (y, x);
            return other.IsContinuous ? OfLabel(label.Symbols(), other, options) : OfMixture(x, y, "symbols and numbers together in one variable", options);
        }
        if (!x.IsContinuous || !y.IsContinuous)
            return OfMixture(x, y, "symbols and numbers together in one variable", options);
        var (tiedX, tiedY) = (x.TiedShare(options.K), y.TiedShare(options.K));
        return Math.Max(tiedX, tiedY) <= ManyTied ? OfNumbers(x.Numbers(), y.Numbers(), options)
            : Math.Min(tiedX, tiedY) > ManyTied && Variable.Join(x, y).EqualRows(options.K) < MostEqual ? OfRounded(x.Embedded(), y.Embedded(), Math.Max(tiedX, tiedY), options)
            : OfMixture(x, y, Shared(Math.Max(tiedX, tiedY), options), options);
    }

    /// <summary>I(X;Y|Z).</summary>
    /// <exception cref="ArgumentException">As <see cref="Estimate"/>.</exception>
    public static ChosenEstimate Conditional(Variable x, Variable y, Variable given, NeighbourOptions? options = null)
    {
        options = (options ?? NeighbourOptions.Default) with { Margins = Margins.AsGiven };
        RequireRows(Variable.Join(x, y, given));
        if (x.IsDiscrete && y.IsDiscrete && given.IsDiscrete)
            return OfSymbols(x.Symbols(), y.Symbols(), given.Symbols());
        var (px, py, pz) = (x.Embedded(), y.Embedded(), given.Embedded());
        var isMixed = !(x.IsContinuous && y.IsContinuous && given.IsContinuous);
        var estimate = FrenzelPompeConditionalMutualInformation.Estimate(px, py, pz, options);
        return new(estimate, "frenzel-pompe", $"numbers{(isMixed ? " and symbols" : "")}, given others: nearest neighbours on normal scores of the ranks{(isMixed ? ", symbols far apart" : "")}",
            [.. EstimateDoubts.OfNeighbours(estimate, x.Dimensions + y.Dimensions + given.Dimensions, x.Rows, options.K, rows => FrenzelPompeConditionalMutualInformation.Estimate(px.Rows(rows), py.Rows(rows), pz.Rows(rows), options))]);
    }

    private static void RequireRows(Variable all)
    {
        if (all.Rows < 2)
            throw new ArgumentException($"Mutual information needs at least 2 rows; there {(all.Rows == 1 ? "is 1" : "are none")}.");
    }

    private static ChosenEstimate OfSymbols(DiscreteColumn x, DiscreteColumn y, DiscreteColumn? given)
    {
        if (x.Symbols == 1 || y.Symbols == 1)
            return new(new(0, 0), "plugin", $"{(x.Symbols == 1 ? "x" : "y")} is constant: 0 exactly", []);
        var estimator = new MillerMadowEntropy();
        var cells = (given is null ? DiscreteColumn.Join(x, y) : DiscreteColumn.Join(x, y, given)).Symbols;
        var estimate = given is null ? DiscreteMutualInformation.Of(x, y, estimator) : DiscreteMutualInformation.Conditional(x, y, given, estimator);
        return new(estimate, estimator.Name, string.Create(CultureInfo.InvariantCulture, $"symbols: counts of {cells:N0} combinations in {x.Rows:N0} rows, first-order bias taken off"),
            [.. EstimateDoubts.OfCounts(cells, x.Rows)]);
    }

    private static ChosenEstimate OfLabel(DiscreteColumn label, Variable numbers, NeighbourOptions options)
    {
        var alone = label.Counts().Count(count => count == 1);
        if (label.Symbols == 1)
            return new(new(0, 0), "ross", "the label is constant: 0 exactly", []);
        // One column's neighbours do not depend on its unit; several columns must share one.
        var points = numbers.Dimensions == 1 ? numbers.Numbers() : numbers.Embedded();
        var estimate = RossMutualInformation.Estimate(label.Codes, points, options);
        var warnings = new List<string>();
        if (alone > 0)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{alone:N0} label{(alone == 1 ? " occurs" : "s occur")} once and {(alone == 1 ? "is" : "are")} left out{(alone * 2 > label.Rows ? "; is the label really a number or a name? The figure says little" : "")}."));
        warnings.AddRange(EstimateDoubts.OfLabel(estimate, label, points, options));
        return new(estimate, "ross", $"a label of {label.Symbols.ToString("N0", CultureInfo.InvariantCulture)} values with numbers: nearest neighbours within each label{(numbers.Dimensions > 1 ? ", on normal scores of the ranks" : "")}", warnings);
    }

    private static ChosenEstimate OfMixture(Variable x, Variable y, string why, NeighbourOptions options)
    {
        var (px, py) = (x.Embedded(), y.Embedded());
        var estimate = GaoMutualInformation.Estimate(px, py, options);
        return new(estimate, "gao", $"{why}: nearest neighbours that count ties, on normal scores of the ranks",
            [.. EstimateDoubts.OfNeighbours(estimate, x.Dimensions + y.Dimensions, x.Rows, options.K, rows => GaoMutualInformation.Estimate(px.Rows(rows), py.Rows(rows), options))]);
    }

    private static string Shared(double tied, NeighbourOptions options) => string.Create(CultureInfo.InvariantCulture, $"numbers, in a column of which {100 * tied:F0} % of the rows share their value with {options.K} others or more");

    private static ChosenEstimate OfRounded(Points x, Points y, double tied, NeighbourOptions options)
    {
        var estimate = KsgMutualInformation.Estimate(x, y, options, KsgVariant.Second);
        return new(estimate, "ksg2", $"{Shared(tied, options)}: nearest neighbours that take all at one distance, on normal scores of the ranks",
            [.. EstimateDoubts.OfNeighbours(estimate, x.Dimensions + y.Dimensions, x.Count, options.K, rows => KsgMutualInformation.Estimate(x.Rows(rows), y.Rows(rows), options, KsgVariant.Second))]);
    }

    private static ChosenEstimate OfNumbers(Points x, Points y, NeighbourOptions options)
    {
        var (rx, ry) = (RankGaussian.Transform(x), RankGaussian.Transform(y));
        var near = KsgMutualInformation.Estimate(rx, ry, options);
        string[] tails = x.Dimensions + y.Dimensions > 2 && EstimateDoubts.HaveHeavyTails([x, y])
            ? ["Heavy tails: ranks take them off each column, but not off the columns together; nearest neighbours then find too little."] : [];
        if (Copula(rx, ry) is not { } copula)
            return new(near, "ksg1", "numbers, of which one decides another: nearest neighbours on normal scores of the ranks",
                ["The columns decide one another up to increasing maps: the information is infinite, or as large as the rounding of the values allows; the figure only says that it is large."]);
        if (copula.Value > near.Value + Clearly * Math.Max(near.StandardError, copula.StandardError))
            return new(copula, "copula", string.Create(CultureInfo.InvariantCulture, $"numbers whose Gaussian copula holds {copula.Value:F2} nats where nearest neighbours find {near.Value:F2}: those fall short in {x.Dimensions}+{y.Dimensions} columns of {x.Count:N0} rows or for strong dependence"),
                [EstimateDoubts.NormalOnly, .. tails]);
        return new(near, "ksg1", "numbers: nearest neighbours on normal scores of the ranks; the Gaussian copula finds no more",
            [.. EstimateDoubts.OfNeighbours(near, x.Dimensions + y.Dimensions, x.Count, options.K, rows => KsgMutualInformation.Estimate(rx.Rows(rows), ry.Rows(rows), options)), .. tails]);
    }

    // Null where a column is a linear function of others, or there are fewer rows than columns.
    private static Estimate? Copula(Points x, Points y)
    {
        try
        {
            return GaussianMutualInformation.Estimate(x, y);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
