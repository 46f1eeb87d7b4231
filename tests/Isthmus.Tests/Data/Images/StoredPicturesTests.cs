using System.IO.Compression;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Training;

namespace Isthmus.Tests.Data.Images;

/// <summary>Pictures of an array that stay in a file are those that memory would hold, whatever their numbers and their layout.</summary>
public sealed class StoredPicturesTests : IDisposable
{
    // More bytes than are read at once.
    private const int Side = 48,
        Count = 500;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("idx", false)]
    [InlineData("idx colour", false)]
    [InlineData("idx black and white", false)]
    [InlineData("idx black and white", true)]
    [InlineData("amat", false)]
    [InlineData("amat", true)]
    [InlineData("bytes", false)]
    [InlineData("bytes fortran", false)]
    [InlineData("channels last", false)]
    [InlineData("channels last", true)]
    [InlineData("channels first", false)]
    [InlineData("opacity", false)]
    [InlineData("truth values", false)]
    [InlineData("from 0 to 1", false)]
    [InlineData("16 bits", false)]
    [InlineData("archive", false)]
    public void They_are_those_of_memory(string kind, bool isResized)
    {
        var path = Written(kind, Side, Count);
        var options = new DataOptions { Size = isResized ? new(20, 30) : null };
        var (held, stored) = (DataSource.LoadAll(path, options with { Stream = false }), DataSource.LoadAll(path, options with { Stream = true }));
        Assert.Equal((false, true), (held.IsInFile, stored.IsInFile));
        Assert.Equal((Count, held.Schema), (stored.Count, stored.Schema));
        Assert.Equal(Scratch.Pixels(held), Scratch.Pixels(stored));
        Assert.Equal(held.Notes.Select(note => $"{note}"), stored.Notes.Select(note => $"{note}"));
        Assert.Equal(held.Labels.SelectMany(label => label.Values), stored.Labels.SelectMany(label => label.Values));
        // Brought to a model of other pictures, they stay where they are.
        var grey = DataSource.LoadAll(path, options with { Stream = true, Grey = true });
        Assert.True(grey.IsInFile);
        Assert.Equal(Scratch.Pixels(DataSource.LoadAll(path, options with { Grey = true })), Scratch.Pixels(grey));
        var colour = DataSource.LoadAll(path, options with { Grey = false });
        Assert.True(stored.BroughtTo(colour.Schema).IsInFile);
        Assert.Equal(Scratch.Pixels(colour), Scratch.Pixels(stored.BroughtTo(colour.Schema)));
    }

    [Theory]
    [InlineData("idx", false)]
    [InlineData("idx", true)]
    [InlineData("from 0 to 1", true)]
    public void A_model_learns_the_same_from_them(string kind, bool byBlocks)
    {
        var path = Written(kind, 6, 200);
        string Weights(bool stored)
        {
            var data = DataSource.Load(path, new() { Stream = stored, ByBlocks = byBlocks });
            Assert.Equal(byBlocks, data.Train.Blocks is not null);
            using var model = TrainingRun.Train("vae", data, new() { Settings = Tiny.Settings("hidden=8 latent=2 epochs=2 batch-size=16"), Threads = 1 }).Model;
            return Convert.ToHexString(model.WeightBytes());
        }
        Assert.Equal(Weights(stored: false), Weights(stored: true));
    }

    private string Written(string kind, int side, int count)
    {
        var (area, random) = (side * side, new Random(3));
        byte[] Bytes(int length, Func<int, int> value) => [.. Enumerable.Range(0, length).Select(i => (byte)value(i))];
        byte[] Random(int channels) => Bytes(count * area * channels, _ => random.Next(256));
        string Npy(string type, string shape, byte[] bytes, bool isFortran = false) => _scratch.Write("a.npy", Scratch.Npy(type, isFortran, shape, bytes));
        switch (kind)
        {
            case "idx":
                _scratch.Write("x-labels-idx1-ubyte", Scratch.Idx([count], Bytes(count, i => i % 3)));
                return _scratch.Write("x-images-idx3-ubyte", Scratch.Idx([count, side, side], Random(1)));
            case "idx colour":
                return _scratch.Write("x-images-idx4-ubyte.gz", Scratch.Gzip(Scratch.Idx([count, side, side, 3], Random(3))));
            case "idx black and white":
                return _scratch.Write("x-images-idx3-ubyte", Scratch.Idx([count, side, side], Bytes(count * area, i => i / 3 % 2 * 255)));
            case "amat":
                var lines = Enumerable.Range(0, count).Select(record => string.Join(' ', Enumerable.Range(0, area).Select(i => (record + i / 2) % 2)));
                return _scratch.Write("x.amat", string.Join('\n', lines));
            case "bytes fortran":
                return Npy("|u1", $"({count}, {side}, {side})", Random(1), isFortran: true);
            case "channels last":
                return Npy("|u1", $"({count}, {side}, {side}, 3)", Random(3));
            case "channels first":
                return Npy("|u1", $"({count}, 3, {side}, {side})", Random(3));
            case "opacity":
                return Npy("|u1", $"({count}, {side}, {side}, 4)", Random(4));
            case "truth values":
                return Npy("|b1", $"({count}, {side}, {side})", Bytes(count * area, i => i % 5));
            case "from 0 to 1":
                return Npy(">f4", $"({count}, {side}, {side})", [.. Random(1).SelectMany(value => BitConverter.GetBytes(value / 255f).Reverse())]);
            case "16 bits":
                return Npy("<u2", $"({count}, {side}, {side})", [.. Random(1).SelectMany(value => BitConverter.GetBytes((ushort)(16 * value)))]);
            case "archive":
                var arrays = new[]
                {
                    ("x", Scratch.Npy("|u1", false, $"({count}, {side}, {side})", Random(1))),
                    ("y", Scratch.Npy("|u1", false, $"({count},)", Bytes(count, i => i % 3))),
                };
                return _scratch.Write("a.npz", Scratch.Npz(CompressionLevel.Fastest, arrays));
            default:
                return Npy("|u1", $"({count}, {side}, {side})", Random(1));
        }
    }
}
