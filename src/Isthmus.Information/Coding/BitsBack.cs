namespace Isthmus.Information.Coding;

/// <summary>
/// A latent-variable model as a codec of x, made of prior p(z), likelihood p(x|z) and posterior q(z|x) (bits back with ANS, Townsend et al.
/// 2019): pop z by q, push x by p(x|z), push z by p(z). It spends -log2 p(x|z) - log2 p(z) + log2 q(z|x) bits, on average -ELBO.
/// </summary>
/// <remarks>
/// The first records pop bits that must be there: <see cref="InitialBits"/>, or a message that something else was pushed to. Nothing here
/// knows what made the distributions. Both sides must make the same ones, in integers, from the same z and x. All or nothing: where a step
/// throws, the coder stands as before (above any words that it borrowed meanwhile).
/// </remarks>
/// <param name="prior">p(z).</param>
/// <param name="likelihood">p(x|z) for a z.</param>
/// <param name="posterior">q(z|x) for an x.</param>
public sealed class BitsBack<TLatent, T>(
    ISymbolDistribution<TLatent> prior,
    Func<TLatent, ISymbolDistribution<T>> likelihood,
    Func<T, ISymbolDistribution<TLatent>> posterior
) : ICodec<T>
{
    /// <inheritdoc/>
    public void Push(RansCoder coder, T value) => PushParts(coder, value);

    /// <summary>Pushes a value and returns its cost by part, bits.</summary>
    public BitsBackCost PushWithCost(RansCoder coder, T value)
    {
        var (q, latent, p) = PushParts(coder, value);
        return new(p.Bits(value), prior.Bits(latent), q.Bits(latent));
    }

    /// <inheritdoc/>
    public T Pop(RansCoder coder)
    {
        var latent = prior.Pop(coder);
        try
        {
            var p = likelihood(latent);
            var value = p.Pop(coder);
            try
            {
                posterior(value).Push(coder, latent);
            }
            catch
            {
                p.Push(coder, value);
                throw;
            }
            return value;
        }
        catch
        {
            prior.Push(coder, latent);
            throw;
        }
    }

    private (ISymbolDistribution<TLatent> Q, TLatent Latent, ISymbolDistribution<T> P) PushParts(RansCoder coder, T value)
    {
        var q = posterior(value);
        var latent = q.Pop(coder);
        try
        {
            var p = likelihood(latent);
            p.Push(coder, value);
            try
            {
                prior.Push(coder, latent);
            }
            catch
            {
                p.Pop(coder);
                throw;
            }
            return (q, latent, p);
        }
        catch
        {
            q.Push(coder, latent);
            throw;
        }
    }
}

/// <summary>Ideal cost of one record by part, bits.</summary>
/// <param name="Likelihood">-log2 p(x|z): distortion.</param>
/// <param name="Prior">-log2 p(z).</param>
/// <param name="Posterior">-log2 q(z|x): the bits that come back.</param>
public readonly record struct BitsBackCost(double Likelihood, double Prior, double Posterior)
{
    /// <summary>Bits that the record adds to the message: likelihood + prior - posterior.</summary>
    public double Net => Likelihood + Prior - Posterior;
}
