using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Objectives;
using Isthmus.Reporting.Drawing;
using Isthmus.Training;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// The learning curves: both terms of the loss and their sum, each on a scale of its own. Of histories validation is another quantity, and has a chart of its
/// own.
/// </summary>
internal static class LearningSection
{
    public static Html Of(ReportContent content)
    {
        var factor = content.IsVariational ? InformationUnits.BitsPerNat : 1;
        var unit = $"{(content.IsVariational ? "bits" : "nats")} a {content.Kind.Record}";
        var hasRate = content.Epochs.Any(epoch => epoch.ValidationRateNats != 0 || epoch.TrainRateNats != 0);
        var isCut = false;
        // What was held out of histories is predicted: no bound, and no rate.
        var isCompletion = content.Kind.IsCompleted;
        Html Panel(string name, Func<EpochMetrics, double>? train, Func<EpochMetrics, double>? held)
        {
            double[] Values(Func<EpochMetrics, double>? of) => of is null ? [] : [.. content.Epochs.Select(epoch => of(epoch) * factor)];
            var (shown, cut) = Focus(Values(train), Values(held));
            isCut |= cut;
            var chart = new SvgChart(
                $"{name} by epoch, {unit}",
                new("epoch", content.Epochs.Select(epoch => (double)epoch.Epoch), whole: true, tight: true),
                new($"{name}, {unit}", shown)
            )
                .Line(Values(train).Select((value, place) => ((double)content.Epochs[place].Epoch, value)), "train")
                .Line(Values(held).Select((value, place) => ((double)content.Epochs[place].Epoch, value)), "held");
            if (content.Epochs.Any(epoch => epoch.Epoch == content.Provenance.BestEpoch))
                chart.Moment(content.Provenance.BestEpoch, $"kept: epoch {content.Provenance.BestEpoch}");
            return $"<figure>{chart.Draw()}</figure>";
        }
        var rate = content.IsVariational ? "Rate" : "Penalty";
        var isOfSeveralDraws = content.Specification.Settings.Get(ModelSpecification.Objective) == ImportanceWeightedObjective.Part.Name;
        var sum =
            !content.IsVariational ? "Sum"
            : isOfSeveralDraws ? "Sum (−bound)"
            : "Sum (−ELBO)";
        Func<EpochMetrics, double>? Held(Func<EpochMetrics, double> value) => isCompletion ? null : value;
        List<Html> panels = [Panel("Distortion", epoch => epoch.TrainDistortionNats, Held(epoch => epoch.ValidationDistortionNats))];
        if (hasRate)
            panels.AddRange(
                Panel(rate, epoch => epoch.TrainRateNats, Held(epoch => epoch.ValidationRateNats)),
                Panel(sum, epoch => epoch.TrainLossNats, Held(epoch => epoch.ValidationLossNats))
            );
        if (isCompletion)
            panels.Add(Panel("Cost of held-out items", null, epoch => epoch.ValidationDistortionNats));
        return $"""
            <section id="learning"><h2>How it learned</h2>
            <p>{(
                hasRate
                    ? $"The loss is distortion, −log p(x|z), plus {rate.ToLowerInvariant()}; each has its own scale."
                        + (isOfSeveralDraws ? " With several draws a record, distortion is their mean, and rate is the rest of their bound." : "")
                    : "The loss is the distortion alone: the code costs nothing."
            )} The dashed vertical line marks the epoch whose weights were kept, {(
                isCompletion
                    ? $"the one that best predicts the held-out part of {Counted.Of(content.ValidationRecords, $"validation {content.Kind.Record}")}: "
                        + "a cost of its own, not comparable with the training loss."
                    : $"the one with the lowest loss on {Counted.Of(content.ValidationRecords, $"validation {content.Kind.Record}")}."
            )}</p>
            <div class="legend"><span>{Key("held")}validation, averaged weights</span><span>{Key("train")}training, mean over the epoch's batches</span></div>
            <div class="panels">{panels}</div>
            {(isCut ? (Html)$"<p class=\"soft\">The first epochs lie outside the frame, so that the later ones can be told apart.</p>" : null)}
            </section>
            """;
    }

    private static Html Key(string style) => $"""<svg viewBox="0 0 24 10" aria-hidden="true"><path class="line {style}" d="M0 5H24"/></svg>""";

    /// <summary>Returns the values that set the range: if the first quarter of the epochs would flatten the rest, the rest and half its range above.</summary>
    private static (IEnumerable<double> Shown, bool IsCut) Focus(double[] train, double[] held)
    {
        var epochs = Math.Max(train.Length, held.Length);
        var skip = epochs < 4 ? 0 : epochs / 4;
        double[] all = [.. train.Concat(held).Where(double.IsFinite)],
            late = [.. train.Skip(skip).Concat(held.Skip(skip)).Where(double.IsFinite)];
        if (late.Length == 0 || all.Max() - all.Min() <= 2 * (late.Max() - late.Min()))
            return (all, false);
        return (late.Append(Math.Min(all.Max(), 1.5 * late.Max() - 0.5 * late.Min())), true);
    }
}
