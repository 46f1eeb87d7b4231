using TorchSharp;
using static TorchSharp.torch;

#pragma warning disable RS0030 // The one place that draws.

namespace Isthmus.Compute;

/// <summary>
/// Random tensors by the seed of the call under way: of a training, an evaluation, a sampling. Outside of such a call they come from torch's own
/// generator (<c>torch.manual_seed</c>), as torch's functions do. Parts of your own draw by these, so that the same seed gives the same numbers and calls
/// beside one another do not disturb each other.
/// </summary>
/// <remarks>
/// Safe from any number of threads: each call has a stream of its own. The numbers are drawn on the CPU and then moved where they are wanted, so that a
/// seed means the same on every device.
/// </remarks>
public static class RandomOperations
{
    /// <summary>Uniform numbers in [0, 1).</summary>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="dtype">Float32 if null.</param>
    /// <param name="device">The CPU if null.</param>
    public static Tensor Uniform(ReadOnlySpan<long> shape, ScalarType? dtype = null, Device? device = null) =>
        IsNowhere(device) ? empty(shape, dtype, device)
        : RandomDraws.Generator is { } own ? rand(shape, dtype, generator: own).On(device)
        : rand(shape, dtype, device);

    /// <summary>Uniform numbers in [0, 1), of the shape, type and device of <paramref name="x"/>.</summary>
    public static Tensor UniformLike(this Tensor x) =>
        RandomDraws.Generator is { } own ? empty_like(x, device: CPU).uniform_(0, 1, own).On(x.device) : rand_like(x);

    /// <summary>Standard normal numbers.</summary>
    /// <inheritdoc cref="Uniform"/>
    public static Tensor Normal(ReadOnlySpan<long> shape, ScalarType? dtype = null, Device? device = null) =>
        IsNowhere(device) ? empty(shape, dtype, device)
        : RandomDraws.Generator is { } own ? randn(shape, dtype, generator: own).On(device)
        : randn(shape, dtype, device);

    /// <summary>Standard normal numbers, of the shape, type and device of <paramref name="x"/>.</summary>
    public static Tensor NormalLike(this Tensor x) =>
        RandomDraws.Generator is { } own ? empty_like(x, device: CPU).normal_(generator: own).On(x.device) : randn_like(x);

    /// <summary>Exponential numbers of rate 1, of the shape, type and device of <paramref name="x"/>.</summary>
    public static Tensor ExponentialLike(this Tensor x) =>
        RandomDraws.Generator is { } own ? empty_like(x, device: CPU).exponential_(generator: own).On(x.device) : empty_like(x).exponential_();

    /// <summary>Whole numbers from <paramref name="low"/> up to but not including <paramref name="high"/>, all equally likely, int64.</summary>
    public static Tensor Integers(long low, long high, long[] shape, Device? device = null) =>
        RandomDraws.Generator is { } own
            ? randint(low, high, shape, ScalarType.Int64, generator: own).On(device)
            : randint(low, high, shape, ScalarType.Int64, device);

    /// <summary>0 .. <paramref name="count"/> - 1 in random order, int64.</summary>
    public static Tensor Permutation(long count) => randperm(count, generator: RandomDraws.Generator);

    /// <summary>Places 0 .. n - 1 by their probabilities in each row, ... x <paramref name="count"/>, int64.</summary>
    /// <param name="probabilities">At least 0, (rows x) n; a row's sum need not be 1.</param>
    /// <param name="count">Draws of each row.</param>
    /// <param name="replacement">True to draw with replacement.</param>
    public static Tensor Choices(this Tensor probabilities, long count, bool replacement = false) =>
        RandomDraws.Generator is { } own
            ? probabilities.cpu().multinomial(count, replacement, own).On(probabilities.device)
            : probabilities.multinomial(count, replacement);

    /// <summary>1 with each of the probabilities, 0 otherwise.</summary>
    public static Tensor Bernoulli(this Tensor probabilities) =>
        RandomDraws.Generator is { } own ? bernoulli(probabilities.cpu(), own).On(probabilities.device) : bernoulli(probabilities);

    /// <summary>Poisson numbers of these means.</summary>
    public static Tensor Poisson(this Tensor means) => RandomDraws.Generator is { } own ? poisson(means.cpu(), own).On(means.device) : poisson(means);

    /// <summary>Gamma numbers of these shapes, scale 1.</summary>
    public static Tensor StandardGamma(this Tensor shapes) =>
        RandomDraws.Generator is { } own ? _standard_gamma(shapes.cpu(), own).On(shapes.device) : _standard_gamma(shapes);

    /// <summary>x with a fraction of its numbers 0 and the others divided by 1 - <paramref name="probability"/> (Srivastava et al. 2014).</summary>
    /// <param name="x">Any numbers.</param>
    /// <param name="probability">Probability that a number is set to 0, at least 0 and below 1.</param>
    public static Tensor DropOut(this Tensor x, double probability)
    {
        if (probability == 0)
            return x;
        var kept = RandomDraws.Generator is { } own
            ? empty_like(x, device: CPU).bernoulli_(1 - probability, own).On(x.device)
            : empty_like(x).bernoulli_(1 - probability);
        return x * kept.DivideInPlace(1 - probability);
    }

    private static bool IsNowhere(Device? device) => device?.type == DeviceType.META;

    private static Tensor On(this Tensor drawn, Device? device) => device is null || device.type == DeviceType.CPU ? drawn : drawn.to(device);
}
