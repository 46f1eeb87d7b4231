#:project ../src/Isthmus.Information/Isthmus.Information.csproj
using System.Text;
using Isthmus.Information;
using Isthmus.Information.Coding;
using Isthmus.Information.Entropy;

var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("she sells sea shells by the sea shore; ", 50)));
var counts = new long[256];
foreach (var letter in text)
    counts[letter]++;
var letters = Categorical.FromCounts(counts, precision: 16);

var coder = new RansCoder();
letters.PushAll(coder, [.. text.Select(letter => (int)letter)]);
var file = coder.ToMessage().ToBytes();

var decoded = letters.PopAll(new RansCoder(RansMessage.FromBytes(file)), text.Length);
var entropy = text.Length * InformationUnits.NatsToBits(PlugInEntropy.FromCounts(counts));
Console.WriteLine(
    $"{text.Length} letters: entropy {entropy:F1} bits, ideal of the table {text.Sum(letter => letters.Bits(letter)):F1}, spent {8 * file.Length}; back as it "
        + $"was: {decoded.Select(letter => (byte)letter).SequenceEqual(text)}"
);
