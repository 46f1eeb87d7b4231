using System.Collections.Concurrent;
using Isthmus.Server.Runtime;

namespace Isthmus.Server.Tests;

public sealed class BatcherTests
{
    [Fact]
    public async Task A_cancelled_request_leaves_the_batch_before_it_runs()
    {
        using var gate = new ManualResetEventSlim();
        var ran = new ConcurrentQueue<float>();
        using var batches = new Batcher(
            records =>
            {
                gate.Wait(TimeSpan.FromSeconds(20));
                foreach (var record in records)
                    ran.Enqueue(record[0]);
                return [.. records.Select(record => new[] { -record[0] })];
            },
            most: 1,
            TimeSpan.Zero
        );
        // As many as there are workers, and more: the next ones wait.
        var busy = Enumerable
            .Range(0, 4)
            .Select(_ =>
                batches.RunAsync(
                    [
                        [0],
                    ],
                    CancellationToken.None
                )
            )
            .ToArray();
        using var cancel = new CancellationTokenSource();
        var (first, second, third) = (
            batches.RunAsync(
                [
                    [1],
                ],
                CancellationToken.None
            ),
            batches.RunAsync(
                [
                    [2],
                ],
                cancel.Token
            ),
            batches.RunAsync(
                [
                    [3],
                ],
                CancellationToken.None
            )
        );
        await cancel.CancelAsync();
        gate.Set();

        Assert.Equal(-1, (await first)[0][0]);
        Assert.Equal(-3, (await third)[0][0]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Task.WhenAll(busy);
        Assert.Equal([0f, 0, 0, 0, 1, 3], ran.Order().ToArray());
    }

    [Fact]
    public async Task A_fault_of_one_request_is_not_that_of_the_others_in_its_batch()
    {
        var sizes = new ConcurrentQueue<int>();
        using var batches = new Batcher(
            records =>
            {
                sizes.Enqueue(records.Count);
                return records.Any(record => record[0] == 13) ? throw new InvalidDataException("13") : [.. records];
            },
            most: 64,
            TimeSpan.FromMilliseconds(200)
        );
        var requests = Enumerable
            .Range(10, 6)
            .Select(i =>
                batches.RunAsync(
                    [
                        [i],
                    ],
                    CancellationToken.None
                )
            )
            .ToArray();
        foreach (var (place, request) in requests.Index())
            if (place == 3)
                await Assert.ThrowsAsync<InvalidDataException>(() => request);
            else
                Assert.Equal(10 + place, (await request)[0][0]);
        Assert.Contains(sizes, size => size > 1);
    }
}
