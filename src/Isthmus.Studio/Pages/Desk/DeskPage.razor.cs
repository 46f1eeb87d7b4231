using System.Diagnostics;
using System.Globalization;
using Isthmus.Codes;
using Isthmus.Dictionaries;
using Isthmus.Models.Primitives;
using Isthmus.Studio.Components;
using Isthmus.Studio.Models;
using Isthmus.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Pages.Desk;

/// <summary>The decoder under the reader's hand: a slider a unit, the decoded record at once.</summary>
public sealed partial class DeskPage : ModelPage
{
    private const int MostRecords = 2000,
        MostUndone = 100,
        StripSteps = 9,
        MostFeatures = 25;
    private const float Reach = 3.5f;

    private readonly HashSet<int> _locked = [];
    private readonly Stack<float[]> _undo = [];
    private RecordsInCode? _records;
    private UsualCells? _usual;
    private IReadOnlyList<int> _order = [];
    private string[] _classes = [];
    private float[] _code = [];
    private float[]? _a,
        _b,
        _before;
    private double _along,
        _milliseconds;
    private int _shown = 16,
        _seed,
        _asked,
        _start = 1;
    private int? _touched;
    private bool _isOnnx;
    private string? _picture,
        _strip;
    private IReadOnlyList<(string Name, string Value)> _cells = [];
    private DictionaryFeatures? _features;
    private Isthmus.Data.Records.Dataset? _featured;
    private string _feature = "";
    private int _featuresShown = MostFeatures;

    private bool HasPrior => Model?.Trained.Network.Bottleneck.Prior is not null;

    private IEnumerable<(KnownLabel Label, int Place)> Labels =>
        Model?.Trained.Network.Condition is null ? [] : Model.Trained.Specification.Labels.Select((label, place) => (label, place));

    private string? Chosen => _classes.Length == 0 ? null : string.Join(',', Labels.Select(label => $"{label.Label.Name}={_classes[label.Place]}"));

    /// <inheritdoc/>
    protected override void Clear()
    {
        (_code, _records, _a, _b, _strip, _touched) = ([], null, null, null, null, null);
        (_features, _featured, _feature, _featuresShown) = (null, null, "", MostFeatures);
        _locked.Clear();
        _undo.Clear();
    }

    /// <summary>Features to list: those with the largest sum of squared strengths first, or the one that was asked for with those like it.</summary>
    private IEnumerable<DictionaryFeature> Features =>
        int.TryParse(_feature, CultureInfo.InvariantCulture, out var asked) && asked >= 0 && asked < _features!.All.Count
            ? _features.All[asked].Neighbours.Select(near => _features.All[near.Feature]).Prepend(_features.All[asked])
            : _features!.All.Where(feature => !feature.IsDead).OrderByDescending(feature => feature.RowsOn * feature.MeanStrength * feature.MeanStrength);

    private Task ReadFeaturesAsync() => WorkAsync("Looking at the features", async cancellationToken =>
        {
            var (model, progress) = (Model!, Progress);
            var data = (await model.DataAsync(DataPart.Test)).Records;
            _features = await model.WithTensorsAsync(() => DictionaryFeatures.Of(model.Trained, data, new(), progress, cancellationToken), cancellationToken);
            _featured = data;
        });

    /// <summary>Brings a feature's slider to the top.</summary>
    private void Raise(int unit) => _order = [unit, .. _order.Where(other => other != unit)];

    /// <inheritdoc/>
    protected override async Task ShowAsync()
    {
        if (await WorkAsync("Encoding the records", ReadAsync))
            await DecodeAsync();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        Model!.Trained.DemandRecords();
        var width = Model.Trained.Network.Bottleneck.Latent;
        try
        {
            _records = await Model.CodesAsync(DataPart.Test, MostRecords, Progress, cancellationToken);
        }
        catch (InvalidInputException)
        {
            // The data are not at hand; the prior's own spread serves.
        }
        _usual = (await Model.ScorerAsync())?.Usually;
        _order = _records?.UnitOrder ?? [.. Enumerable.Range(0, width)];
        _classes = [.. Labels.Select(label => label.Label.Classes[0])];
        _isOnnx = await Model.DecodesAloneAsync();
        _code = Kept(width) ?? Mean(width);
    }

    private float[]? Kept(int width)
    {
        var numbers = Navigation
            .Query("code")
            ?.Split('_')
            .Select(text => float.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : float.NaN)
            .ToArray();
        return numbers?.Length == width && Array.TrueForAll(numbers, float.IsFinite) ? numbers : null;
    }

    private float[] Mean(int width) => _records is null ? new float[width] : [.. _records.Means];

    private float Low(int unit) => _records is null ? -Reach : Math.Min(_records.Means[unit] - Reach * Spread(unit), _code[unit]);

    private float High(int unit) => _records is null ? Reach : Math.Max(_records.Means[unit] + Reach * Spread(unit), _code[unit]);

    // A unit that no record moves can be moved all the same.
    private float Spread(int unit) => Math.Max(_records!.Deviations[unit], HasPrior ? 0.3f : 1e-3f);

    private double? Rate(int unit) => _records?.UnitRates?[unit];

    private async Task SlideAsync(int unit, float value)
    {
        _before ??= [.. _code];
        _code[unit] = value;
        _touched = unit;
        await DecodeAsync();
    }

    private async Task SettledAsync(int unit)
    {
        if (_before is { } before)
            Remember(before);
        _before = null;
        Keep();
        await StripAsync(unit);
    }

    private async Task MeanAsync() => await TakeAsync(Mean(_code.Length));

    private async Task RecordAsync(string? text)
    {
        if (_records is null || !int.TryParse(text, CultureInfo.InvariantCulture, out var record))
            return;
        _start = Math.Clamp(record, 1, _records.Codes.Count);
        await TakeAsync(_records.Codes[_start - 1].ToArray());
    }

    private async Task DrawAsync() => await TakeAsync(await Model!.DrawCodesAsync(1, ++_seed, CancellationToken.None));

    private async Task UndoAsync()
    {
        if (!_undo.TryPop(out var before))
            return;
        _code = before;
        Keep();
        await DecodeAsync();
    }

    /// <summary>Takes a code for all units but the locked ones.</summary>
    private async Task TakeAsync(float[] code)
    {
        Remember([.. _code]);
        foreach (var unit in Enumerable.Range(0, code.Length).Where(unit => !_locked.Contains(unit)))
            _code[unit] = code[unit];
        Keep();
        await DecodeAsync();
        if (_touched is { } touched)
            await StripAsync(touched);
    }

    private void KeepEnd(bool isFirst)
    {
        if (isFirst)
            _a = [.. _code];
        else
            _b = [.. _code];
        _along = isFirst ? 0 : 1;
    }

    private async Task AlongAsync(double along)
    {
        _along = along;
        var between = Generation.Between(_a!, _b!, along, HasPrior ? CodePath.Spherical : CodePath.Linear);
        foreach (var unit in Enumerable.Range(0, between.Length).Where(unit => !_locked.Contains(unit)))
            _code[unit] = between[unit];
        await DecodeAsync();
    }

    private void Lock(int unit)
    {
        if (!_locked.Remove(unit))
            _locked.Add(unit);
    }

    private async Task ClassAsync(int place, string name)
    {
        _classes[place] = name;
        await DecodeAsync();
        if (_touched is { } touched)
            await StripAsync(touched);
    }

    private async Task DecodeAsync()
    {
        var (asked, begun) = (++_asked, Stopwatch.GetTimestamp());
        try
        {
            var decoded = await Model!.DecodeAsync(
                [
                    [.. _code],
                ],
                Chosen,
                CancellationToken.None
            );
            // A slider asks faster than a slow model answers: the last one counts.
            if (asked != _asked)
                return;
            _milliseconds = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            (_picture, _cells) = DecodedRecord.Shown(decoded, _usual);
        }
        catch (InvalidInputException e)
        {
            Fault = e;
        }
    }

    private async Task StripAsync(int unit)
    {
        _strip = null;
        if (_picture is null)
            return;
        var (low, high) = (Low(unit), High(unit));
        float[][] codes =
        [
            .. Enumerable
                .Range(0, StripSteps)
                .Select(step =>
                {
                    float[] code = [.. _code];
                    code[unit] = low + step * (high - low) / (StripSteps - 1);
                    return code;
                }),
        ];
        var decoded = await Model!.DecodeAsync(codes, Chosen, CancellationToken.None);
        _strip = RecordPictures.Row(decoded.Schema, decoded.Pictures());
    }

    private void Remember(float[] code)
    {
        if (_undo.Count < MostUndone)
            _undo.Push(code);
    }

    private void Keep()
    {
        const int MostInAddress = 64;
        if (_code.Length <= MostInAddress)
            Navigation.Keep(("code", string.Join('_', _code.Select(value => value.ToString("0.###", CultureInfo.InvariantCulture)))));
    }

    private async Task SaveAsync() =>
        await Script.InvokeVoidAsync(
            "isthmus.saveText",
            "code.csv",
            "text/csv",
            $"{string.Join(',', _code.Select((_, unit) => $"z{unit}"))}\n"
                + $"{string.Join(',', _code.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}\n"
        );

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static double Number(ChangeEventArgs change) => double.Parse((string)change.Value!, CultureInfo.InvariantCulture);
}
