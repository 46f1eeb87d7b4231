using Isthmus.Data.Images;
using Isthmus.Reporting.Drawing;
using Isthmus.Reporting.Experiments;

namespace Isthmus.Studio.Folders;

/// <summary>Looks at a model after epochs, as the run has kept them. Immutable, and safe to use from several threads.</summary>
public sealed class RunSnapshots
{
    // Rows of the strip: more units than a screen has lines are shown by the greatest rates.
    private const int MostUnits = 64;

    // Plasma, as the reports have it, from the smallest to the largest.
    private static readonly (byte R, byte G, byte B)[] Ramp =
    [
        (13, 8, 135),
        (70, 3, 159),
        (114, 1, 168),
        (156, 23, 158),
        (189, 55, 134),
        (216, 87, 107),
        (237, 121, 83),
        (251, 159, 58),
        (240, 249, 33),
    ];

    private readonly IReadOnlyList<EpochSnapshot> _all;

    private RunSnapshots(IReadOnlyList<EpochSnapshot> all) => _all = all;

    /// <summary>Epochs that have one, ascending.</summary>
    public IReadOnlyList<int> Epochs => [.. _all.Select(snapshot => snapshot.Epoch)];

    /// <summary>True if the rate is a sum over units; otherwise the strip is of the units' variances.</summary>
    public bool HasRates => _all.Count > 0 && _all[^1].UnitRatesNats is not null;

    /// <summary>Number of units.</summary>
    public int Units => _all.Count > 0 ? _all[^1].UnitVariances.Count : 0;

    /// <summary>Reads the snapshots of a run; empty where it has none.</summary>
    public static RunSnapshots Of(RunEntry run)
    {
        try
        {
            return new(EpochSnapshots.Read(Path.Combine(run.Files.Path, EpochSnapshots.FileName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new([]);
        }
    }

    /// <summary>Units in the order of the strip, those with the most first at the last epoch.</summary>
    public IReadOnlyList<int> Order =>
        _all.Count == 0 ? [] : [.. Values(_all[^1]).Index().OrderByDescending(unit => unit.Item).Select(unit => unit.Index).Take(MostUnits)];

    /// <summary>
    /// Returns how many units are active after an epoch, as an evaluation counts them: where the rate is a sum over units, those whose mean varies by more than
    /// 0.01 over records (Burda et al. 2016); otherwise by more than a hundredth of the largest variance.
    /// </summary>
    public int Active(int place)
    {
        var variances = _all[place].UnitVariances;
        var least = HasRates ? 0.01 : variances.Max() / 100;
        return variances.Count(variance => variance > least);
    }

    /// <summary>Returns the strip as an address of a picture, a row a unit and a column an epoch, and its largest value.</summary>
    public (string Picture, double Most) Strip()
    {
        var order = Order;
        var most = Math.Max(1e-9, _all.Max(snapshot => order.Max(unit => Values(snapshot)[unit])));
        var (height, width) = (order.Count, _all.Count);
        var pixels = new byte[3 * height * width];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                // The root: units that die are in sight.
                var (r, g, b) = Colour(Math.Sqrt(Math.Max(0, Values(_all[column])[order[row]]) / most));
                var place = row * width + column;
                (pixels[place], pixels[height * width + place], pixels[2 * height * width + place]) = (r, g, b);
            }
        return (Address(Convert.ToBase64String(ImageGrid.Png(new(height, width, 3, 256), [pixels], 1))), most);
    }

    /// <summary>Returns the pictures of an epoch, as addresses by title; empty unless records are pictures.</summary>
    public IReadOnlyList<(string Title, string Address)> Pictures(int place) =>
        [
            .. new[] { ("Records", _all[place].Originals), ("Reconstructions", _all[place].Reconstructions), ("Samples", _all[place].Samples) }
                .Where(picture => picture.Item2 is not null)
                .Select(picture => (picture.Item1, Address(picture.Item2!))),
        ];

    /// <summary>Returns the map of an epoch as markup of a chart; axes are those of all epochs, so that points move and not the frame.</summary>
    public string Map(int place)
    {
        var (x, y) = (
            _all.SelectMany(snapshot => snapshot.Map.Where((_, i) => i % 2 == 0)),
            _all.SelectMany(snapshot => snapshot.Map.Where((_, i) => i % 2 == 1))
        );
        var chart = new SvgChart(
            $"Map of codes after epoch {_all[place].Epoch}",
            new("first direction", x.Select(value => (double)value), padded: true),
            new("second direction", y.Select(value => (double)value), padded: true),
            height: 300
        );
        var snapshot = _all[place];
        foreach (var group in Enumerable.Range(0, snapshot.Map.Count / 2).GroupBy(i => snapshot.Classes?[i] ?? 0).OrderBy(group => group.Key))
            chart.Marks(
                group.Select(i => ((double)snapshot.Map[2 * i], (double)snapshot.Map[2 * i + 1])),
                $"s{Math.Abs(group.Key) % 10}",
                Math.Abs(group.Key) / 10,
                2.4
            );
        return chart.Draw().ToString();
    }

    private static IReadOnlyList<double> Values(EpochSnapshot snapshot) =>
        snapshot.UnitRatesNats ?? [.. snapshot.UnitVariances.Select(variance => (double)variance)];

    private static (byte R, byte G, byte B) Colour(double share)
    {
        var at = Math.Clamp(share, 0, 1) * (Ramp.Length - 1);
        var (from, to) = (Ramp[(int)at], Ramp[Math.Min(Ramp.Length - 1, (int)at + 1)]);
        byte Mix(byte a, byte b) => (byte)Math.Round(a + (b - a) * (at - Math.Floor(at)));
        return (Mix(from.R, to.R), Mix(from.G, to.G), Mix(from.B, to.B));
    }

    private static string Address(string png) => $"data:image/png;base64,{png}";
}
