using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Evaluation;

/// <summary>Documents and histories are encoded without being made dense, to the codes that dense records have.</summary>
public class SparseCodesTests
{
    [Theory]
    [InlineData("prod-lda", "topics", "latent=3 hidden=16 epochs=2 batch-size=16")]
    [InlineData("nvdm", "topics", "latent=3 hidden=16 epochs=2 batch-size=16")]
    [InlineData("mult-vae", "mlp", "latent=3 hidden=16 epochs=2 batch-size=16")]
    [InlineData("rec-vae", "dense", "dense-width=16 dense-depth=2 latent=4 epochs=2 batch-size=16")]
    public void Sparse_codes_are_the_dense_ones(string preset, string net, string settings)
    {
        var data = net == "topics" ? SmallDocuments.TwoSubjectsSplit() : Histories.TwoTastes();
        using var model = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings($"{settings} net={net}") }).Model;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using (var encoder = RecordCodes.SparseEncoder(model.Network, data.Test, device: null))
            Assert.NotNull(encoder);
        var dense = model.Network.Encode(TensorBatches.Gather(data.Test, [.. Enumerable.Range(0, data.Test.Count)]), sample: false).Z.Numbers();
        // Sums of at most 20 numbers of order 1 in float32, in another order: 20 x 2^-24, some dozen times over in the layers behind.
        foreach (var (one, other) in RecordCodes.Of(model.Network, data.Test, batch: 7).Numbers().Zip(dense))
            Assert.Equal(other, one, 1e-4f);
    }

    [Fact]
    public void Pictures_have_no_sparse_encoder()
    {
        var data = Tiny.Shapes(60);
        using var model = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=16 latent=4 epochs=1 batch-size=16") }).Model;
        Assert.Null(RecordCodes.SparseEncoder(model.Network, data.Test, device: null));
    }
}
