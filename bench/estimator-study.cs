#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
// Bias, spread and coverage of every estimator against sample size: the charts and the table of docs/benchmarks/estimators.md.
// Samples with a known truth, 200 repetitions each (10 of the critics), seeded; one thread, some three minutes, and of the
// critics ten minutes more. The seeds are others than those on which allowances in standard errors were chosen (N itself).
//
//     dotnet run -c Release bench/estimator-study.cs                             all five charts into docs/pictures
//     dotnet run -c Release bench/estimator-study.cs -- FOLDER measures-other    one of them into another folder
using System.Globalization;
using System.Text;
using Isthmus.Information;
using Isthmus.Information.Divergence;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;
using Isthmus.NeuralInformation;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var folder = args.Length > 0 ? args[0] : Path.Combine("docs", "pictures");
const int FirstSeed = 7_000_000;
var options = new NeighbourOptions { Threads = 1 };
var ranked = options with { Margins = Margins.RankGaussian };

Pair[] pairs =
[
    new("independent", 0, (n, random) => Normals(n, 0, random)),
    new("normal, r = 0.9", -0.5 * Math.Log(1 - 0.81), (n, random) => Normals(n, 0.9, random)),
    new("normal, r = 0.9999", -0.5 * Math.Log(1 - 0.9999 * 0.9999), (n, random) => Normals(n, 0.9999, random)),
    // Bivariate Student with 1 degree of freedom, uncorrelated: ln(8 pi) - 3.
    new("Cauchy", Math.Log(8 * Math.PI) - 3, (n, random) =>
    {
        var (x, y) = Normals(n, 0, random);
        for (var i = 0; i < n; i++)
        {
            var scale = Math.Abs(Normal(random));
            (x[i], y[i]) = (x[i] / scale, y[i] / scale);
        }
        return (x, y);
    }),
];
Study<(double[] X, double[] Y)>(
    "measures-information.svg",
    "Mutual information of two columns",
    [100, 300, 1000, 3000],
    200,
    [.. pairs.Select(p => (p.Name, p.Truth, p.Draw))],
    [
        ("KSG 1", 3000, s => KsgMutualInformation.Estimate(s.X, s.Y, options)),
        ("KSG 1, ranks", 3000, s => KsgMutualInformation.Estimate(s.X, s.Y, ranked)),
        ("KSG 2", 3000, s => KsgMutualInformation.Estimate(s.X, s.Y, options, KsgVariant.Second)),
        ("LNC", 3000, s => LocalNonUniformityMutualInformation.Estimate(s.X, s.Y, options with { K = 5 })),
        ("Gao", 3000, s => GaoMutualInformation.Estimate(s.X, s.Y, options)),
        ("Gaussian", 3000, s => GaussianMutualInformation.Estimate(s.X, s.Y)),
        ("Gaussian copula", 3000, s => GaussianCopulaMutualInformation.Estimate(s.X, s.Y)),
        ("equal-mass bins", 3000, s => EqualMassBinsMutualInformation.Estimate(s.X, s.Y)),
        ("Freedman-Diaconis bins", 3000, s => FreedmanDiaconisBinsMutualInformation.Estimate(s.X, s.Y)),
        ("kernel density", 1000, s => KernelDensityMutualInformation.Estimate(s.X, s.Y, threads: 1)),
        ("kernel density, ranks", 1000, s => KernelDensityMutualInformation.Estimate(s.X, s.Y, Margins.RankGaussian, threads: 1)),
    ]
);

// Student with 3 degrees: (nu + 1) / 2 (psi((nu + 1) / 2) - psi(nu / 2)) + ln(sqrt(nu) B(nu / 2, 1 / 2)).
var student =
    2 * (SpecialFunctions.Digamma(2) - SpecialFunctions.Digamma(1.5))
    + 0.5 * Math.Log(3)
    + SpecialFunctions.LogGamma(1.5)
    + 0.5 * Math.Log(Math.PI)
    - SpecialFunctions.LogGamma(2);
Study<double[]>(
    "measures-entropy.svg",
    "Differential entropy",
    [100, 300, 1000, 3000],
    200,
    [
        ("normal", 0.5 * Math.Log(2 * Math.PI * Math.E), (n, random) => Draw(n, random, Normal)),
        ("uniform", 0, (n, random) => Draw(n, random, r => r.NextDouble())),
        ("exponential", 1, (n, random) => Draw(n, random, r => -Math.Log(1 - r.NextDouble()))),
        ("Student, 3 degrees", student, (n, random) => Draw(n, random, r => Normal(r) / Math.Sqrt((Square(r) + Square(r) + Square(r)) / 3))),
    ],
    [
        ("Kozachenko-Leonenko", 3000, s => KozachenkoLeonenkoEntropy.Estimate(s, options)),
        ("Gaussian", 3000, s => GaussianEntropy.Estimate(s)),
        ("kernel density", 1000, s => KernelDensityEntropy.Estimate(s, threads: 1)),
    ]
);

Study<(double[] X, double[] Y, double[] Z)>(
    "measures-other.svg",
    "Mixed, conditional, series, two samples",
    [100, 300, 1000, 3000],
    200,
    [
        // X uniform on 0 .. 4, Y uniform on [X, X + 2]: ln 5 - 4 ln 2 / 5. Z is not used.
        ("label and number", Math.Log(5) - 0.8 * Math.Log(2), (n, random) => Labelled(n, random, x => x)),
        ("label, independent", 0, (n, random) => Labelled(n, random, _ => 0)),
        ("common cause", 0, (n, random) => Caused(n, random, 0)),
        ("conditional r = 0.7", -0.5 * Math.Log(1 - 0.49), (n, random) => Caused(n, random, 0.7)),
        // Y_t = X_(t-1) + unit noise, X of memory 0.8 and variance 1: Var(X_(t-1) given Y_(t-1)) = 1 - 0.8^2 / 2, T = 1/2 ln(1 + that).
        ("series", 0.5 * Math.Log(1.68), Series),
        // Normals one apart: 1/2.
        ("normals one apart", 0.5, (n, random) => (Draw(n, random, Normal), Draw(n, random, r => 1 + Normal(r)), [])),
    ],
    [
        ("Ross", 3000, s => IsLabelled(s) ? RossMutualInformation.Estimate([.. s.X.Select(x => (int)x)], s.Y, options) : null),
        ("Gao, mixed", 3000, s => IsLabelled(s) ? GaoMutualInformation.Estimate(s.X, s.Y, options) : null),
        ("Frenzel-Pompe", 3000, s => s.Z.Length > 1 ? FrenzelPompeConditionalMutualInformation.Estimate(s.X, s.Y, s.Z, options) : null),
        ("transfer entropy", 3000, s => s.Z.Length == 1 ? new NearestNeighbourTransferEntropy().Measure(s.X, s.Y, options) : null),
        ("divergence", 3000, s => s.Z.Length == 0 && !IsLabelled(s) ? NearestNeighbourDivergence.Estimate(s.X, s.Y, options) : null),
    ]
);

// Columns by column: X's, then Y's.
Study<double[][]>(
    "measures-critics.svg",
    "Critics",
    [300, 1000, 3000],
    10,
    [
        ("5+5 normals, r = 0.6", -2.5 * Math.Log(1 - 0.36), (n, random) => Beside(Enumerable.Range(0, 5).Select(_ => Normals(n, 0.6, random)))),
        ("5+5, independent", 0, (n, random) => Beside(Enumerable.Range(0, 5).Select(_ => Normals(n, 0, random)))),
        ("Cauchy", pairs[3].Truth, (n, random) => Beside([pairs[3].Draw(n, random)])),
    ],
    [
        ("copula-residual", 3000, s => Critic(s, new())),
        .. new[] { "infonce", "dv", "mine", "nwj", "smile" }.Select(bound =>
            (bound, 3000, (Func<double[][], Estimate?>)(s => Critic(s, new() { Bound = bound, GaussianBase = false })))
        ),
        ("KSG 1, ranks", 3000, s => KsgMutualInformation.Estimate(Points.FromColumns(s[..(s.Length / 2)]), Points.FromColumns(s[(s.Length / 2)..]), ranked)),
    ]
);

double[] six = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];
Study<long[]>(
    "measures-discrete.svg",
    "Entropy of symbols",
    [10, 30, 100, 300, 1000, 3000],
    200,
    [
        ("6 symbols", Shannon(six), (n, random) => SymbolCounts.Sample(six, n, random)),
        ("100 alike", Math.Log(100), (n, random) => SymbolCounts.Sample([.. Enumerable.Repeat(0.01, 100)], n, random)),
        ("1000, p as 1/rank", Shannon(Ranks(1000)), (n, random) => SymbolCounts.Sample(Ranks(1000), n, random)),
    ],
    [.. DiscreteEntropyEstimator.All.Select(e => (e.Name, e.Name == "nsb" ? 300 : 3000, (Func<long[], Estimate?>)(counts => e.Measure(counts))))]
);

// Every estimator on every sample; a panel and some rows of a table each.
void Study<T>(
    string file,
    string title,
    int[] sizes,
    int repetitions,
    (string Name, double Truth, Func<int, Random, T> Draw)[] settings,
    (string Name, int Most, Func<T, Estimate?> Run)[] estimators
)
{
    if (args.Length > 1 && !file.StartsWith(args[1], StringComparison.Ordinal))
        return;
    var panels = estimators.Select(_ => new List<Curve>()).ToArray();
    for (var s = 0; s < settings.Length; s++)
    {
        var curves = estimators.Select(_ => new Curve(s, settings[s].Name)).ToArray();
        foreach (var n in sizes)
        {
            var random = new Random(FirstSeed + n);
            var values = estimators.Select(_ => new RunningMoments()).ToArray();
            var (covered, errors) = (new int[estimators.Length], new double[estimators.Length]);
            for (var r = 0; r < repetitions; r++)
            {
                var sample = settings[s].Draw(n, random);
                for (var e = 0; e < estimators.Length; e++)
                    if (n <= estimators[e].Most && estimators[e].Run(sample) is { } estimate)
                    {
                        values[e].Add(estimate.Value - settings[s].Truth);
                        errors[e] += estimate.StandardError / repetitions;
                        var (lower, upper) = estimate.Interval();
                        covered[e] += lower <= settings[s].Truth && settings[s].Truth <= upper ? 1 : 0;
                    }
            }
            for (var e = 0; e < estimators.Length; e++)
                if (values[e].Count > 0)
                    curves[e].Points.Add(new(n, values[e].Mean, Math.Sqrt(values[e].Variance), errors[e], 100.0 * covered[e] / repetitions));
        }
        for (var e = 0; e < estimators.Length; e++)
            if (curves[e].Points.Count > 0)
                panels[e].Add(curves[e]);
        Console.Error.WriteLine($"{title}: {settings[s].Name}");
    }
    for (var e = 0; e < estimators.Length; e++)
        foreach (var curve in panels[e])
            Console.WriteLine(
                $"| {estimators[e].Name} | {curve.Setting} | "
                    + string.Join(
                        " | ",
                        sizes.Select(n =>
                            curve.Points.FirstOrDefault(p => p.N == n) is { } p ? $"{p.Bias:+0.000;−0.000;0.000} ± {p.Spread:0.000} ({p.Covered:0})" : ""
                        )
                    )
                    + " |"
            );
    Console.WriteLine();
    File.WriteAllText(
        Path.Combine(folder, file),
        Charts.Draw(title, repetitions, sizes, [.. settings.Select(s => s.Name)], [.. estimators.Select((e, i) => (e.Name, panels[i]))])
    );
}

static (double[] X, double[] Y) Normals(int n, double r, Random random)
{
    var x = Draw(n, random, Normal);
    return (x, [.. x.Select(v => r * v + Math.Sqrt(1 - r * r) * Normal(random))]);
}

static double[][] Beside(IEnumerable<(double[] X, double[] Y)> pairs) =>
    pairs.ToArray() is var all ? [.. all.Select(pair => pair.X), .. all.Select(pair => pair.Y)] : [];

static Estimate? Critic(double[][] columns, NeuralOptions options) =>
    NeuralMutualInformation
        .Estimate(
            Points.FromColumns(columns[..(columns.Length / 2)]),
            Points.FromColumns(columns[(columns.Length / 2)..]),
            options with
            {
                Seed = 1,
                Threads = 1,
            }
        )
        .Value;

static (double[], double[], double[]) Labelled(int n, Random random, Func<double, double> shift)
{
    var x = Draw(n, random, r => r.Next(5));
    return (x, [.. x.Select(v => shift(v) + 2 * random.NextDouble())], []);
}

static bool IsLabelled((double[] X, double[] Y, double[] Z) sample) => sample.Z.Length == 0 && sample.X.All(double.IsInteger);

static (double[], double[], double[]) Caused(int n, Random random, double r)
{
    var (x, y) = Normals(n, r, random);
    var z = Draw(n, random, Normal);
    return ([.. x.Zip(z, (a, b) => a + b)], [.. y.Zip(z, (a, b) => a - b)], z);
}

static (double[], double[], double[]) Series(int n, Random random)
{
    var last = Normal(random);
    var x = Draw(n, random, r => last = 0.8 * last + 0.6 * Normal(r));
    return (x, [.. x.Select((_, t) => (t > 0 ? x[t - 1] : 0) + Normal(random))], [0]);
}

static double[] Draw(int n, Random random, Func<Random, double> draw) => [.. Enumerable.Range(0, n).Select(_ => draw(random))];

static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

static double Square(Random random) => Math.Pow(Normal(random), 2);

static double Shannon(double[] p) => -p.Sum(x => x * Math.Log(x));

static double[] Ranks(int symbols)
{
    var sum = Enumerable.Range(1, symbols).Sum(r => 1.0 / r);
    return [.. Enumerable.Range(1, symbols).Select(r => 1 / (r * sum))];
}

internal sealed record Pair(string Name, double Truth, Func<int, Random, (double[] X, double[] Y)> Draw);

internal sealed record Point(int N, double Bias, double Spread, double Error, double Covered);

internal sealed record Curve(int Style, string Setting)
{
    public List<Point> Points { get; } = [];
}

// A panel an estimator: the mean of estimate less truth as a line, one standard deviation to both sides as a band.
internal static class Charts
{
    private const int Columns = 3,
        Width = 232,
        Height = 168,
        Left = 40,
        Top = 24,
        Right = 12,
        Bottom = 34,
        LegendRow = 16,
        LegendColumns = 4;
    private const double Reach = 0.4;

    public static string Draw(string title, int repetitions, int[] sizes, string[] settings, (string Name, List<Curve> Curves)[] panels)
    {
        var svg = new StringBuilder();
        var head = 52 + (settings.Length + LegendColumns - 1) / LegendColumns * LegendRow;
        int width = Columns * Width,
            height = head + (panels.Length + Columns - 1) / Columns * Height;
        const string font = "font-family=\"system-ui, sans-serif\" font-size=\"11\"";
        const string dark =
            "--ink: #ddd; --grid: #444; --paper: #14171a; --c0: #56b4e9; --c1: #f0a050; --c2: #3fcf9f; --c3: #e79ac8; --c4: #d8d860; --c5: #bbb";
        var caption = $"Line: mean of {repetitions} repetitions. Band: one standard deviation to each side. What leaves the frame is cut off at ±{Reach} nats.";
        svg.AppendLine(
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" {font}>
            <title>{title}: bias and spread against sample size</title>
            <style>
            svg {"{"} --ink: #222; --grid: #ddd; --paper: #fff; --c0: #0072b2; --c1: #b84e00; --c2: #00795a; --c3: #a3457c; --c4: #6b6b00; --c5: #444 {"}"}
            @media (prefers-color-scheme: dark) {"{"} svg {"{"} {dark} {"}"} {"}"}
            text {"{"} fill: var(--ink) {"}"} .head {"{"} font-weight: 600 {"}"}
            </style>
            <rect width="{width}" height="{height}" fill="var(--paper)"/>
            <text class="head" x="8" y="16" font-size="13">{title}: estimate - truth (nats) against sample size N (rows)</text>
            <text x="8" y="31">{caption}</text>
            """
        );
        for (var i = 0; i < settings.Length; i++)
        {
            int x = 8 + i % LegendColumns * (width / LegendColumns),
                y = 50 + i / LegendColumns * LegendRow;
            svg.AppendLine(
                $"""<path d="M{x} {y - 4}h24" stroke="var(--c{i})" stroke-width="2" stroke-dasharray="{Dash(i)}"/>"""
                    + $"""<text x="{x + 30}" y="{y}">{settings[i]}</text>"""
            );
        }
        for (var i = 0; i < panels.Length; i++)
            Panel(svg, i % Columns * Width, head + i / Columns * Height, sizes, panels[i].Name, panels[i].Curves);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void Panel(StringBuilder svg, int x0, int y0, int[] sizes, string name, List<Curve> curves)
    {
        double X(double n) => x0 + Left + (Math.Log(n) - Math.Log(sizes[0])) / (Math.Log(sizes[^1]) - Math.Log(sizes[0])) * (Width - Left - Right);
        double Y(double nats) => y0 + Top + (Reach - nats) / (2 * Reach) * (Height - Top - Bottom);
        double Cut(double nats) => Y(Math.Clamp(nats, -Reach, Reach));
        svg.AppendLine(
            $"""<text class="head" x="{x0 + Left}" y="{y0 + 14}">{name}</text><text x="{x0 + Left - 4}" y="{y0 + 14}" text-anchor="end">nats</text>"""
        );
        foreach (var tick in new[] { -Reach, -Reach / 2, 0, Reach / 2, Reach })
            svg.AppendLine(
                $"""<path d="M{x0 + Left} {Y(tick):0.0}H{x0 + Width - Right}" stroke="var({(tick == 0 ? "--ink" : "--grid")})" """
                    + $"""stroke-width="{(tick == 0 ? 0.8 : 1)}"/><text x="{x0 + Left - 4}" y="{Y(tick) + 4:0.0}" text-anchor="end">{tick:+0.0;-0.0;0}</text>"""
            );
        foreach (var n in sizes.Where(n => Math.Log10(n) % 1 == 0))
            svg.AppendLine(
                $"""<path d="M{X(n):0.0} {Y(-Reach):0.0}v4" stroke="var(--ink)"/>"""
                    + $"""<text x="{X(n):0.0}" y="{Y(-Reach) + 16:0.0}" text-anchor="middle">{n:#,0}</text>"""
            );
        svg.AppendLine($"""<text x="{x0 + Width - Right}" y="{Y(-Reach) + 16:0.0}" text-anchor="end">N, rows</text>""");
        foreach (var curve in curves)
        {
            var band = curve
                .Points.Select(p => (p.N, Cut(p.Bias + p.Spread)))
                .Concat(curve.Points.AsEnumerable().Reverse().Select(p => (p.N, Cut(p.Bias - p.Spread))));
            svg.AppendLine(
                $"""<polygon fill="var(--c{curve.Style})" fill-opacity="0.16" points="{string.Join(" ", band.Select(p => $"{X(p.N):0.0},{p.Item2:0.0}"))}"/>"""
            );
            // Up to where it leaves the frame.
            var line = new StringBuilder();
            Point? last = null;
            foreach (var p in curve.Points)
            {
                var inside = Math.Abs(p.Bias) <= Reach;
                if (inside || last is { } q && Math.Abs(q.Bias) <= Reach)
                    line.Append(
                        inside && (last is null || Math.Abs(last.Bias) > Reach) && last is not null ? $"M{Edge(last, p)}L{At(p)}"
                        : last is null ? $"M{At(p)}"
                        : inside ? $"L{At(p)}"
                        : $"L{Edge(last, p)}"
                    );
                last = p;
            }
            svg.AppendLine($"""<path d="{line}" fill="none" stroke="var(--c{curve.Style})" stroke-width="2" stroke-dasharray="{Dash(curve.Style)}"/>""");
        }

        string At(Point p) => $"{X(p.N):0.0} {Y(p.Bias):0.0}";

        string Edge(Point a, Point b)
        {
            var limit = Math.Abs(a.Bias) > Reach ? Math.CopySign(Reach, a.Bias) : Math.CopySign(Reach, b.Bias);
            var share = (limit - a.Bias) / (b.Bias - a.Bias);
            return $"{X(a.N) + share * (X(b.N) - X(a.N)):0.0} {Y(limit):0.0}";
        }
    }

    private static string Dash(int style) =>
        style switch
        {
            0 => "none",
            1 => "7 3",
            2 => "2 3",
            3 => "9 3 2 3",
            4 => "4 2",
            _ => "12 4",
        };
}
