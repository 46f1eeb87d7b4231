using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Isthmus.Evaluation;
using Isthmus.Models.Primitives;
using Isthmus.Reporting.Drawing;
using Isthmus.Reporting.Pages;
using Isthmus.Training;

namespace Isthmus.Tests.Reporting.Pages;

/// <summary>A page says of a code what it costs and what it carries, and never calls one the other.</summary>
public sealed class ReportWordsTests
{
    [Fact]
    public void A_page_says_what_a_code_costs_and_what_it_carries()
    {
        var content = With(("rate_bits", 17.18, 0.06), ("information_lower_bits", 9.804, 0.02), ("information_upper_bits", 15.93, 0.1));
        var page = WebUtility.HtmlDecode(ReportPage.Render(content));
        Assert.Contains("its code costs 17.18 ± 0.06 bits a picture, of which 9.8 to 15.9 tell pictures apart.", page);
        Assert.Contains("at least 9.80 ± 0.02 (InfoNCE) and at most 15.93 ± 0.10", page);
        Assert.DoesNotContain("get across", page);
        Assert.DoesNotContain("carries this much", page);
    }

    [Theory]
    [InlineData(0.001, 0.01, 0.237, 0.02, "at most 0.237")]
    [InlineData(0.207, 0.014, 0.208, 0.014, "0.208")]
    [InlineData(0, null, 0, null, "0")]
    [InlineData(9.8, 0.1, 15.9, 0.1, "9.8 to 15.9")]
    public void Bounds_in_words(double lower, double? lowerError, double upper, double? upperError, string words) =>
        Assert.Equal(
            words,
            CarriedInformation.Of(With(("information_lower_bits", lower, lowerError), ("information_upper_bits", upper, upperError)).Evaluation)!.Bits
        );

    [Fact]
    public void Where_no_bound_is_known_but_the_rate_only_the_cost_is_said()
    {
        var content = ReportRuns.Of("vae");
        content = content with
        {
            Evaluation = content.Evaluation with { Figures = [.. content.Evaluation.Figures.Where(figure => !figure.Key.StartsWith("information_lower"))] },
        };
        Assert.Null(CarriedInformation.Of(content.Evaluation));
        Assert.DoesNotContain("apart", new ReportWords(content).Summary().ToString());
        Assert.Contains("its code costs", new ReportWords(content).Summary().ToString());
    }

    [Fact]
    public void A_code_that_is_wider_than_the_record_is_drawn_wide()
    {
        var content = ReportRuns.Of("ae table");
        double Half(double units) =>
            double.Parse(
                Regex
                    .Match(
                        new ReportWords(
                            content with
                            {
                                Evaluation = content.Evaluation with
                                {
                                    Activity = content.Evaluation.Activity with { Active = [.. Enumerable.Repeat(true, (int)units)] },
                                },
                            }
                        )
                            .Isthmus()
                            .ToString(),
                        "M0 ([0-9.]+)H60"
                    )
                    .Groups[1]
                    .Value,
                CultureInfo.InvariantCulture
            );
        // Four columns: the ends are whole for three units, and a quarter of the middle for sixteen.
        Assert.Equal(0, Half(3));
        Assert.Equal(37.5, Half(16));
    }

    [Fact]
    public void Validation_of_histories_has_a_chart_of_its_own()
    {
        var data = Histories.TwoTastes();
        var run = TrainingRun.Train("mult-vae", data, new() { Settings = Tiny.Settings("hidden=8 latent=3 epochs=3 batch-size=16"), Threads = 1 });
        using var model = run.Model;
        var page = ReportPage.Render(
            ReportContent.Collect(
                "run",
                run,
                data,
                Evaluator.Evaluate(model, data.Test, data.Train, new() { ImportanceSamples = 0 }, cancellationToken: TestContext.Current.CancellationToken),
                seed: 1
            )
        );
        Assert.Contains("Cost of held-out items", page);
        // What users take and what comes next for some of them.
        Assert.Contains("<section id=\"items\">", page);
        Assert.Contains("<ol class=\"next\"><li>", page);
        foreach (var name in (string[])["Distortion", "Rate", "Sum (−ELBO)"])
        {
            var chart = Regex.Match(page, $"<svg viewBox[^>]*aria-label=\"{Regex.Escape(name)} by epoch.*?</svg>\\s*</svg>", RegexOptions.Singleline).Value;
            Assert.Contains("line train", chart);
            Assert.DoesNotContain("line held", chart);
        }
    }

    [Theory]
    [InlineData("ndcg_100", "no unit")]
    [InlineData("npmi", "no unit")]
    [InlineData("mig", "no unit")]
    [InlineData("active_units", "units")]
    [InlineData("active_unit_share", "0 to 1")]
    [InlineData("variance_explained", "0 to 1")]
    [InlineData("linear_probe_accuracy_shape", "0 to 1")]
    [InlineData("codebook_perplexity", "vectors")]
    public void Figures_have_the_unit_they_have(string key, string unit) => Assert.Equal(unit, FigureUnit.Of(new Figure(key, "", "", 0.5)));

    [Theory]
    [InlineData("Iris-setosa", 0)]
    [InlineData("Iris-virginica", 1)]
    [InlineData("a name that is wider than all of the frame it has to stand in, by far", 0.5)]
    public void Words_stay_in_the_frame(string text, double x)
    {
        var chart = new SvgChart("t", new("x", [0, 1], tight: true), new("y", [0, 1], tight: true));
        var at = double.Parse(
            Regex.Match(chart.Words(x, 1, text).Draw().ToString(), "class=\"word\" x=\"([0-9.]+)\"").Groups[1].Value,
            CultureInfo.InvariantCulture
        );
        // The frame goes from 48 to 350; a bold letter of 13 px is some 7.5 px wide in the mean.
        var half = Math.Min(151, 7.5 * text.Length / 2);
        Assert.InRange(at, 48 + half, 350 - half);
    }

    private static ReportContent With(params (string Key, double Value, double? Error)[] figures)
    {
        var content = ReportRuns.Of("vae");
        return content with
        {
            Evaluation = content.Evaluation with
            {
                Figures =
                [
                    .. content.Evaluation.Figures.Select(figure =>
                        figures.FirstOrDefault(other => other.Key == figure.Key) is { Key: not null } given
                            ? figure with
                            {
                                Value = given.Value,
                                StandardError = given.Error,
                            }
                            : figure
                    ),
                ],
            },
        };
    }
}
