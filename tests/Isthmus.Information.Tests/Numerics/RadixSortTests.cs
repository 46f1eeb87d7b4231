using CsCheck;
using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class RadixSortTests
{
    // Every sign and size, with ties; counts on both sides of the switch to comparisons.
    private static readonly Gen<double> Value = Gen.OneOf(Gen.Double[-1e300, 1e300], Gen.Double[-1, 1], Gen.Int[-3, 3].Select(i => (double)i), Gen.Const(-0.0));

    [Fact]
    public void Values_come_out_ascending_with_their_rows() =>
        Gen.OneOf(Gen.Int[1, 50], Gen.Int[2040, 2100])
            .SelectMany(n => Value.Array[n])
            .Sample(values =>
            {
                var sorted = (double[])values.Clone();
                int[] rows = [.. Enumerable.Range(0, values.Length)];
                RadixSort.Sort(sorted, rows);
                Assert.Equal(values.Order(), sorted);
                Assert.Equal(rows.Select(row => values[row]), sorted);
                Assert.Equal(Enumerable.Range(0, values.Length), rows.Order());
            });
}
