namespace Isthmus.Server.Drift;

/// <summary>Recent scores of a served model, and their comparison with training. Safe to use from several threads.</summary>
/// <param name="Drift">Comparison with training; null if the model file keeps nothing to compare with.</param>
/// <param name="Scores">Recent scores; null if the model gives none.</param>
/// <param name="ThresholdBits">Score above which a row is called unusual, bits.</param>
internal sealed record ModelObservation(DriftMonitor? Drift, RecentScores? Scores, float ThresholdBits)
{
    /// <summary>Time that is compared with training.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Nothing to compare.</summary>
    public static ModelObservation Nothing { get; } = new(null, null, float.PositiveInfinity);

    /// <summary>Takes scored rows in.</summary>
    /// <param name="bits">Score of each row.</param>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    public void Add(ReadOnlySpan<float> bits, ReadOnlySpan<float> rows)
    {
        Scores?.Add(bits);
        Drift?.Add(bits, rows);
    }
}
