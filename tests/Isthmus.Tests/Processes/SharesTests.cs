using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Gradients;
using Isthmus.Processes;
using Isthmus.Tests.Training;
using Isthmus.Training;

namespace Isthmus.Tests.Processes;

public class SharesTests
{
    /// <summary>Every way to a gradient: layers by hand, dense and sparse, and corrupted; stages with one pass and two; autograd; and statistics.</summary>
    public static TheoryData<string, string, string> Models() =>
        new()
        {
            { "vae", "shapes", "net=mlp hidden=16" },
            { "vae", "shapes", "net=conv channels=4,4 dense=8 precision=float32" },
            { "denoising", "shapes", "net=mlp hidden=16" },
            { "iwae", "shapes", "net=mlp hidden=16 samples=3" },
            { "vamp-vae", "shapes", "net=mlp hidden=16 pseudo-inputs=20" },
            { "ladder-vae", "shapes", "net=mlp hidden=16 latent=6" },
            { "vib", "shapes", "net=mlp hidden=16 latent=4 dropout=0.2" },
            { "cond-vae", "shapes", "net=mlp hidden=16 latent=4 target=scale" },
            { "contractive", "shapes", "net=mlp hidden=16 latent=4" },
            { "mult-vae", "histories", "hidden=16 latent=4" },
            { "top-k-sae", "vectors", "latent=12 k=3 dead-after=40" },
        };

    [Theory]
    [MemberData(nameof(Models))]
    public void Four_shares_have_the_same_weights_on_one_two_and_four_ranks(string preset, string kind, string settings)
    {
        var (data, options) = (Data(kind), Options($"{settings} shares=4 epochs=2 batch-size=30"));
        var alone = TrainingRun.Train(preset, data, options);
        foreach (var ranks in new[] { 2, 4 })
            foreach (var run in ThreadRanks.Run(ranks, communicator => TrainingRun.Train(preset, data, options with { Communicator = communicator })))
            {
                Assert.Equal(alone.Model.WeightBytes(), run.Model.WeightBytes());
                Assert.Equal(alone.Epochs, run.Epochs);
            }
    }

    /// <summary>More than four ranks deal out the parameters: each updates a part, and whoever writes a checkpoint has all.</summary>
    [Theory]
    [InlineData("vae", "shapes", "net=mlp hidden=16")]
    [InlineData("vae", "shapes", "net=mlp hidden=16 precision=float32 optimizer=sgd momentum=0.5 average=0")]
    [InlineData("vae", "shapes", "net=mlp hidden=16 clip=1 clip-spikes=1")]
    [InlineData("iwae", "shapes", "net=mlp hidden=16 samples=3")]
    [InlineData("contractive", "shapes", "net=mlp hidden=16 latent=4")]
    [InlineData("mult-vae", "histories", "hidden=16 latent=4")]
    [InlineData("top-k-sae", "vectors", "latent=12 k=3 dead-after=40")]
    public void Six_ranks_have_the_weights_of_one_and_so_has_a_run_that_five_were_stopped_in(string preset, string kind, string settings)
    {
        using var temporary = new TemporaryFolder();
        var (data, folder) = (Data(kind), new RunFolder(temporary.File("run")));
        var options = Options($"{settings} shares=30 epochs=4 batch-size=30") with { Clock = new TickingClock(), CheckpointEvery = TimeSpan.FromSeconds(3) };
        var alone = TrainingRun.Train(preset, data, options);
        var six = ThreadRanks.Run(6, communicator => TrainingRun.Train(preset, data, options with { Communicator = communicator }));
        Assert.All(six, run => Assert.Equal(alone.Model.WeightBytes(), run.Model.WeightBytes()));

        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => ThreadRanks.Run(5, communicator => TrainingRun.Train(
                    preset,
                    data,
                    options with
                    {
                        Communicator = communicator,
                        Folder = folder,
                        Clock = new TickingClock(),
                    },
                    new ImmediateProgress<TrainingProgress>(progress =>
                    {
                        if (progress.Epoch > 0 && ++steps == 2)
                            stop.Cancel();
                    }),
                    stop.Token
                )));
        var resumed = TrainingRun.Train(preset, data, options with { Folder = folder, Resume = true });
        Assert.Equal(alone.Model.WeightBytes(), resumed.Model.WeightBytes());
    }

    [Theory]
    [InlineData("vae", "hidden=16", true)]
    [InlineData("iwae", "hidden=16 samples=3", false)]
    public void Ranks_without_a_number_of_shares_take_one_a_thread_as_one_process_does(string preset, string settings, bool isSame)
    {
        var options = Options($"{settings} net=mlp epochs=1 batch-size=32");
        var threads = TrainingRun.Train(preset, Tiny.Shapes(280), options with { Threads = 2 });
        var ranks = ThreadRanks.Run(2, communicator => TrainingRun.Train(preset, Tiny.Shapes(280), options with { Communicator = communicator }));
        Assert.Equal("2", ranks[1].Model.Specification.Settings.Values["shares"]);
        Assert.Equal("0", threads.Model.Specification.Settings.Values["shares"]);
        Assert.Equal(isSame, threads.Model.WeightBytes().SequenceEqual(ranks[1].Model.WeightBytes()));
    }

    [Fact]
    public void Two_ranks_stopped_by_one_of_them_and_resumed_on_four_equal_a_run_that_never_stopped()
    {
        using var temporary = new TemporaryFolder();
        var (data, options) = (Tiny.Shapes(280), Options("hidden=16 net=mlp shares=4 epochs=3 batch-size=32"));
        var (whole, parts) = (new RunFolder(temporary.File("whole")), new RunFolder(temporary.File("parts")));
        var expected = TrainingRun.Train("vae", data, options with { Folder = whole });
        Assert.Throws<OperationCanceledException>(() => ThreadRanks.Run(2, communicator =>
            {
                using var stop = new CancellationTokenSource();
                // The one that is asked to stop is not the one that writes.
                if (communicator.Rank == 1)
                    stop.Cancel();
                return TrainingRun.Train("vae", data, options with { Folder = parts, Communicator = communicator }, cancellationToken: stop.Token);
            }));
        Assert.Equal(1, Checkpoint.Load(parts.Checkpoint).State.Step);
        var resumed = ThreadRanks.Run(
            4,
            // Shares are the checkpoint's.
            communicator =>
                TrainingRun.Train(
                    "vae",
                    data,
                    Options("hidden=16 net=mlp epochs=3 batch-size=32") with
                    {
                        Folder = parts,
                        Resume = true,
                        Communicator = communicator,
                    }
                )
        );
        Assert.All(resumed, run => Assert.Equal(expected.Model.WeightBytes(), run.Model.WeightBytes()));
        Assert.Equal(File.ReadAllBytes(whole.Metrics), File.ReadAllBytes(parts.Metrics));
    }

    [Theory]
    [InlineData("factor-vae", "net=mlp hidden=16", "penalty=density-ratio")]
    [InlineData("beta-tc-vae", "net=mlp hidden=16", "penalty=total-correlation")]
    [InlineData("dip-vae", "net=mlp hidden=16", "penalty=dip")]
    [InlineData("wae", "net=mlp hidden=16", "penalty=mmd")]
    [InlineData("aae", "net=mlp hidden=16", "penalty=adversarial")]
    [InlineData("vae", "net=mlp hidden=16 norm=batch", "batch normalisation")]
    [InlineData("vae", "net=mlp hidden=16 free-nats=1", "free-nats=1")]
    [InlineData("vae", "net=mlp hidden=16 capacity=3", "capacity=3")]
    [InlineData("vq-vae", "net=mlp hidden=16 latent=8 codebook=6 code-hidden=12", "bottleneck=vector-quantised")]
    [InlineData("sparse", "net=mlp hidden=16", "bottleneck=top-k")]
    [InlineData("vae", "net=mlp hidden=16 encoder-epochs=1", "encoder-epochs=1")]
    public void What_looks_at_a_batch_as_a_whole_is_refused_and_named(string preset, string settings, string named)
    {
        var refused = Assert.Throws<InvalidInputException>(() =>
            TrainingRun.Train(preset, Tiny.Shapes(280), Options($"{settings} shares=2 epochs=1 batch-size=32"))
        );
        Assert.Contains(named, refused.MessageWith(name => name.CommandLine), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shares=3", "cannot be dealt out evenly to 2 processes")]
    [InlineData("shares=64", "more than the 32 records in a step")]
    public void Shares_that_cannot_be_dealt_out_are_refused(string shares, string problem)
    {
        var options = Options($"hidden=16 net=mlp epochs=1 batch-size=32 {shares}");
        var refused = Assert.Throws<InvalidInputException>(() =>
            ThreadRanks.Run(2, communicator => TrainingRun.Train("vae", Tiny.Shapes(280), options with { Communicator = communicator }))
        );
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Bytes that a share sends: what docs/guide/cluster.md reckons with.</summary>
    [Theory]
    [InlineData(true, 1_308_992)]
    [InlineData(false, 2_611_392)]
    public void A_share_of_784_400_20_is_as_many_bytes_as_the_formula_says(bool inBfloat16, long bytes)
    {
        var specification = ModelSpecification.Resolve(
            "vae",
            new ImageSchema(28, 28, 1, 2),
            Tiny.Settings("hidden=400 latent=20 activation=relu"),
            TrainingSettings.All
        );
        using var model = specification.Build(seed: 1);
        using var parameters = new FlatParameters(model, products: SliceGradient.ProductsOf(model), inBfloat16: inBfloat16, slices: 2);
        const long Products = 784 * 400 + 400 * 40 + 20 * 400 + 400 * 784,
            Rest = 400 + 40 + 400 + 784;
        static long Whole(long count) => (count + 63) / 64 * 64;
        Assert.Equal((Products, Products + Rest), (parameters.ProductCount, parameters.Values.numel()));
        Assert.Equal(bytes, sizeof(float) * parameters.SliceWords);
        Assert.Equal(bytes, (inBfloat16 ? Whole(2 * Products) + Whole(4 * Rest) : Whole(4 * (Products + Rest))) + 64);
    }

    [Theory]
    [InlineData(null, "codes.npy")]
    [InlineData(null, "codes.csv")]
    [InlineData(1, "layer.npy")]
    public void Ranks_encode_and_evaluate_as_one_process_does(int? layer, string name)
    {
        using var temporary = new TemporaryFolder();
        var data = Tiny.Shapes(2800);
        using var model = TrainingRun.Train("vae", data, Options("hidden=16 net=mlp epochs=1")).Model;
        using var one = TensorThreads.Use(1);
        Encoding.Write(temporary.File(name), model, data.Train, layer);
        var likelihood = ImportanceSampling.Estimate(model.Network, data.Test, samples: 3, seed: 1);
        var ranks = ThreadRanks.Run(2, communicator =>
        {
            using var thread = TensorThreads.Use(1);
            var written = Encoding.Write(temporary.File($"ranks-{name}"), model, data.Train, layer, null, communicator, CancellationToken.None);
            Assert.Equal(data.Train.Count, written.Rows);
            return ImportanceSampling.Estimate(model.Network, data.Test, 3, 1, null, communicator, null, CancellationToken.None);
        });
        Assert.Equal(File.ReadAllBytes(temporary.File(name)), File.ReadAllBytes(temporary.File($"ranks-{name}")));
        Assert.All(ranks, result => Assert.Equal(likelihood, result));
    }

    [Fact]
    public void Ranks_that_read_other_records_are_told_apart()
    {
        var refused = Assert.Throws<InvalidInputException>(() =>
            ThreadRanks.Run(2, communicator =>
                TrainingRun.Train("vae", Tiny.Shapes(280 + communicator.Rank * 10), Options("net=mlp hidden=16") with { Communicator = communicator })
            )
        );
        Assert.Contains("Rank 1 has other records", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_epoch_has_checkpoints_inside_it_from_which_a_run_goes_on_to_the_same_weights()
    {
        using var temporary = new TemporaryFolder();
        var (data, folder, kept) = (Tiny.Shapes(280), new RunFolder(temporary.File("run")), temporary.File("kept.isthmus"));
        // The clock's second is a step or less, and a checkpoint every five of them lies within an epoch of seven.
        var options = Options("hidden=16 net=mlp epochs=2 batch-size=32") with
        {
            Folder = folder,
            Clock = new TickingClock(),
            CheckpointEvery = TimeSpan.FromSeconds(5),
        };
        var expected = TrainingRun.Train(
            "vae",
            data,
            options,
            new ImmediateProgress<TrainingProgress>(progress =>
            {
                if (progress.Epoch > 0 && !File.Exists(kept) && File.Exists(folder.Checkpoint))
                    File.Copy(folder.Checkpoint, kept);
            })
        );
        Assert.NotEqual(0, Checkpoint.Load(kept).State.Step % 7);
        File.Copy(kept, folder.Checkpoint, overwrite: true);
        var resumed = TrainingRun.Train("vae", data, options with { Resume = true });
        Assert.Equal(expected.Model.WeightBytes(), resumed.Model.WeightBytes());
    }

    [Fact]
    public void A_failure_of_rank_0_ends_the_others_too()
    {
        var (failed, ended) = (0, 0);
        ThreadRanks.Run(3, communicator =>
        {
            if (communicator.Rank == 0)
                Assert.Throws<IOException>(() => communicator.FromFirst(() => throw new IOException("full")));
            else
                Assert.Throws<OperationCanceledException>(() => communicator.FromFirst(() => []));
            return communicator.Rank == 0 ? failed++ : Interlocked.Increment(ref ended);
        });
        Assert.Equal((1, 2), (failed, ended));
    }

    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2", 4, 2, false)]
    [InlineData("PMI_SIZE=3 PMI_RANK=0", 3, 0, true)]
    [InlineData("SLURM_STEP_ID=0 SLURM_NTASKS=8 SLURM_PROCID=7", 8, 7, false)]
    [InlineData("SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=2 SLURM_NTASKS=8 SLURM_PROCID=1", 2, 1, false)]
    // A batch script itself, which srun has not started.
    [InlineData("SLURM_NTASKS=8 SLURM_PROCID=0", 0, 0, false)]
    [InlineData("", 0, 0, false)]
    public void Launchers_are_known_by_their_variables(string variables, int count, int rank, bool isMpich)
    {
        var said = Tiny.Settings(variables);
        var found = MpiLauncher.Find(said.GetValueOrDefault);
        Assert.Equal(count == 0 ? (null, null, null) : (count, rank, isMpich), (found?.Count, found?.Rank, found?.IsMpich));
    }

    private static TrainingOptions Options(string settings) => new() { Settings = Tiny.Settings(settings), Threads = 1 };

    private static DataSplits Data(string kind)
    {
        if (kind == "histories")
            return Histories.TwoTastes();
        if (kind == "shapes")
            return Tiny.Shapes(280);
        var random = new Random(1);
        var rows = Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 5).Select(_ => random.NextSingle()).ToArray()).ToArray();
        return Vectors.From(rows).Split();
    }
}
