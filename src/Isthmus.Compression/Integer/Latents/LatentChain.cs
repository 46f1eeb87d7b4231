using System.Runtime.CompilerServices;
using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Integer.Likelihoods;
using Isthmus.Information.Coding;

namespace Isthmus.Compression.Integer.Latents;

/// <summary>
/// Prior, likelihood and posterior of several records at once, for <see cref="BitsBack{TLatent, T}"/>: a latent is the buckets of count x units, a value is
/// count records. Prior and posterior go unit after unit, the pixels as in <see cref="IntegerLikelihood"/>.
/// </summary>
internal sealed class LatentChain(IReadOnlyList<BucketPrior> priors, BucketGrid grid, IntegerNetwork decoder, IntegerLikelihood likelihood, Posterior posterior)
{
    /// <summary>Bits of a posterior's frequencies: 10 above the finest grid.</summary>
    private const int PosteriorPrecision = 24;

    private readonly IReadOnlyList<BucketPrior> _priors = priors;
    private readonly BucketGrid _grid = grid;
    private readonly IntegerLikelihood _likelihood = likelihood;
    private readonly Posterior _posterior = posterior;
    private readonly short[] _inputs = [.. Enumerable.Range(0, grid.Size).Select(bucket => LatentInput.Of(grid.Centres[bucket]))];

    private int Units => _priors.Count;

    /// <summary>Returns bits-back over <paramref name="count"/> records together.</summary>
    public BitsBack<int[], byte[]> Together(int count) =>
        new(new Prior(this, count), latent => new Pixels(this, latent, count), records => new Encoded(this, records, count));

    private Rented<int> Parameters(int[] latent, int count)
    {
        var inputs = new short[latent.Length];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = _inputs[latent[i]];
        var parameters = new Rented<int>(count * decoder.Outputs);
        decoder.Apply(inputs, count, parameters.Span);
        return parameters;
    }

    /// <summary>p(z).</summary>
    private sealed class Prior(LatentChain chain, int count) : ISymbolDistribution<int[]>
    {
        public void Push(RansCoder coder, int[] value)
        {
            for (var i = (chain.Units * count) - 1; i >= 0; i--)
                Push(coder, value, i);
        }

        public int[] Pop(RansCoder coder)
        {
            var value = new int[chain.Units * count];
            var popped = 0;
            try
            {
                for (; popped < value.Length; popped++)
                    value[Place(popped)] = Unit(popped).Decode(coder);
            }
            catch
            {
                while (--popped >= 0)
                    Push(coder, value, popped);
                throw;
            }
            return value;
        }

        public double Bits(int[] value)
        {
            var bits = 0.0;
            for (var i = 0; i < value.Length; i++)
                bits += Unit(i).IntervalOf(value[Place(i)]).Bits(Unit(i).Precision);
            return bits;
        }

        private BucketPrior Unit(int i) => chain._priors[i / count];

        private int Place(int i) => (i % count * chain.Units) + (i / count);

        private void Push(RansCoder coder, int[] value, int i)
        {
            var (start, frequency) = Unit(i).IntervalOf(value[Place(i)]);
            coder.Push(start, frequency, Unit(i).Precision);
        }
    }

    /// <summary>q(z|x): independent Gaussians, the parts of a <see cref="Factorised{T}"/>.</summary>
    private sealed class Encoded : ISymbolDistribution<int[]>
    {
        private readonly Factorised<int> _parts;

        public Encoded(LatentChain chain, byte[] records, int count)
        {
            var heads = chain._posterior.Heads(records, count);
            var parts = new ISymbolDistribution<int>[chain.Units * count];
            for (var i = 0; i < parts.Length; i++)
                parts[i] = chain._posterior.Of(heads, i / chain.Units, i % chain.Units, chain._grid, PosteriorPrecision);
            _parts = new(parts);
        }

        public void Push(RansCoder coder, int[] value) => _parts.Push(coder, value);

        public int[] Pop(RansCoder coder) => _parts.Pop(coder);

        public double Bits(int[] value) => _parts.Bits(value);
    }

    /// <summary>p(x|z). The decoder network runs in each operation, of which a coder needs one.</summary>
    private sealed class Pixels(LatentChain chain, int[] latent, int count) : ISymbolDistribution<byte[]>
    {
        public void Push(RansCoder coder, byte[] value)
        {
            using var rented = Intervals(value);
            var intervals = rented.Span;
            for (var i = intervals.Length - 1; i >= 0; i--)
                coder.Push(intervals[i].Start, intervals[i].Frequency, chain._likelihood.Precision);
        }

        public byte[] Pop(RansCoder coder)
        {
            var value = new byte[count * chain._likelihood.Dimension];
            var popped = new StrongBox<int>();
            try
            {
                using var parameters = chain.Parameters(latent, count);
                chain._likelihood.Decode(new CountingDecoder(coder, popped), parameters.Span, count, value);
            }
            catch
            {
                using var rented = Intervals(value);
                var intervals = rented.Span;
                while (--popped.Value >= 0)
                    coder.Push(intervals[popped.Value].Start, intervals[popped.Value].Frequency, chain._likelihood.Precision);
                throw;
            }
            return value;
        }

        public double Bits(byte[] value)
        {
            using var intervals = Intervals(value);
            return intervals.Span.Bits(chain._likelihood.Precision, count).Sum();
        }

        private Rented<Interval> Intervals(byte[] value)
        {
            using var parameters = chain.Parameters(latent, count);
            var intervals = new Rented<Interval>(count * chain._likelihood.Dimension);
            chain._likelihood.Intervals(parameters.Span, value, count, intervals.Span);
            return intervals;
        }

        /// <summary>
        /// Decoder that counts the intervals popped, so that they can be pushed back. A value type for speed, as the loops that decode are compiled for it
        /// alone.
        /// </summary>
        private readonly struct CountingDecoder(RansCoder coder, StrongBox<int> popped) : IIntervalDecoder
        {
            public uint Peek(int precision) => coder.Peek(precision);

            public void Pop(uint start, uint frequency, int precision)
            {
                coder.Pop(start, frequency, precision);
                popped.Value++;
            }

            public bool PopCoin(uint falseFrequency, int precision)
            {
                var value = coder.PopCoin(falseFrequency, precision);
                popped.Value++;
                return value;
            }
        }
    }
}
