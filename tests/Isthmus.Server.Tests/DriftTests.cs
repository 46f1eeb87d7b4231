using Isthmus.Server.Drift;

namespace Isthmus.Server.Tests;

public sealed class DriftTests(TrainedModels models) : IClassFixture<TrainedModels>
{
    private static readonly float[] Training = [.. Enumerable.Range(0, 1000).Select(i => (float)i)];

    [Fact]
    public void Bins_are_deciles_and_missing_values_have_their_own()
    {
        var bins = TrainingBins.OfNumbers([.. Training, float.NaN]);
        Assert.Equal(11, bins.Counts.Length);
        Assert.Equal(1, bins.Counts[^1]);
        // The bounds are inclusive and lie on training values: each decile has 100, the first one more and the last one fewer.
        Assert.All(bins.Counts[..10], count => Assert.InRange(count, 99, 101));
        Assert.Equal(0, bins.Of(-1e30f));
        Assert.Equal(9, bins.Of(1e30f));
    }

    [Fact]
    public void The_index_is_the_two_divergences_added_up()
    {
        var bins = TrainingBins.OfCategories([0, 0, 0, 1]);
        // Two categories, all others, missing: counts 3, 1, 0, 0 and 1, 3, 0, 0; (3.5 / 6 - 1.5 / 6) ln(3.5 / 1.5) twice.
        Assert.Equal(2 * (2.0 / 6) * Math.Log(3.5 / 1.5), bins.Psi([1, 3, 0, 0]), 12);
    }

    [Fact]
    public void A_shift_is_found_and_the_same_law_is_none()
    {
        var (clock, random) = (new MovedClock(), new Random(1));
        var drift = new DriftMonitor(
            Training,
            [("number", TrainingBins.OfNumbers(Training)), ("kind", TrainingBins.OfCategories([.. Training.Select(i => i % 3)]))],
            TimeSpan.FromHours(1),
            clock
        );
        float[] Rows(int shift) => [.. Enumerable.Range(0, 500).SelectMany(_ => (float[])[random.Next(1000) + shift, random.Next(3)])];
        drift.Add([.. Enumerable.Range(0, 500).Select(_ => (float)random.Next(1000))], Rows(0));
        Assert.Empty(drift.Report().Changed);
        // An hour later nothing of that counts.
        clock.Now += TimeSpan.FromHours(1.1);
        Assert.Equal(0, drift.Report().Rows);
        drift.Add([.. Enumerable.Range(0, 500).Select(_ => (float)random.Next(1000))], Rows(300));
        var report = drift.Report();
        Assert.Equal(["number"], report.Changed);
        Assert.True(report.Columns["number"].PValue < 1e-6);
        Assert.Equal(500, report.Rows);
    }

    [Fact]
    public void All_gauges_of_one_scrape_have_the_same_comparison()
    {
        var clock = new MovedClock();
        var drift = new DriftMonitor(null, [("number", TrainingBins.OfNumbers(Training))], TimeSpan.FromHours(1), clock);
        var first = drift.Recent();
        drift.Add([], [1, 2, 3]);
        Assert.Same(first, drift.Recent());
        clock.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(3, drift.Recent().Rows);
    }

    [Fact]
    public void Few_rows_say_nothing()
    {
        var drift = new DriftMonitor(null, [("number", TrainingBins.OfNumbers(Training))], TimeSpan.FromHours(1), TimeProvider.System);
        drift.Add([], [.. Enumerable.Repeat(5000f, ColumnDrift.LeastRows - 1)]);
        Assert.Null(drift.Report().Columns["number"].PsiNats);
        drift.Add([], [5000f]);
        Assert.Equal(["number"], drift.Report().Changed);
    }

    [Fact]
    public async Task The_server_compares_what_it_scored_with_training()
    {
        await using var server = await RunningServer.StartAsync(options => options.Models["customers"] = models.Customers);
        var rows = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"age": {{90 + i % 5}}, "plan": "basic", "spent": {{10 + i % 70}}}"""));
        await server.Ask("/models/customers/score", $"[{rows}]");
        var report = System.Text.Json.JsonDocument.Parse(await server.Client.GetStringAsync("/models/customers/drift")).RootElement;
        Assert.Equal(100, report.GetProperty("rows").GetInt32());
        Assert.Contains("age", report.GetProperty("changed").EnumerateArray().Select(name => name.GetString()));
        Assert.InRange(report.GetProperty("columns").GetProperty("age").GetProperty("p_value").GetDouble(), 0, 1e-6);
    }

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
