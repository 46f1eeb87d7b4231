using static TorchSharp.torch;

namespace Isthmus.Tensors;

/// <summary>
/// Vectors as 8-bit whole numbers q and a scale s each, so that products of them are products of whole numbers: v is about
/// s q with s = max |v_i| / 127, each number off by at most s / 2.
/// </summary>
internal sealed class RoundedVectors : IDisposable
{
    private const float Most = 127;
    private const int Block = 256;

    /// <summary>Rounds the rows of a matrix.</summary>
    public RoundedVectors(Tensor rows)
    {
        using var scope = NewDisposeScope();
        Numbers = empty(rows.shape, ScalarType.Int8).DetachFromDisposeScope();
        var count = (int)rows.shape[0];
        (Scales, Lengths, Errors) = (new float[count], new float[count], new float[count]);
        // A block at a time stays in a cache.
        Parallel.For(0, (int)((count + Block - 1) / Block), number =>
        {
            using var inner = NewDisposeScope();
            using var noGradient = no_grad();
            var at = number * Block;
            var length = Math.Min(Block, count - at);
            var block = rows.narrow(0, at, length);
            var scale = block.abs().amax([1L], keepdim: true).div_(Most);
            // A vector of zeros has any scale.
            scale.masked_fill_(scale.eq(0), 1);
            var numbers = block.div(scale).round_();
            Numbers.narrow(0, at, length).copy_(numbers);
            Lanes.Of<float>(scale).CopyTo(Scales.AsSpan(at));
            Norms(numbers.mul_(scale)).CopyTo(Lengths.AsSpan(at));
            Norms(numbers.sub_(block)).CopyTo(Errors.AsSpan(at));
        });
    }

    /// <summary>q, in the matrix's shape.</summary>
    public Tensor Numbers { get; }

    /// <summary>s of each row.</summary>
    public float[] Scales { get; }

    /// <summary>|s q|, Euclidean.</summary>
    public float[] Lengths { get; }

    /// <summary>|v - s q|.</summary>
    public float[] Errors { get; }

    /// <inheritdoc/>
    public void Dispose() => Numbers.Dispose();

    private static Span<float> Norms(Tensor rows) => Lanes.Of<float>(linalg.vector_norm(rows, dims: [1L]));
}
