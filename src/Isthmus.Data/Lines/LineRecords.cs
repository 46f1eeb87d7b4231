using System.Text;
using System.Text.RegularExpressions;

namespace Isthmus.Data.Lines;

/// <summary>Joins lines to records: each line is one, or those that follow the first line of a record belong to it, as in a stack trace.</summary>
/// <param name="start">Regular expression for the first line of a record; null if each line is one.</param>
internal sealed class LineRecords(string? start)
{
    // A file whose lines never match must not become one record of the whole.
    private const int MostCharacters = 1 << 20;

    private readonly Regex? _start = Parsed(start);
    private readonly StringBuilder _record = new();
    private long _first;

    /// <summary>Adds a line; calls with the record before it, if that is complete, and the number of its first line.</summary>
    public bool Add(string line, long number, Func<string, long, bool> visit)
    {
        if (_start is null)
            return visit(line, number);
        var goesOn = true;
        if (_first > 0 && (_start.IsMatch(line) || _record.Length > MostCharacters))
            goesOn = Complete(visit);
        if (_first == 0)
            _first = number;
        else
            _record.Append('\n');
        _record.Append(line);
        return goesOn;
    }

    /// <summary>Calls with the last record.</summary>
    public bool Complete(Func<string, long, bool> visit)
    {
        if (_first == 0)
            return true;
        var (text, number) = (_record.ToString(), _first);
        _record.Clear();
        _first = 0;
        return visit(text, number);
    }

    private static Regex? Parsed(string? start)
    {
        if (start is null)
            return null;
        try
        {
            return new(start, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException(
                $"{OptionNames.RecordStart} {start}",
                $"is no regular expression ({e.Message.TrimEnd('.')})",
                "give one such as '^\\S' for lines that do not begin with a space",
                OptionNames.RecordStart,
                e
            );
        }
    }
}
