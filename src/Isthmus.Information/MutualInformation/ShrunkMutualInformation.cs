using Isthmus.Information.Entropy;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.MutualInformation;

/// <summary>
/// I(X;Y) of symbols, nats: the plug-in estimate, less its bias for the table between the one seen and that of independent variables which would give it, (1 -
/// w) n_xy + w n_x n_y / N. For independent variables w is near 1, and the correction is the whole plug-in information expected at independence; if one column
/// determines the other, w is 0.
/// </summary>
/// <remarks>
/// <para>The expected plug-in figure of a table with means m is (sum G(m_xy) - sum G(n_x) - sum G(n_y) + N ln N + 1/2) / N, G(m) the
/// mean of n ln n over Poisson counts n of mean m (<see cref="PoissonSurprise"/>); at w = 1 it is <see cref="ExpectedMutualInformation"/>,
/// exactly, and w of the difference is added before. w is found by halving so that the expected figure equals the one
/// seen; the estimate is the information of that table. Where the figure seen is within three standard deviations of chance, all that chance finds is taken
/// off,
/// and the estimate may be below 0.</para>
/// <para>Squared standard error: s^2 / N + (f / 2 + 2.7) / N^2 + d^2 / 12. s^2 is the variance of ln p_xy / (p_x p_y) in the table found;
/// f is 2N times the bias, about the degrees of freedom: at independence 2N I is chi-square, of variance 2f. 2.7 = 1.645^2 is what a
/// score interval of 90 % adds, as the spread grows with the information. d is the range of three figures whose biases differ where combinations are
/// rare: that of the table, that with all taken off that chance finds, and beyond chance that of Chao-Wang-Jost entropies (uniform over it). Cost: the cells
/// seen, and the different counts in X times
/// those in Y, some fifty times.</para>
/// </remarks>
public static class ShrunkMutualInformation
{
    private const int Halvings = 40;
    private const double ScoreReach = 2.7,
        ChanceReach = 3,
        Sure = 1.5;

    private static readonly ChaoWangJostEntropy Coverage = new();

    /// <summary>Returns the mutual information, nats; may be below 0.</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static Estimate Estimate(DiscreteColumn x, DiscreteColumn y) => Of(x, y).Estimate;

    /// <summary>Returns the shrunk table, which holds the estimate and its diagnostics.</summary>
    internal static ShrunkTable Of(DiscreteColumn x, DiscreteColumn y) => new(x, y);

    /// <summary>The table between the one seen and that of independent variables.</summary>
    internal sealed class ShrunkTable
    {
        private readonly double _rows,
            _weight,
            _margins,
            _fixed;
        private readonly long[] _x,
            _y;
        private readonly (double Count, double Independent)[] _cells;
        private readonly (double Independent, double Times)[] _classes;

        public ShrunkTable(DiscreteColumn x, DiscreteColumn y)
        {
            var joint = DiscreteColumn.Join(x, y);
            (_rows, _x, _y) = (x.Rows, x.Counts(), y.Counts());
            var counts = joint.Counts();
            _cells = new (double, double)[counts.Length];
            for (var i = 0; i < x.Rows; i++)
                _cells[joint.Codes[i]] = (counts[joint.Codes[i]], (double)_x[x.Codes[i]] * _y[y.Codes[i]] / _rows);
            // All cells of one product of counts have one mean, so the table is never laid out.
            _classes =
            [
                .. from a in _x.CountBy(count => count) from b in _y.CountBy(count => count) select ((double)a.Key * b.Key / _rows, (double)a.Value * b.Value),
            ];
            _margins = _x.Sum(count => PoissonSurprise.Mean(count)) + _y.Sum(count => PoissonSurprise.Mean(count)) - _rows * Math.Log(_rows) - 0.5;
            var chance = ExpectedMutualInformation.Of(_x, _y, x.Rows);
            _fixed = (Sum(1, PoissonSurprise.Mean) - _margins) / _rows - chance;
            var seen = Information(0);
            if (seen <= Expected(1))
                _weight = 1;
            else if (seen < Expected(0))
                for (double low = 0, high = 1, step = 0; step < Halvings; step++)
                {
                    _weight = (low + high) / 2;
                    (low, high) = Expected(_weight) > seen ? (_weight, high) : (low, _weight);
                }
            var (information, bias) = (Information(_weight), Expected(_weight) - Information(_weight));
            // 2N times the figure is chi-square of 2N times its mean: its standard deviation is sqrt(mean / N).
            IsBeyondChance = seen > chance + ChanceReach * Math.Sqrt(chance / _rows);
            var byCoverage = Coverage.Entropy(_x) + Coverage.Entropy(_y) - Coverage.Entropy(counts);
            ByCoverage = _weight * (seen - chance) + (1 - _weight) * byCoverage;
            double[] figures = IsBeyondChance ? [seen - bias, seen - chance, byCoverage] : [seen - bias, seen - chance];
            var (gap, extra) = (figures.Max() - figures.Min(), (Math.Max(0, bias * _rows) + ScoreReach) / (_rows * _rows));
            var variance = Squares(information) / _rows + extra;
            (Gap, IsBiasKnown, Extra) = (gap, gap <= Sure * Math.Sqrt(variance), extra + gap * gap / 12);
            Estimate = new(IsBeyondChance ? seen - bias : seen - chance, Math.Sqrt(variance + gap * gap / 12));
        }

        /// <summary>The information and its standard error.</summary>
        public Estimate Estimate { get; }

        /// <summary>Number of combinations seen.</summary>
        public int Cells => _cells.Length;

        /// <summary>True if the information seen exceeds what independent variables would show.</summary>
        public bool IsBeyondChance { get; }

        /// <summary>
        /// Information by Chao-Wang-Jost entropies, nats; the part w of independent variables counts with all taken off that chance finds, as those entropies
        /// err upwards there.
        /// </summary>
        public double ByCoverage { get; }

        /// <summary>Range of three estimates with different biases, nats; 0 if nothing exceeds independence.</summary>
        public double Gap { get; }

        /// <summary>True if that range is within two standard errors.</summary>
        public bool IsBiasKnown { get; }

        /// <summary>Terms of the squared standard error other than the spread of the pointwise terms.</summary>
        public double Extra { get; }

        /// <summary>Returns ln p_xy / (p_x p_y) in this table, row by row.</summary>
        public double[] Local(DiscreteColumn x, DiscreteColumn y) =>
            [
                .. DiscreteColumn
                    .Join(x, y)
                    .Codes.ToArray()
                    .Select(code => Math.Log(Between(_cells[code].Count, _cells[code].Independent, _weight) / _cells[code].Independent)),
            ];

        private static double Between(double count, double independent, double weight) => (1 - weight) * count + weight * independent;

        // Cells not seen have only the independent part.
        private double Sum(double weight, Func<double, double> of) =>
            _classes.Sum(cell => cell.Times * of(weight * cell.Independent))
            + _cells.Sum(cell => of(Between(cell.Count, cell.Independent, weight)) - of(weight * cell.Independent));

        private double Expected(double weight) => (Sum(weight, PoissonSurprise.Mean) - _margins) / _rows - weight * _fixed;

        private double Information(double weight) =>
            Math.Max(0, (Sum(weight, NLogN) - _x.Sum(count => NLogN(count)) - _y.Sum(count => NLogN(count)) + _rows * Math.Log(_rows)) / _rows);

        private double Squares(double information)
        {
            if (_weight == 1)
                return 0;
            // ln p / (p_x p_y) of cells not seen is ln w, whatever their mean.
            var logarithm = _weight > 0 ? Math.Log(_weight) : 0;
            var (seen, squares) = (0.0, 0.0);
            foreach (var (count, independent) in _cells)
            {
                var mean = Between(count, independent, _weight);
                var local = Math.Log(mean / independent);
                (seen, squares) = (seen + mean, squares + mean * local * local);
            }
            return Math.Max(0, (squares + (_rows - seen) * logarithm * logarithm) / _rows - information * information);
        }

        private static double NLogN(double n) => n > 0 ? n * Math.Log(n) : 0;
    }
}
