#:project ../src/Isthmus.Information/Isthmus.Information.csproj
// How often the 90 % interval of `auto` holds the truth or the figure carries a warning, of columns with ties, atoms, limits and
// rounded values: the table of docs/benchmarks/ties.md. Each sample is a normal pair of correlation r, each column seen through a map
// of its own; the truth is that of the exact table of values by cells of 0.025 of the normal pair. Every sample has a seed of its
// own: S + 1,000,000 (4 case + place of r) + 40 N + repetition, S the first seed.
//
//     dotnet run -c Release bench/mixed-coverage.cs                      40 repetitions of 200 to 20,000 rows, some twenty minutes on one thread
//     dotnet run -c Release bench/mixed-coverage.cs -- 100 200,1000      other repetitions and sizes
//     dotnet run -c Release bench/mixed-coverage.cs -- 100 1000 zeros    cases whose name holds a text, or one of several parted by ;
//     dotnet run -c Release bench/mixed-coverage.cs -- 100 1000 "" 300000000   other seeds: the first one (0 where none is given)
using System.Globalization;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var repetitions = args.Length > 0 ? int.Parse(args[0]) : 40;
int[] sizes = args.Length > 1 ? [.. args[1].Split(',').Select(int.Parse)] : [200, 1000, 5000, 20_000];
double[] correlations = [0, 0.3, 0.6, 0.9];
var options = new NeighbourOptions { Threads = 1 };
var firstSeed = args.Length > 3 ? int.Parse(args[3]) : 0;

var plain = Map.Of("numbers", z => z);
(Map X, Map Y)[] cases =
[
    (plain, plain),
    // Whole numbers.
    .. Twice(2, 4, 10, 30, 100),
    (Map.Levels(30), plain),
    (Map.Levels(5), Map.Levels(40)),
    (Map.Poisson(1), Map.Poisson(1)),
    (Map.Poisson(3), Map.Poisson(3)),
    (Map.Poisson(30), Map.Poisson(30)),
    (Map.Whole(5), Map.Whole(20)),
    (Map.Poisson(3), plain),
    // Zeros: of 10, 50 and 90 % of rows, of those that lie lowest or of any.
    .. new[] { -1.275, 0, 1.275 }.SelectMany(cut =>
        new (Map, Map)[] { (Map.Zeros(cut), plain), (Map.Zeros(cut), Map.Zeros(cut)), (Map.Zeros(cut), Map.Levels(10)) }
    ),
    (Map.Zeros(1.275), Map.Zeros(-1.275)),
    (Map.AnyZeros(0.5), Map.AnyZeros(0.9)),
    (Map.AnyZeros(0.3), plain),
    (Map.Zeros(0.5), Map.Steps(0.1)),
    // Limits.
    (Map.Limits(-1, 1), Map.Limits(-1, 1)),
    (Map.Limits(-2, 0.5), plain),
    (Map.Limits(-0.5, 9), Map.Steps(0.1)),
    // Rounded.
    (Map.Steps(0.5), Map.Steps(0.5)),
    (Map.Steps(0.1), Map.Steps(0.1)),
    (Map.Steps(0.05), Map.Steps(0.05)),
    (Map.Steps(1), plain),
    (Map.Steps(0.1), plain),
    (Map.Steps(0.1), Map.Steps(1)),
    (Map.Heaps(0.1, 5), Map.Heaps(0.1, 10)),
    (Map.Heaps(0.05, 10), plain),
    (Map.SomeSteps(0.5), Map.SomeSteps(0.5)),
    // Names, whose order says nothing.
    (Map.Names(3), plain),
    (Map.Names(10), plain),
    (Map.Names(40), plain),
    (Map.Names(10), Map.Names(10)),
    (Map.Names(30), Map.Names(30)),
    (Map.Names(10), Map.Zeros(0)),
    (Map.Names(5), Map.Steps(0.1)),
    (Map.RareNames(3), Map.RareNames(8)),
    (Map.RareNames(5), Map.Names(4)),
    (Map.NoisyNames(12), Map.Names(12)),
    (Map.NoisyNames(40), Map.Names(40)),
];

var unknown = 0;
Console.WriteLine("| X and Y | r | truth | " + string.Join(" | ", sizes.Select(n => $"{n:N0} rows")) + " |");
Console.WriteLine("|---|---|---|" + string.Concat(sizes.Select(_ => "---|")));
foreach (var (number, (x, y)) in cases.Index())
{
    if (args.Length > 2 && !args[2].Split(';').Any($"{x.Name}, {y.Name}".Contains))
        continue;
    foreach (var (place, r) in correlations.Index())
    {
        var truth = Truth.Of(x, y, r);
        var cells = sizes.Select(n => Study(x, y, r, n, truth, firstSeed + 1_000_000 * (4 * number + place) + 40 * n)).ToArray();
        Console.WriteLine($"| {x.Name}, {y.Name} | {r} | {truth:0.000} | {string.Join(" | ", cells)} |");
    }
}
Console.WriteLine($"\nNeither covered nor warned: {unknown}");

string Study(Map x, Map y, double r, int n, double truth, int seed)
{
    var (covered, warned, silent, bias, error) = (0, 0, 0, 0.0, 0.0);
    var estimators = new SortedDictionary<string, int>();
    for (var repetition = 0; repetition < repetitions; repetition++)
    {
        var random = new Random(seed + repetition);
        var (a, b) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var (first, second) = (Normal(random), Normal(random));
            (a[i], b[i]) = (x.Draw(first, random), y.Draw(r * first + Math.Sqrt(1 - r * r) * second, random));
        }
        var chosen = AutoMutualInformation.Estimate(x.Variable(a), y.Variable(b), options);
        // As `measure` shows it: cut at 0.
        var (lower, upper) = (chosen.Estimate with { Value = Math.Max(0, chosen.Estimate.Value) }).Interval();
        var holds = lower <= truth && truth <= upper;
        covered += holds ? 1 : 0;
        warned += chosen.Warnings.Count > 0 ? 1 : 0;
        silent += holds || chosen.Warnings.Count > 0 ? 0 : 1;
        bias += (chosen.Estimate.Value - truth) / repetitions;
        error += chosen.Estimate.StandardError / repetitions;
        estimators[chosen.Estimator] = estimators.GetValueOrDefault(chosen.Estimator) + 1;
    }
    unknown += silent;
    return $"{100.0 * covered / repetitions:0} % ({100.0 * warned / repetitions:0}, {100.0 * silent / repetitions:0}) {bias:+0.000;−0.000;0.000} ± "
        + $"{error:0.000} {estimators.MaxBy(e => e.Value).Key}";
}

static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

static IEnumerable<(Map, Map)> Twice(params int[] levels) => levels.Select(d => (Map.Levels(d), Map.Levels(d)));

/// <summary>What is seen of a normal z: one of some values, each with its probability.</summary>
internal sealed record Map(string Name, Func<double, (double Value, double P)[]> Seen, bool IsNames = false)
{
    public double Draw(double z, Random random)
    {
        var seen = Seen(z);
        return seen.Length == 1 || random.NextDouble() < seen[0].P ? seen[0].Value : seen[1].Value;
    }

    public Variable Variable(double[] column) =>
        IsNames
            ? Isthmus.Information.Entropy.Variable.OfSymbols(DiscreteColumn.Of<double>(column))
            : Isthmus.Information.Entropy.Variable.OfNumbersByRule(column);

    public static Map Of(string name, Func<double, double> seen) => new(name, z => [(seen(z), 1)]);

    /// <summary>So many values of one probability.</summary>
    public static Map Levels(int count) => Of($"{count} values", z => Math.Min(count - 1, Math.Floor(count * StandardNormal(z))));

    public static Map Names(int count) => Levels(count) with { Name = $"{count} names", IsNames = true };

    /// <summary>Names as frequent as an exponential law has it, many of them rare.</summary>
    public static Map RareNames(double mean) => Whole(mean) with { Name = $"rare names, mean {mean}", IsNames = true };

    /// <summary>Names of which one in five is 'other'.</summary>
    public static Map NoisyNames(int count) =>
        new($"{count} names, 20 % other", z => [(Math.Min(count - 1, Math.Floor(count * StandardNormal(z))), 0.8), (count, 0.2)], true);

    public static Map Poisson(double mean) => Of($"Poisson {mean}", z =>
        {
            var (u, p, n) = (StandardNormal(z), Math.Exp(-mean), 0);
            for (var sum = p; sum < u && n < 10 * mean + 20; sum += p)
                p *= mean / ++n;
            return n;
        });

    /// <summary>Whole numbers of an exponential law.</summary>
    public static Map Whole(double mean) => Of($"whole, mean {mean}", z => Math.Floor(-mean * Math.Log(Math.Max(1e-12, 1 - StandardNormal(z)))));

    public static Map Zeros(double cut) => Of($"{100 * StandardNormal(cut):0} % zeros", z => z < cut ? 0 : z - cut + 1);

    public static Map AnyZeros(double share) => new($"any {100 * share:0} % zeros", z => [(100, share), (z, 1 - share)]);

    public static Map Limits(double lower, double upper) => Of(upper > 5 ? $"from {lower}" : $"{lower} to {upper}", z => Math.Clamp(z, lower, upper));

    public static Map Steps(double step) => Of($"steps of {step}", z => Rounded(z, step));

    /// <summary>Half of the rows in steps, half in coarser ones.</summary>
    public static Map Heaps(double step, int times) =>
        new($"steps of {step} or {Math.Round(times * step, 6)}", z =>
            Rounded(z, step) == Rounded(z, times * step) ? [(Rounded(z, step), 1)] : [(Rounded(z, step), 0.5), (Rounded(z, times * step), 0.5)]
        );

    public static Map SomeSteps(double step) => new($"half in steps of {step}", z => [(Rounded(z, step), 0.5), (z + 1e-7, 0.5)]);

    public static double StandardNormal(double z) => 0.5 + 0.5 * Math.Sign(z) * Erf(Math.Abs(z) / Math.Sqrt(2));

    private static double Rounded(double z, double step) => Math.Round(Math.Round(z / step) * step, 6);

    // Abramowitz and Stegun 7.1.5 below 3, and the continued fraction 7.1.14 beyond.
    private static double Erf(double x)
    {
        if (x < 3)
        {
            var (sum, term) = (x, x);
            for (var n = 1; n < 80; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return 2 / Math.Sqrt(Math.PI) * sum;
        }
        var fraction = 0.0;
        for (var n = 40; n > 0; n--)
            fraction = n / 2.0 / (x + fraction);
        return 1 - Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}

/// <summary>I of what is seen of a normal pair, nats, from its table on cells of 0.025.</summary>
internal static class Truth
{
    private const double Cell = 0.025,
        Reach = 5;

    public static double Of(Map x, Map y, double r)
    {
        if (r == 0)
            return 0;
        double[] middles = [.. Enumerable.Range(0, (int)(2 * Reach / Cell)).Select(i => -Reach + (i + 0.5) * Cell)];
        var (seenX, countX) = Seen(x, middles);
        var (seenY, countY) = Seen(y, middles);
        var table = new double[countX, countY];
        var conditional = Math.Sqrt(1 - r * r);
        var row = new double[countY];
        for (var i = 0; i < middles.Length; i++)
        {
            Array.Clear(row);
            var before = 0.0;
            for (var j = 0; j < middles.Length; j++)
            {
                var below = Map.StandardNormal((middles[j] + Cell / 2 - r * middles[i]) / conditional);
                foreach (var (value, p) in seenY[j])
                    row[value] += p * (below - before);
                before = below;
            }
            var mass = Map.StandardNormal(middles[i] + Cell / 2) - Map.StandardNormal(middles[i] - Cell / 2);
            foreach (var (value, p) in seenX[i])
                for (var j = 0; j < countY; j++)
                    table[value, j] += p * mass * row[j];
        }
        var (marginX, marginY, total) = (new double[countX], new double[countY], 0.0);
        for (var i = 0; i < countX; i++)
            for (var j = 0; j < countY; j++)
            {
                marginX[i] += table[i, j];
                marginY[j] += table[i, j];
                total += table[i, j];
            }
        var information = 0.0;
        for (var i = 0; i < countX; i++)
            for (var j = 0; j < countY; j++)
                information += table[i, j] > 0 ? table[i, j] / total * Math.Log(table[i, j] * total / marginX[i] / marginY[j]) : 0;
        return information;
    }

    private static ((int, double)[][], int) Seen(Map map, double[] middles)
    {
        var places = new Dictionary<double, int>();
        (int, double)[][] seen =
        [
            .. middles.Select(z =>
                map.Seen(z).Select(value => (places.TryGetValue(value.Value, out var place) ? place : places[value.Value] = places.Count, value.P)).ToArray()
            ),
        ];
        return (seen, places.Count);
    }
}
