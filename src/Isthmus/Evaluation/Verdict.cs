using System.Globalization;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Evaluation;

/// <summary>
/// Verdict on an evaluation: the first that applies of "not trained yet", "still improving", "bits paid for nothing", "collapsed", and further warnings;
/// "healthy" only if there are none. It ends with the next command.
/// </summary>
/// <param name="trained">The model.</param>
/// <param name="test">The records reported on.</param>
/// <param name="report">The figures.</param>
/// <param name="modelPath">Path of the model's file.</param>
internal sealed class Verdict(TrainedModel trained, Dataset test, EvaluationReport report, string modelPath)
{
    // Nats of a whole code, and of a unit, that are nothing.
    private const double NoNats = 0.1,
        NoUnitNats = 0.02;

    // A gap below a twentieth of the loss is usual; samples three times as far off as reconstructions are seen at a glance.
    private const double MostGap = 0.05,
        MostHole = 3;

    private const string NoLongerFalls = "the loss no longer falls";

    // The share of units that should be in use.
    private const double LeastAlive = 0.9;

    // Fewer records than this may differ from others by accident.
    private const int LeastRecords = 30;

    private readonly Autoencoder _model = trained.Network;
    private readonly RecordFigures _kind = RecordFigures.Of(test.Schema);

    /// <summary>The model.</summary>
    public TrainedModel Trained => trained;

    /// <summary>The records reported on.</summary>
    public Dataset Test => test;

    /// <summary>Path of the model's file, as a word of a command.</summary>
    public string Path { get; } = ReproducingCommand.Quoted(modelPath);

    /// <summary>Noun for a record.</summary>
    public string Noun => test.Schema.Noun;

    /// <summary>The figures.</summary>
    public EvaluationFigures Figures => report;

    /// <summary>True if the loss leaves the rate out, so that it need not be small.</summary>
    private bool IsFree => _model.Objective is ElboObjective { Beta: 0, Capacity: 0 };

    /// <summary>The verdict in words, and the command that it ends with.</summary>
    public (string Words, string? Next) Conclude()
    {
        Finding[] found = [.. _kind.Judge(this)];
        if (found.Length == 0)
            found = [Healthy()];
        // No command reads data that were made in memory, and none trains on what another program had.
        var next =
            trained.Provenance.IsImported || trained.Provenance.Data.EndsWith(Dataset.InMemory, StringComparison.Ordinal)
                ? null
                : found.FirstOrDefault(finding => finding.Next is not null)?.Next;
        return ($"{string.Join(' ', found.Select(finding => finding.Words))}{(next is null ? "" : $" Next: {next}")}", next);
    }

    /// <summary>The findings of a model that is judged by its own figures.</summary>
    public IEnumerable<Finding> Findings()
    {
        if (!_model.HasCode)
            return Denoiser();
        if (_model.Bottleneck is HyperpriorBottleneck)
            return Codec();
        if (IsConstant)
            return
            [
                new(
                    $"Nothing to tell apart: all {test.Count:N0} test {Noun}s are the same.",
                    $"isthmus info {ReproducingCommand.Quoted(trained.Provenance.Data)}"
                ),
            ];
        // A rate that weighs more than in the ELBO explains a code at the prior, however long it was trained.
        var (collapse, drift) = (Collapse(), Drift());
        var isForced = collapse is not null && _model.Objective is ElboObjective { Beta: > 1 };
        // Of records unlike those it was trained on, a model's errors do not say whether it is trained.
        if ((isForced ? collapse : null) is null && drift is null && Untrained() is { } untrained)
            return [untrained, .. new[] { Dead(), _kind.Shortcoming(this) }.OfType<Finding>(), .. Scale()];
        Finding?[] all =
        [
            isForced ? collapse : null,
            drift,
            Improving(),
            isForced ? null : PaidForNothing() ?? collapse,
            Constant(),
            Dead(),
            _kind.Shortcoming(this),
            Overfitting(drift),
            Hole(),
        ];
        return [.. all.OfType<Finding>(), .. Scale()];
    }

    /// <summary>The findings of a denoiser of photographs.</summary>
    private IEnumerable<Finding> Denoiser()
    {
        var (restored, noisy) = (report.Denoising?.Psnr, report.Denoising?.NoisyPsnr);
        return ByLoss(
            restored?.Value <= noisy?.Value
                ? new($"Not trained yet: restored pictures are no better than noisy ones, after {Counted.Of(Epochs, "epoch")}.", Longer(4))
                : null,
            restored is null || noisy is null ? NoLongerFalls : $"takes noisy pictures from {Text(noisy.Value)} to {Text(restored.Value)} dB",
            data => $"isthmus denoise {data} -m {Path}"
        );
    }

    /// <summary>The findings of a codec of photographs. A channel that hardly varies at one quality costs nothing there and serves the others.</summary>
    private IEnumerable<Finding> Codec() => ByLoss(Untrained(), NoLongerFalls, data => $"isthmus compress {data} -m {Path} --quality 0.5 -o photographs.isth");

    /// <summary>The findings of a model of photographs, whose units are not judged.</summary>
    private Finding[] ByLoss(Finding? untrained, string healthy, Func<string, string> use)
    {
        var drift = Drift();
        Finding[] found = [.. new[] { drift, untrained ?? Improving(), Overfitting(drift) }.OfType<Finding>()];
        var data = trained.Provenance.Data;
        return found.Length > 0 ? found : [new($"Healthy: {healthy}.", Directory.Exists(data) ? use(ReproducingCommand.Quoted(data)) : null)];
    }

    /// <summary>Records that are all the same have no variance to explain.</summary>
    private bool IsConstant => test.Count > 1 && _kind.ExplainsVariance && report.Reconstruction is { MeanSquaredError: not null, VarianceExplained: null };

    private Finding? Untrained()
    {
        var words = _kind.Untrained(this);
        return words is null ? null
            : trained.Provenance.IsImported ? new($"Not the records that it was trained for: {words}.")
            : new(
                FormattableString.Invariant($"Not trained yet: {words}, after {Counted.Of(Epochs, "epoch")}."),
                Longer(4, slower: Epochs >= 10 && trained.Provenance.BestEpoch <= Epochs / 2)
            );
    }

    /// <summary>
    /// Returns true if a gain over the mean record, as a fraction of it, is negligible: with a collapsed code the decoder has learnt the mean record, no more
    /// and not much less.
    /// </summary>
    public bool IsMean(double beyond) => beyond > -0.05 && Collapse() is not null;

    /// <summary>Returns a finding if longer training would help.</summary>
    public Finding? Improving()
    {
        if (trained.Provenance.Course is not { } course || trained.Provenance.BestEpoch < Epochs)
            return null;
        return Epochs == 1 ? new("Trained for 1 epoch only.", Longer(10))
            : course.IsStillFalling
                ? new(
                    FormattableString.Invariant(
                        $"Still improving: the last half of the {Epochs} epochs took {Bits(course.LateGainNats)} bits a {Noun} off the validation loss."
                    ),
                    Longer(3)
                )
            : null;
    }

    private Finding? PaidForNothing()
    {
        if (
            IsFree
            || report.Rate?.Nats is not { } rate
            || report.Information.UpperBound?.Nats is not { } carried
            || rate.Value - carried.Value < 1
            || carried.Value > rate.Value / 2
        )
            return null;
        return new(
            $"Bits paid for nothing: of the {Bits(rate.Value)} bits that a code costs, at most {Bits(carried.Value)} tell {Noun}s apart; the rest is how far "
                + $"all codes together are from the prior.",
            Longer(3)
        );
    }

    private Finding? Constant()
    {
        if (IsFree || report.UnitRatesNats is not { } rates || _model.Bottleneck is not { IsVariational: true, IsDiscrete: false })
            return null;
        double[] paid = [.. rates.Where((rate, unit) => !report.Activity.Active[unit] && rate > NoUnitNats)];
        return paid.Length == 0 || paid.Sum() < NoNats
            ? null
            : new(
                $"{Counted.Of(paid.Length, "unit")} of {report.Activity.Active.Count} {(paid.Length == 1 ? "is" : "are")} the same for every {Noun} "
                    + $"but not at the prior, and cost{(paid.Length == 1 ? "s" : "")} {Bits(paid.Average())} bits{(paid.Length == 1 ? "" : " each")} "
                    + $"for nothing: longer training takes them there.",
                Longer(3)
            );
    }

    /// <summary>Returns a finding on units of a code without a prior that no record uses; in dictionaries some are to be expected.</summary>
    private Finding? Dead()
    {
        var (active, latent) = (report.Activity.Count, report.Activity.Active.Count);
        return _model.Bottleneck.IsVariational && !_model.Bottleneck.IsDiscrete || active == 0 || active >= LeastAlive * latent
            ? null
            : new(
                $"{latent - active} of {Counted.Of(latent, "unit")} are dead: "
                    + $"{(report.Activity.FiringRates is null ? "they hardly vary" : $"no test {Noun} turns them on")}. A smaller code does as much.",
                Train((ModelSpecification.Latent.Key, $"{active}"))
            );
    }

    private Finding? Collapse()
    {
        if (_model.Bottleneck.IsVariational ? report.Rate is not { Nats.Value: < NoNats } : report.Activity.Count > 0)
            return null;
        var words = _model.Bottleneck.IsVariational
            ? $"the code is at the prior, costs {Bits(report.Rate!.Nats.Value)} bits and carries nothing"
            : $"every {Noun} has the same code";
        var next =
            _model.Objective is not ElboObjective { Beta: var beta, Capacity: 0 } || !_model.Bottleneck.IsVariational ? Longer(3, slower: true)
            : beta > 1 ? Train(("beta", "1"))
            : Train(_kind.InUse(Epochs));
        return new($"Collapsed: {words}; the decoder ignores it.", next);
    }

    private Finding? Drift()
    {
        // Validation records are split off the training part: a model that only knows its training records by heart fails on them as well.
        if (Gap() is not { } gap || trained.Provenance.Course is not { } course)
            return null;
        var beyond = TestLoss - course.KeptNats;
        // Both means are of about as many records, and as uncertain; of few records one wild loss makes the mean.
        if (
            test.Count < LeastRecords
            || beyond < 2.0 / 3 * gap.Value
            || beyond < 3 * Math.Sqrt(2) * ((report.Elbo ?? report.Distortion).Nats.StandardError ?? 0)
        )
            return null;
        return new(
            $"Drift: a test {Noun} costs {Bits(gap.Value)} bits more than a training one, a validation {Noun} only {Bits(Math.Max(0, gap.Value - beyond))}: "
                + $"the test part is unlike the part that the model was trained on.",
            $"isthmus evaluate {ReproducingCommand.Quoted(trained.Provenance.Data)} -m {Path} --part validation"
        );
    }

    private Finding? Overfitting(Finding? drift) =>
        drift is not null || Gap() is not { } gap
            ? null
            : new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Overfitting: a test {Noun} costs {Bits(gap.Value)} bits more than a training one, {100 * gap.Value / Math.Abs(TestLoss):F0} % of its "
                        + $"{Bits(TestLoss)}: more data, narrower layers or more weight decay may help."
                ),
                Train(
                    (
                        TrainingSettings.WeightDecay.Key,
                        trained.Specification.Settings.Get(TrainingSettings.WeightDecay) is > 0 and var decay ? Text(3 * decay) : "0.1"
                    )
                )
            );

    private Figure? Gap() =>
        report.GeneralisationGap?.Nats is { StandardError: { } error } gap && gap.Value > 3 * error && gap.Value > MostGap * Math.Abs(TestLoss) ? gap : null;

    private double TestLoss => report.Elbo is { Nats.Value: var elbo } ? -elbo : report.Distortion.Nats.Value + (report.Penalty?.Nats.Value ?? 0);

    private Finding? Hole()
    {
        if (
            report.Samples is not { FrechetDistance: var samples, ReconstructionFrechetDistance: var restored }
            || samples.Value - restored.Value <= 3 * (samples.StandardError ?? 0)
            || samples.Value <= MostHole * restored.Value
        )
            return null;
        var beyond = report.Information.AggregatedDivergence?.Nats is { Value: > 1 } kl
            ? $" All codes together are {Bits(kl.Value)} bits or more from it."
            : "";
        return new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Prior hole: samples are {samples.Value / restored.Value:F1} times as far from real pictures as reconstructions are: the prior draws codes "
                    + $"where no {Noun} lies.{beyond}"
            ),
            trained.Specification.Settings.Values.GetValueOrDefault(ModelSpecification.Prior.Key) == ModelSpecification.Prior.Default
                ? Train((ModelSpecification.Prior.Key, "vamp"))
                : Longer(3)
        );
    }

    /// <summary>
    /// A rate on another scale than the distortion: where a framework averages the distortion over D numbers and sums the rate, the rate counts D times too
    /// much, or the other way round.
    /// </summary>
    private IEnumerable<Finding> Scale()
    {
        var dimension = test.Schema.Dimension;
        if (!_model.Bottleneck.IsVariational || _model.Objective is not ElboObjective { Capacity: 0, Beta: > 0 } objective || dimension < 8)
            yield break;
        if (objective.Beta >= dimension / 2.0)
            yield return new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"KL scale: beta={objective.Beta} is about the {dimension} numbers of a {Noun}. The distortion here is their sum, not their mean: a weight "
                        + $"for means is beta / {dimension}."
                ),
                Train(("beta", Text(objective.Beta / dimension)))
            );
        else if (objective.Beta <= 2.0 / dimension)
            yield return new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"KL scale: beta={objective.Beta} is about 1 over the {dimension} numbers of a {Noun}. The distortion here is their sum already, and the "
                        + $"rate hardly counts: the ELBO is at beta=1."
                ),
                Train(("beta", "1"))
            );
    }

    private Finding Healthy()
    {
        var (active, latent) = (report.Activity.Count, report.Activity.Active.Count);
        var idle = latent - active;
        var others = _model.Bottleneck is { IsVariational: true, IsDiscrete: false }
            ? $"the other {(idle == 1 ? "one lies" : $"{idle} lie")} at the prior and cost{(idle == 1 ? "s" : "")} nothing"
            : $"{idle} {(idle == 1 ? "is" : "are")} dead";
        var words =
            idle == 0
                ? $"all {Counted.Of(latent, "unit")} {(latent == 1 ? "is" : "are")} active"
                : $"{active} of {Counted.Of(latent, "unit")} {(active == 1 ? "is" : "are")} active, {others}";
        return new($"Healthy: {(latent == 1 ? "its unit is active" : words)}.", _kind.Next(trained, Path));
    }

    private int Epochs => trained.Provenance.Epochs;

    /// <summary>
    /// Returns the command for the same training with this many times the epochs, and in smaller steps if the last epochs brought no improvement.
    /// </summary>
    public string? Longer(int times, bool slower = false) =>
        trained.Specification.IsClosedForm
            ? null
            : Train([
                (TrainingSettings.Epochs.Key, $"{Math.Max(10, times * Epochs)}"),
                .. slower ? new[] { (TrainingSettings.LearningRate.Key, Text(trained.Specification.Settings.Get(TrainingSettings.LearningRate) / 3)) } : [],
            ]);

    /// <summary>Returns the command for the same training with other settings.</summary>
    public string Train(params (string Key, string Value)[] changes) =>
        ReproducingCommand.With(trained.Specification, trained.Provenance, changes.Select(change => KeyValuePair.Create(change.Key, change.Value)));

    private static string Bits(double nats) => Text(InformationUnits.NatsToBits(nats));

    /// <summary>Returns a number for a sentence.</summary>
    public static string Text(double value) =>
        value.ToString(Math.Abs(value) >= 100 ? "F0" : "G3", System.Globalization.CultureInfo.InvariantCulture).Replace("-", value < 0 ? "−" : "-");
}
