using System.Globalization;
using System.Runtime.CompilerServices;

namespace Isthmus;

/// <summary>
/// A sentence whose names of options can be spelled in more than one way. It is written as an interpolated string, <c>$"give {name}"</c>, in which every
/// <see cref="ApiName"/> is kept as it is; numbers are written in the invariant culture. A wording that is complete is safe to read from several threads.
/// </summary>
[InterpolatedStringHandler]
public sealed class Wording
{
    // Strings and names, in order.
    private readonly List<object> _pieces = [];

    /// <summary>An empty wording; the compiler calls it for an interpolated string.</summary>
    /// <param name="literalLength">Characters outside the braces.</param>
    /// <param name="formattedCount">Pairs of braces.</param>
    public Wording(int literalLength = 0, int formattedCount = 0) => _ = literalLength + formattedCount;

    /// <summary>A sentence without names that could be spelled otherwise.</summary>
    public static implicit operator Wording(string text)
    {
        var wording = new Wording();
        wording.AppendLiteral(text);
        return wording;
    }

    /// <summary>Adds text.</summary>
    public void AppendLiteral(string text) => _pieces.Add(text);

    /// <summary>Adds a name.</summary>
    public void AppendFormatted(ApiName? name)
    {
        if (name is not null)
            _pieces.Add(name);
    }

    /// <summary>Adds the pieces of another wording.</summary>
    public void AppendFormatted(Wording? other) => _pieces.AddRange(other?._pieces ?? []);

    /// <summary>Adds a value, written in the invariant culture.</summary>
    public void AppendFormatted<T>(T value, string? format = null) =>
        _pieces.Add(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "");

    /// <summary>True if it ends as a sentence does.</summary>
    internal bool IsClosed => ToString() is [.., '.' or '?' or '!'];

    /// <summary>The wording with a capital first letter, unless it begins with a name.</summary>
    internal Wording Capitalised
    {
        get
        {
            var wording = new Wording();
            wording._pieces.AddRange(_pieces);
            if (_pieces is [string { Length: > 0 } first, ..])
                wording._pieces[0] = $"{char.ToUpperInvariant(first[0])}{first[1..]}";
            return wording;
        }
    }

    /// <summary>The sentence in the words of C#.</summary>
    public override string ToString() => ToString(name => name.Member);

    /// <summary>The sentence with its names as <paramref name="spelling"/> writes them; line breaks in it (of a file's name, say) become spaces.</summary>
    public string ToString(Func<ApiName, string> spelling) =>
        string.Concat(_pieces.Select(piece => piece is ApiName name ? spelling(name) : (string)piece)).ReplaceLineEndings(" ");
}
