using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Sentences of the report: a summary in one sentence and the main results with their units.</summary>
internal sealed class ReportWords(ReportContent content)
{
    private readonly EvaluationReport _figures = content.Evaluation;

    /// <summary>Returns the catalogue's name, or the file's without its folders.</summary>
    public static string DataName(ReportContent content) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(content.Provenance.Data)) is { Length: > 0 } name ? name : content.Provenance.Data;

    /// <summary>Returns the preset in words, "A variational autoencoder", or its name if its summary does not begin with a description.</summary>
    internal static string Kind(string preset)
    {
        string[] nouns = ["autoencoder", "dictionary", "bottleneck", "model"];
        var line = Preset.All.FirstOrDefault(known => known.Name == preset)?.Summary.Split(':');
        var kind = line is [var what, _, ..] && nouns.Any(what.Contains) ? what : preset;
        return $"{("aeio".Contains(kind[0]) ? "An" : "A")} {kind}";
    }

    private string Noun => content.Kind.Record;

    private string Source => content.Specification.Schema.Kind.Phrase(content.Specification.Schema);

    private string Restored => content.Specification.Schema.Kind.Phrase(content.Specification.Schema.Output);

    private int Dimension => content.Specification.Schema.Output.Dimension;

    /// <summary>Accuracy of a model of labels, percent; null for other models.</summary>
    private string? Accuracy => _figures.Classification is { Accuracy: var figure } ? Percent(figure) : null;

    private bool HasCode => _figures.Activity.Active.Count > 0;

    private string Units => Count(_figures.Activity.Active.Count, "unit");

    private bool IsWider => (_figures.Code.UnitsOn?.Value ?? _figures.Activity.Active.Count) > Dimension;

    /// <summary>Clause ", of which 9.8 to 15.9 tell pictures apart"; empty if nothing is known beyond the rate.</summary>
    private string Carried => CarriedInformation.Of(_figures) is { } carried ? $", of which {carried.Bits} tell {Noun}s apart" : "";

    /// <summary>Returns the summary in a sentence or two: input, cost and content of the code, output.</summary>
    public Html Summary()
    {
        if (!HasCode)
            return _figures.Denoising is { Psnr: { } after, NoisyPsnr: { } before }
                ? $"{Kind(content.Specification.Preset)} takes noisy {Restored} of {DataName(content)} from {Text(before)} dB to {Text(after)} dB."
                : (Html)
                    $"{Kind(content.Specification.Preset)} learned to take noise out of {Restored} of {DataName(content)}, of which no clean ones are known.";
        Html subject =
            $"{Kind(content.Specification.Preset)} passes {Source} of {DataName(content)} through "
            + $"{(IsWider ? $"a code of {Units}, wider than the {Noun}" : $"an isthmus of {Units}")}";
        if (_figures.Ranking is { } ranking)
            return $"{subject} and predicts what was held out of test users' histories: NDCG@100 {Text(ranking.NdcgAt100)}"
                + $"{(ranking.HeldOutBits is { } cost ? $", {Text(cost)} bits for each held-out item" : "")}.";
        if (Accuracy is { } accuracy)
            return $"{subject}: its code costs {Text(_figures.Rate?.Bits)} bits a {Noun}{Carried}. It predicts the label of {accuracy} % of the test {Noun}s.";
        if (content.IsVariational)
            return $"{subject}: its code costs {Text(_figures.Rate?.Bits)} bits a {Noun}{Carried}. "
                + $"In all, a test {Noun} costs {Cost(Negated(_figures.Elbo?.Bits))}.";
        if (_figures.Denoising is { Psnr: { } restored, NoisyPsnr: var noisy })
            return $"{subject} and restores noisy test pictures from {Text(noisy)} dB to {Text(restored)} dB.";
        return _figures.Reconstruction.Psnr is { } psnr
            ? (Html)$"{subject} and reconstructs test pictures at {Text(psnr)} dB."
            : $"{subject} and reconstructs test {Noun}s with a mean squared error of {Text(_figures.Reconstruction.MeanSquaredError)} {ErrorUnit}.";
    }

    /// <summary>
    /// Returns the drawing of wide data, a narrow code, and wide data again; the neck is to scale: the fraction of the picture's plain bits that the code costs
    /// (variational), or else the active numbers of the code for one in the record. For a code wider than the record, the ends are narrow.
    /// </summary>
    public Html Isthmus()
    {
        if (!HasCode)
            return $"";
        // Units at the prior hold nothing.
        var latent = _figures.Code.UnitsOn?.Value ?? (content.IsVariational ? _figures.Activity.Count : _figures.Activity.Active.Count);
        var narrow = content is { IsVariational: true, IsDiscrete: true, Kind.PlainBits: { } plain } ? _figures.Rate!.Bits.Value / plain : latent / Dimension;
        var (half, end) = double.IsFinite(narrow) ? (50 * Math.Clamp(narrow, 0.01, 1), 50 / Math.Clamp(narrow, 1, 100)) : (50, 50);
        Html middle =
            content.IsVariational
                ? $"{Units}: <b>costs {Text(_figures.Rate?.Bits)} bits</b>{(CarriedInformation.Of(_figures) is { } carried ? $", carries {carried.Bits}" : "")}"
            : _figures.Code.UnitsOn is { } on ? (Html)$"{Text(on)} of {Units} on"
            : $"{Units}";
        Html result =
            Accuracy is { } accuracy ? $"{accuracy} % of labels predicted"
            : _figures.Ranking is { } ranking ? $"NDCG@100 {Text(ranking.NdcgAt100)}"
            : _figures.Topics?.CompletionPerplexity is { } completion ? (Html)$"half a document from the other half: perplexity {Text(completion)}"
            : _figures["perplexity_per_word"] is { } perplexity ? (Html)$"tokens one after another: perplexity {Text(perplexity)} a word"
            : _figures.Reconstruction.Psnr is { } psnr ? (Html)$"reconstructed at {Text(psnr)} dB"
            : $"reconstructed, mean squared error {Text(_figures.Reconstruction.MeanSquaredError)}";
        return $"""
            <figure class="isthmus"><svg viewBox="0 0 360 100" preserveAspectRatio="none" aria-hidden="true"><path d="M0 {50 - end}H60C130 {50 - end} 120 {50
                - half} 180 {50 - half}S230 {50 - end} 300 {50 - end}H360V{50 + end}H300C230 {50 + end} 240 {50 + half} 180 {50 + half}S130 {50 + end} 60 {50
                + end}H0z"/></svg>
            <div><span>{content.Kind.Raw} in</span><span>{middle}</span><span>{result}</span></div></figure>
            """;
    }

    /// <summary>Returns the results in words: that of the model's task first, that of its code second, then all others.</summary>
    public IReadOnlyList<(string Number, string Unit, Html Words)> Headlines()
    {
        (string Number, string Unit, Html Words)[] task = [.. OfTask(), .. OfRecords(), .. OfReconstruction()];
        return [.. task.Take(1), .. OfCode(), .. OfUnits(), .. task.Skip(1), .. OfProbes()];
    }

    private IEnumerable<(string Number, string Unit, Html Words)> OfCode()
    {
        if (content.IsVariational)
        {
            yield return (
                Text(_figures.Rate?.Bits),
                $"bits a {Noun}",
                $"Cost of a code: its rate, the mean divergence of q(z|x) from the prior. {AgainstSource()}"
            );
            if (CarriedInformation.Of(_figures) is { } carried)
                yield return (
                    carried.Bits,
                    $"bits a {Noun}",
                    $"Information in a code: the part of its cost that tells {Noun}s apart, I(X;Z), {carried.Bounds}."
                );
        }
    }

    private IEnumerable<(string Number, string Unit, Html Words)> OfRecords()
    {
        if (!content.IsVariational)
            yield break;
        if (Accuracy is null && _figures.Elbo is { Bits: var elbo })
            yield return (
                NumberText.Of(-elbo.Value, elbo.StandardError),
                $"bits a {Noun}",
                $"The −ELBO: rate and distortion together, {PerDimension()}. {content.Kind.Worth(-elbo.Value, content.IsDiscrete)}"
            );
        if (_figures.NegativeLogLikelihood is { } likelihood)
            yield return (
                Text(likelihood.Bits),
                $"bits a {Noun}",
                $"The negative log-likelihood, estimated with {NumberText.Of(_figures.ImportanceSamples)} importance samples: "
                    + $"a tighter bound than the −ELBO."
            );
    }

    private IEnumerable<(string Number, string Unit, Html Words)> OfTask()
    {
        if (_figures.Denoising is { Psnr: { } restored, NoisyPsnr: var noisy })
            yield return (
                Text(restored),
                "dB",
                $"{(HasCode ? "PSNR of restored test pictures, mean over pictures" : restored.Title)}. The noisy pictures themselves have {Text(noisy)} dB."
            );
        if (_figures.Classification is { } labels && Accuracy is { } accuracy)
        {
            yield return (accuracy, "% predicted", $"Test {Noun}s whose label the decoder predicts from the mean of the code.");
            yield return (
                Text(labels.LabelInformation.Bits),
                $"bits a {Noun}",
                $"Information about the label in the code, I(Z;Y), at least; the labels have {Text(labels.LabelEntropy.Bits)} bits."
            );
        }
        foreach (var ranking in _figures.Rankings)
            yield return (
                Text(ranking.NdcgAt100),
                "NDCG@100",
                $"{ranking.Name}: a fifth of each test user's history predicted from the rest; the users are new to the model."
            );
        if (_figures.Topics is { CompletionPerplexity: not null } topics)
            foreach (var headline in Topics(topics))
                yield return headline;
        if (_figures["perplexity_per_word"] is { } perWord)
            yield return (
                Text(perWord),
                "perplexity",
                $"exp of total −ELBO / words of the test lines; by counts of three tokens {Text(_figures["trigram_perplexity_per_word"])}."
            );
    }

    private IEnumerable<(string Number, string Unit, Html Words)> OfReconstruction()
    {
        if (_figures.Classification is not null || !HasCode && _figures.Reconstruction.Psnr is null)
            yield break;
        if (_figures.Reconstruction.Psnr is { } psnr)
            yield return (Text(psnr), "dB", $"PSNR of the reconstructions{(_figures.Denoising is null ? "" : " of clean pictures")}, mean over test pictures.");
        else if (_figures.Rankings.Count == 0 && _figures.Topics?.CompletionPerplexity is null && _figures["perplexity_per_word"] is null)
            yield return (
                Text(_figures.Reconstruction.MeanSquaredError),
                "",
                $"Mean squared error of the reconstructions, in {ErrorUnit}: 0 is perfect, and 1 is what the columns' means " + $"alone would give."
            );
    }

    private IEnumerable<(string Number, string Unit, Html Words)> OfUnits()
    {
        if (HasCode)
            yield return (NumberText.Of(_figures.Activity.Count), $"of {Units} active", $"Active means: {_figures.Activity.Rule}.");
        if (_figures.Code.UnitsOn is { } on)
            yield return (Text(on), $"units on a {Noun}", $"How many units of the code are on for one {Noun}, on average.");
    }

    private IEnumerable<(string Number, string Unit, Html Words)> OfProbes()
    {
        foreach (
            var probe in _figures
                .Labels.Where(_figures.Probes.ContainsKey)
                .Select(label => _figures.Probes[label].LinearAccuracy)
                .Take(content.IsVariational ? 1 : 2)
        )
            yield return (
                Percent(probe),
                "%",
                $"{probe.Title}: the fraction of test {Noun}s whose label a linear classifier predicts from "
                    + $"{(content.IsVariational ? "the mean of the code, before its noise is drawn" : "the code alone")}."
            );
        if (!content.IsVariational)
            yield return (
                Text(_figures.Distortion.Nats),
                $"nats a {Noun}",
                HasCode
                    ? (Html)$"The distortion, −ln p(x|z). It is not a code length: {WhyNoCodeLength()}"
                    : $"The loss, −ln p(x|z): the squared error of the restored {Noun} on another scale, with noise of every level that the model learns."
            );
    }

    private IEnumerable<(string Number, string Unit, Html Words)> Topics(TopicFigures topics)
    {
        if (topics.Perplexity is { } perplexity)
            yield return (
                Text(perplexity),
                "perplexity",
                $"exp of the mean over test documents of −ELBO / words; over all words together {Text(topics.PerplexityOverWords)}. "
                    + $"Guessing uniformly among all words has {NumberText.Of(Dimension)}."
            );
        yield return (
            Text(topics.CompletionPerplexity),
            "perplexity",
            $"Half of each test document's words predicted from the other half; from the words' frequencies alone, "
                + $"{Text(topics.CompletionPerplexityOfFrequencies)}."
        );
        if (topics.Npmi is { } npmi)
            yield return (
                Text(npmi),
                "NPMI",
                $"How often the first 10 words of a topic occur in the same training documents: 0 is random, 1 always. c_v {Text(topics.Cv)}, diversity "
                    + $"{Text(topics.Diversity)}."
            );
    }

    private string WhyNoCodeLength() =>
        (content.IsDiscrete ? "" : "the likelihood is a density, whose nats depend on the unit of x and may be negative, and ")
        + $"this model has no prior over codes, so what the code itself costs is not counted.";

    private Html AgainstSource()
    {
        if (content.SourceEntropyNats is not { } nats)
            return $"";
        var (source, rate) = (InformationUnits.NatsToBits(nats), _figures.Rate!.Bits.Value);
        Html holds = $"The source has exactly log₂ {NumberText.Of(Math.Round(Math.Exp(nats)))} = {NumberText.Fixed(source, 2)} bits: ";
        return rate >= source
            ? (Html)$"{holds}no code can carry more, so at least {NumberText.Of(rate - source, 3)} bits of the cost carry nothing."
            : $"{holds}at least {NumberText.Of(source - rate, 3)} bits of each {Noun} are not in the code.";
    }

    private string PerDimension() =>
        _figures.Topics?.PerWord is { } word ? $"{Text(word.Bits)} bits a word, in their order"
        : _figures.BitsPerDimension is { } discrete ? $"{Text(discrete)} bits/dim"
        : _figures["bits_per_character"] is { } character ? $"{Text(character)} bits a character"
        : _figures.BitsPerInteraction is { } interaction ? $"{Text(interaction)} bits an interaction"
        : $"{Text(_figures.DifferentialBitsPerDimension)} bits/dim of a density, relative to the unit of x";

    private string Cost((double Value, double? Error) bits) =>
        content.IsDiscrete
            ? $"{NumberText.Of(bits.Value, bits.Error)} bits"
            : $"{NumberText.Of(bits.Value, bits.Error)} bits (of a density: relative to the unit of x)";

    private string? ErrorUnit => _figures.Reconstruction.MeanSquaredError?.Unit;

    private static (double, double?) Negated(Figure? figure) => figure is null ? (double.NaN, null) : (-figure.Value, figure.StandardError);

    private static string Text(Figure? figure) => figure is null ? NumberText.Of(double.NaN) : NumberText.Of(figure.Value, figure.StandardError);

    private static string Percent(Figure figure) => NumberText.Of(100 * figure.Value, 100 * figure.StandardError);

    private static string Count(double count, string noun) => $"{NumberText.Of(count)} {noun}{(count == 1 ? "" : "s")}";
}
