using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Processes;
using Isthmus.Tests.Data;

namespace Isthmus.Tests.Processes;

/// <summary>Ranks of one machine read the temporary files of one of them, and see what each would see in its own.</summary>
public sealed class MachineFilesTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("rows")]
    [InlineData("series")]
    [InlineData("vectors")]
    [InlineData("fortran")]
    [InlineData("pictures")]
    [InlineData("documents")]
    [InlineData("interactions")]
    public void Every_rank_reads_the_same_records_and_one_has_written_them(string kind)
    {
        var (path, options) = Data(kind);
        var alone = Told(DataSource.Load(path, options with { Stream = false }));
        var ranks = ThreadRanks.Run(3, communicator =>
        {
            var files = MachineFiles.Of(communicator)!;
            Assert.True(files.Available > 0);
            var data = DataSource.Load(path, options with { Stream = true, Sharing = files });
            Assert.True(data.Train.IsInFile);
            // Split again by their own: options that are kept have nothing to do with the others.
            var again = data.Train.Schema is CountSchema ? data : data.Train.Split(seed: communicator.Rank);
            Assert.NotEmpty(Told(again));
            return (files.IsWriter, files.Available, Told: Told(data));
        });
        Assert.Equal([true, false, false], ranks.Select(rank => rank.IsWriter));
        Assert.Single(ranks.Select(rank => rank.Available).Distinct());
        Assert.All(ranks, rank => Assert.Equal(alone, rank.Told));
    }

    [Fact]
    public void One_process_has_its_own() => Assert.Null(MachineFiles.Of(Communicator.Alone));

    private (string Path, DataOptions Options) Data(string kind)
    {
        string Csv(string header, Func<int, string> row) =>
            _scratch.Write("t.csv", string.Concat(Enumerable.Range(0, 700).Select(row).Prepend(header).Select(line => line + "\n")));
        switch (kind)
        {
            case "rows":
                var rows = Csv("a,b,kind", row => $"{row * 7 % 31},{"xyz"[row % 3]},k{row % 4}");
                return (rows, new() { Table = new(), Label = "kind" });
            case "series":
                return (
                    Csv("t,a", row => $"{row * 13 % 700},{row % 11}"),
                    new()
                    {
                        Table = new() { Time = "t", Window = 5 },
                    }
                );
            case "vectors":
                return (Csv("a,b", row => $"{row},{row / 8.0}"), new());
            case "fortran":
                var array = Scratch.Npy("<i2", fortran: true, "(700, 2)", [.. Enumerable.Range(0, 2800).Select(i => (byte)(i * i % 251))]);
                return (_scratch.Write("a.npy.gz", Scratch.Gzip(array)), new());
            case "pictures":
                var pixels = Enumerable.Range(0, 700 * 12).Select(i => (byte)(i / 5 % 2 * 255));
                return (_scratch.Write("x-images-idx3-ubyte", Scratch.Idx([700, 3, 4], [.. pixels])), new() { Size = new(5, 5) });
            case "documents":
                return (Csv("text", row => $"w{row % 9} w{row % 5} w{row % 9} of red"), new() { Documents = new() { Text = "text" } });
            default:
                var interactions = new InteractionOptions
                {
                    User = "u",
                    Item = "i",
                    MinPerUser = 2,
                };
                return (Csv("u,i", row => $"{row % 60},{row * row % 17}"), new() { Interactions = interactions });
        }
    }

    private static string[] Told(DataSplits data) => [.. new[] { data.Train, data.Validation, data.Test }.SelectMany(Told)];

    private static IEnumerable<string> Told(Dataset data)
    {
        yield return data.HasPixels ? Convert.ToHexString(Scratch.Pixels(data)) : string.Join(' ', Scratch.Values(data));
        yield return string.Join(' ', data.Labels.SelectMany(label => label.Values));
        yield return string.Join(' ', data.RecordNames ?? []);
    }
}
