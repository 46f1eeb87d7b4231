using Isthmus.Data.Records;

namespace Isthmus.Data.Images;

/// <summary>
/// Photographs of a folder, decoded when asked for and kept while they fit into a fixed amount of memory; those used longest ago go first. Another thread reads
/// ahead. Pixels are 8-bit sRGB values as stored, colour profiles not applied, upright, transparent ones over white; grey is Rec. 601 luma.
/// </summary>
/// <remarks>Safe to use from several threads.</remarks>
internal sealed class PhotographStore(string root, IReadOnlyList<string> names, IReadOnlyList<ImageSize> sizes, int channels, int depth, long mostBytes)
{
    /// <summary>Default limit of the decoded photographs in memory, bytes.</summary>
    public const long UsualBytes = 1L << 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Held> _held = [];
    private long _bytes,
        _uses;
    private Task _ahead = Task.CompletedTask;

    private sealed record Held(Lazy<byte[]> Pixels, long Bytes)
    {
        public long LastUse { get; set; }
    }

    /// <summary>Number of photographs.</summary>
    public int Count => names.Count;

    /// <summary>Number of channels, 1 or 3.</summary>
    public int Channels => channels;

    /// <summary>Bytes of the photographs that are in memory now, or being read.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    /// <summary>Limit of the bytes in memory; one photograph may be larger.</summary>
    public long MostBytes => mostBytes;

    /// <summary>Returns the name of a photograph: its path below the folder.</summary>
    public string NameOf(int photograph) => names[photograph];

    /// <summary>Rows and columns of each photograph.</summary>
    public IReadOnlyList<ImageSize> Sizes => sizes;

    /// <summary>Returns rows and columns of a photograph.</summary>
    public ImageSize SizeOf(int photograph) => sizes[photograph];

    /// <summary>Returns the bytes of a photograph in memory.</summary>
    public long BytesOf(int photograph) => (long)channels * sizes[photograph].Height * sizes[photograph].Width;

    /// <summary>Returns the pixels of a photograph, H x W x C.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or has changed its size.</exception>
    public byte[] Pixels(int photograph)
    {
        Held held;
        lock (_gate)
        {
            if (!_held.TryGetValue(photograph, out held!))
            {
                held = _held[photograph] = new(new(() => Read(photograph)), BytesOf(photograph));
                _bytes += held.Bytes;
            }
            held.LastUse = ++_uses;
            while (_bytes > mostBytes && _held.Count > 1)
            {
                var oldest = _held.MinBy(pair => pair.Value.LastUse);
                _held.Remove(oldest.Key);
                _bytes -= oldest.Value.Bytes;
            }
        }
        // Read outside the lock: one thread decodes, others that want the same photograph wait for it.
        return held.Pixels.Value;
    }

    /// <summary>Starts to read photographs in another thread, after those that it reads now.</summary>
    public void ReadAhead(int[] photographs)
    {
        lock (_gate)
            _ahead = _ahead.ContinueWith(
                _ =>
                {
                    foreach (var photograph in photographs)
                        try
                        {
                            Pixels(photograph);
                        }
                        catch (InvalidInputException)
                        {
                            // Who asks for this photograph meets the error.
                        }
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default
            );
    }

    private byte[] Read(int photograph)
    {
        var path = Path.Combine(root, names[photograph]);
        var rgb = ImageFile.Read(path, depth, out _, out var facts);
        if (facts.Size != sizes[photograph])
            throw new InvalidInputException(path, $"was {sizes[photograph]} and is {facts.Size} now", "leave the pictures as they are while they are read");
        if (channels == 3)
            return rgb;
        var grey = new byte[rgb.Length / 3];
        for (var i = 0; i < grey.Length; i++)
            grey[i] = PixelRecords.Luma(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
        return grey;
    }
}
