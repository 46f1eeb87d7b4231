using Isthmus.Studio.Components;
using Isthmus.Studio.Maps;
using Isthmus.Studio.Models;

namespace Isthmus.Studio.Pages.Space;

// What the plot shows: points, colours, density, chosen records and marks; and what the reader does there.
public sealed partial class SpacePage
{
    private const int PriorDraws = 20_000,
        MostPictures = 200;

    private ScatterPlot? _plot;
    private bool _pictures = true;
    private int? _picked;
    private int[]? _chosen;
    private List<int> _ends = [];
    private CodeRoute? _route;
    private double _along;

    private bool HasPixels => _view?.Records.Data.HasPixels == true;

    private string Description =>
        _map is null
            ? "Map of codes, empty"
            : $"Map of {_map.Count} records by their codes, {Caption} "
                + "Arrow keys move, plus and minus zoom, 0 shows the whole, Enter opens the record in the middle.";

    private async Task DrawAsync()
    {
        await CallAsync("points", _map!.Bytes());
        await DrawChosenAsync();
        await ColourAsync(_colour);
        await DensityAsync(_density);
        await DrawMarksAsync();
    }

    private Task CallAsync(string name, params object?[] values) => _plot is null ? Task.CompletedTask : _plot.CallAsync(name, values);

    private async Task ColourAsync(string name)
    {
        _colour = name;
        Navigation.Keep(("colour", name.Length > 0 ? name : null));
        if (_map is null)
            return;
        var column = _view!.Column(name);
        await CallAsync("colours", column?.Colours() ?? new byte[_map.Count], column is NumberColumn ? 0 : Math.Max(1, column?.Classes.Count ?? 1));
        var names = ClassNames
            .On(_map, column as ClassColumn)
            .Select(label => new
            {
                text = label.Text,
                x = label.X,
                y = label.Y,
            });
        await CallAsync(
            "set",
            new
            {
                names,
                tool = _tool,
                pictures = _pictures && HasPixels,
            }
        );
    }

    private async Task DensityAsync(string density)
    {
        _density = density;
        Navigation.Keep(("density", density.Length > 0 ? density : null));
        if (_map is not { } map || _maps is not { } maps)
            return;
        if (density.Length == 0)
            await CallAsync("density", null, 0);
        else
            await WorkAsync("Measuring the density", async cancellationToken =>
            {
                var choice = Choice;
                var (values, side) =
                    density == "codes"
                        ? await Task.Run(map.Density, cancellationToken)
                        : map.Density(maps.Project(choice, new(await Model!.DrawCodesAsync(PriorDraws, Seed, cancellationToken), _view!.Records.Codes.Width)));
                await CallAsync("density", values, side);
            });
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

    private async Task ClickedAsync(int record)
    {
        if (_tool != "path")
        {
            await PickAsync(record);
            return;
        }
        _ends = _ends.Count >= 2 ? [record] : [.. _ends, record];
        var codes = _view!.Records.Codes;
        _route = _ends.Count == 2 ? new(codes[_ends[0]].ToArray(), codes[_ends[1]].ToArray(), Model!.Trained.Network.Bottleneck.IsVariational) : null;
        await DrawMarksAsync();
    }

    private Task LassoedAsync(double[] line) => _map?.Inside(line) is { Length: > 0 } inside ? ChooseAsync(inside) : Task.CompletedTask;

    private object? PicturesOf(int[] records) =>
        _view is { Records: var known } && HasPixels && records.Length is > 0 and <= MostPictures && records.All(IsRecord)
            ? RecordPictures.Sheet(known.Data, records, 48, 16)
            : null;

    private object? TipOf(int record) =>
        _view is { Records: var known } && IsRecord(record)
            ? new
            {
                words = RecordWords.Of(known.Data, record) + (_view.Column(_colour) is NumberColumn numbers ? $", {numbers.Name} {numbers.Words(record)}" : ""),
                address = HasPixels ? RecordPictures.Sheet(known.Data, [record], 72, 1).Address : null,
            }
            : null;

    // Numbers come from the browser.
    private bool IsRecord(int record) => record >= 0 && record < _view!.Records.Codes.Count;

    private async Task PickAsync(int record)
    {
        _picked = record;
        await DrawMarksAsync();
    }

    private async Task ChooseAsync(int[]? records)
    {
        _chosen = records;
        await DrawChosenAsync();
    }

    private Task ClearAsync() => ChooseAsync(null);

    private async Task DrawChosenAsync()
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
        await DrawMarksAsync();
    }

    private async Task ClearPathAsync()
    {
        (_ends, _route) = ([], null);
        await DrawMarksAsync();
    }

    private async Task DrawMarksAsync()
    {
        if (_map is null)
            return;
        var marks = new List<object>();
        if (_picked is { } picked)
            marks.Add(new { record = picked, words = "" });
        foreach (var (place, end) in _ends.Index())
            marks.Add(new { record = end, words = place == 0 ? "A" : "B" });
        double[][] path = [];
        if (_route is { } route && Choice is { PlacesAnyCode: true } choice)
        {
            path = [.. route.Line.Select(code => _maps!.Place(choice, code))];
            var here = _maps!.Place(choice, route.At(_along));
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
        await CallAsync("set", new { marks, path });
    }
}
