using System.Globalization;
using System.Text;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Models;
using Microsoft.AspNetCore.Components;

namespace Isthmus.Studio.Pages.Sweeps;

/// <summary>The runs of a sweep beside each other, while they train: plane of rate and distortion, parallel coordinates, importance of settings.</summary>
public sealed partial class SweepsPage : WorkPage
{
    private const string Example = "isthmus sweep shapes --model beta-vae --set beta=0.1,0.5,1,4 --set latent=5,10 --seeds 2 --epochs 20";
    private const int FewestRuns = 3;

    private readonly Dictionary<string, (double From, double To)> _ranges = [];
    private IReadOnlyList<string> _found = [];
    private SweepRuns? _sweep;
    private IReadOnlyList<SweepFigure> _figures = [];
    private IReadOnlyList<CoordinateAxis> _axes = [];
    private IReadOnlyList<SettingImportance> _importance = [];
    private bool[] _in = [];
    private string _plane = "",
        _lines = "";
    private string? _read,
        _chosen,
        _aim;
    private (string Address, IReadOnlyList<int> Units)? _sheet;

    /// <summary>Name of the sweep's folder below the opened one.</summary>
    [SupplyParameterFromQuery(Name = "sweep")]
    public string? Name { get; set; }

    [Inject]
    private RunCatalog Catalog { get; set; } = null!;

    [Inject]
    private OpenModels Models { get; set; } = null!;

    private SweepFigure? Figure =>
        _figures.FirstOrDefault(figure => figure.Axis.Name == _aim)
        ?? _figures.FirstOrDefault(figure => figure.Axis.Name == "ELBO")
        ?? _figures.LastOrDefault();

    private SweepRun? Chosen => _sweep?.Runs.FirstOrDefault(run => run.Name == _chosen);

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _aim = Navigation.Query("figure");
        Catalog.Changed += Reread;
        Preferences.Changed += Redraw;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Name == _read && _read is not null)
            return;
        _read = Name;
        (_sweep, _figures, _chosen, _sheet, Fault) = (null, [], null, null, null);
        _ranges.Clear();
        _found = SweepRuns.Found(Folder);
        if (Name is null)
            return;
        foreach (var part in Navigation.Query("ranges")?.Split(';') ?? [])
            if (
                part.Split('~') is [var key, var from, var to]
                && double.TryParse(from, CultureInfo.InvariantCulture, out var low)
                && double.TryParse(to, CultureInfo.InvariantCulture, out var high)
            )
                _ranges[key] = (low, high);
        if (await WorkAsync("Reading the runs", ReadAsync) && Navigation.Query("run") is { } asked)
            await ChooseRunAsync(asked);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var name = Name!;
        _sweep = await Task.Run(() => SweepRuns.Read(name, Folder, Catalog), cancellationToken);
        Arrange();
    }

    // A run has changed: on a thread of the pool.
    private void Reread() =>
        _ = InvokeAsync(async () =>
        {
            if (_sweep is not { } before || Work is not null)
                return;
            try
            {
                _sweep = await Task.Run(() => SweepRuns.Read(before.Name, Folder, Catalog));
                Arrange();
            }
            catch (InvalidInputException e)
            {
                Fault = e;
            }
            StateHasChanged();
        });

    private void Redraw() =>
        _ = InvokeAsync(() =>
        {
            if (_sweep is not null)
                Arrange();
            StateHasChanged();
        });

    private void Arrange()
    {
        var sweep = _sweep!;
        _figures = SweepFigure.All(sweep, Preferences);
        if (_figures.Count == 0)
            return;
        _axes =
        [
            .. sweep.Varied.Select(setting => CoordinateAxis.Of(sweep, setting.Name, setting.Values)),
            .. _figures.Select(figure => CoordinateAxis.Of(sweep, figure)),
        ];
        foreach (var gone in _ranges.Keys.Except(_axes.Select(axis => axis.Key)).ToArray())
            _ranges.Remove(gone);
        SweepRun[] known = [.. sweep.Runs.Where(run => double.IsFinite(Figure!.Value(run)))];
        _importance =
            known.Length < FewestRuns
                ? []
                : SettingImportance.Of(
                    [.. sweep.Varied.Select(setting => (setting.Name, (IReadOnlyList<string>)[.. known.Select(run => SweepRuns.ValueOf(run, setting.Name))]))],
                    [.. known.Select(Figure!.Value)]
                );
        Draw();
    }

    private void Draw()
    {
        var sweep = _sweep!;
        _in = [.. sweep.Runs.Select((_, run) => _ranges.All(range => IsWithin(_axes.First(axis => axis.Key == range.Key).Places[run], range.Value)))];
        var isIn = sweep.Runs.Zip(_in).Where(run => run.Second).Select(run => run.First.Name).ToHashSet();
        var distortion = _figures.First(figure => figure.Axis.Name == "Distortion");
        _plane = SweepPlane.Draw(sweep, _figures[0], distortion, run => isIn.Contains(run.Name), _chosen, Preferences).ToString();
        _lines = ParallelCoordinates
            .Draw(
                _axes,
                _in,
                _axes.First(axis => axis.Key == Figure!.Axis.Name).Places,
                Chosen is { } chosen ? sweep.Runs.ToList().IndexOf(chosen) : -1,
                _ranges,
                [.. sweep.Runs.Select(run => run.Words)]
            )
            .ToString();
    }

    // Values at the ends of a range are in it, whatever the pointer's last pixel.
    private static bool IsWithin(double place, (double From, double To) range) => place >= range.From - 0.01 && place <= range.To + 0.01;

    private double Sorted(SweepRun run) => Figure!.Value(run) is var value && double.IsFinite(value) ? value : double.PositiveInfinity;

    private Task ChooseAsync(string name)
    {
        Navigation.Keep(("sweep", name), ("run", null), ("ranges", null));
        return Task.CompletedTask;
    }

    private void Aim(string figure)
    {
        _aim = figure;
        Navigation.Keep(("figure", figure));
        Arrange();
    }

    private Task PickAsync(string place) =>
        _sweep is { } sweep && int.TryParse(place, CultureInfo.InvariantCulture, out var run) && run >= 0 && run < sweep.Runs.Count
            ? ChooseRunAsync(sweep.Runs[run].Name)
            : Task.CompletedTask;

    private async Task ChooseRunAsync(string name)
    {
        if (name == _chosen)
            return;
        (_chosen, _sheet) = (name, null);
        Navigation.Keep(("run", name));
        if (_figures.Count > 0)
            Draw();
        StateHasChanged();
        if (Chosen is { Entry: { HasModel: true, Noun: "picture" } })
            await WorkAsync("Decoding", async cancellationToken =>
            {
                var model = await Models.OpenAsync(name);
                try
                {
                    var sheet = await Traversals.OfAsync(model, cancellationToken);
                    if (_chosen == name)
                        _sheet = sheet;
                }
                finally
                {
                    model.Release();
                }
            });
    }

    private Task BrushAsync((string Axis, double From, double To) range)
    {
        if (range.To > range.From)
            _ranges[range.Axis] = (range.From, range.To);
        else
            _ranges.Remove(range.Axis);
        Navigation.Keep(
            ("ranges", string.Join(';', _ranges.Select(own => FormattableString.Invariant($"{own.Key}~{own.Value.From:0.###}~{own.Value.To:0.###}"))))
        );
        Draw();
        StateHasChanged();
        return Task.CompletedTask;
    }

    private string Csv()
    {
        var sweep = _sweep!;
        var text = new StringBuilder(
            CsvText.Line([.. sweep.Varied.Select(setting => setting.Name), "run", "state", .. _figures.Select(figure => figure.Heading)])
        );
        foreach (var run in sweep.Runs)
            text.Append(
                CsvText.Line([
                    .. sweep.Varied.Select(setting => SweepRuns.ValueOf(run, setting.Name)),
                    run.Name,
                    run.Entry?.State.ToString().ToLowerInvariant() ?? "not begun",
                    .. _figures.Select(figure => (object?)figure.Of(run)?.Value),
                ])
            );
        return text.ToString();
    }

    private static string Varied(SweepRuns sweep) =>
        string.Join("; ", sweep.Varied.Select(setting => $"{setting.Name} at {string.Join(", ", setting.Values)}"));

    private static string Wide(double share) => string.Create(CultureInfo.InvariantCulture, $"width:{100 * share:0.#}%");

    private static string Command(SweepRuns sweep)
    {
        var definition = sweep.Definition;
        return CommandText.Of([
            "sweep",
            definition.Data,
            "--model",
            definition.Model,
            .. definition.Grid.Values.SelectMany(setting => (string[])["--set", $"{setting.Key}={string.Join(',', setting.Value)}"]),
            .. definition.Fixed.SelectMany(setting =>
                setting.Key is "epochs" or "latent" or "target" ? (string[])[$"--{setting.Key}", setting.Value] : ["--fix", $"{setting.Key}={setting.Value}"]
            ),
            "--seeds",
            $"{definition.Grid.Seeds.Count}",
            "--seed",
            $"{definition.Grid.Seeds[0]}",
            "--name",
            Path.GetFileName(sweep.Name),
            "--output",
            Path.GetDirectoryName(sweep.Name) is { Length: > 0 } folder ? folder : ".",
        ]);
    }

    private static string CSharp(SweepRuns sweep)
    {
        var definition = sweep.Definition;
        static string Listed(IEnumerable<string> items) => string.Join(", ", items);
        return $"var data = DataSource.Load(\"{definition.Data}\", new() {{ Seed = {definition.SplitSeed} }});\n"
            + $"var grid = SweepGrid.Parse([{Listed(definition.Grid.Values.Select(setting => $"\"{setting.Key}={string.Join(',', setting.Value)}\""))}], "
            + $"[{Listed(definition.Grid.Seeds.Select(seed => $"{seed}"))}]);\n"
            + $"var definition = new SweepDefinition(\"{definition.Data}\", \"{definition.Model}\", grid, "
            + $"new Dictionary<string, string> {{ {Listed(definition.Fixed.Select(setting => $"[\"{setting.Key}\"] = \"{setting.Value}\""))} }}, "
            + $"{definition.SplitSeed}, data.Train.Count, {definition.ImportanceSamples});\n"
            + $"var runs = Sweep.Run(definition, data, \"{sweep.Name}\", new());";
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Catalog.Changed -= Reread;
        Preferences.Changed -= Redraw;
        return base.DisposeAsync();
    }
}
