using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Evaluation;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Networks;
using Isthmus.Models.Priors;
using Isthmus.Reporting.Drawing;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Pages;

/// <summary>Output of a model of pictures: reconstructions, samples, traversals of its code, denoised pictures.</summary>
internal sealed class PictureViews(ModelViews views, ImageSchema image)
{
    private readonly Autoencoder _model = views.Model;

    /// <summary>Returns the first test pictures beside their reconstructions.</summary>
    public IReadOnlyList<ReconstructedPicture> Reconstructions(int count)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var x = views.First(count);
        var reconstructed = _model.Reconstruct(x);
        var (before, after, psnr) = (
            RecordPictures.Of(_model.Record(x), image),
            RecordPictures.Of(reconstructed, image),
            Psnr(_model.Record(x), reconstructed)
        );
        return [.. before.Select((picture, i) => new ReconstructedPicture(picture, after[i], psnr[i]))];
    }

    /// <summary>Returns means of p(x|z), z from the prior.</summary>
    public IReadOnlyList<byte[]> Samples(int count)
    {
        if (_model.Bottleneck.Prior is not { } prior)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(views.Seed);
        return RecordPictures.Of(
            _model.Likelihood.Mean(_model.Decode(prior.Sample(count, views.Device), _model.Condition?.InTurn(count, null, views.Device))),
            image
        );
    }

    /// <summary>Returns the first test pictures, corrupted and denoised.</summary>
    public IReadOnlyList<DenoisedPicture> Denoised(int count)
    {
        if (_model.Corruption is NoCorruption && _model.HasCode)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(views.Seed);
        var x = views.First(count);
        if (!_model.HasCode && _model.Corruption is not PictureNoiseCorruption)
        {
            var (given, found) = (RecordPictures.Of(x.narrow(1, 0, image.Dimension), image), RecordPictures.Of(_model.Reconstruct(x), image));
            return [.. given.Zip(found, (picture, back) => new DenoisedPicture(null, picture, back, double.NaN, double.NaN))];
        }
        var noisy = _model.Corruption.Apply(x);
        var restored = _model.Reconstruct(noisy);
        var (clean, seen, back) = (RecordPictures.Of(x, image), RecordPictures.Of(_model.Shown(noisy), image), RecordPictures.Of(restored, image));
        var (noisyPsnr, restoredPsnr) = (Psnr(x, _model.Shown(noisy)), Psnr(x, restored));
        return [.. clean.Select((picture, i) => new DenoisedPicture(picture, seen[i], back[i], noisyPsnr[i], restoredPsnr[i]))];
    }

    /// <summary>
    /// Returns traversals from the first test record's code, one unit at a time over its range: quantiles 0.05 .. 0.95 of the prior N(0, 1) or, under any other
    /// or none, of its own values. For a sparse code, from the record with the largest value of the unit, from 0 to the 0.95 quantile of its positive values.
    /// Inactive units are left out.
    /// </summary>
    public IReadOnlyList<Traversal> Traversals(int units, int steps, EvaluationReport evaluation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var codes = views.Codes();
        List<(int Unit, float[] Values, byte[][] Pictures)> rows = [];
        List<Tensor> changes = [];
        foreach (var unit in TraversedUnits.Of(evaluation, _model.Bottleneck.IsVariational).Carrying.Take(units))
        {
            var values = Range(codes, unit, steps);
            var record = _model.Bottleneck.IsSparse ? codes.select(1, unit).argmax().item<long>() : 0;
            var moved = codes[record].repeat(steps, 1);
            moved.select(1, unit).copy_(tensor(values));
            var means = _model.Likelihood.Mean(_model.Decode(moved.to(views.Device), _model.Given(views.First((int)record + 1).narrow(0, record, 1))));
            rows.Add((unit, values, RecordPictures.Of(means, image)));
            changes.Add(means[-1] - means[0]);
        }
        if (rows.Count == 0)
            return [];
        // One scale for all: 0.5 for no change, 0 or 1 for the largest of any unit.
        var change = stack(changes);
        var shown = RecordPictures.Of((change.Times(0.5) / change.abs().max().ClampMin(1e-6)).Plus(0.5), image);
        return [.. rows.Select((row, i) => new Traversal(row.Unit, [.. row.Values.Select(value => (double)value)], row.Pictures, shown[i]))];
    }

    private float[] Range(Tensor codes, int unit, int steps)
    {
        var shares = linspace(0.05, 0.95, steps);
        if (_model.Bottleneck.Prior is StandardNormalPrior)
            return [.. special.erfinv(shares.Times(2).Minus(1)).Times(Math.Sqrt(2)).data<float>()];
        var values = codes.select(1, unit);
        if (!_model.Bottleneck.IsSparse)
            return [.. values.quantile(shares).data<float>()];
        var on = values.masked_select(values.Above(_model.Bottleneck.ActiveAbove));
        return [.. linspace(0, on.quantile(tensor(0.95f)).item<float>(), steps).data<float>()];
    }

    private static double[] Psnr(Tensor clean, Tensor other) =>
        [.. (clean - other).Square().mean([1L]).ClampMin(1e-10).log10().Times(-10).cpu().data<float>().Select(value => (double)value)];
}
