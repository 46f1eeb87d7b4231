using static TorchSharp.torch;

namespace Isthmus.NeuralInformation;

/// <summary>Rows as input of a critic, with the base's scores of their pairs.</summary>
/// <param name="X">Features of x: N x features, float32.</param>
/// <param name="Y">Features of y.</param>
/// <param name="KnownX">Factors of the base's scores, N x any: the score of (i, j) is row i of this times row j of <paramref name="KnownY"/>.</param>
/// <param name="KnownY">The other factors.</param>
internal sealed record PairedRows(Tensor X, Tensor Y, Tensor KnownX, Tensor KnownY)
{
    public long Count => X.shape[0];

    public PairedRows Select(ReadOnlySpan<long> rows)
    {
        using var index = tensor(rows.ToArray(), device: X.device);
        return new(X.index_select(0, index), Y.index_select(0, index), KnownX.index_select(0, index), KnownY.index_select(0, index));
    }

    public PairedRows To(Device device) => new(X.to(device), Y.to(device), KnownX.to(device), KnownY.to(device));

    /// <summary>Returns blocks of nearly equal size, of at most <paramref name="largest"/> rows.</summary>
    public IEnumerable<PairedRows> Blocks(int largest)
    {
        var blocks = (Count + largest - 1) / largest;
        for (var block = 0L; block < blocks; block++)
        {
            var (from, to) = (Count * block / blocks, Count * (block + 1) / blocks);
            Tensor Part(Tensor whole) => whole.narrow(0, from, to - from);
            yield return new(Part(X), Part(Y), Part(KnownX), Part(KnownY));
        }
    }

    /// <summary>Returns the base's scores of all pairs, N x N.</summary>
    public Tensor BaseScores() => KnownX.matmul(KnownY.t());
}
