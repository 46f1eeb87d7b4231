using Isthmus.Models;
using Isthmus.Models.Conditions;
using Isthmus.Models.Primitives;

namespace Isthmus;

/// <summary>
/// Known facts about a record that encoder and decoder are given besides the code.
/// Choose a member and change its settings by <c>with</c>: <c>ConditionOptions.None with { ... }</c>.
/// </summary>
/// <remarks>A part of another assembly brings its own options: a record that derives from this one and hands its part to the constructor.</remarks>
public abstract record ConditionOptions : PartOptions
{
    /// <summary>Options of a part, which is registered if it is not yet.</summary>
    protected ConditionOptions(Part<Condition?> part)
        : base(Parts.Conditions.Choice, part.Name) => Parts.Conditions.Register(part);

    /// <summary>Nothing.</summary>
    public static NoConditionOptions None => new();

    /// <summary>The record's label, or several.</summary>
    public static LabelConditionOptions Label => new();
}

/// <summary>Nothing.</summary>
public sealed record NoConditionOptions() : ConditionOptions(Condition.None);

/// <summary>The record's label, or several.</summary>
public sealed record LabelConditionOptions() : ConditionOptions(Condition.Label)
{
    /// <summary>
    /// Name of the label that is given or predicted; several that are given, joined by commas; first: the first label of the data. Default first.
    /// </summary>
    public string? Target
    {
        get => GetText(KnownLabel.Target);
        init => SetText(KnownLabel.Target, value);
    }
}
