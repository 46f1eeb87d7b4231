using Isthmus.Compute;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>Weights that a run keeps: an exponential moving average, if there is one, and the best so far, with the buffers of its epoch.</summary>
internal sealed class BestWeights : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly double _decay;
    private readonly Dictionary<string, Tensor> _buffers;
    private Tensor? _best;
    private bool _areCurrent;

    /// <summary>Starts with the present weights as the best.</summary>
    /// <param name="parameters">Parameters in training.</param>
    /// <param name="decay">Decay of the average; 0 for none.</param>
    public BestWeights(FlatParameters parameters, double decay)
    {
        (_parameters, _decay) = (parameters, decay);
        Average = decay > 0 ? parameters.Values.clone().DetachFromDisposeScope() : null;
        _buffers = parameters.Buffers.ToDictionary(b => b.Key, b => b.Value.clone().DetachFromDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>The moving average; null for none.</summary>
    public Tensor? Average { get; }

    /// <summary>Weights by which an epoch is judged: the average, if there is one.</summary>
    private Tensor Judged => Average ?? _parameters.Values;

    /// <summary>
    /// Returns the weight of the new values in the average. The decay grows to its value over the first steps, so that the average forgets the random start.
    /// </summary>
    public double ShareAt(long step) => _decay > 0 ? 1 - Math.Min(_decay, (step + 1.0) / (step + 10.0)) : 0;

    /// <summary>
    /// Marks the judged weights as the best or not. They are copied only when a step is about to change them: a run whose last epoch is its best holds no copy.
    /// </summary>
    public void Mark(bool areBest)
    {
        if (_areCurrent = areBest)
            foreach (var (name, buffer) in _parameters.Buffers)
                _buffers[name].copy_(buffer);
    }

    /// <summary>Called before a step changes the weights.</summary>
    public void BeforeStep()
    {
        if (_areCurrent)
            Keep();
    }

    /// <summary>Runs an action with the judged weights in the model.</summary>
    public void WithJudged(Action action)
    {
        if (Average is not { } average)
        {
            action();
            return;
        }
        using var current = Copy();
        Take(average);
        try
        {
            action();
        }
        finally
        {
            Take(current);
        }
    }

    /// <summary>Sets the model to the best weights, buffers included.</summary>
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

    /// <summary>Returns the tensors that a resumed run needs, by name.</summary>
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

    private Tensor Copy()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return _parameters.Values.clone().DetachFromDisposeScope();
    }

    private void Take(Tensor values)
    {
        using var noGradient = no_grad();
        _parameters.Values.copy_(values);
    }

    private void Keep()
    {
        using var noGradient = no_grad();
        _best ??= empty_like(_parameters.Values).DetachFromDisposeScope();
        _best.copy_(Judged);
        _areCurrent = false;
    }
}
