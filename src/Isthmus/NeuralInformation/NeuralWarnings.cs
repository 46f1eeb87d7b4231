using System.Globalization;
using Isthmus.Information;
using Isthmus.Information.Numerics;

namespace Isthmus.NeuralInformation;

/// <summary>Warnings, from the fits alone, that an estimate is off by more than its standard error.</summary>
internal static class NeuralWarnings
{
    // A difference of more standard errors than this is not put down to chance.
    private const double Beyond = 3;

    // InfoNCE at I nats needs about e^I pairs to compare; one nat below ln M it is low by some hundredths.
    private const double Headroom = 1;

    public static IReadOnlyList<string> Of(Estimate value, IReadOnlyList<CriticReport> fits, Points x, Points y, NeuralOptions options, int compared)
    {
        var warnings = new List<string>();
        void Warn(bool condition, string text)
        {
            if (condition)
                warnings.Add(text);
        }
        var gain = fits.Average(fit => fit.ReportNats);
        var gap = fits.Average(fit => fit.TrainNats) - gain;
        var ceiling = Math.Log(compared);
        Warn(
            (options.GaussianBase ? gain : value.Value) > ceiling - Headroom,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Saturated: {compared} pairs are compared at once, and no more than ln {compared} = {ceiling:F2} nats can show. Read it as 'at least'."
            )
        );
        Warn(
            gap > Beyond * value.StandardError,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The critic scores rows it was trained on {gap:F3} nats better than rows it never met: rows are few for what there is to learn, "
                    + $"and the figure is likely low. Read it as 'at least', or bring more rows."
            )
        );
        var unfinished = fits.Count(fit => fit.Steps > 0.9 * fit.StepLimit);
        Warn(
            2 * unfinished >= fits.Count,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The critic was still improving when training ended at its limit of {fits[0].StepLimit} steps: detail is too fine for it, and the figure is "
                    + $"likely low. For few columns, ksg sees finer detail."
            )
        );
        // A bilinear critic loses about (parameters) / 2N nats on new rows; one that sees more than lines loses more.
        var cost = (double)x.Dimensions * y.Dimensions / 2 / x.Count;
        Warn(
            cost > value.StandardError,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Many columns for the rows: with {x.Dimensions} x {y.Dimensions} columns and {x.Count} rows even linear dependence takes {cost:F3} nats to "
                    + $"learn{(options.GaussianBase ? " (allowed for)" : "")}, and other dependence of that size goes unseen. Read it as 'at least'."
            )
        );
        return warnings;
    }
}
