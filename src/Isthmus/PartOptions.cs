using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Choice of a part of a model, with its settings. A setting that is null keeps the value of the named model that the part goes into, or its own default.
/// Values are checked when they are set. Immutable; safe to use from several threads.
/// </summary>
/// <remarks>
/// In options of a part from another assembly each property reads and writes a <see cref="Setting{T}"/> of that part:
/// <c>public double? Weight { get => Get(MyBottleneck.Weight); init => Set(MyBottleneck.Weight, value); }</c>.
/// </remarks>
public abstract record PartOptions
{
    private readonly string _place;
    private Settings _settings = Settings.Empty;

    private protected PartOptions(Setting<string> choice, string name) => (_place, Name) = (choice.Key, name);

    /// <summary>Name of the part in model files and on the command line.</summary>
    public string Name { get; }

    /// <summary>The choice and the settings that are not null, by key as in model files.</summary>
    public IEnumerable<KeyValuePair<string, string>> Values => [new(_place, Name), .. _settings.Values];

    /// <summary>Value of a number setting, or null.</summary>
    protected T? Get<T>(Setting<T> setting)
        where T : struct, IParsable<T> => _settings.Said(setting);

    /// <summary>Sets a number setting; null leaves it to the model.</summary>
    /// <exception cref="InvalidInputException">The value is out of range.</exception>
    protected void Set<T>(Setting<T> setting, T? value)
        where T : struct, IParsable<T> => _settings = _settings.With(setting, value);

    /// <summary>Value of a text setting, or null.</summary>
    protected string? GetText(Setting<string> setting) => _settings.Values.GetValueOrDefault(setting.Key);

    /// <summary>Sets a text setting; null leaves it to the model.</summary>
    /// <exception cref="InvalidInputException">The text is no value of the setting.</exception>
    protected void SetText(Setting<string> setting, string? value) => _settings = _settings.With(setting, value);

    /// <summary>Value of a setting that is one of a few words, or null.</summary>
    protected T? GetChoice<T>(Setting<string> setting)
        where T : struct, Enum => _settings.SaidChoice<T>(setting);

    /// <summary>Sets a setting that is one of a few words, each a member of <typeparamref name="T"/>; null leaves it to the model.</summary>
    /// <exception cref="InvalidInputException">This part does not take that choice.</exception>
    protected void SetChoice<T>(Setting<string> setting, T? value)
        where T : struct, Enum => _settings = _settings.WithChoice(setting, value);

    /// <summary>Value of a setting that is a list of layer widths, or null.</summary>
    protected IReadOnlyList<int>? GetWidths(Setting<string> setting) => _settings.SaidWidths(setting);

    /// <summary>Sets a setting that is a list of layer widths; null leaves it to the model.</summary>
    /// <exception cref="InvalidInputException">A width is out of range.</exception>
    protected void SetWidths(Setting<string> setting, IReadOnlyList<int>? value) => _settings = _settings.WithWidths(setting, value);
}
