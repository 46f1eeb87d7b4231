using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Isthmus.Compression.Integer.Layers;

/// <summary>
/// The small network of a local context in whole numbers, for each channel
/// <code>h = min(max(W x + b, 0) >> s, largest),   parameters = (V h + c) >> t,</code>
/// with stored shifts s and t, one for each output; halves of a unit are in b and c, so that shifts round. No multiplier is needed, as a
/// rectifier takes any scale of its units and the weights after it give it back.
/// </summary>
internal sealed class ContextNetwork
{
    private const int Lanes = LaneProduct.Lanes;
    private const int MostShift = 31;

    private readonly LaneProduct[] _hidden,
        _output;

    /// <summary>Creates a network of these parts.</summary>
    /// <param name="channels">Channels, C.</param>
    /// <param name="hidden">Known pixels and features to C times the hidden units.</param>
    /// <param name="hiddenShifts">A shift for each of those.</param>
    /// <param name="output">Hidden units of a channel to C times the parameters of its pixel.</param>
    /// <param name="outputShifts">A shift for each of those.</param>
    /// <exception cref="InvalidDataException">Parts that do not fit each other.</exception>
    public ContextNetwork(int channels, IntegerLinear hidden, byte[] hiddenShifts, IntegerLinear output, byte[] outputShifts)
    {
        (Hidden, HiddenShifts, Output, OutputShifts) = (hidden, hiddenShifts, output, outputShifts);
        if (
            hidden.Outputs != channels * output.Inputs
            || output.Outputs % channels != 0
            || hiddenShifts.Length != hidden.Outputs
            || outputShifts.Length != output.Outputs
        )
            throw new InvalidDataException($"a context of {channels} channels has {hidden.Outputs} hidden units and outputs of {output.Inputs}");
        if (hiddenShifts.Concat(outputShifts).Any(shift => shift > MostShift))
            throw new InvalidDataException($"a context's shift is 0 to {MostShift}");
        (_hidden, _output) = (Rows(hidden), Rows(output));

        LaneProduct[] Rows(IntegerLinear linear) =>
            [.. Enumerable.Range(0, channels).Select(channel => new LaneProduct(linear, channel * linear.Outputs / channels, linear.Outputs / channels))];
    }

    /// <summary>W and b.</summary>
    public IntegerLinear Hidden { get; }

    /// <summary>s.</summary>
    public byte[] HiddenShifts { get; }

    /// <summary>V and c.</summary>
    public IntegerLinear Output { get; }

    /// <summary>t.</summary>
    public byte[] OutputShifts { get; }

    /// <summary>Pairs of inputs.</summary>
    public int Pairs => _hidden[0].Pairs;

    /// <summary>Length of the scratch memory that <see cref="Apply"/> uses.</summary>
    public int ScratchLength => (_hidden[0].PaddedRows + _output[0].Pairs) * Lanes;

    /// <summary>Length of the memory for the results, of which the first are the parameters.</summary>
    public int RoomForParameters => _output[0].PaddedRows * Lanes;

    /// <summary>Computes the parameters of a channel's pixel for 16 records.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="pairs"><see cref="Pairs"/> x 16: two inputs each, the first in the lower half.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> numbers.</param>
    /// <param name="parameters">Parameter after parameter, 16 each.</param>
    public void Apply(int channel, ReadOnlySpan<int> pairs, Span<int> scratch, Span<int> parameters)
    {
        var (units, outputs) = (Output.Inputs, OutputShifts.Length / _output.Length);
        var sums = scratch[..(_hidden[0].PaddedRows * Lanes)];
        var hidden = scratch[sums.Length..ScratchLength];
        _hidden[channel].Apply(pairs, sums);
        var rows = MemoryMarshal.Cast<int, Vector512<int>>(sums);
        var packed = MemoryMarshal.Cast<int, Vector512<int>>(hidden);
        var largest = Vector512.Create(Output.LargestInput);
        for (var unit = 0; unit < units; unit += 2)
        {
            var first = Rectified(rows[unit], HiddenShifts[(channel * units) + unit]);
            packed[unit / 2] = unit + 1 < units ? first | (Rectified(rows[unit + 1], HiddenShifts[(channel * units) + unit + 1]) << 16) : first;
        }
        _output[channel].Apply(hidden, parameters);
        var results = MemoryMarshal.Cast<int, Vector512<int>>(parameters);
        for (var output = 0; output < outputs; output++)
            results[output] = Vector512.ShiftRightArithmetic(results[output], OutputShifts[(channel * outputs) + output]);

        // 16 bits at most.
        Vector512<int> Rectified(Vector512<int> sum, int shift) =>
            Vector512.Min(Vector512.ShiftRightArithmetic(Vector512.Max(sum, Vector512<int>.Zero), shift), largest);
    }
}
