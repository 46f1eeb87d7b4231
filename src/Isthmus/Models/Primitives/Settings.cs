using System.Collections.Immutable;

namespace Isthmus.Models.Primitives;

/// <summary>The values of settings by key, as text in the invariant culture. What is not there has its default.</summary>
public sealed record Settings(ImmutableSortedDictionary<string, string> Values)
{
    /// <summary>No value said.</summary>
    public static Settings Empty { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The value of <paramref name="setting"/>, or its default.</summary>
    /// <exception cref="InvalidInputException">The value is not one the setting can take.</exception>
    public T Get<T>(Setting<T> setting)
        where T : IParsable<T> => Values.TryGetValue(setting.Key, out var text) ? setting.Parse(text) : setting.Default;

    /// <summary>These values, those of <paramref name="other"/> taking precedence.</summary>
    public Settings Overlay(IEnumerable<KeyValuePair<string, string>> other) => new(Values.SetItems(other));

    /// <summary>Every key of <paramref name="known"/> with its value, checked.</summary>
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

    /// <inheritdoc/>
    public bool Equals(Settings? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Count;
}
