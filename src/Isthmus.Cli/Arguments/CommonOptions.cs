using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Isthmus.Compute;

namespace Isthmus.Cli.Arguments;

/// <summary>Options of every command, and parsing of numbers.</summary>
internal static class CommonOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object and nothing else on standard output." };

    public static readonly Option<int> Seed = Whole("--seed", "Random seed of everything that is drawn at random", 1, int.MinValue);

    public static readonly Option<string> Device = new("--device")
    {
        Description = "Device to compute on: cpu or cuda.",
        DefaultValueFactory = _ => "cpu",
        HelpName = "cpu|cuda",
    };

    public static readonly Option<int> Threads = Whole("--threads", "Threads to compute with; 0: one per core. The same number gives the same weights", 0, 0);

    static CommonOptions() =>
        Device.Validators.Add(result =>
        {
            var given = result.GetValueOrDefault<string>();
            if (given is not null && !ComputeDevice.Names.Contains(given))
                result.AddError($"--device {given}: expected {string.Join(" or ", ComputeDevice.Names)}");
        });

    /// <summary>Throws if another device than the CPU is asked for.</summary>
    /// <param name="parsed">The command.</param>
    /// <param name="what">What computes on the CPU.</param>
    /// <exception cref="InvalidInputException">It is.</exception>
    public static void DemandCpu(ParseResult parsed, string what)
    {
        if (parsed.GetValue(Device) is { } device && device != "cpu")
            throw new InvalidInputException($"--device {device}: {what} computes on the CPU; leave --device out.");
    }

    /// <summary>Heading of these options in the help.</summary>
    public const string Heading = "Every command";

    public static void AddTo(Command command)
    {
        OptionGroup.In(Heading, Json, Seed, Device, Threads);
        foreach (var option in (Option[])[Json, Seed, Device, Threads])
            command.Add(option);
        OutputPaths.AddTo(command);
    }

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public static Option<int> Whole(string name, string description, int initial, int least, params string[] aliases) =>
        new(name, aliases)
        {
            Description = $"{description}.",
            DefaultValueFactory = _ => initial,
            CustomParser = result => Number(result, name, least) ?? 0,
            HelpName = "n",
        };

    /// <summary>Limits the option to at most <paramref name="most"/>, so that a value that would need too much memory is refused at once.</summary>
    public static Option<int> AtMost(this Option<int> option, int most)
    {
        option.Validators.Add(result =>
        {
            if (
                result is { Implicit: false, Tokens: [var token, ..] }
                && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number > most
            )
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {token.Value}: expected a whole number of at most {most}"));
        });
        return option;
    }

    /// <summary>A whole number of at least <paramref name="least"/>, or nothing.</summary>
    public static Option<int?> OptionalWhole(string name, string description, int least) =>
        new(name)
        {
            Description = $"{description}.",
            CustomParser = result => Number(result, name, least),
            HelpName = "n",
        };

    /// <summary>A finite number, or nothing.</summary>
    public static Option<double?> OptionalNumber(string name, string description) =>
        new(name)
        {
            Description = $"{description}.",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                    return number;
                result.AddError($"{name} {text}: expected a number, such as 3.5");
                return null;
            },
            HelpName = "x",
        };

    /// <summary>Whole numbers joined by commas.</summary>
    public static Option<int[]> Wholes(string name, string description) =>
        new(name)
        {
            Description = $"{description}.",
            Required = true,
            HelpName = "i",
            CustomParser = result =>
            {
                var parts = result.Tokens[0].Value.Split(',');
                var numbers = parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray();
                if (numbers.Contains(-1))
                    result.AddError($"{name} {result.Tokens[0].Value}: expected record numbers from 0, joined by commas, such as 3 or 3,14");
                return numbers;
            },
        };

    /// <summary>Reads a name of <typeparamref name="T"/>, in upper or lower case; adds an error where it is none.</summary>
    public static T? Word<T>(ArgumentResult result, string name, string expected)
        where T : struct, Enum
    {
        var text = result.Tokens[0].Value;
        if (Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !int.TryParse(text, out _))
            return value;
        result.AddError($"{name} {text}: expected {expected}");
        return null;
    }

    /// <summary>Names of <typeparamref name="T"/> as the command line spells them, joined by commas.</summary>
    public static string Words<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()));

    private static int? Number(ArgumentResult result, string name, int least)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least)
            return number;
        result.AddError($"{name} {text}: expected a whole number{(least == int.MinValue ? "" : $" of at least {least}")}");
        return null;
    }
}
