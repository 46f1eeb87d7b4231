using System.Runtime.InteropServices;
using Isthmus.Information;

namespace Isthmus.Lines;

/// <summary>A line of a window whose template seldom follows those before it.</summary>
/// <param name="Line">Number of the line.</param>
/// <param name="Text">The line.</param>
/// <param name="Bits">-log2 p of its template given the two before, bits.</param>
internal sealed record OddStep(long Line, string Text, double Bits);

/// <summary>A template that a window holds more or less often than usual.</summary>
/// <param name="Text">An example of the template.</param>
/// <param name="Times">How often the window holds it.</param>
/// <param name="Usual">How often as many training lines hold it.</param>
internal sealed record OddCount(string Text, int Times, double Usual);

/// <summary>How odd a run of lines is by the order of their templates and by how often each occurs.</summary>
/// <param name="First">Number of the first line.</param>
/// <param name="Last">Number of the last.</param>
/// <param name="Order">Bits of the templates, each given the two before it, above the mean of such, in standard deviations.</param>
/// <param name="Counts">Bits by which the shares of the templates differ from those of training: n KL(shares ‖ usual shares).</param>
/// <param name="PValue">The smaller of the two shares of held-out windows that are as odd, twice, as there are two.</param>
internal sealed record OddWindow(long First, long Last, double Order, double Counts, double PValue)
{
    /// <summary>The three least expected lines.</summary>
    public IReadOnlyList<OddStep> Steps { get; init; } = [];

    /// <summary>The three templates whose numbers differ most from the usual ones.</summary>
    public IReadOnlyList<OddCount> Odd { get; init; } = [];
}

/// <summary>
/// Order of lines by the templates of all lines that the model was made from: the first four fifths are counted, and windows of the others say what is usual.
/// For one thread.
/// </summary>
internal sealed class LineOrder
{
    private const int Before = 2,
        LeastWindows = 10,
        Shown = 3;

    private readonly LineScorer _scorer;
    private readonly BackOffCounts _steps;
    private readonly double[] _shares,
        _usualOrder,
        _usualCounts;
    private readonly List<int> _symbols = [0, 0];
    private readonly List<(long Number, string Text)> _lines = [];

    /// <summary>Counts the order of training lines.</summary>
    /// <param name="scorer">Scores of lines.</param>
    /// <param name="window">Lines in a window, at least 2.</param>
    /// <exception cref="InvalidInputException">The model was made from too few lines.</exception>
    public LineOrder(LineScorer scorer, int window)
    {
        (_scorer, Window) = (scorer, window);
        int[] order = [.. scorer.Lines.Order.Select(Symbol)];
        var counted = order.Length * 4 / 5;
        if (order.Length - counted < window + LeastWindows)
            throw new InvalidInputException(
                FormattableString.Invariant($"{OptionNames.Window} {window}"),
                FormattableString.Invariant($"is too long: the model knows the order of {order.Length:N0} lines, a fifth of which must hold some windows"),
                order.Length / 5 > LeastWindows + 2
                    ? FormattableString.Invariant($"give at most {order.Length / 5 - LeastWindows}, or train on more lines")
                    : "train on a file of more lines",
                OptionNames.Window
            );
        var symbols = scorer.Templates.Count + 2;
        _steps = new(Before + 1, symbols);
        _steps.Add(order.AsSpan(0, counted));
        _shares = new double[symbols];
        Array.Fill(_shares, 0.5 / (counted + 0.5 * symbols));
        foreach (var symbol in order.AsSpan(0, counted))
            _shares[symbol] += 1 / (counted + 0.5 * symbols);
        var (orders, counts) = (new List<double>(), new List<double>());
        for (var start = counted; start + window <= order.Length; start += Math.Max(1, window / 4))
        {
            orders.Add(Steps(order.AsSpan((start - Before)..(start + window))).Deviations);
            counts.Add(Difference(order.AsSpan(start, window)));
        }
        (_usualOrder, _usualCounts) = ([.. orders.Order()], [.. counts.Order()]);
    }

    /// <summary>Lines in a window.</summary>
    public int Window { get; }

    /// <summary>Number of held-out windows, which overlap by three quarters.</summary>
    public int Usual => _usualOrder.Length;

    /// <summary>Adds a line; returns the window that it completes, otherwise null.</summary>
    public OddWindow? Add(LineScore line, int template)
    {
        _symbols.Add(Symbol(template));
        _lines.Add((line.Line, line.Text));
        if (_lines.Count < Window)
            return null;
        var all = CollectionsMarshal.AsSpan(_symbols);
        var (steps, bits) = Steps(all);
        var counts = Difference(all[Before..]);
        var p = Math.Min(1, 2 * Math.Min(OddScore.PValue(_usualOrder, steps), OddScore.PValue(_usualCounts, counts)));
        var window = new OddWindow(_lines[0].Number, line.Line, steps, counts, p)
        {
            Steps = [.. bits.Select((cost, i) => new OddStep(_lines[i].Number, _lines[i].Text, cost)).OrderByDescending(step => step.Bits).Take(Shown)],
            Odd = Odd(all[Before..].ToArray()),
        };
        _symbols.RemoveRange(0, Window);
        _lines.Clear();
        return window;
    }

    private OddCount[] Odd(int[] symbols)
    {
        var times = symbols.CountBy(symbol => symbol).ToDictionary();
        return
        [
            .. Enumerable
                .Range(1, _shares.Length - 1)
                .Select(symbol => (Symbol: symbol, Times: times.GetValueOrDefault(symbol), Usual: symbols.Length * _shares[symbol]))
                .OrderByDescending(one => Math.Abs(one.Times - one.Usual) / Math.Sqrt(one.Usual + 1))
                .Take(Shown)
                .Select(one => new OddCount(
                    one.Symbol == Symbol(LineTemplates.None)
                        ? _lines[Array.IndexOf(symbols, one.Symbol) is >= 0 and var at ? at : 0].Text
                        : _scorer.TextOf(_scorer.Templates.Example(one.Symbol - 1)),
                    one.Times,
                    one.Usual
                )),
        ];
    }

    private (double Deviations, double[] Bits) Steps(ReadOnlySpan<int> symbols)
    {
        double[] bits = [.. _steps.Nats(symbols).Skip(Before).Select(InformationUnits.NatsToBits)];
        return (OddScore.Deviations(bits.Sum(), _steps.Expected(symbols, Before)), bits);
    }

    private double Difference(ReadOnlySpan<int> symbols)
    {
        var (sum, n) = (0.0, symbols.Length);
        foreach (var (symbol, times) in symbols.ToArray().CountBy(symbol => symbol))
            sum += times * Math.Log2(times / (n * _shares[symbol]));
        return sum;
    }

    // 0 stands before the first line.
    private static int Symbol(int template) => template + 1;
}
