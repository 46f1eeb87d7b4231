using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Information;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Lines;

/// <summary>
/// Scores of lines by a model and the counts of its training lines, with p-values against lines that neither was fitted on
/// (docs/decisions/0053-score-of-lines.md). Lines of the same tokens have the same score, and it is computed once: masked logs are mostly such. Not safe for
/// use by several threads at once; several scorers of one model are.
/// </summary>
public sealed class LineScorer
{
    /// <summary>UTF-16 units of a line that are looked at: more than any line that a person reads.</summary>
    internal const int MostCharacters = 1 << 16;

    // Numbers of logits at once: 16 MB.
    private const int LogitsAtOnce = 4 << 20,
        MostRemembered = 1 << 20,
        MostCompared = 2000;

    private readonly TrainedModel _model;
    private readonly LineSchema _schema;
    private readonly TokenEncoder _encoder;
    private readonly LineCounts _counts;
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly double[] _usual;

    private readonly record struct Known(double Bits, double Deviations, int Template);

    /// <summary>Counts the kept training lines of a model and scores its held-out lines.</summary>
    /// <exception cref="InvalidInputException">The model is not of lines, or keeps none.</exception>
    public LineScorer(TrainedModel model)
    {
        _model = model;
        _schema = Demand(model.Specification.Schema);
        _encoder = new(_schema.Tokens);
        Lines = model.Lines ?? throw new InvalidInputException("The model", "keeps no lines to compare with", "train it again with this version of Isthmus");
        if (Lines.Train.Concat(Lines.HeldOut).Any(line => line.Any(token => token > _schema.Tokens.Count)))
            throw new InvalidInputException("The model's lines", "do not fit its tokens", "use a copy that is whole, or train again");
        _counts = new(Lines, _schema.Tokens);
        _usual = [.. Costs(Lines.HeldOut).Select(cost => cost.Score.Deviations).Order()];
    }

    /// <summary>Returns a schema as one of lines.</summary>
    /// <exception cref="InvalidInputException">It is another.</exception>
    internal static LineSchema Demand(DataSchema schema) =>
        schema.Demand<LineSchema>($"The model is of {schema}, and lines of text are none", $"train one of lines ({OptionNames.Model("text-vae")})");

    /// <summary>Returns true if records of a schema are lines.</summary>
    public static bool AreLines(DataSchema schema) => schema is LineSchema;

    /// <summary>Scores of held-out lines, ascending.</summary>
    public IReadOnlyList<double> Usual => _usual;

    /// <summary>Lines that the model keeps.</summary>
    internal KeptLines Lines { get; }

    /// <summary>Templates of the kept training lines.</summary>
    internal LineTemplates Templates => _counts.Templates;

    /// <summary>Returns the score above which the given share of held-out lines lies.</summary>
    public double Threshold(double falseAlarms) => _usual[Math.Clamp((int)Math.Ceiling((1 - falseAlarms) * _usual.Length) - 1, 0, _usual.Length - 1)];

    /// <summary>Scores lines, in order.</summary>
    /// <param name="lines">Lines with their numbers.</param>
    public IReadOnlyList<LineScore> Score(IReadOnlyList<(long Number, string Text)> lines) => [.. Judge(lines).Select(line => line.Score)];

    /// <summary>Scores lines, in order, with the template of each; 0 for none.</summary>
    internal IReadOnlyList<(LineScore Score, int Template)> Judge(IReadOnlyList<(long Number, string Text)> lines)
    {
        if (_known.Count > MostRemembered)
            _known.Clear();
        var keys = new string[lines.Count];
        var fresh = new OrderedDictionary<string, int[]>(StringComparer.Ordinal);
        for (var line = 0; line < lines.Count; line++)
        {
            var tokens = _encoder.Encode(Beginning(lines[line].Text));
            keys[line] = LineKeeping.Key(tokens);
            if (!_known.ContainsKey(keys[line]))
                fresh.TryAdd(keys[line], [.. tokens]);
        }
        foreach (var ((key, _), cost) in fresh.Zip(Costs([.. fresh.Values])))
            _known[key] = cost.Score;
        return
        [
            .. lines.Select(
                (line, i) =>
                    _known[keys[i]] is var known
                        ? (
                            new LineScore(
                                line.Number,
                                line.Text,
                                known.Bits,
                                known.Deviations,
                                OddScore.PValue(_usual, known.Deviations),
                                known.Template == LineTemplates.None
                            ),
                            known.Template
                        )
                        : default
            ),
        ];
    }

    /// <summary>Returns what lines of the same tokens have in common: the text with masks by their names.</summary>
    public string Form(string text) => _schema.Tokens.TextOf(_encoder.Encode(Beginning(text)));

    /// <summary>Tokens of the model.</summary>
    internal TokenVocabulary Tokens => _schema.Tokens;

    /// <summary>Returns the tokens of a line.</summary>
    internal int[] Cut(string text) => [.. _encoder.Encode(Beginning(text))];

    /// <summary>Returns the text of tokens, with masks by their names.</summary>
    internal string TextOf(ReadOnlySpan<int> tokens) => _schema.Tokens.TextOf(tokens);

    /// <summary>Returns a score with the words and their bits, and the nearest training line.</summary>
    public LineScore Explained(LineScore score)
    {
        var tokens = Cut(score.Text);
        var (_, bits) = Costs([tokens])[0];
        var (_, ends) = _counts.Words.Of(tokens);
        var words = ends.Select((end, word) => new OddWord(_counts.Words.TextOf(tokens.AsSpan((word == 0 ? 0 : ends[word - 1])..end)), word, bits[word]));
        // A line of several windows is compared by its first.
        var first = tokens.AsSpan(0, Math.Min(tokens.Length, _schema.Length)).ToArray();
        var nearest = Lines.Train.Take(MostCompared).MinBy(kept => TextOverlap.Distance(kept.AsSpan(0, Math.Min(kept.Length, _schema.Length)), first));
        return score with { Words = [.. words], Nearest = nearest is null ? null : _schema.Tokens.TextOf(nearest) };
    }

    private static string Beginning(string text) => text.Length <= MostCharacters ? text : text[..MostCharacters];

    /// <summary>Returns the scores of different lines, and the bits of their words.</summary>
    private (Known Score, double[] Words)[] Costs(IReadOnlyList<int[]> lines)
    {
        var isCode = _model.Network.Bottleneck.IsVariational;
        var (rates, nats) = isCode ? Nats(lines) : (new double[lines.Count], []);
        return
        [
            .. lines.Select(
                (line, i) =>
                {
                    var (words, ends) = _counts.Words.Of(line);
                    var (byTokens, byWords, expected) = _counts.Costs(line, words, ends);
                    double[] counted = [.. byTokens.Zip(byWords, (a, b) => Mixed(a, b))];
                    var sum = counted.Sum();
                    // A code that costs nothing can hold the whole line: then the counts alone say what is odd.
                    if (isCode)
                    {
                        double[] all = [.. LineCounts.Sums(nats[i], ends).Zip(byTokens, byWords).Select(word => Mixed(word.First, word.Second, word.Third))];
                        var own = rates[i] + all.Sum();
                        (counted, sum) = (own < sum ? all : counted, Mixed(own, sum));
                    }
                    var bits = InformationUnits.NatsToBits(sum);
                    return (new Known(bits, OddScore.Deviations(bits, expected), Templates.Of(words)), Array.ConvertAll(counted, InformationUnits.NatsToBits));
                }
            ),
        ];
    }

    // -ln of the mean of probabilities: never more than the logarithm of their number above the least cost.
    private static double Mixed(params ReadOnlySpan<double> nats)
    {
        var (least, sum) = (double.PositiveInfinity, 0.0);
        foreach (var cost in nats)
            least = Math.Min(least, cost);
        foreach (var cost in nats)
            sum += Math.Exp(least - cost);
        return least - Math.Log(sum / nats.Length);
    }

    /// <summary>Returns the rate of each line and -ln p of its tokens given the mean codes of its windows.</summary>
    private (double[] Rates, double[][] Nats) Nats(IReadOnlyList<int[]> lines)
    {
        var (rates, nats) = (new double[lines.Count], new double[lines.Count][]);
        var windows = new List<(int Line, int Start, int Length)>();
        for (var line = 0; line < lines.Count; line++)
        {
            nats[line] = new double[lines[line].Length];
            for (var start = 0; start < lines[line].Length; start += _schema.Length)
                windows.Add((line, start, Math.Min(_schema.Length, lines[line].Length - start)));
        }
        windows.Sort((a, b) => a.Length.CompareTo(b.Length));
        var likelihood = (TokenLikelihood)_model.Network.Likelihood;
        using var noGradient = inference_mode();
        for (var first = 0; first < windows.Count;)
        {
            var count = 1;
            while (first + count < windows.Count && (count + 1L) * windows[first + count].Length * _schema.Tokens.Count <= LogitsAtOnce)
                count++;
            using var scope = NewDisposeScope();
            var chunk = windows.GetRange(first, count);
            var x = Tensor(chunk, lines);
            var code = _model.Network.Encode(x, sample: false);
            var costs = likelihood.TokenNats(x, _model.Network.Decode(code.Z)).cpu().data<float>().ToArray();
            var rate = code.Rate.cpu().data<float>().ToArray();
            for (var row = 0; row < count; row++)
            {
                var (line, start, length) = chunk[row];
                rates[line] += rate[row];
                for (var place = 0; place < length; place++)
                    nats[line][start + place] = costs[row * _schema.Length + place];
            }
            first += count;
        }
        return (rates, nats);
    }

    private Tensor Tensor(IReadOnlyList<(int Line, int Start, int Length)> windows, IReadOnlyList<int[]> lines)
    {
        var values = new float[windows.Count * _schema.Length];
        for (var row = 0; row < windows.Count; row++)
            for (var place = 0; place < windows[row].Length; place++)
                values[row * _schema.Length + place] = lines[windows[row].Line][windows[row].Start + place];
        return tensor(values, device: _model.Network.parameters().First().device).view(windows.Count, _schema.Length);
    }
}
