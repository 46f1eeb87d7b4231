namespace Isthmus.Models.Primitives;

/// <summary>A place in a model where one of several parts goes: the setting that chooses, and the settings that each choice brings.</summary>
public abstract class PartKind
{
    private protected PartKind(Setting<string> choice) => Choice = choice;

    /// <summary>The setting that chooses.</summary>
    public Setting<string> Choice { get; }

    /// <summary>What can be chosen.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>The place that <paramref name="choice"/> fills with one of <paramref name="parts"/>.</summary>
    public static PartKind<T> Of<T>(Setting<string> choice, IReadOnlyList<Part<T>> parts) => new(choice, parts);

    /// <summary>The settings that only the part of that name has.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    public abstract IReadOnlyList<Setting> SettingsOf(string name);

    /// <summary>What codes the part of that name makes or needs.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    public abstract CodeKind CodeOf(string name);
}

/// <summary>A place for parts that are <typeparamref name="T"/>.</summary>
public sealed class PartKind<T> : PartKind
{
    private readonly IReadOnlyList<Part<T>> _parts;

    internal PartKind(Setting<string> choice, IReadOnlyList<Part<T>> parts)
        : base(choice) => (_parts, Names) = (parts, [.. parts.Select(part => part.Name)]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> SettingsOf(string name) => _parts.Named(Choice.Key, name).Settings;

    /// <inheritdoc/>
    public override CodeKind CodeOf(string name) => _parts.Named(Choice.Key, name).Code;

    /// <summary>The part that <paramref name="settings"/> choose.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    internal Part<T> Chosen(Settings settings) => _parts.Named(Choice.Key, settings.Get(Choice));
}
