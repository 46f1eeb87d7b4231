using Isthmus.Evaluation;
using Isthmus.Reporting;

namespace Isthmus.Cli;

/// <summary>An evaluation for people: a figure a line, its standard error and unit behind it.</summary>
internal static class FigureLines
{
    private static readonly string[] Headlines =
    [
        "distortion_nats", "penalty_nats", "rate_bits", "elbo_nats", "elbo_bits", "bits_per_dim", "differential_bits_per_dim", "nll_nats", "nll_bits_per_dim",
        "reconstruction_mse", "reconstruction_psnr_db", "noisy_psnr_db", "denoised_psnr_db", "noisy_mse", "denoised_mse",
        "active_units", "units_on_per_record", "linear_probe_accuracy", "knn5_accuracy",
    ];

    /// <summary>All figures, or only those that a first look needs.</summary>
    public static IEnumerable<string> Of(Evaluation.Evaluation evaluation, bool headlinesOnly = false)
    {
        var shown = evaluation.Figures.Where(figure => !headlinesOnly || Headlines.Contains(figure.Key)).ToArray();
        var width = shown.Max(figure => figure.Title.Length);
        return shown.Select(figure => $"  {figure.Title.PadRight(width)}  {Value(figure, evaluation)}");
    }

    private static string Value(Figure figure, Evaluation.Evaluation evaluation) => figure switch
    {
        { Key: "active_units" } => $"{NumberText.Of(figure.Value)} of {evaluation.Activity.Active.Count}",
        { Unit: "", Value: >= 0 and <= 1 } when figure.Key.Contains("accuracy") || figure.Key.EndsWith("share") =>
            $"{NumberText.Of(100 * figure.Value, 100 * figure.StandardError)} %",
        _ => $"{NumberText.Of(figure.Value, figure.StandardError)} {figure.Unit}".TrimEnd(),
    };
}
