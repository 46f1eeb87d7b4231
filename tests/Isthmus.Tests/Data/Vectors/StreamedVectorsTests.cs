using System.Runtime.InteropServices;
using Isthmus.Cli.Output;
using Isthmus.Compute;
using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;
using Isthmus.Training;

namespace Isthmus.Tests.Data.Vectors;

/// <summary>Vectors that stay in their file.</summary>
public sealed class StreamedVectorsTests
{
    private static readonly DataOptions Streamed = new() { Stream = true },
        InBlocks = new() { Stream = true, ByBlocks = true };

    /// <summary>Record i, column j is i + j / 8: exact in 32 bits, and every record another.</summary>
    private static float[] Numbers(int count, int width) => [.. Enumerable.Range(0, count * width).Select(i => i / width + i % width / 8f)];

    private static string Npy(Scratch scratch, int count, int width)
    {
        var path = Path.Combine(scratch.Folder, $"{count}x{width}.npy");
        NumpyWriter.Write(path, width, [Numbers(count, width)]);
        return path;
    }

    [Theory]
    [InlineData("<f4")]
    [InlineData("<f8")]
    [InlineData(">f4")]
    [InlineData("gzip")]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("fortran")]
    [InlineData("npz")]
    [InlineData("fortran npz")]
    public void They_are_the_vectors_that_memory_would_hold(string kind)
    {
        using var scratch = new Scratch();
        const int Count = 5000,
            Width = 3;
        var numbers = Numbers(Count, Width);
        Column[] Columns() =>
            [
                .. Enumerable
                    .Range(0, Width)
                    .Select(column => new Column($"c{column}", [.. Enumerable.Range(0, Count).Select(row => numbers[row * Width + column])])),
            ];
        var path = Path.Combine(scratch.Folder, $"t.{kind}");
        switch (kind)
        {
            case "csv" or "parquet":
                TableWriter.Write(path, Columns());
                break;
            case "gzip":
                path = scratch.Write("a.npy.gz", Scratch.Gzip(File.ReadAllBytes(Npy(scratch, Count, Width))));
                break;
            case "fortran" or "npz" or "fortran npz":
                var isFortran = kind != "npz";
                float[] ordered = isFortran
                    ? [.. Enumerable.Range(0, Width).SelectMany(column => Enumerable.Range(0, Count).Select(row => numbers[row * Width + column]))]
                    : numbers;
                var array = Scratch.Npy("<f4", isFortran, $"({Count}, {Width})", MemoryMarshal.AsBytes<float>(ordered).ToArray());
                var classes = Scratch.Npy("|u1", false, $"({Count},)", [.. Enumerable.Range(0, Count).Select(row => (byte)(row % 3))]);
                path =
                    kind == "fortran"
                        ? scratch.Write("a.npy", array)
                        : scratch.Write("a.npz", Scratch.Npz(System.IO.Compression.CompressionLevel.Fastest, ("X", array), ("y", classes)));
                break;
            default:
                byte[] Bytes(float number) =>
                    kind switch
                    {
                        "<f8" => BitConverter.GetBytes((double)number),
                        ">f4" => [.. BitConverter.GetBytes(number).Reverse()],
                        _ => BitConverter.GetBytes(number),
                    };
                path = scratch.Write("a.npy", Scratch.Npy(kind, fortran: false, $"({Count}, {Width})", [.. numbers.SelectMany(Bytes)]));
                break;
        }
        var held = DataSource.LoadAll(path, new());
        var streamed = DataSource.LoadAll(path, Streamed);
        Assert.Equal(held.Schema, streamed.Schema);
        Assert.Equal(Scratch.Values(held), Scratch.Values(streamed));
        Assert.Equal(held.Labels.SelectMany(label => label.Values), streamed.Labels.SelectMany(label => label.Values));
        Assert.Equal(0, streamed.StoredBytes);
        int[] some = [4999, 0, 1, 2, 1023, 1024, 7, 7];
        Assert.Equal(Scratch.Values(held.Select(some)), Scratch.Values(streamed.Select(some)));
        Assert.Equal(Standardisation.Fit(held), Standardisation.Fit(streamed));
        Assert.Equal(Scratch.Values(Standardisation.Fit(held).Apply(held)), Scratch.Values(Standardisation.Fit(held).Apply(streamed)));
        Assert.Equal(Scratch.Values(held.Select([.. Enumerable.Range(0, 1500)])), Scratch.Values(DataSource.LoadAll(path, Streamed with { Limit = 1500 })));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(101)]
    [InlineData(250)]
    [InlineData(5000)]
    public void Every_record_is_in_one_part_and_parts_are_of_whole_blocks(int count)
    {
        using var scratch = new Scratch();
        var splits = DataSource.Load(Npy(scratch, count, 2), InBlocks);
        Dataset[] parts = [splits.Train, splits.Validation, splits.Test];
        var records = parts.Select(part => Scratch.Values(part).Where((_, i) => i % 2 == 0).Select(value => (int)value).ToArray()).ToArray();
        Assert.Equal(Enumerable.Range(0, count), records.SelectMany(part => part).Order());
        Assert.InRange(parts[1].Count, 1, count / 5 + 1);
        Assert.InRange(parts[2].Count, 1, count / 5 + 1);
        // The same seed, the same parts.
        Assert.Equal(Scratch.Values(splits.Test), Scratch.Values(DataSource.Load(Npy(scratch, count, 2), InBlocks).Test));
        var block = parts[0].Blocks!.BlockRecords;
        var places = records.Select(part => part.Select(record => record / block).ToHashSet()).ToArray();
        Assert.Empty(places[0].Intersect(places[1]).Concat(places[1].Intersect(places[2])).Concat(places[0].Intersect(places[2])));
    }

    [Theory]
    [InlineData(999, 7, 1)]
    [InlineData(5000, 64, 40)]
    [InlineData(5000, 1000, 3000)]
    [InlineData(5000, 5000, 100_000)]
    public void An_epoch_visits_every_record_once_in_an_order_of_its_own(int count, int batch, int poolRecords)
    {
        TensorLibrary.EnsureLoaded();
        using var scratch = new Scratch();
        var data = DataSource.LoadAll(Npy(scratch, count, 2), Streamed).With(RecordBlocks.Of(count));
        int[] Visited(int epoch, int seed)
        {
            var order = new EpochOrder(data, seed, poolRecords * 2L * sizeof(float));
            List<int> visited = [];
            for (var first = 0; first < count; first += batch)
            {
                using var scope = TorchSharp.torch.NewDisposeScope();
                var numbers = order.Batch(epoch, first, Math.Min(batch, count - first), null).Numbers();
                visited.AddRange(numbers.Where((_, i) => i % 2 == 0).Select(value => (int)value));
                Assert.InRange(order.Held, 1, Math.Max(poolRecords, data.Blocks!.BlockRecords));
            }
            return [.. visited];
        }
        var once = Visited(0, 1);
        Assert.Equal(Enumerable.Range(0, count), once.Order());
        Assert.Equal(once, Visited(0, 1));
        Assert.NotEqual(once, Visited(1, 1));
        Assert.NotEqual(once, Visited(0, 2));
        // The same order of the same data in memory.
        data = DataSource.LoadAll(Npy(scratch, count, 2), new() { Stream = false }) is var held ? held.With(RecordBlocks.Of(count)) : held;
        Assert.Equal(once, Visited(0, 1));
        // From the middle, as a run that is resumed begins.
        var middle = new EpochOrder(data, 1, poolRecords * 2L * sizeof(float));
        using var rest = middle.Batch(0, count / 2, 5, null);
        Assert.Equal(once[(count / 2)..(count / 2 + 5)], rest.Numbers().Where((_, i) => i % 2 == 0).Select(value => (int)value));
    }

    /// <summary>
    /// 32 MB of vectors, of which 4 MB or less are alive after they were opened, split, standardised and visited: a pool of 1 MB and what the runtime has.
    /// </summary>
    [Fact]
    public void Memory_does_not_grow_with_their_number()
    {
        TensorLibrary.EnsureLoaded();
        using var scratch = new Scratch();
        const int Width = 64,
            PartRecords = 8192;
        long Alive(int parts)
        {
            var path = Path.Combine(scratch.Folder, $"{parts}.npy");
            var random = new Random(1);
            NumpyWriter.Write(
                path,
                Width,
                Enumerable.Range(0, parts).Select(_ => Enumerable.Range(0, PartRecords * Width).Select(_ => random.NextSingle()).ToArray())
            );
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var splits = DataSource.Load(path, InBlocks);
            var scaled = Standardisation.Fit(splits.Train).Apply(splits.Train);
            var order = new EpochOrder(scaled, seed: 1, poolBytes: 1 << 20);
            for (var first = 0; first + 1000 <= scaled.Count; first += 1000)
                order.Batch(0, first, 1000, null).Dispose();
            var alive = GC.GetTotalMemory(forceFullCollection: true) - before;
            GC.KeepAlive(splits);
            GC.KeepAlive(order);
            return alive;
        }
        Alive(1);
        Assert.InRange(Alive(1), long.MinValue, 4 << 20);
        Assert.InRange(Alive(16), long.MinValue, 4 << 20);
    }

    [Fact]
    public void What_cannot_stay_in_a_file_is_refused_in_one_line()
    {
        using var scratch = new Scratch();
        string Refused(string path, DataOptions? options = null) =>
            Assert.Throws<InvalidInputException>(() => DataSource.Load(path, options ?? Streamed)).OnCommandLine();
        byte[] Floats(params float[] numbers) => MemoryMarshal.AsBytes<float>(numbers).ToArray();
        Assert.Contains("--stream is for pictures, vectors", Refused("shapes"));
        Assert.Contains(
            "record 2, column x1 is not a finite",
            Refused(scratch.Write("i.npy", Scratch.Npy("<f4", false, "(2, 2)", Floats(1, 2, 3, float.NaN))))
        );
        Assert.Contains(
            "record 2, column x0 is not a finite",
            Refused(scratch.Write("d.npy", Scratch.Npy("<f8", false, "(2, 1)", [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(1e300)])))
        );
        Assert.Contains("cut short or its header is damaged", Refused(scratch.Write("s.npy", Scratch.Npy("<f4", false, "(3, 2)", Floats(1, 2, 3, 4)))));
        Assert.Contains("cut short", Refused(scratch.Write("e.npy", Scratch.Npy("<f8", false, "(3, 2)", new byte[16]))));
        Assert.Contains("1 dimension", Refused(scratch.Write("o.npy", Scratch.Npy("<f4", false, "(2,)", Floats(1, 2)))));
        Assert.Contains("no records", Refused(scratch.Write("z.npy", Scratch.Npy("<f4", false, "(0, 2)", []))));
        Assert.Contains("holds 2 records; training needs at least 3", Refused(Npy(scratch, 2, 2)));
        Assert.Contains("column 'b', row 2 is 'x'", Refused(scratch.Write("t.csv", "a,b\n1,2\n3,x\n")));
        Assert.Contains("no records", Refused(scratch.Write("h.csv", "a,b\n")));
        Assert.Contains("is no file", Refused(Path.Combine(scratch.Folder, "nowhere.npy")));
    }
}
