using System.Globalization;
using System.Text;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Tables;
using Isthmus.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Pages.OddRows;

/// <summary>Rows of a table by their scores: a threshold that is dragged, the cells that make a row odd, and a reader's judgements.</summary>
public sealed partial class OddRowsPage : ModelPage
{
    private const int Most = 100,
        MostColumns = 8,
        Bins = 60;
    private const double Width = 600,
        Height = 112;
    private const double UsualRate = 0.01;
    private static readonly double[] Rates = [0.001, 0.01, 0.05];

    private ScoredFile? _scored;
    private ScoredTable? _series;
    private double _rate = UsualRate;
    private IReadOnlyList<string> _files = [];
    private IReadOnlyList<RowField> _shownFields = [];
    private IReadOnlyDictionary<string, bool> _marks = new Dictionary<string, bool>();
    private MarkedThreshold? _suggested;
    private IReadOnlyList<(double X, double Width, double Height, bool IsOver)> _bars = [];
    private string _usual = "",
        _data = "";
    private float _threshold,
        _least,
        _most = 1;
    private int _over;
    private int? _row;
    private bool _allCells;

    [Inject]
    private RowMarks Marks { get; set; } = null!;

    private IEnumerable<int> Rows => _scored!.Order.Take(_over == 0 ? 10 : Math.Min(_over, Most));

    private string Command =>
        CommandText.Of([
            "score",
            _data,
            "-m",
            Run!,
            "--false-alarms",
            Math.Clamp(_scored!.ShareOver(_threshold), 1e-6, 0.999).ToString("0.######", CultureInfo.InvariantCulture),
            "--explain",
            "-o",
            "scores.csv",
        ]);

    private string CSharp =>
        $"using var model = TrainedModel.Load(\"{Run}/model.isthmus\");\nvar rows = model.Score(Rows.Load(\"{_data}\"), new() {{ "
        + $"FalseAlarms = {_scored!.ShareOver(_threshold).ToString("0.######", CultureInfo.InvariantCulture)} }});";

    /// <inheritdoc/>
    protected override void Clear() => (_scored, _series, _row) = (null, null, null);

    /// <inheritdoc/>
    protected override async Task ShowAsync()
    {
        _files = DataProfile.Tables(Folder);
        var own = Model!.Trained.Provenance.Data.Replace('\\', '/');
        own = Path.IsPathRooted(own) ? Folder.NameOf(own) : own;
        var asked = Navigation.Query("data");
        _rate = double.TryParse(Navigation.Query("rate"), CultureInfo.InvariantCulture, out var rate) && Rates.Contains(rate) ? rate : UsualRate;
        _data = asked is not null && _files.Contains(asked) ? asked : _files.FirstOrDefault(file => file == own) ?? _files.FirstOrDefault() ?? "";
        await ScoreAsync();
    }

    private async Task ChooseAsync(string data)
    {
        _data = data;
        Navigation.Keep(("data", data), ("threshold", null));
        await ScoreAsync();
    }

    private bool IsOfSeries => Model is { } model && RowField.AreWindows(model.Schema);

    private Task RateAsync(double rate)
    {
        _rate = rate;
        Navigation.Keep(("rate", rate == UsualRate ? null : rate));
        return ScoreAsync();
    }

    private Task ScoreAsync()
    {
        Clear();
        return WorkAsync("Scoring the rows", async cancellationToken =>
        {
            if (_data.Length == 0)
                throw new InvalidInputException(Folder.Path, "holds no table (.csv, .tsv, .json, .parquet)", "put one there, or drop it on the page New");
            var model = Model!;
            if (IsOfSeries)
            {
                var series = Folder.Resolve(_data);
                var options = new TableScoreOptions { FalseAlarms = _rate };
                _series = await model.WithTensorsAsync(() => ScoredTable.Of([model.Trained], series, options, cancellationToken), cancellationToken);
                return;
            }
            var scorer = await model.ScorerAsync()
                ?? throw new InvalidInputException(
                    model.Run,
                    $"is a model of {model.Schema}, and this page is for models of rows and of series",
                    "take one of a table"
                );
            var path = Folder.Resolve(_data);
            Take(await Task.Run(() => ScoredFile.Of(model.Trained, scorer, path, cancellationToken), cancellationToken));
        });
    }

    private void Take(ScoredFile scored)
    {
        _scored = scored;
        (_least, _most) = (
            Math.Min(0, scored.Bits.Where(float.IsFinite).DefaultIfEmpty(0).Min()),
            Math.Max(scored.Bits.Where(float.IsFinite).DefaultIfEmpty(1).Max(), scored.Usual.Ascending[^1]) * 1.02f
        );
        _marks = Marks.Of(Run!, _data);
        // The columns that say most in the oddest rows, in the table's own order.
        var sums = new double[scored.Fields.Count];
        foreach (var row in scored.Order.Take(Most))
            for (var column = 0; column < sums.Length; column++)
                sums[column] += scored.CellBits(row)[column];
        _shownFields = [.. scored.Fields.OrderByDescending(field => sums[field.Place]).Take(MostColumns).OrderBy(field => field.Place)];
        Move(float.TryParse(Navigation.Query("threshold"), CultureInfo.InvariantCulture, out var kept) ? kept : scored.Usual.Threshold(UsualRate));
        _row = scored.Order.Count > 0 ? scored.Order[0] : null;
    }

    private void Move(float threshold)
    {
        _threshold = Math.Clamp(threshold, _least, _most);
        _over = _scored!.Over(_threshold);
        var judged = _marks.Count > 0 ? Enumerable.Range(0, _scored.Bits.Count).Where(row => _marks.ContainsKey(_scored.Key(row))) : [];
        _suggested = MarkedThreshold.Of(judged.Select(row => (_scored.Bits[row], _marks[_scored.Key(row)])));
        Draw();
    }

    private void KeepThreshold() => Navigation.Keep(("threshold", _threshold.ToString("0.###", CultureInfo.InvariantCulture)));

    private void Allow(double rate)
    {
        Move(_scored!.Usual.Threshold(rate));
        KeepThreshold();
    }

    private void UseSuggested(MarkedThreshold marked)
    {
        Move(marked.Bits);
        KeepThreshold();
    }

    private void ShowAll() => _shownFields = _scored!.Fields;

    private void Judge(int row, bool isReal)
    {
        var key = _scored!.Key(row);
        Marks.Set(Run!, _data, key, _marks.TryGetValue(key, out var judged) && judged == isReal ? null : isReal);
        _marks = Marks.Of(Run!, _data);
        Move(_threshold);
    }

    private string Pressed(int row, bool isReal) => _marks.TryGetValue(_scored!.Key(row), out var judged) && judged == isReal ? "true" : "false";

    private string Sentence(int row)
    {
        var reasons = _scored!.Why(row).Reasons;
        return reasons.Count == 0
            ? "No single column stands out."
            : $"{(_scored.Bits[row] > _threshold ? "Odd" : "Highest")} in "
                + $"{string.Join("; ", reasons.Select(reason => $"{reason} with {Preferences.TextOf(reason.Bits, 3)}"))}.";
    }

    // A cell that holds the whole threshold is shaded fully.
    private string Shade(int row, int column)
    {
        var share = Math.Clamp(_scored!.CellBits(row)[column] / Math.Max(_threshold, 1), 0, 1);
        return share < 0.05 ? "" : string.Create(CultureInfo.InvariantCulture, $"background:color-mix(in srgb,var(--c3) {55 * share:0}%,transparent)");
    }

    private string CellTitle(int row, RowField field) =>
        $"{Preferences.TextOf(_scored!.CellBits(row)[field.Place], 2)}"
        + $"{(field.IsOutside(_scored.Row(row)[field.Place]) ? "; outside every training value" : "")}";

    private RenderFragment Spark(int row, RowField field) =>
        builder =>
        {
            var (bars, place) = _scored!.Distribution(field.Place, row);
            if (bars.Count == 0)
                return;
            var (most, step) = (Math.Max(bars.Max(bar => bar.Share), 1e-9), 80.0 / (bars.Count + 4));
            var markup = new StringBuilder(
                $"<svg class=\"mini\" viewBox=\"0 0 80 22\" role=\"img\" aria-label=\"Distribution of the training rows, with this row's value\">"
            );
            foreach (var (bar, (_, share)) in bars.Index())
                markup.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{(bar + 2) * step:0.##}\" y=\"{21 - 20 * share / most:0.##}\" width=\"{step * 0.9:0.##}\" height=\"{20 * share / most:0.##}\"/>"
                );
            if (place is { } at)
                markup.Append(CultureInfo.InvariantCulture, $"<line x1=\"{(at + 2) * step:0.##}\" x2=\"{(at + 2) * step:0.##}\" y1=\"0\" y2=\"22\"/>");
            builder.AddMarkupContent(0, markup.Append("</svg>").ToString());
        };

    private void Draw()
    {
        var (scored, step) = (_scored!, (_most - _least) / Bins);
        int Bin(float bits) => Math.Clamp((int)((bits - _least) / step), 0, Bins - 1);
        var (counts, usual) = (new double[Bins], new double[Bins]);
        foreach (var bits in scored.Bits.Where(float.IsFinite))
            counts[Bin(bits)]++;
        foreach (var bits in scored.Usual.Ascending)
            usual[Bin(bits)] += scored.Bits.Count / (double)scored.Usual.Ascending.Count;
        var most = Math.Sqrt(Math.Max(counts.Max(), usual.Max()));
        double Tall(double count) => count > 0 ? Math.Max(1.5, Height * Math.Sqrt(count) / most) : 0;
        _bars =
        [
            .. counts
                .Select((count, bin) => (bin * Width / Bins, Width / Bins - 1, Tall(count), _least + (bin + 0.5f) * step > _threshold))
                .Where(bar => bar.Item3 > 0),
        ];
        _usual = string.Join(' ', usual.Select((count, bin) => $"{Text((bin + 0.5) * Width / Bins)},{Text(118 - Tall(count))}"));
    }

    private double X(float bits) => (bits - _least) / (_most - _least) * Width;

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static double Shown(double expected) => expected < 10 ? Math.Round(expected, 1) : Math.Round(expected);

    private async Task SaveAsync()
    {
        var scored = _scored!;
        var text = new StringBuilder();
        text.AppendJoin(
                ',',
                scored
                    .Identifiers.Prepend("row")
                    .Concat(["bits", "p_value", "judgement", "reasons"])
                    .Concat(scored.Fields.Select(field => field.Name))
                    .Select(CsvText.Quoted)
            )
            .Append('\n');
        foreach (var row in scored.Order.Take(_over))
        {
            var judgement = _marks.TryGetValue(scored.Key(row), out var isReal)
                ? isReal
                    ? "real"
                    : "false alarm"
                : "";
            string[] cells =
            [
                Text(row + 1),
                .. scored.IdentifiersOf(row),
                scored.Bits[row].ToString("R", CultureInfo.InvariantCulture),
                scored.Usual.PValue(scored.Bits[row]).ToString("R", CultureInfo.InvariantCulture),
                judgement,
                scored.Why(row).ToString(),
                .. scored.Fields.Select(field => scored.Cell(row, field.Place)),
            ];
            text.AppendJoin(',', cells.Select(CsvText.Quoted)).Append('\n');
        }
        await Script.InvokeVoidAsync("isthmus.saveText", $"{Path.GetFileNameWithoutExtension(_data)}-odd-rows.csv", "text/csv", text.ToString());
    }
}
