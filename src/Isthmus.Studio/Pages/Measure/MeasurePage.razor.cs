using System.Globalization;
using System.Text;
using Isthmus.Codes;
using Isthmus.Measures;
using Isthmus.Reporting.Pages;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Models;
using Isthmus.Studio.Tables;
using Microsoft.AspNetCore.Components;

namespace Isthmus.Studio.Pages.Measure;

/// <summary>Information of the columns of a table: of all pairs as a clustered heat map, or of all with a target as bars; a pair opens as a picture.</summary>
public sealed partial class MeasurePage : WorkPage
{
    private const string RunMark = "run:";
    private const int Seed = 1,
        MostLines = 30,
        UsualRows = 10_000;
    private static readonly int[] Samples = [2_000, UsualRows, 50_000];

    private IReadOnlyList<string> _files = [],
        _runs = [];
    private MeasuredTable? _whole,
        _table;
    private PairwiseInformation? _pairs;
    private ColumnClusters? _clusters;
    private IReadOnlyList<RankedColumn>? _ranked;
    private IReadOnlyList<MeasuredColumn> _left = [];
    private MeasuredColumn? _x,
        _y;
    private string? _read;
    private string _target = "",
        _columns = "",
        _svg = "";
    private int _rows;

    /// <summary>Table below the opened folder; empty for the rows of a run.</summary>
    [SupplyParameterFromQuery]
    public string? Data { get; set; }

    /// <summary>Run whose training rows are measured.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    [Inject]
    private RunCatalog Catalog { get; set; } = null!;

    [Inject]
    private OpenModels Models { get; set; } = null!;

    private string Source =>
        Data is { Length: > 0 } ? Data
        : Run is { Length: > 0 } ? RunMark + Run
        : "";

    private string Unit => Preferences.Unit;

    /// <summary>Pairs, those that depend on each other first, and among them the strongest.</summary>
    private IReadOnlyList<MeasuredPair> Lines { get; set; } = [];

    private MeasuredPair? Line => Lines.FirstOrDefault(line => line.X == _x && line.Y == _y);

    private string Sentence
    {
        get
        {
            var table = _table!;
            var rows =
                table.Rows < _whole!.Rows
                    ? $"{NumberText.Of(table.Rows)} of {NumberText.Of(_whole.Rows)} rows at random (seed {Seed})"
                    : Counted.Of(table.Rows, "row");
            var found = Lines.Count(line => line.IsFound);
            return _ranked is null
                ? $"{rows}, {Counted.Of(table.Columns.Count, "column")}: {found} of {Counted.Of(Lines.Count, "pair")} depend on each other at 5 %."
                : $"{rows}: {found} of {Counted.Of(Lines.Count, "column")} tell about {_target} at 5 %.";
        }
    }

    private string Command => CommandText.Of(["measure", FileName, .. Options, .. _target.Length > 0 ? ["--target", _target] : Array.Empty<string>()]);

    private string? PairCommand => _x is null || _y is null ? null : CommandText.Of(["measure", FileName, .. SampleOptions, "--x", _x.Name, "--y", _y.Name]);

    private IEnumerable<string> SampleOptions =>
        [
            .. _table!.Rows < _whole!.Rows ? ["--sample", _rows.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
            .. Preferences.IsNats ? ["--nats"] : Array.Empty<string>(),
        ];

    private IEnumerable<string> Options => [.. SampleOptions, .. _columns.Length > 0 ? ["--columns", _columns] : Array.Empty<string>()];

    // A run's rows are part of a file, which the command measures as a whole.
    private string FileName => Data is { Length: > 0 } file ? file : Catalog.Run(Run!).Data;

    private string CSharp =>
        $"var (table, _) = MeasuredData.Read([\"{FileName}\"], new());\n"
        + (
            _target.Length == 0
                ? "var pairs = PairwiseInformation.Of(table, new());"
                : $"var target = table.Select(\"{_target}\")[0];\n"
                    + "var ranked = ColumnRanking.Rank(table, target, [.. table.Columns.Where(column => column != target)], new());"
        );

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _files = DataProfile.Measurable(Folder);
        _runs = [.. Catalog.Runs().Where(run => run.HasModel && run.Noun is "row" or "record").Select(run => run.Name).Order(StringComparer.Ordinal)];
        (_target, _columns) = (Navigation.Query("target") ?? "", Navigation.Query("columns") ?? "");
        _rows = int.TryParse(Navigation.Query("rows"), CultureInfo.InvariantCulture, out var rows) && rows >= 0 ? rows : -1;
        Preferences.Changed += Redraw;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Source == _read)
            return;
        _read = Source;
        Stop();
        (_whole, _table, _pairs, _ranked, _x, _y, Lines) = (null, null, null, null, null, null, []);
        if (Source.Length > 0 && await WorkAsync("Reading the table", ReadAsync))
            await MeasureAsync();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Data is { Length: > 0 } name)
        {
            var path = Folder.Resolve(name);
            var (table, _) = await Task.Run(() => MeasuredData.Read([path], new()), cancellationToken);
            _whole = new(name, table.Columns) { Notes = table.Notes };
        }
        else
        {
            var model = await Models.OpenAsync(Run!);
            try
            {
                var records = (await model.DataAsync(DataPart.Train)).Records;
                _whole = await Task.Run(() => MeasuredRecords.Of(Run!, records), cancellationToken);
            }
            finally
            {
                model.Release();
            }
        }
        if (_rows < 0)
            _rows = _whole.Rows > UsualRows ? UsualRows : 0;
        if (_target.Length > 0 && _whole.Columns.All(column => column.Name != _target))
            _target = "";
    }

    private async Task ChooseAsync(string source)
    {
        var isRun = source.StartsWith(RunMark, StringComparison.Ordinal);
        (_target, _columns, _rows) = ("", "", -1);
        Navigation.Keep(
            ("data", isRun ? null : source),
            ("run", isRun ? source[RunMark.Length..] : null),
            ("target", null),
            ("columns", null),
            ("rows", null),
            ("x", null),
            ("y", null)
        );
        await Task.CompletedTask;
    }

    private Task AimAsync(string target)
    {
        _target = target;
        Navigation.Keep(("target", target), ("x", null), ("y", null));
        return MeasureAsync();
    }

    private Task TakeAsync(string rows)
    {
        _rows = int.Parse(rows, CultureInfo.InvariantCulture);
        Navigation.Keep(("rows", _rows));
        return MeasureAsync();
    }

    private Task NarrowAsync(string columns)
    {
        _columns = columns.Trim();
        Navigation.Keep(("columns", _columns));
        return MeasureAsync();
    }

    private async Task MeasureAsync()
    {
        Stop();
        (_table, _pairs, _ranked, _left, _x, _y, Lines) = (null, null, null, [], null, null, []);
        var whole = _whole!;
        var isDone = await WorkAsync(_target.Length == 0 ? "Measuring all pairs" : $"Measuring all with {_target}", async cancellationToken =>
        {
            var (rows, progress) = (_rows, Progress);
            var asked = _columns.Length > 0 ? whole.Select(_columns) : null;
            var sampled = rows > 0 ? whole.Sample(rows, Seed) : whole;
            if (_target.Length == 0)
            {
                var table = asked is null ? sampled : new(sampled.Name, sampled.Select(_columns));
                _pairs = await Task.Run(() => PairwiseInformation.Of(table, new() { Seed = Seed }, progress, cancellationToken), cancellationToken);
                (_table, _clusters) = (table, ColumnClusters.Of(_pairs));
            }
            else
                await RankAsync(sampled, progress, cancellationToken);
        });
        if (!isDone)
            return;
        Arrange();
        var kept = Lines.FirstOrDefault(line => line.X.Name == Navigation.Query("x") && line.Y.Name == Navigation.Query("y"));
        (_x, _y) = (kept ?? Lines.FirstOrDefault(line => line.IsFound) ?? Lines.FirstOrDefault()) is { } shown ? (shown.X, shown.Y) : (null, null);
        Redraw();
    }

    private async Task RankAsync(MeasuredTable table, IProgress<double> progress, CancellationToken cancellationToken)
    {
        // A name may look like a range of numbers.
        var target = table.Columns.First(column => column.Name == _target);
        var others = (_columns.Length > 0 ? table.Select(_columns) : [.. table.Columns]).Where(column => column != target).ToArray();
        // Columns that training would leave out; one that is named is taken.
        _left = _columns.Length > 0 ? [] : [.. others.Where(column => column.Useless is not null)];
        MeasuredColumn[] candidates = [.. others.Except(_left)];
        if (candidates.Length == 0)
            throw new InvalidInputException(table.Name, $"has no column besides {_target} that could tell about it", "take all pairs, or name columns");
        _ranked = await Task.Run(() => ColumnRanking.Rank(table, target, candidates, new() { Seed = Seed }, progress, cancellationToken), cancellationToken);
        _table = table;
    }

    private void Arrange()
    {
        if (_pairs is { } pairs)
            Lines =
            [
                .. pairs
                    .Pairs.Select(pair => new MeasuredPair(
                        pairs.Columns[pair.X].Column,
                        pairs.Columns[pair.Y].Column,
                        pair.Information,
                        pair.AdjustedPValue,
                        pair.IsFound,
                        pair.Problem?.ToString(name => name.CommandLine) ?? ""
                    ))
                    .OrderByDescending(line => line.IsFound)
                    .ThenByDescending(line => line.Information?.Shown.Value ?? double.NegativeInfinity),
            ];
        else
            Lines =
            [
                .. _ranked!.Select(column => new MeasuredPair(
                    column.Column,
                    _table!.Columns.First(other => other.Name == _target),
                    column.Information,
                    column.AdjustedPValue,
                    column.IsFound,
                    column.Problem?.ToString(name => name.CommandLine) ?? ""
                )),
            ];
    }

    private void Redraw()
    {
        if (_pairs is { } pairs)
            _svg = InformationHeatMap.Draw(pairs, _clusters!.Order, _clusters.Lines, Preferences.IsNats, canBePicked: true).ToString();
        else if (_ranked is { } ranked)
            _svg = RankingBars.Draw(_target, ranked, Preferences.IsNats).ToString();
        _ = InvokeAsync(StateHasChanged);
    }

    private Task PickAsync(string part)
    {
        var places = part.Split(' ').Select(place => int.TryParse(place, CultureInfo.InvariantCulture, out var value) ? value : -1).ToArray();
        if (places is [var x, var y] && _pairs is { } pairs && x >= 0 && y >= 0 && Math.Max(x, y) < pairs.Columns.Count)
            return OpenAsync(pairs.Columns[x].Column, pairs.Columns[y].Column);
        if (places is [var place] && _ranked is { } ranked && place >= 0 && place < ranked.Count)
            return OpenAsync(ranked[place].Column, Lines[place].Y);
        return Task.CompletedTask;
    }

    private Task OpenAsync(MeasuredColumn x, MeasuredColumn y)
    {
        (_x, _y) = (x, y);
        Navigation.Keep(("x", x.Name), ("y", y.Name));
        StateHasChanged();
        return Task.CompletedTask;
    }

    private string Csv()
    {
        var text = new StringBuilder(CsvText.Line("x", "y", Unit, "standard error", "p adjusted", "rows", "estimator", "problem"));
        foreach (var line in Lines)
            text.Append(
                CsvText.Line(
                    line.X.Name,
                    line.Y.Name,
                    line.Information is { } figure ? Preferences.Of(figure.Shown.Value) : null,
                    line.Information is { } same ? Preferences.Of(same.Shown.StandardError) : null,
                    line.PValue,
                    line.Information?.Rows,
                    line.Information?.Chosen.Estimator,
                    line.Trouble
                )
            );
        return text.ToString();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Preferences.Changed -= Redraw;
        return base.DisposeAsync();
    }

    private sealed record MeasuredPair(MeasuredColumn X, MeasuredColumn Y, MeasuredFigure? Information, double? PValue, bool IsFound, string Trouble);
}
