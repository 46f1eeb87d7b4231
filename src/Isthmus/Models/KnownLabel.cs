using Isthmus.Data;

namespace Isthmus.Models;

/// <summary>The label that a model is given or predicts, and its classes as training met them.</summary>
/// <param name="Name">The label's name.</param>
/// <param name="Classes">Its classes, C of them.</param>
public sealed record KnownLabel(string Name, IReadOnlyList<string> Classes)
{
    /// <summary>Which label, of data that have several.</summary>
    internal static readonly Setting<string> Target = new("target", "first", "the label that is given or predicted, by name; first: the first that the data have", "a label's name");

    /// <summary>The label of training data that a model is to know.</summary>
    /// <exception cref="InvalidInputException">The data have no label, none of that name, or one of a single class.</exception>
    public static KnownLabel Of(IReadOnlyList<LabelColumn> labels, string name, string preset)
    {
        if (labels.Count == 0)
            throw new InvalidInputException($"{preset} needs a label of each record, and the data have none; name a table's column of classes with --label, or take --model vae.");
        var chosen = name == Target.Default ? labels[0] : labels.FirstOrDefault(label => label.Name == name) ?? throw new InvalidInputException($"Setting target={name}: the data have no such label. Known: {string.Join(", ", labels.Select(label => label.Name))}.");
        return chosen.Classes.Count > 1
            ? new(chosen.Name, chosen.Classes)
            : throw new InvalidInputException($"Label {chosen.Name} has one class only ('{chosen.Classes[0]}'), which says nothing; give another --set target, or take --model vae.");
    }

    /// <summary>The same records with this label beside their numbers: batches of them are N x (D + C), the class as 0s and one 1.</summary>
    /// <param name="data">Records.</param>
    /// <param name="isRequired">Whether records without it are of no use; otherwise they are left as they are.</param>
    /// <exception cref="InvalidInputException">They have no such label though it is required, or a class that training did not meet.</exception>
    public Dataset Attach(Dataset data, bool isRequired)
    {
        var column = data.Labels.FirstOrDefault(label => label.Name == Name) ?? (data.Labels.Count == 1 ? data.Labels[0] : null);
        if (column is null)
            return isRequired ? throw new InvalidInputException($"{data.Name} has no label '{Name}', which the model is given with every record; give data that have it, or name a table's column with --label.") : data;
        var known = Classes.Index().ToDictionary(known => known.Item, known => known.Index);
        var places = Array.ConvertAll([.. column.Classes], name => known.TryGetValue(name, out var place) ? place : -1);
        var strange = column.Values.Index().FirstOrDefault(value => places[value.Item] < 0, (Index: -1, Item: -1));
        return strange.Index >= 0
            ? throw new InvalidInputException($"{data.Name}, record {strange.Index}: its {Name} is '{column.Classes[strange.Item]}', a class that training did not meet. Known: {string.Join(", ", Classes.Take(20))}{(Classes.Count > 20 ? ", ..." : "")}. Leave such records out, or train with them.")
            : data.With(new LabelColumn(Name, [.. column.Values.Select(value => places[value])], Classes));
    }

    /// <summary>The number of a class.</summary>
    /// <exception cref="InvalidInputException">It is none of them.</exception>
    public int IndexOf(string name) => Classes.Index().FirstOrDefault(known => known.Item == name, (Index: -1, Item: "")).Index is >= 0 and var place
        ? place
        : throw new InvalidInputException($"The model knows no {Name} '{name}'{(NearestName.Of(name, Classes) is { } near ? $"; did you mean '{near}'?" : ".")} Known: {string.Join(", ", Classes.Take(20))}{(Classes.Count > 20 ? ", ..." : "")}.");

    /// <inheritdoc/>
    public bool Equals(KnownLabel? other) => other is not null && Name == other.Name && Classes.SequenceEqual(other.Classes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Classes.Count);
}
