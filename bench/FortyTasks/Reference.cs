using System.Globalization;
using Isthmus.Information.MutualInformation;

namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>Whether these samples are those of the published tasks: the truth, and what KSG with k = 5 says of them, against recorded figures.</summary>
internal static class Reference
{
    private const int Seeds = 2;

    /// <summary>0 if each truth agrees to its four digits and each KSG estimate within 4 standard errors of a difference of two such means.</summary>
    public static int Check(IEnumerable<MutualInformationTask> tasks, string file, int rows)
    {
        var lines = File.ReadLines(file).Select(line => line.Split(',')).ToList();
        var (truthColumn, ksgColumn) = (Array.IndexOf(lines[0], "truth"), Array.IndexOf(lines[0], "ksg_k5"));
        var recorded = lines.Skip(1).ToDictionary(line => line[0]);
        var failed = 0;
        foreach (var task in tasks)
        {
            double Recorded(int column) => double.Parse(recorded[task.Name][column], CultureInfo.InvariantCulture);
            var estimates = Enumerable
                .Range(1, Seeds)
                .Select(seed => task.Sample(rows, seed))
                .Select(sample => KsgMutualInformation.Estimate(sample.X, sample.Y, new() { K = 5 }))
                .ToList();
            var (ksg, error) = (estimates.Average(e => e.Value), Math.Sqrt(2.0 / Seeds) * estimates.Average(e => e.StandardError));
            var agrees = Math.Abs(task.Truth - Recorded(truthColumn)) < 0.51e-4 && Math.Abs(ksg - Recorded(ksgColumn)) < 4 * error + 0.0005;
            failed += agrees ? 0 : 1;
            Console.WriteLine(
                $"{task.Name,-32} truth {task.Truth:F4} recorded {Recorded(truthColumn):F4}  ksg {ksg:F3} recorded {Recorded(ksgColumn):F3} difference "
                    + $"{ksg - Recorded(ksgColumn),6:F3} +- {error:F3}{(agrees ? "" : "  DISAGREES")}"
            );
        }
        Console.WriteLine(failed == 0 ? "All agree." : $"{failed} disagree.");
        return failed == 0 ? 0 : 1;
    }
}
