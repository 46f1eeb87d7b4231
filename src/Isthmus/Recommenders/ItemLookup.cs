using System.Text.RegularExpressions;
using Isthmus.Data.Interactions;

namespace Isthmus.Recommenders;

/// <summary>
/// Finds items by id (<c>id:318</c> if a title is the same), or by title, ignoring case, with or without the year after it ("Heat" for "Heat (1995)") and with
/// the article in front ("The Matrix" for "Matrix, The (1999)").
/// </summary>
public sealed partial class ItemLookup(InteractionSchema schema)
{
    private const int MostSuggestions = 3;

    private readonly Dictionary<string, int> _ids = schema.Items.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
    private readonly ILookup<string, int> _titles = (schema.Titles ?? [])
        .Index()
        .Where(title => title.Item.Length > 0)
        .ToLookup(title => title.Item, title => title.Index, StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<string, int> _plainTitles = (schema.Titles ?? [])
        .Index()
        .Where(title => title.Item.Length > 0)
        .ToLookup(title => Plain(title.Item), title => title.Index, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the item with this id or title.</summary>
    /// <exception cref="InvalidInputException">There is none (the nearest names are given), or there are several.</exception>
    public int Find(string text)
    {
        var found = Matches(text);
        return found.Length switch
        {
            1 => found[0],
            0 => throw Unknown(text),
            _ => throw new InvalidInputException(
                $"'{text}'",
                $"is {string.Join(" and ", found.Select(item => $"{schema.NameOf(item)} (id:{schema.Items[item]})"))}",
                "give the whole title, or id: and the id"
            ),
        };
    }

    /// <summary>Returns the items of a list separated by commas; titles may contain commas.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Find"/>, or an empty list.</exception>
    public int[] FindAll(string list)
    {
        var pieces = list.Split(',');
        var items = new List<int>();
        for (var i = 0; i < pieces.Length;)
        {
            // The longest run of pieces that is a name: "Matrix, The" before "Matrix".
            var length = Enumerable.Range(1, pieces.Length - i).LastOrDefault(length => Matches(Joined(pieces, i, length)).Length == 1, 1);
            if (Joined(pieces, i, length) is { Length: > 0 } text)
                items.Add(Find(text));
            i += length;
        }
        return items.Count > 0
            ? [.. items.Distinct()]
            : throw new InvalidInputException("The history", "names no item", "give ids or titles joined by commas, such as \"Alien,Heat\"");
    }

    /// <summary>Returns the items of a file, one a line.</summary>
    /// <exception cref="InvalidInputException">As <see cref="Find"/>, or no such file, or no line.</exception>
    public int[] FindInFile(string path)
    {
        try
        {
            int[] items = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).Select(Find).Distinct()];
            return items.Length > 0 ? items : throw new InvalidInputException(path, "names no item", "give one id or title a line");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, $"cannot be read: {e.Message}", "check that it is there and that you may read it", cause: e);
        }
    }

    private int[] Matches(string text)
    {
        if (text.StartsWith("id:", StringComparison.Ordinal) && _ids.TryGetValue(text[3..], out var named))
            return [named];
        var titles = _titles[text].Any() ? _titles[text] : _plainTitles[Plain(text)];
        return [.. _ids.TryGetValue(text, out var item) ? titles.Append(item).Distinct().Order() : titles];
    }

    private InvalidInputException Unknown(string text)
    {
        string[] near =
        [
            .. _plainTitles
                .Where(title => title.Key.Contains(text, StringComparison.OrdinalIgnoreCase))
                .OrderBy(title => title.Key.Length)
                .Select(title => title.Key)
                .Concat(
                    NearestName
                        .Several(text, _plainTitles.Select(title => title.Key.ToLowerInvariant()))
                        .Select(name => _plainTitles[name].Select(schema.NameOf).First())
                )
                .Concat(NearestName.Several(text, schema.Items))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Take(MostSuggestions),
        ];
        return new(
            "The model",
            $"knows no item '{text}', but the {schema.Dimension} that it was trained on",
            near.Length > 0
                ? $"did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}? To add one, train again on data that hold it"
                : "to add one, train again on data that hold it"
        );
    }

    private static string Joined(string[] pieces, int first, int count) => string.Join(',', pieces.AsSpan(first, count)).Trim();

    private static string Plain(string title)
    {
        var plain = Year().Replace(title.Trim(), "");
        return Article().Match(plain) is { Success: true } match ? $"{match.Groups[2].Value} {match.Groups[1].Value}" : plain;
    }

    [GeneratedRegex(@"\s*\(\d{4}\)$")]
    private static partial Regex Year();

    [GeneratedRegex(@"^(.*), (The|A|An)$", RegexOptions.IgnoreCase)]
    private static partial Regex Article();
}
