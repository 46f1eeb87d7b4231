using System.Text.Json.Serialization;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>Schema of a user's history: which of D items the user met. A model keeps the items, and the options by which they were read.</summary>
/// <param name="Items">The items' ids, in order.</param>
/// <param name="Titles">The items' titles, in the same order; null where none are known.</param>
/// <param name="Source">Options by which the interactions were read.</param>
public sealed record InteractionSchema(IReadOnlyList<string> Items, IReadOnlyList<string>? Titles, InteractionOptions Source) : CountSchema
{
    /// <inheritdoc/>
    public override RecordKind Kind => InteractionKind.Instance;

    /// <inheritdoc/>
    public override int Dimension => Items.Count;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsInTimeOrder => Source.Time is not null;

    /// <summary>Returns the display name of an item: its title, or its id if it has none.</summary>
    public override string NameOf(int dimension) => Titles is { } titles && titles[dimension].Length > 0 ? titles[dimension] : Items[dimension];

    /// <summary>Returns the titles of <paramref name="items"/>, as far as they are known here; null if none are.</summary>
    internal IReadOnlyList<string>? TitlesOf(IReadOnlyList<string> items)
    {
        if (Titles is not { } titles)
            return null;
        var known = Items.Zip(titles).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return [.. items.Select(item => known.GetValueOrDefault(item, ""))];
    }

    /// <summary>Returns these items followed by those of another schema that are not among them, each with its title.</summary>
    internal InteractionSchema With(InteractionSchema other)
    {
        var known = Items.ToHashSet(StringComparer.Ordinal);
        var values = Items.Select(CellValue.Of).ToHashSet(StringComparer.Ordinal);
        int[] places =
        [
            .. Enumerable.Range(0, other.Dimension).Where(place => !known.Contains(other.Items[place]) && !values.Contains(CellValue.Of(other.Items[place]))),
        ];
        return places.Length == 0
            ? this
            : this with
            {
                Items = [.. Items, .. places.Select(place => other.Items[place])],
                Titles =
                    Titles is null && other.Titles is null
                        ? null
                        : [.. Titles ?? Enumerable.Repeat("", Dimension), .. places.Select(place => other.Titles?[place] ?? "")],
            };
    }

    /// <summary>Converts histories over other items to these items; other items are dropped, and so are users without any item left.</summary>
    /// <exception cref="InvalidInputException">Nothing is left.</exception>
    internal Dataset Adapt(Dataset data)
    {
        var theirs = (InteractionSchema)data.Schema;
        var known = Items.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        // Another spelling or type of an id, 7.0 for 7, is the same item.
        var values = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (place, item) in Items.Index())
            values.TryAdd(CellValue.Of(item), place);
        var places = theirs
            .Items.Select(item => known.TryGetValue(item, out var place) || values.TryGetValue(CellValue.Of(item), out place) ? place : -1)
            .ToArray();
        var lost = places.Count(place => place < 0);
        return data.Mapped(
            this,
            (items, _) =>
            {
                int[] kept = [.. items.Select(item => places[item]).Where(place => place >= 0).Distinct()];
                return (kept, Ones(kept.Length));
            },
            lost == 0
                ? data.Notes
                : [.. data.Notes, FormattableString.Invariant($"no training user met {lost:N0} of {theirs.Dimension:N0} items; they are left out")],
            keepsEmpty: false
        )
            ?? throw new InvalidInputException(
                $"{data.Name}: none of its {theirs.Dimension} items",
                $"is among the {Dimension} of the model, which knows only the items that it was trained on",
                "train one on these data"
            );
    }

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }

    /// <summary>True if the items are the same; titles and options may differ.</summary>
    public bool Equals(InteractionSchema? other) => other is not null && Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"histories over {Dimension} items";
}
