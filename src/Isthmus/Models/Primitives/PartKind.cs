using System.Collections;
using System.Collections.Immutable;

namespace Isthmus.Models.Primitives;

/// <summary>A place in a model that one of several parts fills: the setting that chooses, and the settings that each choice brings.</summary>
public abstract class PartKind
{
    private protected PartKind(string key, string initial, string meaning, IEnumerable<string> others) =>
        Choice = new PartName(key, initial, meaning, () => [.. others, .. Names]);

    /// <summary>The setting that chooses.</summary>
    public Setting<string> Choice { get; }

    /// <summary>Names of the parts that can be chosen.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>Number of built-in names, which come first; the others were registered.</summary>
    internal abstract int BuiltIn { get; }

    /// <summary>Returns the settings that only the part with this name has.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    public abstract IReadOnlyList<Setting> SettingsOf(string name);

    /// <summary>The codes that the part of that name makes or needs.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    public abstract CodeKind CodeOf(string name);

    /// <summary>The name of a part, which may be one that is registered later.</summary>
    private sealed record PartName(string Key, string Default, string Meaning, Func<IReadOnlyList<string>> Names)
        : Setting<string>(Key, Default, Meaning, "", name => Names().Contains(name))
    {
        public override string Expected => $"one of {string.Join(", ", Names())}";
    }
}

/// <summary>The parts of type <typeparamref name="T"/>, built in and registered. Safe to use from several threads.</summary>
public sealed class PartKind<T> : PartKind, IReadOnlyList<Part<T>>
{
    private ImmutableArray<Part<T>> _parts;

    internal PartKind(string key, string initial, string meaning, ImmutableArray<Part<T>> parts, params IEnumerable<string> others)
        : base(key, initial, meaning, others) => (_parts, BuiltIn) = (parts, parts.Length);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => [.. _parts.Select(part => part.Name)];

    /// <inheritdoc/>
    internal override int BuiltIn { get; }

    /// <inheritdoc/>
    public int Count => _parts.Length;

    /// <inheritdoc/>
    public Part<T> this[int index] => _parts[index];

    /// <summary>
    /// Adds a part of another assembly, so that settings and model files can name it. Register it once in a process, before a model that
    /// has it is built or loaded; registering the same part again does nothing.
    /// </summary>
    /// <exception cref="ArgumentException">Another part has its name.</exception>
    public void Register(Part<T> part)
    {
        var added = ImmutableInterlocked.Update(ref _parts, parts => parts.Any(known => known.Name == part.Name) ? parts : parts.Add(part));
        if (!added && !ReferenceEquals(this.Named(Choice.Key, part.Name), part))
            throw new ArgumentException($"There is a {Choice.Key} named '{part.Name}' already; give the part another name.", nameof(part));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> SettingsOf(string name) => this.Named(Choice.Key, name).Settings;

    /// <inheritdoc/>
    public override CodeKind CodeOf(string name) => this.Named(Choice.Key, name).Code;

    /// <inheritdoc/>
    public IEnumerator<Part<T>> GetEnumerator() => _parts.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Returns the part that <paramref name="settings"/> choose.</summary>
    /// <exception cref="InvalidInputException">There is no such part; the message names the nearest and all.</exception>
    internal Part<T> Chosen(Settings settings) => this.Named(Choice.Key, settings.Get(Choice));
}
