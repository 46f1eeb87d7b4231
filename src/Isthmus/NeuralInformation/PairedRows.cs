using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>Rows as a critic takes them, and the base's scores of all pairs of them.</summary>
/// <param name="X">What the critic is told of x: N x features, float32.</param>
/// <param name="Y">What the critic is told of y.</param>
/// <param name="U">Canonical coordinates of x, N x columns.</param>
/// <param name="V">Canonical coordinates of y.</param>
/// <param name="Base">What is known before the critic; null for nothing.</param>
internal sealed record PairedRows(Tensor X, Tensor Y, Tensor U, Tensor V, GaussianBase? Base)
{
    public long Count => X.shape[0];

    public PairedRows Select(ReadOnlySpan<long> rows)
    {
        using var index = tensor(rows.ToArray());
        return this with { X = X.index_select(0, index), Y = Y.index_select(0, index), U = U.index_select(0, index), V = V.index_select(0, index) };
    }

    /// <summary>Blocks of nearly equal size, of at most this many rows.</summary>
    public IEnumerable<PairedRows> Blocks(int largest)
    {
        var blocks = (Count + largest - 1) / largest;
        for (var block = 0L; block < blocks; block++)
        {
            var (from, to) = (Count * block / blocks, Count * (block + 1) / blocks);
            Tensor Part(Tensor whole) => whole.narrow(0, from, to - from);
            yield return this with { X = Part(X), Y = Part(Y), U = Part(U), V = Part(V) };
        }
    }

    /// <summary>N x N scores of the base; 0 without one.</summary>
    public Tensor BaseScores() => Base?.Scores(U, V) ?? zeros(Count, Count);
}
