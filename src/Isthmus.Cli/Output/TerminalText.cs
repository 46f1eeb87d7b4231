using System.Text;
using Spectre.Console;

namespace Isthmus.Cli.Output;

/// <summary>Lines for people: on a terminal wrapped at words to its width and coloured (NO_COLOR is respected), otherwise as they are.</summary>
internal sealed class TerminalText
{
    private const int LeastWidth = 20,
        Hanging = 2;
    private readonly TextWriter _writer;
    private readonly IAnsiConsole _console;

    /// <summary>Lines to a writer.</summary>
    public TerminalText(TextWriter writer)
    {
        _writer = writer;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
    }

    /// <summary>The terminal's width; null where there is none.</summary>
    public int? Width => _console.Profile.Out.IsTerminal ? Math.Max(LeastWidth, _console.Profile.Width) : null;

    /// <summary>Writes a line.</summary>
    /// <param name="line">Plain text.</param>
    /// <param name="style">A style of Spectre.Console, such as "red"; null for none.</param>
    public void WriteLine(string line, string? style = null)
    {
        foreach (var piece in Width is { } width ? Wrap(line, width) : [line])
            if (style is not null && Width is not null)
                _console.MarkupLine($"[{style}]{Markup.Escape(piece)}[/]");
            else
                _writer.WriteLine(piece);
    }

    /// <summary>Writes a line of two columns, the second wrapped below itself.</summary>
    public void WriteHelp(string line)
    {
        var indent = line.Length - line.TrimStart(' ').Length;
        // Names end where two blanks follow.
        var gap = line.IndexOf("  ", indent, StringComparison.Ordinal);
        var start = gap < 0 ? 0 : gap + line[gap..].Length - line[gap..].TrimStart(' ').Length;
        if (Width is not { } width || line.Length <= width || start == 0 || start > width / 2)
        {
            WriteLine(line);
            return;
        }
        var first = true;
        foreach (var piece in Wrap(line[start..], width - start, hanging: 0))
        {
            _writer.WriteLine((first ? line[..start] : new string(' ', start)) + piece);
            first = false;
        }
    }

    /// <summary>
    /// A line in pieces of at most so many characters, broken between words; later pieces are indented by so many more than the first. A longer word stays
    /// whole.
    /// </summary>
    public static IEnumerable<string> Wrap(string line, int width, int hanging = Hanging)
    {
        if (line.Length <= width)
            return [line];
        var indent = line.Length - line.TrimStart(' ').Length;
        // Blanks that line columns up stay where they are in the first piece.
        var (pieces, piece) = (new List<string>(), new StringBuilder());
        foreach (var (place, word) in line[indent..].Split(' ').Index())
        {
            if (piece.Length > 0 && word.Length > 0 && piece.ToString().TrimEnd().Length > indent + hanging && piece.Length + 1 + word.Length > width)
            {
                pieces.Add(piece.ToString().TrimEnd());
                piece.Clear().Append(' ', Math.Min(indent + hanging, width / 2)).Append(word);
            }
            else if (place == 0)
                piece.Append(' ', indent).Append(word);
            else
                piece.Append(' ').Append(word);
        }
        pieces.Add(piece.ToString().TrimEnd());
        return pieces;
    }
}
