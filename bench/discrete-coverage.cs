#:project ../src/Isthmus.Information/Isthmus.Information.csproj
// How often 90 % intervals of the discrete estimators hold the truth, and their bias: the table of docs/benchmarks/discrete-coverage.md.
//
//     dotnet run -c Release bench/discrete-coverage.cs
using Isthmus.Information.Entropy;

double[] p = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];
var truth = -p.Sum(x => x * Math.Log(x));
int[] sizes = [50, 400, 1000];
foreach (var estimator in DiscreteEntropyEstimator.All)
{
    Console.Write($"{estimator.Name,-22}");
    foreach (var n in sizes)
    {
        var (random, repetitions, covered, bias) = (new Random(n), estimator.Name == "nsb" ? 500 : 3000, 0, 0.0);
        for (var i = 0; i < repetitions; i++)
        {
            var estimate = estimator.Measure(SymbolCounts.Sample(p, n, random));
            bias += (estimate.Value - truth) / repetitions;
            if (Math.Abs(estimate.Value - truth) < 1.6448536 * estimate.StandardError)
                covered++;
        }
        Console.Write($"{100.0 * covered / repetitions,8:F1} % {bias,9:F5}");
    }
    Console.WriteLine();
}
foreach (var name in new[] { "plugin", "miller-madow" })
{
    var estimator = DiscreteEntropyEstimator.Named(name);
    Console.Write($"bootstrap {name,-12}");
    foreach (var n in sizes)
    {
        var (random, covered) = (new Random(n), 0);
        for (var i = 0; i < 1000; i++)
        {
            var interval = new DiscreteBootstrap { Seed = i, Replicates = 200 }.Interval(SymbolCounts.Sample(p, n, random), estimator);
            if (interval.Lower < truth && truth < interval.Upper)
                covered++;
        }
        Console.Write($"{covered / 10.0,8:F1} %          ");
    }
    Console.WriteLine();
}
