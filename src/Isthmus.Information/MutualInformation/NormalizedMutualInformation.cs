using Isthmus.Information.Entropy;

namespace Isthmus.Information.MutualInformation;

/// <summary>Divisor that brings a mutual information to the range 0 to 1.</summary>
public enum InformationNormalization
{
    /// <summary>min(H(X), H(Y)): 1 if one column determines the other.</summary>
    Minimum,

    /// <summary>sqrt(H(X) H(Y)) (Strehl and Ghosh 2002).</summary>
    Geometric,

    /// <summary>(H(X) + H(Y)) / 2: the symmetric uncertainty, or V-measure.</summary>
    Arithmetic,

    /// <summary>max(H(X), H(Y)): 1 only if each determines the other.</summary>
    Maximum,

    /// <summary>H(X, Y): 1 - I / H(X, Y) is a metric (Kraskov et al. 2005).</summary>
    Joint,
}

/// <summary>
/// I(X; Y) over a mean of H(X) and H(Y), plug-in, without unit: the agreement of two groupings of the same rows. Not corrected for chance: many small groups
/// agree by accident.
/// </summary>
public static class NormalizedMutualInformation
{
    /// <summary>Returns the normalised information, 0 to 1: 1 if both columns are constant, 0 if only one is (as in scikit-learn).</summary>
    /// <exception cref="ArgumentException">No row, or columns of different lengths.</exception>
    public static double Of(DiscreteColumn x, DiscreteColumn y, InformationNormalization normalization = InformationNormalization.Arithmetic)
    {
        var information = DiscreteMutualInformation.Of(x, y).Value;
        double hx = PlugInEntropy.FromCounts(x.Counts()),
            hy = PlugInEntropy.FromCounts(y.Counts());
        if (x.Symbols == 1 || y.Symbols == 1)
            return x.Symbols == y.Symbols ? 1 : 0;
        var by = normalization switch
        {
            InformationNormalization.Minimum => Math.Min(hx, hy),
            InformationNormalization.Geometric => Math.Sqrt(hx * hy),
            InformationNormalization.Arithmetic => (hx + hy) / 2,
            InformationNormalization.Maximum => Math.Max(hx, hy),
            InformationNormalization.Joint => hx + hy - information,
            _ => throw new ArgumentException(
                $"Normalization {normalization} is unknown; give one of {string.Join(", ", Enum.GetNames<InformationNormalization>())}."
            ),
        };
        return Math.Min(1, information / by);
    }

    /// <summary>
    /// Returns the normalised information with its standard error by the delta method; 0 if a column is constant, and 0 to first order if the value is 0 or 1
    /// (see <see cref="DiscreteMutualInformation"/>).
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="Of"/>.</exception>
    public static Estimate Measure(DiscreteColumn x, DiscreteColumn y, InformationNormalization normalization = InformationNormalization.Arithmetic)
    {
        var value = Of(x, y, normalization);
        if (x.Symbols == 1 || y.Symbols == 1)
            return new(value, x.Rows == 1 ? double.NaN : 0);
        var joint = DiscreteColumn.Join(x, y);
        double hx = PlugInEntropy.FromCounts(x.Counts()),
            hy = PlugInEntropy.FromCounts(y.Counts()),
            hxy = PlugInEntropy.FromCounts(joint.Counts());
        // What it is divided by, D, and D's derivatives by the three entropies: d(I / D) = (dI - I / D dD) / D.
        var (by, dx, dy, dxy) = normalization switch
        {
            InformationNormalization.Minimum => hx <= hy ? (hx, 1.0, 0.0, 0.0) : (hy, 0, 1, 0),
            InformationNormalization.Maximum => hx >= hy ? (hx, 1, 0, 0) : (hy, 0, 1, 0),
            InformationNormalization.Geometric => (Math.Sqrt(hx * hy), Math.Sqrt(hy / hx) / 2, Math.Sqrt(hx / hy) / 2, 0),
            InformationNormalization.Joint => (hxy, 0, 0, 1),
            _ => ((hx + hy) / 2, 0.5, 0.5, 0),
        };
        var sum = EntropyCombination.Of(
            "Normalized mutual information",
            null,
            false,
            ((1 - value * dx) / by, x),
            ((1 - value * dy) / by, y),
            ((-1 - value * dxy) / by, joint)
        );
        return new(value, sum.StandardError);
    }
}
