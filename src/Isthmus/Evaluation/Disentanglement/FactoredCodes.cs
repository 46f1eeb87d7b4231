using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Information.MutualInformation;
using static TorchSharp.torch;

namespace Isthmus.Evaluation.Disentanglement;

/// <summary>Codes beside the factors that made their records, column by column.</summary>
/// <param name="Units">L columns of N numbers.</param>
/// <param name="Factors">K columns of N levels.</param>
internal sealed record FactoredCodes(IReadOnlyList<float[]> Units, IReadOnlyList<LabelColumn> Factors)
{
    /// <summary>Bins of a unit, of equal width over its range: the literature's choice (Locatello et al. 2019).</summary>
    public const int Bins = 20;

    private const int Groups = 10;

    /// <summary>Number of records, N.</summary>
    public int Count => Factors[0].Values.Count;

    /// <summary>Creates columns from codes N x L.</summary>
    public static FactoredCodes Of(Tensor codes, IReadOnlyList<LabelColumn> factors) =>
        new(
            [
                .. Enumerable
                    .Range(0, (int)codes.shape[1])
                    .Select(unit =>
                    {
                        using var column = codes.select(1, unit).contiguous();
                        return column.data<float>().ToArray();
                    }),
            ],
            factors
        );

    /// <summary>Returns the records at <paramref name="rows"/>.</summary>
    public FactoredCodes Select(int[] rows) =>
        new([.. Units.Select(unit => Array.ConvertAll(rows, row => unit[row]))], [.. Factors.Select(factor => factor.Select(rows))]);

    /// <summary>
    /// Returns I(unit; factor), nats, L x K: plug-in, of the binned unit. A factor's second best unit is as biased upward as its best, to first order, and
    /// differences of the two are not.
    /// </summary>
    public double[,] Information()
    {
        var result = new double[Units.Count, Factors.Count];
        for (var unit = 0; unit < Units.Count; unit++)
        {
            var bins = Binned(Units[unit]);
            for (var factor = 0; factor < Factors.Count; factor++)
            {
                var table = new long[Bins, Factors[factor].Classes.Count];
                for (var row = 0; row < bins.Length; row++)
                    table[bins[row], Factors[factor].Values[row]]++;
                result[unit, factor] = DiscreteMutualInformation.FromTable(table).Value;
            }
        }
        return result;
    }

    /// <summary>
    /// Returns a measure of these records with its standard error by the jackknife over 10 groups of them (Efron and Stein 1981); none below 20 records.
    /// </summary>
    public Estimate Measure(Func<FactoredCodes, double> figure)
    {
        var value = figure(this);
        if (Count < 2 * Groups)
            return new(value, double.NaN);
        double[] without =
        [
            .. Enumerable.Range(0, Groups).Select(group => figure(Select([.. Enumerable.Range(0, Count).Where(row => row % Groups != group)]))),
        ];
        var mean = without.Average();
        return new(value, Math.Sqrt((Groups - 1.0) / Groups * without.Sum(other => (other - mean) * (other - mean))));
    }

    private static int[] Binned(float[] unit)
    {
        double least = unit.Min(),
            range = unit.Max() - least;
        return Array.ConvertAll(unit, value => range > 0 ? Math.Min(Bins - 1, (int)(Bins * (value - least) / range)) : 0);
    }
}
