using Spectre.Console;
using Spectre.Console.Rendering;

namespace Isthmus.Cli.Output;

/// <summary>Long work on standard error: a bar on a terminal, and otherwise a plain line every few seconds.</summary>
internal sealed class ProgressDisplay(TextWriter error, TimeProvider? clock = null)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long? _lastLine;
    private IAnsiConsole? _live;

    /// <summary>Progress of the work: the fraction done, and the words beside the bar.</summary>
    public delegate void Report(double share, string words);

    /// <summary>Does the work and shows its progress. The bar disappears afterwards.</summary>
    public T Show<T>(Func<Report, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        if (!console.Profile.Out.IsTerminal || !console.Profile.Capabilities.Ansi || !console.Profile.Capabilities.Interactive)
            return work((_, words) => Line(words));
        _live = console;
        try
        {
            return console
                .Progress()
                .AutoClear(true)
                .Columns(new OneLine(console.Profile.Width - 1))
                .Start(context =>
                {
                    var task = context.AddTask("starting", maxValue: 1);
                    return work(
                        (share, words) =>
                        {
                            task.Description = words;
                            task.Value = share;
                        }
                    );
                });
        }
        finally
        {
            _live = null;
        }
    }

    /// <summary>A plain line, unless the last one was a moment ago.</summary>
    public void Line(string words, bool always = false)
    {
        if (!always && _lastLine is { } last && _clock.GetElapsedTime(last) < BetweenLines)
            return;
        // A note is not the line of progress that the next one must wait for.
        if (!always)
            _lastLine = _clock.GetTimestamp();
        if (_live is not null)
            // Above the bar.
            _live.WriteLine(words);
        else
            new TerminalText(error).WriteLine(words);
    }

    /// <summary>Percentage, words, and what room is left for a bar: never more than one line, however narrow the terminal.</summary>
    private sealed class OneLine(int width) : ProgressColumn
    {
        private const int LeastBar = 6,
            LongestBar = 30;

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var words = FormattableString.Invariant($"{100 * task.Value,3:F0} %");
            // Pieces are parted by two spaces; those that do not fit are left out.
            foreach (var piece in task.Description.Split("  "))
                if (words.Length + 2 + piece.Length <= width)
                    words += $"  {piece}";
            var bar = Math.Min(LongestBar, width - words.Length - 1);
            if (bar < LeastBar)
                return new Text(words);
            var done = (int)(task.Value * bar);
            var stroke = options.Unicode ? '━' : '=';
            return new Markup($"[green]{new string(stroke, done)}[/][grey]{new string(options.Unicode ? stroke : '-', bar - done)}[/] {Markup.Escape(words)}");
        }
    }
}

/// <summary>The time that work has left, from the share of it that is done.</summary>
internal sealed class TimeLeft(TimeProvider? clock = null)
{
    private const double LeastSeconds = 2;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly long _start = (clock ?? TimeProvider.System).GetTimestamp();

    /// <summary>"40 s left", to follow other words; empty while nothing can be said.</summary>
    public string Words(double done)
    {
        var elapsed = _clock.GetElapsedTime(_start).TotalSeconds;
        return done <= 0 || done >= 1 || elapsed < LeastSeconds ? "" : $"  {NumberText.Duration(elapsed * (1 - done) / done)} left";
    }
}

/// <summary>Progress reported at once, on the thread that makes it.</summary>
internal sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
