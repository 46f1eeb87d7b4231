using Isthmus.Compute;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Models.Bottlenecks;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>The sparse dictionaries, by hand; their losses and gradients are held against PyTorch by <see cref="ModelOracleTests"/>.</summary>
public sealed class DictionaryTests
{
    static DictionaryTests() => TensorLibrary.EnsureLoaded();

    private static readonly VectorSchema Three = new(["a", "b", "c"]);

    public static TheoryData<string> Presets => ["top-k-sae", "batch-top-k-sae", "jump-relu-sae", "gated-sae"];

    private static Autoencoder Model(string preset, string settings = "") =>
        ModelSpecification.Resolve(preset, Three, Tiny.Settings($"latent=6 {(preset.Contains("top-k") ? "k=2" : "")} {settings}"), []).Build(seed: 1);

    private static Bottleneck Bottleneck(string preset, string settings = "") => Model(preset, settings).Bottleneck;

    [Theory]
    [MemberData(nameof(Presets))]
    public void Codes_are_no_less_than_0_and_what_each_unit_writes_has_length_1(string preset)
    {
        using var scope = NewDisposeScope();
        using var model = Model(preset);
        using (no_grad())
            foreach (var parameter in model.parameters())
                parameter.mul_(7);
        manual_seed(1);
        var x = randn(40, 3);
        foreach (var training in new[] { true, false })
        {
            model.train(training);
            Assert.All(model.Encode(x, sample: training).Z.Numbers(), unit => Assert.True(unit >= 0));
        }
        var written = model.Decode(eye(6)) - model.Decode(zeros(6, 6));
        Assert.All(written.square().sum(-1).sqrt().Numbers(), length => Assert.Equal(1, length, 1e-6));
    }

    [Fact]
    public void The_encoder_begins_as_the_decoders_transpose_and_subtracts_its_bias()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = Model("top-k-sae");
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var columns = parameters["decoder.weight"] / parameters["decoder.weight"].norm(0, keepdim: true);
        Assert.Equal(columns.t().Numbers(), parameters["encoder.linear.weight"].Numbers());
        var centre = tensor(new[] { 3f, -1f, 2f });
        parameters["decoder.bias"].copy_(centre);
        // At x = b nothing is left for the code, and the mean is b.
        Assert.All(model.Encoder.call(centre.unsqueeze(0)).Numbers(), head => Assert.Equal(0, head, 1e-6));
        Assert.Equal(centre.Numbers(), model.Decode(zeros(1, 6)).Numbers());
    }

    [Fact]
    public void Top_k_keeps_the_largest_of_each_record_and_no_negative_one()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = Bottleneck("top-k-sae");
        var z = bottleneck
            .Encode(
                tensor(
                    new float[,]
                    {
                        { 5, 1, 4, -1, 0, 2 },
                        { -1, -2, 3, -4, -5, -6 },
                    }
                ),
                sample: false
            )
            .Z;
        Assert.Equal([5, 0, 4, 0, 0, 0, 0, 0, 3, 0, 0, 0], z.Numbers());
    }

    [Fact]
    public void Batch_top_k_spends_the_units_where_they_say_most()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = Bottleneck("batch-top-k-sae");
        // Two records, four places: three of them are the first's.
        bottleneck.train();
        var z = bottleneck
            .Encode(
                tensor(
                    new float[,]
                    {
                        { 5, 1, 4, 3, 0, 2 },
                        { 2.5f, 1, -1, 0, 0.5f, 2 },
                    }
                ),
                sample: true
            )
            .Z;
        Assert.Equal([5, 0, 4, 3, 0, 0, 2.5, 0, 0, 0, 0, 0], z.Numbers());
    }

    /// <summary>In mean, and for the law of large numbers: five standard errors of the number on in a record, whose variance is below L / 4.</summary>
    [Fact]
    public void The_threshold_of_batch_top_k_leaves_k_units_on_in_mean()
    {
        using var scope = NewDisposeScope();
        using var bottleneck = Bottleneck("batch-top-k-sae");
        manual_seed(2);
        bottleneck.train();
        for (var batch = 0; batch < 200; batch++)
            bottleneck.Encode(randn(100, 6), sample: true);
        bottleneck.eval();
        const int Records = 20_000;
        var z = bottleneck.Encode(randn(Records, 6), sample: false).Z;
        // The least of 200 that are kept lies above the quantile by about a gap between neighbours, 1 / (600 * density 0.36): 0.005, or 0.01 units of 2.
        Assert.Equal(2, z.gt(0).sum(1).to(float64).mean().Number(), 5 * Math.Sqrt(6 / 4.0 / Records) + 0.02);
        // What one record is given does not depend on the others.
        var alone = bottleneck.Encode(full([1, 6], 0.7f), sample: false).Z.Numbers();
        Assert.Equal(alone, bottleneck.Encode(cat([full([1, 6], 0.7f), 100 * ones(3, 6)], 0), sample: false).Z[0].Numbers());
    }

    [Fact]
    public void Jump_relu_charges_units_and_its_threshold_has_the_kernels_slope()
    {
        using var scope = NewDisposeScope();
        using var model = Model("jump-relu-sae", "l0-weight=0.5 bandwidth=0.2 first-threshold=1 aux-weight=0");
        var bottleneck = model.Bottleneck;
        // Unit 0: 0.95 is off and 1.05 on, both within 0.1 of the threshold; unit 1: 2 is on and -1 off, neither near.
        var head = tensor(
                new float[,]
                {
                    { 0.95f, 2, -1, -1, -1, -1 },
                    { 1.05f, -1, -1, -1, -1, -1 },
                }
            )
            .requires_grad_(true);
        var code = bottleneck.Encode(head, sample: true);
        Assert.Equal([0, 2, 0, 0, 0, 0, 1.05f, 0, 0, 0, 0, 0], code.Z.Numbers());
        Assert.Equal([0.5, 0.5], code.Rate.Numbers());
        var threshold = bottleneck.named_parameters().Single().parameter;
        code.Rate.sum().backward(retain_graph: true);
        // d/d ln t of 0.5 H(h - t): -0.5 t / 0.2 for each of the two heads within the kernel.
        AssertNear([-5, 0, 0, 0, 0, 0], threshold.grad!);
        Assert.All(head.grad?.Numbers() ?? [], slope => Assert.Equal(0, slope));
        threshold.grad!.zero_();
        code.Z.sum().backward();
        // d/d ln t of z: -t t / 0.2 for each; z has slope 1 in its head where it is on.
        AssertNear([-10, 0, 0, 0, 0, 0], threshold.grad);
        Assert.Equal([0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], head.grad!.Numbers());
    }

    /// <summary>A charge on the gate is none on the magnitude: the code of a record is the same whatever it is, and so is its slope.</summary>
    [Fact]
    public void Gated_codes_are_charged_by_their_gate_alone()
    {
        using var scope = NewDisposeScope();
        using var model = Model("gated-sae", "gate-weight=0.5");
        using (no_grad())
        {
            var own = model.Bottleneck.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            own["log_scale"].fill_(Math.Log(2));
            own["shift"].fill_(-1);
        }
        var code = model.Bottleneck.Encode(
            tensor(
                new float[,]
                {
                    { 3, 0.25f, -2, 0, 1, -1 },
                }
            ),
            sample: false
        );
        // 2 h - 1 where h > 0, and no less than 0.
        AssertNear([5, 0, 0, 0, 1, 0], code.Z);
        AssertNear([0.5 * 4.25], code.Rate);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_unit_that_is_on_is_alive_and_one_that_is_not_for_long_enough_is_dead(string preset)
    {
        using var scope = NewDisposeScope();
        using var model = Model(preset, "dead-after=20");
        model.train();
        double Dead() => model.Bottleneck.Figures(zeros(1, 6)).Single().Value;
        var few = tensor(
                new float[,]
                {
                    { 3, 2, -1, -2, -3, -4 },
                }
            )
            .expand(8, 6);
        model.Bottleneck.Encode(few, sample: true, zeros(8, 3));
        model.Bottleneck.Encode(few, sample: true, zeros(8, 3));
        Assert.Equal(0, Dead());
        // Codes that are only looked at are no training.
        model.Bottleneck.Encode(few, sample: false, zeros(8, 3));
        model.eval();
        model.Bottleneck.Encode(few, sample: true, zeros(8, 3));
        Assert.Equal(0, Dead());
        model.train();
        model.Bottleneck.Encode(few, sample: true, zeros(8, 3));
        Assert.Equal(4, Dead());
        model.Bottleneck.Encode(-few, sample: true, zeros(8, 3));
        Assert.InRange(Dead(), 0, 2);
    }

    /// <summary>
    /// Of an error that units which are on cannot explain, the auxiliary loss is what is left after dead ones: none where they can explain all of it.
    /// </summary>
    [Fact]
    public void Dead_units_are_asked_for_what_the_others_leave_and_move_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var model = Model("top-k-sae", "k=1 dead-after=1 aux-weight=2 aux-units=1");
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        using (no_grad())
        {
            // Unit 0 writes the first number, unit 1 the second; the head says 2 and 1.
            parameters["decoder.weight"].zero_();
            foreach (var unit in Enumerable.Range(0, 6))
                parameters["decoder.weight"][unit % 3, unit] = 1;
        }
        model.train();
        var head = tensor(
                new float[,]
                {
                    { 2, 1, -9, -9, -9, -9 },
                }
            )
            .requires_grad_(true);
        // x = (2, 3, 0), |x|^2 = 13: the code leaves e = (0, 3, 0), |e|^2 = 9, and the dead unit 1 explains 1 of the 3: 2 / 2 * 2^2 * 13 / 9.
        // A millionth of |x|^2 is counted as left besides, whence the tolerance.
        var code = model.Bottleneck.Encode(
            head,
            sample: true,
            tensor(
                new float[,]
                {
                    { 2, 3, 0 },
                }
            )
        );
        Assert.InRange(code.Penalty!.Number() / (4 * 13 / 9.0), 1 - 2e-6, 1 + 1e-6);
        code.Penalty!.backward();
        // d/dh of (3 - h)^2 at 1, times 13 / 9; the unit that is on is asked nothing.
        AssertNear([0, -4 * 13 / 9.0, 0, 0, 0, 0], head.grad! * (1 + 1e-6 * 13 / 9));
        Assert.Null(
            model
                .Bottleneck.Encode(
                    tensor(
                        new float[,]
                        {
                            { 2, 1, 3, 3, 3, 3 },
                        }
                    ),
                    sample: false,
                    zeros(1, 3)
                )
                .Penalty
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_batch_keeps_k_units_a_record_and_none_below_0(int k)
    {
        using var scope = NewDisposeScope();
        using var bottleneck = Bottleneck("batch-top-k-sae", $"k={k}");
        bottleneck.train();
        manual_seed(3);
        foreach (var records in new[] { 1, 2, 50 })
        {
            var head = randn(records, 6) - 0.5;
            Assert.Equal(Math.Min(records * k, head.Numbers().Count(value => value > 0)), bottleneck.Encode(head, sample: true).Z.gt(0).sum().Number());
        }
    }

    private static void AssertNear(double[] expected, Tensor actual)
    {
        foreach (var (wanted, found) in expected.Zip(actual.detach().Numbers()))
            Assert.Equal(wanted, found, 1e-5);
    }
}
