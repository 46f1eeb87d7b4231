namespace Isthmus.Server.Drift;

/// <summary>Comparison of served rows with training.</summary>
/// <param name="Seconds">Time that it covers.</param>
/// <param name="Rows">Rows served in it.</param>
/// <param name="Score">Comparison of the scores with those of usual rows; null if the model gives none.</param>
/// <param name="Columns">Comparison of each column, by its name.</param>
internal sealed record DriftReport(double Seconds, long Rows, ColumnDrift? Score, IReadOnlyDictionary<string, ColumnDrift> Columns)
{
    /// <summary>Probability that any comparison errs when nothing has changed, divided among all of them (Bonferroni).</summary>
    public const double Level = 0.01;

    /// <summary>Names of what has changed: the columns, and <c>score</c> in front.</summary>
    public IReadOnlyList<string> Changed =>
        [.. Score is { HasChanged: true } ? (string[])["score"] : [], .. Columns.Where(column => column.Value.HasChanged).Select(column => column.Key)];
}

/// <summary>Comparison of one column, or of the scores.</summary>
/// <param name="PsiNats">
/// Population stability index in nats; null below <see cref="LeastRows"/> values. Below 0.1 it is usually called stable, above 0.25 a shift.
/// </param>
/// <param name="PValue">Probability of such a difference or a greater one given that nothing has changed (chi-square test); null below as many.</param>
/// <param name="MissingShare">Fraction of served values that are missing.</param>
/// <param name="TrainingMissingShare">Fraction of training values that are.</param>
/// <param name="HasChanged">True if the index is at least <see cref="LeastPsi"/> and the p-value below its part of <see cref="DriftReport.Level"/>.</param>
internal sealed record ColumnDrift(double? PsiNats, double? PValue, double MissingShare, double TrainingMissingShare, bool HasChanged)
{
    /// <summary>Index from which a difference counts.</summary>
    public const double LeastPsi = 0.1;

    /// <summary>Values below which nothing is said: five in a bin of a tenth.</summary>
    public const int LeastRows = 50;

    /// <summary>Compares counts.</summary>
    /// <param name="bins">Bins and training counts.</param>
    /// <param name="counts">Served values in each bin.</param>
    /// <param name="level">p-value below which a difference counts.</param>
    public static ColumnDrift Of(TrainingBins bins, long[] counts, double level)
    {
        var (all, training) = (counts.Sum(), bins.Counts.Sum());
        var (missing, before) = (all == 0 ? 0 : (double)counts[^1] / all, training == 0 ? 0 : (double)bins.Counts[^1] / training);
        if (all < LeastRows)
            return new(null, null, missing, before, false);
        var (psi, p) = (bins.Psi(counts), ChiSquare.Homogeneity(bins.Counts, counts));
        return new(psi, p, missing, before, psi >= LeastPsi && p < level);
    }
}
