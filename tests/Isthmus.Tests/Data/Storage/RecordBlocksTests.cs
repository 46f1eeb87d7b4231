using Isthmus.Data.Storage;

namespace Isthmus.Tests.Data.Storage;

/// <summary>Blocks that are shuffled are parts of those that data are split by.</summary>
public sealed class RecordBlocksTests
{
    [Theory]
    [InlineData(250_000, 120, 1024)]
    [InlineData(250_000, 256, 1024)]
    [InlineData(250_001, 1024, 256)]
    [InlineData(250_001, 3000, 64)]
    [InlineData(250_000, 1 << 20, 1)]
    [InlineData(5_000, 8192, 25)]
    [InlineData(7, 4, 1)]
    public void Finer_blocks_hold_the_same_records(int count, long recordBytes, int expected)
    {
        var blocks = RecordBlocks.Of(count);
        // The store's last block, which may be shorter, is among them, and is not.
        foreach (
            var some in (RecordBlocks[])
                [blocks, blocks.Select([0, blocks.Blocks / 2, blocks.Blocks - 1]), blocks.Select([.. Enumerable.Range(0, blocks.Blocks - 1)])]
        )
        {
            var finer = some.Finer(recordBytes);
            Assert.Equal((expected, some.Count), (finer.BlockRecords, finer.Count));
            Assert.Equal(some.Places(), finer.Places());
            Assert.Equal(some.Count, Enumerable.Range(0, finer.Blocks).Sum(finer.RecordsOf));
        }
        Assert.Equal(blocks.Take(count / 2).Places(), blocks.Take(count / 2).Finer(recordBytes).Places());
    }
}
