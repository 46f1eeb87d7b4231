using System.Globalization;
using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Posteriors;
using Isthmus.Models.Primitives;
using static TorchSharp.torch;

namespace Isthmus.Lines;

/// <summary>
/// Evaluation of models of lines: bits for each character and perplexity for each word, beside those of counts of three tokens; lines that come back from their
/// codes; and how varied samples are.
/// </summary>
internal sealed class LineFigures : RecordFigures
{
    private const string LanguageModel = "language_model_nats";

    // Decoding goes token by token, and so many lines tell enough.
    private const int Decoded = 500,
        Pairs = 200,
        BatchSize = 500;

    /// <summary>False: lines are evaluated as they are.</summary>
    public override bool SeesCorrupted => false;

    /// <summary>False: a line has no mean.</summary>
    public override bool ExplainsVariance => false;

    /// <summary>Returns bits for each character, ends of lines included.</summary>
    public override Figure? PerDimension(Autoencoder model, Dataset test, string prefix, string title, Estimate nats)
    {
        var share = test.Count / (double)Math.Max(1, Sizes(test).Characters);
        return new($"{prefix}bits_per_character", $"{title} per character, ends of lines included", "bits", InformationUnits.NatsToBits(nats) * share);
    }

    /// <inheritdoc/>
    public override IEnumerable<Figure> OfDecoder(TrainedModel trained, Dataset test, Dataset? train, EvaluationOptions options)
    {
        var (model, tokens) = (trained.Network, ((LineSchema)test.Schema).Tokens);
        var (all, characters, words) = Sizes(test);
        var nats = Nats(trained.Network, test, options);
        yield return new("nats_per_token", $"{Of(model)} per token", "nats", nats / all);
        if (words > 0)
            yield return new("perplexity_per_word", $"Perplexity per word: exp of total {Of(model)} / total words", "", Math.Exp(nats / words));
        if (options.Baseline is { } other)
        {
            if (!other.Specification.Schema.Equals(trained.Specification.Schema) || other.Network.Encoder is not RecurrentNetwork.ConstantEncoder)
                throw new InvalidInputException(
                    "The baseline",
                    "is no language model of the same lines, cut into the same tokens",
                    $"train one on the same data with the same seed ({OptionNames.Model("lstm-lm")})"
                );
            yield return new(LanguageModel, "Baseline: language model, -ln p(x)", "nats", Nats(other.Network, test, options) / test.Count);
        }
        var counts = train is null ? null : BackOffCounts.Of(trained.Prepare(train), 3, tokens.Count);
        if (counts is not null)
        {
            var baseline = Enumerable.Range(0, test.Count).Sum(record => counts.Nats(test.Tokens(record)).Sum());
            yield return new("trigram_nats", "Baseline: counts of three tokens, -ln p(x)", "nats", baseline / test.Count);
            yield return new("trigram_nats_per_token", "Baseline: counts of three tokens, per token", "nats", baseline / all);
            yield return new(
                "trigram_bits_per_character",
                "Baseline: counts of three tokens, per character",
                "bits",
                InformationUnits.NatsToBits(baseline / characters)
            );
            if (words > 0)
                yield return new("trigram_perplexity_per_word", "Baseline: counts of three tokens, perplexity per word", "", Math.Exp(baseline / words));
        }
        if (model.Encoder is RecurrentNetwork.ConstantEncoder)
            yield break;
        foreach (var figure in Reconstructions(model, test, tokens, options))
            yield return figure;
        foreach (var figure in Between(model, test, counts, options))
            yield return figure;
    }

    /// <summary>Compares samples with each other.</summary>
    public override IReadOnlyList<Figure> OfSamples(
        Autoencoder model,
        Dataset test,
        Dataset? train,
        EvaluationOptions options,
        Action<string> note,
        CancellationToken cancellationToken
    )
    {
        const int Samples = 200;
        if (model.Bottleneck.Prior is not { } prior)
            return [];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, -5));
        var tokens = ((LineSchema)test.Schema).Tokens;
        var lines = LineDecoding.Texts(tokens, model.Likelihood.Sample(model.Decode(prior.Sample(Samples, options.Device))));
        string[][] words = [.. lines.Select(TextOverlap.Words)];
        return
        [
            new(
                "self_bleu",
                $"Samples: BLEU-4 of each of {Samples} against the others (lower is more varied)",
                "",
                TextOverlap.Bleu([.. words.Select((line, i) => (line, (IReadOnlyList<string[]>)[.. words.Where((_, j) => j != i)]))])
            ),
            new("distinct_1", "Samples: share of different words among all", "", TextOverlap.Distinct(words, 1)),
            new("distinct_2", "Samples: share of different pairs of words among all", "", TextOverlap.Distinct(words, 2)),
        ];
    }

    /// <inheritdoc/>
    public override (string Key, string Value)[] InUse(int epochs) =>
        [(ModelSpecification.Posterior.Key, BatchNormalisedPosteriorFamily.Part.Name), (ElboObjective.FreeNatsSetting.Key, "0")];

    /// <summary>
    /// Returns a finding if the decoder alone does with fewer bits: a code that costs more than it saves. Half a percent is what another seed may change.
    /// </summary>
    public override Finding? Shortcoming(Verdict verdict)
    {
        if (verdict.Figures[LanguageModel] is not { Value: var alone } || Loss(verdict) <= 1.005 * alone)
            return null;
        var settings = verdict.Trained.Specification.Settings;
        return new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Worse than its decoder alone: a line costs {InformationUnits.NatsToBits(Loss(verdict)):F1} bits, and by the language model "
                    + $"{InformationUnits.NatsToBits(alone):F1}; the code costs more than it saves."
            ),
            settings.Get(ModelSpecification.Posterior) == BatchNormalisedPosteriorFamily.Part.Name
                ? verdict.Train(
                    (BatchNormalisedPosteriorFamily.Deviation.Key, Verdict.Text(Math.Round(settings.Get(BatchNormalisedPosteriorFamily.Deviation) * 2 / 3, 2)))
                )
                : verdict.Train(InUse(0))
        );
    }

    /// <inheritdoc/>
    public override IEnumerable<Finding> Judge(Verdict verdict)
    {
        if (verdict.Trained.Network.Encoder is not RecurrentNetwork.ConstantEncoder)
            return base.Judge(verdict);
        // A language model has no code that could collapse.
        Finding?[] found = [Untrained(verdict) is { } reason ? new($"Not trained yet: {reason}.", verdict.Longer(3)) : verdict.Improving()];
        return found.OfType<Finding>() is var all && all.Any()
            ? all
            : [new("Healthy: a language model, which has no code; compare the bits of a line with those of text-vae.", Next(verdict.Trained, verdict.Path))];
    }

    /// <inheritdoc/>
    public override string? Untrained(Verdict verdict) =>
        verdict.Figures["trigram_nats"] is { } counts
        && (verdict.Figures.NegativeLogLikelihood ?? verdict.Figures.Elbo) is not null
        && Loss(verdict) > 1.02 * counts.Value
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"a line costs {InformationUnits.NatsToBits(Loss(verdict)):F1} bits, and by counts of three tokens "
                    + $"{InformationUnits.NatsToBits(counts.Value):F1}"
            )
            : null;

    /// <inheritdoc/>
    public override string Next(TrainedModel trained, string path) => $"isthmus score NEW.log -m {path} --explain";

    private static double Loss(Verdict verdict) => verdict.Figures.NegativeLogLikelihood?.Nats.Value ?? -verdict.Figures.Elbo!.Nats.Value;

    private static string Of(Autoencoder model) => model.Bottleneck.IsVariational ? "-ELBO" : "-ln p(x|z)";

    private static double Nats(Autoencoder model, Dataset test, EvaluationOptions options)
    {
        var nats = 0.0;
        using var noGradient = inference_mode();
        using var draws = RandomDraws.Seeded(RandomStream.Seed(options.Seed, RandomStream.Evaluation, 0));
        foreach (var x in TensorBatches.InOrder(test, 1000, options.Device))
        {
            using var scope = NewDisposeScope();
            var code = model.Encode(x, sample: true);
            var distortion = -model.LogLikelihood(x, code.Z);
            nats += (model.Bottleneck.IsVariational ? distortion.Plus(code.Rate) : distortion).sum().item<float>();
        }
        return nats;
    }

    private static IEnumerable<Figure> Reconstructions(Autoencoder model, Dataset test, TokenVocabulary tokens, EvaluationOptions options)
    {
        var some = test.Select([.. Enumerable.Range(0, Math.Min(Decoded, test.Count))]);
        var (exact, edits, pairs) = (new RunningMoments(), new RunningMoments(), new List<(string[], IReadOnlyList<string[]>)>());
        using var noGradient = inference_mode();
        var at = 0;
        foreach (var x in TensorBatches.InOrder(some, BatchSize, options.Device))
        {
            using var scope = NewDisposeScope();
            var restored = LineDecoding.Tokens(model.Reconstruct(x));
            foreach (var line in restored)
            {
                var own = some.Tokens(at++);
                exact.Add(own.SequenceEqual(line) ? 1 : 0);
                edits.Add(TextOverlap.Distance(own, line) / (double)own.Length);
                pairs.Add((TextOverlap.Words(tokens.TextOf(line)), [TextOverlap.Words(tokens.TextOf(own))]));
            }
        }
        yield return new("reconstruction_exact", $"Reconstruction (greedy, first {some.Count} lines): exactly the line", "", exact.Estimate);
        yield return new("reconstruction_bleu_4", "Reconstruction: BLEU-4", "", TextOverlap.Bleu(pairs));
        yield return new("reconstruction_edits", "Reconstruction: tokens to change over the line's tokens", "", edits.Estimate);
    }

    /// <summary>
    /// Evaluates the lines half-way between two held-out ones: whether they are lines of their own, and how usual they are by counts that know nothing
    /// of codes.
    /// </summary>
    private static IEnumerable<Figure> Between(Autoencoder model, Dataset test, BackOffCounts? counts, EvaluationOptions options)
    {
        var pairs = Math.Min(Pairs, test.Count - 1);
        if (pairs < 1)
            yield break;
        var some = test.Select([.. Enumerable.Range(0, pairs + 1)]);
        var (own, usual) = (new RunningMoments(), (Nats: 0.0, Tokens: 0));
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        float[][] codes = [.. RecordCodes.Of(model, some, options.Device).cpu().data<float>().ToArray().Chunk(model.Bottleneck.Latent)];
        var way = model.Bottleneck.IsVariational ? CodePath.Spherical : CodePath.Linear;
        float[] middle = [.. Enumerable.Range(0, pairs).SelectMany(pair => Generation.Between(codes[pair], codes[pair + 1], 0.5, way))];
        var z = tensor(middle, device: options.Device ?? CPU).view(pairs, -1);
        var lines = LineDecoding.Tokens(model.Likelihood.Mode(model.Decode(z)));
        for (var pair = 0; pair < pairs; pair++)
        {
            var line = lines[pair];
            own.Add(some.Tokens(pair).SequenceEqual(line) || some.Tokens(pair + 1).SequenceEqual(line) ? 0 : 1);
            if (counts is not null && line.Length > 0)
                usual = (usual.Nats + counts.Nats(line).Sum(), usual.Tokens + line.Length);
        }
        yield return new("interpolation_own", $"Lines half-way between {pairs} pairs of held-out ones: share that is neither of the two", "", own.Estimate);
        if (usual.Tokens > 0)
            yield return new(
                "interpolation_trigram_nats_per_token",
                "Lines half-way between held-out ones, by counts of three tokens, per token",
                "nats",
                usual.Nats / usual.Tokens
            );
    }

    /// <summary>Returns the numbers of tokens, characters (scalar values, and one for each end of a line) and words of all records.</summary>
    private static (long Tokens, long Characters, long Words) Sizes(Dataset data)
    {
        var (tokens, characters, words) = (0L, 0L, 0L);
        var vocabulary = ((LineSchema)data.Schema).Tokens;
        for (var record = 0; record < data.Count; record++)
        {
            var own = data.Tokens(record);
            var text = vocabulary.TextOf(own);
            tokens += own.Length;
            characters += text.EnumerateRunes().Count() + (own.Length > 0 && own[^1] == TokenVocabulary.End ? 1 : 0);
            words += TextOverlap.Words(text).Length;
        }
        return (tokens, characters, words);
    }
}
