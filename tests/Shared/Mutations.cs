namespace Isthmus.Tests;

/// <summary>Bytes changed at random from seeds: flipped, cut, doubled, spliced with others, or with words put in that readers stumble over.</summary>
internal sealed class Mutations(IReadOnlyList<byte[]> seeds, int seed)
{
    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "null",
            "-1",
            "1e999",
            "-0",
            "0.0000000000000000000000000000001",
            "9223372036854775807",
            "18446744073709551616",
            "NaN",
            "[",
            "]",
            "{",
            "}",
            "\"",
            ",",
            ":",
            "\\ud800",
            "\\u0000",
            "[[[[[[[[",
            "true",
            "{\"\":0}",
            "\"name\":",
            "\"shape\":[0]",
            "\"data\":[]",
            "\u00e9",
            "\r\n",
            ";",
            "\t",
        }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xff, 0xfe],
        [0xef, 0xbb, 0xbf],
        [0, 0, 0, 0],
        [0xff, 0xff, 0xff, 0xff],
    ];

    private readonly Random _random = new(seed);

    /// <summary>Returns changed bytes; the same seed gives the same ones in the same order.</summary>
    public byte[] Next()
    {
        var bytes = seeds[_random.Next(seeds.Count)].ToList();
        for (var changes = 1 + _random.Next(4); changes > 0; changes--)
        {
            var at = _random.Next(bytes.Count + 1);
            switch (_random.Next(7))
            {
                case 0 when bytes.Count > 0:
                    bytes[at % bytes.Count] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1 when bytes.Count > 0:
                    bytes[at % bytes.Count] = (byte)_random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, Words[_random.Next(Words.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + _random.Next(8)));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.Skip(_random.Next(bytes.Count + 1)).Take(_random.Next(40)).ToArray());
                    break;
                default:
                    var other = seeds[_random.Next(seeds.Count)];
                    bytes.InsertRange(at, other.Skip(_random.Next(other.Length)).Take(_random.Next(60)));
                    break;
            }
        }
        return [.. bytes];
    }
}
