namespace Isthmus.Lines;

/// <summary>A stretch of lines, with how many are over the threshold and how many are of no known template.</summary>
internal sealed record LineStretch(long First, long Lines, long Over, long New);

/// <summary>Odd lines close to each other.</summary>
/// <param name="First">First odd line.</param>
/// <param name="Last">Last odd line.</param>
/// <param name="Over">Number of odd lines.</param>
/// <param name="Peak">The oddest.</param>
internal sealed record LineEvent(long First, long Last, long Over, LineScore Peak);

/// <summary>The place from which the share of odd lines is another.</summary>
/// <param name="Since">First line after it.</param>
/// <param name="Before">Share of lines over the threshold before.</param>
/// <param name="After">Share after.</param>
internal sealed record LineDrift(long Since, double Before, double After);

/// <summary>
/// What a stream of scored lines holds, in bounded memory: the oddest lines, events, new templates, odd windows, and the course of the share of odd lines. For
/// one thread.
/// </summary>
/// <param name="scorer">Scores of lines.</param>
/// <param name="falseAlarms">Share of usual lines that may be called unusual.</param>
/// <param name="order">Order of lines; null to look at lines alone.</param>
internal sealed class LineReport(LineScorer scorer, double falseAlarms, LineOrder? order)
{
    /// <summary>Lines, events, templates and windows that are kept to be shown.</summary>
    public const int Shown = 10;

    private const int MostKept = 1000,
        MostStretches = 128,
        Gap = 20;

    // A fair change of share reaches 8 nats with a probability of 6 in 100,000, at one of 128 places with less than 1 %.
    private const double LeastGain = 8;

    private readonly PriorityQueue<LineScore, (double, long)> _most = new();
    private readonly PriorityQueue<LineEvent, (double, long)> _events = new();
    private readonly PriorityQueue<OddWindow, (double, double, long)> _windows = new();
    private readonly LineWords _newWords = new(scorer.Tokens);
    private readonly Dictionary<int, (long Line, string Text, long Times)> _newTemplates = [];
    private readonly List<LineStretch> _stretches = [];
    private LineTemplates? _new;
    private LineEvent? _event;
    private long _stretch = 64;

    /// <summary>Score above which a line is called unusual.</summary>
    public double Threshold { get; } = scorer.Threshold(falseAlarms);

    /// <summary>Share of usual lines that may be called unusual.</summary>
    public double FalseAlarms => falseAlarms;

    /// <summary>Held-out lines that the threshold comes from.</summary>
    public int Usual => scorer.Usual.Count;

    /// <summary>Lines in a window; null where windows are not asked for.</summary>
    public int? Window => order?.Window;

    /// <summary>Largest p of a window that is called odd: the accepted share, or the least that so few held-out windows can tell.</summary>
    public double MostP => Math.Max(falseAlarms, 2.0 / (1 + (order?.Usual ?? 0)));

    /// <summary>Number of lines.</summary>
    public long Count { get; private set; }

    /// <summary>Lines over the threshold.</summary>
    public long Over { get; private set; }

    /// <summary>Lines of no template of training.</summary>
    public long New { get; private set; }

    /// <summary>Whole windows.</summary>
    public long Windows { get; private set; }

    /// <summary>Windows whose p is at most <see cref="MostP"/>.</summary>
    public long OddWindows { get; private set; }

    /// <summary>Stretches of the lines, each of as many but the last.</summary>
    public IReadOnlyList<LineStretch> Stretches => _stretches;

    /// <summary>The oddest lines, the oddest first.</summary>
    public IReadOnlyList<LineScore> Most => [.. Descending(_most)];

    /// <summary>Events, the one with the oddest line first.</summary>
    public IReadOnlyList<LineEvent> Events
    {
        get
        {
            Close();
            return [.. Descending(_events)];
        }
    }

    /// <summary>The oddest windows, the oddest first.</summary>
    public IReadOnlyList<OddWindow> MostOddWindows => [.. Descending(_windows)];

    /// <summary>Templates that no training line has, in their order, with how many lines have each; of at most 1,000.</summary>
    public IReadOnlyList<(long Line, string Text, long Times)> NewTemplates => [.. _newTemplates.Values.OrderBy(own => own.Line)];

    /// <summary>Adds scored lines.</summary>
    public void Add(IReadOnlyList<(LineScore Score, int Template)> lines)
    {
        foreach (var (score, template) in lines)
        {
            var isOver = score.Deviations > Threshold;
            Count++;
            Over += isOver ? 1 : 0;
            New += score.IsNew ? 1 : 0;
            Keep(_most, score, (score.Deviations, -score.Line), Shown);
            AddToStretch(score, isOver);
            if (isOver)
                AddToEvent(score);
            if (score.IsNew)
                AddNew(score);
            if (order?.Add(score, template) is { } window)
            {
                Windows++;
                OddWindows += window.PValue <= MostP ? 1 : 0;
                Keep(_windows, window, (-window.PValue, window.Order, -window.First), Shown);
            }
        }
    }

    /// <summary>Returns the place from which the share of odd lines is another, if chance would hardly make such a difference; otherwise null.</summary>
    public LineDrift? Drift()
    {
        static double Nats(double over, double lines) =>
            (over == 0 ? 0 : over * Math.Log(over / lines)) + (over == lines ? 0 : (lines - over) * Math.Log(1 - over / lines));
        var (best, found) = (LeastGain, (LineDrift?)null);
        var (over, count) = (0.0, 0.0);
        for (var i = 0; i + 1 < _stretches.Count; i++)
        {
            (over, count) = (over + _stretches[i].Over, count + _stretches[i].Lines);
            var gain = Nats(over, count) + Nats(Over - over, Count - count) - Nats(Over, Count);
            if (gain > best)
                (best, found) = (gain, new(_stretches[i + 1].First, over / count, (Over - over) / (Count - count)));
        }
        return found;
    }

    private void AddToStretch(LineScore score, bool isOver)
    {
        if (_stretches.Count == 0 || _stretches[^1].Lines == _stretch)
        {
            if (_stretches.Count == MostStretches)
            {
                LineStretch[] pairs =
                [
                    .. _stretches
                        .Chunk(2)
                        .Select(pair => pair[0] with { Lines = pair.Sum(one => one.Lines), Over = pair.Sum(one => one.Over), New = pair.Sum(one => one.New) }),
                ];
                _stretches.Clear();
                _stretches.AddRange(pairs);
                _stretch *= 2;
            }
            _stretches.Add(new(score.Line, 0, 0, 0));
        }
        var last = _stretches[^1];
        _stretches[^1] = last with { Lines = last.Lines + 1, Over = last.Over + (isOver ? 1 : 0), New = last.New + (score.IsNew ? 1 : 0) };
    }

    private void AddToEvent(LineScore score)
    {
        if (_event is { } open && score.Line - open.Last <= Gap)
        {
            _event = open with { Last = score.Line, Over = open.Over + 1, Peak = score.Deviations > open.Peak.Deviations ? score : open.Peak };
            return;
        }
        Close();
        _event = new(score.Line, score.Line, 1, score);
    }

    private void Close()
    {
        if (_event is { } open)
            Keep(_events, open, (open.Peak.Deviations, -open.First), MostKept);
        _event = null;
    }

    private void AddNew(LineScore score)
    {
        _new ??= new(_newWords);
        int[] tokens = scorer.Cut(score.Text);
        var words = _newWords.Of(tokens, learn: _newWords.Count < MostKept * MostKept).Words;
        var template = _new.Of(words);
        if (template == LineTemplates.None && _new.Count == MostKept)
            return;
        template = _new.Learn(words, tokens);
        _newTemplates[template] = _newTemplates.TryGetValue(template, out var known) ? known with { Times = known.Times + 1 } : (score.Line, score.Text, 1);
    }

    private static void Keep<T, TRank>(PriorityQueue<T, TRank> queue, T one, TRank rank, int most)
    {
        queue.Enqueue(one, rank);
        if (queue.Count > most)
            queue.Dequeue();
    }

    private static IEnumerable<T> Descending<T, TRank>(PriorityQueue<T, TRank> queue) =>
        queue.UnorderedItems.OrderByDescending(pair => pair.Priority).Select(pair => pair.Element);
}
