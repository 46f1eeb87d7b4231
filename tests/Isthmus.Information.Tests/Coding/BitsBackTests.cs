using Isthmus.Information.Coding;

namespace Isthmus.Information.Tests.Coding;

public class BitsBackTests
{
    private const int Precision = 16;

    // Two codes, three symbols in shares of 0.3, 0.2, 0.5. The posterior is not the exact one, so the ELBO is not the evidence; the prior is
    // its aggregate, 0.3 * 0.7 + 0.2 * 0.25 + 0.5 * 0.1, so that the bits popped are clean (docs/reference/coding.md).
    private static readonly Categorical Prior = Categorical.FromWeights([0.31, 0.69], Precision);
    private static readonly Categorical[] Likelihoods =
    [
        Categorical.FromWeights([0.8, 0.15, 0.05], Precision),
        Categorical.FromWeights([0.1, 0.3, 0.6], Precision),
    ];
    private static readonly Categorical[] Posteriors =
    [
        Categorical.FromWeights([0.7, 0.3], Precision),
        Categorical.FromWeights([0.25, 0.75], Precision),
        Categorical.FromWeights([0.1, 0.9], Precision),
    ];
    private static readonly BitsBack<int, int> Model = new(Prior, z => Likelihoods[z], x => Posteriors[x]);

    [Fact]
    public void Decoding_restores_data_and_leftover_message() => CodecLaws.Hold(Model, [0, 1, 2, 2, 2, 1, 0, 0]);

    [Fact]
    public void Long_chain_spends_minus_elbo_and_gives_the_initial_bits_back()
    {
        const int Count = 100_000;
        int[] data =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i =>
                    (i % 10) switch
                    {
                        < 3 => 0,
                        < 5 => 1,
                        _ => 2,
                    }
                ),
        ];
        new Random(5).Shuffle(data);
        var (elbo, variance) = (0.0, 0.0);
        foreach (var x in data)
        {
            var (mean, square) = (0.0, 0.0);
            for (var z = 0; z < 2; z++)
            {
                var q = Posteriors[x].Frequency(z) / (double)(1 << Precision);
                var cost = Likelihoods[z].Bits(x) + Prior.Bits(z) - Posteriors[x].Bits(z);
                mean += q * cost;
                square += q * cost * cost;
            }
            elbo -= mean;
            variance += square - (mean * mean);
        }

        var bits = new InitialBits(11);
        var coder = new RansCoder(bits);
        var ledger = 0.0;
        for (var i = Count - 1; i >= 0; i--)
            ledger += Model.PushWithCost(coder, data[i]).Net;
        Assert.InRange(coder.BorrowedWords, 1, 2);
        var spent = coder.Bits - (32.0 * coder.BorrowedWords);

        // Three steps a record, each off its ideal by at most 2 * 2^(16 - 32) / ln 2 bits; 1e-4: the sum of 3e5 logarithms rounds.
        Assert.Equal(ledger, spent, (6.0 * Count * Math.Pow(2, -16) / Math.Log(2)) + 1e-4);
        // The code pushed last decides in which interval of the prior the next point lies: a two-state chain. From code 0 it stays with
        // probability 0.3 + (0.2 * 0.25 + 0.5 * 0.1) / 0.31 = 0.6226, from code 1 it goes to 0 with 0.3 * 0.39 / 0.69 = 0.1696, so costs k
        // records apart correlate by 0.453^k and the variance grows by at most 1.453 / 0.547 = 2.66. Five standard deviations about -ELBO.
        Assert.Equal(-elbo, spent, 5 * Math.Sqrt(2.66 * variance));
        Assert.Equal(1, spent / -elbo, 0.01);

        var decoder = new RansCoder(RansMessage.FromBytes(coder.ToMessage().ToBytes()));
        Assert.Equal(data, Model.PopAll(decoder, Count));
        Assert.Equal(bits.Borrowed(coder.BorrowedWords), decoder.ToMessage());
    }

    [Fact]
    public void Gaussian_code_spends_minus_elbo_and_gives_the_initial_bits_back()
    {
        // z ~ N(0, 1) in 2^10 buckets, pixels logistic about an affine map of z, q(z|x) the Gaussian that a linear encoder would give.
        const int Pixels = 16,
            Count = 500;
        var grid = BucketGrid.EqualMass(10);
        var prior = QuantisedGaussian.Standard(grid);
        ISymbolDistribution<int[]> Likelihood(int z) =>
            new Factorised<int>([
                .. Enumerable
                    .Range(0, Pixels)
                    .Select(i => new DiscretisedLogistic(256, (128 << 16) + (20 * grid.Centres[z]) + (i << 16), LocationScale.One / 4)),
            ]);
        ISymbolDistribution<int> Posterior(int[] x) =>
            new QuantisedGaussian(grid, (int)(x.Select((level, i) => (level - 128L - i) << 16).Sum() / (20 * Pixels)), 11 * LocationScale.One);
        var model = new BitsBack<int, int[]>(prior, Likelihood, Posterior);

        // Data from the model itself: pop from random bits.
        var source = new RansCoder(new InitialBits(1));
        int[][] data = [.. Enumerable.Range(0, Count).Select(_ => Likelihood(prior.Pop(source)).Pop(source))];

        var bits = new InitialBits(2);
        var coder = new RansCoder(bits);
        var (ledger, elbo, variance) = (0.0, 0.0, 0.0);
        foreach (var x in data)
        {
            ledger += model.PushWithCost(coder, x).Net;
            var q = (QuantisedGaussian)Posterior(x);
            var (mean, square) = (0.0, 0.0);
            for (var z = 0; z < grid.Size; z++)
            {
                var weight = q.Frequency(z) / (double)(1 << q.Precision);
                var cost = Likelihood(z).Bits(x) + prior.Bits(z) - q.Bits(z);
                mean += weight * cost;
                square += weight * cost * cost;
            }
            elbo -= mean;
            variance += square - (mean * mean);
        }
        var spent = coder.Bits - (32.0 * coder.BorrowedWords);
        // Two Gaussian steps of precision 20 and 16 of precision 16 a record, each off by at most 2 * 2^(p - 32) / ln 2 bits.
        Assert.Equal(ledger, spent, (2.0 * Count * ((2 * Math.Pow(2, -12)) + (Pixels * Math.Pow(2, -16))) / Math.Log(2)) + 1e-4);
        Assert.Equal(-elbo, spent, 5 * Math.Sqrt(variance));
        // Every record, the borrowed bits included, within 1 % of -ELBO.
        Assert.InRange(coder.Bits / -elbo, 0.99, 1.01);

        var decoder = new RansCoder(coder.ToMessage());
        for (var i = Count - 1; i >= 0; i--)
            Assert.Equal(data[i], model.Pop(decoder));
        Assert.Equal(bits.Borrowed(coder.BorrowedWords), decoder.ToMessage());
    }

    [Fact]
    public void Without_initial_bits_the_first_record_is_an_error_and_changes_nothing()
    {
        var coder = new RansCoder();
        Assert.Throws<MessageUnderflowException>(() => Model.Push(coder, 0));
        Assert.Throws<MessageUnderflowException>(() => Model.Pop(coder));
        Assert.Equal(RansMessage.Empty, coder.ToMessage());
    }

    [Fact]
    public void Parts_that_do_not_fit_one_another_are_errors_and_change_nothing()
    {
        var message = CodecLaws.RandomMessage(9);
        var coder = new RansCoder(message);
        var one = Categorical.FromCounts([1]);
        var third = new Categorical[] { Categorical.FromCounts([1, 1, 1000]) };
        // A value that the likelihood lacks; a code that the prior lacks; a code that the posterior lacks; a code without likelihood.
        Assert.Throws<ArgumentOutOfRangeException>(() => new BitsBack<int, int>(Prior, z => Likelihoods[z], _ => Posteriors[0]).Push(coder, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BitsBack<int, int>(one, _ => Likelihoods[0], _ => third[0]).Push(coder, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BitsBack<int, int>(third[0], _ => Likelihoods[0], _ => one).Pop(coder));
        Assert.Throws<IndexOutOfRangeException>(() => new BitsBack<int, int>(third[0], z => Likelihoods[z], _ => third[0]).Push(coder, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Factorised<int>([Prior, Prior]).Push(coder, [2, 1]));
        Assert.Equal(message, coder.ToMessage());
    }
}
