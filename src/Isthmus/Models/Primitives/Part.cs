using Isthmus.Data.Records;

namespace Isthmus.Models.Primitives;

/// <summary>Properties of a model that its parts may need.</summary>
/// <param name="Schema">Schema of a record.</param>
/// <param name="Latent">Numbers in a code.</param>
/// <param name="Settings">The model's settings, resolved.</param>
public sealed record PartContext(DataSchema Schema, int Latent, Settings Settings)
{
    /// <summary>Labels that the model knows; <c>ModelSpecification.Resolve</c> finds them for every part that asks.</summary>
    public IReadOnlyList<KnownLabel> Labels { get; init; } = [];

    /// <summary>Places of the model, so that a part with parts of its own can have them made. Default: empty.</summary>
    public IReadOnlyList<PartKind> Kinds { get; init; } = [];

    /// <summary>Returns the value of a setting.</summary>
    public T Get<T>(Setting<T> setting)
        where T : IParsable<T> => Settings.Get(setting);

    /// <summary>Creates the part that the settings choose for the place of parts that are <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidInputException">There is no such part, or it does not fit the data.</exception>
    public T Create<T>() => Kinds.OfType<PartKind<T>>().Single().Chosen(Settings).Create(this);
}

/// <summary>
/// One kind of bottleneck, likelihood, corruption or network: its name in the settings, its own settings, and a function that makes it. To add a kind, write
/// its file with such a description and name it in <c>Parts</c>.
/// </summary>
/// <param name="Name">Name from the literature, lower case.</param>
/// <param name="Summary">One line.</param>
/// <param name="Settings">The keys that only this kind has.</param>
/// <param name="Create">Makes it.</param>
public sealed record Part<T>(string Name, string Summary, IReadOnlyList<Setting> Settings, Func<PartContext, T> Create)
{
    /// <summary>Kind of codes that a bottleneck or a family of posteriors makes, or that a prior, an objective or a penalty needs.</summary>
    public CodeKind Code { get; init; }

    /// <summary>True for a network whose weights have a closed form (<c>IClosedForm</c>), with nothing left to the training loop.</summary>
    public bool IsClosedForm { get; init; }

    /// <summary>True for a network whose code has as many numbers as a record: there is no bottleneck.</summary>
    public bool CodeIsRecord { get; init; }

    /// <summary>Numbers in the code of a network that sets them itself, by the record and the settings that were given; null for any number.</summary>
    internal Func<DataSchema, Settings, int>? CodeLength { get; init; }
}

/// <summary>Looks up parts by name.</summary>
internal static class PartNames
{
    /// <summary>Returns the part with this name.</summary>
    /// <exception cref="InvalidInputException">There is none; the message names the nearest and all.</exception>
    public static Part<T> Named<T>(this IReadOnlyList<Part<T>> parts, string kind, string name) =>
        parts.FirstOrDefault(part => part.Name == name)
        ?? throw new InvalidInputException(null, $"Unknown {kind} '{name}'", NearestName.RemedyOfAll(name, parts.Select(p => p.Name)));
}
