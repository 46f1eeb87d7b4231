using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Models.Corruptions;

/// <summary>
/// Sets each number to zero with probability p (columns: to their mean). In mixed tables cells become missing, in each row with a probability of its own,
/// uniform from 0 to 2p, at most 1, so that training meets both complete rows and rows of few known cells.
/// </summary>
public sealed class MaskingCorruption(double probability, bool blanks = false) : Corruption
{
    internal static readonly Setting<double> Probability = SettingKinds.Number(
        "mask-rate",
        0.25,
        "probability that a number is set to zero, or that a cell of a mixed table is masked",
        least: 0,
        most: 1
    );

    /// <summary>Entry of this part in <see cref="Parts"/>.</summary>
    public static readonly Part<Corruption> Part = new("masking", "sets numbers to zero", [Probability], context => new MaskingCorruption(
        context.Get(Probability),
        blanks: context.Schema.Kind.MayHaveMissingNumbers
    ));

    // As a number it would become a Scalar, which may be collected during the call.
    private readonly CachedTensor _blank = new([float.NaN], 1);

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) =>
        blanks
            ? where(
                x.UniformLike().lt(RandomOperations.Uniform([x.shape[0], 1], x.dtype, x.device).Times(Math.Min(2 * probability, 1))),
                _blank.On(x.device),
                x
            )
            : x * x.UniformLike().AtLeast(probability).to(x.dtype);

    internal override bool KeepsZeros => !blanks;

    /// <summary>Returns a copy with one draw for each nonzero number.</summary>
    internal override SparseCounts Apply(SparseCounts counts)
    {
        using var uniform = RandomOperations.Uniform([counts.Columns.Length]);
        var draws = TensorMemory.Of<float>(uniform);
        var (offsets, columns, values) = (new int[counts.Offsets.Length], new List<int>(), new List<float>());
        for (var record = 0; record < counts.Count; record++)
        {
            for (var k = counts.Offsets[record]; k < counts.Offsets[record + 1]; k++)
                if (draws[k] >= probability)
                {
                    columns.Add(counts.Columns[k]);
                    values.Add(counts.Values[k]);
                }
            offsets[record + 1] = columns.Count;
        }
        return new(offsets, [.. columns], [.. values]);
    }
}
