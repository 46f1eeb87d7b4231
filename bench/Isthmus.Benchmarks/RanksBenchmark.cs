using System.Diagnostics;
using System.Globalization;
using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Processes;
using Isthmus.Training;

namespace Isthmus.Benchmarks;

/// <summary>Steps of training by the processes that a launcher started, or by one: fastest and median, by rank 0.</summary>
internal static class RanksBenchmark
{
    /// <summary>Takes steps of each workload for some seconds.</summary>
    public static IEnumerable<string> Run(IEnumerable<Workload> workloads, IReadOnlyList<int> batches, int threads, double seconds)
    {
        using var ranks = MpiCommunicator.IsLaunched ? MpiCommunicator.Start() : Communicator.Alone;
        TensorLibrary.EnsureLoaded();
        using var one = TensorThreads.Use(threads);
        foreach (var batch in batches)
        {
            foreach (var workload in workloads)
            {
                var data = workload.Data();
                using var trainer = workload.Trainer(data, batch, "", ranks);
                yield return Line(workload.Name, batch, trainer, ranks, threads, seconds);
            }
            var rows = Customers();
            var settings = new Dictionary<string, string> { ["batch-size"] = $"{batch}" };
            if (ranks.Count == 1)
                settings["shares"] = $"{threads}";
            var specification = ModelSpecification.Resolve("table-vae", rows.Schema, settings, TrainingSettings.All);
            using var tables = new Trainer(specification, rows, rows.Select([.. Enumerable.Range(0, 10)]), seed: 1, communicator: ranks);
            yield return Line("tables", batch, tables, ranks, threads, seconds);
        }
    }

    private static string Line(string name, int batch, Trainer trainer, Communicator ranks, int threads, double seconds)
    {
        for (var warm = 0; warm < 5; warm++)
            trainer.Step();
        List<double> steps = [];
        // Rank 0 says when there have been enough.
        for (var goesOn = true; goesOn;)
        {
            var began = Stopwatch.GetTimestamp();
            trainer.Step();
            steps.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Span<int> more = [steps.Count < 10 || steps.Sum() < 1000 * seconds ? 1 : 0];
            ranks.Broadcast(more);
            goesOn = more[0] == 1;
        }
        steps.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-7} batch {batch,4}, {ranks.Count} x {threads}: fastest {steps[0]:F2} ms, tenth part {steps[steps.Count / 10]:F2}, median "
                + $"{steps[steps.Count / 2]:F2}, {steps.Count} steps, {trainer.BytesOfShare:N0} bytes a share"
        );
    }

    private sealed record Customer(double Age, double Income, double Spent, double Visits, string City, string Plan);

    private static Dataset Customers()
    {
        var random = new Random(1);
        var rows = Rows.From(
            Enumerable
                .Range(0, 4096)
                .Select(i => new Customer(
                    20 + random.Next(50),
                    1000 + 300 * random.NextDouble(),
                    random.NextDouble(),
                    random.Next(9),
                    $"town {i % 40}",
                    "abc"[i % 3].ToString()
                ))
        );
        return rows.Schema.Kind.Standardise(rows)?.Apply(rows) ?? rows;
    }
}
