using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using static TorchSharp.torch;

namespace Isthmus.Tests.Compute;

public sealed class TensorBatchesTests
{
    static TensorBatchesTests() => TensorLibrary.EnsureLoaded();

    [Fact]
    public void Pixels_become_shares_of_the_highest_level()
    {
        using var scope = NewDisposeScope();
        var bytes = Dataset.Images("bytes", new ImageSchema(1, 2, 1, 256), [0, 255, 51, 128]);
        // float32 holds a share of 255 to 2^-25.
        foreach (var (expected, actual) in new[] { 0.2, 128 / 255.0, 0, 1 }.Zip(TensorBatches.Gather(bytes, [1, 0]).Numbers()))
            Assert.Equal(expected, actual, 1 / 33554432.0);
        var bits = Dataset.Images("bits", new ImageSchema(1, 2, 1, 2), [0, 1, 1, 1]);
        Assert.Equal([0, 1, 1, 1], TensorBatches.Gather(bits, [0, 1]).Numbers());
    }

    [Fact]
    public void Columns_stay_as_they_are_and_records_come_in_the_order_asked_for()
    {
        using var scope = NewDisposeScope();
        var data = Dataset.Vectors("v", new VectorSchema(["a", "b"]), [1, -2, 3.5f, 4, 5, 6]);
        Assert.Equal([5, 6, 1, -2, 5, 6], TensorBatches.Gather(data, [2, 0, 2]).Numbers());
        Assert.Equal([1, -2], TensorBatches.Gather(data.Select([2, 0]), [1]).Numbers());
    }

    [Fact]
    public void Batches_in_order_cover_every_record_once()
    {
        using var scope = NewDisposeScope();
        var data = Dataset.Vectors("v", new VectorSchema(["a"]), [0, 1, 2, 3, 4]);
        Assert.Equal(
            [
                [0, 1],
                [2, 3],
                [4],
            ],
            TensorBatches.InOrder(data, 2).Select(batch => batch.Numbers()).ToArray()
        );
        Assert.Equal(
            [
                [0, 1, 2, 3, 4],
            ],
            TensorBatches.InOrder(data, 100).Select(batch => batch.Numbers()).ToArray()
        );
    }
}
