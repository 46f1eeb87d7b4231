using Isthmus.Compute;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Priors;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

public sealed class VectorQuantisationTests
{
    static VectorQuantisationTests() => TensorLibrary.EnsureLoaded();

    private static VectorQuantisedBottleneck Bottleneck(int codebook = 4, double decay = 0.9) =>
        new(latent: 6, slotWidth: 2, codebook, commitment: 0.25, decay, priorHidden: 16);

    [Fact]
    public void Every_slot_holds_the_nearest_vector_of_the_codebook()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var bottleneck = Bottleneck();
        bottleneck.eval();
        var head = randn(20, 6);
        var code = bottleneck.Encode(head, sample: true);
        var vectors = bottleneck.state_dict()["vectors"].Numbers().Chunk(2).ToArray();
        foreach (var (given, taken) in head.Numbers().Chunk(2).Zip(code.Z.Numbers().Chunk(2)))
            Assert.Equal(vectors.MinBy(vector => Math.Pow(vector[0] - given[0], 2) + Math.Pow(vector[1] - given[1], 2)), taken);
        Assert.Null(code.Penalty);
    }

    [Fact]
    public void A_prior_that_has_learned_nothing_costs_ln_K_a_slot_and_any_prior_sums_to_one()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(2);
        var codebook = randn(3, 2);
        using var prior = new CodebookPrior(latent: 4, slotWidth: 2, vectors: 3, hidden: 12, () => codebook);
        var all = stack([.. Enumerable.Range(0, 9).Select(code => cat([codebook[code / 3], codebook[code % 3]]))]);
        Assert.All(prior.LogProbability(all).Numbers(), logProbability => Assert.Equal(-2 * Math.Log(3), logProbability, 1e-6));
        foreach (var parameter in prior.parameters())
            parameter.copy_(randn_like(parameter));
        var shares = prior.LogProbability(all).exp().Numbers();
        Assert.Equal(1, shares.Sum(), 1e-5);
        const int Draws = 20_000;
        var drawn = prior.LogProbability(prior.Sample(Draws)).exp().Numbers();
        for (var code = 0; code < 9; code++)
            // Codes are told by their probabilities, which differ; five binomial standard errors.
            Assert.Equal(
                shares[code],
                drawn.Count(share => Math.Abs(share - shares[code]) < 1e-6) / (double)Draws,
                5 * Math.Sqrt(shares[code] * (1 - shares[code]) / Draws) + 1e-9
            );
    }

    [Fact]
    public void Vectors_become_the_means_of_what_chooses_them()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var bottleneck = Bottleneck(codebook: 2, decay: 0.5);
        bottleneck.train();
        // Two heaps, at (5, 5) and (-5, -5), in equal shares in each record's three slots.
        var heap = cat([full([50, 6], 5.0f), full([50, 6], -5.0f)]);
        for (var step = 0; step < 30; step++)
            bottleneck.Encode(heap + 0.01 * randn(100, 6), sample: true);
        var vectors = bottleneck.state_dict()["vectors"].Numbers().Order().ToArray();
        // Two halves of noise of 0.01 over 300 slots, remembered over a few steps.
        Assert.All(vectors[..2], value => Assert.Equal(-5, value, 0.01));
        Assert.All(vectors[2..], value => Assert.Equal(5, value, 0.01));
    }

    [Fact]
    public void Vectors_that_nothing_chooses_begin_anew_among_the_records()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var bottleneck = Bottleneck(codebook: 16, decay: 0.5);
        bottleneck.train();
        bottleneck.Encode(100 + randn(64, 6), sample: true);
        for (var step = 0; step < 12; step++)
            bottleneck.Encode(-100 + randn(64, 6), sample: true);
        Assert.All(bottleneck.state_dict()["vectors"].Numbers(), value => Assert.InRange(value, -110, -90));
    }

    [Fact]
    public void The_gradient_passes_the_choice_and_commitment_pulls_to_the_vectors()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var bottleneck = Bottleneck();
        bottleneck.Encode(randn(8, 6), sample: true);
        var head = randn(8, 6).requires_grad_(true);
        bottleneck.train();
        var code = bottleneck.Encode(head, sample: true);
        var slope = randn(8, 6);
        (code.Z * slope).sum().backward(retain_graph: true);
        Assert.Equal(slope.Numbers(), head.grad!.Numbers());
        head.grad!.zero_();
        code.Penalty!.backward();
        // d/de of 0.25 |e - z|^2, mean over 8 records.
        foreach (var (expected, actual) in (0.5 * (head - code.Z) / 8).detach().Numbers().Zip(head.grad.Numbers()))
            Assert.Equal(expected, actual, 1e-5);
    }

    [Fact]
    public void Slots_that_do_not_divide_the_code_are_refused() =>
        Assert.Contains("such as 8", Assert.Throws<InvalidInputException>(() => new VectorQuantisedBottleneck(6, 4, 8, 0.25, 0.9, 8)).Message);
}
