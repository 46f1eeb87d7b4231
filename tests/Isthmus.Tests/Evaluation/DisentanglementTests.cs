using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Evaluation.Disentanglement;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Tests.Evaluation;

/// <summary>Codes made of their factors by hand: what each measure must say of them follows from its definition.</summary>
public sealed class DisentanglementTests
{
    // Every pair of 4 x 2 levels, 25 times.
    private const int Records = 200;
    private static readonly LabelColumn Wide = new("wide", [.. Enumerable.Range(0, Records).Select(i => i % 4)], ["a", "b", "c", "d"]);
    private static readonly LabelColumn Narrow = new("narrow", [.. Enumerable.Range(0, Records).Select(i => i / 4 % 2)], ["left", "right"]);
    private static readonly float[] OfWide = [.. Wide.Values.Select(level => 10f * level)];
    private static readonly float[] OfNarrow = [.. Narrow.Values.Select(level => 3f * level)];
    private static readonly float[] Idle = new float[Records];

    private static FactoredCodes Codes(params float[][] units) => new(units, [Wide, Narrow]);

    [Fact]
    public void A_unit_for_each_factor_is_perfect_by_every_measure()
    {
        var codes = Codes(OfWide, OfNarrow);
        Assert.Equal(1, MutualInformationGap.Of(codes), 1e-12);
        Assert.Equal(1, Modularity.Of(codes), 1e-12);
        // The best unit is always right, the other no better than the commonest level: (1 - 1/4 + 1 - 1/2) / 2.
        Assert.Equal(0.625, SeparatedAttributePredictability.Of(codes, codes), 1e-12);
        var dci = DisentanglementCompletenessInformativeness.Of(codes, codes, seed: 1);
        Assert.Equal((1, 1, 1), (dci.Disentanglement, dci.Completeness, dci.Informativeness.Value));
        Assert.Equal(1, FactorVaeScore.Of(codes, codes, seed: 1).Value);
    }

    [Fact]
    public void Two_units_that_know_the_same_leave_no_gap_but_stay_modular()
    {
        var codes = Codes(OfWide, OfWide, OfNarrow, OfNarrow);
        Assert.Equal(0, MutualInformationGap.Of(codes), 1e-12);
        Assert.Equal(0, SeparatedAttributePredictability.Of(codes, codes), 1e-12);
        Assert.Equal(1, Modularity.Of(codes), 1e-12);
    }

    [Fact]
    public void One_unit_of_two_factors_is_neither_modular_nor_disentangled()
    {
        float[] both = [.. OfWide.Zip(OfNarrow).Select(pair => pair.First + pair.Second)];
        var codes = Codes(both, Idle);
        // It knows ln 4 of one and ln 2 of the other: 1 - (ln 2 / ln 4)^2 / (2 - 1).
        Assert.Equal(0.75, Modularity.Of(Codes(both)), 1e-12);
        // All that is known is in one unit, so each gap is whole.
        Assert.Equal(1, MutualInformationGap.Of(codes), 1e-12);
        var dci = DisentanglementCompletenessInformativeness.Of(codes, codes, seed: 1);
        Assert.Equal(0, dci.Disentanglement, 1e-12);
        Assert.Equal(1, dci.Completeness, 1e-12);
    }

    [Fact]
    public void Half_a_factor_in_a_second_unit_halves_its_gap()
    {
        // The second unit knows whether wide is below 2: ln 2 of ln 4.
        float[] half = [.. Wide.Values.Select(level => level / 2 * 1f)];
        Assert.Equal((0.5 + 1) / 2, MutualInformationGap.Of(Codes(OfWide, half, OfNarrow)), 1e-12);
    }

    [Fact]
    public void Shares_of_importance_by_hand()
    {
        // Unit 0 half and half (purity 0), unit 1 of one factor only; weights 1 and 1 of 2 in all. Columns: (1/2, 1) and (1/2, 0).
        var (disentanglement, completeness) = DisentanglementCompletenessInformativeness.Shares(
            new[,]
            {
                { 0.5, 0.5 },
                { 1, 0 },
            }
        );
        Assert.Equal(0.5, disentanglement, 1e-12);
        var entropy = -(1.0 / 3 * Math.Log(1.0 / 3) + 2.0 / 3 * Math.Log(2.0 / 3));
        Assert.Equal((1 - entropy / Math.Log(2) + 1) / 2, completeness, 1e-12);
        Assert.Equal((0, 0), DisentanglementCompletenessInformativeness.Shares(new double[2, 3]));
    }

    [Fact]
    public void Codes_of_noise_score_as_chance_does()
    {
        var random = new Random(5);
        float[] Noise() => [.. Enumerable.Range(0, Records).Select(_ => random.NextSingle())];
        var codes = Codes(Noise(), Noise(), Noise());
        var (mig, score) = (codes.Measure(MutualInformationGap.Of), FactorVaeScore.Of(codes, Codes(Noise(), Noise(), Noise()), seed: 2));
        // Plug-in information of 20 x 4 cells in 200 records is 0.14 nats too high, of ln 4, for all units alike.
        Assert.InRange(mig.Value, 0, 0.1);
        Assert.True(mig.StandardError > 0);
        // 800 votes of two factors by chance: 1/2 and four standard errors of 0.018.
        Assert.InRange(score.Value, 0.5 - 0.071, 0.5 + 0.071);
    }

    [Fact]
    public void Measures_do_not_change_when_units_change_places_or_sign()
    {
        var random = new Random(6);
        float[] Blurred(float[] unit) => [.. unit.Select(value => value + 4 * random.NextSingle())];
        var (a, b) = (Blurred(OfWide), Blurred(OfNarrow));
        FactoredCodes codes = Codes(a, b),
            turned = Codes([.. b.Select(value => -value)], a);
        foreach (
            var measure in new Func<FactoredCodes, double>[] { MutualInformationGap.Of, Modularity.Of, own => SeparatedAttributePredictability.Of(own, own) }
        )
            Assert.Equal(measure(codes), measure(turned), 0.02);
    }

    [Fact]
    public void Evaluation_of_shapes_has_all_seven_and_leaves_out_a_factor_with_one_level()
    {
        var data = Tiny.Shapes(600);
        using var model = TrainingRun.Train("ae", data, new() { Settings = Tiny.Settings("hidden=16 latent=4 epochs=2 batch-size=32"), Threads = 1 }).Model;
        var evaluation = Evaluator.Evaluate(model, data.Test, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        var all = evaluation.Disentanglement!;
        Figure[] seven = [all.Mig, all.Sap, all.DciDisentanglement, all.DciCompleteness, all.DciInformativeness, all.FactorVaeScore, all.Modularity];
        Assert.All(seven, figure => Assert.InRange(figure.Value, 0, 1));
        Assert.Empty(evaluation.Warnings);
        var squares = data.Test.Select([.. Enumerable.Range(0, data.Test.Count).Where(i => data.Test.Labels[0].Values[i] == 0)]);
        var without = Evaluator.Evaluate(model, squares, data.Train, new(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("'shape' has one value", Assert.Single(without.Warnings));
        Assert.NotNull(without.Disentanglement);
    }
}
