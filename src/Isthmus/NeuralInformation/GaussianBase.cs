using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>
/// The linear dependence between X and Y: the canonical coordinates u, v of some rows (Hotelling 1936), uncorrelated and of variance 1 except for the pairs
/// (u_k, v_k), which have correlation rho_k; and the log-ratio of a normal law with those, f(u, v) = sum_k [rho_k u_k v_k - rho_k^2 (u_k^2 + v_k^2) / 2] / (1 -
/// rho_k^2) - ln(1 - rho_k^2) / 2.
/// </summary>
internal sealed class GaussianBase
{
    // Directions with less than this fraction of the largest variance are combinations of the others, up to rounding.
    private const double Dependent = 1e-9;
    private const double LargestCorrelation = 1 - 1e-7;
    private readonly Tensor _meanX,
        _meanY,
        _toU,
        _toV,
        _correlations;

    /// <summary>Fits the base to rows of x and y, N x columns, float64.</summary>
    public GaussianBase(Tensor x, Tensor y)
    {
        (_meanX, _meanY) = (x.mean([0]), y.mean([0]));
        var (whiteX, whiteY) = (Whitening(x - _meanX), Whitening(y - _meanY));
        var cross = (x - _meanX).matmul(whiteX).t().matmul((y - _meanY).matmul(whiteY)).Over(x.shape[0]);
        var (u, s, vh) = linalg.svd(cross, fullMatrices: true);
        (_toU, _toV) = (whiteX.matmul(u), whiteY.matmul(vh.t()));
        _correlations = s.Clamp(0, LargestCorrelation).to(ScalarType.Float32);
    }

    /// <summary>Returns the canonical coordinates of rows of x, float32.</summary>
    public Tensor U(Tensor x) => (x - _meanX).matmul(_toU).to(ScalarType.Float32);

    /// <summary>Returns the canonical coordinates of rows of y, float32.</summary>
    public Tensor V(Tensor y) => (y - _meanY).matmul(_toV).to(ScalarType.Float32);

    /// <summary>
    /// Returns factors of f for rows of u and of v, N x (pairs + 2) each: f(u_i, v_j) is the product of row i of one with row j of the other.
    /// </summary>
    public (Tensor U, Tensor V) Factors(Tensor u, Tensor v)
    {
        var pairs = _correlations.shape[0];
        var (a, b) = (u.narrow(1, 0, pairs), v.narrow(1, 0, pairs));
        var rest = _correlations.Square().From(1);
        var (product, square) = (_correlations / rest, (-_correlations.Square() / rest).Over(2));
        Tensor Squares(Tensor coordinates) => coordinates.Square().matmul(square).unsqueeze(1);
        var one = ones(u.shape[0], 1);
        return (cat([a * product, Squares(a) - rest.log().sum().Over(2), one], 1), cat([b, one, Squares(b)], 1));
    }

    private static Tensor Whitening(Tensor centred)
    {
        var (variances, directions) = linalg.eigh(centred.t().matmul(centred).Over(centred.shape[0]));
        var kept = variances > variances.max().Times(Dependent);
        return directions.index_select(1, kept.nonzero().squeeze(1)) / variances.masked_select(kept).sqrt();
    }
}
