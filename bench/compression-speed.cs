#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
// Records a second of integer models' codecs on two threads, beside zstd -19 and xz -9 over the same records (where they are installed),
// and symbols a second of the entropy coder alone: the table of docs/benchmarks/compression.md. Data and models in pairs: a model that was trained, or
// a file of 'isthmus export'.
//
//     dotnet run -c Release bench/compression-speed.cs -- static-mnist runs/static-mnist-vae/model.isthmus mnist grey.isth-model
using System.Diagnostics;
using Isthmus.Compression.Integer;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Information.Coding;
using Isthmus.Models;
using Isthmus.Quantisation;

const int Threads = 2,
    Block = 100,
    Rounds = 5;
for (var pair = 0; pair + 1 < args.Length; pair += 2)
    Measure(args[pair], args[pair + 1]);
var table = Categorical.FromCounts([.. Enumerable.Range(1, 256).Select(i => 1_000_000L / i)], 12);
var symbols = table.PopAll(new RansCoder(new InitialBits(1)), 1 << 24).Select(symbol => (byte)symbol).ToArray();
var coder = new InterleavedRans(table);
var halves = new[] { symbols[..(1 << 23)], symbols[(1 << 23)..] };
var messages = halves.Select(half => coder.Encode(half)).ToArray();
var decoded = halves.Select(half => new byte[half.Length]).ToArray();
Console.WriteLine(
    $"rANS, static 8-bit table: decode {symbols.Length / Best(() => ForEach(2, i => coder.Decode(messages[i], decoded[i]))) / 1e6:F0} million symbols/s"
);

static void Measure(string data, string path)
{
    var splits = DataSource.Load(data, new());
    var model = Model(path, splits);
    var (count, dimension) = (splits.Test.Count / Block * Block, model.Schema.Dimension);
    var records = new byte[count * dimension];
    splits.Test.CopyPixels([.. Enumerable.Range(0, count)], records);
    Console.WriteLine(
        $"{count} records of {data} by {path}, {model.Units} units, model {model.ToBytes().Length} bytes ({model.WithoutEncoder().ToBytes().Length} without "
            + $"encoder), {Threads} threads, blocks of {Block}, best of {Rounds}"
    );
    var payloads = new byte[count / Block][];
    foreach (var (name, codec) in model.Codecs.Select(codec => ($"{codec.Type}", codec)).Append(("single records", model.CodecsOf(1)[0])))
    {
        var encode = Best(() => ForEach(count / Block, i => payloads[i] = codec.Encode(records.AsSpan(i * Block * dimension, Block * dimension), Block)!));
        var decode = Best(() => ForEach(count / Block, i =>
            {
                var back = new byte[Block * dimension];
                codec.Decode(payloads[i], Block, back);
                if (!back.AsSpan().SequenceEqual(records.AsSpan(i * Block * dimension, Block * dimension)))
                    throw new InvalidDataException($"block {i} did not come back");
            }));
        Console.WriteLine(
            $"{name,-16} {8.0 * payloads.Sum(payload => payload.Length) / count / dimension:F4} bits/dim   encode {count / encode,9:F0} records/s   decode "
                + $"{count / decode,9:F0} records/s"
        );
    }
    var file = Path.GetTempFileName();
    // Bits of binary records are packed: what a careful user would hand to a general compressor.
    File.WriteAllBytes(file, model.Schema.Levels == 2 ? Packed(records) : records);
    foreach (var command in new[] { "zstd -19 -T2 -q -f -k", "xz -9 -T2 -q -f -k" })
        if (Run(command, file) is var (seconds, length))
            Console.WriteLine(
                $"{command[..command.IndexOf(" -T", StringComparison.Ordinal)],-16} {8.0 * length / count / dimension:F4} bits/dim   encode "
                    + $"{count / seconds,9:F0} records/s   (one stream of all records)"
            );
    File.Delete(file);
}

static IntegerModel Model(string path, DataSplits splits)
{
    if (!ModelManifest.IsIn(path))
        return IntegerModel.FromBytes(File.ReadAllBytes(path));
    using var trained = TrainedModel.Load(path);
    return IntegerForm.From(trained, IntegerForm.First(splits.Train, IntegerForm.CalibrationRecords));
}

static void ForEach(int count, Action<int> work) => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads }, work);

static double Best(Action work)
{
    var best = double.PositiveInfinity;
    for (var round = 0; round <= Rounds; round++)
    {
        var watch = Stopwatch.StartNew();
        work();
        // The first round compiles.
        if (round > 0)
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
    }
    return best;
}

static byte[] Packed(byte[] bits)
{
    var packed = new byte[(bits.Length + 7) / 8];
    for (var i = 0; i < bits.Length; i++)
        packed[i / 8] |= (byte)(bits[i] << (i % 8));
    return packed;
}

static (double Seconds, long Length)? Run(string command, string file)
{
    var words = command.Split(' ');
    try
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(words[0], [.. words[1..], file]);
        process.WaitForExit();
        var made = file + (words[0] == "xz" ? ".xz" : ".zst");
        var result = (watch.Elapsed.TotalSeconds, new FileInfo(made).Length);
        File.Delete(made);
        return result;
    }
    catch (System.ComponentModel.Win32Exception)
    {
        return null;
    }
}
