using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Isthmus.Benchmarks;

/// <summary>
/// A variational autoencoder in plain TorchSharp, as its users write one: modules, optim.Adam, a summed reconstruction
/// loss and the KL of the PyTorch examples, one dispose scope a step.
/// </summary>
internal abstract class PlainVae(string name) : Module<Tensor, (Tensor Output, Tensor Mean, Tensor LogVariance)>(name)
{
    protected static Tensor Reparameterise(Tensor mean, Tensor logVariance)
    {
        var deviation = (0.5 * logVariance).exp();
        return mean + randn_like(deviation) * deviation;
    }

    /// <summary>The summed reconstruction loss: cross-entropy of binary pixels, or squared error of grey ones.</summary>
    protected abstract Tensor Reconstruction(Tensor output, Tensor x);

    /// <summary>The negative ELBO, nats, summed over the records.</summary>
    public Tensor Loss(Tensor x)
    {
        var (output, mean, logVariance) = call(x);
        var kl = -0.5 * (1 + logVariance - mean.pow(2) - logVariance.exp()).sum();
        return Reconstruction(output, x) + kl;
    }

    /// <summary>One step of training on a batch of float32 records.</summary>
    public float Step(optim.Optimizer optimizer, Tensor x)
    {
        using var d = NewDisposeScope();
        optimizer.zero_grad();
        var loss = Loss(x);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}

/// <summary>Fully connected: widths from the record to the last hidden layer, ReLU between, and back.</summary>
internal sealed class PlainMlpVae : PlainVae
{
    private readonly Sequential _encoder,
        _decoder;
    private readonly Linear _mean,
        _logVariance;

    public PlainMlpVae(long dimension, long[] hidden, long latent)
        : base("mlp")
    {
        _encoder = Layers([dimension, .. hidden], last: true);
        _mean = Linear(hidden[^1], latent);
        _logVariance = Linear(hidden[^1], latent);
        _decoder = Layers([latent, .. hidden.Reverse(), dimension], last: false);
        RegisterComponents();
    }

    public override (Tensor Output, Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        var h = _encoder.call(x);
        var (mean, logVariance) = (_mean.call(h), _logVariance.call(h));
        return (_decoder.call(Reparameterise(mean, logVariance)), mean, logVariance);
    }

    protected override Tensor Reconstruction(Tensor output, Tensor x) => functional.binary_cross_entropy_with_logits(output, x, reduction: Reduction.Sum);

    private static Sequential Layers(long[] widths, bool last)
    {
        var layers = new List<(string, Module<Tensor, Tensor>)>();
        for (var i = 1; i < widths.Length; i++)
        {
            layers.Add(($"linear{i}", Linear(widths[i - 1], widths[i])));
            if (last || i < widths.Length - 1)
                layers.Add(($"relu{i}", ReLU()));
        }
        return Sequential(layers);
    }
}

/// <summary>Convolutions of stride 2 and a dense layer, and transposed ones back: the layers of <c>--net conv</c>.</summary>
internal sealed class PlainConvolutionalVae : PlainVae
{
    private readonly Sequential _encoder,
        _decoder;
    private readonly Linear _mean,
        _logVariance;
    private readonly bool _binary;

    public PlainConvolutionalVae(int side, int imageChannels, int[] channels, long dense, long latent, bool binary)
        : base("conv")
    {
        _binary = binary;
        List<int> sides = [side];
        foreach (var _ in channels)
            sides.Add((sides[^1] + 1) / 2);
        var grid = channels[^1] * sides[^1] * sides[^1];
        var encoder = new List<(string, Module<Tensor, Tensor>)> { ("image", Unflatten(1, [imageChannels, side, side])) };
        var decoder = new List<(string, Module<Tensor, Tensor>)>
        {
            ("dense", Linear(latent, dense)),
            ("dense_silu", SiLU()),
            ("grid", Linear(dense, grid)),
            ("grid_silu", SiLU()),
            ("unflatten", Unflatten(1, [channels[^1], sides[^1], sides[^1]])),
        };
        for (var i = 0; i < channels.Length; i++)
        {
            encoder.Add(($"conv{i}", Conv2d(i == 0 ? imageChannels : channels[i - 1], channels[i], 3, stride: 2, padding: 1)));
            encoder.Add(($"silu{i}", SiLU()));
        }
        for (var i = channels.Length - 1; i >= 0; i--)
        {
            decoder.Add(($"conv{i}", ConvTranspose2d(channels[i], i == 0 ? channels[0] / 2 : channels[i - 1], 4, stride: 2, padding: 1)));
            decoder.Add(($"silu{i}", SiLU()));
        }
        _encoder = Sequential([.. encoder, ("flatten", Flatten()), ("dense", Linear(grid, dense)), ("silu", SiLU())]);
        _decoder = Sequential([.. decoder, ("output", Conv2d(channels[0] / 2, imageChannels, 3, padding: 1)), ("flatten", Flatten())]);
        _mean = Linear(dense, latent);
        _logVariance = Linear(dense, latent);
        RegisterComponents();
    }

    public override (Tensor Output, Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        var h = _encoder.call(x);
        var (mean, logVariance) = (_mean.call(h), _logVariance.call(h));
        return (_decoder.call(Reparameterise(mean, logVariance)), mean, logVariance);
    }

    // A Gaussian of standard deviation 0.1: its squared error weighs 50.
    protected override Tensor Reconstruction(Tensor output, Tensor x) =>
        _binary
            ? functional.binary_cross_entropy_with_logits(output, x, reduction: Reduction.Sum)
            : 50 * functional.mse_loss(sigmoid(output), x, reduction: Reduction.Sum);
}
