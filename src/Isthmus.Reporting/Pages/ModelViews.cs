using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Pages;

/// <summary>A trained model and the test records that its page looks at: codes, and the map of them.</summary>
internal sealed class ModelViews(TrainedModel trained, Dataset test, int seed)
{
    /// <summary>Largest number of records for a map or a mean.</summary>
    public const int MostRecords = 2000;

    private readonly Dataset _test = trained.Prepare(test);

    /// <summary>The model with its manifest.</summary>
    public TrainedModel Trained => trained;

    /// <summary>The model's parts.</summary>
    public Autoencoder Model => trained.Network;

    /// <summary>The test records as they were read.</summary>
    public Dataset Test => test;

    /// <summary>Random seed of samples and noise.</summary>
    public int Seed => seed;

    /// <summary>Device of the model.</summary>
    public Device Device { get; } = trained.Network.state_dict().Values.First().device;

    /// <summary>Returns the first test records on the model's scale.</summary>
    public Tensor First(int count) => TensorBatches.Gather(_test, [.. Enumerable.Range(0, Math.Min(count, _test.Count))], Device);

    /// <summary>Returns the codes of the first test records.</summary>
    public Tensor Codes() => RecordCodes.Of(Model, _test.Count > MostRecords ? _test.Select([.. Enumerable.Range(0, MostRecords)]) : _test, Device);

    /// <summary>
    /// Returns maps of the codes of up to 2,000 test records: for records without labels or with one, the plane of the two greatest variances; for several
    /// labels (the first <paramref name="most"/>), one map each, on the two active units of which the label explains most.
    /// </summary>
    public IReadOnlyList<LatentMap> Maps(int most, EvaluationReport evaluation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var codes = Codes();
        int[] records = [.. Enumerable.Range(0, (int)codes.shape[0])];
        LabelColumn[] labels = [.. _test.Labels.Take(most).Select(label => label.Select(records))];
        if (labels.Length > 1)
        {
            // Of a code that carries nothing any two units say so.
            var units = TraversedUnits.Of(evaluation, Model.Bottleneck.IsVariational).Carrying;
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

    /// <summary>Returns the plane of the two units of which a label explains most.</summary>
    private static LatentMap ExplainedPlane(Tensor codes, LabelColumn label, IReadOnlyList<int> units)
    {
        var explained = CorrelationRatio.Of(codes, label);
        var best = units
            .Select(unit => (Index: unit, Share: explained[unit]))
            .OrderByDescending(unit => unit.Share)
            .ThenBy(unit => unit.Index)
            .Take(2)
            .ToArray();
        float[] Values(int unit) => [.. codes.select(1, unit).contiguous().data<float>()];
        string Axis((int Index, double Share) unit) => $"unit {unit.Index} ({label.Name} explains {NumberText.Percent(unit.Share)})";
        var x = Values(best[0].Index);
        return best.Length == 1
            ? new(Axis(best[0]), "record", [.. x.Select((value, i) => ((double)value, i + 1.0))], 1, label)
            : new(Axis(best[0]), Axis(best[1]), [.. x.Zip(Values(best[1].Index), (a, b) => ((double)a, (double)b))], 1, label);
    }

    /// <summary>Returns rows as points of the plane of their two greatest variances, and the fraction of their variance that it shows.</summary>
    public static ((double X, double Y)[] Points, double Shown) PrincipalPlane(Tensor rows)
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

    private static (double X, double Y)[] Plane(Tensor points)
    {
        float[] values = [.. points.cpu().contiguous().data<float>()];
        return [.. values.Chunk(2).Select(point => ((double)point[0], (double)point[1]))];
    }
}
