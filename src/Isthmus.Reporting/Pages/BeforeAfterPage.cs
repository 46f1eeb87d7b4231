using Isthmus.Data.Images;
using Isthmus.Photographs;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Photographs before and after, one over the other with a slider between them, as one HTML file that opens offline.</summary>
public static class BeforeAfterPage
{
    // A page of several photographs stays below some megabytes.
    private const int LongestSide = 1280;

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pairs">Noisy and restored photographs.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, IEnumerable<(Photograph Noisy, DenoisedPhotograph Denoised)> pairs) =>
        AtomicFile.WriteText(
            path,
            HtmlPage.Of(
                "before and after",
                "denoised photographs",
                "Before and after",
                lead: $"""<p class="lede">Left of the line the photograph as it was, right of it restored. Move the slider.</p>""",
                main: $"""{pairs.Select(pair => Figure(pair.Noisy, pair.Denoised))}""",
                footer: $"Shown at most {LongestSide} pixels wide or high, as JPEG; the files themselves are whole.",
                css: """
                figure{display:table;margin:1.5rem auto}figcaption{display:table-caption;caption-side:bottom}
                .pair{position:relative;line-height:0;margin:0 0 .5rem}.pair img{display:block;max-width:100%;max-height:75vh}
                .pair img+img{position:absolute;inset:0;width:100%;height:100%;clip-path:inset(0 0 0 var(--at,50%))}
                .pair::after{content:"";position:absolute;inset:0 auto 0 var(--at,50%);width:2px;background:#fff;box-shadow:0 0 0 1px #0008}
                .slide{width:100%;margin:0 0 .5rem;accent-color:var(--land)}
                """,
                script: """
                for(const s of document.querySelectorAll('.slide'))s.oninput=()=>s.previousElementSibling.style.cssText='--at:'+s.value+'%'
                """
            )
        );

    private static Html Figure(Photograph noisy, DenoisedPhotograph denoised)
    {
        var name = Path.GetFileName(noisy.Name);
        var levels = string.Join(" and ", denoised.Levels.Select(level => NumberText.Of(level, 3)));
        Html level = denoised.Levels.Count == 0 ? (Html)$"" : (Html)$" Noise {levels} of 255{(denoised.AreEstimated ? ", estimated" : "")}.";
        return $"""
            <figure><div class="pair"><img alt="{name} before" src="{Source(noisy)}"><img alt="{name} restored" src="{Source(denoised.Restored)}"></div>
            <input class="slide" type="range" min="0" max="100" value="50" step="0.1" aria-label="{name}: share of the picture that is shown as it was">
            <figcaption>{name}, {noisy.Size.Width} x {noisy.Size.Height} pixels, {noisy.Bits} bits.{level}</figcaption></figure>
            """;
    }

    private static string Source(Photograph photograph) => $"data:image/jpeg;base64,{Convert.ToBase64String(PhotographFile.Preview(photograph, LongestSide))}";
}
