using Isthmus.Compression.Integer.Layers;

namespace Isthmus.Compression.Integer;

/// <summary>Encoder network over pixels as they are stored.</summary>
/// <param name="network">Network from pixels to the parameters of the code.</param>
/// <param name="levels">Number of values of a pixel.</param>
internal sealed class IntegerEncoder(IntegerNetwork network, int levels)
{
    /// <summary>Number of pixels, D.</summary>
    public int Dimension => Network.Inputs;

    /// <summary>The network.</summary>
    public IntegerNetwork Network { get; } = network;

    /// <summary>The largest pixel.</summary>
    public int LargestPixel => levels - 1;

    /// <summary>Returns the network's outputs, record after record.</summary>
    public int[] Heads(ReadOnlySpan<byte> records, int count)
    {
        using var rented = new Rented<short>(count * Dimension);
        var inputs = rented.Span;
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = records[i];
        var heads = new int[count * Network.Outputs];
        Network.Apply(inputs, count, heads);
        return heads;
    }
}
