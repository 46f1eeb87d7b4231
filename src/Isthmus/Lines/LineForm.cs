using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Lines;
using Isthmus.Data.Lines;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Quantisation;
using static TorchSharp.torch;

namespace Isthmus.Lines;

/// <summary>
/// The form of a language model of lines that archives hold, always the same of one model: weights of 8 bits, states and gates of 16, and no floating point. It
/// needs no measurements, as gates and states have ranges of their own.
/// </summary>
internal static class LineForm
{
    // Beyond what training cuts a line into, the state goes on: fewer beginnings without a context.
    private const int WindowsOfPiece = 4;

    private const double SigmoidRange = 1 << (15 - LineModel.SigmoidBits),
        TanhRange = 1 << (15 - LineModel.TanhBits),
        One = 1 << LineModel.OneBits;

    /// <summary>Returns true if a model, by its manifest, is a language model of lines.</summary>
    public static bool IsOne(ModelManifest manifest) =>
        manifest.Schema is LineSchema && manifest.Settings.GetValueOrDefault("encoder") == RecurrentNetwork.None;

    /// <summary>Returns the form of a model.</summary>
    /// <exception cref="InvalidInputException">It is none of lines, has an encoder, or a decoder without such a form.</exception>
    public static LineModel Of(TrainedModel model)
    {
        if (model.Specification.Schema is not LineSchema schema || !IsOne(model.Manifest))
            throw new InvalidInputException(
                $"The model ({model.Specification.Preset})",
                "has a code of each line, which archives of lines do not hold",
                $"take a language model ({OptionNames.Model("lstm-lm")})"
            );
        var likelihood = (TokenLikelihood)model.Network.Likelihood;
        if (likelihood.Memory is not RecurrentLayer layer)
            throw new InvalidInputException(
                "The model's decoder",
                "has no form in whole numbers",
                $"train one with {OptionNames.Value("decoder", TokenDecoder.Lstm)} or {OptionNames.Value("decoder", TokenDecoder.Gru)}"
            );
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (units, gru) = (layer.Width, layer as GruLayer);
        var gates = gru is null ? 4 : 3;
        var given = NetworkQuantiser.Numbers(model.Network.Decode(zeros(1, model.Network.Bottleneck.Latent, device: layer.Embeddings.device)));
        // The sums that are the same at each step are part of the bias.
        var (constant, bias) = (given[^(gates * units)..], NetworkQuantiser.Numbers(layer.InputBias));
        for (var i = 0; i < bias.Length; i++)
            bias[i] += constant[i];
        var (embeddings, weights, squares) = Embedded(layer, schema.Tokens.Count + 1);
        OutputUnits[] sums =
        [
            .. Enumerable
                .Range(0, gates * units)
                .Select(sum => new OutputUnits(1 << (sum / units == 2 ? LineModel.TanhBits : LineModel.SigmoidBits))),
        ];
        double[] ones = [.. Enumerable.Repeat(1.0, units)],
            candidate = gru is null ? [] : NetworkQuantiser.Numbers(gru.CandidateBias);
        return new(
            Canonical(schema.Tokens),
            schema.Source.RecordStart,
            Math.Min(LineModel.MostPlaces, WindowsOfPiece * schema.Length),
            gru is null ? RecurrentKind.Lstm : RecurrentKind.Gru,
            embeddings,
            NetworkQuantiser.Linear(weights, bias, squares, 1, sbyte.MaxValue, sums),
            NetworkQuantiser.Linear(
                NetworkQuantiser.Numbers(layer.Recurrent),
                [.. new double[(gates * units) - candidate.Length], .. candidate],
                ones,
                One,
                short.MaxValue,
                sums
            ),
            NetworkQuantiser.Linear(
                NetworkQuantiser.Numbers(likelihood.Output.Weight),
                NetworkQuantiser.Numbers(likelihood.Output.Bias),
                ones,
                One,
                short.MaxValue,
                [.. Enumerable.Repeat(new OutputUnits(FixedPointLog2.StepsANat), schema.Tokens.Count)]
            ),
            [.. given[..units].Select(number => Fraction(Math.Tanh(number)))],
            gru is null ? [.. given[units..(2 * units)].Select(number => (int)Math.Round(Math.Tanh(number) * (1 << LineModel.CellBits)))] : [],
            Table(SigmoidRange, t => 1 / (1 + Math.Exp(-t))),
            Table(TanhRange, Math.Tanh)
        );
    }

    /// <summary>Returns embeddings of 8 bits, a scale for each of their numbers, the input's weights times these scales, and mean squares.</summary>
    private static (short[] Embeddings, double[] Weights, double[] Squares) Embedded(RecurrentLayer layer, int tokens)
    {
        var (exact, weights) = (NetworkQuantiser.Numbers(layer.Embeddings), NetworkQuantiser.Numbers(layer.InputWeight));
        var width = (int)layer.Embeddings.shape[1];
        var (embeddings, squares) = (new short[tokens * width], new double[width]);
        for (var i = 0; i < width; i++)
        {
            var scale = 1e-12;
            for (var token = 0; token < tokens; token++)
                scale = Math.Max(scale, Math.Abs(exact[(token * width) + i]) / NetworkQuantiser.SByteWeight);
            for (var token = 0; token < tokens; token++)
            {
                embeddings[(token * width) + i] = (short)Math.Round(exact[(token * width) + i] / scale);
                squares[i] += Math.Pow(embeddings[(token * width) + i], 2) / tokens;
            }
            for (var sum = 0; sum < weights.Length / width; sum++)
                weights[(sum * width) + i] *= scale;
        }
        return (embeddings, weights, squares);
    }

    private static short[] Table(double range, Func<double, double> f) =>
        [.. Enumerable.Range(0, IntegerLayer.TablePoints).Select(point => Fraction(f((point - 256) / 256.0 * range)))];

    private static short Fraction(double number) => (short)Math.Clamp(Math.Round(number * One), -short.MaxValue, short.MaxValue);

    // Half a surrogate pair is no text that a file can hold: the piece is that of the character which stands for it.
    private static TokenVocabulary Canonical(TokenVocabulary tokens) =>
        tokens with { Pieces = [.. tokens.Pieces.Select(piece => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(piece)))] };
}
