using Isthmus.Information;
using Isthmus.Information.Entropy;
using Isthmus.Information.MutualInformation;

namespace Isthmus.Measures;

/// <summary>A measured value and the rows it is from.</summary>
/// <param name="Chosen">The estimate, nats, with estimator, reason and warnings.</param>
/// <param name="Rows">Number of rows measured.</param>
/// <param name="LeftOut">Number of rows left out for a missing value.</param>
/// <param name="IsDifferential">True if it is a differential entropy, relative to the columns' units.</param>
/// <param name="PValue">p-value of independence; null without a test.</param>
/// <param name="Permutations">Number of permutations of the test.</param>
public sealed record MeasuredFigure(ChosenEstimate Chosen, int Rows, int LeftOut, bool IsDifferential = false, double? PValue = null, int Permutations = 0)
{
    /// <summary>True if it is an information, which is never below 0, though an estimate of it may be.</summary>
    public bool IsInformation { get; init; }

    /// <summary>
    /// The estimate for display: an information below 0 becomes 0, with its standard error unchanged. <see cref="Chosen"/> keeps the original estimate.
    /// </summary>
    public Estimate Shown => IsInformation ? Chosen.Estimate with { Value = Math.Max(0, Chosen.Estimate.Value) } : Chosen.Estimate;

    /// <summary>Returns the confidence interval about <see cref="Shown"/>; for an information, cut at 0.</summary>
    /// <param name="level">Confidence level, between 0 and 1.</param>
    public (double Lower, double Upper) Interval(double level)
    {
        var (lower, upper) = Shown.Interval(level);
        return IsInformation ? (Math.Max(0, lower), upper) : (lower, upper);
    }
}

/// <summary>Options for measuring columns.</summary>
public sealed record MeasureOptions
{
    /// <summary>Estimator. Default auto.</summary>
    public InformationEstimator Estimator { get; init; } = InformationEstimators.All[0];

    /// <summary>Number of nearest neighbours; null (the default) for the estimator's own.</summary>
    public int? K { get; init; }

    /// <summary>Bins a column; null (the default) for the estimator's own.</summary>
    public int? Bins { get; init; }

    /// <summary>True to replace measured numbers by normal scores of their ranks. Default false.</summary>
    public bool Ranked { get; init; }

    /// <summary>
    /// Number of permutations of the test of independence; null (the default) for 999 with counts, 99 with others up to 10,000 rows, and none beyond.
    /// </summary>
    public int? Permutations { get; init; }

    /// <summary>Random seed. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Number of threads; 0 (the default) for all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Device of neural estimators: cpu or cuda. Default cpu.</summary>
    public string Device { get; init; } = "cpu";
}

/// <summary>Entropy, mutual information and transfer entropy of columns of a table, on the complete rows, by the estimator named, with a test.</summary>
public static class InformationMeasure
{
    // Above this many rows a hundred nearest-neighbour estimates take more than seconds.
    private const int TestedRows = 10_000;

    /// <summary>Measures H(X), or H(X | given) of symbols; h(X) of numbers.</summary>
    /// <exception cref="InvalidInputException">The estimator does not fit, a column is in both lists, or there are too few rows.</exception>
    public static MeasuredFigure Entropy(
        MeasuredTable table,
        IReadOnlyList<MeasuredColumn> x,
        IReadOnlyList<MeasuredColumn>? given,
        MeasureOptions options,
        CancellationToken cancellationToken = default
    )
    {
        var estimator = options.Estimator;
        if (estimator.Entropy is null)
            throw new InvalidInputException(
                $"Estimator {estimator.Name}",
                "measures no entropy",
                $"take {Others(other => other.Entropy is not null)}, or give {OptionNames.Y} too",
                OptionNames.Y
            );
        if (options.Ranked)
            throw new InvalidInputException($"{OptionNames.Ranked}", "changes an entropy, it leaves only information", "take it out", OptionNames.Ranked);
        RequireApart(x, OptionNames.X, given, OptionNames.Given);
        var rows = table.Complete([.. x, .. given ?? []]);
        RequireFit(estimator, x, [], given ?? []);
        var question = Question(options, Join(x, rows), null, null, cancellationToken);
        if (given is null)
        {
            var chosen = Guarded(table, () => estimator.Answer(estimator.Entropy, question));
            return new(
                chosen,
                rows.Length,
                table.Rows - rows.Length,
                IsDifferential: InformationEstimators.Find(chosen.Estimator).Takes == EstimatorInput.Numbers
            );
        }
        var (symbols, known) = (question.X, Join(given, rows));
        if (estimator.Takes != EstimatorInput.Symbols && !(symbols.IsDiscrete && known.IsDiscrete))
            throw new InvalidInputException(
                "The entropy of numbers given others",
                "is not measured",
                $"count them as symbols with {OptionNames.Discrete}, or give {OptionNames.Y} for the information",
                OptionNames.Discrete
            );
        DiscreteEntropyEstimator counts = estimator.Takes == EstimatorInput.Symbols ? DiscreteEntropyEstimator.Named(estimator.Name) : new MillerMadowEntropy();
        var conditional = Guarded(table, () => JointEntropy.Conditional(symbols.Symbols(), known.Symbols(), counts));
        return new(new(conditional, counts.Name, "", []), rows.Length, table.Rows - rows.Length);
    }

    /// <summary>
    /// Measures I(X;Y) or I(X;Y | given), with a permutation test that shuffles the rows of X (within those of a given symbol); there is no test given numbers.
    /// </summary>
    /// <exception cref="InvalidInputException">The estimator does not fit, a column is in two lists, or there are too few rows.</exception>
    public static MeasuredFigure MutualInformation(
        MeasuredTable table,
        IReadOnlyList<MeasuredColumn> x,
        IReadOnlyList<MeasuredColumn> y,
        IReadOnlyList<MeasuredColumn>? given,
        MeasureOptions options,
        CancellationToken cancellationToken = default
    )
    {
        var estimator = options.Estimator;
        var measure = given is null ? estimator.MutualInformation : estimator.ConditionalInformation;
        if (measure is null)
            throw new InvalidInputException(
                $"Estimator {estimator.Name}",
                $"measures no {(given is null ? "mutual information" : "information given others")}",
                $"take {Others(other => (given is null ? other.MutualInformation : other.ConditionalInformation) is not null)}"
            );
        RequireApart(x, OptionNames.X, y, OptionNames.Y);
        RequireApart(x, OptionNames.X, given, OptionNames.Given);
        RequireApart(y, OptionNames.Y, given, OptionNames.Given);
        RequireFit(estimator, x, y, given ?? []);
        var complete = table.Complete([.. x, .. y, .. given ?? []]);
        var rows = estimator.Name == "auto" && given is null ? WithoutCopies(x, y, complete) : complete;
        var question = Question(options, Join(x, rows), Join(y, rows), given is null ? null : Join(given, rows), cancellationToken);
        var chosen = Guarded(table, () => estimator.Answer(measure, question));
        if (rows.Length < complete.Length)
            chosen = chosen with { Warnings = [CopiedRows.Words(complete.Length, rows.Length), .. chosen.Warnings] };
        var (pValue, permutations) = Guarded(table, () => Test(question, measure, estimator, chosen.Estimator, options));
        return new(chosen, rows.Length, table.Rows - rows.Length, PValue: pValue, Permutations: permutations) { IsInformation = true };
    }

    /// <summary>
    /// Measures T(X to Y), nats a step: the information of past rows of x about the next row of y, given y's own past. Rows are steps of time, so none may have
    /// a missing value.
    /// </summary>
    /// <exception cref="InvalidInputException">Symbols and numbers together, a missing cell, or too few rows.</exception>
    public static MeasuredFigure TransferEntropy(
        MeasuredTable table,
        IReadOnlyList<MeasuredColumn> x,
        IReadOnlyList<MeasuredColumn> y,
        int lag,
        int history,
        MeasureOptions options,
        CancellationToken cancellationToken = default
    )
    {
        RequireApart(x, OptionNames.X, y, OptionNames.Y);
        if (x.Concat(y).FirstOrDefault(column => column.Missing > 0) is { } gap)
            throw new InvalidInputException(
                $"{table.Name}: column '{gap.Name}'",
                $"has {gap.Missing} missing cells; a transfer entropy needs every step",
                "fill them first"
            );
        var rows = table.Complete([.. x, .. y]);
        var (source, target, estimator) = (Join(x, rows), Join(y, rows), options.Estimator);
        RequireFit(estimator, x, y, []);
        var isCounted = estimator.Takes == EstimatorInput.Symbols || (estimator.Takes == EstimatorInput.Any && source.IsDiscrete && target.IsDiscrete);
        if (!isCounted && !(source.HasNumbers && target.HasNumbers))
            throw new InvalidInputException(
                "A transfer entropy",
                "needs both series of symbols or both of numbers",
                $"count the numbers as symbols with {OptionNames.Discrete}",
                OptionNames.Discrete
            );
        if (!isCounted && estimator.Name is not ("auto" or "ksg1" or "frenzel-pompe"))
            throw new InvalidInputException($"Estimator {estimator.Name}", "measures no transfer entropy", "take auto, ksg1, or one that counts symbols");
        var question = Question(options, source, target, null, cancellationToken);
        return new(Guarded<ChosenEstimate>(table, () =>
            {
                if (!isCounted)
                    return new(
                        new NearestNeighbourTransferEntropy { Lag = lag, TargetHistory = history }.Measure(
                            (question.Ranked || estimator.Name == "auto" ? source.Ranked() : source).Numbers(),
                            (question.Ranked || estimator.Name == "auto" ? target.Ranked() : target).Numbers(),
                            question.Neighbours
                        ),
                        "frenzel-pompe",
                        estimator.Name == "auto" ? "series of numbers: nearest neighbours on normal scores of the ranks" : "",
                        []
                    );
                DiscreteEntropyEstimator counts =
                    estimator.Takes == EstimatorInput.Symbols ? DiscreteEntropyEstimator.Named(estimator.Name) : new MillerMadowEntropy();
                return new(
                    new DiscreteTransferEntropy { Lag = lag, TargetHistory = history }.Measure(source.Symbols(), target.Symbols(), counts),
                    counts.Name,
                    estimator.Name == "auto" ? "series of symbols: counts, first-order bias taken off" : "",
                    []
                );
            }), rows.Length, 0)
        { IsInformation = true };
    }

    /// <summary>Returns the rows that are no copies of others, if both sides are one column of numbers.</summary>
    internal static int[] WithoutCopies(IReadOnlyList<MeasuredColumn> x, IReadOnlyList<MeasuredColumn> y, int[] rows) =>
        x is [{ IsNumber: true } one] && y is [{ IsNumber: true } other] && CopiedRows.Without(one.Values(rows), other.Values(rows)) is { Length: > 1 } kept
            ? [.. kept.Select(row => rows[row])]
            : rows;

    /// <summary>Joins columns to one variable.</summary>
    internal static Variable Join(IEnumerable<MeasuredColumn> columns, int[] rows) => Variable.Join([.. columns.Select(column => column.Take(rows))]);

    /// <summary>Turns the library's error about the data into an error about the input.</summary>
    internal static T Guarded<T>(MeasuredTable table, Func<T> measure)
    {
        try
        {
            return measure();
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException($"{table.Name}: {e.Message}", e);
        }
    }

    private static (double?, int) Test(
        InformationQuestion q,
        Func<InformationQuestion, ChosenEstimate> measure,
        InformationEstimator estimator,
        string chosen,
        MeasureOptions options
    )
    {
        var isCounted =
            estimator.Takes == EstimatorInput.Symbols
            || (estimator.Takes == EstimatorInput.Any && q.X.IsDiscrete && q.Y!.IsDiscrete && q.Given is null or { IsDiscrete: true });
        var permutations = options.Permutations
            ?? (
                isCounted ? 999
                : q.X.Rows <= TestedRows && !estimator.IsSlow ? 99
                : 0
            );
        if (permutations == 0 || q.Given is { IsDiscrete: false })
            return (null, 0);
        if (isCounted)
            return (
                new DiscreteIndependenceTest { Seed = options.Seed, Permutations = permutations }
                    .Test(q.X.Symbols(), q.Y!.Symbols(), q.Given?.Symbols())
                    .PValue,
                permutations
            );
        // Each permutation is measured by the estimator that was chosen for the original rows.
        var fixedMeasure = estimator.Name == "auto" ? Chosen(q, chosen) : measure;
        int[][] strata = q.Given is null
            ?
            [
                [.. Enumerable.Range(0, q.X.Rows)],
            ]
            : [.. q.Given.Symbols().Codes.ToArray().Index().GroupBy(row => row.Item, row => row.Index).Select(stratum => stratum.ToArray())];
        return (
            PermutationTest
                .Within(
                    order =>
                    {
                        q.CancellationToken.ThrowIfCancellationRequested();
                        return fixedMeasure(q with { X = q.X.Take(order) }).Estimate.Value;
                    },
                    strata,
                    permutations,
                    options.Seed
                )
                .PValue,
            permutations
        );
    }

    // auto's warnings and comparisons are for one estimate; a test needs only its core, on the same embedding.
    private static Func<InformationQuestion, ChosenEstimate> Chosen(InformationQuestion q, string chosen)
    {
        if (chosen == "mixed")
            return a => new(MixedMutualInformation.Estimate(a.X, a.Y!, a.Neighbours), "", "", []);
        if (q.Given is not null)
            return a => new(FrenzelPompeConditionalMutualInformation.Estimate(a.X.Embedded(), a.Y!.Embedded(), a.Given!.Embedded(), a.Neighbours), "", "", []);
        if (q.X.IsDiscrete != q.Y!.IsDiscrete && (q.X.IsContinuous || q.Y.IsContinuous))
            return a =>
                new(
                    a.X.IsDiscrete
                        ? RossMutualInformation.Estimate(a.X.Symbols().Codes, a.Y!.Embedded(), a.Neighbours)
                        : RossMutualInformation.Estimate(a.Y!.Symbols().Codes, a.X.Embedded(), a.Neighbours),
                    "",
                    "",
                    []
                );
        return a =>
            new(
                KsgMutualInformation.Estimate(
                    a.X.Embedded(),
                    a.Y!.Embedded(),
                    a.Neighbours,
                    q.X.IsContinuous && q.Y.IsContinuous ? KsgVariant.Second : KsgVariant.First
                ),
                "",
                "",
                []
            );
    }

    private static InformationQuestion Question(MeasureOptions options, Variable x, Variable? y, Variable? given, CancellationToken cancellationToken) =>
        new()
        {
            X = options.Ranked ? x.Ranked() : x,
            Y = options.Ranked ? y?.Ranked() : y,
            Given = options.Ranked ? given?.Ranked() : given,
            K = options.K,
            Bins = options.Bins,
            Seed = options.Seed,
            Threads = options.Threads,
            Device = options.Device,
            CancellationToken = cancellationToken,
        };

    private static void RequireApart(IReadOnlyList<MeasuredColumn> one, ApiName option, IReadOnlyList<MeasuredColumn>? other, ApiName otherOption)
    {
        if (one.FirstOrDefault(column => other?.Contains(column) ?? false) is { } both)
            throw new InvalidInputException(
                $"Column '{both.Name}'",
                $"is in {option} and in {otherOption}; a column tells all about itself",
                "take it out of one",
                option
            );
    }

    private static void RequireFit(
        InformationEstimator estimator,
        IReadOnlyList<MeasuredColumn> x,
        IReadOnlyList<MeasuredColumn> y,
        IReadOnlyList<MeasuredColumn> given
    )
    {
        foreach (var column in x.Concat(y).Concat(given))
        {
            if (estimator.Takes == EstimatorInput.Numbers && !column.IsNumber)
                throw new InvalidInputException(
                    $"Estimator {estimator.Name}",
                    $"takes columns of numbers; '{column.Name}' holds texts",
                    $"take auto{(y.Count > 0 && given.Count == 0 ? ", gao or ross" : "")}, or one that counts symbols, such as miller-madow"
                );
            if (
                estimator.Takes == EstimatorInput.Symbols
                && column is { IsNumber: true, IsCounted: false }
                && column.Distinct * 2 > column.Rows - column.Missing
            )
                throw new InvalidInputException(
                    $"Estimator {estimator.Name}",
                    $"counts symbols; '{column.Name}' holds {column.Distinct} different numbers in {column.Rows - column.Missing} rows",
                    $"take auto or ksg1, or say {OptionNames.Discrete} '{column.Name}' to count them all the same",
                    OptionNames.Discrete
                );
        }
        if (estimator.Takes == EstimatorInput.LabelWithNumbers && !((IsLabel(x) && HoldsNumbers(y)) || (IsLabel(y) && HoldsNumbers(x))))
            throw new InvalidInputException(
                $"Estimator {estimator.Name}",
                $"takes a label (texts, or numbers that are counted: {OptionNames.Discrete}) on one side and numbers on the other; {Described(x)} "
                    + $"and {Described(y)} are not so",
                "take auto, gao or ksg1",
                OptionNames.Discrete
            );

        static bool IsLabel(IReadOnlyList<MeasuredColumn> columns) => columns.All(column => column.IsCounted);
        static bool HoldsNumbers(IReadOnlyList<MeasuredColumn> columns) => columns.All(column => column.IsNumber);
        static string Described(IReadOnlyList<MeasuredColumn> columns) =>
            string.Join(", ", columns.Select(column => $"'{column.Name}' ({(column.IsCounted ? "symbols" : "numbers")})"));
    }

    private static string Others(Func<InformationEstimator, bool> isOne) =>
        string.Join(", ", InformationEstimators.All.Where(isOne).Take(6).Select(estimator => estimator.Name));
}
