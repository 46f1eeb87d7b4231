using Isthmus.Data;
using static TorchSharp.torch;

namespace Isthmus.Applications;

/// <summary>
/// Rows held against the nearest of the training rows kept. The squared distance is a sum over cells: of numbers (z - z')^2, of two
/// different levels 1/p + 1/p', p their shares (the chi-square distance; of truth values what standardising them gives); a cell
/// that is blank does not count, and the others count for it. A cell costs its distance / 2 s^2 nats, where s^2 is the mean of the
/// kept rows' own distances to their nearest, a column: the maximum of the leave-one-out likelihood of a Gaussian there.
/// </summary>
internal sealed class NearestRows : IDisposable
{
    private const double LeastVariance = 1e-4;
    private const int Rows = 500;
    private readonly long[] _numbers;
    private readonly (int Column, float[] Scales)[] _levels;
    private readonly int _width;
    private readonly Tensor _kept, _squares;
    private readonly double _variance;

    public NearestRows(TableSchema table, float[] rows)
    {
        _width = table.Dimension;
        _numbers = [.. table.Fields.Index().Where(field => field.Item is NumberField).Select(field => (long)field.Index)];
        _levels = [.. table.Fields.Index().Where(field => field.Item is LevelField).Select(field => (field.Index, Scales((LevelField)field.Item)))];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = tensor(rows).view(-1, _width);
        _kept = Places(x).Values.DetachFromDisposeScope();
        _squares = _kept.square().DetachFromDisposeScope();
        _variance = 1;
        if (x.shape[0] > 1)
        {
            var sum = 0.0;
            for (var start = 0L; start < x.shape[0]; start += Rows)
            {
                using var batch = NewDisposeScope();
                var part = x.narrow(0, start, Math.Min(Rows, x.shape[0] - start));
                var (values, there) = Places(part);
                var distances = Distances(values, there, Weight(part));
                distances.diagonal(start).fill_(float.PositiveInfinity);
                sum += distances.amin([1]).sum().item<float>();
            }
            _variance = Math.Max(sum / x.shape[0] / _width, LeastVariance);
        }
    }

    /// <summary>Nats of each cell, N x D.</summary>
    public Tensor Nats(Tensor x)
    {
        var ((values, there), weight) = (Places(x), Weight(x));
        var nearest = _kept.index_select(0, Distances(values, there, weight).argmin(1));
        var places = (values - nearest).square() * there;
        var parts = new List<Tensor> { places.narrow(1, 0, _numbers.Length) };
        long start = _numbers.Length;
        foreach (var (_, scales) in _levels)
        {
            parts.Add(places.narrow(1, start, scales.Length).sum(1, keepdim: true));
            start += scales.Length;
        }
        var cells = cat([.. parts], 1).index_select(1, tensor(Enumerable.Range(0, _width).Select(Place).ToArray()));
        return cells / (2 * _variance) * weight;
    }

    public void Dispose()
    {
        _kept.Dispose();
        _squares.Dispose();
    }

    /// <summary>N x M, over the cells that are not blank, of D of them.</summary>
    private Tensor Distances(Tensor values, Tensor there, Tensor weight)
    {
        var known = (values * there).square().sum(1, keepdim: true);
        return (known - 2 * values.matmul(_kept.t()) + there.matmul(_squares.t())).clamp_min(0) * weight;
    }

    /// <summary>By how much the cells that are there count for those that are not, N x 1.</summary>
    private Tensor Weight(Tensor x) => _width / x.isnan().logical_not().sum(1, keepdim: true).clamp_min(1).to(ScalarType.Float32);

    /// <summary>A row as places whose squared differences are the distances, and which are not blank. A blank is the mean, 0.</summary>
    private (Tensor Values, Tensor There) Places(Tensor x)
    {
        var observed = x.isnan().logical_not().to(ScalarType.Float32);
        var (values, there) = (new List<Tensor>(), new List<Tensor>());
        var numbers = tensor(_numbers);
        values.Add(x.index_select(1, numbers).nan_to_num(0));
        there.Add(observed.index_select(1, numbers));
        foreach (var (column, scales) in _levels)
        {
            var known = observed.narrow(1, column, 1);
            values.Add(nn.functional.one_hot(x.select(1, column).nan_to_num(0).to(ScalarType.Int64), scales.Length).to(ScalarType.Float32) * tensor(scales) * known);
            there.Add(known.expand(-1, scales.Length));
        }
        return (cat([.. values], 1), cat([.. there], 1));
    }

    private long Place(int column)
    {
        var number = Array.IndexOf(_numbers, column);
        return number >= 0 ? number : _numbers.Length + Array.FindIndex(_levels, level => level.Column == column);
    }

    private static float[] Scales(LevelField field)
    {
        // A place that no training row has is as far as one that a single row has.
        var least = 1.0 / Math.Max(1, field.Observed);
        double[] shares = [.. field.Shares, Math.Max(least, 1 - field.Shares.Sum()), .. field.Levels.Count == 1 ? new[] { least } : []];
        return [.. shares.Select(share => (float)(1 / Math.Sqrt(Math.Max(share, least))))];
    }
}
