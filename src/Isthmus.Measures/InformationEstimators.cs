using Isthmus.Information;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;
using Isthmus.Information.Numerics;

namespace Isthmus.Measures;

/// <summary>All named estimators: those of this assembly, and those registered by others. Safe to use from several threads.</summary>
public static class InformationEstimators
{
    private static readonly Lock Registration = new();

    private static InformationEstimator[] _all =
    [
        new("auto", "looks at types, ties, dimension and rows, and says what it took and why", EstimatorInput.Any)
        {
            Entropy = q => AutoEntropy.Estimate(q.X, q.Neighbours),
            MutualInformation = AutoInformation.Estimate,
            ConditionalInformation = q => AutoMutualInformation.Conditional(q.X, q.Y!, q.Given!, q.Neighbours),
        },
        Counting("plugin", "symbols: the frequencies taken for the probabilities; H too low, I too high with few rows"),
        Counting("miller-madow", "symbols: plug-in with its first-order bias taken off"),
        Counting("jackknife", "symbols: plug-in with its bias taken off by leaving rows out"),
        Counting("grassberger", "symbols: digamma corrections, without knowing how many symbols there are (2003)"),
        Counting("grassberger1988", "symbols: the same, the older form"),
        Counting("zhang", "symbols: bias that falls exponentially once all are seen"),
        Counting("chao-shen", "symbols: coverage-adjusted, for many rare symbols"),
        Counting("chao-wang-jost", "symbols: the unseen estimated from those seen once and twice"),
        Counting("shrink", "symbols: James-Stein shrinkage towards equal probabilities"),
        Counting("jeffreys", "symbols: Bayes, half a pseudo-count a symbol"),
        Counting("laplace", "symbols: Bayes, one pseudo-count a symbol"),
        Counting("perks", "symbols: Bayes, one pseudo-count over all symbols"),
        Counting("minimax", "symbols: Bayes, sqrt(N) pseudo-counts over all symbols"),
        Counting("wolpert-wolf-laplace", "symbols: the posterior mean of H, one pseudo-count a symbol"),
        Counting("nsb", "symbols: Nemenman-Shafee-Bialek, for far fewer rows than symbols"),
        new("shrunk", "symbols: plug-in less the bias of a table between the one seen and independence; for sparse tables", EstimatorInput.Symbols)
        {
            MutualInformation = q => Named("shrunk", ShrunkMutualInformation.Estimate(q.X.Symbols(), q.Y!.Symbols())),
            Warnings = (q, _, _) => EstimateWarnings.OfTable(q.X.Symbols(), q.Y!.Symbols()),
        },
        new("mixed", "two columns with ties, zeros, limits or rounded values: frequent values counted, the others by k nearest neighbours", EstimatorInput.Any)
        {
            MutualInformation = q => Named("mixed", MixedMutualInformation.Estimate(q.X, q.Y!, q.Neighbours)),
            Warnings = OfNeighbours,
        },
        new("ksg1", "numbers: Kraskov-Stoegbauer-Grassberger by k nearest neighbours; given others, Frenzel-Pompe", EstimatorInput.Numbers)
        {
            Aliases = ["ksg"],
            MutualInformation = q => Named("ksg1", KsgMutualInformation.Estimate(q.X.Numbers(), q.Y!.Numbers(), q.Neighbours)),
            ConditionalInformation = FrenzelPompe,
            Warnings = OfNeighbours,
        },
        new("ksg2", "numbers: the same with a rectangle, less bias in many columns", EstimatorInput.Numbers)
        {
            MutualInformation = q => Named("ksg2", KsgMutualInformation.Estimate(q.X.Numbers(), q.Y!.Numbers(), q.Neighbours, KsgVariant.Second)),
            Warnings = OfNeighbours,
        },
        new("lnc", "numbers: KSG with its neighbourhoods fitted to strong dependence (Gao, Ver Steeg and Galstyan)", EstimatorInput.Numbers)
        {
            MutualInformation = q =>
                Named(
                    "lnc",
                    LocalNonUniformityMutualInformation.Estimate(
                        q.X.Numbers(),
                        q.Y!.Numbers(),
                        LocalNonUniformityMutualInformation.DefaultOptions(q.X.Numbers(), q.Y.Numbers()) is var own
                            ? q.Neighbours with
                            {
                                K = q.K ?? own.K,
                            }
                            : null
                    )
                ),
            Warnings = OfNeighbours,
        },
        new("frenzel-pompe", "numbers, given others: k nearest neighbours", EstimatorInput.Numbers)
        {
            Aliases = ["fp"],
            ConditionalInformation = FrenzelPompe,
            Warnings = OfNeighbours,
        },
        new("ross", "a label with numbers: nearest neighbours within each label, as mutual_info_classif", EstimatorInput.LabelWithNumbers)
        {
            MutualInformation = q => Named("ross", RossMutualInformation.Estimate(Label(q).Symbols().Codes, Labelled(q).Numbers(), q.Neighbours)),
            Warnings = (q, _, estimate) => EstimateWarnings.OfLabel(estimate, Label(q).Symbols(), Labelled(q).Numbers(), q.Neighbours),
        },
        new("gao", "symbols and numbers in any mixture, ties among them: k nearest neighbours", EstimatorInput.Any)
        {
            MutualInformation = q => Named("gao", GaoMutualInformation.Estimate(AsPoints(q.X), AsPoints(q.Y!), q.Neighbours)),
            Warnings = OfNeighbours,
        },
        new("gaussian", "numbers that are jointly normal: their covariance", EstimatorInput.Numbers)
        {
            Entropy = q => Named("gaussian", GaussianEntropy.Estimate(q.X.Numbers())),
            MutualInformation = q => Named("gaussian", GaussianMutualInformation.Estimate(Margin(q.X, q), Margin(q.Y!, q))),
            Warnings = (q, _, _) => EstimateWarnings.OfNormal(Points.Join([.. Parts(q).Select(part => Margin(part, q))])),
        },
        new("copula", "numbers: the normal dependence of their ranks", EstimatorInput.Numbers)
        {
            MutualInformation = q => Named("copula", GaussianCopulaMutualInformation.Estimate(q.X.Numbers(), q.Y!.Numbers())),
            Warnings = (q, _, _) => EstimateWarnings.OfNormal(RankGaussian.Transform(Points.Join(q.X.Numbers(), q.Y!.Numbers()))),
        },
        new("bins", "two columns of numbers: bins of equal mass", EstimatorInput.Numbers)
        {
            MutualInformation = q => Named("bins", EqualMassBinsMutualInformation.Estimate(q.X.Numbers(), q.Y!.Numbers(), q.Bins)),
            Warnings = OfSecond,
        },
        new("freedman-diaconis", "two columns of numbers: bins of equal width, by their spread", EstimatorInput.Numbers)
        {
            Aliases = ["fd"],
            MutualInformation = q => Named("freedman-diaconis", FreedmanDiaconisBinsMutualInformation.Estimate(q.X.Numbers(), q.Y!.Numbers(), q.Margins)),
            Warnings = OfSecond,
        },
        new("kde", "numbers: kernel densities; slow, for smooth ones in few columns", EstimatorInput.Numbers)
        {
            MutualInformation = q => Named("kde", KernelDensityMutualInformation.Estimate(q.X.Numbers(), q.Y!.Numbers(), q.Margins, threads: q.Threads)),
            Warnings = OfSecond,
            IsSlow = true,
        },
        new("kl", "numbers: differential entropy by k nearest neighbours (Kozachenko-Leonenko)", EstimatorInput.Numbers)
        {
            Aliases = ["kozachenko-leonenko"],
            Entropy = q => Named("kl", KozachenkoLeonenkoEntropy.Estimate(q.X.Numbers(), q.Neighbours)),
            Warnings = (q, measure, estimate) => [.. EntropyWarnings.OfDimension(q.X.Dimensions), .. OfRows(q, measure, estimate)],
        },
    ];

    /// <summary>All estimators, in the order of the help, the registered ones last.</summary>
    public static IReadOnlyList<InformationEstimator> All => Volatile.Read(ref _all);

    /// <summary>Adds estimators of another assembly. An existing one of the same name stays.</summary>
    public static void Register(params IEnumerable<InformationEstimator> estimators)
    {
        lock (Registration)
            Volatile.Write(ref _all, [.. _all.Concat(estimators).DistinctBy(estimator => estimator.Name)]);
    }

    /// <summary>Returns the estimator with this name or alias.</summary>
    /// <exception cref="InvalidInputException">There is none: names the nearest.</exception>
    public static InformationEstimator Find(string name) =>
        All.FirstOrDefault(estimator => estimator.Name == name || estimator.Aliases.Contains(name))
        ?? throw new InvalidInputException(
            null,
            $"There is no estimator '{name}'",
            NearestName.Of(name, All.SelectMany(estimator => estimator.Aliases.Prepend(estimator.Name))) is { } near
                ? $"did you mean '{near}'?"
                : $"take one of {string.Join(", ", All.Select(estimator => estimator.Name))}",
            OptionNames.Estimator
        );

    private static InformationEstimator Counting(string name, string summary)
    {
        var estimator = DiscreteEntropyEstimator.Named(name);
        return new(name, summary, EstimatorInput.Symbols)
        {
            Entropy = q => Named(name, estimator.Measure(q.X.Symbols().Counts())),
            MutualInformation = q => Named(name, DiscreteMutualInformation.Of(q.X.Symbols(), q.Y!.Symbols(), estimator)),
            ConditionalInformation = q => Named(name, DiscreteMutualInformation.Conditional(q.X.Symbols(), q.Y!.Symbols(), q.Given!.Symbols(), estimator)),
            Warnings = (q, _, _) =>
                q.Y is null
                    ? EntropyWarnings.OfSymbols(new CountProfile(q.X.Symbols().Counts()))
                    : EstimateWarnings.OfCounts(DiscreteColumn.Join([.. Parts(q).Select(part => part.Symbols())]).Symbols, q.X.Rows),
        };
    }

    private static ChosenEstimate FrenzelPompe(InformationQuestion q) =>
        Named("frenzel-pompe", FrenzelPompeConditionalMutualInformation.Estimate(q.X.Numbers(), q.Y!.Numbers(), q.Given!.Numbers(), q.Neighbours));

    private static bool IsLabelFirst(InformationQuestion q) => q.X.IsDiscrete && (!q.Y!.IsDiscrete || q.Y.HasNumbers);

    private static Variable Label(InformationQuestion q) => IsLabelFirst(q) ? q.X : q.Y!;

    private static Variable Labelled(InformationQuestion q) => IsLabelFirst(q) ? q.Y! : q.X;

    private static IEnumerable<Variable> Parts(InformationQuestion q) => new[] { q.X, q.Y, q.Given }.OfType<Variable>();

    private static IEnumerable<string> OfNeighbours(InformationQuestion q, Func<InformationQuestion, ChosenEstimate> measure, Estimate estimate) =>
        [
            .. EstimateWarnings.OfNeighbours(estimate, Parts(q).Sum(part => part.Dimensions), q.X.Rows, q.Neighbours.K, rows => measure(q.Take(rows)).Estimate),
            .. OfTails(q),
        ];

    private static IEnumerable<string> OfRows(InformationQuestion q, Func<InformationQuestion, ChosenEstimate> measure, Estimate estimate) =>
        EstimateWarnings.OfRows(estimate, q.X.Rows, 2 * (q.Neighbours.K + 1), rows => measure(q.Take(rows)).Estimate);

    private static IEnumerable<string> OfSecond(InformationQuestion q, Func<InformationQuestion, ChosenEstimate> measure, Estimate estimate) =>
        EstimateWarnings.OfSecond(estimate, q.X.Numbers(), q.Y!.Numbers(), q.Neighbours);

    // Ranks have no tails.
    private static IEnumerable<string> OfTails(InformationQuestion q) =>
        q.Ranked ? [] : EstimateWarnings.OfTails(Parts(q).Where(part => part is { HasNumbers: true, IsDiscrete: false }).Select(part => part.Numbers()));

    private static Points AsPoints(Variable variable) => variable.HasNumbers ? variable.Numbers() : variable.Embedded();

    private static Points Margin(Variable variable, InformationQuestion q) => q.Ranked ? RankGaussian.Transform(variable.Numbers()) : variable.Numbers();

    private static ChosenEstimate Named(string name, Estimate estimate) => new(estimate, name, "", []);
}
