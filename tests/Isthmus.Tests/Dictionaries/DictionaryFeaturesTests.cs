using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Dictionaries;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Dictionaries;

/// <summary>Features by hand: a dictionary whose codes are known, row by row.</summary>
public sealed class DictionaryFeaturesTests
{
    static DictionaryFeaturesTests() => TensorLibrary.EnsureLoaded();

    // z_j = max(0, x_j): W the identity over three numbers and a fourth feature that is never on.
    private static TrainedModel Model()
    {
        var specification = ModelSpecification.Resolve(
            "sparse",
            new VectorSchema(VectorRecords.Names(3)),
            Tiny.Settings("latent=4 bottleneck=l1 net=mlp hidden= variance=fixed"),
            TrainingSettings.All
        );
        var network = specification.Build(seed: 1);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weights = network.state_dict();
        weights["encoder.output.weight"]
            .copy_(
                tensor(
                    new float[,]
                    {
                        { 1, 0, 0 },
                        { 0, 1, 0 },
                        { 0, 0, 1 },
                        { 0, 0, 0 },
                    }
                )
            );
        weights["encoder.output.bias"].copy_(tensor(new float[] { 0, 0, 0, -1 }));
        // Columns: x, x + y (45 degrees from it), -x, z.
        weights["decoder.output.weight"]
            .copy_(
                tensor(
                    new float[,]
                    {
                        { 2, 1, -1, 0 },
                        { 0, 1, 0, 0 },
                        { 0, 0, 0, 1 },
                    }
                )
            );
        weights["decoder.output.bias"].copy_(zeros(3));
        return new(specification, network, null, new("made", 1, 1, 1, 1, 1, 0, 1, DateTimeOffset.UnixEpoch, "test"));
    }

    private static readonly float[][] Rows =
    [
        [1, 0, 0],
        [4, -1, 0],
        [0, 2, -3],
        [2, 1, 0],
        [3, 0, 0],
        [0, 0, 0],
    ];

    [Fact]
    public void Frequency_strengths_and_the_strongest_records_are_counted()
    {
        using var model = Model();
        var features = DictionaryFeatures.Of(
            model,
            Vectors.From(Rows),
            new()
            {
                Bins = 4,
                TopRecords = 3,
                DenseAbove = 0.5,
            }
        );
        Assert.Equal((6, 6), (features.Rows, features.Records));
        var first = features.All[0];
        Assert.Equal((4, 4 / 6.0, 2.5, 4.0), (first.RowsOn, first.Frequency, first.MeanStrength, first.LargestStrength));
        // 1 is in the second of bins of width 1, 4 in the last.
        Assert.Equal([0, 1, 1, 2], first.Histogram);
        Assert.Equal([new(1, 4), new(4, 3), new(3, 2)], first.Top);
        Assert.Equal([new(2, 2), new(3, 1)], features.All[1].Top);
        Assert.Equal([2, 3], features.Dead);
        Assert.Empty(features.All[2].Top);
        Assert.Equal([0], features.Dense);
        Assert.Equal((4 + 2) / 6.0, features.MeanOn, 1e-12);
    }

    [Fact]
    public void A_record_of_several_rows_counts_once_among_the_strongest()
    {
        using var model = Model();
        var features = DictionaryFeatures.Of(model, Vectors.From(Rows), new() { RowsPerRecord = 2, TopRecords = 5 });
        Assert.Equal((6, 3), (features.Rows, features.Records));
        Assert.Equal([new(0, 4), new(2, 3), new(1, 2)], features.All[0].Top);
        Assert.Contains(
            "no whole number of records of 4 rows",
            Assert.Throws<InvalidInputException>(() => DictionaryFeatures.Of(model, Vectors.From(Rows), new() { RowsPerRecord = 4 })).Message
        );
    }

    [Fact]
    public void Neighbours_are_those_that_write_in_a_similar_direction()
    {
        using var model = Model();
        var neighbours = DictionaryFeatures.Of(model, Vectors.From(Rows), new() { Neighbours = 2 }).All[0].Neighbours;
        Assert.Equal([1, 3], neighbours.Select(neighbour => neighbour.Feature));
        Assert.Equal(Math.Sqrt(0.5), neighbours[0].Cosine, 1e-6);
        Assert.Equal(0, neighbours[1].Cosine, 1e-6);
    }

    [Fact]
    public void A_model_without_a_sparse_code_has_no_features()
    {
        var specification = ModelSpecification.Resolve("vae", new VectorSchema(VectorRecords.Names(3)), Tiny.Settings("latent=2"), TrainingSettings.All);
        using var model = new TrainedModel(specification, specification.Build(1), null, new("made", 1, 1, 1, 1, 1, 0, 1, DateTimeOffset.UnixEpoch, "test"));
        Assert.Contains("has no sparse code", Assert.Throws<InvalidInputException>(() => DictionaryFeatures.Of(model, Vectors.From(Rows))).Message);
    }
}
