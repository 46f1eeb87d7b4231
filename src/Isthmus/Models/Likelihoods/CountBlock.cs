using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>
/// Columns of counts, negative binomial of mean m and size r, both exponentials of the decoder's numbers: <code>ln p = lgamma(x + r) - lgamma(r) - lgamma(x +
/// 1) + r ln(r / (r + m)) + x ln(m / (r + m)).</code>
/// </summary>
internal sealed class CountBlock(long[] columns) : ColumnBlock(columns, 2)
{
    /// <summary>Bound of the logarithms of mean and size.</summary>
    public const double MostLog = 16;

    public override Tensor LogProbability(Tensor x, Tensor parameters, Tensor? freedom)
    {
        var (logMean, logSize) = (parameters.select(-1, 0).Clamp(-MostLog, MostLog), parameters.select(-1, 1).Clamp(-MostLog, MostLog));
        var size = logSize.exp();
        var logSum = logaddexp(logMean, logSize);
        return (lgamma(x.Plus(size)) - lgamma(size) - lgamma(x.Plus(1))).Plus(size * (logSize - logSum)).Plus(x * (logMean - logSum));
    }

    public override Tensor Mean(Tensor parameters, Tensor? chosen = null) => parameters.select(-1, 0).Clamp(-MostLog, MostLog).exp();

    public override Tensor Sample(Tensor parameters, Tensor? freedom, Tensor? chosen = null)
    {
        var (logMean, logSize) = (parameters.select(-1, 0).Clamp(-MostLog, MostLog), parameters.select(-1, 1).Clamp(-MostLog, MostLog));
        // A Poisson draw whose rate is gamma distributed with mean m and size r.
        return (logSize.exp().StandardGamma() / (logSize - logMean).exp()).detach().ClampMin(finfo(parameters.dtype).tiny).Poisson();
    }
}
