using System.Buffers;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>Layers one after another, whole numbers throughout: the same numbers on every machine. Safe for several threads at once.</summary>
internal sealed class IntegerNetwork
{
    private readonly IntegerLayer[] _layers;

    /// <summary>Creates a network of these layers, the last of which gives the outputs.</summary>
    /// <param name="layers">Layers in order.</param>
    /// <param name="largestInput">Largest magnitude of an input of the first layer.</param>
    /// <exception cref="InvalidDataException">Layers that do not fit each other, or whose sums could leave 32 bits.</exception>
    public IntegerNetwork(IReadOnlyList<IntegerLayer> layers, int largestInput)
    {
        _layers = [.. layers];
        var largest = largestInput;
        for (var i = 0; i < _layers.Length; i++)
        {
            if (_layers[i].Kind == LayerKind.Output != (i == _layers.Length - 1))
                throw new InvalidDataException("a network ends with one layer of outputs");
            if (i > 0 && _layers[i].Linear.Inputs != _layers[i - 1].Outputs)
                throw new InvalidDataException($"layer {i} takes {_layers[i].Linear.Inputs} numbers and is given {_layers[i - 1].Outputs}");
            if (largest > _layers[i].Linear.LargestInput)
                throw new InvalidDataException(
                    $"sums of layer {i} could leave 32 bits: it takes numbers up to {_layers[i].Linear.LargestInput} and may be given {largest}"
                );
            largest = _layers[i].LargestOutput;
        }
        if (_layers.Length == 0)
            throw new InvalidDataException("a network has at least one layer");
    }

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<IntegerLayer> Layers => _layers;

    /// <summary>Number of inputs.</summary>
    public int Inputs => _layers[0].Linear.Inputs;

    /// <summary>Number of outputs.</summary>
    public int Outputs => _layers[^1].Outputs;

    /// <summary>Computes the outputs of <paramref name="count"/> records, count x <see cref="Outputs"/>, from count x <see cref="Inputs"/> numbers.</summary>
    public void Apply(ReadOnlySpan<short> inputs, int count, Span<int> outputs) => Apply(inputs, count, outputs, 0, Outputs);

    /// <summary>Computes only the outputs from <paramref name="first"/> to before <paramref name="end"/>, count x their number.</summary>
    public void Apply(ReadOnlySpan<short> inputs, int count, Span<int> outputs, int first, int end)
    {
        var width = _layers.Max(layer => layer.Linear.PaddedInputs);
        var values = ArrayPool<short>.Shared.Rent(count * width);
        var sums = ArrayPool<int>.Shared.Rent(count * _layers.Max(layer => layer.Linear.PaddedOutputs));
        try
        {
            for (var record = 0; record < count; record++)
                Place(inputs.Slice(record * Inputs, Inputs), values, record * _layers[0].Linear.PaddedInputs, _layers[0].Linear.PaddedInputs);
            for (var i = 0; i < _layers.Length; i++)
            {
                var layer = _layers[i];
                var from = layer.Linear.PaddedOutputs;
                if (layer.Kind == LayerKind.Output)
                    layer.Linear.Apply(values, count, sums, first, end);
                else
                    layer.Linear.Apply(values, count, sums);
                for (var record = 0; record < count; record++)
                {
                    var row = sums.AsSpan(record * from, from);
                    if (layer.Kind == LayerKind.Output)
                    {
                        layer.Finish(row[first..], outputs.Slice(record * (end - first), end - first), first);
                        continue;
                    }
                    var to = values.AsSpan(record * _layers[i + 1].Linear.PaddedInputs, _layers[i + 1].Linear.PaddedInputs);
                    layer.Activate(row, to);
                    to[layer.Outputs..].Clear();
                }
            }
        }
        finally
        {
            ArrayPool<short>.Shared.Return(values);
            ArrayPool<int>.Shared.Return(sums);
        }
    }

    private static void Place(ReadOnlySpan<short> record, Span<short> values, int at, int width)
    {
        record.CopyTo(values[at..]);
        values[(at + record.Length)..(at + width)].Clear();
    }
}
