using Isthmus.Compute;
using Isthmus.Models.Gradients;
using static TorchSharp.torch;

namespace Isthmus.Models.Likelihoods;

/// <summary>Likelihood that computes ln p(x|z) and its gradient record by record, in one pass each over the decoder's output, float32 or bfloat16.</summary>
/// <param name="name">Name of the module.</param>
/// <param name="dimension">Numbers in a record, D.</param>
/// <param name="parametersPerDimension">Numbers the decoder gives for each of them, P.</param>
public abstract class RowLikelihood(string name, int dimension, int parametersPerDimension) : Likelihood(name, dimension, parametersPerDimension)
{
    /// <inheritdoc/>
    internal override bool IsSeparable => true;

    /// <summary>Returns ln p(x|z), nats. Safe to call from several threads at once.</summary>
    /// <param name="x">Records, N x D, float32.</param>
    /// <param name="parameters">The decoder's output for some codes, rows x P D; code after code, those of the N records in turn.</param>
    /// <param name="first">The place of the first row among all codes: row r is of record (first + r) mod N.</param>
    /// <param name="result">One number a row.</param>
    internal void LogProbabilities(Tensor x, Tensor parameters, int first, Span<float> result)
    {
        if (parameters.dtype == ScalarType.BFloat16)
            LogProbabilities<ushort>(x, parameters, first, result);
        else
            LogProbabilities<float>(x, parameters, first, result);
    }

    /// <summary>Returns sum_r share_r d ln p_r / d parameters, rows x P D, in the precision of the parameters.</summary>
    /// <param name="x">Records, N x D, float32.</param>
    /// <param name="parameters">The decoder's output; row r is of record r mod N.</param>
    /// <param name="shares">One number a row.</param>
    internal Tensor Gradient(Tensor x, Tensor parameters, ReadOnlySpan<float> shares)
    {
        var gradient = empty_like(parameters);
        if (parameters.dtype == ScalarType.BFloat16)
            Gradient<ushort>(x, parameters, shares, gradient);
        else
            Gradient<float>(x, parameters, shares, gradient);
        return gradient;
    }

    /// <inheritdoc/>
    internal override DistortionPullback Pullback(Tensor x, Tensor parameters, GradientStep step)
    {
        var gradient = empty_like(parameters);
        Span<float> shares = new float[x.shape[0]];
        shares.Fill(-1f / step.BatchSize);
        return new(
            parameters.dtype == ScalarType.BFloat16 ? Gradient<ushort>(x, parameters, shares, gradient) : Gradient<float>(x, parameters, shares, gradient),
            gradient
        );
    }

    /// <summary>Returns -ln p of one record, nats, and computes <paramref name="share"/> times its gradient by the parameters.</summary>
    /// <param name="x">The record, D.</param>
    /// <param name="parameters">Parameter after parameter, P D.</param>
    /// <param name="gradient">Receives P D numbers; empty if it is not needed.</param>
    /// <param name="share">Factor of the gradient.</param>
    private protected abstract double Distortion<T>(ReadOnlySpan<float> x, ReadOnlySpan<T> parameters, Span<T> gradient, float share)
        where T : unmanaged;

    private void LogProbabilities<T>(Tensor x, Tensor parameters, int first, Span<float> result)
        where T : unmanaged
    {
        ReadOnlySpan<float> data = TensorMemory.Of<float>(x);
        ReadOnlySpan<T> numbers = TensorMemory.Of<T>(parameters);
        var records = (int)x.shape[0];
        for (var row = 0; row < result.Length; row++)
            result[row] = -(float)
                Distortion<T>(data.Slice((first + row) % records * Dimension, Dimension), numbers.Slice(row * ParameterWidth, ParameterWidth), [], 0);
    }

    /// <summary>Computes the gradient, and returns the sum of -ln p.</summary>
    private double Gradient<T>(Tensor x, Tensor parameters, ReadOnlySpan<float> shares, Tensor gradient)
        where T : unmanaged
    {
        var (records, distortion) = ((int)x.shape[0], 0.0);
        ReadOnlySpan<float> data = TensorMemory.Of<float>(x);
        Span<T> numbers = TensorMemory.Of<T>(parameters),
            result = TensorMemory.Of<T>(gradient);
        for (var row = 0; row < shares.Length; row++)
            distortion += Distortion<T>(
                data.Slice(row % records * Dimension, Dimension),
                numbers.Slice(row * ParameterWidth, ParameterWidth),
                result.Slice(row * ParameterWidth, ParameterWidth),
                -shares[row]
            );
        return distortion;
    }
}
