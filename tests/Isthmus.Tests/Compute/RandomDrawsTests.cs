using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Compute;

/// <summary>The one generator of the process is nobody's to keep: what draws by a seed of its own leaves it as it was.</summary>
public class RandomDrawsTests
{
    static RandomDrawsTests() => TensorLibrary.EnsureLoaded();

    /// <summary>torch.manual_seed(1); torch.rand(1) of PyTorch 2 gives 0.7576.</summary>
    [Fact]
    public void A_test_begins_with_the_generator_seeded()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0.7576f, rand(1).item<float>(), 1e-4f);
    }

    [Fact]
    public void A_scope_draws_what_its_seed_says_and_the_draws_around_it_go_on()
    {
        using var scope = NewDisposeScope();
        double[] around,
            inside;
        using (RandomDraws.Seeded(7))
        {
            var first = rand(3).Numbers();
            using (RandomDraws.Seeded(9))
                inside = rand(3).Numbers();
            around = [.. first, .. rand(3).Numbers()];
        }
        using (RandomDraws.Seeded(7))
            Assert.Equal(around, rand(6).Numbers());
        using (RandomDraws.Seeded(9))
            Assert.Equal(inside, rand(3).Numbers());
    }

    [Fact]
    public void Loading_encoding_evaluating_and_sampling_leave_the_generator_as_it_was()
    {
        using var temporary = new TemporaryFolder();
        var data = Tiny.Shapes(100);
        using (var trained = Train(data).Model)
            trained.Save(temporary.File("m.isthmus"));
        // Held, so that draws of tests beside this one do not move it on.
        using var held = RandomDraws.Seeded(3);
        using var scope = NewDisposeScope();
        var before = get_rng_state().bytes.ToArray();
        using var model = TrainedModel.Load(temporary.File("m.isthmus"));
        RecordCodes.Of(model.Network, data.Test);
        Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = 3 }, cancellationToken: TestContext.Current.CancellationToken);
        Generation.Sample(model, 3, seed: 1);
        using (var again = Train(data).Model)
            Assert.NotNull(again);
        Assert.Equal(before, get_rng_state().bytes.ToArray());
    }

    [Fact]
    public async Task A_training_with_loads_and_draws_beside_it_gives_the_same_weights()
    {
        using var temporary = new TemporaryFolder();
        var data = Tiny.Shapes(280);
        byte[] quiet;
        using (var trained = Train(data).Model)
        {
            trained.Save(temporary.File("m.isthmus"));
            quiet = trained.WeightBytes();
        }
        var cancellationToken = TestContext.Current.CancellationToken;
        using var done = new CancellationTokenSource();
        var loads = 0;
        var beside = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    using var model = TrainedModel.Load(temporary.File("m.isthmus"));
                    using var scope = NewDisposeScope();
                    RecordCodes.Of(model.Network, data.Test);
                    Generation.Sample(model, 3, seed: loads++);
                }
            },
            cancellationToken
        );
        try
        {
            for (var round = 0; round < 3 || loads < 3; round++)
            {
                using var trained = Train(data).Model;
                Assert.Equal(quiet, trained.WeightBytes());
            }
        }
        finally
        {
            await done.CancelAsync();
        }
        await beside;
    }

    private static TrainingRun Train(DataSplits data) =>
        TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=16 latent=4 epochs=3 batch-size=32"), Threads = 1 });
}
