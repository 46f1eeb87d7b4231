using Isthmus.Compression.Integer;
using Isthmus.Compression.Integer.Layers;

namespace Isthmus.Compression.Lines;

/// <summary>
/// States of many lines that a <see cref="LineModel"/> predicts side by side, so that each weight is fetched once for several. Not safe for use by several
/// threads.
/// </summary>
internal sealed class TokenPredictor
{
    private const int HalfOne = 1 << (LineModel.OneBits - 1);

    private readonly LineModel _model;
    private readonly short[] _states;
    private readonly int[] _cells;

    /// <summary>Creates the states of so many lines at their beginnings.</summary>
    public TokenPredictor(LineModel model, int lines)
    {
        (_model, Lines) = (model, lines);
        _states = Repeated(model.State, lines);
        _cells = Repeated(model.Cells, lines);
    }

    /// <summary>Number of lines that go on.</summary>
    public int Lines { get; private set; }

    /// <summary>Reads a token of each of some lines, and computes the logits of the next.</summary>
    /// <param name="first">Place of the first of these lines among those that go on.</param>
    /// <param name="tokens">Token before, of each; 0 at a line's beginning.</param>
    /// <param name="logits">Room for as many times V.</param>
    public void Next(int first, ReadOnlySpan<int> tokens, Span<int> logits)
    {
        var (units, count) = (_model.Units, tokens.Length);
        var states = _states.AsSpan(first * units, count * units);
        using Rented<int> sums = new(count * _model.Recurrent.Outputs);
        _model.Recurrent.Apply(states, count, sums.Span);
        for (var line = 0; line < count; line++)
        {
            var given = _model.SumsOf(tokens[line]);
            var before = sums.Span.Slice(line * _model.Recurrent.Outputs, _model.Recurrent.Outputs);
            var state = states.Slice(line * units, units);
            if (_model.Kind == RecurrentKind.Lstm)
                Lstm(given, before, state, _cells.AsSpan((first + line) * units, units));
            else
                Gru(given, before, state);
        }
        _model.Output.Apply(states, count, logits);
    }

    /// <summary>Lets only some lines go on, in their order.</summary>
    /// <param name="goesOn">For each line, true if it does.</param>
    public void Keep(ReadOnlySpan<bool> goesOn)
    {
        var (units, to) = (_model.Units, 0);
        for (var line = 0; line < goesOn.Length; line++)
        {
            if (!goesOn[line])
                continue;
            if (to < line)
            {
                _states.AsSpan(line * units, units).CopyTo(_states.AsSpan(to * units));
                if (_cells.Length > 0)
                    _cells.AsSpan(line * units, units).CopyTo(_cells.AsSpan(to * units));
            }
            to++;
        }
        Lines = to;
    }

    private void Lstm(ReadOnlySpan<int> given, ReadOnlySpan<int> before, Span<short> state, Span<int> cells)
    {
        ReadOnlySpan<short> sigmoid = _model.Sigmoid,
            tanh = _model.Tanh;
        var units = state.Length;
        for (var unit = 0; unit < units; unit++)
        {
            int At(ReadOnlySpan<int> given, ReadOnlySpan<int> before, int gate) => Sum(given[(gate * units) + unit], before[(gate * units) + unit]);
            var (input, forget) = (IntegerLayer.Interpolated(sigmoid, At(given, before, 0)), IntegerLayer.Interpolated(sigmoid, At(given, before, 1)));
            var (candidate, output) = (IntegerLayer.Interpolated(tanh, At(given, before, 2)), IntegerLayer.Interpolated(sigmoid, At(given, before, 3)));
            // Products of two gates have 30 bits behind the point, those with the cell 31.
            var cell = (((long)forget * cells[unit]) + (2L * input * candidate) + HalfOne) >> LineModel.OneBits;
            cells[unit] = (int)Math.Clamp(cell, -LineModel.MostCell, LineModel.MostCell);
            const int fewer = LineModel.CellBits - LineModel.TanhBits;
            state[unit] = (short)(((output * IntegerLayer.Interpolated(tanh, (cells[unit] + (1 << (fewer - 1))) >> fewer)) + HalfOne) >> LineModel.OneBits);
        }
    }

    private void Gru(ReadOnlySpan<int> given, ReadOnlySpan<int> before, Span<short> state)
    {
        ReadOnlySpan<short> sigmoid = _model.Sigmoid,
            tanh = _model.Tanh;
        var units = state.Length;
        for (var unit = 0; unit < units; unit++)
        {
            var reset = IntegerLayer.Interpolated(sigmoid, Sum(given[unit], before[unit]));
            var update = IntegerLayer.Interpolated(sigmoid, Sum(given[units + unit], before[units + unit]));
            var remembered = (((long)reset * before[(2 * units) + unit]) + HalfOne) >> LineModel.OneBits;
            var candidate = IntegerLayer.Interpolated(tanh, Sum(given[(2 * units) + unit], remembered));
            state[unit] = (short)(candidate + ((((long)update * (state[unit] - candidate)) + HalfOne) >> LineModel.OneBits));
        }
    }

    // Of 32 bits each, and beyond 16 a table is flat.
    private static int Sum(long given, long before) => (int)Math.Clamp(given + before, short.MinValue, short.MaxValue);

    private static T[] Repeated<T>(T[] once, int times)
    {
        var all = new T[once.Length * times];
        for (var i = 0; i < times; i++)
            once.CopyTo(all.AsSpan(i * once.Length));
        return all;
    }
}
