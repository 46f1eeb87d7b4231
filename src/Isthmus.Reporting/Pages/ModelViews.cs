using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Documents;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Networks;
using Isthmus.Models.Priors;
using Isthmus.Reporting.Drawing;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Pages;

/// <summary>What a trained model shows of itself on test records: reconstructions, samples, traversals, restored records, and the map of its codes.</summary>
internal sealed class ModelViews(TrainedModel trained, Dataset test, int seed)
{
    private const int MapRecords = 2000;

    private readonly Autoencoder _model = trained.Model;
    private readonly Dataset _test = trained.Prepare(test);
    private readonly Device _device = trained.Model.state_dict().Values.First().device;
    private readonly ImageSchema? _image = trained.Model.Likelihood.IsOfRecord ? trained.Specification.Schema as ImageSchema : null;

    /// <summary>The first test pictures beside their reconstructions.</summary>
    public IReadOnlyList<ReconstructedPicture> Reconstructions(int count)
    {
        if (_image is null)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var x = First(count);
        var reconstructed = _model.Reconstruct(x);
        var (before, after, psnr) = (RecordPictures.Of(_model.Record(x), _image), RecordPictures.Of(reconstructed, _image), Psnr(_model.Record(x), reconstructed));
        return [.. before.Select((picture, i) => new ReconstructedPicture(picture, after[i], psnr[i]))];
    }

    /// <summary>Means of p(x|z), z from the prior.</summary>
    public IReadOnlyList<byte[]> Samples(int count)
    {
        if (_image is null || _model.Bottleneck.Prior is not { } prior)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(seed);
        return RecordPictures.Of(_model.Likelihood.Mean(_model.Decode(prior.Sample(count, _device), _model.Condition?.InTurn(count, null, _device))), _image);
    }

    /// <summary>The first test pictures, corrupted and restored.</summary>
    public IReadOnlyList<DenoisedPicture> Denoised(int count)
    {
        if (_image is null || _model.Corruption is NoCorruption)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(seed);
        var x = First(count);
        var noisy = _model.Corruption.Apply(x);
        var restored = _model.Reconstruct(noisy);
        var (clean, seen, back) = (RecordPictures.Of(x, _image), RecordPictures.Of(noisy, _image), RecordPictures.Of(restored, _image));
        var (noisyPsnr, restoredPsnr) = (Psnr(x, noisy), Psnr(x, restored));
        return [.. clean.Select((picture, i) => new DenoisedPicture(picture, seen[i], back[i], noisyPsnr[i], restoredPsnr[i]))];
    }

    /// <summary>
    /// From the first test record's code, one unit at a time over its range: quantiles 0.05 .. 0.95 of the prior N(0, 1)
    /// or, under any other or none, of its own values. Of a sparse code, from the record that the unit is on most for, from 0 to the
    /// 0.95 quantile of where it is on. Units that carry nothing are left out.
    /// </summary>
    public IReadOnlyList<Traversal> Traversals(int units, int steps, EvaluationReport evaluation)
    {
        if (_image is null)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var codes = MapCodes();
        List<(int Unit, float[] Values, byte[][] Pictures)> rows = [];
        List<Tensor> changes = [];
        foreach (var unit in TraversedUnits.Of(evaluation, _model.Bottleneck.IsVariational).Carrying.Take(units))
        {
            var values = Range(codes, unit, steps);
            var record = _model.Bottleneck.IsSparse ? codes.select(1, unit).argmax().item<long>() : 0;
            var moved = codes[record].repeat(steps, 1);
            moved.select(1, unit).copy_(tensor(values));
            var means = _model.Likelihood.Mean(_model.Decode(moved.to(_device), _model.Given(First((int)record + 1).narrow(0, record, 1))));
            rows.Add((unit, values, RecordPictures.Of(means, _image)));
            changes.Add(means[-1] - means[0]);
        }
        if (rows.Count == 0)
            return [];
        // One scale for all: 0.5 for no change, 0 or 1 for the largest of any unit.
        var change = stack(changes);
        var shown = RecordPictures.Of((change.Times(0.5) / change.abs().max().ClampMin(1e-6)).Plus(0.5), _image);
        return [.. rows.Select((row, i) => new Traversal(row.Unit, [.. row.Values.Select(value => (double)value)], row.Pictures, shown[i]))];
    }

    /// <summary>
    /// The codes of up to 2,000 test records in the plane: of records without labels or with one, the plane of the two greatest variances;
    /// of several labels (the first <paramref name="most"/>), one map each, on the two units that the label explains most of, among those that carry something.
    /// </summary>
    public IReadOnlyList<LatentMap> Maps(int most, EvaluationReport evaluation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var codes = MapCodes();
        int[] records = [.. Enumerable.Range(0, (int)codes.shape[0])];
        LabelColumn[] labels = [.. _test.Labels.Take(most).Select(label => label.Select(records))];
        if (labels.Length > 1)
        {
            // Of a code that carries nothing any two units say so.
            var units = TraversedUnits.Of(evaluation, _model.Bottleneck.IsVariational).Carrying;
            return [.. labels.Select(label => ExplainedPlane(codes, label, units.Count > 0 ? units : [.. Enumerable.Range(0, (int)codes.shape[1])]))];
        }
        var only = labels.FirstOrDefault();
        if (codes.shape[1] == 1)
            return [new("unit 0", "record", [.. codes.flatten().data<float>().Select((value, i) => ((double)value, i + 1.0))], 1, only)];
        if (codes.shape[1] == 2)
            return [new("unit 0", "unit 1", Plane(codes), 1, only)];
        var (points, shown) = PrincipalPlane(codes);
        return [new("first principal component", "second principal component", points, shown, only)];
    }

    /// <summary>The plane of the two units that a label explains most of.</summary>
    private static LatentMap ExplainedPlane(Tensor codes, LabelColumn label, IReadOnlyList<int> units)
    {
        var explained = CorrelationRatio.Of(codes, label);
        var best = units.Select(unit => (Index: unit, Share: explained[unit])).OrderByDescending(unit => unit.Share).ThenBy(unit => unit.Index).Take(2).ToArray();
        float[] Values(int unit) => [.. codes.select(1, unit).contiguous().data<float>()];
        string Axis((int Index, double Share) unit) => $"unit {unit.Index} ({label.Name} explains {NumberText.Percent(unit.Share)})";
        var x = Values(best[0].Index);
        return best.Length == 1
            ? new(Axis(best[0]), "record", [.. x.Select((value, i) => ((double)value, i + 1.0))], 1, label)
            : new(Axis(best[0]), Axis(best[1]), [.. x.Zip(Values(best[1].Index), (a, b) => ((double)a, (double)b))], 1, label);
    }

    /// <summary>The topics in the plane of the two greatest variances of sqrt p(word | only topic k), where distances are Hellinger's.</summary>
    public TopicMap? Topics(int words, int documents)
    {
        if (_model.Topics is not { } decoder || trained.Specification.Schema is not DocumentSchema)
            return null;
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var (points, shown) = PrincipalPlane(decoder.LogProbabilities().Times(0.5).exp().cpu());
        return new([.. DocumentTopic.Of(trained, test, words, documents, _device).Select(topic => (topic, points[topic.Number].X, points[topic.Number].Y))], shown);
    }

    /// <summary>Rows as points of the plane of their two greatest variances, and the share of all their variance that it shows.</summary>
    private static ((double X, double Y)[] Points, double Shown) PrincipalPlane(Tensor rows)
    {
        var (u, s, _) = linalg.svd((rows - rows.mean([0L])).to(float64), fullMatrices: false);
        // Rows that lie on a line have float32's rounding for a second component.
        s = where(s.gt(s.max().Times(1e-6)), s, zeros_like(s));
        var scores = u.narrow(1, 0, Math.Min(2, u.shape[1])) * s.narrow(0, 0, Math.Min(2, s.shape[0]));
        if (scores.shape[1] < 2)
            scores = cat([scores, zeros_like(scores)], 1);
        // A component's sign is arbitrary: let its largest score be positive.
        scores *= scores.gather(0, scores.abs().argmax(0, true)).sign();
        var variances = s.Square();
        var total = variances.sum().item<double>();
        var shown = total > 0 ? variances.narrow(0, 0, Math.Min(2, s.shape[0])).sum().item<double>() / total : 1;
        return (Plane(scores.to(float32)), shown);
    }

    /// <summary>The first <paramref name="columns"/> columns of a table, in their own units.</summary>
    public IReadOnlyList<ReconstructedColumn> Columns(int columns, int examples)
    {
        if (trained.Specification.Schema is not VectorSchema schema || !_model.Likelihood.IsOfRecord)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var x = First(MapRecords);
        float[] before = [.. _model.Record(x).contiguous().cpu().data<float>()], after = [.. _model.Reconstruct(x).cpu().data<float>()];
        trained.Standardisation?.Invert(before);
        trained.Standardisation?.Invert(after);
        var (width, count) = (schema.Dimension, before.Length / schema.Dimension);
        return [.. schema.Columns.Take(columns).Select((name, column) =>
        {
            var pairs = Enumerable.Range(0, count).Select(i => ((double)before[i * width + column], (double)after[i * width + column])).ToArray();
            var mean = pairs.Average(pair => pair.Item1);
            var error = pairs.Average(pair => Math.Pow(pair.Item1 - pair.Item2, 2));
            var variance = pairs.Average(pair => Math.Pow(pair.Item1 - mean, 2));
            return new ReconstructedColumn(name, Math.Sqrt(error), 1 - error / variance, [.. pairs.Take(examples)]);
        })];
    }

    private Tensor First(int count) => TensorBatches.Gather(_test, [.. Enumerable.Range(0, Math.Min(count, _test.Count))], _device);

    private Tensor MapCodes() => RecordCodes.Of(_model, _test.Count > MapRecords ? _test.Select([.. Enumerable.Range(0, MapRecords)]) : _test, _device);

    private float[] Range(Tensor codes, int unit, int steps)
    {
        var shares = linspace(0.05, 0.95, steps);
        if (_model.Bottleneck.Prior is StandardNormalPrior)
            return [.. special.erfinv(shares.Times(2).Minus(1)).Times(Math.Sqrt(2)).data<float>()];
        var values = codes.select(1, unit);
        if (!_model.Bottleneck.IsSparse)
            return [.. values.quantile(shares).data<float>()];
        var on = values.masked_select(values.Above(_model.Bottleneck.OnAbove));
        return [.. linspace(0, on.quantile(tensor(0.95f)).item<float>(), steps).data<float>()];
    }

    private static double[] Psnr(Tensor clean, Tensor other) =>
        [.. (clean - other).Square().mean([1L]).ClampMin(1e-10).log10().Times(-10).cpu().data<float>().Select(value => (double)value)];

    private static (double X, double Y)[] Plane(Tensor points)
    {
        float[] values = [.. points.cpu().contiguous().data<float>()];
        return [.. values.Chunk(2).Select(point => ((double)point[0], (double)point[1]))];
    }
}
