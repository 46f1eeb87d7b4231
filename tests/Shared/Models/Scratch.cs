using System.IO.Compression;
using Isthmus.Cli.Output;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data;

/// <summary>A folder of its own for one test, with a name that has spaces and letters beyond ASCII.</summary>
public sealed class Scratch : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("isthmus ü [1] ").FullName;

    public static string DataFolder => Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? "";

    public string Write(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return packed.ToArray();
    }

    public static byte[] Idx(int[] shape, byte[] values) =>
        [0, 0, 8, (byte)shape.Length, .. shape.SelectMany(d => BitConverter.GetBytes(d).Reverse()), .. values];

    public static byte[] Npy(string descr, bool fortran, string shape, byte[] values)
    {
        var header = $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}";
        header = header.PadRight(63 - 10 + (header.Length > 53 ? 64 : 0)) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. values];
    }

    public static byte[] Npz(CompressionLevel level, params (string Name, byte[] Content)[] arrays)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in arrays)
                using (var stream = zip.CreateEntry(name + ".npy", level).Open())
                    stream.Write(content);
        return packed.ToArray();
    }

    public static byte[] Pixels(Dataset data)
    {
        var pixels = new byte[data.Count * data.Schema.Dimension];
        data.CopyPixels([.. Enumerable.Range(0, data.Count)], pixels);
        return pixels;
    }

    public static float[] Values(Dataset data)
    {
        var values = new float[data.Count * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, data.Count)], values);
        return values;
    }

    /// <summary>The message of the refusal, which must be one line that names <paramref name="path"/>.</summary>
    public static string Refusal(string path, DataOptions? options = null)
    {
        var error = Assert.Throws<InvalidInputException>(() => DataSource.LoadAll(path, options ?? new()));
        Assert.DoesNotContain(" --", error.Message);
        var message = error.OnCommandLine();
        Assert.DoesNotContain('\n', message);
        Assert.Contains(path, message);
        return message;
    }

    /// <summary>Every proper prefix of the file is refused, or an empty line of it is missing and the records are the same.</summary>
    public void RefusesEveryTruncation(string name, byte[] content)
    {
        for (var length = 0; length < content.Length; length++)
            Refusal(Write(name, content[..length]));
        DataSource.LoadAll(Write(name, content), new());
    }

    /// <summary>Every file that differs by one bit is either read or refused; returns how many were read.</summary>
    public int SurvivesEveryBitFlip(string name, byte[] content, Action<Dataset>? check = null)
    {
        var read = 0;
        for (var bit = 0; bit < 8 * content.Length; bit++)
        {
            var flipped = (byte[])content.Clone();
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            var path = Write(name, flipped);
            try
            {
                var data = DataSource.LoadAll(path, new());
                check?.Invoke(data);
                read++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
        return read;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
