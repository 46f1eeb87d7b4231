using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;

namespace Isthmus.Tests.Compression.Archive;

public sealed class ExtractionTests : IDisposable
{
    private static readonly ArchiveContent Content = Archives.Content();
    private static readonly byte[] Written = Archives.Written(Content, Archives.Model, new() { RecordsPerBlock = 6 });
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lost_records_are_zeros_in_their_file_and_lost_pictures_are_no_files()
    {
        using var whole = Archives.Opened(Written);
        byte[] damaged = [.. Written];
        foreach (var block in whole.Blocks.Where(block => block.First is 6 or 22))
            damaged.AsSpan((int)block.Offset + BlockFrame.Length, 3).Fill(0xEE);
        using var archive = Archives.Opened(damaged, keepGoing: true);
        var extracted = new Extraction(archive, _folder.File("out"), new()).All();
        Assert.Equal(["set/pictures-1.idx", "notes.txt"], extracted.Files);
        Assert.Equal(16, extracted.Records);
        Assert.Contains(extracted.Lost, line => line.StartsWith("set/pictures-1.idx: records 6 to 11 of 20 lost"));
        Assert.Contains("a.png: lost", extracted.Lost);
        var file = File.ReadAllBytes(_folder.File("out/set/pictures-1.idx"));
        Assert.Equal(4 + 600 + 1, file.Length);
        Assert.Equal(new byte[180], file[184..364]);
        Assert.Equal(Archives.Pictures(20).Select(pixel => (byte)(255 * pixel)).ToArray()[360..], file[364..^1]);

        // Without keeping going, the same damage leaves nothing at all.
        using var strict = Archives.Opened(damaged);
        Assert.Throws<InvalidInputException>(() => new Extraction(strict, _folder.File("strict"), new()).All());
        Assert.False(Directory.Exists(_folder.File("strict")));
    }

    [Fact]
    public void One_file_or_one_record_comes_alone()
    {
        using var archive = Archives.Opened(Written);
        new Extraction(archive, _folder.File("one"), new()).File(archive.Entries[1]);
        Assert.Equal("notes.txt", Path.GetFileName(Assert.Single(Files("one"))));
        new Extraction(archive, _folder.File("two"), new()).Record(3);
        Assert.EndsWith("pictures-1.idx.3.png", Assert.Single(Files("two")));
        var pixels = Isthmus.Data.Images.ImageFile.Read(Files("two").Single()).Rgb.Chunk(3).Select(rgb => rgb[0]);
        Assert.Equal(Archives.Pictures(20)[90..120].Select(pixel => (byte)(255 * pixel)), pixels);
        new Extraction(archive, _folder.File("three"), new()).Record(22);
        Assert.EndsWith("a.png", Assert.Single(Files("three")));
        Assert.Throws<InvalidInputException>(() => new Extraction(archive, _folder.File("four"), new()).Record(23));

        string[] Files(string folder) => Directory.GetFiles(_folder.File(folder), "*", SearchOption.AllDirectories);
    }

    [Fact]
    public void Files_that_are_there_stay_unless_forced()
    {
        Directory.CreateDirectory(_folder.File("out"));
        File.WriteAllText(_folder.File("out/notes.txt"), "mine");
        using var archive = Archives.Opened(Written);
        Assert.Contains(
            "ExtractionOptions.Force",
            Assert.Throws<InvalidInputException>(() => new Extraction(archive, _folder.File("out"), new()).All()).Message
        );
        Assert.Equal("mine", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_folder.File("out")))));
        new Extraction(archive, _folder.File("out"), new() { Force = true }).All();
        Assert.NotEqual("mine", File.ReadAllText(_folder.File("out/notes.txt")));
        Assert.Equal(3, Directory.GetFiles(_folder.File("out"), "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_folder_in_a_files_place_and_a_file_in_a_folders_leave_everything_as_it_was()
    {
        using var archive = Archives.Opened(Written);
        foreach (var (place, isFolder) in new[] { ("a.png", true), ("set", false) })
        {
            var where = _folder.File($"out-{place}");
            Directory.CreateDirectory(isFolder ? Path.Combine(where, place) : where);
            File.WriteAllText(Path.Combine(where, "notes.txt"), "mine");
            if (!isFolder)
                File.WriteAllText(Path.Combine(where, place), "mine");
            var before = Directory.GetFileSystemEntries(where, "*", SearchOption.AllDirectories).Order();
            var complaint = Assert.Throws<InvalidInputException>(() => new Extraction(archive, where, new() { Force = true }).All()).Message;
            Assert.Contains(isFolder ? "is a folder" : "is a file", complaint);
            Assert.Equal(before, Directory.GetFileSystemEntries(where, "*", SearchOption.AllDirectories).Order());
            Assert.Equal("mine", File.ReadAllText(Path.Combine(where, "notes.txt")));
        }
    }

    [Fact]
    public void A_file_that_must_stay_stays_also_when_forced()
    {
        Directory.CreateDirectory(_folder.File("out"));
        File.WriteAllText(_folder.File("out/notes.txt"), "the archive itself");
        using var archive = Archives.Opened(Written);
        var options = new ExtractionOptions { Force = true, Kept = path => Path.GetFileName(path) == "notes.txt" };
        Assert.Contains(
            "is what the archive is read from",
            Assert.Throws<InvalidInputException>(() => new Extraction(archive, _folder.File("out"), options).All()).Message
        );
        Assert.Equal("the archive itself", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_folder.File("out")))));
    }

    [Fact]
    public void A_move_that_fails_brings_back_what_was_there()
    {
        Directory.CreateDirectory(_folder.File("out"));
        File.WriteAllText(_folder.File("out/notes.txt"), "mine");
        using var archive = Archives.Opened(Written);
        // Another program puts a folder where the last file goes, after that was checked.
        var blocking = new Acting(() => Directory.CreateDirectory(_folder.File("out/a.png/full")));
        Assert.Contains(
            "cannot be written",
            Assert.Throws<InvalidInputException>(() => new Extraction(archive, _folder.File("out"), new() { Force = true }).All(blocking)).Message
        );
        Assert.Equal(
            ["out/a.png", "out/a.png/full", "out/notes.txt"],
            Directory
                .GetFileSystemEntries(_folder.File("out"), "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(_folder.Path, path))
                .Order()
        );
        Assert.Equal("mine", File.ReadAllText(_folder.File("out/notes.txt")));
    }

    [Fact]
    public void Interrupt_leaves_nothing()
    {
        using var archive = Archives.Opened(Written);
        using var stop = new CancellationTokenSource();
        var extraction = new Extraction(archive, _folder.File("out"), new() { Threads = 1 });
        Assert.ThrowsAny<OperationCanceledException>(() => extraction.All(new Stopping(stop), stop.Token));
        Assert.False(Directory.Exists(_folder.File("out")));

        var path = _folder.File("new.isth");
        using var again = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            ArchiveWriter.Write(path, Archives.Content(900), Archives.Model, new() { RecordsPerBlock = 6, Threads = 1 }, new Stopping(again), again.Token)
        );
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder.Path), entry => entry.Contains("new.isth"));
    }

    [Fact]
    public void Output_that_cannot_be_written_is_one_line()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A full disk is at hand on Linux only.");
        Assert.Contains(
            "cannot be written",
            Assert.Throws<InvalidInputException>(() => ArchiveWriter.Write("/proc/x.isth", Content, Archives.Model, new())).Message
        );
        using var archive = Archives.Opened(Written);
        Assert.Contains("cannot be written", Assert.Throws<InvalidInputException>(() => new Extraction(archive, "/proc/x", new()).All()).Message);
        Assert.ThrowsAny<IOException>(() =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            ArchiveWriter.Write(full, Content, Archives.Model, new());
            full.Flush();
        });
    }

    [Fact]
    public void Ledger_adds_up_to_the_file()
    {
        using var archive = Archives.Opened(Archives.Written(Archives.Content(200), Archives.Model, new() { RecordsPerBlock = 50 }));
        var ledger = ArchiveSizeBreakdown.Of(archive, 2, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(8 * archive.Length, ledger.TotalBits);
        Assert.Equal(203, ledger.Records);
        Assert.Equal(201, ledger.ModelledRecords);
        Assert.Equal(203 * 30, ledger.RawBits);
        var promise = Archives.Records(Archives.Content(200)).Where((_, i) => i < 6000 || i >= 6060).Sum(pixel => -Math.Log2(pixel == 0 ? 0.9 : 0.1));
        // The table of 12 bits is within 0.03 % of 0.9 and 0.1.
        Assert.InRange(ledger.DistortionBits!.Value / promise, 0.9997, 1.0003);
        // Each of five chains takes at most 25 bits more.
        Assert.InRange(ledger.ModelledBits - ledger.DistortionBits!.Value, 0, 5 * 25);
        // So few small pictures are better off as anything else; of many, the rest has been saved after so many.
        Assert.Equal(double.PositiveInfinity, ledger.BreakEvenRecords);
        using var large = Archives.Opened(Archives.Written(Archives.Content(5000), Archives.Model, new() { RecordsPerBlock = 5000 }));
        ledger = ArchiveSizeBreakdown.Of(large, 2, cancellationToken: TestContext.Current.CancellationToken);
        var saved = (Math.Min(ledger.GzipBits, ledger.BrotliBits) - (ledger.TotalBits - ledger.ModelBits - ledger.FixedBits)) / 5003;
        Assert.InRange(ledger.ModelBits + ledger.FixedBits, saved * (ledger.BreakEvenRecords!.Value - 1), saved * ledger.BreakEvenRecords!.Value);
    }

    private sealed class Acting(Action act) : IProgress<int>
    {
        public void Report(int value) => act();
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int value) => stop.Cancel();
    }
}
