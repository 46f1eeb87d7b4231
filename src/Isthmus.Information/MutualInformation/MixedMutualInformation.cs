using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of two columns in which any part of the rows may share values (whole numbers, zeros, limits, rounded values), nats, by the chain rule. Frequent
/// values are symbols; the others are numbers, with ties ranked in random order.
/// </summary>
/// <remarks>
/// <para>With A the symbol of X, or that X is another number, and B that of Y: I(X;Y) = I(A;B) + P(Y number) I(A;Y given that Y is a number)
/// + P(X number) I(B;X given that X is a number) + P(both) I(X;Y given that both are numbers). The first is
/// <see cref="ShrunkMutualInformation"/>, the next two <see cref="RossMutualInformation"/>, the last KSG 1, each on its own rows and on normal
/// scores of their ranks.</para>
/// <para>Equal numbers take successive ranks in an order drawn by lot from a fixed seed: the value can be told from the rank, and the order
/// knows of nothing, so information stays as it is, and there are no ties (the distributional transform; Rueschendorf 2009). Independent columns stay
/// independent, whatever their ties.</para>
/// <para>A value is a symbol if its rows are wider among the ranks than the squares in which neighbours lie, 2 sqrt(k N) rows; this bound is raised
/// until the combinations of symbols are at most a tenth of the rows. Standard error: that of the mean of the N sums of local terms, with the
/// allowances of the parts. Cost about N log N.</para>
/// </remarks>
public static class MixedMutualInformation
{
    private const double Squares = 2,
        RowsPerCell = 10,
        Rise = 1.25;

    /// <summary>Returns I of two columns of numbers, nats.</summary>
    /// <exception cref="ArgumentException">Unequal numbers of rows, or k not in 1 .. N - 1.</exception>
    public static Estimate Estimate(double[] x, double[] y, NeighbourOptions? options = null)
    {
        var (cx, cy) = (DiscreteColumn.Of<double>(x), DiscreteColumn.Of<double>(y));
        return Estimate(least => Part.Of(cx, x, least), least => Part.Of(cy, y, least), options);
    }

    /// <summary>Returns I of symbols and a column of numbers, nats.</summary>
    /// <exception cref="ArgumentException">As the other.</exception>
    public static Estimate Estimate(DiscreteColumn x, double[] y, NeighbourOptions? options = null)
    {
        var cy = DiscreteColumn.Of<double>(y);
        return Estimate(_ => new(x, new bool[x.Rows], []), least => Part.Of(cy, y, least), options);
    }

    /// <summary>Returns I of two variables of one column each, at least one of them of numbers, nats.</summary>
    /// <exception cref="ArgumentException">As the others; or more columns, or symbols on both sides.</exception>
    public static Estimate Estimate(Variable x, Variable y, NeighbourOptions? options = null)
    {
        if (x.Dimensions > 1 || y.Dimensions > 1 || !(x.HasNumbers || y.HasNumbers))
            throw new ArgumentException(
                $"Mixed mutual information takes one column on each side, of numbers on one at least; there are {x.Dimensions} and "
                    + $"{y.Dimensions}{(x.HasNumbers || y.HasNumbers ? "" : ", none of numbers")}. Take auto, or count the symbols."
            );
        return !x.HasNumbers ? Estimate(x.Symbols(), y.Numbers()[0].ToArray(), options)
            : !y.HasNumbers ? Estimate(y.Symbols(), x.Numbers()[0].ToArray(), options)
            : Estimate(x.Numbers()[0].ToArray(), y.Numbers()[0].ToArray(), options);
    }

    /// <summary>True if every value of a column is frequent enough for a symbol, so that none of it is a number.</summary>
    internal static bool IsLabel(DiscreteColumn column, int k) => column.Counts().Min() >= Least(column.Rows, k);

    private static double Least(int rows, int k) => Squares * Math.Sqrt((double)k * rows);

    private static Estimate Estimate(Func<double, Part> x, Func<double, Part> y, NeighbourOptions? options)
    {
        options ??= NeighbourOptions.Default;
        var rows = x(0).Label.Rows;
        if (y(0).Label.Rows is var other && other != rows)
            throw new ArgumentException($"Variables measured together need equal numbers of rows; they have {rows} and {other}.");
        options.Check("Mixed mutual information", rows);
        // Rows of a constant below the bound would count as numbers, and add noise.
        if (x(0).Label.Symbols == 1 || y(0).Label.Symbols == 1)
            return new(0, 0);
        for (var least = Least(rows, options.K); ; least *= Rise)
        {
            Part px = x(least),
                py = y(least);
            if ((double)px.Labels * py.Labels * RowsPerCell <= rows || least > rows)
                return Of(px, py, options with { Margins = Margins.AsGiven });
        }
    }

    private static Estimate Of(Part x, Part y, NeighbourOptions options)
    {
        var rows = x.Label.Rows;
        var local = new double[rows];
        var (shift, variance) = (0.0, 0.0);
        if (x.Labels > 1 && y.Labels > 1)
        {
            var table = ShrunkMutualInformation.Of(x.Label, y.Label);
            local = table.Local(x.Label, y.Label);
            (shift, variance) = (table.Estimate.Value - local.Average(), table.Extra);
        }
        AddLabelled(x, y, 2);
        AddLabelled(y, x, 1);
        int[] both = [.. Enumerable.Range(0, rows).Where(row => x.IsNumber[row] && y.IsNumber[row])];
        if (both.Length > options.K)
            Add(both, KsgMutualInformation.Local(x.Scores(both, 1), y.Scores(both, 2), options), 1);
        var mean = LocalTerms.Mean(local);
        return new(mean.Value + shift, Math.Sqrt(mean.StandardError * mean.StandardError + variance));

        void AddLabelled(Part label, Part numbers, int seed)
        {
            int[] own = [.. Enumerable.Range(0, rows).Where(row => numbers.IsNumber[row])];
            var symbols = label.Label.Take(own);
            if (label.Labels > 1 && symbols.Symbols > 1 && RossMutualInformation.Local(symbols.Codes, numbers.Scores(own, seed), options) is var (kept, terms))
                Add([.. kept.Select(row => own[row])], terms, 0.5);
        }

        // The allowance of each part's terms for neighbours that they share, as the part alone has it.
        void Add(int[] own, double[] terms, double allowance)
        {
            for (var i = 0; i < own.Length; i++)
                local[own[i]] += terms[i];
            variance += allowance * SpecialFunctions.Trigamma(options.K) * own.Length / rows / rows;
        }
    }

    private sealed record Part(DiscreteColumn Label, bool[] IsNumber, double[] Values)
    {
        public int Labels => Label.Symbols;

        public static Part Of(DiscreteColumn column, double[] values, double least)
        {
            var counts = column.Counts();
            bool[] isNumber = [.. column.Codes.ToArray().Select(code => counts[code] < least)];
            return new(DiscreteColumn.Of<int>([.. column.Codes.ToArray().Zip(isNumber, (code, number) => number ? -1 : code)]), isNumber, values);
        }

        public Points Scores(int[] rows, int seed) => Points.FromColumns(RankGaussian.Spread([.. rows.Select(row => Values[row])], seed));
    }
}
