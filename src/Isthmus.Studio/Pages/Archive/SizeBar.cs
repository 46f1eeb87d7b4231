using Isthmus.Compression.Archive;
using Isthmus.Compression.Codecs;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Studio.Pages.Archive;

/// <summary>Part of an archive.</summary>
/// <param name="Name">Name.</param>
/// <param name="Bits">Its size, bits.</param>
/// <param name="Style">Colour of the charts.</param>
internal sealed record SizePart(string Name, double Bits, string Style);

/// <summary>Sizes of an archive's parts, and of other formats beside it, as bars of one scale. Stateless.</summary>
internal static class SizeBar
{
    private const double Width = 640,
        Left = 110,
        Row = 34;

    /// <summary>Parts of an archive: model, codes, pixels given the codes, blocks without a model, container.</summary>
    public static IReadOnlyList<SizePart> Parts(ArchiveSizeBreakdown sizes)
    {
        var plain = sizes.Payloads.Where(payload => payload.Key is BlockType.Raw or BlockType.Brotli).Sum(payload => payload.Value.Bits);
        SizePart[] modelled = sizes is { DistortionBits: { } distortion, RateBits: { } rate }
            ?
            [
                new("codes", Math.Max(0, rate), "s1"),
                new("pixels given the codes", distortion, "s0"),
                new("seed and rounding", Math.Max(0, sizes.ModelledBits - distortion - Math.Max(0, rate)), "s8"),
            ]
            : [new("coded by the model", sizes.ModelledBits, "s0")];
        return
        [
            .. (
                (SizePart[])
                    [
                        new("model", sizes.ModelBits, "s2"),
                        .. modelled,
                        new("blocks without a model", plain, "s5"),
                        new("container", sizes.FrameBits + sizes.FixedBits, "s7"),
                    ]
            ).Where(part => part.Bits > 0),
        ];
    }

    /// <summary>Other formats of the same records, each a stream or a file a record.</summary>
    public static IReadOnlyList<(string Name, double Bits)> Others(ArchiveSizeBreakdown sizes) =>
        [
            ("uncoded", sizes.RawBits),
            ("gzip", sizes.GzipBits),
            ("Brotli 11", sizes.BrotliBits),
            .. sizes.PngBits is { } png ? new[] { ("PNG files", png) } : [],
        ];

    /// <summary>Draws the bars.</summary>
    public static Html Draw(ArchiveSizeBreakdown sizes)
    {
        var (parts, others) = (Parts(sizes), Others(sizes));
        var scale = (Width - Left - 100) / Math.Max(1, others.Select(other => other.Bits).Append(sizes.TotalBits).Max());
        var at = Left;
        var segments = new List<Html>();
        foreach (var part in parts)
        {
            segments.Add(
                $"""<rect class="{part.Style}" x="{at}" y="6" width="{Math.Max(0.5, part.Bits * scale)}" height="22"><title>{part.Name}: {Bytes(
                    part.Bits
                )}</title></rect>"""
            );
            at += part.Bits * scale;
        }
        return $"""
            <svg class="sizes" viewBox="0 0 {Width} {8 + Row * (others.Count + 1)}" role="img" aria-label="Size of the archive by part, and of other formats">
            <text class="end label" x="{Left - 8}" y="21">archive</text>{segments}<text x="{at + 6}" y="21">{Bytes(sizes.TotalBits)}</text>
            {others.Select(
                (other, i) =>
                    (Html)(
                        $"""<text class="end" x="{Left - 8}" y="{21 + Row * (i + 1)}">{other.Name}</text><rect class="other" x="{Left}" y="{6
                            + Row * (i + 1)}" width="{other.Bits * scale}" height="22"/>"""
                        + $"""<text x="{Left + other.Bits * scale + 6}" y="{21 + Row * (i + 1)}">{Bytes(other.Bits)}</text>"""
                    )
            )}
            </svg>
            """;
    }

    /// <summary>A size in the unit that keeps it short.</summary>
    public static string Bytes(double bits) =>
        (bits / 8) switch
        {
            < 1e4 and var bytes => $"{NumberText.Of(Math.Round(bytes))} bytes",
            < 1e6 and var bytes => $"{NumberText.Of(bytes / 1e3, 3)} kB",
            var bytes => $"{NumberText.Of(bytes / 1e6, 3)} MB",
        };
}
