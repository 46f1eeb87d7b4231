using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>A likelihood that finds ln p(x|z) of many codes in one pass over the decoder's output, which may be bfloat16, and its gradient in another.</summary>
internal interface IRowLikelihood
{
    /// <summary>ln p(x|z), nats. Several threads may ask at once.</summary>
    /// <param name="x">Records, N x D, float32.</param>
    /// <param name="parameters">The decoder's output for some codes, rows x P D; code after code, those of the N records in turn.</param>
    /// <param name="first">The place of the first row among all codes: row r is of record (first + r) mod N.</param>
    /// <param name="result">One number a row.</param>
    void LogProbabilities(Tensor x, Tensor parameters, int first, Span<float> result);

    /// <summary>sum_r share_r d ln p_r / d parameters, rows x P D, in the precision of the parameters.</summary>
    /// <param name="x">Records, N x D, float32.</param>
    /// <param name="parameters">The decoder's output; row r is of record r mod N.</param>
    /// <param name="shares">One number a row.</param>
    Tensor Gradient(Tensor x, Tensor parameters, ReadOnlySpan<float> shares);
}
