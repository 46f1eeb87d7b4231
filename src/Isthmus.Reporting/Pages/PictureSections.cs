using Isthmus.Data.Images;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Sections of the model's output: reconstructions, samples, traversals of the code, denoised pictures; for tables, columns.</summary>
internal static class PictureSections
{
    /// <summary>Reconstructions, samples and traversals.</summary>
    public static Html Of(ReportContent content) =>
        content.Image is { } image ? $"{Reconstructions(content, image)}{Samples(content, image)}{Traversals(content, image)}"
        : content.Columns.Count > 0 ? Columns(content)
        : (Html)$"";

    /// <summary>Returns noisy and denoised pictures; null if the model is no denoising one.</summary>
    public static Html? Denoised(ReportContent content) =>
        content is not { Image: { } image, Denoised.Count: > 0 }
            ? null
            : (Html)
                $"""
        <section id="denoised"><h2>Restored from noise</h2>
        <p>{(
                    content.Denoised[0].Clean is null
                        ? (Html)$"Test pictures as they are, noisy, and restored. No clean ones are known to compare with."
                        : $"""
                        Each test picture clean, as the encoder saw it ({content.Specification.Settings.Values.GetValueOrDefault("corruption")} corruption), and
                        restored. Below it, the PSNR of the noisy and of the restored picture against the clean one, in dB.
                        """
                )}</p>
        <div class="pictures triples">{content.Denoised.Select((picture, i) => (Html)$"""
            <figure><div class="pictures triple" style="--across:{(picture.Clean is null ? 2 : 3)};{Side(image, 84)}">{(
                picture.Clean is null ? null : Picture(image, picture.Clean, $"Test picture {i + 1}")
            )}{Picture(image, picture.Noisy, "noisy")}{Picture(image, picture.Restored, "restored")}</div>
            {Gain(picture)}</figure>
            """)}</div></section>
        """;

    private static Html? Gain(DenoisedPicture picture) =>
        picture.Clean is null
            ? null
            : (Html)$"<figcaption>{NumberText.Fixed(picture.NoisyPsnrDb, 1)} dB → {NumberText.Fixed(picture.RestoredPsnrDb, 1)} dB</figcaption>";

    private static Html? Reconstructions(ReportContent content, ImageSchema image) =>
        content.Reconstructions.Count == 0
            ? null
            : (Html)
                $"""
        <section id="reconstructions"><h2>Reconstructions</h2>
        <p>Above, the first {content.Reconstructions.Count} test pictures; below each, its reconstruction from the code, E[x|z], and the PSNR in dB.</p>
        <div class="pictures" style="{Side(image, 84)}">{content.Reconstructions.Select((picture, i) => (Html)$"""
            <figure>{Picture(image, picture.Original, $"Test picture {i + 1}")}{Picture(image, picture.Reconstruction, $"its reconstruction")}
            <figcaption>{NumberText.Fixed(picture.PsnrDb, 1)}</figcaption></figure>
            """)}</div></section>
        """;

    private static Html? Samples(ReportContent content, ImageSchema image) =>
        content.Samples.Count == 0
            ? null
            : (Html)
                $"""
                    <section id="samples"><h2>Samples</h2>
                    <p>{content.Samples.Count} codes drawn from the prior and decoded.
                    Shown are means of p(x|z), without the pixel noise of a draw from it.</p>
                    <div class="pictures samples" style="{Side(image, 84)}">{content.Samples.Select(
                        (picture, i) => Picture(image, picture, $"Sample {i + 1}")
                    )}</div></section>
                    """;

    private static Html Traversals(ReportContent content, ImageSchema image)
    {
        // A model that rebuilds no picture has none to change.
        if (content.Reconstructions.Count == 0)
            return $"";
        var units = TraversedUnits.Of(content.Evaluation, content.IsVariational);
        if (units.Carrying.Count == 0)
            return $"""
                <section id="traversals"><h2>What single units do</h2>
                <p>Nothing: {(
                    units.Units == 1 ? "the only unit carries nothing" : $"none of the {NumberText.Of(units.Units)} units carries anything"
                )}, so none is drawn. A unit is drawn if it has {units.Rule}.</p></section>
                """;
        var rates = content.IsVariational ? content.Evaluation.UnitRatesNats : null;
        var firing = content.Evaluation.Activity.FiringRates;
        string Weight(int unit) =>
            rates is not null ? $"{NumberText.Of(Information.InformationUnits.NatsToBits(rates[unit]), 3)} bits"
            : firing is not null ? $"on for {NumberText.Percent(firing[unit])}"
            : $"variance {NumberText.Of(content.Evaluation.Activity.Variances[unit], 3)}";
        var how =
            rates is not null
                ? "highest rate first; each runs over the quantiles 5 % to 95 % of the prior. Beside its number, its KL divergence from the prior, mean over "
                    + "the test pictures"
            : firing is not null
                ? "highest variance first; each runs from 0 (off) to the 95 % quantile of its values where it is on. Beside its number, the fraction of test "
                    + "pictures for which it is on"
            : "highest variance first; each runs over the quantiles 5 % to 95 % of its own values. Beside its number, its variance over the test pictures";
        var start = firing is null
            ? "The code of the first test picture with one unit changed at a time"
            : "For each unit, the code of the test picture for which it is largest, with this unit changed";
        return $"""
            <section id="traversals"><h2>What single units do</h2>
            <p>{start}, {how}. The last picture, set apart, is the change from the first to the last:
            lighter where the unit adds, darker where it takes away, on one scale for all units.</p>
            {content.Traversals.Select(row => (Html)$"""
            <figure class="row" style="--across:{row.Pictures.Count};{Side(image, 64)}"><figcaption>
            <b>unit {row.Unit}</b> · {Weight(row.Unit)}<br>{NumberText.Fixed(row.Values[0], 2)} … {NumberText.Fixed(row.Values[^1], 2)}</figcaption>
            <div>{row.Pictures.Select((picture, i) => Picture(image, picture, $"unit {row.Unit} at {NumberText.Fixed(row.Values[i], 2)}"))}<span>
            </span>{Picture(image, row.Change, $"unit {row.Unit}: change from first to last")}</div></figure>
            """)}<p class="soft">{NotDrawn(units, content.Traversals.Count)}</p></section>
            """;
    }

    /// <summary>Returns the number of units that are not drawn, and the reason.</summary>
    private static string NotDrawn(TraversedUnits units, int drawn)
    {
        var less = units.Carrying.Count - drawn;
        if (less + units.Idle == 0)
            return units.Units == 1 ? "The code has no other unit." : $"These are all {NumberText.Of(units.Units)} units.";
        string[] reasons =
        [
            .. less > 0 ? [$"{NumberText.Of(less)} {(less == 1 ? "carries" : "carry")} less than these"] : Array.Empty<string>(),
            .. units.Idle > 0
                ? [$"{NumberText.Of(units.Idle)} {(units.Idle == 1 ? "carries" : "carry")} nothing (a unit counts with {units.Rule})"]
                : Array.Empty<string>(),
        ];
        return $"Not drawn: of {NumberText.Of(units.Units)} units, {string.Join(", and ", reasons)}.";
    }

    private static Html Columns(ReportContent content) =>
        $"""
        <section id="reconstructions"><h2>Reconstructions</h2>
        <p>{(
            content.Columns.Count < content.Specification.Schema.Output.Dimension
                ? $"The first {content.Columns.Count} of {content.Specification.Schema.Output.Dimension} columns"
                : "Every column"
        )} in its own unit: the root mean squared error on test {content.Kind.Record}s, the fraction of the column's variance that the
        reconstruction explains, and a few test {content.Kind.Record}s with their reconstructions.</p>
        <div class="scroll"><table><thead><tr>
        <th>column<th class="n">error<th class="n">explained{Enumerable.Range(1, content.Columns.Count > 0 ? content.Columns[0].Examples.Count : 0).Select(i =>
            (Html)$"<th class=\"n\">{content.Kind.Record} {i} → back"
        )}</tr></thead><tbody>
        {content.Columns.Select(column => (Html)$"""
        <tr><td>{column.Name}<td class="n">{NumberText.Of(column.RootMeanSquaredError, 3)}<td class="n">{NumberText.Percent(column.ShareExplained)}
        {column.Examples.Select(pair => (Html)$"<td class=\"n\">{NumberText.Of(pair.Value, 3)} → {NumberText.Of(pair.Reconstruction, 3)}")}</tr>
        """)}</tbody></table></div></section>
        """;

    private static Html Picture(ImageSchema image, byte[] pixels, string words) =>
        $"""<img src="data:image/png;base64,{Convert.ToBase64String(ImageGrid.Png(image, [pixels], 1))}" """
        + $"""width="{image.Width}" height="{image.Height}" alt="{words}">""";

    /// <summary>
    /// Returns the width of a picture: a whole multiple of its own near <paramref name="side"/> CSS pixels (less if there is no room), so that its pixels stay
    /// square.
    /// </summary>
    private static Html Side(ImageSchema image, int side) => $"--side:{image.Width * Math.Max(1, side / Math.Max(image.Width, image.Height))}px";
}
