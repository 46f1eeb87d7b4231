using Isthmus.Compute;
using Isthmus.Data.Lines;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Likelihoods;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Training;
using static TorchSharp.torch;

namespace Isthmus.Tests.Lines;

/// <summary>The memory, its hand-written way back, and the probability of lines.</summary>
public sealed class RecurrentTests
{
    static RecurrentTests() => TensorLibrary.EnsureLoaded();

    private static Tensor Lines(params float[][] lines) => tensor(lines.SelectMany(line => line).ToArray()).view(lines.Length, lines[0].Length);

    /// <summary>Float32 sums of some 40 terms: 40 roundings of 2^-24 of numbers near 1, and the approximation of tanh near 1, ten times over.</summary>
    private const double Tolerance = 1e-4;

    [Fact]
    public void The_fused_memory_and_its_gradients_are_those_of_the_definition()
    {
        using var scope = NewDisposeScope();
        using var draws = RandomDraws.Seeded(5);
        // 19 units: no multiple of the vectors' 16.
        using var layer = new LstmLayer(12, 7, 19);
        layer.train();
        var lines = PackedTokens.Of(Lines([3, 4, 5, 1], [2, 1, 0, 0], [6, 7, 1, 0], [0, 0, 0, 0]));
        Assert.Equal([3, 3, 2, 1], lines.Counts);
        Assert.Equal([3, 6, 2, 4, 7, 1, 5, 1, 1], lines.Tokens);
        Assert.Equal([0, 2, 1, 3], lines.Order);
        Assert.Equal([0, 0, 0, 3, 6, 2, 4, 7, 5], lines.Before());
        Assert.Equal([8, 7, 5, -1], lines.Last());
        Tensor[] Inputs() =>
            [
                .. new[] { RandomOperations.Normal([4, 76]), RandomOperations.Normal([4, 19]), RandomOperations.Normal([4, 19]) }.Select(x =>
                    x.requires_grad_(true)
                ),
            ];
        var given = Inputs();
        var weights = RandomOperations.Normal([9, 19]);
        (double[] Outputs, double[][] Gradients) Run(Func<Tensor, Tensor> outputs)
        {
            layer.zero_grad();
            foreach (var one in given)
                one.grad?.zero_();
            var result = outputs(layer.Inputs(tensor(lines.Before())));
            (result * weights).sum().backward();
            return (result.Numbers(), [.. given.Select(one => one.grad!.Numbers()), .. layer.parameters().Select(parameter => parameter.grad!.Numbers())]);
        }
        var (expected, slopes) = Run(inputs => layer.ByTensors(inputs, given[0], given[1..], lines.Counts));
        var (actual, found) = Run(inputs => layer.Outputs(inputs, given[0], given[1..], lines.Counts));
        Near(expected, actual);
        for (var i = 0; i < slopes.Length; i++)
            Near(slopes[i], found[i]);

        static void Near(double[] expected, double[] actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * (1 + Math.Abs(expected[i])), $"{i}: {expected[i]} and {actual[i]}");
        }
    }

    /// <summary>The definition against torch's own long short-term memory, with the same weights.</summary>
    [Fact]
    public void The_definition_is_torchs()
    {
        using var scope = NewDisposeScope();
        using var draws = RandomDraws.Seeded(6);
        using var layer = new LstmLayer(12, 7, 5);
#pragma warning disable RS0030 // An independent one, whose weights are set.
        using var theirs = nn.LSTM(7, 5);
#pragma warning restore RS0030
        var own = layer.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        using var noGradient = no_grad();
        var names = theirs.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        names["weight_ih_l0"].copy_(own["input.weight"]);
        names["weight_hh_l0"].copy_(own["recurrent"]);
        names["bias_ih_l0"].copy_(own["input.bias"]);
        names["bias_hh_l0"].zero_();
        var tokens = tensor(new long[] { 3, 1, 4, 1, 5, 9 });
        var (outputs, _, _) = theirs.call(own["embedding"].index_select(0, tokens).unsqueeze(1));
        var zero = zeros(1, 5);
        var ours = layer.Outputs(layer.Inputs(tokens), zeros(1, 20), [zero, zero], [1, 1, 1, 1, 1, 1]);
        foreach (var (theirValue, ourValue) in outputs.Numbers().Zip(ours.Numbers()))
            Assert.Equal(theirValue, ourValue, 1e-5);
    }

    /// <summary>The same for gated recurrent units.</summary>
    [Fact]
    public void Gated_recurrent_units_are_torchs()
    {
        using var scope = NewDisposeScope();
        using var draws = RandomDraws.Seeded(6);
        using var layer = new GruLayer(12, 7, 5);
#pragma warning disable RS0030 // An independent one, whose weights are set.
        using var theirs = nn.GRU(7, 5);
#pragma warning restore RS0030
        var own = layer.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        using var noGradient = no_grad();
        own["candidate_bias"].copy_(RandomOperations.Normal([5]));
        var names = theirs.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        names["weight_ih_l0"].copy_(own["input.weight"]);
        names["weight_hh_l0"].copy_(own["recurrent"]);
        names["bias_ih_l0"].copy_(own["input.bias"]);
        names["bias_hh_l0"].zero_();
        names["bias_hh_l0"].narrow(0, 10, 5).copy_(own["candidate_bias"]);
        var tokens = tensor(new long[] { 3, 1, 4, 1, 5, 9 });
        var (outputs, _) = theirs.call(own["embedding"].index_select(0, tokens).unsqueeze(1));
        var ours = layer.Outputs(layer.Inputs(tokens), zeros(1, 15), [zeros(1, 5)], [1, 1, 1, 1, 1, 1]);
        foreach (var (theirValue, ourValue) in outputs.Numbers().Zip(ours.Numbers()))
            Assert.Equal(theirValue, ourValue, 1e-5);
    }

    public static TheoryData<string> Decoders => ["lstm", "gru", "convolution", "transformer"];

    private static TokenLikelihood Likelihood(string decoder, int length, int tokens, int units, int embedding)
    {
        TokenDecoder made = decoder switch
        {
            "gru" => new GruLayer(tokens + 2, embedding, units),
            "convolution" => new CausalConvolution(tokens + 2, units, 2),
            "transformer" => new CausalTransformer(length, tokens + 2, units, 2, 2, 0),
            _ => new LstmLayer(tokens + 2, embedding, units),
        };
        return new(length, tokens, made, 0, 0);
    }

    /// <summary>What is predicted at a place changes with no token behind it, and all at once it is what it is token by token.</summary>
    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_place_depends_on_the_tokens_before_it_alone(string decoder)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(11);
        using var likelihood = Likelihood(decoder, 9, 6, 8, 5);
        likelihood.eval();
        var parameters = RandomOperations.Normal([1, likelihood.ParameterWidth]);
        double[] Nats(params float[] line) => likelihood.TokenNats(Lines(line), parameters).Numbers();
        var whole = Nats(3, 4, 5, 6, 2, 3, 1, 0, 0);
        Assert.Equal(whole[..4], Nats(3, 4, 5, 6, 5, 2, 6, 6, 1)[..4], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.NotEqual(whole[4..6], Nats(3, 4, 5, 2, 2, 3, 1, 0, 0)[4..6], (a, b) => Math.Abs(a - b) < 1e-4);
        var (state, last) = (likelihood.Begin(parameters), 0L);
        foreach (var (token, nats) in new[] { 3, 4, 5, 6, 2, 3, 1 }.Zip(whole))
        {
            (state, var logits) = likelihood.Next(state, tensor(new[] { last }));
            Assert.Equal(nats, -logits.log_softmax(-1)[0, token - 1].Number(), 1e-4);
            last = token;
        }
    }

    /// <summary>Over all records of three places of four tokens: lines that end within them, and windows that do not.</summary>
    [Theory]
    [MemberData(nameof(Decoders))]
    public void Probabilities_of_all_lines_sum_to_one(string decoder)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(7);
        using var likelihood = Likelihood(decoder, 3, 4, 6, 5);
        likelihood.eval();
        var lines = new List<float[]>();
        for (var a = 1; a <= 4; a++)
            for (var b = a == 1 ? 0 : 1; b <= (a == 1 ? 0 : 4); b++)
                for (var c = b <= 1 ? 0 : 1; c <= (b <= 1 ? 0 : 4); c++)
                    lines.Add([a, b, c]);
        Assert.Equal(1 + 3 * (1 + 3 * 4), lines.Count);
        var parameters = RandomOperations.Normal([1, likelihood.ParameterWidth]).Times(2).expand(lines.Count, -1);
        // 40 probabilities, each rounded to 2^-24 of at most 1, and a softmax of a rounding a term.
        Assert.Equal(1, likelihood.LogProbability(Lines([.. lines]), parameters).exp().sum().Number(), 1e-5);
        // Token by token the same.
        var x = Lines([2, 3, 1], [4, 1, 0]);
        var some = RandomOperations.Normal([2, likelihood.ParameterWidth]);
        var nats = likelihood.TokenNats(x, some).Numbers();
        Assert.Equal(0, nats[5]);
        Assert.Equal(likelihood.LogProbability(x, some).Numbers()[0], -nats[..3].Sum(), 1e-5);
        Assert.Equal(likelihood.LogProbability(x, some).Numbers()[1], -nats[3..].Sum(), 1e-5);
        // Draws of the code before the records broadcast.
        var draw = RandomOperations.Normal([3, 2, likelihood.ParameterWidth]);
        Assert.Equal([3, 2], likelihood.LogProbability(x, draw).shape);
        Assert.Equal(likelihood.LogProbability(x, draw[1]).Numbers()[1], likelihood.LogProbability(x, draw).Numbers()[3], 1e-5);
    }

    [Fact]
    public void A_drawn_line_ends_and_the_most_likely_token_is_taken_greedily()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var draws = RandomDraws.Seeded(8);
        using var likelihood = Likelihood("lstm", 6, 5, 8, 4);
        likelihood.eval();
        var parameters = RandomOperations.Normal([200, likelihood.ParameterWidth]).Times(3);
        foreach (var line in likelihood.Sample(parameters).Numbers().Chunk(6))
        {
            var end = Array.IndexOf(line, TokenVocabulary.End);
            Assert.All(line[..(end < 0 ? 6 : end + 1)], token => Assert.InRange(token, 1, 5));
            Assert.All(line[(end < 0 ? 6 : end + 1)..], token => Assert.Equal(0, token));
        }
        var greedy = likelihood.Mode(parameters).Numbers();
        var (_, first) = likelihood.Next(likelihood.Begin(parameters), zeros(200, ScalarType.Int64));
        Assert.Equal(first.argmax(-1).Plus(1).Numbers(), greedy.Chunk(6).Select(line => line[0]));
    }

    [Fact]
    public void Corruption_keeps_the_end_and_does_what_its_shares_say()
    {
        using var scope = NewDisposeScope();
        var x = full(400, 20, 7).narrow(1, 0, 20).clone();
        x.select(1, 19).fill_(1);
        double[] Apply(double delete, double mask, double swap)
        {
            using var draws = RandomDraws.Seeded(9);
            return new TokenCorruption(delete, mask, swap, 99).Apply(x).Numbers();
        }
        Assert.Equal(x.Numbers(), Apply(0, 0, 0));
        foreach (var line in Apply(0.5, 0, 0).Chunk(20))
            Assert.Equal(1, line.Last(token => token != 0));
        // 7,600 tokens: five standard deviations of a share are 0.029.
        Assert.InRange(Apply(0.5, 0, 0).Count(token => token == 7) / 7600.0, 0.47, 0.53);
        Assert.InRange(Apply(0, 0.25, 0).Count(token => token == 99) / 7600.0, 0.22, 0.28);
        var counted = arange(1, 21).unsqueeze(0).to(float32);
        using (RandomDraws.Seeded(10))
        {
            var swapped = new TokenCorruption(0, 0, 0.5, 99).Apply(counted).Numbers();
            Assert.NotEqual(counted.Numbers(), swapped);
            Assert.Equal(counted.Numbers(), swapped.Order());
        }
    }

    [Fact]
    public void A_bag_of_words_charges_for_the_tokens_of_a_line()
    {
        using var scope = NewDisposeScope();
        var data = Sentences.Records(48);
        using var model = ModelSpecification
            .Resolve("text-vae", data.Schema, Tiny.Settings("latent=3 decoder-units=8 encoder-units=4"), TrainingSettings.All)
            .Build(1);
        var x = TensorBatches.Gather(data, [0, 1]);
        var code = model.Encode(x, sample: false);
        var charge = new BagOfWordsPenalty(2).Charge(code, model, x)!.Number();
        var bag = ((RecurrentNetwork.LineDecoder)model.Decoder).Bag(code.Z)!.log_softmax(-1).Numbers();
        var tokens = ((LineSchema)data.Schema).Tokens.Count;
        var expected = Enumerable.Range(0, 2).Sum(line => data.Tokens(line).ToArray().Sum(token => -bag[line * tokens + token - 1]));
        Assert.Equal(2 * expected / 2, charge, 1e-3);
        using (no_grad())
            Assert.Null(new BagOfWordsPenalty(2).Charge(code, model, x));
    }
}
