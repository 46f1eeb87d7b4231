using System.Globalization;
using Isthmus.Codes;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Maps;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Isthmus.Studio.Pages.Space;

/// <summary>
/// The space of codes: records as points of a map, coloured, chosen, compared, and the paths between them. This part reads the records and makes the maps;
/// <c>SpacePage.Plot.cs</c> says what the plot shows.
/// </summary>
public sealed partial class SpacePage : ModelPage
{
    private const int MostRecords = 100_000,
        Seed = 1;
    private const string FirstColour = "\0";

    private static readonly (string Tool, string Name, string Icon, string Tip)[] Tools =
    [
        ("pan", "Move", Icons.Material.Filled.PanTool, "Drag to move, wheel to zoom, click for a record"),
        ("lasso", "Lasso", Icons.Material.Filled.Gesture, "Draw around points; with Shift also in the other tools"),
        ("path", "Path", Icons.Material.Filled.Timeline, "Click two points: what lies between them is decoded"),
    ];

    private SpaceView? _view;
    private SpaceMaps? _maps;
    private CodeMap? _map;
    private double _trust;
    private string _part = "test",
        _kind = "pca",
        _colour = FirstColour,
        _density = "",
        _tool = "pan";
    private int _x,
        _y = 1;

    [Inject]
    private RecordTags Tags { get; set; } = null!;

    /// <inheritdoc/>
    protected override bool IsReady => _plot?.IsReady == true;

    private MapChoice Choice => _kind == "units" ? new(_kind, _x, _y) : new(_kind);

    private bool HasPrior => _view?.Model.Trained.Network.Bottleneck.Prior is not null;

    private string Caption
    {
        get
        {
            if (_map is null || _view is not { Records: var records })
                return "";
            var noun = records.Data.Schema.Noun;
            var some =
                records.Codes.Count < records.Available
                    ? $"{NumberText.Of(records.Codes.Count)} of {NumberText.Of(records.Available)} {noun}s at random (seed {Seed})"
                    : Counted.Of(records.Codes.Count, noun);
            return $"{some}; across: {_map.Horizontal}; up: {_map.Vertical}. Trustworthiness {NumberText.Of(_trust, 3)} for 10 neighbours"
                + (records.Codes.Count > 2000 ? $" (2,000 {noun}s at random, seed {Seed})" : "")
                + ": 1 if all neighbours on the map are neighbours in the full code, about 0.5 at random.";
        }
    }

    private Task StartAsync(bool canDraw)
    {
        if (!canDraw)
        {
            Fault = new InvalidInputException("The browser", "has no WebGL 2, by which the map is drawn", "allow it, or take another browser");
            StateHasChanged();
            return Task.CompletedTask;
        }
        (_part, _kind, _colour, _density) = (
            Navigation.Query("part") ?? "test",
            Navigation.Query("map") ?? "pca",
            Navigation.Query("colour") ?? FirstColour,
            Navigation.Query("density") ?? ""
        );
        if (Whole("x") is { } x && Whole("y") is { } y)
            (_x, _y) = (x, y);
        return OpenAsync();
    }

    private int? Whole(string key) => int.TryParse(Navigation.Query(key), CultureInfo.InvariantCulture, out var value) && value >= 0 ? value : null;

    /// <inheritdoc/>
    protected override void Clear() => (_view, _maps, _map, _picked, _chosen, _ends, _route) = (null, null, null, null, null, [], null);

    /// <inheritdoc/>
    protected override async Task ShowAsync()
    {
        if (await WorkAsync("Encoding the records", ReadAsync) && await WorkAsync("Measuring the records", MeasureAsync))
            await ShowAsync(_kind);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var part = _part switch
        {
            "train" => DataPart.Train,
            "validation" => DataPart.Validation,
            _ => DataPart.Test,
        };
        var records = await Model!.CodesAsync(part, MostRecords, Progress, cancellationToken);
        (_view, _maps) = (new(Model, records, [], null), new(records, Seed));
        var (order, width) = (records.UnitOrder, records.Codes.Width);
        if (_x >= width || _y >= width || Whole("x") is null)
            (_x, _y) = (order[0], order[Math.Min(1, order.Count - 1)]);
        if (width == 1 && _kind == "pca")
            _kind = "units";
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var records = _view!.Records;
        var (scorer, scores) = await Model!.ScoresAsync(records.Data, cancellationToken);
        IReadOnlyList<RecordColumn> columns = [.. RecordColumn.All(records, scorer?.Usually, scores)];
        _view = new(Model, records, TagColumn.AddTo(columns, Tags.Of(Run!, _part), records), scorer?.Usually);
        if (_colour == FirstColour || _colour.Length > 0 && _view.Column(_colour) is null)
            _colour = _view.Columns.FirstOrDefault(column => column is ClassColumn)?.Name ?? _view.Columns.FirstOrDefault()?.Name ?? "";
    }

    private async Task MoveToAsync(string part)
    {
        _part = part;
        Navigation.Keep(("part", part));
        await OpenAsync();
    }

    private async Task ShowAsync(string kind)
    {
        if (_maps is not { } maps)
            return;
        _kind = kind;
        if (!Choice.PlacesAnyCode && _density == "prior")
            _density = "";
        Navigation.Keep(("map", kind), ("x", kind == "units" ? _x : null), ("y", kind == "units" ? _y : null));
        var choice = Choice;
        var isShown = await WorkAsync(kind == "umap" ? "Making the map of neighbours" : "Making the map", async cancellationToken =>
        {
            var progress = Progress;
            (_map, _trust) = maps.Has(choice)
                ? maps.Of(choice, progress, cancellationToken)
                : await Task.Run(() => maps.Of(choice, progress, cancellationToken), cancellationToken);
        });
        if (isShown)
            await DrawAsync();
    }

    private Task UnitAsync(ChangeEventArgs change, bool isAcross)
    {
        var unit = int.Parse((string)change.Value!, CultureInfo.InvariantCulture);
        (_x, _y) = isAcross ? (unit, _y) : (_x, unit);
        return ShowAsync("units");
    }

    private async Task ReadTagsAsync()
    {
        _view = _view!.With(TagColumn.AddTo(_view.Columns, Tags.Of(Run!, _part), _view.Records));
        await ColourAsync(TagColumn.Name);
        StateHasChanged();
    }
}
