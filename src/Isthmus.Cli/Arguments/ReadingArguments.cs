using System.CommandLine;
using System.CommandLine.Parsing;
using Isthmus.Data.Cells;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for reading the cells of a table, the same for every command that reads one; a model keeps those given in training.</summary>
internal sealed class ReadingArguments
{
    private readonly Option<string?> _header = Choice(
        "--header",
        "Whether the first line holds the column names. Default: auto (detected).",
        "yes|no|auto",
        ["yes", "no", "auto", "true", "false"]
    );
    private readonly Option<string?> _missing = new("--missing")
    {
        Description =
            $"Texts that mean a missing value, separated by commas; an empty cell always does. Default: {string.Join(",", TableReading.UsualMissing)}.",
        HelpName = "a,b",
    };

    private readonly Option<string?> _decimal = Choice(
        "--decimal",
        "Decimal mark. Default: point, and also comma where cells are separated by semicolons.",
        "point|comma",
        ["point", "comma"]
    );
    private readonly Option<string?> _dates = Choice(
        "--dates",
        "Order of dates that do not begin with the year: day or month first. Default: what all cells of the column allow.",
        "dmy|mdy",
        ["dmy", "mdy"]
    );

    /// <summary>Adds the options to a verb.</summary>
    public static ReadingArguments AddTo(Command command)
    {
        var reading = new ReadingArguments();
        foreach (var option in (Option[])[reading._header, reading._missing, reading._decimal, reading._dates])
            command.Add(option);
        OptionGroup.In("Tables and vectors", reading._header, reading._missing, reading._decimal, reading._dates);
        return reading;
    }

    /// <summary>Reading options given on the command line.</summary>
    public TableReading Get(Session session) =>
        new()
        {
            Header = session.Get(_header) switch
            {
                "yes" or "true" => true,
                "no" or "false" => false,
                _ => null,
            },
            Missing = session.Get(_missing)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Decimal = session.Get(_decimal) switch
            {
                "comma" => ',',
                "point" => '.',
                _ => null,
            },
            Dates = session.Get(_dates) switch
            {
                "dmy" => DateOrder.DayMonthYear,
                "mdy" => DateOrder.MonthDayYear,
                _ => null,
            },
        };

    private static Option<string?> Choice(string name, string description, string help, string[] choices) =>
        new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = (ArgumentResult result) =>
            {
                var text = result.Tokens[0].Value.ToLowerInvariant();
                if (choices.Contains(text))
                    return text;
                result.AddError($"{name} {result.Tokens[0].Value}: expected {string.Join(" or ", help.Split('|'))}");
                return null;
            },
        };
}
