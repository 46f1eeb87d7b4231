using System.Globalization;

namespace Isthmus.Data.Records;

/// <summary>Size of an image.</summary>
/// <param name="Height">Rows, H, at least 1.</param>
/// <param name="Width">Columns, W, at least 1.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Reads "28x20" (rows x columns), or "28" for a square.</summary>
    /// <exception cref="InvalidInputException">Anything else.</exception>
    public static ImageSize Parse(string text)
    {
        var parts = text.Split('x', 'X');
        var numbers = parts
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= 65535 ? n : 0)
            .ToArray();
        return numbers is not ([> 0] or [> 0, > 0])
            ? throw new InvalidInputException($"'{text}'", "is not an image size", "write rows x columns, such as 28x20, or one number for a square")
            : new(numbers[0], numbers[^1]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";
}
