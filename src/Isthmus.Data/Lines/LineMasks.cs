using System.Text.RegularExpressions;

namespace Isthmus.Data.Lines;

/// <summary>
/// Parts of log lines that differ from line to line and say little: times and dates, addresses (IPv4 with a port, IPv6, MAC), hexadecimal numbers and UUIDs,
/// and numbers. Where two begin at the same place, the first in this order is taken.
/// </summary>
internal sealed partial class LineMasks
{
    /// <summary>Names of all masks, in their order.</summary>
    public static readonly string[] All = ["time", "address", "hex", "number"];

    private readonly Regex? _any;
    private readonly int[] _groups;

    private LineMasks(string[] names)
    {
        Names = names;
        string[] forms = [.. names.Select(name => $"(?<{name}>{Form(name)})")];
        // Compiled once for each reading, which may be of millions of lines.
        _any = names.Length == 0 ? null : new(string.Join('|', forms), RegexOptions.CultureInvariant | RegexOptions.Compiled | RegexOptions.ExplicitCapture);
        _groups = [.. names.Select(name => _any!.GroupNumberFromName(name))];
    }

    /// <summary>Names of the masks in use, in their order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Returns the masks of these names.</summary>
    public static LineMasks Of(IReadOnlyList<string> names) => new([.. All.Where(names.Contains)]);

    /// <summary>Returns the names in a list joined by commas; none for <c>none</c>.</summary>
    /// <exception cref="InvalidInputException">One is no mask.</exception>
    public static string[] NamesIn(string list)
    {
        if (list == "none")
            return [];
        string[] names = [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        return names.FirstOrDefault(name => !All.Contains(name)) is { } unknown
            ? throw new InvalidInputException(
                $"{OptionNames.Masks} {list}",
                $"names '{unknown}', which is no mask",
                $"give none, or some of {string.Join(", ", All)} joined by commas",
                OptionNames.Masks
            )
            : [.. All.Where(names.Contains)];
    }

    /// <summary>Calls with each part of a line in order: plain text with mask -1, or a masked part with the index of its mask.</summary>
    public void ForEachPart(string line, Action<int, int, int> visit)
    {
        var at = 0;
        for (var match = _any?.Match(line); match is { Success: true }; match = match.NextMatch())
        {
            if (match.Index > at)
                visit(-1, at, match.Index - at);
            visit(Array.FindIndex(_groups, group => match.Groups[group].Success), match.Index, match.Length);
            at = match.Index + match.Length;
        }
        if (at < line.Length)
            visit(-1, at, line.Length - at);
    }

    private static string Form(string name) =>
        name switch
        {
            "time" => @"\d{4}[-/.]\d{2}[-/.]\d{2}(?:[-T ]\d{2}[:.]\d{2}[:.]\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?"
                + @"|\d{2,4}/\d{1,2}/\d{1,2}(?: \d{2}:\d{2}:\d{2})?"
                + @"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2}(?: \d{2}:\d{2}:\d{2})?(?: \d{4}\b)?"
                + @"|\b\d{1,2}:\d{2}:\d{2}(?:[.,:]\d+)?\b",
            "address" => @"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\b"
                + @"|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:])",
            "hex" => @"\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b" + @"|\b(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{8,}\b",
            _ => @"(?:(?<!\w)[-+])?\d+(?:[.,]\d+)*",
        };
}
