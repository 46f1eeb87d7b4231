using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Models.Primitives;

/// <summary>A label that a model has as condition or predicts, and its classes in the training data.</summary>
/// <param name="Name">The label's name.</param>
/// <param name="Classes">Classes of the label, C of them.</param>
public sealed record KnownLabel(string Name, IReadOnlyList<string> Classes)
{
    /// <summary>Name of the label, for data that have several.</summary>
    internal static readonly Setting<string> Target = new(
        "target",
        "first",
        "name of the label that is given or predicted; several that are given, joined by commas; first: the first label of the data",
        "a label's name"
    );

    /// <summary>Returns the labels of training data that a model is to know, as named by <see cref="Target"/>.</summary>
    /// <exception cref="InvalidInputException">The data have no label, none of that name, or one of a single class; or a name comes twice.</exception>
    public static IReadOnlyList<KnownLabel> Of(IReadOnlyList<LabelColumn> labels, string names, string preset)
    {
        if (labels.Count == 0)
            throw new InvalidInputException(
                preset,
                "needs a label of each record, and the data have none",
                $"name a table's column of classes with {OptionNames.Label}, or take {OptionNames.Model("vae")}",
                OptionNames.Label
            );
        if (names == Target.Default)
            return [Of(labels[0])];
        // A label's own name may have commas.
        string[] each = labels.Any(label => label.Name == names) ? [names] : names.Split(',', StringSplitOptions.TrimEntries);
        return each.Distinct().Count() < each.Length
            ? throw new InvalidInputException($"{OptionNames.Value("target", names)}", "names a label twice", "name each once", OptionNames.Key("target"))
            :
            [
                .. each.Select(name =>
                    Of(
                        labels.FirstOrDefault(label => label.Name == name)
                            ?? throw new InvalidInputException(
                                $"{OptionNames.Value("target", name)}",
                                "is no label of the data",
                                $"give one of {string.Join(", ", labels.Select(label => label.Name))}",
                                OptionNames.Key("target")
                            )
                    )
                ),
            ];
    }

    private static KnownLabel Of(LabelColumn chosen) =>
        chosen.Classes.Count > 1
            ? new(chosen.Name, chosen.Classes)
            : throw new InvalidInputException(
                $"Label {chosen.Name}",
                $"has one class only ('{chosen.Classes[0]}'), which says nothing",
                $"give another {OptionNames.Key("target")}, or take {OptionNames.Model("vae")}",
                OptionNames.Key("target")
            );

    /// <summary>Returns the same records with these labels attached to their numbers: batches are N x (D + C_1 + C_2 + ...), each class one-hot.</summary>
    /// <param name="labels">Labels that the model knows; with none, the records stay as they are.</param>
    /// <param name="data">Records.</param>
    /// <param name="isRequired">True if records without them are an error; otherwise such records stay as they are.</param>
    /// <exception cref="InvalidInputException">They have no such label though it is required, or a class that training did not meet.</exception>
    public static Dataset Attach(IReadOnlyList<KnownLabel> labels, Dataset data, bool isRequired)
    {
        LabelColumn?[] columns = [.. labels.Select(label => label.Column(data, isRequired, isOnly: labels.Count == 1))];
        return columns.Length == 0 || columns.Contains(null) ? data : data.With([.. columns.OfType<LabelColumn>()]);
    }

    private LabelColumn? Column(Dataset data, bool isRequired, bool isOnly)
    {
        var column = data.Labels.FirstOrDefault(label => label.Name == Name) ?? (isOnly && data.Labels.Count == 1 ? data.Labels[0] : null);
        if (column is null)
            return isRequired
                ? throw new InvalidInputException(
                    data.Name,
                    $"has no label '{Name}', which the model is given with every record",
                    $"give data that have it, or name a table's column with {OptionNames.Label}",
                    OptionNames.Label
                )
                : null;
        var known = Classes.Index().ToDictionary(known => known.Item, known => known.Index);
        // Another spelling or type of a class in another file, 1.0 for 1, is the same class.
        var values = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (place, name) in Classes.Index())
            values.TryAdd(CellValue.Of(name), place);
        var places = Array.ConvertAll([.. column.Classes], name =>
            known.TryGetValue(name, out var place) || values.TryGetValue(CellValue.Of(name), out place) ? place : -1
        );
        var strange = column.Values.Index().FirstOrDefault(value => places[value.Item] < 0, (Index: -1, Item: -1));
        return strange.Index >= 0
            ? throw new InvalidInputException(
                $"{data.Name}, record {strange.Index}: its {Name}",
                $"is '{column.Classes[strange.Item]}', a class that training did not meet; it met {Some(Classes)}",
                "leave such records out, or train with them"
            )
            : new(Name, [.. column.Values.Select(value => places[value])], Classes);
    }

    /// <summary>Returns the number of a class.</summary>
    /// <exception cref="InvalidInputException">It is none of them.</exception>
    public int IndexOf(string name) =>
        Classes.Index().FirstOrDefault(known => known.Item == name, (Index: -1, Item: "")).Index is >= 0 and var place
            ? place
            : throw new InvalidInputException("The model", $"knows no {Name} '{name}'", NearestName.RemedyOfAll(name, Classes));

    /// <summary>
    /// Returns the class numbers named in a text, label by label, null for those left open: for one label its class, for several NAME=CLASS joined by commas.
    /// </summary>
    /// <exception cref="InvalidInputException">A part without a name that is known, or a class that is not.</exception>
    public static IReadOnlyList<int?> Places(IReadOnlyList<KnownLabel> labels, string? text)
    {
        var places = new int?[labels.Count];
        if (text is null)
            return places;
        if (labels.Count == 1 && (labels[0].Classes.Contains(text) || !text.StartsWith($"{labels[0].Name}=", StringComparison.Ordinal)))
            return [labels[0].IndexOf(text)];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var (name, which) = part.IndexOf('=') is >= 0 and var at ? (part[..at], part[(at + 1)..]) : ("", part);
            var label = labels.Index().FirstOrDefault(label => label.Item.Name == name, (-1, null!));
            if (label.Index < 0)
                throw new InvalidInputException(
                    $"{OptionNames.ChosenLabel} {part}",
                    $"does not say which of {string.Join(", ", labels.Select(label => label.Name))} it is",
                    $"give NAME=CLASS, such as {labels[0].Name}={labels[0].Classes[0]}, joined by commas",
                    OptionNames.ChosenLabel
                );
            places[label.Index] = label.Item.IndexOf(which);
        }
        return places;
    }

    private static string Some(IReadOnlyList<string> classes) => string.Join(", ", classes.Take(20)) + (classes.Count > 20 ? ", ..." : "");

    /// <inheritdoc/>
    public bool Equals(KnownLabel? other) => other is not null && Name == other.Name && Classes.SequenceEqual(other.Classes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Classes.Count);
}
