using Spectre.Console;
using Spectre.Console.Rendering;

namespace Isthmus.Cli;

/// <summary>Long work on standard error: a bar on a terminal, and otherwise a plain line every few seconds.</summary>
internal sealed class ProgressDisplay(TextWriter error, TimeProvider? clock = null)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private long? _lastLine;

    /// <summary>How far the work is: a share of 1, the words beside the bar, and whether a stage has ended.</summary>
    public delegate void Report(double share, string words, bool isStage = true);

    /// <summary>Does the work and shows how far it is. The bar is gone afterwards: say in a line how it ended.</summary>
    public T Show<T>(Func<Report, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        if (!console.Profile.Out.IsTerminal || !console.Profile.Capabilities.Ansi || !console.Profile.Capabilities.Interactive)
            return work((_, words, isStage) => Line(words, isStage && _lastLine is null));
        var bar = new ProgressBarColumn { Width = Math.Clamp(console.Profile.Width / 4, 6, 30) };
        return console.Progress().AutoClear(true).Columns(bar, new PercentageColumn(), new WordsColumn()).Start(context =>
        {
            var task = context.AddTask(" ", maxValue: 1);
            return work((share, words, _) =>
            {
                task.Description = words;
                task.Value = share;
            });
        });
    }

    /// <summary>A plain line, unless the last one was a moment ago.</summary>
    public void Line(string words, bool always = false)
    {
        if (!always && _lastLine is { } last && _clock.GetElapsedTime(last) < BetweenLines)
            return;
        _lastLine = _clock.GetTimestamp();
        error.WriteLine(words);
    }

    /// <summary>Words as they are: no markup, one line.</summary>
    private sealed class WordsColumn : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.Description) { Overflow = Overflow.Ellipsis, Justification = Justify.Left };
    }
}
