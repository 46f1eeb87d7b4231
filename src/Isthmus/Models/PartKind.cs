namespace Isthmus.Models;

/// <summary>A place in a model where one of several parts goes: the setting that chooses, and the settings that each choice brings.</summary>
public sealed class PartKind
{
    private readonly Func<string, IReadOnlyList<Setting>> _settings;

    private PartKind(Setting<string> choice, IReadOnlyList<string> names, Func<string, IReadOnlyList<Setting>> settings) => (Choice, Names, _settings) = (choice, names, settings);

    /// <summary>The setting that chooses.</summary>
    public Setting<string> Choice { get; }

    /// <summary>What can be chosen.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The place that <paramref name="choice"/> fills with one of <paramref name="parts"/>.</summary>
    public static PartKind Of<T>(Setting<string> choice, IReadOnlyList<Part<T>> parts) => new(choice, [.. parts.Select(part => part.Name)], name => parts.Named(choice.Key, name).Settings);

    /// <summary>The settings that only the part of that name has.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    public IReadOnlyList<Setting> SettingsOf(string name) => _settings(name);
}
