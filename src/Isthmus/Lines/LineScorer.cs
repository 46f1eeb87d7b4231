using System.Runtime.InteropServices;
using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Lines;

/// <summary>
/// Bits of lines by a model, with their p-values against lines that the model was not fitted on. Lines of the same tokens cost the same and are computed once:
/// masked logs are mostly such. Not safe for use by several threads at once; several scorers of one model are.
/// </summary>
public sealed class LineScorer
{
    private const int Batch = 512,
        MostRemembered = 1 << 20,
        MostOdd = 5;

    private readonly TrainedModel _model;
    private readonly LineSchema _schema;
    private readonly TokenEncoder _encoder;
    private readonly Dictionary<string, double> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly double[] _usual;

    /// <summary>Scores the kept held-out lines of a model.</summary>
    /// <exception cref="InvalidInputException">The model is not of lines, or keeps none.</exception>
    public LineScorer(TrainedModel model)
    {
        _model = model;
        _schema = Demand(model.Specification.Schema);
        _encoder = new(_schema.Tokens);
        var reference = model.Reference
            ?? throw new InvalidInputException("The model", "keeps no lines to compare with", "train it again with this version of Isthmus");
        var heldOut = LineDecoding.Tokens(tensor(reference.HeldOut).view(-1, _schema.Length));
        _usual = [.. Bits(heldOut).Order()];
        Kept = [.. LineDecoding.Tokens(tensor(reference.Train).view(-1, _schema.Length)).DistinctBy(tokens => Key(tokens))];
        foreach (var tokens in Kept)
            _kept.Add(Key(tokens));
    }

    /// <summary>Returns a schema as one of lines.</summary>
    /// <exception cref="InvalidInputException">It is another.</exception>
    internal static LineSchema Demand(DataSchema schema) =>
        schema.Demand<LineSchema>($"The model is of {schema}, and lines of text are none", $"train one of lines ({OptionNames.Model("text-vae")})");

    /// <summary>Returns true if records of a schema are lines.</summary>
    public static bool AreLines(DataSchema schema) => schema is LineSchema;

    /// <summary>Bits of held-out lines, ascending.</summary>
    public IReadOnlyList<double> Usual => _usual;

    /// <summary>Different lines kept from training, as tokens.</summary>
    internal IReadOnlyList<int[]> Kept { get; }

    /// <summary>Returns the bits above which the given share of held-out lines lies.</summary>
    public double Threshold(double falseAlarms) => _usual[Math.Clamp((int)Math.Ceiling((1 - falseAlarms) * _usual.Length) - 1, 0, _usual.Length - 1)];

    /// <summary>Scores lines, in order.</summary>
    /// <param name="lines">Lines with their numbers.</param>
    public IReadOnlyList<LineScore> Score(IReadOnlyList<(long Number, string Text)> lines)
    {
        var windows = new List<(string Key, int Line)>();
        var (fresh, keys) = (new List<int[]>(), new List<string>());
        var isNew = new bool[lines.Count];
        for (var line = 0; line < lines.Count; line++)
        {
            var tokens = _encoder.Encode(lines[line].Text);
            for (var at = 0; at < tokens.Length; at += _schema.Length)
            {
                var window = tokens[at..Math.Min(tokens.Length, at + _schema.Length)];
                var key = Key(window);
                windows.Add((key, line));
                isNew[line] |= !_kept.Contains(key);
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, key, out var isThere);
                if (isThere)
                    continue;
                known = double.NaN;
                fresh.Add([.. window]);
                keys.Add(key);
            }
        }
        var bits = Bits(fresh);
        for (var i = 0; i < keys.Count; i++)
            _known[keys[i]] = bits[i];
        var sums = new double[lines.Count];
        foreach (var (key, line) in windows)
            sums[line] += _known[key];
        if (_known.Count > MostRemembered)
            _known.Clear();
        return [.. lines.Select((line, i) => new LineScore(line.Number, line.Text, sums[i], PValue(sums[i]), isNew[i]))];
    }

    /// <summary>Returns what lines of the same tokens have in common: the text with masks by their names.</summary>
    public string Form(string text) => _schema.Tokens.TextOf(_encoder.Encode(text));

    /// <summary>Returns a score with the tokens that cost most and the nearest kept line.</summary>
    public LineScore Explained(LineScore score)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        int[] tokens = [.. _encoder.Encode(score.Text)];
        var likelihood = (TokenLikelihood)_model.Network.Likelihood;
        var odd = tokens
            .Chunk(_schema.Length)
            .SelectMany(
                (window, number) =>
                {
                    var x = Tensor([window]);
                    var nats = likelihood.TokenNats(x, _model.Network.Decode(_model.Network.Encode(x, sample: false).Z));
                    return nats.cpu()
                        .data<float>()
                        .ToArray()
                        .Take(window.Length)
                        .Select(
                            (cost, place) =>
                                new OddToken(_schema.Tokens.NameOf(window[place]), number * _schema.Length + place, InformationUnits.NatsToBits(cost))
                        );
                }
            )
            .OrderByDescending(token => token.Bits)
            .Take(MostOdd);
        // A line of several windows is compared by its first.
        var first = tokens.AsSpan(0, Math.Min(tokens.Length, _schema.Length)).ToArray();
        var nearest = Kept.MinBy(kept => TextOverlap.Distance(kept, first));
        return score with { Odd = [.. odd], Nearest = nearest is null ? null : _schema.Tokens.TextOf(nearest) };
    }

    private double PValue(double bits)
    {
        var at = Array.BinarySearch(_usual, bits);
        if (at < 0)
            at = ~at;
        while (at > 0 && _usual[at - 1] >= bits)
            at--;
        return (1.0 + _usual.Length - at) / (1.0 + _usual.Length);
    }

    private double[] Bits(IReadOnlyList<int[]> windows)
    {
        var bits = new double[windows.Count];
        // Lines of one length together: a batch is as long as its longest.
        int[] order = [.. Enumerable.Range(0, windows.Count).OrderBy(window => windows[window].Length)];
        using var noGradient = inference_mode();
        foreach (var chunk in order.Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            var x = Tensor([.. chunk.Select(window => windows[window])]);
            var code = _model.Network.Encode(x, sample: false);
            var nats = -_model.Network.LogLikelihood(x, code.Z);
            if (_model.Network.Bottleneck.IsVariational)
                nats = nats.Plus(code.Rate);
            var costs = nats.cpu().data<float>();
            for (var i = 0; i < chunk.Length; i++)
                bits[chunk[i]] = InformationUnits.NatsToBits(costs[i]);
        }
        return bits;
    }

    private Tensor Tensor(IReadOnlyList<int[]> windows)
    {
        var values = new float[windows.Count * _schema.Length];
        for (var row = 0; row < windows.Count; row++)
            for (var place = 0; place < windows[row].Length; place++)
                values[row * _schema.Length + place] = windows[row][place];
        return tensor(values, device: Device).view(windows.Count, _schema.Length);
    }

    private Device Device => _model.Network.parameters().First().device;

    // Tokens as UTF-16 units: two for each, as there may be more than 65,536.
    private static string Key(ReadOnlySpan<int> tokens) => new(MemoryMarshal.Cast<int, char>(tokens));
}
