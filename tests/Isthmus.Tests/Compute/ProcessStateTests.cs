using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Formats;
using Isthmus.Evaluation;
using Isthmus.Information.Numerics;
using Isthmus.Models;
using Isthmus.NeuralInformation;
using Isthmus.Quantisation;
using Isthmus.Recommenders;
using Isthmus.Tables;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Compute;

/// <summary>
/// Every call leaves state of the process unchanged: torch's generator, the caller's number of threads, and that of new threads; and holds its tensors by
/// scopes.
/// </summary>
public class ProcessStateTests
{
    static ProcessStateTests() => TensorLibrary.EnsureLoaded();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_call_leaves_generator_and_threads_as_they_were(int threads)
    {
        using var folder = new TemporaryFolder();
        var usual = get_num_threads();
        set_num_threads(2);
        try
        {
            var cancellationToken = TestContext.Current.CancellationToken;
            TrainingOptions Options(string settings) => new() { Settings = Tiny.Settings(settings), Threads = threads };
            var (pictures, histories) = (Tiny.Shapes(200), Histories.TwoTastes());
            File.WriteAllText(
                folder.File("t.csv"),
                "age,city\n" + string.Concat(Enumerable.Range(0, 90).Select(i => FormattableString.Invariant($"{20 + i * 7 % 30},{"ABC"[i % 3]}town\n")))
            );
            var rows = DataSource.Load(folder.File("t.csv"), new() { Table = new() });
            TrainedModel? vae = null,
                table = null,
                recommender = null;
            Unchanged("train pictures", () => vae = Train("vae", pictures, "hidden=16 latent=4 epochs=2 batch-size=64 parallel=records"));
            Unchanged("train by autograd", () => Train("vq-vae", pictures, "hidden=8 epochs=1 batch-size=16 codebook=8").Dispose());
            Unchanged("train a table", () => table = Train("table-vae", rows, "hidden=8 latent=2 epochs=2"));
            Unchanged("train on histories", () => recommender = Train("mult-vae", histories, "hidden=8 latent=2 epochs=2 batch-size=8"));
            Unchanged("train in closed form", () => Train("ease", histories, "").Dispose());
            Unchanged("save and load", () =>
            {
                vae!.Save(folder.File("m.isthmus"));
                TrainedModel.Load(folder.File("m.isthmus")).Dispose();
            });
            Unchanged("evaluate", () =>
                Evaluator.Evaluate(vae!, pictures.Test, pictures.Train, new() { ImportanceSamples = 3, Samples = 20 }, cancellationToken: cancellationToken)
            );
            Unchanged("evaluate a table", () => Evaluator.Evaluate(table!, rows.Test, rows.Train, new(), cancellationToken: cancellationToken));
            Unchanged("evaluate histories", () =>
                Evaluator.Evaluate(recommender!, histories.Test, histories.Train, new(), cancellationToken: cancellationToken)
            );
            Unchanged("encode", () => Encoding.Of(vae!, pictures.Test));
            Unchanged("reconstruct", () => Reconstruction.Of(vae!, pictures.Test, cancellationToken: cancellationToken));
            Unchanged("denoise", () =>
            {
                using var denoising = Train("denoising", pictures, "hidden=8 latent=4 epochs=1 dropout=0.2");
                Denoising.CorruptAndRestore(denoising, pictures.Test, seed: 1, cancellationToken: cancellationToken);
            });
            Unchanged("sample", () => Generation.Sample(vae!, 3, seed: 1, draw: true));
            Unchanged("export", () => IntegerForm.Of(vae!, new(), cancellationToken: cancellationToken));
            var cells = table!.Reference!.HeldOut.ToArray();
            foreach (var kind in Enum.GetValues<RowScoreKind>())
                Unchanged($"score by {kind}", () => new RowScorer([table], kind, cancellationToken: cancellationToken).Score(cells, cancellationToken));
            cells[0] = float.NaN;
            Unchanged("impute", () => Imputation.Of(table, cells, cancellationToken: cancellationToken));
            Unchanged("sample rows", () => SyntheticRows.Draw(table, 5, seed: 1));
            Unchanged("score a file", () => ScoredTable.Of([table], folder.File("t.csv"), cancellationToken: cancellationToken));
            Unchanged("recommend", () => Recommendation.For(recommender!, [1, 2], 3));
            Unchanged("recommend to all", () => Recommendation.ForAll(recommender!, histories.Test, 3, cancellationToken: cancellationToken).ToArray());
            Unchanged("neural information", () =>
            {
                double[] x = [.. Enumerable.Range(0, 120).Select(i => Math.Sin(i))],
                    y = [.. Enumerable.Range(0, 120).Select(i => Math.Cos(i * i))];
                NeuralMutualInformation.Estimate(
                    Points.FromColumns(x),
                    Points.FromColumns(y),
                    new() { Threads = threads, CrossFit = false },
                    cancellationToken: cancellationToken
                );
            });
            vae!.Dispose();
            table.Dispose();
            recommender!.Dispose();

            TrainedModel Train(string preset, Isthmus.Data.Records.DataSplits data, string settings) =>
                TrainingRun.Train(preset, data, Options(settings), cancellationToken: cancellationToken).Model;
        }
        finally
        {
            set_num_threads(usual);
        }
    }

    [Fact]
    public void Scopes_of_threads_overlap_without_touching_each_other()
    {
        var usual = get_num_threads();
        set_num_threads(2);
        try
        {
            using ManualResetEventSlim inside = new(),
                leave = new();
            var (within, after) = (0, 0);
            var other = new Thread(() =>
            {
                using (TensorThreads.Use(5))
                {
                    inside.Set();
                    leave.Wait();
                    within = get_num_threads();
                }
                after = get_num_threads();
            });
            other.Start();
            inside.Wait(TestContext.Current.CancellationToken);
            using (TensorThreads.Use(1))
            {
                Assert.Equal(1, get_num_threads());
                Assert.Equal(2, OfANewThread());
            }
            Assert.Equal((2, 2), (get_num_threads(), OfANewThread()));
            leave.Set();
            other.Join();
            Assert.Equal((5, 2, 2), (within, after, OfANewThread()));
        }
        finally
        {
            set_num_threads(usual);
        }
    }

    private static void Unchanged(string call, Action action)
    {
        using var began = get_rng_state();
        var (before, tensors) = (began.bytes.ToArray(), TorchSharp.DisposeScopeManager.Statistics);
        var outside = tensors.CreatedOutsideScopeCount;
        action();
        // Beside threads that collect, a tensor of no scope is freed while the call that made it reads it.
        Assert.True(outside == tensors.CreatedOutsideScopeCount, $"{call} makes {tensors.CreatedOutsideScopeCount - outside} tensors outside a scope");
        using var ended = get_rng_state();
        Assert.True(before.AsSpan().SequenceEqual(ended.bytes), $"{call} moved torch's generator");
        Assert.True((get_num_threads(), OfANewThread()) == (2, 2), $"{call} left {get_num_threads()} threads, and {OfANewThread()} to threads to come");
    }

    private static int OfANewThread()
    {
        var count = 0;
        var thread = new Thread(() => count = get_num_threads());
        thread.Start();
        thread.Join();
        return count;
    }
}
