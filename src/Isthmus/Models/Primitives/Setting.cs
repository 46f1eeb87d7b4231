using System.Globalization;

namespace Isthmus.Models.Primitives;

/// <summary>A named option of a part: its key on the command line and in the model file, and its allowed values.</summary>
/// <param name="Key">Lower case, words joined by hyphens.</param>
/// <param name="DefaultText">Default value.</param>
/// <param name="Meaning">One line, with the unit.</param>
/// <param name="Expected">Description of allowed values, to complete "expected ...".</param>
public abstract record Setting(string Key, string DefaultText, string Meaning, string Expected)
{
    /// <summary>Description of a valid value, to complete "expected ...".</summary>
    public virtual string Expected { get; init; } = Expected;

    /// <summary>The words that it is one of; empty where it is no such choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Throws unless <paramref name="text"/> is a value of this setting.</summary>
    /// <exception cref="InvalidInputException">It is not; the message names key, value and expectation.</exception>
    public abstract void Check(string text);

    /// <summary>The error for a value that this setting cannot take.</summary>
    protected InvalidInputException Refuse(string text) =>
        new($"Setting {OptionNames.Value(Key, text)}", "cannot be used", $"give {Expected}", OptionNames.Key(Key));
}

/// <summary>A setting of type <typeparamref name="T"/>, parsed in the invariant culture.</summary>
public record Setting<T>(string Key, T Default, string Meaning, string Expected, Func<T, bool>? IsValid = null)
    : Setting(Key, Convert.ToString(Default, CultureInfo.InvariantCulture)!, Meaning, Expected)
    where T : IParsable<T>
{
    /// <summary>Parses the value in <paramref name="text"/>.</summary>
    /// <exception cref="InvalidInputException">The text is no such value.</exception>
    // A comma in a number is a decimal one to half the world, and would be read as one of thousands: 0,5 as 5.
    public T Parse(string text) =>
        (typeof(T) == typeof(string) || !text.Contains(',')) && T.TryParse(text, CultureInfo.InvariantCulture, out var value) && IsValid?.Invoke(value) != false
            ? value
            : throw Refuse(text);

    /// <inheritdoc/>
    public override void Check(string text) => Parse(text);
}

/// <summary>Creates the common kinds of settings.</summary>
public static class SettingKinds
{
    /// <summary>Creates a setting that is one of a few words.</summary>
    public static Setting<string> Choice(string key, string initial, string meaning, params IEnumerable<string> choices)
    {
        string[] known = [.. choices];
        return new(key, initial, meaning, $"one of {string.Join(", ", known)}", known.Contains) { Choices = known };
    }

    /// <summary>Creates a setting that is a finite number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Setting<double> Number(
        string key,
        double initial,
        string meaning,
        double least = double.NegativeInfinity,
        double most = double.PositiveInfinity
    ) => new(key, initial, meaning, Range("a number", least, most), v => double.IsFinite(v) && v >= least && v <= most);

    /// <summary>Creates a setting that is a whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Setting<int> Whole(string key, int initial, string meaning, int least, int most = int.MaxValue) =>
        new(key, initial, meaning, Range("a whole number", least, most == int.MaxValue ? double.PositiveInfinity : most), v => v >= least && v <= most);

    // A layer of as many units takes gigabytes for its weights alone.
    private const int WidestLayer = 1 << 20;

    /// <summary>Creates a setting of widths of layers: whole numbers from 1 to 1,048,576, joined by commas; empty for none.</summary>
    public static Setting<string> Widths(string key, string initial, string meaning) =>
        new(key, initial, meaning, $"whole numbers from 1 to {WidestLayer} joined by commas, such as 400,200", text =>
            text.Length == 0
            || text.Split(',')
                .All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width is >= 1 and <= WidestLayer)
        );

    /// <summary>Returns the numbers of a <see cref="Widths"/> value.</summary>
    public static int[] ParseWidths(string text) =>
        text.Length == 0 ? [] : [.. text.Split(',').Select(part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];

    private static string Range(string what, double least, double most) =>
        (double.IsInfinity(least), double.IsInfinity(most)) switch
        {
            (true, true) => what,
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"{what} of at least {least}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"{what} of at most {most}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{what} from {least} to {most}"),
        };
}
