namespace Isthmus.Data.Images;

/// <summary>Pictures in memory, an array of H W C pixels each: one byte a pixel, or a number from 0 (black) to 1 (full).</summary>
internal static class PixelArrays
{
    private const int Highest = 255;

    /// <summary>One byte a pixel, 0 black and 255 full (or 0 and 1 where all are black or white), picture after picture.</summary>
    /// <exception cref="InvalidInputException">No picture, one that is null, or one of another number of pixels.</exception>
    public static byte[] Joined(string name, IEnumerable<byte[]> pictures, int height, int width, int channels)
    {
        byte[][] all = [.. pictures];
        Check(name, all, height, width, channels);
        var pixels = new byte[(long)all.Length * height * width * channels];
        for (var i = 0; i < all.Length; i++)
            all[i].CopyTo(pixels, (long)i * height * width * channels);
        return pixels;
    }

    /// <summary>Numbers from 0 to 1 as bytes, and a note where a number lies between two of the 256 levels.</summary>
    /// <exception cref="InvalidInputException">As of bytes, or a number that is no number from 0 to 1.</exception>
    public static byte[] Joined(string name, IEnumerable<float[]> pictures, int height, int width, int channels, ICollection<Wording> notes)
    {
        float[][] all = [.. pictures];
        Check(name, all, height, width, channels);
        var area = height * width * channels;
        var pixels = new byte[(long)all.Length * area];
        var isRounded = false;
        for (var i = 0; i < all.Length; i++)
            for (var pixel = 0; pixel < area; pixel++)
            {
                var value = all[i][pixel];
                if (!(value >= 0 && value <= 1))
                    throw new InvalidInputException(
                        $"{name}: picture {i + 1}, number {pixel + 1}",
                        $"is {value}, and a pixel is a number from 0 (black) to 1 (full)",
                        "divide 8-bit pixels by 255, or give them as byte[]"
                    );
                var level = (byte)MathF.Round(Highest * value);
                isRounded |= Math.Abs(level - Highest * value) > 1e-3f;
                pixels[(long)i * area + pixel] = level;
            }
        if (isRounded)
            notes.Add("pixels are kept as the nearest of 256 levels");
        return pixels;
    }

    private static void Check<T>(string name, T[][] pictures, int height, int width, int channels)
    {
        if (height < 1 || width < 1 || channels is not (1 or 3))
            throw new InvalidInputException(
                null,
                $"{name}: pictures of {height} x {width} pixels and {channels} channels",
                "height and width are at least 1, and channels 1 (grey) or 3 (red, green, blue)"
            );
        if (pictures.Length == 0)
            throw new InvalidInputException(null, $"{name} hold no records", "give at least one");
        foreach (var (place, picture) in pictures.Index())
        {
            if (picture is null)
                throw new InvalidInputException($"{name}: picture {place + 1}", "is null", "leave it out");
            if (picture.Length != (long)height * width * channels)
                throw new InvalidInputException(
                    $"{name}: picture {place + 1}",
                    $"has {picture.Length} numbers, and {height} x {width} pixels of {Counted.Of(channels, "channel")} are {(long)height * width * channels}",
                    "give pictures of one size"
                );
        }
        if ((long)pictures.Length * height * width * channels > Array.MaxLength)
            throw new InvalidInputException(
                null,
                $"{name}: {pictures.Length} pictures are more bytes than one data set can hold ({Array.MaxLength})",
                "give fewer"
            );
    }
}
