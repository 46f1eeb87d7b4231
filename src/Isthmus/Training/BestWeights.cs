using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// Which weights a run keeps: an exponential moving average beside those that train, where there is one, and of whatever is judged the best
/// so far, with the buffers of its epoch.
/// </summary>
internal sealed class BestWeights : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly double _decay;
    private readonly Dictionary<string, Tensor> _buffers;
    private Tensor? _best;
    private bool _areCurrent;

    /// <summary>The weights as they are count as the best until others are marked.</summary>
    /// <param name="parameters">What trains.</param>
    /// <param name="decay">Of the average; 0 for none.</param>
    public BestWeights(FlatParameters parameters, double decay)
    {
        (_parameters, _decay) = (parameters, decay);
        Average = decay > 0 ? parameters.Values.clone().DetachFromDisposeScope() : null;
        _buffers = parameters.Buffers.ToDictionary(b => b.Key, b => b.Value.clone().DetachFromDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>The moving average; null for none.</summary>
    public Tensor? Average { get; }

    /// <summary>What an epoch is judged by: the averaged weights, where there is an average.</summary>
    private Tensor Judged => Average ?? _parameters.Values;

    /// <summary>
    /// The weight of the new values in the average. The decay grows to its value over the first steps, so that the average does not remember the random start.
    /// </summary>
    public double ShareAt(long step) => _decay > 0 ? 1 - Math.Min(_decay, (step + 1.0) / (step + 10.0)) : 0;

    /// <summary>
    /// Says of the judged weights whether they are the best. They are copied when a step is about to change them and not before: a run whose last epoch is its
    /// best holds no copy.
    /// </summary>
    public void Mark(bool areBest)
    {
        if (_areCurrent = areBest)
            foreach (var (name, buffer) in _parameters.Buffers)
                _buffers[name].copy_(buffer);
    }

    /// <summary>To be called before a step changes the weights.</summary>
    public void BeforeStep()
    {
        if (_areCurrent)
            Keep();
    }

    /// <summary>Runs with the judged weights in the model.</summary>
    public void WithJudged(Action action)
    {
        if (Average is null)
        {
            action();
            return;
        }
        using var current = _parameters.Values.clone();
        _parameters.Values.copy_(Average);
        action();
        _parameters.Values.copy_(current);
    }

    /// <summary>Puts the best into the model for good, buffers included.</summary>
    public void PutBack()
    {
        if (_areCurrent)
            _parameters.Values.copy_(Judged);
        else if (_best is not null)
            _parameters.Values.copy_(_best);
        _parameters.LayOut();
        foreach (var (name, buffer) in _parameters.Buffers)
            buffer.copy_(_buffers[name]);
    }

    /// <summary>What a resumed run needs, by name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State()
    {
        if (_areCurrent || _best is null)
            Keep();
        yield return new("best", _best!);
        if (Average is not null)
            yield return new("average", Average);
        foreach (var (name, buffer) in _buffers)
            yield return new($"best_buffer.{name}", buffer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _buffers.Values)
            tensor.Dispose();
        Average?.Dispose();
        _best?.Dispose();
    }

    private void Keep()
    {
        using var noGradient = no_grad();
        _best ??= empty_like(_parameters.Values).DetachFromDisposeScope();
        _best.copy_(Judged);
        _areCurrent = false;
    }
}
