using System.Collections.Immutable;
using System.Globalization;

namespace Isthmus.Models.Primitives;

/// <summary>Values of settings by key, as text in the invariant culture. A key that is absent has its default.</summary>
public sealed record Settings(ImmutableSortedDictionary<string, string> Values)
{
    /// <summary>No values.</summary>
    public static Settings Empty { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Returns the value of <paramref name="setting"/>, or its default.</summary>
    /// <exception cref="InvalidInputException">The value is not one the setting can take.</exception>
    public T Get<T>(Setting<T> setting)
        where T : IParsable<T> => Values.TryGetValue(setting.Key, out var text) ? setting.Parse(text) : setting.Default;

    /// <summary>Returns these values, overridden by those of <paramref name="other"/>.</summary>
    public Settings Overlay(IEnumerable<KeyValuePair<string, string>> other) => new(Values.SetItems(other));

    /// <summary>Returns every key of <paramref name="known"/> with its value, checked.</summary>
    /// <exception cref="InvalidInputException">A key that is not known (the nearest and all the known ones are named), or a bad value.</exception>
    public Settings Resolve(IReadOnlyCollection<Setting> known)
    {
        foreach (var key in Values.Keys)
            if (!known.Any(setting => setting.Key == key))
                throw new InvalidInputException(
                    null,
                    $"Unknown setting '{key}'",
                    NearestName.RemedyOfAll(key, known.Select(s => s.Key).Order(StringComparer.Ordinal)),
                    OptionNames.Key(key)
                );
        foreach (var setting in known)
            setting.Check(Values.GetValueOrDefault(setting.Key, setting.DefaultText));
        return new(known.ToImmutableSortedDictionary(s => s.Key, s => Values.GetValueOrDefault(s.Key, s.DefaultText), StringComparer.Ordinal));
    }

    /// <summary>The value said for a number setting; null where nothing is said.</summary>
    public T? Said<T>(Setting<T> setting)
        where T : struct, IParsable<T> => Values.TryGetValue(setting.Key, out var text) ? setting.Parse(text) : null;

    /// <summary>The member of an enumeration said for a choice; null where nothing is said.</summary>
    public T? SaidChoice<T>(Setting<string> setting)
        where T : struct, Enum => Values.TryGetValue(setting.Key, out var text) ? Enum.Parse<T>(Normal(text), ignoreCase: true) : null;

    /// <summary>The widths said for a setting of layer widths; null where nothing is said.</summary>
    public IReadOnlyList<int>? SaidWidths(Setting<string> setting) => Values.TryGetValue(setting.Key, out var text) ? SettingKinds.ParseWidths(text) : null;

    /// <summary>Returns these values with one more, checked; null removes it.</summary>
    /// <exception cref="InvalidInputException">The text is no value of the setting.</exception>
    public Settings With(Setting setting, string? text)
    {
        if (text is null)
            return new(Values.Remove(setting.Key));
        setting.Check(text);
        return new(Values.SetItem(setting.Key, text));
    }

    /// <summary>Returns these values with one more number, checked; null removes it.</summary>
    /// <exception cref="InvalidInputException">The number is out of range.</exception>
    public Settings With<T>(Setting<T> setting, T? value)
        where T : struct, IParsable<T> => With((Setting)setting, value is { } number ? Convert.ToString(number, CultureInfo.InvariantCulture) : null);

    /// <summary>Returns these values with one more choice: the word that differs from the member's name in hyphens and case alone. Null removes it.</summary>
    /// <exception cref="InvalidInputException">The setting has no such word.</exception>
    public Settings WithChoice<T>(Setting<string> setting, T? value)
        where T : struct, Enum =>
        With(setting, value is { } member ? setting.Choices.FirstOrDefault(word => Normal(word) == Normal($"{member}")) ?? Normal($"{member}") : null);

    /// <summary>Returns these values with layer widths, checked; null removes them.</summary>
    /// <exception cref="InvalidInputException">A width is out of range.</exception>
    public Settings WithWidths(Setting<string> setting, IReadOnlyList<int>? widths) =>
        With(setting, widths is null ? null : string.Join(',', widths.Select(width => width.ToString(CultureInfo.InvariantCulture))));

    private static string Normal(string text) => text.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <inheritdoc/>
    public bool Equals(Settings? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Count;
}
