using System.Globalization;
using System.Text;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Photographs;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>
/// Photographs through a codec beside JPEG and WebP: rate and distortion, a part of each picture as each gives it back, and where the bits go, at a quality
/// that a slider chooses. One HTML file that opens offline.
/// </summary>
public static class CodecPage
{
    private const int LongestSide = 640,
        MostPlaces = 160;

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="modelBytes">Bytes that decoding needs besides those of the photographs.</param>
    /// <param name="comparisons">The photographs, all at the same qualities; at least one.</param>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, string model, long modelBytes, IReadOnlyList<CodecComparison> comparisons) =>
        AtomicFile.WriteText(path, Render(model, modelBytes, comparisons));

    /// <summary>Returns the page's text: the same comparisons give the same.</summary>
    internal static string Render(string model, long modelBytes, IReadOnlyList<CodecComparison> comparisons)
    {
        var first = comparisons[0];
        var own = RateDistortionCurve.Mean([.. comparisons.Select(one => one.Own)]);
        RateDistortionCurve[] others =
        [
            .. first.Others.Select((_, i) => RateDistortionCurve.Mean([.. comparisons.Select(one => one.Others[i])])),
        ];
        var start = first.Qualities.Index().First(one => one.Item.Quality == first.Quality).Index;
        var jpeg = first.Qualities.Select((_, i) => comparisons.Average(one => one.Qualities[i].JpegPsnrDb)).ToArray();
        var atStart = own.Points[start];
        return HtmlPage.Of(
            "codec of photographs",
            $"{model} on {Counted.Of(comparisons.Count, "photograph")}",
            "Rate and distortion",
            lead: $"""
            <div class="figures">
            <div class="figure"><b>{NumberText.Of(atStart.Bits, 3)} <i>bits a pixel</i></b><span>at quality {NumberText.Of(
                first.Quality
            )}, with a PSNR of {NumberText.Fixed(atStart.Decibels, 2)} dB. The best JPEG of no more bytes has {NumberText.Fixed(
                jpeg[start],
                2
            )} dB.</span></div>
            {others.Select(other => Saving(own, other))}
            </div>
            """,
            main: $"""
            <section id="curve"><h2>PSNR by bits a pixel</h2>
            <div class="beside"><figure>{Chart(own, others, jpeg, start)}<figcaption class="legend">{Key("own", own.Name)}{others.Select(other =>
                Key(other.Name.ToLowerInvariant(), other.Name)
            )}</figcaption></figure>
            <div class="choose"><label for="quality">Quality</label><input class="slide" id="quality" type="range" min="0" max="{first.Qualities.Count
                - 1}" value="{start}" step="1" aria-describedby="chosen">
            <div id="chosen" aria-live="polite">{first.Qualities.Select((one, i) =>
                (Html)$"""
                <p class="{At(i, start)}"><b>{NumberText.Of(one.Quality)}</b>: {NumberText.Of(own.Points[i].Bits, 3)} bits a pixel, {NumberText.Fixed(
                    own.Points[i].Decibels,
                    2
                )} dB. JPEG of no more bytes: {NumberText.Fixed(jpeg[i], 2)} dB.</p>
                """
            )}</div><p class="soft">Pictures and maps below are at this quality.</p></div></div></section>
            <section id="pictures"><h2>Pictures</h2>
            <p>The part of each that costs the codec the most bits, as it was, as the codec gives it back, and as the best JPEG of no more bytes does. Below,
            the bits that each 16 x 16 pixels cost, brighter where they are more.</p>
            {comparisons.Select(one => Picture(one, start))}</section>
            """,
            footer: $"PSNR of red, green and blue, in dB; bits and dB are means over the photographs, 8 bits a sample, without metadata. JPEG (4:2:0) and WebP "
                + $"by SkiaSharp. The model's {NumberText.Of(modelBytes)} bytes are not counted. Fewer or more bytes: the mean difference of the logarithms of "
                + $"bits at the same PSNR (BD-rate), from 0.2 to 1.2 bits a pixel.",
            css: """
            .line.own,.line.jpeg,.line.webp{fill:none}.line.own{stroke:var(--c0);stroke-width:2.5}.line.jpeg{stroke:var(--c3);stroke-dasharray:6 3}
            .line.webp{stroke:var(--c2);stroke-dasharray:2 3}
            .dot.own{fill:var(--c0)}.dot.jpeg{fill:var(--c3)}.dot.at{r:5.5px;stroke:var(--ground);stroke-width:1.5}
            .at:not(.on){display:none}.choose label{font-weight:600}.slide{width:100%;accent-color:var(--land)}
            .legend .own,.legend .jpeg,.legend .webp{font-weight:600}.legend .own{color:var(--c0)}.legend .jpeg{color:var(--c3)}.legend .webp{color:var(--c2)}
            .parts,.whole{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.8rem 1.25rem;margin:.6rem 0 1rem}
            .whole{grid-template-columns:repeat(2,minmax(0,1fr));max-width:62rem}.whole img{image-rendering:auto}
            .places{shape-rendering:crispEdges;outline:1px solid var(--line)}
            .ramp{display:flex;gap:.5rem;align-items:center;margin-top:.3rem}
            .ramp i{flex:none;width:6rem;height:.6rem;background:linear-gradient(90deg,var(--q0),var(--q3),var(--q5),var(--q7))}
            @media(max-width:40rem){.parts{grid-template-columns:repeat(2,minmax(0,1fr))}.parts>:first-child{grid-column:1/-1}.whole{grid-template-columns:1fr}}
            """,
            script: """
            const slide=document.getElementById('quality');
            slide.oninput=()=>{for(const one of document.querySelectorAll('.at'))one.classList.toggle('on',one.classList.contains('at-'+slide.value))}
            """
        );
    }

    private static string At(int place, int start) => $"at at-{place}{(place == start ? " on" : "")}";

    private static Html Key(string style, string name) => $"""<span class="{style}">{name}</span>""";

    private static Html Saving(RateDistortionCurve own, RateDistortionCurve other)
    {
        if (own.BdRate(other) is { } rate)
            return $"""
                <div class="figure"><b>{NumberText.Fixed(100 * Math.Abs(rate), 1)} <i>% {(rate < 0 ? "fewer" : "more")} bytes</i></b><span>than {other.Name} at
                the same PSNR.</span></div>
                """;
        string Range(RateDistortionCurve curve) => $"{NumberText.Fixed(curve.Points[0].Decibels, 1)} to {NumberText.Fixed(curve.Points[^1].Decibels, 1)} dB";
        return $"""
            <div class="figure"><b>– <i>beside {other.Name}</i></b><span>No PSNR in common from 0.2 to 1.2 bits a pixel: this codec has {Range(own)} in all, and
            {other.Name} {Range(other)}.</span></div>
            """;
    }

    private static Html Chart(RateDistortionCurve own, IReadOnlyList<RateDistortionCurve> others, IReadOnlyList<double> jpeg, int start)
    {
        // As far as the codec goes, or 1.2 bits where BD-rates end.
        var most = Math.Max(1.2, 1.1 * own.Points[^1].Bits);
        RateDistortionCurve[] all = [own, .. others];
        var chart = new SvgChart(
            $"PSNR in dB by bits a pixel of {string.Join(", ", all.Select(curve => curve.Name))}",
            new("bits a pixel", [0, most], tight: true),
            new("PSNR, dB", all.SelectMany(curve => curve.Points).Where(point => point.Bits <= most).Select(point => point.Decibels)),
            height: 300,
            width: 440
        );
        foreach (var other in others)
            chart.Line(other.Points, other.Name.ToLowerInvariant());
        chart.Line(own.Points, "own").Marks(own.Points, "s0", size: 2.4);
        foreach (var (i, point) in own.Points.Index())
            chart.Line([(point.Bits, jpeg[i])], $"jpeg {At(i, start)}").Line([point], $"own {At(i, start)}");
        return chart.Draw();
    }

    private static Html Picture(CodecComparison one, int start)
    {
        var (name, pixels) = (Path.GetFileName(one.Photograph.Name), (double)one.Photograph.Size.Height * one.Photograph.Size.Width);
        return $"""
            <h3>{name}</h3>
            <div class="parts"><figure><img alt="{name}, a part as it was" src="{Lossless(one.Original)}"><figcaption>As it was, {NumberText.Of(
                one.Part.Size.Width
            )} x {NumberText.Of(one.Part.Size.Height)} pixels of {one.Photograph.Size.Width} x {one.Photograph.Size.Height}.</figcaption></figure>
            {one.Qualities.Select((quality, i) =>
                (Html)$"""
                <figure class="{At(i, start)}"><img alt="{name}, the part by the codec at quality {NumberText.Of(quality.Quality)}" src="{Lossless(
                    quality.Part
                )}"><figcaption>Codec, quality {NumberText.Of(quality.Quality)}: {NumberText.Of(quality.Bytes)} bytes, {NumberText.Fixed(
                    quality.PsnrDb,
                    2
                )} dB.</figcaption></figure>
                <figure class="{At(i, start)}"><img alt="{name}, the part by JPEG of quality {quality.JpegQuality}" src="{Lossless(
                    quality.JpegPart
                )}"><figcaption>JPEG, quality {quality.JpegQuality}: {NumberText.Of(quality.JpegBytes)} bytes{(
                    quality.JpegBytes > quality.Bytes ? " (more: none has fewer)" : ""
                )}, {NumberText.Fixed(quality.JpegPsnrDb, 2)} dB.</figcaption></figure>
                """
            )}</div>
            <div class="whole"><figure><img alt="{name}" src="data:image/jpeg;base64,{Convert.ToBase64String(
                PhotographFile.Preview(one.Photograph, LongestSide)
            )}"><figcaption>The whole picture.</figcaption></figure>
            {one.Qualities.Select((quality, i) =>
                (Html)$"""
                <figure class="{At(i, start)}">{Map(quality.PlaceBits, one.Places, one.Photograph.Size, name)}<figcaption>Bits a pixel, {NumberText.Of(
                    quality.PlaceBits.Sum(bits => (double)bits) / pixels,
                    3
                )} in mean.<span class="ramp">0<i></i>{NumberText.Of(Deepest(quality.PlaceBits), 2)} and more</span></figcaption></figure>
                """
            )}</div>
            """;
    }

    // A hundredth of the places may have more, so that one does not make all others dark.
    private static double Deepest(IReadOnlyList<float> placeBits) =>
        placeBits.Order().ElementAt((int)(0.99 * (placeBits.Count - 1))) / (PhotographCodec.PlaceSide * PhotographCodec.PlaceSide);

    private static string Lossless(Photograph photograph) => $"data:image/webp;base64,{Convert.ToBase64String(PhotographFile.WebP(photograph))}";

    /// <summary>Draws the bits of each place in eight colours: a path of runs for each colour. Large pictures' places are put together.</summary>
    private static Html Map(IReadOnlyList<float> placeBits, ImageSize places, ImageSize size, string name)
    {
        var together = (Math.Max(places.Height, places.Width) + MostPlaces - 1) / MostPlaces;
        var (height, width) = ((places.Height + together - 1) / together, (places.Width + together - 1) / together);
        var (sums, counts) = (new double[height * width], new int[height * width]);
        for (var y = 0; y < places.Height; y++)
            for (var x = 0; x < places.Width; x++)
            {
                var at = y / together * width + x / together;
                (sums[at], counts[at]) = (sums[at] + placeBits[y * places.Width + x], counts[at] + 1);
            }
        var deepest = Math.Max(Deepest(placeBits) * PhotographCodec.PlaceSide * PhotographCodec.PlaceSide, double.Epsilon);
        int Step(int at) => (int)Math.Min(ReportStyle.RampSteps - 1, ReportStyle.RampSteps * sums[at] / counts[at] / deepest);
        var paths = Enumerable.Range(0, ReportStyle.RampSteps).Select(_ => new StringBuilder()).ToArray();
        for (var y = 0; y < height; y++)
            for (int x = 0, to; x < width; x = to)
            {
                var step = Step(y * width + x);
                for (to = x + 1; to < width && Step(y * width + to) == step; to++) { }
                paths[step].Append(CultureInfo.InvariantCulture, $"M{x} {y}h{to - x}v1h{x - to}z");
            }
        // The last places may reach beyond the picture.
        var side = PhotographCodec.PlaceSide * together;
        return $"""
            <svg class="places" viewBox="0 0 {Across(size.Width, side)} {Across(size.Height, side)}" role="img"
            aria-label="{name}: bits that each {side} x {side} pixels cost">{paths.Select((path, step) =>
            (Html)$"""<path class="q{step}" d="{path.ToString()}"/>"""
        )}</svg>
            """;
    }

    private static string Across(int pixels, int side) => (pixels / (double)side).ToString("0.####", CultureInfo.InvariantCulture);
}
