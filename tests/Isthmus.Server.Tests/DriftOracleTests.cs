using Isthmus.Server.Drift;

namespace Isthmus.Server.Tests;

/// <summary>
/// Drift against SciPy 1.10.1: p-values are chi2_contingency([training, served], correction=False) and chi2.sf, indices rel_entr(p, q) + rel_entr(q, p) summed
/// over the bins that have any, p = (count + 0.5) / (sum + bins / 2).
/// </summary>
public class DriftOracleTests
{
    [Theory]
    [InlineData(new long[] { 10, 20, 30 }, new long[] { 12, 18, 33 }, 0.8365323750549782)]
    [InlineData(new long[] { 100, 100, 100, 100, 0 }, new long[] { 130, 90, 80, 99, 1 }, 0.10458311558792747)]
    [InlineData(new long[] { 5, 0, 7 }, new long[] { 0, 9, 2 }, 0.00022872351704386433)]
    [InlineData(new long[] { 1000, 1000, 1000 }, new long[] { 0, 500, 900 }, 2.1508977763092495e-148)]
    [InlineData(new long[] { 37, 41, 0, 22 }, new long[] { 3, 9, 0, 1 }, 0.14520521311392234)]
    public void The_test_of_homogeneity_is_that_of_contingency_tables(long[] training, long[] served, double expected) =>
        Assert.Equal(1, ChiSquare.Homogeneity(training, served) / expected, 1e-11);

    [Theory]
    [InlineData(0.5, 3, 0.9188914116546758)]
    [InlineData(10, 7, 0.18857346751344997)]
    [InlineData(30, 30, 0.4656537089440098)]
    [InlineData(300, 50, 2.3141364165140704e-37)]
    public void The_tail_is_that_of_the_chi_square_law(double x, int freedom, double expected) =>
        Assert.Equal(1, ChiSquare.UpperTail(x, freedom) / expected, 1e-11);

    /// <summary>From values to the report: bins by numpy.searchsorted at the deciles, side left; served values are formulas, the same on both sides.</summary>
    [Fact]
    public void Scores_and_columns_are_compared_as_by_hand()
    {
        float[] training = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];
        var drift = new DriftMonitor(
            training,
            [("number", TrainingBins.OfNumbers(training)), ("kind", TrainingBins.OfCategories([.. training.Select(i => i % 3)]))],
            TimeSpan.FromHours(1),
            TimeProvider.System
        );
        drift.Add(
            [.. Enumerable.Range(0, 200).Select(i => (float)(11 * i % 1000))],
            [.. Enumerable.Range(0, 200).SelectMany(i => (float[])[7 * i * i % 1300, i % 4])]
        );
        var report = drift.Report();
        void Check(ColumnDrift found, double psi, double p, bool hasChanged)
        {
            Assert.Equal(psi, found.PsiNats!.Value, 1e-12);
            Assert.Equal(1, found.PValue!.Value / p, 1e-11);
            Assert.Equal(hasChanged, found.HasChanged);
        }
        Check(report.Score!, 0.03299925148309424, 0.7164422809898341, hasChanged: false);
        Check(report.Columns["number"], 0.28833625094054505, 1.3187562834836925e-09, hasChanged: true);
        Check(report.Columns["kind"], 1.6192602816693606, 2.915108451339928e-56, hasChanged: true);
        Assert.Equal(["number", "kind"], report.Changed);
    }
}
