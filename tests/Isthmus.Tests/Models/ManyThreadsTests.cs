using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Isthmus.Codes;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Recommenders;
using Isthmus.Tables;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>
/// One model under 16 threads, beside two that allocate and collect and one that trains: every call gives the bits that it gives alone, and none fails.
/// </summary>
public class ManyThreadsTests
{
    private const int Threads = 16,
        Rounds = 20;

    [Theory]
    [InlineData("vae", "hidden=16 latent=4")]
    [InlineData("denoising", "hidden=16 latent=4 dropout=0.2")]
    [InlineData("vae", "net=conv channels=4,8 dense=8 latent=4")]
    [InlineData("vae", "likelihood=local-context hidden=8 latent=4")]
    [InlineData("vq-vae", "hidden=16 codebook=8")]
    [InlineData("sparse", "hidden=16 latent=20")]
    public void Pictures(string preset, string settings)
    {
        var data = Tiny.Shapes(200);
        using var model = Train(preset, data, $"{settings} epochs=1 batch-size=32");
        var x = model.Prepare(data.Test);
        List<Func<string>> calls =
        [
            () => OfTensor(RecordCodes.Of(model.Network, x)),
            () => OfTensor(RecordCodes.Drawn(model.Network, x, seed: 3, stream: 1)),
            () => Of(Reconstruction.Of(model, data.Test).Values),
        ];
        if (model.Network.Corruption is not NoCorruption)
            calls.Add(() => Of(Denoising.CorruptAndRestore(model, data.Test, seed: 4).Restored.Values));
        if (model.Network.Bottleneck.Prior is not null)
            calls.Add(() => Of(Generation.Sample(model, 4, seed: 5, draw: true).Values));
        Same(calls);
    }

    [Fact]
    public void Rows_of_a_table()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("t.csv"),
            "age,city,income\n"
                + string.Concat(Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{20 + i * 7 % 30},{"ABC"[i % 3]}town,{i * 37 % 91}.5\n")))
        );
        var data = DataSource.Load(folder.File("t.csv"), new() { Table = new() });
        using var model = Train("table-vae", data, "hidden=16 latent=3 epochs=2");
        float[] rows = [.. model.Reference!.HeldOut],
            holed = [.. rows];
        for (var i = 0; i < holed.Length; i += 4)
            holed[i] = float.NaN;
        List<Func<string>> calls =
        [
            () => Of([.. Imputation.Of(model, holed, draws: 2, samples: 20).SelectMany(cell => cell.Draws.Prepend(cell.Value))]),
            () => Of(SyntheticRows.Draw(model, 6, seed: 2)),
        ];
        foreach (var kind in Enum.GetValues<RowScoreKind>())
        {
            var scorer = new RowScorer([model], kind, samples: 10, cancellationToken: TestContext.Current.CancellationToken);
            calls.Add(() => Of(scorer.Score(rows).Bits));
        }
        Same(calls);
    }

    [Theory]
    [InlineData("mult-vae", "hidden=8 latent=2")]
    [InlineData("ease", "")]
    public void Histories_of_users(string preset, string settings)
    {
        var data = Histories.TwoTastes();
        using var model = TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings(settings), Threads = 1 }).Model;
        Same([
            () => string.Join('|', Recommendation.For(model, [1, 2, 15], 5).Select(item => FormattableString.Invariant($"{item.Item} {item.Bits:R}"))),
            () => Of(Recommendation.ForAll(model, data.Test, 3).SelectMany(part => part)),
        ]);
    }

    private static void Same(IReadOnlyList<Func<string>> calls)
    {
        string[] quiet = [.. calls.Select(call => call())];
        var shapes = Tiny.Shapes(120);
        string Trained()
        {
            using var trained = Train("vae", shapes, "hidden=8 latent=2 epochs=2 batch-size=16");
            return Convert.ToHexString(SHA256.HashData(trained.WeightBytes()));
        }
        var weights = Trained();
        var failures = new ConcurrentQueue<string>();
        using var done = new CancellationTokenSource();
        void Check(string name, Func<string> call, string expected)
        {
            try
            {
                using var scope = NewDisposeScope();
                if (call() != expected)
                    failures.Enqueue($"{name} gave another result");
            }
            catch (Exception e)
            {
                failures.Enqueue($"{name}: {e}");
            }
        }
        Thread Beside(Action work) =>
            new(() =>
            {
                while (!done.IsCancellationRequested)
                    work();
            });
        Thread[] beside =
        [
            Beside(() => GC.KeepAlive(Enumerable.Range(0, 2000).Select(i => new byte[i]).ToArray())),
            Beside(() =>
            {
                GC.KeepAlive(Enumerable.Range(0, 500).Select(i => new int[i]).ToArray());
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }),
            Beside(() => Check("a training", Trained, weights)),
        ];
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(thread => new Thread(() =>
                {
                    for (var round = 0; round < Rounds && failures.IsEmpty; round++)
                        Check($"call {(thread + round) % calls.Count}", calls[(thread + round) % calls.Count], quiet[(thread + round) % calls.Count]);
                })),
        ];
        foreach (var thread in beside.Concat(threads))
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        done.Cancel();
        foreach (var thread in beside)
            thread.Join();
        Assert.True(failures.IsEmpty, string.Join(Environment.NewLine, failures));
    }

    private static TrainedModel Train(string preset, DataSplits data, string settings) =>
        TrainingRun.Train(preset, data, new() { Settings = Tiny.Settings(settings), Threads = 1 }).Model;

    private static string Of(ReadOnlySpan<float> values) => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values)));

    private static string Of(IEnumerable<Column> columns) =>
        string.Join(
            '|',
            columns.SelectMany(column =>
                Enumerable
                    .Range(0, column.Count)
                    .Select(row =>
                        column.Type == "FLOAT" ? column.Number(row).ToString("R", CultureInfo.InvariantCulture)
                        : column.IsWhole ? column.Whole(row).ToString(CultureInfo.InvariantCulture)
                        : column.Text(row)
                    )
            )
        );

    private static string OfTensor(Tensor tensor) => Convert.ToHexString(SHA256.HashData(tensor.contiguous().bytes));
}
