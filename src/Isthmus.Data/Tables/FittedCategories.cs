using Isthmus.Data.Cells;

namespace Isthmus.Data.Tables;

/// <summary>
/// A column of K categories by their frequency in the training rows, most frequent first, and one index more, K, for all that are rare or new. On the model's
/// scale a cell is its category's index, 0 .. K.
/// </summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">Boolean or category.</param>
/// <param name="Levels">Texts of the categories, as in the file.</param>
/// <param name="Shares">Fraction of the training rows with each category, missing values left out.</param>
/// <param name="Rare">Categories too rare to be kept distinct.</param>
/// <param name="Observed">Number of training rows with a value.</param>
public sealed record FittedCategories(
    string Name,
    ColumnKind Kind,
    IReadOnlyList<string> Levels,
    IReadOnlyList<double> Shares,
    IReadOnlyList<string> Rare,
    int Observed
) : FittedColumn(Name, Kind)
{
    /// <summary>Largest number of distinct categories; a column with more is named in the data's notes.</summary>
    public const int MostLevels = 255;

    // A category seen once cannot be told from one never seen.
    private const int LeastRows = 2,
        MostRareKept = 1000;

    private readonly HashSet<string> _rare = new(Rare, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _places = Levels.Index().ToDictionary(level => level.Item, level => level.Index, StringComparer.Ordinal);
    private readonly Dictionary<string, int> _values = Values(Levels, Kind);
    private readonly HashSet<string> _rareValues = [.. Rare.Select(CellValue.Of)];

    /// <summary>Fits the categories on the training rows.</summary>
    /// <param name="column">The column.</param>
    /// <param name="counts">Number of training rows with each text.</param>
    internal static FittedCategories Fit(ColumnBuffer column, IReadOnlyDictionary<string, int> counts)
    {
        string[] order = [.. counts.Keys.OrderByDescending(text => counts[text]).ThenBy(text => text, StringComparer.Ordinal)];
        var least = counts.Values.Any(count => count >= LeastRows) ? LeastRows : 1;
        // Two categories stay two, however rare one is.
        string[] kept = [.. order.Where((text, place) => place < MostLevels && (counts[text] >= least || order.Length <= 2))];
        var observed = counts.Values.Sum();
        return new(
            column.Name,
            column.Kind,
            kept,
            [.. kept.Select(text => counts[text] / (double)observed)],
            [.. order.Except(kept).Take(MostRareKept)],
            observed
        );
    }

    /// <summary>
    /// Returns the column with the categories of more training rows: each that two of them have is added behind the others, the most frequent first, and the
    /// shares are those of all training rows so far. A column of one or two categories keeps them, as a model has one number for it; so does one of truth
    /// values.
    /// </summary>
    /// <param name="more">Number of these rows with each text.</param>
    internal FittedCategories Grown(IReadOnlyDictionary<string, int> more)
    {
        var counts = Shares.Select(share => share * Observed).ToList();
        var others = new List<KeyValuePair<string, int>>();
        foreach (var (text, count) in more)
            if (PlaceOf(text) is var place && place < Levels.Count)
                counts[place] += count;
            else
                others.Add(new(text, count));
        var order = others.OrderByDescending(other => other.Value).ThenBy(other => other.Key, StringComparer.Ordinal).ToArray();
        var room = Kind == ColumnKind.Boolean || Levels.Count <= 2 ? 0 : MostLevels - Levels.Count;
        var added = order.TakeWhile(other => other.Value >= LeastRows).Take(Math.Max(0, room)).ToArray();
        string[] names = [.. added.Select(other => other.Key)];
        counts.AddRange(added.Select(other => (double)other.Value));
        var observed = Observed + more.Values.Sum();
        return new(
            Name,
            Kind,
            [.. Levels, .. names],
            [.. counts.Select(count => count / Math.Max(1, observed))],
            [.. Rare.Except(names).Union(order.Skip(added.Length).Select(other => other.Key)).Take(MostRareKept)],
            observed
        )
        {
            Type = Type,
        };
    }

    /// <inheritdoc/>
    public override int Encode(ColumnBuffer column, Span<float> destination, int width, int place)
    {
        int[] places = [.. column.Texts.Select(PlaceOf)];
        var rare = column
            .Texts.Select((text, code) => places[code] == Levels.Count && (_rare.Contains(text) || _rareValues.Contains(CellValue.Of(text))))
            .ToArray();
        var unseen = 0;
        var codes = column.Codes;
        for (var row = 0; row < codes.Length; row++)
        {
            destination[row * width + place] = codes[row] < 0 ? float.NaN : places[codes[row]];
            if (codes[row] >= 0 && places[codes[row]] == Levels.Count && !rare[codes[row]])
                unseen++;
        }
        return unseen;
    }

    // Another spelling or type of a value in another file is the same category: 1.0 for 1, True for true.
    private int PlaceOf(string text) =>
        _places.TryGetValue(text, out var level) ? level
        : !_rare.Contains(text) && _values.TryGetValue(CellValue.Of(text), out level) ? level
        : Levels.Count;

    /// <summary>
    /// Returns the index of each category by its value, independent of spelling; of two with one value, the more frequent. Two values that are true and false
    /// are also 1 and 0.
    /// </summary>
    private static Dictionary<string, int> Values(IReadOnlyList<string> levels, ColumnKind kind)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (place, level) in levels.Index())
            places.TryAdd(CellValue.Of(level), place);
        if (kind == ColumnKind.Boolean)
            foreach (var (word, digit) in new[] { ("true", "1"), ("false", "0") })
                if (places.TryGetValue(word, out var place))
                    places.TryAdd(digit, place);
                else if (places.TryGetValue(digit, out place))
                    places.TryAdd(word, place);
        return places;
    }

    /// <inheritdoc/>
    protected override string Natural => "VARCHAR";

    /// <inheritdoc/>
    public override string Decode(float value, Random random) =>
        (int)value < Levels.Count ? Levels[(int)value]
        : Rare.Count > 0 ? Rare[random.Next(Rare.Count)]
        : Levels[0];

    /// <inheritdoc/>
    public override float SquaredNorm(float value) => (int)value < Shares.Count ? (float)(1 / Shares[(int)value] - 1) : Observed;

    /// <inheritdoc/>
    public bool Equals(FittedCategories? other) =>
        other is not null && (Name, Kind, Observed) == (other.Name, other.Kind, other.Observed) && Levels.SequenceEqual(other.Levels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Levels.Count, Observed);
}
