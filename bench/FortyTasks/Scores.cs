using System.Text.Json;
using Isthmus.Information;

namespace Isthmus.Benchmarks.FortyTasks;

/// <summary>
/// One estimate of one sample. <paramref name="StandardErrorNats"/> is the estimator's own; <paramref name="Taken"/> what it took where it chooses.
/// </summary>
internal sealed record Score(
    string Task,
    double TruthNats,
    int Rows,
    string Estimator,
    int Seed,
    string Taken,
    double MiNats,
    double StandardErrorNats,
    IReadOnlyList<string> Warnings
)
{
    public double ErrorNats => MiNats - TruthNats;

    /// <summary>The interval of 3 standard errors leaves the truth out.</summary>
    public bool Excludes => Math.Abs(ErrorNats) > 3 * StandardErrorNats;

    /// <summary>The interval at 90 % holds the truth.</summary>
    public bool Holds => new Estimate(MiNats, StandardErrorNats).Interval() is var (lower, upper) && lower <= TruthNats && TruthNats <= upper;

    public bool Unwarned => Excludes && Warnings.Count == 0;

    public bool IsOf(string task, string estimator, int rows, int seed) => (Task, Estimator, Rows, Seed) == (task, estimator, rows, seed);

    /// <summary>The scores of a file of lines, none if there is no file.</summary>
    public static List<Score> Read(string? file) =>
        file is null || !File.Exists(file) ? [] : [.. File.ReadLines(file).Select(line => JsonSerializer.Deserialize<Score>(line, JsonFormat.Compact)!)];

    /// <summary>Added to the file, if there is one.</summary>
    public Score Keep(string? file)
    {
        if (file is not null)
            File.AppendAllText(file, JsonSerializer.Serialize(this, JsonFormat.Compact) + "\n");
        return this;
    }
}

/// <summary>An estimator over all tasks and seeds.</summary>
/// <param name="Estimator">Its name.</param>
/// <param name="MeanAbsoluteErrorNats">Mean over tasks and seeds of |estimate - truth|.</param>
/// <param name="StandardErrorNats">Of that mean, from its values by seed; 0 for one seed.</param>
/// <param name="Holds">Estimates whose interval at 90 % holds the truth.</param>
/// <param name="Excludes">Estimates whose 3 standard errors leave the truth out.</param>
/// <param name="Unwarned">Those of them without a warning.</param>
/// <param name="Warned">Estimates with a warning.</param>
/// <param name="Estimates">All.</param>
internal sealed record Summary(
    string Estimator,
    double MeanAbsoluteErrorNats,
    double StandardErrorNats,
    int Holds,
    int Excludes,
    int Unwarned,
    int Warned,
    int Estimates
)
{
    public static Summary Of(string estimator, IReadOnlyList<Score> scores)
    {
        double[] bySeed = [.. scores.GroupBy(score => score.Seed).Select(seed => seed.Average(score => Math.Abs(score.ErrorNats)))];
        var mean = bySeed.Average();
        return new(
            estimator,
            mean,
            bySeed.Length < 2 ? 0 : Math.Sqrt(bySeed.Sum(value => (value - mean) * (value - mean)) / (bySeed.Length - 1) / bySeed.Length),
            scores.Count(score => score.Holds),
            scores.Count(score => score.Excludes),
            scores.Count(score => score.Unwarned),
            scores.Count(score => score.Warnings.Count > 0),
            scores.Count
        );
    }
}
