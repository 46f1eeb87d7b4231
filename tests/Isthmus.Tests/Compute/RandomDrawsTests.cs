using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Compute;

/// <summary>Each seeded call has a generator of its own: torch's, which is the whole process's, gives it no number and is not moved by it.</summary>
public class RandomDrawsTests
{
    private const long Seed = 1_234_567_890_123;

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
            var first = Three();
            using (RandomDraws.Seeded(9))
                inside = Three();
            around = [.. first, .. Three()];
        }
        using (RandomDraws.Seeded(7))
            Assert.Equal(around, RandomOperations.Uniform([6]).Numbers());
        using (RandomDraws.Seeded(9))
            Assert.Equal(inside, Three());
    }

    [Fact]
    public void A_scope_of_one_thread_neither_stops_nor_moves_another_s()
    {
        using var scope = NewDisposeScope();
        using var held = RandomDraws.Seeded(7);
        var first = Three();
        double[] beside = [];
        // A thread and no task: a scope is its thread's, and what follows an await may be on another.
        var other = new Thread(() =>
        {
            using var own = NewDisposeScope();
            using var draws = RandomDraws.Seeded(7);
            beside = [.. Three(), .. Three()];
        });
        other.Start();
        Assert.True(other.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(beside, first.Concat(Three()));
    }

    /// <summary>Old models, figures and goldens were drawn by torch's generator: ours gives the same numbers from the same seed, in the same order.</summary>
    [Fact]
    public void Every_operation_draws_the_bits_of_torch_s_own()
    {
        using var scope = NewDisposeScope();
        var x = linspace(0.1, 0.9, 1200).view(30, 40).t();
        (string Name, Func<Tensor> Torch, Func<Tensor> Ours)[] operations =
        [
            ("rand", () => rand(30, 7), () => RandomOperations.Uniform([30, 7])),
            ("rand_like", () => rand_like(x), () => x.UniformLike()),
            ("randn", () => randn(30, 7), () => RandomOperations.Normal([30, 7])),
            ("randn float64", () => randn(30, 7, dtype: float64), () => RandomOperations.Normal([30, 7], float64)),
            ("randn_like", () => randn_like(x), () => x.NormalLike()),
            ("exponential_", () => empty_like(x).exponential_(), () => x.ExponentialLike()),
            ("randint", () => randint(2, 90, [50], ScalarType.Int64), () => RandomOperations.Integers(2, 90, [50])),
            ("randperm", () => randperm(300), () => RandomOperations.Permutation(300)),
            ("multinomial", () => x.multinomial(9, true), () => x.Choices(9, replacement: true)),
            ("multinomial without replacement", () => x.multinomial(9), () => x.Choices(9)),
            ("bernoulli", () => bernoulli(x), () => x.Bernoulli()),
            ("poisson", () => poisson(x), () => x.Poisson()),
            ("gamma", () => _standard_gamma(x), () => x.StandardGamma()),
            ("dropout", () => nn.functional.dropout(x, 0.3, training: true), () => x.DropOut(0.3)),
            ("linear", () => Flat(nn.Linear(13, 29)), () => Flat(SeededLayers.Linear(13, 29))),
            ("convolution", () => Flat(nn.Conv2d(3, 8, 4)), () => Flat(MatrixProduct.Convolution(3, 8, 4, 2, 1))),
            ("transposed convolution", () => Flat(nn.ConvTranspose2d(8, 3, 4)), () => Flat(MatrixProduct.TransposedConvolution(8, 3, 4, 2, 1))),
        ];
        foreach (var (name, torch, ours) in operations)
        {
            manual_seed(Seed);
            byte[][] expected = [Bytes(torch()), Bytes(torch())];
            var before = get_rng_state().bytes.ToArray();
            using var draws = RandomDraws.Seeded(Seed);
            byte[][] found = [Bytes(ours()), Bytes(ours())];
            Assert.True(expected[0].AsSpan().SequenceEqual(found[0]) && expected[1].AsSpan().SequenceEqual(found[1]), name);
            Assert.True(before.AsSpan().SequenceEqual(get_rng_state().bytes), $"{name} moved torch's generator");
        }
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

    private static double[] Three() => RandomOperations.Uniform([3]).Numbers();

    private static Tensor Flat(nn.Module layer) => cat([.. layer.parameters().Select(parameter => parameter.detach().flatten())]);

    private static byte[] Bytes(Tensor tensor) => tensor.contiguous().bytes.ToArray();

    private static TrainingRun Train(DataSplits data) =>
        TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=16 latent=4 epochs=3 batch-size=32"), Threads = 1 });
}
