using System.Diagnostics;
using System.Globalization;
using System.Text;
using Isthmus.Codes;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Recommenders;
using Isthmus.Studio.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Pages.Recommend;

/// <summary>A history of items under the reader's hand, what comes next with its reasons, and what is near an item.</summary>
public sealed partial class RecommendPage : ModelPage
{
    private const int MostMatches = 8,
        MostReasons = 2,
        MostNeighbours = 15,
        MostUndone = 100,
        // Histories of this length fit into an address.
        MostKept = 100;

    private readonly Stack<int[]> _undo = [];
    private InteractionSchema? _schema;
    private Dataset? _users;
    private IReadOnlyList<int> _history = [],
        _matches = [];
    private IReadOnlyList<Recommendation> _found = [];
    private IReadOnlyList<RecommendationReason> _neighbours = [];
    private string _search = "",
        _user = "";
    private int? _near;
    private int _count = 10,
        _asked,
        _next;
    private double _milliseconds;

    private IEnumerable<string> Ids => _history.Select(item => _schema!.Items[item]);

    private string Command =>
        CommandText.Of([
            "recommend",
            "-m",
            Run!,
            "--history",
            string.Join(',', Ids.Select(id => $"id:{id}")),
            "-k",
            $"{_count}",
            "--reasons",
            $"{MostReasons}",
        ]);

    private string CSharp =>
        $"using var model = TrainedModel.Load(\"{Run}/model.isthmus\");\nvar items = model.Recommend<string>(["
        + $"{string.Join(", ", Ids.Select(id => $"\"id:{id.Replace("\"", "\\\"")}\""))}], count: {_count});";

    /// <inheritdoc/>
    protected override void Clear()
    {
        (_schema, _users, _history, _found, _near, _user, _matches, _search) = (null, null, [], [], null, "", [], "");
        _undo.Clear();
        _count = int.TryParse(Navigation.Query("count"), CultureInfo.InvariantCulture, out var count) && count is 30 or 100 ? count : 10;
    }

    /// <inheritdoc/>
    protected override Task ShowAsync() => WorkAsync("Reading the users", async _ =>
        {
            _schema = Recommendation.SchemaOf(Model!.Trained);
            _history = Kept();
            await RankAsync();
            if (Navigation.Query("near") is { } near && Places().TryGetValue(near, out var place))
                await FindNearAsync(place);
            StateHasChanged();
            try
            {
                var users = (await Model.DataAsync(DataPart.Test)).Records;
                _users = users.RecordNames is null ? null : users;
            }
            catch (InvalidInputException)
            {
                // The data are not at hand; a history can be made by hand.
            }
        });

    private Dictionary<string, int> Places() => _schema!.Items.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);

    // Ids may hold commas.
    private int[] Kept()
    {
        if (Navigation.Query("history") is not { } kept)
            return [];
        var places = Places();
        return [.. kept.Split(',').Select(Uri.UnescapeDataString).Where(places.ContainsKey).Select(id => places[id]).Distinct()];
    }

    private void Keep() => Navigation.Keep(("history", _history.Count is 0 or > MostKept ? null : string.Join(',', Ids.Select(Uri.EscapeDataString))));

    private void Search(string? text)
    {
        text = _search = text ?? "";
        var schema = _schema!;
        _matches =
            text.Trim().Length == 0
                ? []
                :
                [
                    .. Enumerable
                        .Range(0, schema.Dimension)
                        .Where(item => schema.NameOf(item).Contains(text.Trim(), StringComparison.OrdinalIgnoreCase) || schema.Items[item] == text.Trim())
                        .Except(_history)
                        .OrderBy(item => schema.NameOf(item).StartsWith(text.Trim(), StringComparison.OrdinalIgnoreCase) ? 0 : 1)
                        .ThenBy(item => schema.NameOf(item).Length)
                        .ThenBy(item => item)
                        .Take(MostMatches),
                ];
    }

    private async Task EnterAsync(KeyboardEventArgs key)
    {
        if (key.Key == "Escape")
            Search("");
        else if (key.Key == "Enter" && _matches.Count > 0)
            await AddAsync(_matches[0]);
        else if (key.Key == "Enter" && _search.Trim().Length > 0)
            // Says which names are near.
            await WorkAsync("Looking for the item", _ => AddAsync(new ItemLookup(_schema!).Find(_search.Trim())));
    }

    private async Task EnterAsync(KeyboardEventArgs key, int item)
    {
        if (key.Key is "Enter" or " ")
            await AddAsync(item);
    }

    private Task AddAsync(int item)
    {
        Search("");
        return _history.Contains(item) ? Task.CompletedTask : TakeAsync([.. _history, item]);
    }

    private Task RemoveAsync(int item) => TakeAsync([.. _history.Where(other => other != item)]);

    private Task ClearAsync() => TakeAsync([]);

    private Task AnyAsync()
    {
        var user = _next++ % _users!.Count;
        _user = _users.RecordNames![user];
        return TakeAsync(_users.Sparse(user).Columns.ToArray());
    }

    private Task UserAsync(string? user) => WorkAsync("Looking for the user", async _ =>
        {
            _user = user ?? "";
            if (string.IsNullOrEmpty(user))
                return;
            var place = _users!.RecordNames!.Index().FirstOrDefault(name => name.Item == user, (Index: -1, Item: user)).Index;
            if (place < 0)
            {
                string[] near = [.. NearestName.Several(user, _users.RecordNames!).Take(3)];
                throw new InvalidInputException(
                    "The test users",
                    $"have no '{user}'",
                    near.Length > 0 ? $"did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?" : "search for items in place of a user"
                );
            }
            await TakeAsync(_users.Sparse(place).Columns.ToArray());
        });

    private async Task TakeAsync(int[] history)
    {
        if (_undo.Count < MostUndone)
            _undo.Push([.. _history]);
        _history = history;
        Keep();
        await WorkAsync("Ranking", _ => RankAsync());
    }

    private async Task UndoAsync()
    {
        _history = _undo.Pop();
        Keep();
        await WorkAsync("Ranking", _ => RankAsync());
    }

    private Task CountAsync(int count)
    {
        _count = count;
        Navigation.Keep(("count", count == 10 ? null : count));
        return WorkAsync("Ranking", _ => RankAsync());
    }

    private async Task RankAsync()
    {
        var (model, history, count, asked, begun) = (Model!, _history, _count, ++_asked, Stopwatch.GetTimestamp());
        IReadOnlyList<Recommendation> found =
            history.Count == 0 ? [] : await model.WithTensorsAsync(() => Recommendation.For(model.Trained, history, count, MostReasons));
        // A later history counts.
        if (asked != _asked)
            return;
        (_found, _milliseconds) = (found, Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    private Task NearAsync(int item) => WorkAsync("Looking for neighbours", _ => FindNearAsync(item));

    private async Task FindNearAsync(int item)
    {
        var model = Model!;
        _neighbours = await model.WithTensorsAsync(() => Recommendation.Near(model.Trained, item, MostNeighbours));
        _near = item;
        Navigation.Keep(("near", _schema!.Items[item]));
    }

    private string Width(double bits) =>
        string.Create(CultureInfo.InvariantCulture, $"width:{Math.Clamp(100 * Math.Pow(2, _found[0].Bits - bits), 0.5, 100):0.#}%");

    private async Task SaveAsync()
    {
        var (schema, text) = (_schema!, new StringBuilder(CsvText.Line(["rank", "item", "title", "bits", "because_of"])));
        foreach (var (rank, found) in _found.Index())
            text.Append(
                CsvText.Line([
                    rank + 1,
                    schema.Items[found.Item],
                    schema.NameOf(found.Item),
                    found.Bits,
                    string.Join("; ", found.Reasons.Select(reason => $"{schema.NameOf(reason.Item)} {NumberText.Of(reason.Bits, 3)} bits")),
                ])
            );
        await Script.InvokeVoidAsync("isthmus.saveText", "recommendations.csv", "text/csv", text.ToString());
    }
}
