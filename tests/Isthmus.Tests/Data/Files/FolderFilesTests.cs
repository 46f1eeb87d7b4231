using System.Diagnostics;
using Isthmus.Data.Files;
using Isthmus.Data.Formats;

namespace Isthmus.Tests.Data.Files;

/// <summary>Folders as people have them: links, pipes, hidden files and files of other kinds.</summary>
public sealed class FolderFilesTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Every_file_comes_once_whatever_the_links()
    {
        _scratch.Write("a/1.txt", "1");
        _scratch.Write("a/2.txt", "2");
        Directory.CreateSymbolicLink(At("a/self"), At("a"));
        Directory.CreateSymbolicLink(At("a/up"), At(""));
        Directory.CreateSymbolicLink(At("a/out"), Path.GetDirectoryName(_scratch.Folder)!);
        Directory.CreateSymbolicLink(At("b"), "a");
        Directory.CreateSymbolicLink(At("loop"), "loop");
        File.CreateSymbolicLink(At("again.txt"), "a/1.txt");
        File.CreateSymbolicLink(At("gone.txt"), "nowhere.txt");
        var found = FolderFiles.Of(_scratch.Folder);
        Assert.Equal(["a/1.txt", "a/2.txt"], found.Names);
        Assert.Equal(
            ["a/out", "a/self", "a/up", "again.txt", "b", "gone.txt", "loop"],
            found.Skipped.Select(entry => entry.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["a/1.txt", "a/2.txt", "again.txt"], FolderFiles.Of(_scratch.Folder, linkedFiles: true).Names);
    }

    [Fact]
    public void What_links_lead_to_elsewhere_is_there()
    {
        using var other = new Scratch();
        other.Write("x/1.txt", "1");
        Directory.CreateSymbolicLink(At("linked"), Path.Combine(other.Folder, "x"));
        Directory.CreateSymbolicLink(At("linked2"), Path.Combine(other.Folder, "x"));
        Assert.Equal(["linked/1.txt"], FolderFiles.Of(_scratch.Folder).Names);
        // And a folder that is named by a link is one like others.
        Assert.Equal(["1.txt"], FolderFiles.Of(At("linked")).Names);
    }

    [Fact]
    public void Pipes_are_left_out_of_folders_and_refused_by_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are told from files on Linux.");
        _scratch.Write("1.txt", "text");
        using (var made = Process.Start("mkfifo", [At("pipe.png")]))
            made.WaitForExit();
        Assert.Equal("a pipe", FileKind.Special(At("pipe.png")));
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified
        );
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(At("s")));
        var found = FolderFiles.Of(_scratch.Folder);
        Assert.Equal(["1.txt"], found.Names);
        Assert.Equal([("pipe.png", "a pipe"), ("s", "a socket")], found.Skipped);
        Assert.Contains("is a pipe", Scratch.Refusal(At("pipe.png")));
        Assert.Contains("is a device", Assert.Throws<InvalidInputException>(() => DataSource.LoadAll("/dev/zero", new())).Message);
        Assert.Contains("is a device", Assert.Throws<InvalidInputException>(() => DataFile.Head("/dev/zero", 4)).Message);
    }

    [Fact]
    public void Real_paths_follow_every_link()
    {
        _scratch.Write("a/b/1.txt", "1");
        Directory.CreateSymbolicLink(At("link"), "a/b");
        Directory.CreateSymbolicLink(At("twice"), "link");
        var real = RealPath.Of(At("a/b/1.txt"));
        Assert.Equal(real, RealPath.Of(At("twice/1.txt")));
        Assert.Equal(real, RealPath.Of(At("twice/./../b/1.txt")));
        Assert.Equal(RealPath.Of(At("a")), RealPath.Of(At("link/..")));
        Directory.CreateSymbolicLink(At("loop"), "loop");
        Assert.EndsWith("loop", RealPath.Of(At("loop")));
    }

    private string At(string name) => Path.Combine(_scratch.Folder, name);
}
