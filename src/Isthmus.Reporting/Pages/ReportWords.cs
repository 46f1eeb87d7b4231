using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>The report in words: what was learnt, in one sentence and in a few figures with their units.</summary>
internal sealed class ReportWords(ReportContent content)
{
    private readonly EvaluationReport _evaluation = content.Evaluation;

    /// <summary>The catalogue's name, or the file's without its folders.</summary>
    public static string DataName(ReportContent content) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(content.Provenance.Data)) is { Length: > 0 } name ? name : content.Provenance.Data;

    /// <summary>The preset in words, "A variational autoencoder", or by its name where its line does not begin with what it is.</summary>
    internal static string Kind(string preset)
    {
        string[] nouns = ["autoencoder", "dictionary", "bottleneck", "model"];
        var line = Preset.All.FirstOrDefault(known => known.Name == preset)?.Summary.Split(':');
        var kind = line is [var what, _, ..] && nouns.Any(what.Contains) ? what : preset;
        return $"{("aeio".Contains(kind[0]) ? "An" : "A")} {kind}";
    }

    private string Noun => content.Kind.Record;

    private string Source => content.Specification.Schema.Kind.Phrase(content.Specification.Schema);

    private int Dimension => content.Specification.Schema.Dimension;

    /// <summary>The share of labels that a model of labels tells, percent; null of other models.</summary>
    private string? Accuracy => _evaluation["accuracy"] is { } figure ? NumberText.Of(100 * figure.Value, 100 * figure.StandardError) : null;

    private string Units => Count(_evaluation["latent_units"]?.Value ?? 0, "unit");

    private bool IsWider => (_evaluation["units_on_per_record"]?.Value ?? _evaluation["latent_units"]?.Value ?? 0) > Dimension;

    /// <summary>", of which 9.8 to 15.9 tell pictures apart"; empty where nothing is known beyond the rate.</summary>
    private string Carried => CarriedInformation.Of(_evaluation) is { } carried ? $", of which {carried.Bits} tell {Noun}s apart" : "";

    /// <summary>In a sentence or two: what went in, what the code costs and carries, what came out.</summary>
    public Html Summary()
    {
        Html subject =
            $"{Kind(content.Specification.Preset)} passes {Source} of {DataName(content)} through "
                + $"{(IsWider ? $"a code of {Units}, wider than the {Noun}" : $"an isthmus of {Units}")}";
        if (_evaluation["ndcg_100"] is not null)
            return $"{subject} and predicts what was held out of test users' histories: NDCG@100 {Text("ndcg_100")}, each held-out item at "
                + $"{Text("held_out_bits")} bits.";
        if (Accuracy is { } accuracy)
            return $"{subject}: its code costs {Text("rate_bits")} bits a {Noun}{Carried}. It tells the label of {accuracy} % of the test {Noun}s.";
        if (content.IsVariational)
            return $"{subject}: its code costs {Text("rate_bits")} bits a {Noun}{Carried}. With it a test {Noun} costs {Cost(Negated("elbo_bits"))}.";
        if (_evaluation["denoised_psnr_db"] is not null)
            return $"{subject} and lifts noisy test pictures from {Text("noisy_psnr_db")} dB to {Text("denoised_psnr_db")} dB.";
        return _evaluation["reconstruction_psnr_db"] is not null
            ? (Html)$"{subject} and gives test pictures back at {Text("reconstruction_psnr_db")} dB."
            : $"{subject} and gives test records back with a mean squared error of {Text("reconstruction_mse")} {_evaluation["reconstruction_mse"]?.Unit}.";
    }

    /// <summary>
    /// Wide data, a narrow code, wide data again; the neck is to scale: the share of the picture's plain bits that the code costs (variational), or else
    /// numbers in use in the code for one in the record. Of a code that is wider than the record the ends are narrow.
    /// </summary>
    public Html Isthmus()
    {
        // Units at the prior hold nothing.
        var latent = _evaluation["units_on_per_record"]?.Value
            ?? (content.IsVariational ? _evaluation.Activity.Count : _evaluation["latent_units"]?.Value)
            ?? 0;
        var narrow = content is { IsVariational: true, IsDiscrete: true, Kind.PlainBits: { } plain }
            ? _evaluation["rate_bits"]!.Value / plain
            : latent / Dimension;
        var (half, end) = double.IsFinite(narrow) ? (50 * Math.Clamp(narrow, 0.01, 1), 50 / Math.Clamp(narrow, 1, 100)) : (50, 50);
        Html middle =
            content.IsVariational
                ? $"{Units}: <b>costs {Text("rate_bits")} bits</b>{(CarriedInformation.Of(_evaluation) is { } carried ? $", carries {carried.Bits}" : "")}"
            : _evaluation["units_on_per_record"] is not null ? (Html)$"{Text("units_on_per_record")} of {Units} on"
            : $"{Units}";
        Html result =
            Accuracy is { } accuracy ? $"{accuracy} % of labels told"
            : _evaluation["ndcg_100"] is not null ? $"NDCG@100 {Text("ndcg_100")}"
            : _evaluation["completion_perplexity"] is not null ? (Html)$"half of a document from the other: perplexity {Text("completion_perplexity")}"
            : _evaluation["reconstruction_psnr_db"] is not null ? (Html)$"given back at {Text("reconstruction_psnr_db")} dB"
            : $"given back, mean squared error {Text("reconstruction_mse")}";
        return $"""
            <figure class="isthmus"><svg viewBox="0 0 360 100" preserveAspectRatio="none" aria-hidden="true"><path d="M0 {50 - end}H60C130 {50 - end} 120 {50
                - half} 180 {50 - half}S230 {50 - end} 300 {50 - end}H360V{50 + end}H300C230 {50 + end} 240 {50 + half} 180 {50 + half}S130 {50 + end} 60 {50
                + end}H0z"/></svg>
            <div><span>{content.Kind.Raw} in</span><span>{middle}</span><span>{result}</span></div></figure>
            """;
    }

    /// <summary>The few figures to remember, in words.</summary>
    public IEnumerable<(string Number, string Unit, Html Words)> Headlines()
    {
        if (content.IsVariational)
        {
            yield return (Text("rate_bits"), $"bits a {Noun}", $"What a code costs: its rate, the mean divergence of q(z|x) from the prior. {AgainstSource()}");
            if (CarriedInformation.Of(_evaluation) is { } carried)
                yield return (carried.Bits, $"bits a {Noun}", $"What a code carries: so much of its cost tells {Noun}s apart, I(X;Z), {carried.Bounds}.");
            if (Accuracy is null)
                yield return (
                    NumberText.Of(-_evaluation["elbo_bits"]!.Value, _evaluation["elbo_bits"]!.StandardError),
                    $"bits a {Noun}",
                    $"The −ELBO: rate and distortion together, {PerDimension()}. {content.Kind.Worth(-_evaluation["elbo_bits"]!.Value, content.IsDiscrete)}"
                );
            if (_evaluation["nll_bits"] is not null)
                yield return (
                    Text("nll_bits"),
                    $"bits a {Noun}",
                    $"The negative log-likelihood by {NumberText.Of(_evaluation.ImportanceSamples)} importance samples: a closer bound than the −ELBO on what "
                        + $"the model spends."
                );
        }
        if (_evaluation["denoised_psnr_db"] is not null)
            yield return (
                Text("denoised_psnr_db"),
                "dB",
                $"PSNR of restored test pictures, mean over pictures. The noisy pictures themselves have {Text("noisy_psnr_db")} dB."
            );
        if (Accuracy is { } accuracy)
        {
            yield return (accuracy, "% told right", $"Test {Noun}s whose label is the decoder's first guess from the mean of the code.");
            yield return (
                Text("label_information_bits"),
                $"bits a {Noun}",
                $"At least so much of the label is in the code, I(Z;Y), of the {Text("label_entropy_bits")} bits that labels have."
            );
        }
        else if (_evaluation["reconstruction_psnr_db"] is not null)
            yield return (
                Text("reconstruction_psnr_db"),
                "dB",
                $"PSNR of the reconstructions{(_evaluation["denoised_psnr_db"] is null ? "" : " of clean pictures")}, mean over test pictures."
            );
        else if (_evaluation["ndcg_100"] is not null)
            foreach (var ranking in _evaluation.Rankings)
                yield return (
                    NumberText.Of(ranking["ndcg_100"]!.Value, ranking["ndcg_100"]!.StandardError),
                    "NDCG@100",
                    $"{ranking.Name}: a fifth of each test user's history predicted from the rest; the users are new to the model."
                );
        else if (_evaluation["completion_perplexity"] is not null)
            foreach (var headline in Topics())
                yield return headline;
        else
            yield return (
                Text("reconstruction_mse"),
                "",
                $"Mean squared error of the reconstructions, in {_evaluation["reconstruction_mse"]?.Unit}: 0 is perfect, and 1 is what the columns' means "
                    + $"alone would give."
            );
        yield return (NumberText.Of(_evaluation.Activity.Count), $"of {Units} active", $"Active means: {_evaluation.Activity.Rule}.");
        if (_evaluation["units_on_per_record"] is not null)
            yield return (Text("units_on_per_record"), $"units on a {Noun}", $"How many units of the code are on for one {Noun}, on average.");
        foreach (
            var probe in _evaluation
                .Figures.Where(figure => figure.Key.StartsWith("linear_probe_accuracy", StringComparison.Ordinal))
                .Take(content.IsVariational ? 1 : 2)
        )
            yield return (
                NumberText.Of(100 * probe.Value, 100 * probe.StandardError),
                "%",
                $"{probe.Title}: the share of test {Noun}s whose label a linear classifier reads from "
                    + $"{(content.IsVariational ? "the mean of the code, before its noise is drawn" : "the code alone")}."
            );
        if (!content.IsVariational)
            yield return (Text("distortion_nats"), $"nats a {Noun}", $"The distortion, −ln p(x|z). It is not a code length: {WhyNoCodeLength()}");
    }

    private IEnumerable<(string Number, string Unit, Html Words)> Topics()
    {
        if (_evaluation["perplexity"] is not null)
            yield return (
                Text("perplexity"),
                "perplexity",
                $"exp of the mean over test documents of −ELBO / words; over all words together {Text("perplexity_over_words")}. Guessing among all words "
                    + $"alike has {NumberText.Of(Dimension)}."
            );
        yield return (
            Text("completion_perplexity"),
            "perplexity",
            $"Half of each test document's words predicted from the other half; by how common each word is, whatever the document, "
                + $"{Text("completion_perplexity_of_frequencies")}."
        );
        if (_evaluation["npmi"] is not null)
            yield return (
                Text("npmi"),
                "NPMI",
                $"How much the first 10 words of a topic keep together in the training documents: 0 is chance, 1 always. c_v {Text("c_v")}, diversity "
                    + $"{Text("topic_diversity")}."
            );
    }

    private string WhyNoCodeLength() =>
        (content.IsDiscrete ? "" : "the likelihood is a density, whose nats depend on the unit of x and may be negative, and ")
        + $"this model has no prior over codes, so what the code itself costs is not counted.";

    private Html AgainstSource()
    {
        if (content.SourceEntropyNats is not { } nats)
            return $"";
        var (source, rate) = (InformationUnits.NatsToBits(nats), _evaluation["rate_bits"]!.Value);
        Html holds = $"The source holds exactly log₂ {NumberText.Of(Math.Round(Math.Exp(nats)))} = {NumberText.Fixed(source, 2)} bits, ";
        return rate >= source
            ? (Html)$"{holds}no code can carry more, and at least {NumberText.Of(rate - source, 3)} of the bits paid tell nothing."
            : $"{holds}so at least {NumberText.Of(source - rate, 3)} bits of each {Noun} are not in the code.";
    }

    private string PerDimension() =>
        _evaluation["bits_per_word"] is not null ? $"{Text("bits_per_word")} bits a word if their order is not counted as saved"
        : (_evaluation["bits_per_dim"] ?? _evaluation["bits_per_interaction"]) is { } discrete
            ? $"{NumberText.Of(discrete.Value, discrete.StandardError)} {(discrete.Key == "bits_per_dim" ? "bits/dim" : "bits an interaction")}"
        : $"{Text("differential_bits_per_dim")} bits/dim of a density, relative to the unit of x";

    private string Cost((double Value, double? Error) bits) =>
        content.IsDiscrete
            ? $"{NumberText.Of(bits.Value, bits.Error)} bits"
            : $"{NumberText.Of(bits.Value, bits.Error)} bits (of a density: relative to the unit of x)";

    private (double, double?) Negated(string key) => _evaluation[key] is { } figure ? (-figure.Value, figure.StandardError) : (double.NaN, null);

    private string Text(string key) => _evaluation[key] is { } figure ? NumberText.Of(figure.Value, figure.StandardError) : NumberText.Of(double.NaN);

    private static string Count(double count, string noun) => $"{NumberText.Of(count)} {noun}{(count == 1 ? "" : "s")}";
}
