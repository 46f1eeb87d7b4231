using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Objectives;
using Isthmus.Training;

namespace Isthmus.Reporting;

/// <summary>The learning curves: both terms of the loss and their sum, each on a scale of its own.</summary>
internal static class LearningSection
{
    public static Html Of(ReportContent content)
    {
        var factor = content.IsVariational ? InformationUnits.BitsPerNat : 1;
        var unit = $"{(content.IsVariational ? "bits" : "nats")} a {ReportWords.Record(content)}";
        var hasRate = content.Epochs.Any(epoch => epoch.ValidationRateNats != 0 || epoch.TrainRateNats != 0);
        var isCut = false;
        Html Panel(string name, Func<EpochMetrics, double> train, Func<EpochMetrics, double> held)
        {
            var (shown, cut) = Focus([.. content.Epochs.Select(epoch => train(epoch) * factor)], [.. content.Epochs.Select(epoch => held(epoch) * factor)]);
            isCut |= cut;
            var chart = new SvgChart($"{name} by epoch, {unit}", new("epoch", content.Epochs.Select(epoch => (double)epoch.Epoch), whole: true, tight: true), new($"{name}, {unit}", shown))
                .Line(content.Epochs.Select(epoch => ((double)epoch.Epoch, train(epoch) * factor)), "train")
                .Line(content.Epochs.Select(epoch => ((double)epoch.Epoch, held(epoch) * factor)), "held");
            if (content.Epochs.Any(epoch => epoch.Epoch == content.Provenance.BestEpoch))
                chart.Moment(content.Provenance.BestEpoch, $"kept: epoch {content.Provenance.BestEpoch}");
            return $"<figure>{chart.Draw()}</figure>";
        }
        var rate = content.IsVariational ? "Rate" : "Penalty";
        var isOfSeveralDraws = content.Specification.Settings.Get(ModelSpecification.Objective) == ImportanceWeightedObjective.Part.Name;
        var sum = !content.IsVariational ? "Sum" : isOfSeveralDraws ? "Sum (−bound)" : "Sum (−ELBO)";
        List<Html> panels = [Panel("Distortion", epoch => epoch.TrainDistortionNats, epoch => epoch.ValidationDistortionNats)];
        if (hasRate)
            panels.AddRange(
                Panel(rate, epoch => epoch.TrainRateNats, epoch => epoch.ValidationRateNats),
                Panel(sum, epoch => epoch.TrainLossNats, epoch => epoch.ValidationLossNats));
        return $"""
            <section id="learning"><h2>How it learned</h2>
            <p>{(hasRate ? $"The loss is distortion, −log p(x|z), plus {rate.ToLowerInvariant()}; each has its own scale.{(isOfSeveralDraws ? " Of several draws a record, distortion is their mean, and rate is what their bound leaves." : "")}" : "The loss is the distortion alone: this code is free of charge.")} The dashed line up marks the epoch whose weights were kept, the one with the least sum on the {NumberText.Of(content.ValidationRecords)} validation records.</p>
            <div class="legend"><span>{Key("held")}validation, averaged weights</span><span>{Key("train")}training, mean over the epoch's batches</span></div>
            <div class="panels">{panels}</div>
            {(isCut ? (Html)$"<p class=\"soft\">The first epochs lie beyond the frame, so that the later ones can be told apart.</p>" : null)}
            </section>
            """;
    }

    private static Html Key(string style) => $"""<svg viewBox="0 0 24 10" aria-hidden="true"><path class="line {style}" d="M0 5H24"/></svg>""";

    /// <summary>The values to make room for: if the first quarter of the epochs would flatten the rest, the rest and half its range above.</summary>
    private static (IEnumerable<double> Shown, bool IsCut) Focus(double[] train, double[] held)
    {
        var skip = train.Length < 4 ? 0 : train.Length / 4;
        double[] all = [.. train.Concat(held).Where(double.IsFinite)], late = [.. train.Skip(skip).Concat(held.Skip(skip)).Where(double.IsFinite)];
        if (late.Length == 0 || all.Max() - all.Min() <= 2 * (late.Max() - late.Min()))
            return (all, false);
        return (late.Append(Math.Min(all.Max(), 1.5 * late.Max() - 0.5 * late.Min())), true);
    }
}
