using Isthmus.Compression.Archive;
using Isthmus.Data.Images;

namespace Isthmus.Studio.Models;

/// <summary>Pictures of an archive with the bits of each of their pixels, dearest record first. Immutable.</summary>
/// <param name="Schema">Size of a picture.</param>
/// <param name="Numbers">Number of each record in the archive, from 0.</param>
/// <param name="Pixels">Pixels of each, 8 bits.</param>
/// <param name="Bits">Bits of each pixel of each, summed over channels.</param>
/// <param name="Mean">Mean bits of each pixel over all records that were looked at.</param>
/// <param name="Looked">Number of records that were looked at, from the first on.</param>
internal sealed record PixelCosts(
    ImageSchema Schema,
    IReadOnlyList<int> Numbers,
    IReadOnlyList<byte[]> Pixels,
    IReadOnlyList<float[]> Bits,
    float[] Mean,
    int Looked
);

/// <summary>An archive as a page shows it: where its bits went, and which pixels are dear. Immutable.</summary>
/// <param name="Sizes">Its parts; null where its model is outside and was not given.</param>
/// <param name="Costs">Bits of pixels; null where no block is coded by a model of pictures.</param>
/// <param name="Files">Number of files in it.</param>
/// <param name="FirstFiles">Names of the first files.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Records">Number of records.</param>
/// <param name="RecordBytes">Bytes of a record that is not coded.</param>
/// <param name="Format">Version of its format.</param>
internal sealed record ArchiveLook(
    ArchiveSizeBreakdown Sizes,
    PixelCosts? Costs,
    int Files,
    IReadOnlyList<string> FirstFiles,
    long Bytes,
    int Records,
    int RecordBytes,
    string Format
)
{
    // Numbers of the pictures whose pixels are looked at, 64 MB of costs.
    private const int MostNumbers = 1 << 24,
        Shown = 200;

    /// <summary>Decodes an archive and takes it apart.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Bytes of its model, where it does not hold it; null for its own.</param>
    /// <param name="progress">Receiver of the fraction done.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="InvalidInputException">It is no archive, is damaged, or needs a model that was not given.</exception>
    public static ArchiveLook Of(string path, byte[]? model, IProgress<double> progress, CancellationToken cancellationToken)
    {
        using var archive = ArchiveReader.Open(path, new() { Model = model });
        var header = archive.Header;
        var counted = new Counter(progress, header.Records);
        var sizes = ArchiveSizeBreakdown.Of(archive, Math.Max(1, Environment.ProcessorCount - 1), counted, cancellationToken);
        return new(
            sizes,
            header.Schema is { } schema && sizes.ModelledRecords > 0 ? Costly(archive, schema, cancellationToken) : null,
            archive.Entries.Count,
            [.. archive.Entries.Take(5).Select(entry => entry.OutputName)],
            archive.Length,
            header.Records,
            header.RecordBytes,
            $"{ArchiveHeader.Major}.{header.MinorVersion}"
        );
    }

    private static PixelCosts? Costly(ArchiveReader archive, ImageSchema schema, CancellationToken cancellationToken)
    {
        var (size, plane) = (archive.Header.RecordBytes, schema.Height * schema.Width);
        var costs = new List<(int Number, byte[] Pixels, float[] Bits)>();
        var looked = 0;
        foreach (var block in archive.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((long)(looked + block.Count) * size > MostNumbers)
                break;
            var records = new byte[block.Count * size];
            archive.Decode(block, records);
            looked = block.First + block.Count;
            if (archive.PixelBits(block, records) is not { } bits)
                continue;
            for (var record = 0; record < block.Count; record++)
            {
                var own = new float[plane];
                for (var i = 0; i < size; i++)
                    own[i % plane] += bits[record * size + i];
                var pixels = records[(record * size)..((record + 1) * size)];
                costs.Add((block.First + record, schema.Levels == 2 ? Array.ConvertAll(pixels, pixel => (byte)(255 * pixel)) : pixels, own));
            }
        }
        if (costs.Count == 0)
            return null;
        var mean = new float[plane];
        foreach (var (_, _, bits) in costs)
            for (var i = 0; i < plane; i++)
                mean[i] += bits[i] / costs.Count;
        var dearest = costs.OrderByDescending(cost => cost.Bits.Sum()).ToArray();
        // The dearest, and the cheapest at the end.
        var shown = dearest.Length <= 2 * Shown ? dearest : [.. dearest[..Shown], .. dearest[^Shown..]];
        return new(
            schema,
            [.. shown.Select(cost => cost.Number)],
            [.. shown.Select(cost => cost.Pixels)],
            [.. shown.Select(cost => cost.Bits)],
            mean,
            costs.Count
        );
    }

    private sealed class Counter(IProgress<double> progress, int records) : IProgress<int>
    {
        public void Report(int value) => progress.Report(value / (double)Math.Max(1, records));
    }
}
