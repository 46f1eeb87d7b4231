using System.Text.Json;
using Isthmus.Information.Divergence;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;
using Isthmus.Tests;

namespace Isthmus.Information.Tests.MutualInformation;

/// <summary>tests/golden/oracle/continuous.json: written by bench/oracle/continuous.py (scikit-learn, SciPy, NumPy) on the same samples.</summary>
public class ContinuousOracleTests
{
    private const int Rows = 300;
    private static readonly Points X = Normals(1, 2, 3);
    private static readonly Points Y = Points.FromColumns([.. Enumerable.Range(0, 3).Select(c => Mix(X[c], Samples.Normal(Rows, 4 + c), 0.6, 0.8))]);
    private static readonly double[] Z = Samples.Normal(Rows, 7);

    public static TheoryData<string, Func<double>> Cases =>
        new()
        {
            { "ksg1", () => KsgMutualInformation.Estimate(Columns(X, 0), Columns(Y, 0)).Value },
            { "ksg1_k5", () => KsgMutualInformation.Estimate(Columns(X, 1), Columns(Y, 1), new() { K = 5 }).Value },
            { "ksg2_2x2", () => KsgMutualInformation.Estimate(Columns(X, 0, 1), Columns(Y, 0, 1), variant: KsgVariant.Second).Value },
            { "ross", () => RossMutualInformation.Estimate(Labels(), Shifted()).Value },
            { "ross_k6", () => RossMutualInformation.Estimate(Labels(), Shifted(), new() { K = 6 }).Value },
            { "gao_discrete_and_continuous", () => Gao(5) },
            { "gao_ties", () => GaoMutualInformation.Estimate(Coarse(X[0]), Coarse(Y[0])).Value },
            { "frenzel_pompe", () => FrenzelPompeConditionalMutualInformation.Estimate(Mix(X[0], Z, 1, 1), Mix(Y[0], Z, 1, 1), Z).Value },
            {
                "transfer_entropy",
                () =>
                    new NearestNeighbourTransferEntropy { SourceHistory = 2 }
                        .Measure(Columns(X, 0), Columns(Y, 0))
                        .Value
            },
            { "lnc", () => LocalNonUniformityMutualInformation.Estimate(Columns(X, 0), Mix(X[0], Y[0], 1, 1e-6)).Value },
            { "kernel_density", () => KernelDensityMutualInformation.Estimate(Columns(X, 0), Columns(Y, 0, 1)).Value },
            { "kernel_density_entropy_2d", () => KernelDensityEntropy.Estimate(Columns(X, 0, 1)).Value },
            { "freedman_diaconis", () => FreedmanDiaconisBinsMutualInformation.Estimate(Columns(X, 0), Columns(Y, 0)).Value },
            { "kozachenko_leonenko_3d", () => KozachenkoLeonenkoEntropy.Estimate(X, new() { K = 4 }).Value },
            { "divergence_2d", () => NearestNeighbourDivergence.Estimate(Columns(X, 0, 1), Points.FromColumns(Late(Y[0]), Late(Y[1]))).Value },
            { "gaussian_3x3", () => GaussianMutualInformation.Estimate(X, Y).Value },
            { "gaussian_entropy_3d", () => GaussianEntropy.Estimate(X).Value },
        };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Independent_programs_agree(string name, Func<double> ours)
    {
        // Samples may differ in the last bit of log and cos, 1e-16 relative; counts do not, so nor do sums beyond 1e-12.
        Assert.Equal(Golden().RootElement.GetProperty(name).GetDouble(), ours(), 1e-10);
    }

    [Fact]
    public void Every_oracle_value_is_compared() =>
        Assert.Equal(Golden().RootElement.EnumerateObject().Select(p => p.Name), Cases.Select(row => row.Data.Item1));

    private static JsonDocument Golden() => JsonDocument.Parse(File.ReadAllText(GoldenFile.PathOf("oracle/continuous.json")));

    private static double Gao(int k)
    {
        double[] m = [.. Samples.Uniform(Rows, 10).Select(u => Math.Floor(u * 5))];
        double[] mixture = [.. m.Zip(Samples.Uniform(Rows, 11), (a, u) => a + 2 * u)];
        return GaoMutualInformation.Estimate(m, mixture, new() { K = k }).Value;
    }

    private static int[] Labels()
    {
        int[] labels = [.. Samples.Uniform(Rows, 8).Select(u => (int)(u * 4))];
        (labels[0], labels[1], labels[2], labels[3], labels[4]) = (100, 101, 102, 103, 103);
        return labels;
    }

    private static double[] Shifted() => [.. Samples.Normal(Rows, 9).Zip(Labels(), (v, label) => v + label % 4)];

    private static double[] Coarse(ReadOnlySpan<double> column) => [.. column.ToArray().Select(v => Math.Round(v * 2) / 2)];

    private static double[] Late(ReadOnlySpan<double> column) => [.. column[..200].ToArray().Select(v => 0.5 + v)];

    private static double[] Mix(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double ofA, double ofB) =>
        [.. a.ToArray().Zip(b.ToArray(), (u, v) => ofA * u + ofB * v)];

    private static Points Columns(Points points, params int[] columns) => Points.FromColumns([.. columns.Select(c => points[c].ToArray())]);

    private static Points Normals(params int[] seeds) => Points.FromColumns([.. seeds.Select(seed => Samples.Normal(Rows, seed))]);
}
