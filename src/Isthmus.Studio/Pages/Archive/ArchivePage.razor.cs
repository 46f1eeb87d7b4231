using System.Text;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Models;
using Microsoft.AspNetCore.Components;

namespace Isthmus.Studio.Pages.Archive;

/// <summary>An archive taken apart: sizes of its parts beside other formats, from how many records on it pays, and the bits of each pixel.</summary>
public sealed partial class ArchivePage : WorkPage
{
    private const string Example = "isthmus compress pictures/ --model runs/my-run --output pictures.isth";
    private const int Page = 24;

    private IReadOnlyList<string> _files = [],
        _models = [];
    private ArchiveLook? _look;
    private IReadOnlyList<SizePart> _parts = [];
    private IReadOnlyList<ChartSeries> _growth = [];
    private (string?, string?)? _read;
    private string _bar = "",
        _mean = "",
        _order = "dear";
    private int _shown = Page;

    /// <summary>Archive below the opened folder.</summary>
    [SupplyParameterFromQuery]
    public string? File { get; set; }

    /// <summary>File of its model below the opened folder, where the archive does not hold it.</summary>
    [SupplyParameterFromQuery(Name = "model")]
    public string? ModelFile { get; set; }

    private (double X, string Words)? Crossing =>
        _look?.Sizes.BreakEvenRecords is { } even && double.IsFinite(even) && _look.Sizes.ModelBits > 0 ? (even, "pays from here") : null;

    private string Pays
    {
        get
        {
            var (look, sizes) = (_look!, _look!.Sizes);
            if (sizes.ModelBits == 0)
                return sizes.ModelledRecords == 0
                    ? "It holds no model, and no block needs one: there is nothing to pay off."
                    : "Its model is outside, so each record that it saves bits on is a gain at once.";
            if (sizes.BreakEvenRecords is not { } even)
                return "It holds no records.";
            if (!double.IsFinite(even))
                return "The model never pays for its own bytes on records like these: another format is smaller at any number of them.";
            // A file of pictures may hold thousands of records.
            var files = Math.Ceiling(even * look.Files / look.Records);
            return $"The model pays for its own bytes from {NumberText.Of(even)} records like these on"
                + (
                    look.Files == look.Records ? ", a file each. "
                    : look.Files > 1 ? $", about {NumberText.Of(files)} such files. "
                    : ". "
                )
                + (
                    even <= look.Records
                        ? "This archive is the smallest of the formats above."
                        : $"With {NumberText.Of(look.Records)}, another format is smaller."
                );
        }
    }

    private string Command => CommandText.Of(["info", File!, .. ModelFile is { Length: > 0 } model ? ["--model", model] : Array.Empty<string>()]);

    private string CSharp =>
        $"using var archive = ArchiveReader.Open(\"{File}\", new()"
        + (ModelFile is { Length: > 0 } model ? $" {{ Model = File.ReadAllBytes(\"{model}\") }}" : "")
        + ");\nvar sizes = ArchiveSizeBreakdown.Of(archive, threads: 0);";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _files = DataProfile.WithExtension(Folder, ".isth");
        _models = DataProfile.WithExtension(Folder, ".isth-model");
        _order = Navigation.Query("order") == "cheap" ? "cheap" : "dear";
        Preferences.Changed += Refresh;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_read == (File, ModelFile))
            return;
        _read = (File, ModelFile);
        Stop();
        (_look, Fault, _growth, _shown) = (null, null, [], Page);
        if (File is not { Length: > 0 } file)
            return;
        await WorkAsync("Decoding the archive", async cancellationToken =>
        {
            var (path, progress) = (Folder.Resolve(file), Progress);
            if (!System.IO.File.Exists(path))
                throw new InvalidInputException(file, "is not in this folder", "choose an archive of the list");
            var model = ModelFile is { Length: > 0 } outside ? await System.IO.File.ReadAllBytesAsync(Folder.Resolve(outside), cancellationToken) : null;
            _look = await Task.Run(() => ArchiveLook.Of(path, model, progress, cancellationToken), cancellationToken);
            Draw(_look);
        });
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    private void Draw(ArchiveLook look)
    {
        var sizes = look.Sizes;
        _parts = SizeBar.Parts(sizes);
        _bar = SizeBar.Draw(sizes).ToString();
        if (look.Costs is { } costs)
            _mean = RecordPictures.Heat(costs.Schema, [costs.Mean], Math.Max(costs.Mean.Max(), 1e-6f), 1);
        if (sizes.ModelBits <= 0 || look.Records == 0)
            return;
        var others = SizeBar.Others(sizes).Skip(1).MinBy(other => other.Bits);
        var most = Math.Max(2.0 * look.Records, sizes.BreakEvenRecords is { } even && double.IsFinite(even) ? 1.5 * even : 0);
        var once = sizes.ModelBits + sizes.FixedBits;
        double Own(double records) => (once + (sizes.TotalBits - once) * records / look.Records) / 8e3;
        double[] at = [.. Enumerable.Range(0, 33).Select(step => step * most / 32)];
        _growth =
        [
            new("archive, model in it", [.. at.Select(records => (records, Own(records)))]),
            new(others.Name, [.. at.Select(records => (records, others.Bits * records / look.Records / 8e3))], 1),
        ];
    }

    private void Order(string order)
    {
        (_order, _shown) = (order, Page);
        Navigation.Keep(("order", order));
    }

    private IEnumerable<int> Places(PixelCosts costs) =>
        _order == "cheap" ? Enumerable.Range(0, costs.Numbers.Count).Reverse() : Enumerable.Range(0, costs.Numbers.Count);

    // One scale for all pictures, which a few pixels do not stretch.
    private static float Most(PixelCosts costs)
    {
        var all = costs.Bits.Take(Page).SelectMany(bits => bits).Order().ToArray();
        return Math.Max(all[(int)(0.995 * (all.Length - 1))], 1e-6f);
    }

    private string PerRecord(double bits) => $"{Preferences.TextOf(bits / Math.Max(1, _look!.Records), 3)} a record";

    private string Csv()
    {
        var sizes = _look!.Sizes;
        var text = new StringBuilder(CsvText.Line("part", "bytes", "bits a record"));
        foreach (var (name, bits) in _parts.Select(part => (part.Name, part.Bits)).Append(("archive", sizes.TotalBits)).Concat(SizeBar.Others(sizes)))
            text.Append(CsvText.Line(name, bits / 8, bits / Math.Max(1, sizes.Records)));
        return text.ToString();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Preferences.Changed -= Refresh;
        return base.DisposeAsync();
    }
}
