using Isthmus.Information;
using Isthmus.Reporting.Drawing;
using Isthmus.Tables;

namespace Isthmus.Reporting.Pages;

/// <summary>Synthetic rows beside real ones as one HTML file without a script.</summary>
public static class FidelityPage
{
    // Pairs beside the drawing, pairs in all, and drawn columns.
    private const int Beside = 8,
        Shown = 40,
        Drawn = 24;

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be written to.</exception>
    public static void Write(string path, Fidelity fidelity) => AtomicFile.WriteText(path, Render(fidelity));

    /// <summary>Returns the results for display, one a line.</summary>
    public static IEnumerable<string> Lines(Fidelity fidelity)
    {
        yield return $"  telling real rows from {NumberText.Of(fidelity.Rows)} synthetic ones: area under ROC {Text(fidelity.Discrimination)} (0.5: "
            + $"impossible)";
        if (fidelity.Target is { } target)
            yield return $"  predicting {target.Target} of held-out rows: {Text(target.FromSynthetic * 100)} % after training on synthetic rows, "
                + $"{Text(target.FromReal * 100)} % on real ones, {NumberText.Percent(target.Commonest)} by the most common category";
        if (fidelity.Pairs.Count > 0)
            yield return $"  mutual information of pairs: {NumberText.Of(fidelity.MeanPairDifference, 3)} bits apart on average, of "
                + $"{NumberText.Of(fidelity.Pairs.Average(pair => pair.RealBits), 3)}";
        yield return $"  distance to the nearest training row, deviations: median {NumberText.Of(fidelity.Privacy.SyntheticMedian, 3)} (held-out rows "
            + $"{NumberText.Of(fidelity.Privacy.HeldOutMedian, 3)}), 5 % quantile {NumberText.Of(fidelity.Privacy.SyntheticNear, 3)} "
            + $"({NumberText.Of(fidelity.Privacy.HeldOutNear, 3)}), equal {Text(fidelity.Privacy.SyntheticEqual * 100)} % "
            + $"({Text(fidelity.Privacy.HeldOutEqual * 100)} %)";
    }

    /// <summary>Returns the page's text: the same results give the same.</summary>
    public static string Render(Fidelity fidelity)
    {
        var name = Path.GetFileName(fidelity.Data);
        var (privacy, target) = (fidelity.Privacy, fidelity.Target);
        return HtmlPage.Of(
            $"synthetic {name}",
            $"{fidelity.Model} of {name}",
            "Synthetic and real rows",
            lead: $"""
            <div class="figures">
            <div class="figure"><b>{Text(
                fidelity.Discrimination
            )}</b><span>Area under ROC of a classifier (two hidden layers) that tells real training rows from synthetic ones, on halves that it was not
            trained on: at 0.5 it cannot, at 1 it always can. For this test, synthetic rows get the missing values of real ones.</span></div>
            {(
                target is null
                    ? null
                    : (Html)(
                        $"""<div class="figure"><b>{Text(target.FromSynthetic * 100)} <i>%</i></b>"""
                            + $"""<span>Accuracy of {target.Target} predicted in held-out rows after training on synthetic rows; """
                            + $"""on real ones {Text(target.FromReal * 100)} %, """
                            + $"""by the most common category {NumberText.Percent(target.Commonest)}.</span></div>"""
                    )
            )}
            <div class="figure"><b>{NumberText.Of(
                privacy.SyntheticMedian,
                3
            )} <i>deviations</i></b><span>Median distance per column of a synthetic row to the nearest training row; of held-out rows {NumberText.Of(
                privacy.HeldOutMedian,
                3
            )}. The nearest 5 % lie within {NumberText.Of(privacy.SyntheticNear, 3)} (held-out {NumberText.Of(privacy.HeldOutNear, 3)}).</span></div>
            </div>
            <p class="verdict"><b>Copies.</b> {Text(privacy.SyntheticEqual * 100)} % of synthetic rows are equal to a training row, and {Text(
                privacy.HeldOutEqual * 100
            )} % of held-out rows are. {(
                $"Copies are {(privacy.SyntheticEqual.Value <= privacy.HeldOutEqual.Value ? "no more" : "more")} frequent than among real rows."
            )}</p>
            """,
            main: $"""
            {Pairs(fidelity)}
            <section><h2>Each column</h2>
            <p>Numbers: the largest difference of the two distribution functions. Categories: half the sum of the differences of frequencies.
            0: the same distribution; 1: nothing in common.</p>
            <p><span class="key below">grey</span>: training rows; <span class="key over">colour</span>: synthetic rows.</p>
            <div class="panels multiples">{fidelity.Columns.OrderByDescending(column => column.Distance).Take(Drawn).Select(column =>
                (Html)$"""
                <figure><figcaption><b>{column.Name}</b> {NumberText.Fixed(column.Distance, 3)}</figcaption>{(
                    column.Bars is { } bars ? SmallBars.Of(bars.Real, bars.Synthetic, $"{column.Name} in training and synthetic rows") : null
                )}<div class="ends"><span>{column.Bars?.From}</span><span>{column.Bars?.To}</span></div></figure>
                """
            )}</div>
            <details><summary>All {fidelity.Columns.Count} distances</summary>
            <div class="scroll"><table><tr><th>column</th><th>kind</th><th class="n">distance</th></tr>
            {fidelity.Columns.OrderByDescending(column => column.Distance).Select(column =>
                (Html)(
                    $"""<tr><td>{column.Name}</td><td>{column.Kind.ToString().ToLowerInvariant()}</td><td class="n">"""
                        + $"""{NumberText.Fixed(column.Distance, 3)}</td></tr>"""
                )
            )}
            </table></div></details></section>
            """,
            footer: $"{NumberText.Of(fidelity.Rows)} synthetic rows, seed {fidelity.Seed}; ± is one standard error. Training rows are those that the model "
                + $"was trained on, held-out rows are its test rows."
        );
    }

    private static Html? Pairs(Fidelity fidelity)
    {
        if (fidelity.Pairs.Count == 0)
            return null;
        var chart = new SvgChart(
            "Mutual information of each pair in synthetic rows by that in training rows, bits",
            new("in training rows, bits", fidelity.Pairs.Select(pair => pair.RealBits).Append(0)),
            new("in synthetic rows, bits", fidelity.Pairs.SelectMany(pair => new[] { pair.RealBits, pair.SyntheticBits }).Append(0))
        )
            .Line([(0, 0), (fidelity.Pairs.Max(pair => pair.RealBits), fidelity.Pairs.Max(pair => pair.RealBits))], "train");
        foreach (var pair in fidelity.Pairs)
            chart.Bubble(
                pair.RealBits,
                pair.SyntheticBits,
                3.5,
                $"{pair.X} and {pair.Y}: {NumberText.Fixed(pair.RealBits, 3)} bits in training rows, {NumberText.Fixed(pair.SyntheticBits, 3)} in synthetic"
            );
        PairFidelity[] pairs = [.. fidelity.Pairs.OrderByDescending(pair => Math.Abs(pair.RealBits - pair.SyntheticBits)).Take(Shown)];
        return $"""
            <section><h2>Each pair of columns</h2>
            <p>Mutual information in bits, by the same estimators, on at most 3,000 rows of each.
            On the dashed line synthetic rows have as much as real ones; the mean difference is {NumberText.Of(
                fidelity.MeanPairDifference,
                3
            )} bits. Information cannot be negative: estimates below 0 are shown as 0.</p>
            <div class="beside"><figure>{chart.Draw()}</figure><div>{Table(pairs.Take(Beside))}</div></div>
            {(
                pairs.Length <= Beside
                    ? null
                    : (Html)(
                        $"""<details><summary>{(pairs.Length < fidelity.Pairs.Count ? $"The {Shown} pairs that differ most" : $"All {pairs.Length} pairs")}"""
                            + $"""</summary>{Table(pairs)}</details>"""
                    )
            )}</section>
            """;
    }

    private static Html Table(IEnumerable<PairFidelity> pairs) =>
        $"""
            <div class="scroll"><table><tr><th>pair, those that differ most first</th><th class="n">training, bits</th><th class="n">synthetic, bits</th></tr>
            {pairs.Select(pair =>
                (Html)(
                    $"""<tr><td>{pair.X} and {pair.Y}</td><td class="n">{NumberText.Fixed(pair.RealBits, 3)}</td><td class="n">"""
                        + $"""{NumberText.Fixed(pair.SyntheticBits, 3)}</td></tr>"""
                )
            )}
            </table></div>
            """;

    private static string Text(Estimate estimate) => NumberText.Of(estimate.Value, estimate.StandardError);
}
