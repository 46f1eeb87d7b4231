
using Isthmus.Data.Records;
using Isthmus.Models.Networks;

namespace Isthmus.Models.Primitives;

/// <summary>What a part may need to know of the model it goes into.</summary>
/// <param name="Schema">What one record is.</param>
/// <param name="Latent">Numbers in a code.</param>
/// <param name="Settings">The model's settings, resolved.</param>
public sealed record PartContext(DataSchema Schema, int Latent, Settings Settings)
{
    /// <summary>The labels that the model knows; <see cref="ModelSpecification.Resolve"/> finds them for every part that asks.</summary>
    public IReadOnlyList<KnownLabel> Labels { get; init; } = [];

    /// <summary>The value of a setting.</summary>
    public T Get<T>(Setting<T> setting) where T : IParsable<T> => Settings.Get(setting);
}

/// <summary>
/// One kind of bottleneck, likelihood, corruption or network: its name in the settings, the settings it has itself,
/// and how to make one. To add a kind, write its file with such a description and name it in <see cref="Parts"/>.
/// </summary>
/// <param name="Name">As the literature names it, lower case.</param>
/// <param name="Summary">One line.</param>
/// <param name="Settings">The keys that only this kind has.</param>
/// <param name="Create">Makes it.</param>
public sealed record Part<T>(string Name, string Summary, IReadOnlyList<Setting> Settings, Func<PartContext, T> Create)
{
    /// <summary>Of a bottleneck or a family of posteriors: what codes it makes. Of a prior, an objective or a penalty: what codes it needs.</summary>
    public CodeKind Code { get; init; }

    /// <summary>Of a network: whether its weights have a closed form (<see cref="IClosedForm"/>), and nothing is left to the training loop.</summary>
    public bool IsClosedForm { get; init; }
}
