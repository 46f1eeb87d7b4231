using Isthmus.Codes;
using Isthmus.Maps;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Maps;
using Isthmus.Studio.Models;
using Isthmus.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Isthmus.Studio.Pages.Space;

/// <summary>The space of codes: records as points of a map, coloured, chosen, compared, and the paths between them.</summary>
public sealed partial class SpacePage : IAsyncDisposable
{
    private const int MostRecords = 100_000,
        PriorDraws = 20_000,
        Seed = 1,
        PathSteps = 33;

    private static readonly (string Tool, string Name, string Icon, string Tip)[] Tools =
    [
        ("pan", "Move", Icons.Material.Filled.PanTool, "Drag to move, wheel to zoom, click for a record"),
        ("lasso", "Lasso", Icons.Material.Filled.Gesture, "Draw around points; with Shift also in the other tools"),
        ("path", "Path", Icons.Material.Filled.Timeline, "Click two points: what lies between them is decoded"),
    ];

    private readonly Dictionary<string, (CodeMap Map, double Trust)> _maps = [];
    private ElementReference _host;
    private IJSObjectReference? _plot;
    private DotNetObjectReference<SpacePage>? _own;
    private CancellationTokenSource _cancel = new();
    private OpenModel? _model;
    private RecordsInCode? _records;
    private PrincipalComponents? _components;
    private UsualCells? _usual;
    private IReadOnlyList<RecordColumn> _columns = [];
    private CodeMap? _map;
    private Exception? _fault;
    private string? _work,
        _loaded;
    private double? _share;
    private double _trust;
    private string _part = "test",
        _kind = "pca",
        _colour = "",
        _density = "",
        _tool = "pan";
    private int _x,
        _y = 1;
    private bool _pictures = true;
    private int? _picked;
    private int[]? _chosen;
    private List<int> _path = [];
    private double _along;
    private bool _spherical;
    private string? _between;
    private IReadOnlyList<(string Name, string Value)> _betweenCells = [];
    private int _asked;

    [Inject]
    private OpenModels Models { get; set; } = null!;

    [Inject]
    private RecordTags Tags { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    /// <summary>Name of the run.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    private SpaceView? View => _model is not null && _records is not null ? new(_model, _records, _columns, _usual) : null;

    private bool HasPrior => _model?.Trained.Network.Bottleneck.Prior is not null;

    private RecordColumn? Coloured => _columns.FirstOrDefault(column => column.Name == _colour);

    private string Description =>
        _map is null
            ? "Map of codes, empty"
            : $"Map of {_map.Count} records by their codes, {Caption} "
                + "Arrow keys move, plus and minus zoom, 0 shows the whole, Enter opens the record in the middle.";

    private string Caption
    {
        get
        {
            if (_map is null || _records is null)
                return "";
            var noun = _records.Data.Schema.Noun;
            var some =
                _records.Codes.Count < _records.Available
                    ? $"{NumberText.Of(_records.Codes.Count)} of {NumberText.Of(_records.Available)} {noun}s at random (seed {Seed})"
                    : Counted.Of(_records.Codes.Count, noun);
            return $"{some}; across: {_map.Horizontal}; up: {_map.Vertical}. Trustworthiness {NumberText.Of(_trust, 3)} for 10 neighbours"
                + (_records.Codes.Count > 2000 ? $" (2,000 {noun}s at random, seed {Seed})" : "")
                + ": 1 if all neighbours on the map are neighbours in the full code, about 0.5 at random.";
        }
    }

    private RenderFragment Units =>
        builder =>
        {
            foreach (var unit in _records!.UnitOrder.Take(256))
            {
                builder.OpenElement(0, "option");
                builder.AddAttribute(1, "value", unit);
                builder.AddContent(2, _records.UnitRates is { } rates ? $"unit {unit} ({NumberText.Of(rates[unit], 2)} bits)" : $"unit {unit}");
                builder.CloseElement();
            }
        };

    private RenderFragment Legend =>
        builder =>
        {
            switch (Coloured)
            {
                case ClassColumn classes:
                    var counts = classes.Values.CountBy(value => value).ToDictionary();
                    foreach (var kind in counts.Keys.Order().Take(30))
                    {
                        builder.OpenElement(0, "button");
                        builder.SetKey(kind);
                        builder.AddAttribute(1, "type", "button");
                        builder.AddAttribute(2, "class", $"l{kind % 10}");
                        builder.AddAttribute(3, "title", $"Choose the {counts[kind]} records of {classes.Names[kind]}");
                        builder.AddAttribute(
                            4,
                            "onclick",
                            EventCallback.Factory.Create(this, () =>
                                ChooseAsync([.. classes.Values.Index().Where(value => value.Item == kind).Select(value => value.Index)])
                            )
                        );
                        builder.AddContent(5, classes.Names[kind]);
                        builder.CloseElement();
                    }
                    if (counts.Count > 30)
                        builder.AddContent(6, $"and {counts.Count - 30} more in grey");
                    break;
                case NumberColumn numbers:
                    var (least, most) = numbers.Ends;
                    builder.AddMarkupContent(7, "<span class=\"ramp\"></span>");
                    builder.AddContent(8, $"{numbers.Written(least)} to {numbers.Written(most)} (all but 1 % of the records)");
                    break;
            }
        };

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _own = DotNetObjectReference.Create(this);
        var module = await Script.InvokeAsync<IJSObjectReference>("import", $"/{StudioAssets.Address("scatter.js")}");
        _plot = await module.InvokeAsync<IJSObjectReference?>("create", _host, _own);
        if (_plot is null)
            _fault = new InvalidInputException("The browser", "has no WebGL 2, by which the map is drawn", "allow it, or take another browser");
        (_part, _kind, _colour, _density) = (
            Navigation.Query("part") ?? "test",
            Navigation.Query("map") ?? "pca",
            Navigation.Query("colour") ?? "\0",
            Navigation.Query("density") ?? ""
        );
        if (int.TryParse(Navigation.Query("x"), out var x) && int.TryParse(Navigation.Query("y"), out var y))
            (_x, _y) = (x, y);
        await LoadAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_plot is not null && Run != _loaded)
            await LoadAsync();
    }

    private async Task LoadAsync()
    {
        _loaded = Run;
        Cancel();
        (_records, _map, _picked, _chosen, _fault, _components, _usual, _columns) = (null, null, null, null, null, null, null, []);
        _path = [];
        _maps.Clear();
        if (_plot is null || Run is null)
        {
            StateHasChanged();
            return;
        }
        await WorkAsync("Reading the model", async cancellationToken =>
        {
            var before = _model;
            _model = await Models.OpenAsync(Run);
            before?.Release();
            _work = "Encoding the records";
            var part = _part switch
            {
                "train" => DataPart.Train,
                "validation" => DataPart.Validation,
                _ => DataPart.Test,
            };
            _records = await _model.CodesAsync(part, MostRecords, Progress(0, 1), cancellationToken);
            (_work, _share) = ("Measuring the records", null);
            StateHasChanged();
            var (scorer, scores) = await _model.ScoresAsync(_records.Data, cancellationToken);
            _usual = scorer?.Usually;
            _columns = [.. RecordColumn.All(_records, _usual, scores)];
            AddTags();
            if (_colour == "\0" || _colour.Length > 0 && Coloured is null)
                _colour = _columns.FirstOrDefault(column => column is ClassColumn)?.Name ?? _columns.FirstOrDefault()?.Name ?? "";
            var order = _records.UnitOrder;
            if (_x >= _records.Codes.Width || _y >= _records.Codes.Width || Navigation.Query("x") is null)
                (_x, _y) = (order[0], order[Math.Min(1, order.Count - 1)]);
            if (_records.Codes.Width == 1 && _kind == "pca")
                _kind = "units";
        });
        if (_records is not null)
            await ShowAsync(_kind);
    }

    private async Task MoveToAsync(string part)
    {
        _part = part;
        Navigation.Keep(("part", part));
        await LoadAsync();
    }

    private async Task ShowAsync(string kind)
    {
        if (_records is not { } records)
            return;
        _kind = kind;
        if (kind == "umap" && _density == "prior")
            _density = "";
        Navigation.Keep(("map", kind), ("x", kind == "units" ? _x : null), ("y", kind == "units" ? _y : null));
        var key = kind == "units" ? $"units {_x} {_y}" : kind;
        var isDone = true;
        if (!_maps.ContainsKey(key))
            isDone = await WorkAsync(kind == "umap" ? "Making the map of neighbours" : "Making the map", async cancellationToken =>
            {
                _components ??= await Task.Run(() => PrincipalComponents.Of(records.Codes, 2, Seed, null, cancellationToken), cancellationToken);
                _maps[key] = await Task.Run(() => Make(kind, records, cancellationToken), cancellationToken);
            });
        if (!isDone)
            return;
        (_map, _trust) = _maps[key];
        if (_plot is null)
            return;
        await _plot.InvokeVoidAsync("points", _map.Bytes());
        await ChosenAsync();
        await ColourAsync(_colour);
        await DensityAsync(_density);
        await MarksAsync();
    }

    private (CodeMap, double) Make(string kind, RecordsInCode records, CancellationToken cancellationToken)
    {
        float[] points;
        CodeMap map;
        if (kind == "umap")
        {
            points = Umap.Of(records.Codes, new() { Seed = Seed }, new Forward(this), cancellationToken);
            map = new(points, $"UMAP, 15 neighbours, seed {Seed}", "the same; its axes have no meaning of their own", isSquare: true);
        }
        else if (kind == "units")
        {
            points = [.. Enumerable.Range(0, records.Codes.Count).SelectMany(i => (float[])[records.Codes[i][_x], records.Codes[i][_y]])];
            map = new(points, $"unit {_x}", $"unit {_y}", isSquare: false);
        }
        else
        {
            points = _components!.Project(records.Codes);
            map = new(
                points,
                $"first principal component, {NumberText.Percent(_components.Shares[0])} of the variance",
                $"second, {NumberText.Percent(_components.Shares[1])}",
                isSquare: true
            );
        }
        return (map, Trustworthiness.Of(records.Codes, points, 10, Seed, cancellationToken));
    }

    private Task UnitAsync(ChangeEventArgs change, bool isAcross)
    {
        var unit = int.Parse((string)change.Value!, System.Globalization.CultureInfo.InvariantCulture);
        (_x, _y) = isAcross ? (unit, _y) : (_x, unit);
        return ShowAsync("units");
    }

    private async Task ColourAsync(string name)
    {
        _colour = name;
        Navigation.Keep(("colour", name.Length > 0 ? name : null));
        if (_plot is null || _map is null)
            return;
        var column = Coloured;
        await _plot.InvokeVoidAsync("colours", column?.Colours() ?? new byte[_map.Count], column is NumberColumn ? 0 : Math.Max(1, column?.Classes.Count ?? 1));
        var names = Names(column as ClassColumn);
        await _plot.InvokeVoidAsync(
            "set",
            new
            {
                names,
                tool = _tool,
                pictures = _pictures && _records!.Data.HasPixels,
            }
        );
    }

    /// <summary>Names of classes at their medians, where these are far enough apart to be read.</summary>
    private object[] Names(ClassColumn? classes)
    {
        if (classes is null || classes.Values.Distinct().Count() is < 2 or > 12)
            return [];
        var medians = classes
            .Values.Index()
            .GroupBy(value => value.Item, value => value.Index)
            .Where(group => group.Count() >= 3)
            .Select(group => (Name: classes.Names[group.Key], Place: _map!.Median([.. group])))
            .ToArray();
        var isCrowded = medians.Any(one =>
            medians.Any(other => other != one && Math.Abs(other.Place.X - one.Place.X) < 0.08 && Math.Abs(other.Place.Y - one.Place.Y) < 0.035)
        );
        return isCrowded
            ? []
            :
            [
                .. medians.Select(median => new
                {
                    text = median.Name,
                    x = median.Place.X,
                    y = median.Place.Y,
                }),
            ];
    }

    private async Task DensityAsync(string density)
    {
        _density = density;
        Navigation.Keep(("density", density.Length > 0 ? density : null));
        if (_plot is null || _map is not { } map)
            return;
        if (density.Length == 0)
            await _plot.InvokeVoidAsync("density", null, 0);
        else
            await WorkAsync("Measuring the density", async cancellationToken =>
            {
                var (values, side) = density == "codes" ? await Task.Run(map.Density, cancellationToken) : map.Density(await OfPriorAsync(cancellationToken));
                await _plot.InvokeVoidAsync("density", cancellationToken, values, side);
            });
    }

    private async Task<float[]> OfPriorAsync(CancellationToken cancellationToken)
    {
        var codes = new CodeMatrix(await _model!.DrawCodesAsync(PriorDraws, Seed, cancellationToken), _records!.Codes.Width);
        return _kind == "pca" ? _components!.Project(codes) : [.. Enumerable.Range(0, codes.Count).SelectMany(i => (float[])[codes[i][_x], codes[i][_y]])];
    }

    private async Task ToolAsync(string tool)
    {
        _tool = tool;
        await CallAsync("set", new { tool });
    }

    private async Task PicturesAsync()
    {
        _pictures = !_pictures;
        await CallAsync("set", new { pictures = _pictures });
    }

    private async Task CallAsync(string name, params object?[] values)
    {
        if (_plot is not null)
            await _plot.InvokeVoidAsync(name, values);
    }

    /// <summary>A point was clicked.</summary>
    [JSInvokable]
    public async Task Picked(int record)
    {
        if (_tool == "path")
        {
            if (_path.Count >= 2)
                _path = [];
            _path.Add(record);
            if (_path.Count == 2)
                await AlongAsync(0.5);
            await MarksAsync();
        }
        else
            await PickAsync(record);
        StateHasChanged();
    }

    /// <summary>A line was drawn around points.</summary>
    [JSInvokable]
    public async Task Lassoed(double[] line)
    {
        if (_map?.Inside(line) is { Length: > 0 } inside)
            await ChooseAsync(inside);
        StateHasChanged();
    }

    /// <summary>Pictures of records in view.</summary>
    [JSInvokable]
    public object? InView(int[] records) =>
        _records is { Data.HasPixels: true } known && records.All(record => record >= 0 && record < known.Codes.Count) && records.Length is > 0 and <= 200
            ? RecordPictures.Sheet(known.Data, records, 48, 16)
            : null;

    /// <summary>A record under the pointer.</summary>
    [JSInvokable]
    public object? Preview(int record) =>
        _records is { } known && record >= 0 && record < known.Codes.Count
            ? new
            {
                words = RecordWords.Of(known.Data, record) + (Coloured is NumberColumn numbers ? $", {numbers.Name} {numbers.Words(record)}" : ""),
                address = known.Data.HasPixels ? RecordPictures.Sheet(known.Data, [record], 72, 1).Address : null,
            }
            : null;

    private async Task PickAsync(int record)
    {
        _picked = record;
        await MarksAsync();
        StateHasChanged();
    }

    private async Task ChooseAsync(int[] records)
    {
        _chosen = records;
        await ChosenAsync();
        StateHasChanged();
    }

    private async Task ClearAsync()
    {
        _chosen = null;
        await ChosenAsync();
        StateHasChanged();
    }

    private async Task ChosenAsync()
    {
        byte[]? flags = null;
        if (_chosen is not null && _map is not null)
        {
            flags = new byte[_map.Count];
            foreach (var record in _chosen)
                flags[record] = 255;
        }
        await CallAsync("chosen", flags);
    }

    private async Task AlongAsync(double along)
    {
        _along = along;
        if (_model is null || _records is null || _path.Count < 2)
            return;
        var asked = ++_asked;
        _spherical = _model.Trained.Network.Bottleneck.IsVariational;
        var code = Between(along);
        try
        {
            var decoded = await _model.DecodeAsync([code], null, CancellationToken.None);
            // A slider asks faster than a slow model answers: the last one counts.
            if (asked != _asked)
                return;
            (_between, _betweenCells) = DecodedRecord.Shown(decoded, _usual);
            await MarksAsync();
        }
        catch (InvalidInputException e)
        {
            _fault = e;
        }
    }

    private float[] Between(double along) =>
        Generation.Between(_records!.Codes[_path[0]].ToArray(), _records.Codes[_path[1]].ToArray(), along, _spherical ? CodePath.Spherical : CodePath.Linear);

    private async Task ClearPathAsync()
    {
        _path = [];
        await MarksAsync();
    }

    private async Task MarksAsync()
    {
        if (_plot is null || _map is null)
            return;
        var marks = new List<object>();
        if (_picked is { } picked)
            marks.Add(new { record = picked, words = "" });
        foreach (var (place, end) in _path.Index())
            marks.Add(new { record = end, words = place == 0 ? "A" : "B" });
        double[][] path = [];
        if (_path.Count == 2 && _kind != "umap")
        {
            path = [.. Enumerable.Range(0, PathSteps).Select(step => On(Between(step / (PathSteps - 1.0))))];
            var here = On(Between(_along));
            marks.Add(
                new
                {
                    record = -1,
                    x = here[0],
                    y = here[1],
                    words = "",
                }
            );
        }
        await _plot.InvokeVoidAsync("set", new { marks, path });
    }

    private double[] On(float[] code)
    {
        var point = _kind == "pca" ? _components!.Project(new(code, code.Length)) : [code[_x], code[_y]];
        var (x, y) = _map!.Place(point[0], point[1]);
        return [x, y];
    }

    private async Task ReadTagsAsync()
    {
        _columns = [.. _columns.Where(column => column.Name != TagColumn)];
        AddTags();
        await ColourAsync(TagColumn);
        StateHasChanged();
    }

    private const string TagColumn = "your tags";

    private void AddTags()
    {
        if (Run is null || _records is not { } records || Tags.Of(Run, _part) is not { Count: > 0 } groups)
            return;
        string[] names = ["without a tag", .. groups.Keys.Order(StringComparer.Ordinal)];
        var values = new int[records.Codes.Count];
        var places = Enumerable.Range(0, values.Length).ToDictionary(records.Data.PlaceOf);
        foreach (var (group, name) in names.Index().Skip(1))
            foreach (var place in groups[name])
                if (places.TryGetValue(place, out var record))
                    values[record] = group;
        _columns = [.. _columns, new ClassColumn(TagColumn, values, names)];
    }

    private void Cancel()
    {
        _cancel.Cancel();
        _cancel.Dispose();
        _cancel = new();
    }

    private async Task<bool> WorkAsync(string words, Func<CancellationToken, Task> work)
    {
        (_work, _share, _fault) = (words, null, null);
        StateHasChanged();
        try
        {
            await work(_cancel.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e) when (e is not JSDisconnectedException)
        {
            _fault = e;
            return false;
        }
        finally
        {
            _work = null;
            StateHasChanged();
        }
    }

    private IProgress<double> Progress(double from, double to) => new Share(this, from, to);

    private DateTime _told;

    private void Tell(double share)
    {
        // Ten times a second is as much as is seen.
        if (DateTime.UtcNow - _told < TimeSpan.FromSeconds(0.1))
            return;
        _told = DateTime.UtcNow;
        _share = share;
        _ = InvokeAsync(StateHasChanged);
    }

    private sealed class Share(SpacePage page, double from, double to) : IProgress<double>
    {
        public void Report(double value) => page.Tell(from + value * (to - from));
    }

    private sealed class Forward(SpacePage page) : IProgress<MapProgress>
    {
        public void Report(MapProgress value) => page.Tell(value.Share);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        _cancel.Dispose();
        _model?.Release();
        try
        {
            if (_plot is not null)
                await _plot.InvokeVoidAsync("dispose");
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the map with it.
        }
        _own?.Dispose();
    }
}
