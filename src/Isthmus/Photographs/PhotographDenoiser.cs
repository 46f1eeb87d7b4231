using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Photographs;

/// <summary>
/// Restores photographs of any size by a model of <c>denoiser</c>, <c>noise2void</c> or <c>noise2noise</c>, tile after tile: tiles overlap by as many pixels as
/// a restored pixel depends on, so that no seam is left, and memory is that of the picture, twice, and of one tile. Transparency, 16 bits and metadata stay.
/// </summary>
/// <remarks>Safe to use from several threads. The model stays the caller's to dispose of.</remarks>
public sealed class PhotographDenoiser
{
    // Noise is estimated on windows of this side, at most three by three of them.
    private const int EstimateSide = 512,
        EstimatesAcross = 3;

    // Level of the noise of a grey picture that a model of colours is told, relative to its own: 3^(1/4).
    private const double GreyInColours = 1.316;

    private readonly PictureDenoiser _denoiser;
    private readonly PictureNoiseCorruption? _noise;

    /// <summary>Creates a denoiser.</summary>
    /// <param name="model">A model of <c>denoiser</c>, <c>noise2void</c> or <c>noise2noise</c>.</param>
    /// <exception cref="InvalidInputException">Another model.</exception>
    public PhotographDenoiser(TrainedModel model)
    {
        _denoiser =
            model.Network.Encoder as PictureDenoiser
            ?? throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                "is of pictures of one size, and restores no photographs of any size",
                $"take {OptionNames.Model("denoiser")}, {OptionNames.Model("noise2void")} or {OptionNames.Model("noise2noise")}"
            );
        _noise = model.Network.Corruption as PictureNoiseCorruption;
    }

    /// <summary>Returns true if a model, by its manifest, restores photographs of any size.</summary>
    public static bool IsOne(ModelManifest manifest) => manifest.Settings.GetValueOrDefault("net") == DenoisingNetwork.Part.Name;

    /// <summary>Number of levels of noise that the model takes: 0, 1, or 2 for shot noise and other noise.</summary>
    public int Levels => _noise?.Told.Count ?? 0;

    /// <summary>Smallest and largest level that the model was trained for, in pixels of 0 to 255; null if it takes none.</summary>
    public (double Least, double Most)? Trained => _noise?.Range;

    /// <summary>Pixels of a tile's side without its overlap: some hundred megabytes of layers.</summary>
    internal int TileSide { get; init; } = 768;

    /// <summary>Restores a photograph.</summary>
    /// <param name="noisy">The photograph.</param>
    /// <param name="levels">
    /// Levels of its noise, as many as <see cref="Levels"/>: standard deviation of pixels of 0 to 255 (poisson: of white ones); jpeg: 100 - quality;
    /// salt-and-pepper: percent of the pixels. Default null: estimated from the photograph.
    /// </param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="InvalidInputException">Another number of levels, or one that is negative or above 255.</exception>
    public DenoisedPhotograph Denoise(
        Photograph noisy,
        IReadOnlyList<double>? levels = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (levels is not null && (levels.Count != Levels || levels.Any(level => !(level is >= 0 and <= 255))))
            throw new InvalidInputException(
                $"{OptionNames.Levels} {string.Join(",", levels)}",
                Levels == 0 ? "cannot be used, as the model is not told the level of the noise" : $"is not {Counted.Of(Levels, "number")} from 0 to 255",
                Levels == 0 ? "leave it out"
                    : Levels == 1 ? "give one number, such as 25"
                    : "give two, of shot noise at white and of other noise, such as 20,10",
                OptionNames.Levels
            );
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var used = levels ?? Estimate(noisy);
        var told = ToldOf(used, noisy.Colours);
        var restored = noisy.Copy();
        var (rows, columns) = (Tiles(noisy.Size.Height), Tiles(noisy.Size.Width));
        var done = 0;
        foreach (var (top, height) in rows)
            foreach (var (left, width) in columns)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Restore(noisy, restored, told, top, left, new(height, width));
                progress?.Report(++done / (double)(rows.Count * columns.Count));
            }
        return new(restored, used, levels is null && Levels > 0);
    }

    /// <summary>Returns a restored picture, C x H x W of any number of channels, numbers not clipped; the whole of it at once.</summary>
    internal Tensor Restore(Tensor noisy, IReadOnlyList<double> levels) => Restored(noisy, ToldOf(levels, (int)noisy.shape[0]));

    private Tensor? ToldOf(IReadOnlyList<double> levels, int colours)
    {
        if (Levels == 0)
            return null;
        // A model of colours learned that each has noise of its own, of which their mean has 1/sqrt(3); in a grey picture the mean has all of it. Told between
        // 1 and sqrt(3) times the level, it restores most: docs/benchmarks/denoising.md.
        var isWhite = _noise!.Kind is PictureNoiseCorruption.Gaussian or PictureNoiseCorruption.Poisson or PictureNoiseCorruption.PoissonGaussian;
        var unit = PictureNoiseCorruption.Unit / (isWhite && colours == 1 && _denoiser.Image.Channels == 3 ? GreyInColours : 1);
        float[] scaled = [.. levels.Select(level => (float)(level / unit))];
        return tensor(scaled, device: Device).view(1, -1);
    }

    /// <summary>
    /// Returns a restored picture. Colours that the model does not know together are pictures of their own; of a grey picture a model of colours sees three
    /// equal channels.
    /// </summary>
    private Tensor Restored(Tensor x, Tensor? told)
    {
        var (own, wanted) = (x.shape[0], _denoiser.Image.Channels);
        var seen =
            own == wanted ? x.unsqueeze(0)
            : wanted == 1 ? x.unsqueeze(1)
            : x.unsqueeze(0).expand(1, wanted, -1, -1);
        var y = _denoiser.Restore(seen, told?.expand(seen.shape[0], -1));
        return own == wanted || wanted == 1 ? y.reshape(x.shape) : y.mean([1L]);
    }

    private Device Device => _denoiser.parameters().First().device;

    private void Restore(Photograph noisy, Photograph restored, Tensor? told, int top, int left, ImageSize part)
    {
        using var scope = NewDisposeScope();
        var reach = _denoiser.Reach;
        // Whole blocks, and no further past the border than a block: there the network fills up, as in training.
        int Before(int at) => Math.Min(at, reach);
        int Whole(int at, int length, int all) => Math.Min(RoundedUp(all), RoundedUp(at + length + reach)) - (at - Before(at));
        var window = new ImageSize(Whole(top, part.Height, noisy.Size.Height), Whole(left, part.Width, noisy.Size.Width));
        var planes = new float[noisy.Colours * window.Height * window.Width];
        noisy.CopyTo(planes, top - Before(top), left - Before(left), window);
        var y = Restored(tensor(planes, device: Device).view(noisy.Colours, window.Height, window.Width), told);
        float[] numbers = [.. y.to(ScalarType.Float32).cpu().contiguous().data<float>()];
        restored.CopyFrom(numbers, window, (Before(top), Before(left)), top, left, part);
    }

    /// <summary>Returns the levels of the noise of a photograph, the median of those of some windows.</summary>
    private double[] Estimate(Photograph photograph)
    {
        if (_noise is null)
            return [];
        List<float[]> found = [];
        foreach (var top in Places(photograph.Size.Height))
            foreach (var left in Places(photograph.Size.Width))
            {
                using var scope = NewDisposeScope();
                var window = new ImageSize(Math.Min(EstimateSide, photograph.Size.Height), Math.Min(EstimateSide, photograph.Size.Width));
                var planes = new float[photograph.Colours * window.Height * window.Width];
                photograph.CopyTo(planes, top, left, window);
                found.Add(NoiseLevel.Estimate(tensor(planes).view(photograph.Colours, window.Height, window.Width), _noise.Kind));
            }
        return
        [
            .. Enumerable
                .Range(0, Levels)
                .Select(level => PictureNoiseCorruption.Unit * found.Select(one => (double)one[level]).Order().ElementAt(found.Count / 2)),
        ];
    }

    private static int[] Places(int side) =>
        side <= EstimateSide ? [0] : [.. Enumerable.Range(0, EstimatesAcross).Select(i => (side - EstimateSide) * i / (EstimatesAcross - 1)).Distinct()];

    /// <summary>Returns where tiles begin, whole blocks apart, and how long they are.</summary>
    private List<(int At, int Length)> Tiles(int side)
    {
        var count = (side + TileSide - 1) / TileSide;
        var each = RoundedUp((side + count - 1) / count);
        List<(int, int)> tiles = [];
        for (var at = 0; at < side; at += each)
            tiles.Add((at, Math.Min(each, side - at)));
        return tiles;
    }

    private int RoundedUp(int length) => (length + _denoiser.Multiple - 1) / _denoiser.Multiple * _denoiser.Multiple;
}

/// <summary>A restored photograph.</summary>
/// <param name="Restored">The photograph, of the noisy one's size, bits, transparency and metadata.</param>
/// <param name="Levels">Levels of noise that were taken out, in pixels of 0 to 255; empty if the model takes none.</param>
/// <param name="AreEstimated">True if the levels were estimated from the photograph.</param>
public sealed record DenoisedPhotograph(Photograph Restored, IReadOnlyList<double> Levels, bool AreEstimated);
