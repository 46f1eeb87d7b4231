namespace Isthmus.Models.Primitives;

/// <summary>A place in a model where one of several parts goes: the setting that chooses, and the settings that each choice brings.</summary>
public sealed class PartKind
{
    private readonly Func<string, (IReadOnlyList<Setting> Settings, CodeKind Code)> _part;

    private PartKind(Setting<string> choice, IReadOnlyList<string> names, Func<string, (IReadOnlyList<Setting> Settings, CodeKind Code)> part) => (Choice, Names, _part) = (choice, names, part);

    /// <summary>The setting that chooses.</summary>
    public Setting<string> Choice { get; }

    /// <summary>What can be chosen.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The place that <paramref name="choice"/> fills with one of <paramref name="parts"/>.</summary>
    public static PartKind Of<T>(Setting<string> choice, IReadOnlyList<Part<T>> parts) => new(choice, [.. parts.Select(part => part.Name)], name =>
    {
        var part = parts.Named(choice.Key, name);
        return (part.Settings, part.Code);
    });

    /// <summary>The settings that only the part of that name has.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    public IReadOnlyList<Setting> SettingsOf(string name) => _part(name).Settings;

    /// <summary>What codes the part of that name makes or needs.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    public CodeKind CodeOf(string name) => _part(name).Code;
}
