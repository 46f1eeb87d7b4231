using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>
/// Tensor that a part of a model needs in every step: made once, it outlives dispose scopes and is not one of the model's own tensors (those are weights, and
/// saved). It stays on the device where it was last used.
/// </summary>
/// <param name="make">Function that makes the tensor on the CPU.</param>
internal sealed class CachedTensor(Func<Tensor> make)
{
    private readonly Lock _gate = new();
    private Tensor? _kept;

    public CachedTensor(float[] values, params long[] shape)
        : this(() => tensor(values).view(shape)) { }

    public CachedTensor(long[] values)
        : this(() => tensor(values)) { }

    /// <summary>Returns the tensor on a device. Several threads may ask at once: each gets the same numbers.</summary>
    public Tensor On(Device device)
    {
        lock (_gate)
            return _kept is { } kept && kept.device_type == device.type && kept.device_index == device.index ? kept : _kept = Made(device);
    }

    private Tensor Made(Device device)
    {
        // One made in inference mode could not be met by gradients later.
        using var normal = inference_mode(false);
        using var scope = NewDisposeScope();
        return make().to(device).DetachFromDisposeScope();
    }
}
