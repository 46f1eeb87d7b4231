using System.CommandLine;
using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Information.MutualInformation;
using Isthmus.Measures;
using Isthmus.NeuralInformation;
using Isthmus.Reporting.Pages;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus measure</c>: entropy and mutual information of columns, of all pairs of a table, against a target, or of a file's bytes.</summary>
internal static class MeasureCommand
{
    private static readonly Argument<string[]> Data = new("data")
    {
        Description = "A table (.csv .tsv .data .parquet .npy .npz), any other file for its bytes, or two files with X and Y side by side.",
        Arity = new ArgumentArity(1, 2),
    };

    private static readonly Option<string?> X = Columns(
        "--x",
        "Columns of X, by name, number from 0, or range of numbers: age,3,5-7. Without --y: their entropy"
    );
    private static readonly Option<string?> Y = Columns("--y", "Columns of Y: the mutual information of X and Y");
    private static readonly Option<string?> Given = Columns("--given", "Columns to condition on");
    private static readonly Option<string?> Target = Columns("--target", "Rank all columns by their mutual information with this one");
    private static readonly Option<string?> Take = Columns("--columns", "Columns of the matrix or the ranking. Default: all");
    private static readonly Option<int?> Select = CommonOptions.OptionalWhole(
        "--select",
        "With --target: choose this many columns that together tell most about it",
        1
    );
    private static readonly Option<string> Criterion = new("--criterion")
    {
        Description = "Criterion of --select: mrmr (relevant and not redundant) or jmi (most information jointly with those chosen).",
        DefaultValueFactory = _ => "mrmr",
        HelpName = "mrmr|jmi",
    };
    private static readonly Option<int?> Lag = CommonOptions.OptionalWhole("--lag", "Transfer entropy from X to Y, at a lag of this many rows", 1);
    private static readonly Option<int> History = CommonOptions.Whole("--history", "With --lag: rows of Y's own past to condition on", 1, 0);
    private static readonly Option<string> Estimator = new("--estimator", "-e")
    {
        Description = "Estimator; listed below.",
        DefaultValueFactory = _ => "auto",
        HelpName = "name",
    };
    private static readonly Option<int?> K = CommonOptions.OptionalWhole("--k", "Nearest neighbours. Default: 3, or the estimator's own", 1);
    private static readonly Option<int?> Bins = CommonOptions.OptionalWhole("--bins", "Bins a column. Default: the estimator's own", 2);
    private static readonly Option<bool> Ranks = new("--ranks")
    {
        Description = "Replace numbers by the normal scores of their ranks: mutual information stays, heavy tails go.",
    };
    private static readonly Option<int?> Permutations = CommonOptions.OptionalWhole(
        "--permutations",
        "Permutations of the test of independence; 0 for no test. Default: 999 for categories, 99 for numbers up to 10,000 rows",
        0
    );
    private static readonly Option<double> Interval = Level("--interval", "Confidence level of intervals", 0.9);
    private static readonly Option<string?> Discrete = Columns("--discrete", "Columns of numbers to treat as categories");
    private static readonly Option<string?> Continuous = Columns("--continuous", "Columns of numbers to treat as numbers, however few values they have");
    private static readonly Option<int?> Sample = CommonOptions.OptionalWhole("--sample", "Measure this many rows, drawn at random (--seed)", 2);
    private static readonly Option<string?> As = new("--as") { Description = "Read any file as a table, or a table as bytes.", HelpName = "table|bytes" };
    private static readonly Option<string?> Page = new("--html") { Description = "Write all pairs to a page with a heat map.", HelpName = "file" };

    public static Command Create()
    {
        ReadingArguments? reading = null;
        var verb = new Verb(
            "measure",
            "Entropy and mutual information of columns, of all pairs of a table, against a target, or of any file's bytes.",
            "isthmus measure adult.csv --x age,education --y income",
            session => Run(session, reading!)
        )
        {
            Notes = Notes,
        };
        verb.Add(Data);
        foreach (
            var option in (Option[])
                [
                    X,
                    Y,
                    Given,
                    Target,
                    Take,
                    Select,
                    Criterion,
                    Lag,
                    History,
                    Estimator,
                    K,
                    Bins,
                    Ranks,
                    InformationUnit.Nats,
                    Permutations,
                    Interval,
                    Discrete,
                    Continuous,
                    Sample,
                    As,
                    Page,
                ]
        )
            verb.Add(option);
        reading = ReadingArguments.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, ReadingArguments reading)
    {
        NeuralEstimators.Register();
        var paths = session.Get(Data);
        var options = new MeasureOptions
        {
            Estimator = InformationEstimators.Find(session.Get(Estimator)),
            K = session.Get(K),
            Bins = session.Get(Bins),
            Ranked = session.Get(Ranks),
            Permutations = session.Get(Permutations),
            Seed = session.Seed,
            Threads = session.Threads,
            Device = session.Get(CommonOptions.Device),
        };
        if (NeuralEstimators.All.All(neural => neural.Name != options.Estimator.Name))
            session.DemandCpu($"'measure --estimator {options.Estimator.Name}'");
        RequireSense(session);
        var hasColumns = paths.Select(MeasuredData.HasColumns).ToArray();
        var asked = new[] { X, Y, Given, Target, Take, Discrete, Continuous }.FirstOrDefault(option => session.Get(option) is not null);
        if (session.Get(As) == "bytes" || (session.Get(As) is null && paths.Length == 1 && !hasColumns[0] && asked is null))
        {
            if (asked is not null || paths.Length > 1 || session.Get(Page) is not null)
                throw new InvalidInputException($"{paths[0]} is measured as bytes, which have no columns; take out {(asked ?? Page).Name}, or --as bytes.");
            PrintBytes(session, paths[0]);
            return;
        }
        var (table, firstWidth) = session.Detached(() => MeasuredData.Read(paths, reading.Get(session)));
        var notes = table.Notes;
        table = table.Treating(session.Get(Discrete), session.Get(Continuous));
        if (session.Get(Sample) is { } sample)
            table = session.Get(Lag) is null
                ? table.Sample(sample, session.Seed)
                : throw new InvalidInputException("--sample draws rows at random, and --lag needs them in their order; take one out.");
        if (session.Get(Target) is { } target)
            PrintRanking(session, table, target, options);
        else if (session.Get(X) is not null || (paths.Length > 1 && session.Get(Y) is null && session.Get(Take) is null && session.Get(Page) is null))
            PrintOne(
                session,
                table,
                session.Get(X) is { } x ? table.Select(x, OptionNames.X) : [.. table.Columns.Take(firstWidth)],
                session.Get(Y) is { } y ? table.Select(y, OptionNames.Y)
                    : session.Get(X) is null ? [.. table.Columns.Skip(firstWidth)]
                    : null,
                options
            );
        else
            PrintMatrix(session, table, options);
        // Last, so that an error stands alone.
        foreach (var note in notes)
            session.Note($"{string.Join(" and ", paths)}: {note.OnCommandLine()}");
    }

    private static void RequireSense(Session session)
    {
        if (session.Get(Criterion) is not ("mrmr" or "jmi"))
            throw new InvalidInputException($"--criterion {session.Get(Criterion)}: expected mrmr or jmi.");
        if (session.Get(As) is not (null or "table" or "bytes"))
            throw new InvalidInputException($"--as {session.Get(As)}: expected table or bytes.");
        if (session.Get(X) is null && (session.Get(Y) ?? session.Get(Given)) is not null)
            throw new InvalidInputException("--y and --given need --x, the columns that are measured; or rank all columns against one with --target.");
        if (session.Get(Target) is not null && (session.Get(X) ?? session.Get(Given)) is not null)
            throw new InvalidInputException("--target ranks all columns (or those of --columns) against one; take out --x, --y and --given, or --target.");
        if (session.Get(Select) is not null && session.Get(Target) is null)
            throw new InvalidInputException("--select chooses columns that tell about a target; name it with --target.");
        if (session.Get(Lag) is not null && (session.Get(X) is null || session.Get(Y) is null || session.Get(Given) is not null))
            throw new InvalidInputException("--lag measures the transfer entropy from --x to --y; give both, and no --given.");
        if (session.Get(Page) is not null && (session.Get(X) ?? session.Get(Target)) is not null)
            throw new InvalidInputException("--html shows all pairs of a table; take out --x or --target, and choose columns with --columns.");
    }

    private static void PrintOne(Session session, MeasuredTable table, MeasuredColumn[] x, MeasuredColumn[]? y, MeasureOptions options)
    {
        var given = session.Get(Given) is { } known ? table.Select(known, OptionNames.Given) : null;
        var lines = Lines(session);
        var behind = given is null ? "" : $" | {Names(given)}";
        var (what, figure, json) = session.Detached<(string, MeasuredFigure, Func<MeasuredFigure, IEnumerable<KeyValuePair<string, object?>>>)>(() =>
            (y, session.Get(Lag)) switch
            {
                (null, _) when InformationMeasure.Entropy(table, x, given, options, session.CancellationToken) is var entropy => (
                    $"{(entropy.IsDifferential ? "h" : "H")}({Names(x)}{behind})",
                    entropy,
                    f => lines.EntropyJson(f, given is not null)
                ),
                ({ }, { } lag) => (
                    $"T({Names(x)} to {Names(y)}, lag {lag})",
                    InformationMeasure.TransferEntropy(table, x, y, lag, session.Get(History), options, session.CancellationToken),
                    f => lines.Json("transfer_entropy", f)
                ),
                _ => ($"I({Names(x)}; {Names(y!)}{behind})", InformationMeasure.MutualInformation(table, x, y!, given, options, session.CancellationToken), f =>
                    lines.Json(given is null ? "mi" : "conditional_mi", f)
                ),
            }
        );
        session.Result(
            lines.Of(what, figure, session.Seed),
            [
                .. Head(session, table),
                new("x", x.Select(column => column.Name)),
                new("y", y?.Select(column => column.Name)),
                new("given", given?.Select(column => column.Name)),
                .. session.Get(Lag) is { } steps ? [new("lag", steps), new("history", session.Get(History))] : Array.Empty<KeyValuePair<string, object?>>(),
                .. json(figure),
            ]
        );
    }

    private static void PrintRanking(Session session, MeasuredTable table, string name, MeasureOptions options)
    {
        var target = table.Select(name, OptionNames.Target) is [var only] ? only : throw new InvalidInputException($"--target {name}: expected one column.");
        var asked = session.Get(Take) is { } list ? table.Select(list, OptionNames.Columns) : null;
        if (target.Distinct < 2)
            throw new InvalidInputException(
                $"{table.Name}: the target '{target.Name}' {(target.Distinct == 0 ? "is missing in every row" : "has one value in every row")}, so nothing can "
                    + $"tell about it; name a column that varies."
            );
        // Columns that training would leave out; one that is named is taken.
        MeasuredColumn[] others = asked ?? [.. table.Columns.Where(column => column != target)];
        MeasuredColumn[] left = asked is null ? [.. others.Where(column => column.Useless is not null)] : [];
        MeasuredColumn[] candidates = [.. others.Except(left)];
        if (candidates.Contains(target))
            throw new InvalidInputException($"Column '{target.Name}' is the target and in --columns; a column tells all about itself. Take it out of one.");
        if (candidates.Length == 0 && left.Length > 0)
            throw new InvalidInputException(
                $"{table.Name} has no column besides the target '{target.Name}' that could tell about it: "
                    + $"{string.Join("; ", left.Select(column => $"'{column.Name}' is {column.Useless}"))}. --columns takes one in all the same."
            );
        if (candidates.Length == 0)
            throw new InvalidInputException($"{table.Name} has no column besides the target '{target.Name}'; at least one is needed.");
        if (session.Get(Select) > others.Length)
            throw new InvalidInputException(
                $"--select takes 1 to {others.Length} columns, as many as there are besides the target; it was given {session.Get(Select)}."
            );
        var ranked = Measured(
            session,
            done => string.Create(CultureInfo.InvariantCulture, $"measured {done * candidates.Length:F0} of {candidates.Length} columns against {target.Name}"),
            progress => ColumnRanking.Rank(table, target, candidates, options, progress, session.CancellationToken)
        );
        var criterion = session.Get(Criterion) == "jmi" ? SelectionCriterion.Jmi : SelectionCriterion.Mrmr;
        var selected = session.Get(Select) is { } count
            ? session.Detached(() => ColumnRanking.Select(table, target, ranked, count, criterion, options, session.CancellationToken))
            : null;
        var lines = Lines(session);
        List<string[]> rows =
        [
            ["column", lines.Unit, "p, adjusted", "rows", "estimator"],
        ];
        rows.AddRange(
            ranked.Select(column =>
                column.Information is { } figure
                    ? new[]
                    {
                        column.Column.Name,
                        lines.Text(figure),
                        column.AdjustedPValue is { } p ? NumberText.Of(p, 2) : "",
                        NumberText.Of(figure.Rows),
                        MeasureLines.Estimator(figure),
                    }
                    : [column.Column.Name, "none", "", "", column.Problem!.OnCommandLine()]
            )
        );
        var tested = ranked.FirstOrDefault(column => column.AdjustedPValue is not null)?.Information;
        var found = ranked.Count(column => column.IsFound);
        var best = ranked.Min(column => column.AdjustedPValue);
        session.Result(
            [
                $"{table.Name}: what {candidates.Length} column{(candidates.Length == 1 ? "" : "s")} tell{(candidates.Length == 1 ? "s" : "")} about "
                    + $"'{target.Name}', {lines.Unit} ± standard errors; seed {session.Seed}",
                tested is null ? "Nothing was tested."
                : found == 0 ? $"No column depends on '{target.Name}' at 5 %: the smallest p is {NumberText.Of(best!.Value, 2)}."
                : $"{found} of {ranked.Count} depend on it at 5 %{(found < ranked.Count ? "; the others come last" : "")}: "
                    + $"{tested.Permutations} permutations, p adjusted by Benjamini and Hochberg.",
                .. MeasureLines.Aligned(rows),
                .. left.Select(column => $"  left out: '{column.Name}', {column.Useless}; --columns takes it in"),
                .. selected is null ? [] : new[] { Chosen(session, lines, selected) },
                .. MeasureLines.Warnings(ranked.Where(column => column.Information is not null).Select(column => column.Information!)),
            ],
            [
                .. Head(session, table),
                new("target", target.Name),
                new(
                    "ranking",
                    ranked.Select(column =>
                        Object([
                            new("column", column.Column.Name),
                            .. column.Information is { } figure ? lines.Json("mi", figure) : [],
                            new("p_value_adjusted", column.AdjustedPValue),
                            new("problem", column.Problem?.OnCommandLine()),
                        ])
                    )
                ),
                new("left_out", left.Select(column => Object([new("column", column.Name), new("reason", column.Useless)]))),
                .. selected is null
                    ? []
                    : new KeyValuePair<string, object?>[]
                    {
                        new("criterion", session.Get(Criterion)),
                        new(
                            "selected",
                            selected.Select(choice => Object([new("column", choice.Column.Name), .. MeasureLines.BothUnits("score", choice.Score)]))
                        ),
                    },
            ]
        );
    }

    private static string Chosen(Session session, MeasureLines lines, IReadOnlyList<(MeasuredColumn Column, double Score)> selected)
    {
        var few =
            selected.Count < session.Get(Select) ? $"; no other column depends on the target, so these are fewer than the {session.Get(Select)} asked for" : "";
        return selected.Count == 0
            ? "Chosen: none, as no column depends on the target"
            : $"Chosen by {session.Get(Criterion)}: "
                + $"{string.Join(", ", selected.Select(choice => $"{choice.Column.Name} ({NumberText.Of(lines.Number(choice.Score) ?? double.NaN, 3)})"))} "
                + $"{lines.Unit}{few}";
    }

    /// <summary>Measures where it can be interrupted, its progress on display in the words for the fraction done.</summary>
    private static T Measured<T>(Session session, Func<double, string> words, Func<IProgress<double>, T> measure) =>
        session.Progress.Show(report => session.Detached(() => measure(new ImmediateProgress<double>(done => report(done, words(done))))));

    private static void PrintMatrix(Session session, MeasuredTable table, MeasureOptions options)
    {
        if (options.Estimator.Name != "auto" || options.Ranked || options.Bins is not null)
            throw new InvalidInputException(
                "All pairs of a table are measured by auto, each by what fits its types; take out --estimator, --ranks and --bins, or name --x and --y."
            );
        if (session.Get(Take) is { } list)
            table = new(table.Name, table.Select(list, OptionNames.Columns));
        var information = Measured(
            session,
            done =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"measured {100 * done:F0} % of {table.Columns.Count * (table.Columns.Count - 1) / 2} pairs of columns"
                ),
            progress => PairwiseInformation.Of(table, options, progress, session.CancellationToken)
        );
        if (session.Get(Page) is { } page)
            InformationPage.Write(page, information);
        var lines = Lines(session);
        session.Result(
            Matrix(information, lines, session.Get(Page)),
            [
                .. Head(session, table),
                new("rows", table.Rows),
                new("permutations", information.Permutations),
                new(
                    "columns",
                    information.Columns.Select(column =>
                        Object([
                            new("column", column.Column.Name),
                            new("measured_as", column.Column.IsCounted ? "symbols" : "numbers"),
                            new("distinct", column.Column.Distinct),
                            new("missing", column.Column.Missing),
                            .. column.Entropy is { } entropy ? lines.EntropyJson(entropy) : [],
                            new("problem", column.Problem?.OnCommandLine()),
                        ])
                    )
                ),
                new(
                    "pairs",
                    information.Pairs.Select(pair =>
                        Object([
                            new("x", information.Columns[pair.X].Column.Name),
                            new("y", information.Columns[pair.Y].Column.Name),
                            .. pair.Information is { } figure ? lines.Json("mi", figure) : [],
                            new("p_value_adjusted", pair.AdjustedPValue),
                            new("problem", pair.Problem?.OnCommandLine()),
                        ])
                    )
                ),
                new("html_path", session.Get(Page)),
            ]
        );
    }

    private static IEnumerable<string> Matrix(PairwiseInformation information, MeasureLines lines, string? page)
    {
        const int shown = 20;
        var table = information.Table;
        yield return $"{table.Name}: {NumberText.Of(table.Rows)} rows, {table.Columns.Count} columns; figures ± standard errors";
        List<string[]> columns =
        [
            ["column", "measured as", "values", "missing", $"entropy, {lines.Unit}", "estimator"],
        ];
        columns.AddRange(
            information.Columns.Select(column =>
                new[]
                {
                    column.Column.Name,
                    column.Column.IsCounted ? "categories" : "numbers",
                    NumberText.Of(column.Column.Distinct),
                    NumberText.Of(column.Column.Missing),
                    column.Entropy is { } entropy ? (entropy.IsDifferential ? "h " : "") + lines.Text(entropy) : "none",
                    column.Entropy is null ? column.Problem!.OnCommandLine() : MeasureLines.Estimator(column.Entropy),
                }
            )
        );
        foreach (var line in MeasureLines.Aligned(columns, left: 2))
            yield return line;
        var found = information
            .Pairs.Where(pair => pair.Information is not null)
            .OrderByDescending(pair => pair.IsFound)
            .ThenByDescending(pair => pair.Information!.Shown.Value)
            .ToArray();
        if (found.Length > 0)
        {
            yield return found.Length > shown ? $"The {shown} strongest of {found.Length} pairs:" : "Pairs:";
            List<string[]> pairs =
            [
                ["pair", lines.Unit, "p, adjusted", "rows", "estimator"],
            ];
            pairs.AddRange(
                found
                    .Take(shown)
                    .Select(pair =>
                        new[]
                        {
                            $"{information.Columns[pair.X].Column.Name} and {information.Columns[pair.Y].Column.Name}",
                            lines.Text(pair.Information!),
                            pair.AdjustedPValue is { } p ? NumberText.Of(p, 2) : "",
                            NumberText.Of(pair.Information!.Rows),
                            MeasureLines.Estimator(pair.Information),
                        }
                    )
            );
            foreach (var line in MeasureLines.Aligned(pairs))
                yield return line;
            if (information.Permutations > 0)
            {
                var dependent = found.Any(pair => pair.IsFound)
                    ? $"{found.Count(pair => pair.IsFound)} of {found.Length} pairs depend on each other"
                    : $"None of {found.Length} pairs differs from independence";
                yield return $"{dependent}: p at most 0.05, adjusted by Benjamini and Hochberg; "
                    + $"{information.Permutations} permutations, seed {information.Seed}";
            }
        }
        foreach (var pair in information.Pairs.Where(pair => pair.Problem is not null))
            yield return $"  not measured: {information.Columns[pair.X].Column.Name} and {information.Columns[pair.Y].Column.Name}: "
                + pair.Problem!.OnCommandLine();
        foreach (
            var line in MeasureLines.Warnings(
                information.Columns.Select(column => column.Entropy).OfType<MeasuredFigure>().Concat(found.Select(pair => pair.Information!))
            )
        )
            yield return line;
        if (page is not null)
            yield return $"page  {page}";
    }

    private static void PrintBytes(Session session, string path)
    {
        var bytes = session.Detached(() => ByteInformation.Of(path));
        var brotli = 8.0 * bytes.BrotliBytes / bytes.Bytes;
        var bits = new MeasureLines(new InformationUnit(IsNats: false), session.Get(Interval));
        List<string[]> rows =
        [
            ["", "bits/byte", "different sequences"],
        ];
        rows.AddRange(
            bytes.Orders.Select(order =>
                new[]
                {
                    $"order {order.Order}",
                    bits.Text(order.Entropy),
                    $"{NumberText.Of(order.Combinations)} of {order.Order + 1} byte{(order.Order == 0 ? "" : "s")}",
                }
            )
        );
        rows.Add([$"Brotli, quality {bytes.BrotliQuality}", NumberText.Of(brotli), $"{NumberText.Of(bytes.BrotliBytes)} bytes"]);
        string[] warnings =
        [
            .. bytes.IsGzip ? ["the file is gzip: these are its packed bytes; gunzip it to measure what is inside"] : Array.Empty<string>(),
            .. bytes
                .Orders.Where(order => order.Combinations * 10 > bytes.Bytes && order.Order > 0)
                .Select(order =>
                    $"order {order.Order} is underestimated: {NumberText.Of(order.Combinations)} different sequences in {NumberText.Of(bytes.Bytes)} bytes"
                ),
        ];
        session.Result(
            [
                $"{path}: {NumberText.Of(bytes.Bytes)} bytes; entropy of a byte given the bytes before it (order: how many)",
                .. MeasureLines.Aligned(rows),
                .. warnings.Select(warning => $"  warning: {warning}"),
            ],
            [
                new("verb", "measure"),
                new("data", path),
                new("seed", session.Seed),
                new("bytes", bytes.Bytes),
                .. bytes.Orders.SelectMany(order =>
                    new KeyValuePair<string, object?>[]
                    {
                        new($"order{order.Order}_bits_per_byte", bits.Number(order.Entropy.Value)),
                        new($"order{order.Order}_standard_error_bits_per_byte", bits.Number(order.Entropy.StandardError)),
                        new($"order{order.Order}_runs", order.Combinations),
                    }
                ),
                new("brotli_bits_per_byte", brotli),
                new("brotli_bytes", bytes.BrotliBytes),
                new("brotli_quality", bytes.BrotliQuality),
                new("estimator", "plugin"),
                new("warnings", warnings),
            ]
        );
    }

    private static KeyValuePair<string, object?>[] Head(Session session, MeasuredTable table) =>
        [new("verb", "measure"), new("data", table.Name), new("seed", session.Seed)];

    private static MeasureLines Lines(Session session) => new(session.Unit, session.Get(Interval));

    private static OrderedDictionary<string, object?> Object(IEnumerable<KeyValuePair<string, object?>> pairs) => new(pairs);

    private static string Names(IEnumerable<MeasuredColumn> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static Option<string?> Columns(string name, string description) => new(name) { Description = $"{description}.", HelpName = "columns" };

    private static Option<double> Level(string name, string description, double initial) =>
        new(name)
        {
            Description = $"{description}.",
            DefaultValueFactory = _ => initial,
            HelpName = "level",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var level) && level > 0 && level < 1)
                    return level;
                result.AddError($"{name} {text}: expected a number between 0 and 1, such as 0.95");
                return initial;
            },
        };

    private static IEnumerable<string> Notes()
    {
        NeuralEstimators.Register();
        yield return "Estimators (--estimator):";
        foreach (var estimator in InformationEstimators.All)
            yield return $"  {string.Join(" ", estimator.Aliases.Prepend(estimator.Name)),-24}{estimator.Summary}";
        yield return "";
        yield return "More: isthmus measure table.csv --html pairs.html   all columns and pairs";
        yield return "      isthmus measure table.csv --target y --select 5   the columns that tell most about y";
        yield return "      isthmus measure file.bin   entropy of its bytes, beside Brotli";
    }
}
