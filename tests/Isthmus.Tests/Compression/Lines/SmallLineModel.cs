using Isthmus.Compression.Integer.Layers;
using Isthmus.Compression.Lines;
using Isthmus.Data.Lines;

namespace Isthmus.Tests.Compression.Lines;

/// <summary>Models of lines of known whole numbers.</summary>
internal static class SmallLineModel
{
    private const int Units = 9,
        Width = 5;

    /// <summary>Tokens with masks and a few pieces, one of them beyond 16 bits.</summary>
    public static TokenVocabulary Tokens { get; } = new("bpe", ["time", "address", "number"], ["the", " the", "ab", "é", "😀", " error", "wor", "ld"]);

    /// <summary>Returns a model.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="places">Most tokens of a piece.</param>
    /// <param name="recordStart">Regular expression for a record's first line.</param>
    /// <param name="likely">Tokens that are some sixteen octaves likelier than the others.</param>
    public static LineModel Of(RecurrentKind kind, int places = 12, string? recordStart = null, int[]? likely = null)
    {
        var state = 11u;
        var (gates, tokens) = (kind == RecurrentKind.Lstm ? 4 : 3, Tokens.Count);
        short[] Numbers(int count, int most) => [.. Enumerable.Range(0, count).Select(_ => Number(ref state, most))];
        IntegerNetwork Network(int inputs, int outputs, int largest, int shift, int[]? raised = null) =>
            new(
                [
                    new(
                        LayerKind.Output,
                        new(
                            inputs,
                            outputs,
                            Numbers(inputs * outputs, 100),
                            [.. Numbers(outputs, 30_000).Select((bias, output) => bias + (raised?.Contains(output + 1) == true ? 1 << 22 : 0))]
                        ),
                        [.. Numbers(outputs, 3000).Select(number => (1 << 14) + number)],
                        shift,
                        []
                    ),
                ],
                largest
            );
        short[] Table(int rise, int least) =>
            [.. Enumerable.Range(0, IntegerLayer.TablePoints).Select(i => (short)Math.Clamp((i - 256) * rise + (least < 0 ? 0 : 16_384), least, 32_767))];
        return new(
            Tokens,
            recordStart,
            places,
            kind,
            Numbers((tokens + 1) * Width, 127),
            Network(Width, gates * Units, sbyte.MaxValue, 18),
            Network(Units, gates * Units, short.MaxValue, 22),
            Network(Units, tokens, short.MaxValue, 26, likely),
            Numbers(Units, 20_000),
            [.. Numbers(kind == RecurrentKind.Lstm ? Units : 0, 30_000).Select(number => 2 * number)],
            Table(200, 0),
            Table(500, -32_767)
        );
    }

    private static short Number(ref uint state, int most)
    {
        state = (state * 1664525) + 1013904223;
        return (short)((int)(state >> 16) % ((2 * most) + 1) - most);
    }
}
