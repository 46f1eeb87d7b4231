using CsCheck;
using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Isthmus.Information.Numerics;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Gradients;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using static TorchSharp.torch;

namespace Isthmus.Tests.Models;

/// <summary>The gradient without a graph against autograd's, which the oracle tests hold against PyTorch.</summary>
public sealed class GradientTests
{
    private const int Records = 37,
        CountSchemaWidth = 71;
    private const double Epoch = 3.5;

    static GradientTests() => TensorLibrary.EnsureLoaded();

    private static readonly ImageSchema Binary = new(10, 8, 1, 2),
        Grey = new(9, 8, 1, 256),
        Colour = new(8, 8, 3, 256),
        Sixteen = new(16, 16, 1, 2);

    public static TheoryData<string, string> Models() =>
        new()
        {
            { "binary", "vae hidden=20,30 latent=5 activation=gated" },
            { "binary", "vae hidden=20 latent=17 activation=relu warm-up=7 beta=2" },
            { "binary", "vae hidden=20 latent=3 activation=silu free-nats=0.5" },
            { "binary", "vae hidden=20 latent=3 activation=tanh" },
            { "binary", "vae hidden=20 latent=3 activation=elu" },
            { "binary", "vae hidden=20 latent=3 activation=gelu norm=layer" },
            { "binary", "vae hidden= latent=3 norm=batch" },
            { "binary", "vae hidden=12 latent=3 norm=batch" },
            { "binary", "vae net=conv channels=5,6 dense=7 latent=4" },
            { "grey", "vae net=conv channels=5,6 dense=7 latent=4 conv-activation=relu" },
            { "grey", "vae net=conv channels=18 dense=7 latent=4 residual=1" },
            { "colour", "vae net=conv channels=17,20 dense=7 latent=4" },
            { "sixteen", "vae net=conv channels=16,32 dense=40 latent=4" },
            { "grey", "vae hidden=12 latent=3 likelihood=gaussian variance=fixed" },
            { "grey", "vae hidden=12 latent=3" },
            { "colour", "vae hidden=12 latent=3 activation=relu" },
            { "grey", "ae hidden=12 latent=3 variance=learned" },
            { "grey", "ae hidden=12 latent=3 variance=predicted" },
            { "colour", "vae hidden=12 latent=3 likelihood=categorical" },
            { "columns", "vae hidden=12 latent=2 variance=predicted" },
            { "grey", "sparse hidden=12 latent=20 k=3" },
            { "grey", "sparse hidden=12 latent=20 bottleneck=l1" },
            { "binary", "sparse hidden=12 latent=20 bottleneck=kl-sparse" },
            { "binary", "denoising hidden=12 latent=5 corruption=salt-and-pepper" },
        };

    public static TheoryData<string, string> ModelsOfAutogradsLosses() =>
        new()
        {
            { "binary", "vamp-vae hidden=20,30 latent=5 pseudo-inputs=6" },
            { "grey", "vamp-vae net=conv channels=5,6 dense=7 latent=4 pseudo-inputs=3" },
            { "binary", "iwae hidden=20 latent=3 samples=4" },
            { "binary", "iwae hidden=20 latent=3 samples=4 prior=vamp pseudo-inputs=6" },
            { "binary", "iwae hidden=20 latent=3 samples=3 groups=2 elbo-share=0.3" },
            { "binary", "iwae hidden=20 latent=3 samples=4 gradient=plain" },
            { "binary", "iwae hidden=20 latent=3 samples=4 gradient=stl" },
            { "grey", "iwae hidden=20 latent=3 samples=2" },
            { "binary", "beta-tc-vae hidden=20 latent=4" },
            { "binary", "dip-vae hidden=20 latent=4" },
            { "grey", "info-vae hidden=20 latent=4 norm=batch" },
            { "binary", "wae hidden=20 latent=4" },
            { "grey", "vae hidden=20 latent=4 prior=mixture" },
            { "binary", "ladder-vae hidden=20" },
            { "binary", "pixel-vae hidden=20 latent=4 prior=mixture" },
        };

    /// <summary>
    /// Float32 on both sides, the order of sums and the last digits of exp and ln different: some 1e4 roundings of 6e-8
    /// that add up like a random walk, 1e-5 of the gradient's norm, and more where a ReLU's argument is within rounding of 0.
    /// </summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Gradient_without_a_graph_is_autograds(string schema, string settings) =>
        Compare(schema, settings, inBfloat16: false, slices: 1, tolerance: 1e-4);

    /// <summary>
    /// 8 bits of mantissa: each product rounds its arguments and results by at most 2^-8, at random, six to twelve times in a row there and back.
    /// </summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void In_bfloat16_it_is_so_to_its_rounding(string schema, string settings) => Compare(schema, settings, inBfloat16: true, slices: 1, tolerance: 0.04);

    [Theory]
    [InlineData("binary", "vae hidden=20,30 latent=5")]
    [InlineData("grey", "vae hidden=20,30 latent=5")]
    [InlineData("grey", "vae net=conv channels=5,6 dense=7 latent=4 residual=1 likelihood=gaussian variance=fixed")]
    [InlineData("columns", "ae hidden=20 latent=2 activation=relu variance=fixed")]
    [InlineData("binary", "vae hidden=20 latent=5 beta=0.5 corruption=masking")]
    public void Slices_of_a_batch_add_up_to_it(string schema, string settings)
    {
        Compare(schema, settings, inBfloat16: false, slices: 2, tolerance: 1e-4);
        Compare(schema, settings, inBfloat16: false, slices: 5, tolerance: 1e-4);
    }

    /// <summary>Tolerances as above: the products are the same ones, and the rest is autograd's on both sides.</summary>
    [Theory]
    [MemberData(nameof(ModelsOfAutogradsLosses))]
    public void Networks_by_their_stages_have_autograds_gradient_under_any_loss(string schema, string text)
    {
        CompareStaged(schema, text, inBfloat16: false, tolerance: 1e-4);
        CompareStaged(schema, text, inBfloat16: true, tolerance: 0.06);
    }

    private static void CompareStaged(string schema, string text, bool inBfloat16, double tolerance)
    {
        using var scope = NewDisposeScope();
        var data = Schema(schema);
        var specification = Specification(text, data);
        var x = Drawn(data);
        using Autoencoder ours = specification.Build(seed: 1),
            theirs = specification.Build(seed: 1);
        using var parameters = new FlatParameters(
            ours,
            products: ManualNetworks.ProductsOf(ours),
            inBfloat16: inBfloat16,
            slices: ManualNetworks.PassagesOf(ours)
        );
        Assert.True(ManualNetworks.Knows(ours) && !SliceGradient.Knows(ours));
        foreach (var model in new[] { ours, theirs })
            if (model.Bottleneck.Prior is { RecordsWanted: > 0 } prior)
                prior.StartFrom(x.narrow(0, 0, prior.RecordsWanted));
        manual_seed(11);
        var expected = theirs.Loss(x, Epoch);
        expected.Loss.backward();
        using var stages = new ManualNetworks(ours, parameters);
        ours.Stages = stages;
        for (var step = 0; step < 2; step++)
        {
            parameters.RefreshWorking();
            stages.Begin();
            manual_seed(11);
            var actual = ours.Loss(x, Epoch);
            actual.Loss.backward();
            Near(expected.Loss.item<float>(), actual.Loss.item<float>(), tolerance, "loss");
        }
        SameGradients(ours, theirs, parameters, tolerance);
    }

    public static TheoryData<string> ModelsOfCounts() =>
        [
            "mult-vae hidden=20 latent=5 warm-up=7",
            "mult-vae hidden=300,20 latent=17 activation=gated input=as-is",
            "mult-vae hidden=20 latent=3 norm=layer",
            "mult-vae hidden= latent=3",
            "mult-dae hidden=20 latent=3 activation=relu",
        ];

    /// <summary>Tolerances are those of dense records: the same numbers are added, the zeros left out.</summary>
    [Theory]
    [MemberData(nameof(ModelsOfCounts))]
    public void Gradient_of_counts_without_their_zeros_is_autograds(string settings)
    {
        CompareCounts(settings, inBfloat16: false, slices: 1, tolerance: 1e-4);
        CompareCounts(settings, inBfloat16: true, slices: 1, tolerance: 0.04);
    }

    [Fact]
    public void Slices_of_counts_add_up_to_the_batch()
    {
        CompareCounts("mult-vae hidden=20 latent=5", inBfloat16: false, slices: 2, tolerance: 1e-4);
        CompareCounts("mult-dae hidden=20 latent=5", inBfloat16: false, slices: 5, tolerance: 1e-4);
    }

    [Fact]
    public void Counts_that_are_masked_are_those_kept_or_nothing()
    {
        var counts = Counts();
        manual_seed(5);
        var kept = new MaskingCorruption(0.5).Apply(counts);
        for (var record = 0; record < counts.Count; record++)
        {
            var (all, left) = (
                counts[record].Columns.ToArray().Zip(counts[record].Values.ToArray()),
                kept[record].Columns.ToArray().Zip(kept[record].Values.ToArray())
            );
            Assert.Equal(left, all.Intersect(left));
        }
        // A share of n draws at 1/2 has a standard error of 1 / (2 sqrt(n)); five of them.
        Assert.Equal(0.5, kept.Columns.Length / (double)counts.Columns.Length, 2.5 / Math.Sqrt(counts.Columns.Length));
        Assert.Equal(counts.Columns, new MaskingCorruption(0).Apply(counts).Columns);
    }

    /// <summary>Some records are long, one is empty, some numbers are above 1, and the last 10 columns are of nobody.</summary>
    private static SparseCounts Counts()
    {
        var random = new Random(4);
        return SparseCounts.Of(
            Enumerable
                .Range(0, Records)
                .Select(record =>
                {
                    int[] columns = [.. Enumerable.Range(0, CountSchemaWidth - 10).Where(_ => record > 0 && random.Next(record % 5 + 2) == 0)];
                    return (columns, columns.Select(_ => (float)random.Next(1, 4)).ToArray());
                })
        );
    }

    private static void CompareCounts(string text, bool inBfloat16, int slices, double tolerance)
    {
        using var scope = NewDisposeScope();
        var schema = Histories.Of(CountSchemaWidth, [0]).Schema;
        var counts = Counts();
        var x = TensorBatches.Gather(Dataset.Counts("counts", (CountSchema)schema, counts), [.. Enumerable.Range(0, Records)]);
        Compare(Specification(text, schema), x, x, inBfloat16, slices, tolerance, ofCounts: true, (slice, first, last, step) =>
            slice.Run(counts.Slice(first, last), counts.Slice(first, last), step)
        );
    }

    private static void Compare(string schema, string text, bool inBfloat16, int slices, double tolerance)
    {
        using var scope = NewDisposeScope();
        var data = Schema(schema);
        var specification = Specification(text, data);
        var x = Drawn(data);
        using var model = specification.Build(seed: 1);
        manual_seed(9);
        var seen = model.Corruption.Apply(x);
        Compare(specification, x, seen, inBfloat16, slices, tolerance, ofCounts: false, (slice, first, last, step) =>
            slice.Run(x.narrow(0, first, last - first), seen.narrow(0, first, last - first), step)
        );
    }

    private static DataSchema Schema(string name) =>
        name switch
        {
            "binary" => Binary,
            "grey" => Grey,
            "colour" => Colour,
            "sixteen" => Sixteen,
            _ => new VectorSchema(["a", "b", "c"]),
        };

    private static Tensor Drawn(DataSchema schema)
    {
        manual_seed(7);
        return schema is ImageSchema image
            ? randint(0, image.Levels, [Records, schema.Dimension]).to(ScalarType.Float32) / (image.Levels - 1)
            : randn(Records, schema.Dimension);
    }

    private static ModelSpecification Specification(string text, DataSchema schema) =>
        ModelSpecification.Resolve(text.Split(' ')[0], schema, Tiny.Settings(text[text.IndexOf(' ')..]), []);

    private static void Compare(
        ModelSpecification specification,
        Tensor x,
        Tensor seen,
        bool inBfloat16,
        int slices,
        double tolerance,
        bool ofCounts,
        Func<SliceGradient, int, int, GradientStep, (double Distortion, double Rate)> run
    )
    {
        using Autoencoder ours = specification.Build(seed: 1),
            theirs = specification.Build(seed: 1);
        manual_seed(11);
        var expected = theirs.Loss(x, seen, Epoch);
        expected.Loss.backward();

        Assert.Equal(ofCounts, SliceGradient.CountProduct(ours) is not null);
        using var parameters = new FlatParameters(
            ours,
            products: SliceGradient.ProductsOf(ours),
            inBfloat16: inBfloat16,
            slices: slices,
            byInput: SliceGradient.CountProduct(ours)?.Weight
        );
        Assert.True(SliceGradient.Knows(ours));
        Assert.True(slices == 1 || SliceGradient.IsSeparable(ours));
        manual_seed(11);
        var objective = (ElboObjective)ours.Objective;
        var step = new GradientStep(objective, Epoch, Records, ours.Bottleneck.Draw(Records, objective));
        var (distortion, rate) = (0.0, 0.0);
        for (var slice = 0; slice < slices; slice++)
        {
            using var gradient = new SliceGradient(ours, parameters, slice, ofCounts);
            var (first, last) = (Records * slice / slices, Records * (slice + 1) / slices);
            var sums = run(gradient, first, last, step with { Noise = step.Noise?.narrow(0, first, last - first) });
            (distortion, rate) = (distortion + sums.Distortion, rate + sums.Rate);
        }
        Near(expected.Distortion.sum().item<float>(), distortion, tolerance, "distortion");
        Near(expected.Rate.sum().item<float>(), rate, tolerance, "rate");
        SameGradients(ours, theirs, parameters, tolerance);
    }

    private static void SameGradients(Autoencoder ours, Autoencoder theirs, FlatParameters parameters, double tolerance)
    {
        var flat = cat([
            .. Enumerable
                .Range(0, 2)
                .Select(part =>
                    cat([.. parameters.Slices.Select(slice => (part == 0 ? slice.Products.to(ScalarType.Float32) : slice.Rest).unsqueeze(0))]).sum([0L])
                ),
        ]);
        var trained = theirs.named_parameters().Where(p => p.parameter.grad is not null).ToList();
        var norms = trained.Sum(p => Math.Pow(p.parameter.grad!.norm().item<float>(), 2));
        foreach (var (name, parameter) in trained)
        {
            var found = parameters.View(flat, ours.named_parameters().Single(p => p.name == name).parameter);
            var difference = parameter.grad!.Numbers().Zip(found.Numbers(), (theirValue, value) => theirValue - value).Sum(d => d * d);
            var norm = parameter.grad!.norm().item<float>();
            // A parameter with next to no gradient of its own (a bias before a normalisation) has the rounding of the others'.
            Assert.True(Math.Sqrt(difference) <= tolerance * (norm + 0.1 * Math.Sqrt(norms)), $"{name}: |g - g'| = {Math.Sqrt(difference)}, |g| = {norm}");
        }
    }

    private static void Near(double wanted, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(wanted - actual) <= 0.1 * tolerance * (1 + Math.Abs(wanted)), $"{what}: {wanted} and {actual}");

    [Fact]
    public void Exponential_agrees_with_the_library()
    {
        Gen.Double[-90, 90]
            .Sample(x =>
            {
                var (expected, actual) = (Math.Exp(Math.Clamp((float)x, -87, 88)), SimdSpans.Exp(System.Runtime.Intrinsics.Vector512.Create((float)x))[3]);
                Assert.True(Math.Abs(actual - expected) <= 4 * Math.Pow(2, -24) * expected, $"exp({x}) = {expected}, not {actual}");
            });
        Assert.True(float.IsNaN(SimdSpans.Exp(System.Runtime.Intrinsics.Vector512.Create(float.NaN))[0]));
    }

    /// <summary>bfloat16 as stored is the nearest of its numbers, ties to the even one: what torch's own cast gives.</summary>
    [Fact]
    public void Stored_bfloat16_is_torchs()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var numbers = (randn(1000) * 1e3).pow(3);
        var (ours, theirs) = (zeros(1000, ScalarType.BFloat16), numbers.to(ScalarType.BFloat16));
        for (var i = 0; i < 1000; i += SimdSpans.Count)
            SimdSpans.Store<ushort, SimdSpans.Rest>(
                TensorMemory.Of<ushort>(ours)[..Math.Min(1000, i + SimdSpans.Count)],
                i,
                SimdSpans.Load<float, SimdSpans.Rest>(TensorMemory.Of<float>(numbers)[..Math.Min(1000, i + SimdSpans.Count)], i)
            );
        Assert.Equal(theirs.Numbers(), ours.Numbers());
        Assert.Equal(
            theirs.Numbers(),
            Enumerable.Range(0, 1000).Select(i => (double)SimdSpans.Load<ushort, SimdSpans.Rest>(TensorMemory.Of<ushort>(ours)[..(i + 1)], i)[0])
        );
    }

    /// <summary>sum of c . Unfold(x) = sum of Fold(c) . x, for every window, size and channel count: whole numbers, so exactly.</summary>
    [Fact]
    public void Folding_is_the_adjoint_of_unfolding() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[4, 9], Gen.Int[4, 9], Gen.Int[1, 20], Gen.Int[0, 1000])
            .Sample(
                (kernel, stride, padding, height, width, channels, seed) =>
                {
                    var window = new ConvolutionGeometry(kernel, stride, padding);
                    var (h, w) = (window.Small(height), window.Small(width));
                    var random = new Random(seed);
                    float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-9, 10))];
                    float[] image = Draw(2 * height * width * channels),
                        columns = Draw(2 * h * w * kernel * kernel * channels);
                    float[] unfolded = new float[columns.Length],
                        folded = new float[image.Length];
                    window.Unfold<float>(image, unfolded, height, width, channels);
                    window.Fold<float>(columns, folded, height, width, channels);
                    Assert.Equal(
                        columns.Zip(unfolded).Sum(pair => (double)pair.First * pair.Second),
                        image.Zip(folded).Sum(pair => (double)pair.First * pair.Second)
                    );
                }
            );

    /// <summary>
    /// Blocks of a pass and their ends take turns: for a number of records seen before, a stage writes where it wrote, and takes no memory anew.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stage_reserves_memory_once_for_each_number_of_records(bool isConvolution)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var context = new SliceContext(inBfloat16: false);
        var stage = ManualLayer.Of(isConvolution ? MatrixProduct.Convolution(2, 3, kernel: 3, stride: 1, padding: 1) : MatrixProduct.Linear(6, 4), context);
        Tensor Records(long count) => isConvolution ? randn(count, 2, 4, 4) : randn(count, 6);
        var before = stage.Forward(Records(5));
        var numbers = before.Numbers();
        stage.Forward(Records(3));
        var after = stage.Forward(Records(5));
        Assert.NotEqual(numbers, after.Numbers());
        Assert.Equal(after.Numbers(), before.Numbers());
    }
}
