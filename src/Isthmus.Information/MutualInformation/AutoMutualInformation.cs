using System.Globalization;
using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) and I(X;Y|Z) by the estimator that fits the data, nats; it looks at types, ties, dimension, strength and number of
/// rows, and says in words what it took, why, and what the figure may suffer from.
/// </summary>
/// <remarks>
/// <para>Symbols with symbols: counts, Miller-Madow where each combination is expected five times if the columns are independent; elsewhere Chao-Wang-Jost (and
/// what chance finds taken off, by the weight of independence in the table), or <see cref="ShrunkMutualInformation"/> where nothing is found beyond chance.
/// A label with numbers: Ross. Two columns of which one holds numbers that come again (whole numbers, zeros, limits, rounded values): counts where there are
/// few combinations for the rows, <see cref="MixedMutualInformation"/> otherwise. Other numbers: KSG 1 on normal scores of the ranks, unless the Gaussian
/// copula
/// finds clearly more: KSG errs towards 0 in many columns and for strong dependence, and the copula sees all of a
/// dependence that is normal up to increasing maps, and some of others; in several columns equal numbers take successive ranks by lot.
/// Columns of both kinds in one variable: Gao. Conditional on Z: counts, or Frenzel-Pompe with symbols placed far apart.</para>
/// <para>A nearest-neighbour figure is made again on halves of the rows: one that still moves with their number has not
/// converged, whatever its standard error says, and carries a warning.</para>
/// </remarks>
public static class AutoMutualInformation
{
    // Both figures of one pair vary by their errors; the copula, or the counts, must be beyond both.
    private const double Clearly = 3;

    // So few ties do not change an estimate; and the rows that counts need for each combination, as many as e^(H(X) + H(Y)).
    private const double FewTied = 0.02,
        RowsPerCell = 2;

    // Cochran (1954): an expected count of at least 5 is large enough.
    private const double Many = 5;

    /// <summary>Estimates I(X;Y), nats; may be slightly below 0.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, fewer than 2, or k not in 1 .. N - 1 where neighbours are needed.</exception>
    public static ChosenEstimate Estimate(Variable x, Variable y, NeighbourOptions? options = null)
    {
        options = (options ?? NeighbourOptions.Default) with { Margins = Margins.AsGiven };
        RequireRows(Variable.Join(x, y));
        if (x.IsConstant || y.IsConstant)
            return new(new(0, 0), "plugin", $"{(x.IsConstant ? "x" : "y")} is constant: 0 exactly", []);
        var chosen = x.Dimensions + y.Dimensions == 2 && (x.HasNumbers || y.HasNumbers) ? OfPair(x, y, options) : OfSeveral(x, y, options);
        return chosen with { Warnings = [.. chosen.Warnings, .. EstimateWarnings.OfSign(chosen.Estimate)] };
    }

    /// <summary>Estimates I(X;Y|Z), nats; may be slightly below 0.</summary>
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
        return new(
            estimate,
            "frenzel-pompe",
            $"numbers{(isMixed ? " and symbols" : "")}, given others: nearest neighbours on normal scores of the ranks{(isMixed ? ", symbols far apart" : "")}",
            [
                .. EstimateWarnings.OfNeighbours(estimate, x.Dimensions + y.Dimensions + given.Dimensions, x.Rows, options.K, rows =>
                    FrenzelPompeConditionalMutualInformation.Estimate(px.Rows(rows), py.Rows(rows), pz.Rows(rows), options)
                ),
            ]
        );
    }

    private static void RequireRows(Variable all)
    {
        if (all.Rows < 2)
            throw new ArgumentException($"Mutual information needs at least 2 rows; there {(all.Rows == 1 ? "is 1" : "are none")}.");
    }

    private static ChosenEstimate OfSeveral(Variable x, Variable y, NeighbourOptions options)
    {
        if (x.IsDiscrete && y.IsDiscrete)
            return OfSymbols(x.Symbols(), y.Symbols());
        if (x.IsContinuous && y.IsContinuous)
        {
            if (Math.Max(x.TiedFraction(1), y.TiedFraction(1)) <= FewTied)
                return OfNumbers(x.Numbers(), y.Numbers(), options);
            var spread = OfNumbers(x.Embedded(1), y.Embedded(2), options);
            return spread with { Reason = $"{spread.Reason}; equal numbers stand in a row by lot" };
        }
        if (x.IsDiscrete || y.IsDiscrete)
        {
            var (label, other) = x.IsDiscrete ? (x, y) : (y, x);
            if (other.IsContinuous)
                return OfLabel(label.Symbols(), other, options);
        }
        var (px, py) = (x.Embedded(1), y.Embedded(2));
        var estimate = GaoMutualInformation.Estimate(px, py, options);
        return new(
            estimate,
            "gao",
            "symbols and numbers together in one variable: nearest neighbours that count ties, on normal scores of the ranks",
            [
                .. EstimateWarnings.OfNeighbours(estimate, x.Dimensions + y.Dimensions, x.Rows, options.K, rows =>
                    GaoMutualInformation.Estimate(px.Rows(rows), py.Rows(rows), options)
                ),
            ]
        );
    }

    // One column each, of numbers at least on one side.
    private static ChosenEstimate OfPair(Variable x, Variable y, NeighbourOptions options)
    {
        if (x.HasNumbers && y.HasNumbers && CopiedRows.Without(Column(x), Column(y)) is { } kept && kept.Length > options.K)
        {
            var once = OfPair(x.Take(kept), y.Take(kept), options);
            return once with { Warnings = [CopiedRows.Words(x.Rows, kept.Length), .. once.Warnings] };
        }
        var table = x.IsDiscrete && y.IsDiscrete ? ShrunkMutualInformation.Of(x.Symbols(), y.Symbols()) : null;
        if (table is not null && IsDense(x, y) && table.IsBiasKnown)
            return OfSymbols(x.Symbols(), y.Symbols());
        if (Tied(x) <= FewTied && Tied(y) <= FewTied)
            return OfNumbers(x.Numbers(), y.Numbers(), options);
        foreach (var (label, numbers) in new[] { (x, y), (y, x) })
            if (label.IsDiscrete && Tied(numbers) <= FewTied && (!label.HasNumbers || MixedMutualInformation.IsLabel(label.Symbols(), options.K)))
                return OfLabel(label.Symbols(), numbers, options);
        var names =
            !x.HasNumbers ? x.Symbols()
            : !y.HasNumbers ? y.Symbols()
            : null;
        // A symbol that occurs once has no neighbours; counts at least show that.
        if (names is not null && table is not null && names.Symbols * 2 > x.Rows)
            return OfSymbols(x.Symbols(), y.Symbols());
        if (names?.Symbols == x.Rows)
            return OfLabel(names, x.HasNumbers ? x : y, options);
        var estimate = MixedMutualInformation.Estimate(x, y, options);
        if (
            table is { IsBeyondChance: true }
            && table.Cells * 2 <= x.Rows
            && table.Estimate.Value - Clearly * table.Estimate.StandardError > estimate.Value + Clearly * estimate.StandardError
        )
            return OfSymbols(x.Symbols(), y.Symbols());
        return new(
            estimate,
            "mixed",
            "values that come often are counted, the others by nearest neighbours on normal scores of their ranks, equal ones in a row by lot",
            [
                .. names is null ? [] : EstimateWarnings.OfLabelsSeenOnce(names),
                .. EstimateWarnings.OfNeighbours(estimate, 2, x.Rows, options.K, rows => MixedMutualInformation.Estimate(x.Take(rows), y.Take(rows), options)),
            ]
        );
    }

    private static double[] Column(Variable variable) => variable.Numbers()[0].ToArray();

    private static double Tied(Variable variable) => variable.IsDiscrete ? 1 : variable.TiedFraction(1);

    private static bool IsDense(Variable x, Variable y) =>
        Math.Exp(PlugInEntropy.FromCounts(x.Symbols().Counts()) + PlugInEntropy.FromCounts(y.Symbols().Counts())) * RowsPerCell <= x.Rows;

    private static ChosenEstimate OfSymbols(DiscreteColumn x, DiscreteColumn y)
    {
        var table = ShrunkMutualInformation.Of(x, y);
        var rows = string.Create(CultureInfo.InvariantCulture, $"symbols: counts of {table.Cells:N0} combinations in {x.Rows:N0} rows");
        string[] warnings = [.. EstimateWarnings.OfCounts(table.Cells, x.Rows), .. EstimateWarnings.OfBias(table)];
        if ((double)x.Counts().Min() * y.Counts().Min() >= Many * x.Rows)
            return new(
                table.Estimate with
                {
                    Value = DiscreteMutualInformation.Of(x, y, new MillerMadowEntropy()).Value,
                },
                "miller-madow",
                $"{rows}, first-order bias taken off",
                warnings
            );
        return table.IsBeyondChance
            ? new(
                table.Estimate with
                {
                    Value = table.ByCoverage,
                },
                "chao-wang-jost",
                $"{rows}, some of them rare: an estimator that counts on combinations not seen yet; near independence all that chance finds is taken off",
                warnings
            )
            : new(table.Estimate, "shrunk", $"{rows}, which hold little more than chance would find; that is taken off", warnings);
    }

    private static ChosenEstimate OfSymbols(DiscreteColumn x, DiscreteColumn y, DiscreteColumn given)
    {
        var estimator = new MillerMadowEntropy();
        var cells = DiscreteColumn.Join(x, y, given).Symbols;
        return new(
            DiscreteMutualInformation.Conditional(x, y, given, estimator),
            estimator.Name,
            string.Create(CultureInfo.InvariantCulture, $"symbols: counts of {cells:N0} combinations in {x.Rows:N0} rows, first-order bias taken off"),
            [.. EstimateWarnings.OfCounts(cells, x.Rows)]
        );
    }

    private static ChosenEstimate OfLabel(DiscreteColumn label, Variable numbers, NeighbourOptions options)
    {
        // One column's neighbours do not depend on its unit; several columns must share one.
        var points = numbers.Dimensions == 1 ? numbers.Numbers() : numbers.Embedded(1);
        var estimate = RossMutualInformation.Estimate(label.Codes, points, options);
        var bias = OfNeighbours(label, points, options);
        estimate = estimate with { StandardError = Math.Sqrt(estimate.StandardError * estimate.StandardError + bias * bias) };
        string[] warnings = [.. EstimateWarnings.OfLabelsSeenOnce(label), .. EstimateWarnings.OfLabel(estimate, label, points, options)];
        return new(
            estimate,
            "ross",
            $"a label of {label.Symbols.ToString("N0", CultureInfo.InvariantCulture)} values with numbers: nearest neighbours within each "
                + $"label{(numbers.Dimensions > 1 ? ", on normal scores of the ranks" : "")}",
            warnings
        );
    }

    // The bias grows as about the 3/4th power of k over the rows of a label, so twice the neighbours add 2/3 of it once more. The difference's own error stays
    // in: where a label has few rows, the bias is often lost in it.
    private static double OfNeighbours(DiscreteColumn label, Points points, NeighbourOptions options)
    {
        var (once, twice) = (
            RossMutualInformation.Local(label.Codes, points, options).Local,
            RossMutualInformation.Local(label.Codes, points, options with { K = 2 * options.K }).Local
        );
        var change = LocalTerms.Mean([.. twice.Zip(once, (more, fewer) => more - fewer)]);
        return 1.5 * Math.Abs(change.Value);
    }

    private static ChosenEstimate OfNumbers(Points x, Points y, NeighbourOptions options)
    {
        var (rx, ry) = (RankGaussian.Transform(x), RankGaussian.Transform(y));
        var near = KsgMutualInformation.Estimate(rx, ry, options);
        string[] tails =
            x.Dimensions + y.Dimensions > 2 && EstimateWarnings.HaveHeavyTails([x, y])
                ? ["Heavy tails: ranks take them off each column, but not off the columns together; nearest neighbours then find too little."]
                : [];
        if (Copula(rx, ry) is not { } copula)
            return new(
                near,
                "ksg1",
                "numbers, of which one decides another: nearest neighbours on normal scores of the ranks",
                [
                    "The columns decide one another up to increasing maps: the information is infinite, or as large as the rounding of the values allows; the "
                        + "figure only says that it is large.",
                ]
            );
        if (copula.Value > near.Value + Clearly * Math.Max(near.StandardError, copula.StandardError))
            return new(
                copula,
                "copula",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"numbers whose Gaussian copula holds {copula.Value:F2} nats where nearest neighbours find {near.Value:F2}: those fall short in "
                        + $"{x.Dimensions}+{y.Dimensions} columns of {x.Count:N0} rows or for strong dependence"
                ),
                [EstimateWarnings.NormalOnly, .. tails]
            );
        return new(
            near,
            "ksg1",
            "numbers: nearest neighbours on normal scores of the ranks; the Gaussian copula finds no more",
            [
                .. EstimateWarnings.OfNeighbours(near, x.Dimensions + y.Dimensions, x.Count, options.K, rows =>
                    KsgMutualInformation.Estimate(rx.Rows(rows), ry.Rows(rows), options)
                ),
                .. tails,
            ]
        );
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
