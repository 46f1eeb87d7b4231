using Isthmus.Compute;
using Isthmus.Information;
using static TorchSharp.torch;

namespace Isthmus.Evaluation;

/// <summary>
/// The share of the records' variance that reconstructions hold, 1 - R with R = sum_i |x_i - x^_i|^2 / sum_i |x_i - m|^2 over the records
/// reported on, m their mean: 1 is perfect, 0 no better than the mean. Numbers count as they stand on the model's scale (columns: each
/// with variance 1 in training). Standard error of a ratio by linearisation, sqrt(n / (n - 1) sum_i (r_i - R t_i)^2) / sum_i t_i, with
/// r_i and t_i the terms of both sums (Cochran 1977, 6.4).
/// </summary>
/// <param name="mean">m, D.</param>
internal sealed class VarianceExplained(Tensor mean)
{
    private double _count,
        _left,
        _whole,
        _leftSquares,
        _products,
        _wholeSquares;

    /// <summary>Adds records and their reconstructions, N x D.</summary>
    public void Add(Tensor x, Tensor reconstruction)
    {
        using var scope = NewDisposeScope();
        Tensor Squares(Tensor deviation) => deviation.Square().sum(-1).to(float64);
        var (left, whole) = (Squares(x - reconstruction), Squares(x - mean));
        _count += x.shape[0];
        _left += left.sum().item<double>();
        _whole += whole.sum().item<double>();
        _leftSquares += left.Square().sum().item<double>();
        _products += (left * whole).sum().item<double>();
        _wholeSquares += whole.Square().sum().item<double>();
    }

    // float32 rounds to some 6e-8 of a number: deviations of that size are none.
    private const double Rounding = 1e-13;

    private readonly double _size = mean.Square().sum().to(float64).item<double>();

    /// <summary>True if the records are all the same, up to the rounding of float32.</summary>
    public bool IsConstant => _whole <= Rounding * _count * _size;

    /// <summary>The fraction; null if the records do not vary, as there is nothing to explain.</summary>
    public Estimate? Estimate
    {
        get
        {
            if (_count < 2 || IsConstant)
                return null;
            var ratio = _left / _whole;
            var squares = Math.Max(0, _leftSquares - 2 * ratio * _products + ratio * ratio * _wholeSquares);
            return new(1 - ratio, Math.Sqrt(_count / (_count - 1) * squares) / _whole);
        }
    }
}
