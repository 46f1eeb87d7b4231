using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Isthmus.Benchmarks;

/// <summary>
/// Mult-VAE (Liang et al. 2018) in plain TorchSharp, as its published code and the TorchSharp examples have it: dense batches, modules, optim.Adam, the
/// multinomial likelihood by log_softmax, one dispose scope a step.
/// </summary>
internal sealed class PlainMultVae : Module<Tensor, (Tensor Logits, Tensor Mean, Tensor LogVariance)>
{
    private readonly Linear _hidden,
        _mean,
        _logVariance,
        _decoderHidden,
        _output;
    private readonly Dropout _dropout;

    public PlainMultVae(long items, long hidden, long latent)
        : base("mult-vae")
    {
        _dropout = Dropout(0.5);
        _hidden = Linear(items, hidden);
        (_mean, _logVariance) = (Linear(hidden, latent), Linear(hidden, latent));
        _decoderHidden = Linear(latent, hidden);
        _output = Linear(hidden, items);
        RegisterComponents();
    }

    public override (Tensor Logits, Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        var h = _hidden.call(_dropout.call(functional.normalize(x, dim: 1))).tanh();
        var (mean, logVariance) = (_mean.call(h), _logVariance.call(h));
        var deviation = (0.5 * logVariance).exp();
        var z = mean + randn_like(deviation) * deviation;
        return (_output.call(_decoderHidden.call(z).tanh()), mean, logVariance);
    }

    /// <summary>One step of training on a batch of float32 histories, with the rate at half its weight; the loss, nats a user.</summary>
    public float Step(optim.Optimizer optimizer, Tensor x)
    {
        using var d = NewDisposeScope();
        optimizer.zero_grad();
        var (logits, mean, logVariance) = call(x);
        var distortion = -(functional.log_softmax(logits, 1) * x).sum(1).mean();
        var rate = -0.5 * (1 + logVariance - mean.pow(2) - logVariance.exp()).sum(1).mean();
        var loss = distortion + 0.5 * rate;
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
