using System.Buffers;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// Layers one after another, whole numbers throughout: the same numbers on every machine. Between convolutions pictures have their channels last; the inputs of
/// a network that begins with one, and the outputs of one that ends so, are planar. Safe for several threads at once.
/// </summary>
internal sealed class IntegerNetwork
{
    /// <summary>Numbers of all layers of the records that are worked on together.</summary>
    private const int Together = 1 << 23;

    private readonly IntegerLayer[] _layers;
    private readonly int _numbers,
        _largestInput;

    /// <summary>Creates a network of these layers, the last of which gives the outputs.</summary>
    /// <param name="layers">Layers in order.</param>
    /// <param name="largestInput">Largest magnitude of an input of the first layer.</param>
    /// <exception cref="InvalidDataException">Layers that do not fit each other, or whose sums could leave 32 bits.</exception>
    public IntegerNetwork(IReadOnlyList<IntegerLayer> layers, int largestInput)
    {
        (_layers, _largestInput) = ([.. layers], largestInput);
        var largest = largestInput;
        for (var i = 0; i < _layers.Length; i++)
        {
            if (_layers[i].Kind == LayerKind.Output != (i == _layers.Length - 1))
                throw new InvalidDataException("a network ends with one layer of outputs");
            if (i > 0 && _layers[i].Inputs != _layers[i - 1].Outputs)
                throw new InvalidDataException($"layer {i} takes {_layers[i].Inputs} numbers and is given {_layers[i - 1].Outputs}");
            if (largest > _layers[i].Linear.LargestInput)
                throw new InvalidDataException(
                    $"sums of layer {i} could leave 32 bits: it takes numbers up to {_layers[i].Linear.LargestInput} and may be given {largest}"
                );
            if (_layers[i].Residual is { } residual)
                CheckResidual(i, residual, largest);
            largest = _layers[i].LargestOutput;
        }
        if (_layers.Length == 0)
            throw new InvalidDataException("a network has at least one layer");
        _numbers = (int)Math.Min(int.MaxValue, _layers.Sum(layer => (long)layer.InputStride + layer.Outputs));
    }

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<IntegerLayer> Layers => _layers;

    /// <summary>Number of inputs.</summary>
    public int Inputs => _layers[0].Inputs;

    /// <summary>Number of outputs.</summary>
    public int Outputs => _layers[^1].Outputs;

    /// <summary>True if a layer is a convolution.</summary>
    public bool HasConvolutions => _layers.Any(layer => layer.Convolution is not null);

    /// <summary>True if every layer is a convolution that keeps height and width, so that they can be any.</summary>
    public bool KeepsSize => _layers.All(layer => layer.Convolution?.Shape.KeepsSize == true);

    /// <summary>Returns the network for pictures of another height and width; it must keep them.</summary>
    public IntegerNetwork OfSize(int height, int width) => new([.. _layers.Select(layer => layer.OfSize(height, width))], _largestInput);

    /// <summary>Computes the outputs of <paramref name="count"/> records, count x <see cref="Outputs"/>, from count x <see cref="Inputs"/> numbers.</summary>
    public void Apply(ReadOnlySpan<short> inputs, int count, Span<int> outputs) => Apply(inputs, count, outputs, 0, Outputs);

    /// <summary>Computes only the outputs from <paramref name="first"/> to before <paramref name="end"/>, count x their number.</summary>
    public void Apply(ReadOnlySpan<short> inputs, int count, Span<int> outputs, int first, int end)
    {
        var together = Math.Max(8, Together / _numbers / 8 * 8);
        if (HasConvolutions)
            together = Math.Max(1, Together / _numbers);
        for (var from = 0; from < count; from += together)
        {
            var size = Math.Min(together, count - from);
            Some(inputs.Slice(from * Inputs, size * Inputs), size, outputs.Slice(from * (end - first), size * (end - first)), first, end);
        }
    }

    private void Some(ReadOnlySpan<short> inputs, int count, Span<int> outputs, int first, int end)
    {
        // values[i]: what layer i is given.
        var values = new short[_layers.Length][];
        try
        {
            values[0] = ArrayPool<short>.Shared.Rent(count * _layers[0].InputStride);
            for (var record = 0; record < count; record++)
                Place(inputs.Slice(record * Inputs, Inputs), values[0].AsSpan(record * _layers[0].InputStride, _layers[0].InputStride));
            for (var i = 0; i < _layers.Length - 1; i++)
            {
                values[i + 1] = ArrayPool<short>.Shared.Rent(count * _layers[i + 1].InputStride);
                if (_layers[i].Convolution is null)
                    Linear(i, values, count);
                else
                    for (var record = 0; record < count; record++)
                        Convolve(i, values, record);
            }
            if (_layers[^1].Convolution is null)
                LinearOutputs(values[^1], count, outputs, first, end);
            else
                for (var record = 0; record < count; record++)
                    ConvolvedOutputs(values[^1], record, outputs.Slice(record * (end - first), end - first), first);
        }
        finally
        {
            foreach (var array in values)
                if (array is not null)
                    ArrayPool<short>.Shared.Return(array);
        }
    }

    private void Linear(int i, short[][] values, int count)
    {
        var (layer, width) = (_layers[i], _layers[i + 1].InputStride);
        using Rented<int> sums = new(count * layer.Linear.PaddedOutputs);
        layer.Linear.Apply(values[i], count, sums.Span);
        for (var record = 0; record < count; record++)
        {
            var to = values[i + 1].AsSpan(record * width, width);
            layer.Activate(sums.Span.Slice(record * layer.Linear.PaddedOutputs, layer.Linear.PaddedOutputs), to);
            to[layer.Outputs..].Clear();
        }
    }

    private void LinearOutputs(short[] values, int count, Span<int> outputs, int first, int end)
    {
        var layer = _layers[^1];
        using Rented<int> sums = new(count * layer.Linear.PaddedOutputs);
        layer.Linear.Apply(values, count, sums.Span, first, end);
        for (var record = 0; record < count; record++)
            layer.Finish(
                sums.Span.Slice(record * layer.Linear.PaddedOutputs, layer.Linear.PaddedOutputs)[first..],
                outputs.Slice(record * (end - first), end - first),
                first
            );
    }

    private void Convolve(int i, short[][] values, int record)
    {
        var (layer, width, channels) = (_layers[i], _layers[i + 1].InputStride, _layers[i].Channels);
        var (to, at) = (values[i + 1], record * width);
        var given = values[i].AsSpan(record * layer.InputStride, layer.InputStride);
        if (layer.Residual is not { } residual)
            layer.Convolution!.Apply(given, (pixel, sums) => layer.Activate(sums, to.AsSpan(at + (pixel * channels), channels)));
        else
        {
            var (before, start) = (values[i + 1 - residual.Back], record * _layers[i + 1 - residual.Back].InputStride);
            layer.Convolution!.Apply(given, (pixel, sums) =>
            {
                for (var channel = 0; channel < channels; channel++)
                    sums[channel] += residual.Weights[channel] * before[start + (pixel * channels) + channel];
                layer.Activate(sums, to.AsSpan(at + (pixel * channels), channels));
            });
        }
        to.AsSpan(at + layer.Outputs, width - layer.Outputs).Clear();
    }

    /// <summary>Writes the outputs from <paramref name="first"/> on, channel after channel.</summary>
    private void ConvolvedOutputs(short[] values, int record, Span<int> outputs, int first)
    {
        var (layer, pixels, channels) = (_layers[^1], _layers[^1].Convolution!.Shape.OutPixels, _layers[^1].Channels);
        var planes = ArrayPool<int>.Shared.Rent(layer.Outputs);
        var finished = ArrayPool<int>.Shared.Rent(channels);
        layer.Convolution!.Apply(values.AsSpan(record * layer.InputStride, layer.InputStride), (pixel, sums) =>
        {
            layer.Finish(sums, finished.AsSpan(0, channels));
            for (var channel = 0; channel < channels; channel++)
                planes[(channel * pixels) + pixel] = finished[channel];
        });
        planes.AsSpan(first, outputs.Length).CopyTo(outputs);
        ArrayPool<int>.Shared.Return(planes);
        ArrayPool<int>.Shared.Return(finished);
    }

    /// <summary>Copies a record to where the first layer reads it: planes to channels last, or zeros after it.</summary>
    private void Place(ReadOnlySpan<short> record, Span<short> to)
    {
        if (_layers[0].Convolution is { Shape: { Channels: > 1 and var channels } shape })
        {
            var pixels = shape.Height * shape.Width;
            for (var channel = 0; channel < channels; channel++)
                for (var pixel = 0; pixel < pixels; pixel++)
                    to[(pixel * channels) + channel] = record[(channel * pixels) + pixel];
            return;
        }
        record.CopyTo(to);
        to[record.Length..].Clear();
    }

    private void CheckResidual(int i, ResidualWeights residual, int largest)
    {
        var layer = _layers[i];
        if (residual.Back > i || _layers[i - residual.Back].Outputs != layer.Outputs)
            throw new InvalidDataException($"layer {i} adds the outputs of a layer that has others, or is not there");
        for (var channel = 0; channel < layer.Linear.Outputs; channel++)
        {
            var mass = 0L;
            foreach (var weight in layer.Linear.Weights.Slice(channel * layer.Linear.Inputs, layer.Linear.Inputs))
                mass += Math.Abs((int)weight);
            var most =
                (mass * largest)
                + Math.Abs((long)layer.Linear.Bias[channel])
                + (Math.Abs((long)residual.Weights[channel]) * _layers[i - residual.Back].LargestOutput);
            if (most > int.MaxValue)
                throw new InvalidDataException($"sums of layer {i} could leave 32 bits with what is added to them");
        }
    }
}
