namespace Isthmus.Data;

/// <summary>One known property of every record: its class, or one factor of a generated image.</summary>
/// <param name="Name">What the label says, e.g. "digit" or "scale".</param>
/// <param name="Values">One class index a record, 0 .. Classes.Count - 1.</param>
/// <param name="Classes">The classes' names.</param>
public sealed record LabelColumn(string Name, IReadOnlyList<int> Values, IReadOnlyList<string> Classes)
{
    /// <summary>The same column for the records at <paramref name="indices"/>.</summary>
    public LabelColumn Select(IReadOnlyList<int> indices) => this with { Values = [.. indices.Select(i => Values[i])] };
}
