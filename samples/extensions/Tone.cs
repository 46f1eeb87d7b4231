namespace Extensions;

/// <summary>A tone to read: 4 seconds of 16-bit PCM at 8 kHz.</summary>
public static class Tone
{
    /// <summary>Writes the file, and gives its path.</summary>
    public static string Write(string path)
    {
        const int Rate = 8000, Samples = 4 * Rate;
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("RIFF"u8);
        writer.Write(36 + 2 * Samples);
        writer.Write("WAVEfmt "u8);
        foreach (var number in new[] { 16, 1 | 1 << 16, Rate, 2 * Rate, 2 | 16 << 16 })
            writer.Write(number);
        writer.Write("data"u8);
        writer.Write(2 * Samples);
        for (var i = 0; i < Samples; i++)
            writer.Write((short)(12000 * Math.Sin(i * (0.05 + i * 2e-6)) + 3000 * Math.Sin(i * 0.7)));
        return path;
    }
}
