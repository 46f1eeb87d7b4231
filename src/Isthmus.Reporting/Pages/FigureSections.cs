using System.Globalization;
using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Section of all results with their units and standard errors, and of the origin of the model.</summary>
internal static class FigureSections
{
    private const string OfDrawnCodes =
        " Information about a label, I(Z;Y), is measured on drawn codes, whose bits the rate counts; "
        + "accuracies are measured on their means, which are free of noise.";

    private const string OfCertainCodes =
        " The code is a function of the record, without noise: no figure says how many bits it carries."
        + " The distortion is no code length: it leaves out what the code costs.";

    public static Html Of(ReportContent content) => $"{Figures(content)}{Provenance(content)}";

    private static Html Figures(ReportContent content) =>
        $"""
        <section id="figures"><h2>All figures</h2>
        <p>Figures of {Counted.Of(content.Evaluation.Records, $"test {content.Kind.Record}")} of {content.Evaluation.Data},
        random draws by seed {content.Evaluation.Seed}; ± is one standard error. Information cannot be negative: estimates below 0 are shown as 0.
        {(content.IsVariational ? OfDrawnCodes : content.Evaluation.Activity.Active.Count > 0 ? OfCertainCodes : "")}</p>
        {FigureGroup.Of(content.Evaluation.Figures).Select((group, place) => (Html)$"""
        <details{(place == 0 ? " open" : "")}><summary>{group.Title} ({group.Figures.Count})</summary>
        <div class="scroll"><table class="figures-table"><thead><tr><th>figure<th class="n">value<th>unit</tr></thead><tbody>
        {group.Figures.Select(figure => (Html)$"""
        <tr><td title="{figure.Key}">{figure.Title}<td class="n">{NumberText.Of(figure.Value, figure.StandardError)}<td>{FigureUnit.Of(figure)}</tr>
        """)}</tbody></table></div></details>
        """)}</section>
        """;

    private static Html Provenance(ReportContent content)
    {
        var (provenance, specification) = (content.Provenance, content.Specification);
        (string Name, string Value)[] rows =
        [
            ("data", $"{provenance.Data}: {specification.Schema}"),
            (
                "records",
                $"{NumberText.Of(provenance.TrainRecords)} to train on, {NumberText.Of(content.ValidationRecords)} to choose the epoch, "
                    + $"{NumberText.Of(content.Evaluation.Records)} to report on"
            ),
            .. provenance.Origin is { } origin
                ? ((string Name, string Value)[])
                    [
                        (
                            "started from",
                            $"{(origin.File is { } file ? $"{file}, " : "")}a model of {origin.Data} ({Counted.Of(origin.TrainRecords, "record")}, "
                                + $"{Counted.Of(origin.Epochs, "epoch")} in {Counted.Of(origin.Starts, "training")}), weights {origin.WeightsSha256[..12]}..."
                        ),
                    ]
                : [],
            ("seed", $"{provenance.Seed} for weights, order and noise; {provenance.SplitSeed} for the split; {content.Evaluation.Seed} for the evaluation"),
            ("epochs", $"{NumberText.Of(provenance.Epochs)} trained, weights of epoch {provenance.BestEpoch} kept"),
            ("training time", $"{NumberText.Duration(provenance.TrainingSeconds)} with {provenance.Threads} thread{(provenance.Threads == 1 ? "" : "s")}"),
            ("made", $"{provenance.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC by {provenance.MadeBy}"),
        ];
        return $"""
            <section id="provenance"><h2>Where it came from</h2>
            <table class="provenance"><tbody>{rows.Select(row => (Html)$"<tr><th>{row.Name}<td>{row.Value}</tr>")}</tbody></table>
            <p style="margin-top:1.2rem">To train the same model again, from the same records (same size, columns, limit and split seed, if any were set) on
            the same kind of machine:</p>
            <pre>{content.Command.Split(" --").Select((part, i) => (Html)$"{(i == 0 ? "" : " ")}<span>{(i == 0 ? "" : "--")}{part}</span>")}</pre>
            <details><summary>All {specification.Settings.Values.Count} settings</summary><table class="provenance">
            <tbody>{specification.Settings.Values.Select(
                setting => (Html)$"<tr><th>{setting.Key}<td>{setting.Value}</tr>"
            )}</tbody></table></details>
            </section>
            """;
    }
}
