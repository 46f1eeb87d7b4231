using Isthmus.Cli.Output;
using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;
using Isthmus.Models;
using Isthmus.Models.Networks;
using Isthmus.Tests.Lines;
using Isthmus.Training;

namespace Isthmus.Tests.Models;

/// <summary>What a user may ask for, and the one line that answers what cannot be.</summary>
public sealed class ModelSpecificationTests
{
    private static readonly ImageSchema Grey = new(10, 9, 1, 256),
        Binary = new(10, 9, 1, 2),
        Small = new(7, 40, 1, 256);
    private static readonly VectorSchema Columns = new(["a", "b", "c", "d"]);

    private static DataSchema SchemaOf(string data) =>
        data switch
        {
            "grey" => Grey,
            "binary" => Binary,
            "small" => Small,
            _ => Columns,
        };

    private static ModelSpecification Resolve(string preset, DataSchema schema, params string[] settings) =>
        ModelSpecification.Resolve(
            preset,
            schema,
            settings.Select(setting => KeyValuePair.Create(setting[..setting.IndexOf('=')], setting[(setting.IndexOf('=') + 1)..])),
            TrainingSettings.All,
            TwoKinds
        );

    private static readonly LabelColumn[] TwoKinds = [new("kind", [0, 1], ["a", "b"])];

    /// <summary>Each with what its message must say.</summary>
    public static TheoryData<string, string, string, string[]> Refused =>
        new()
        {
            { "vaee", "grey", "", ["'vaee'", "did you mean 'vae'?", "ae, sparse, denoising, vae"] },
            { "transformer", "grey", "", ["'transformer'", "ae, sparse, denoising, vae"] },
            { "vae", "grey", "bata=4", ["'bata'", "did you mean 'beta'?", "activation, average, batch-size, beta", "warm-up"] },
            { "vae", "grey", "something-else=4", ["'something-else'", "known: activation, "] },
            { "vae", "grey", "k=4", ["'k'", "nown: "] },
            { "sparse", "grey", "channels=4", ["'channels'", "nown: "] },
            { "vae", "grey", "net=cnn", ["net=cnn", "mlp, conv"] },
            { "vae", "grey", "bottleneck=gauss", ["bottleneck=gauss", "deterministic, l1, kl-sparse, top-k, gaussian"] },
            { "vae", "grey", "likelihood=mse", ["likelihood=mse", "auto, bernoulli, gaussian, categorical, discretised-logistic"] },
            { "vae", "grey", "corruption=dropout", ["corruption=dropout", "none, gaussian, masking, salt-and-pepper, blank-out"] },
            { "vae", "grey", "optimizer=lion", ["optimizer=lion", "adam, adamw, sgd"] },
            { "vae", "grey", "latent=0", ["latent=0", "a whole number from 1 to 1048576"] },
            { "vae", "grey", "latent=-3", ["latent=-3", "whole number"] },
            { "vae", "grey", "latent=2.5", ["latent=2.5", "whole number"] },
            { "vae", "grey", "latent=", ["latent=", "whole number"] },
            { "vae", "grey", "latent=99999999999999999999", ["whole number"] },
            { "vae", "grey", "beta=-1", ["beta=-1", "a number of at least 0"] },
            { "vae", "grey", "beta=NaN", ["beta=NaN", "a number"] },
            { "vae", "grey", "beta=Infinity", ["beta=Infinity", "a number"] },
            { "vae", "grey", "beta=1e999", ["beta=1e999", "a number"] },
            { "vae", "grey", "beta=much", ["beta=much", "a number"] },
            { "vae", "grey", "beta=0,5", ["beta=0,5", "a number"] },
            { "vae", "grey", "beta=1,000", ["beta=1,000", "a number"] },
            { "vae", "grey", "beta=1\n2", ["beta=1", "a number"] },
            { "vae", "grey", "hidden=400,,200", ["hidden=400,,200", "400,200"] },
            { "vae", "grey", "hidden=400,0", ["hidden=400,0", "400,200"] },
            { "vae", "grey", "hidden=400;200", ["hidden=400;200", "400,200"] },
            { "vae", "grey", "activation=sin", ["activation=sin", "relu"] },
            { "vae", "grey", "dropout=1", ["dropout=1", "from 0 to 0.95"] },
            { "vae", "grey", "epochs=-1", ["epochs=-1", "at least 0"] },
            { "ae", "grey", "latent=90", ["latent=90", "90 numbers", "copy"] },
            { "ae", "columns", "", ["latent=32", "4 numbers"] },
            { "sparse", "grey", "latent=8 k=9", ["k=9", "8 latent units"] },
            { "vae", "grey", "likelihood=bernoulli", ["bernoulli", "10 x 9 x 1 images of 256 levels", "discretised-logistic, categorical or gaussian"] },
            { "vae", "columns", "likelihood=bernoulli", ["bernoulli", "vectors of 4 columns"] },
            { "vae", "columns", "likelihood=categorical", ["categorical", "vectors of 4 columns", "gaussian"] },
            { "vae", "columns", "likelihood=discretised-logistic", ["discretised-logistic", "vectors of 4 columns", "gaussian"] },
            { "vae", "columns", "likelihood=discretised-logistic-mixture", ["discretised-logistic-mixture", "vectors of 4 columns", "gaussian"] },
            { "pixel-vae", "columns", "", ["local-context", "vectors of 4 columns", "--model vae"] },
            { "pixel-vae", "grey", "reach=0", ["reach=0", "from 1 to 16"] },
            { "pixel-vae", "grey", "features=0", ["features=0", "from 1 to 256"] },
            { "pixel-vae", "grey", "components=40", ["components=40", "from 1 to 32"] },
            { "vae", "columns", "net=conv", ["net=conv", "vectors of 4 columns", "--net mlp"] },
            { "vae", "small", "net=conv", ["net=conv", "8 x 8", "7 x 40", "--size"] },
            { "vae", "grey", "net=conv conv-activation=gated", ["conv-activation=gated", "relu"] },
            { "vae", "grey", "net=conv channels=1,2,3,4,5,6", ["channels=1,2,3,4,5,6", "10 x 9", "fewer"] },
            { "top-k-sae", "grey", "", ["top-k-sae is for vectors", "10 x 9 x 1 images", "isthmus encode"] },
            { "top-k-sae", "columns", "latent=20", ["k=32", "20 latent units"] },
            { "batch-top-k-sae", "columns", "k=0", ["k=0", "at least 1"] },
            { "batch-top-k-sae", "columns", "k=513", ["k=513", "512 latent units"] },
            { "jump-relu-sae", "columns", "bandwidth=0", ["bandwidth=0", "at least 1E-06"] },
            { "gated-sae", "columns", "dead-after=0", ["dead-after=0", "at least 1"] },
            { "gated-sae", "columns", "k=3", ["'k'", "nown: "] },
            { "ae", "grey", "bottleneck=gated", ["bottleneck=gated is for vectors", "--model sparse"] },
            { "ae", "grey", "net=dictionary", ["net=dictionary is for vectors", "--net mlp"] },
            { "vib", "columns", "bottleneck=jump-relu beta=1", ["bottleneck=jump-relu", "likelihood is of a label"] },
            { "vae", "columns", "corruption=blank-out", ["blank-out", "vectors of 4 columns"] },
            { "vae", "grey", "corruption=blank-out patch=10", ["patch=10", "10 x 9"] },
            { "vae", "grey", "likelihood=gaussian variance=free", ["variance=free", "fixed, learned, predicted"] },
            { "vae", "grey", "likelihood=gaussian sigma=0", ["sigma=0", "a number of at least 0.001"] },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_is_refused_in_one_line_that_says_what_can(string preset, string data, string settings, string[] said)
    {
        var error = Assert.Throws<InvalidInputException>(() =>
            Resolve(preset, SchemaOf(data), settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Build(seed: 1)
        );
        foreach (var part in said)
            Assert.Contains(part, error.OnCommandLine(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.OnCommandLine());
        Assert.EndsWith(".", error.OnCommandLine(), StringComparison.Ordinal);
    }

    /// <summary>Nothing that a preset resolves to on a kind of data may fail to build, and nothing it says may be out of its own range.</summary>
    [Fact]
    public void Every_preset_resolves_and_builds_on_every_kind_of_data()
    {
        foreach (var preset in Preset.All.Where(preset => preset.Kind is null or VectorKind))
            foreach (
                var schema in preset.Name == "pixel-vae" ? new DataSchema[] { Grey, Binary }
                : preset.Kind is VectorKind ? [Columns]
                : [Grey, Binary, Columns]
            )
                foreach (
                    var net in schema is ImageSchema ? new[] { "mlp", "conv" }
                    : preset.Kind is VectorKind ? ["dictionary", "mlp"]
                    : ["mlp"]
                )
                {
                    var specification = Resolve(
                        preset.Name,
                        schema,
                        [
                            $"net={net}",
                    "latent=3",
                    .. (
                        preset.Values.ContainsKey("k") || preset.Name == "sparse" ? new[] { "k=2" }
                        : preset.Name == "vq-vae" ? ["slot-width=1"]
                        : []
                    ),
                        ]
                    );
                    using var model = specification.Build(seed: 1);
                    Assert.Equal(3, model.Bottleneck.Latent);
                    Assert.Equal(preset.Name == "vib" ? 2 : schema.Dimension, model.Likelihood.Dimension);
                }
    }

    [Fact]
    public void Variational_models_of_black_and_white_pictures_begin_with_large_weights_and_steps()
    {
        static (string, double) Of(ModelSpecification specification) =>
            (specification.Settings.Get(MlpNetwork.Initialisation), specification.Settings.Get(TrainingSettings.LearningRate));
        Assert.Equal(("he", 0.003), Of(Resolve("vae", Binary)));
        Assert.Equal(("he", 0.003), Of(Resolve("beta-vae", Binary)));
        Assert.Equal(("uniform", 0.001), Of(Resolve("vae", Grey)));
        Assert.Equal(("uniform", 0.001), Of(Resolve("vae", Columns)));
        Assert.All(["ae", "aae", "vib"], preset => Assert.Equal(("uniform", 0.001), Of(Resolve(preset, Binary))));
        Assert.Equal(("uniform", 0.01), Of(Resolve("vae", Binary, "init=uniform", "learning-rate=0.01")));
        // Convolutions have no such setting: it falls away.
        Assert.DoesNotContain("init", Resolve("vae", Binary, "net=conv").Settings.Values.Keys);
    }

    /// <summary>The variance of n uniform numbers has a relative standard error of sqrt(0.8 / n); five of them are allowed.</summary>
    [Theory]
    [InlineData("he", 2.0)]
    [InlineData("uniform", 1.0 / 3)]
    public void First_weights_of_hidden_layers_have_the_variance_of_their_initialisation(string init, double overInputs)
    {
        using var model = Resolve("vae", Binary, $"init={init}").Build(seed: 1);
        var weights = model.state_dict().Where(pair => pair.Key.EndsWith("weight", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, weights.Length);
        foreach (var (name, weight) in weights)
        {
            var expected = (name.Contains("output", StringComparison.Ordinal) ? 1.0 / 3 : overInputs) / weight.shape[1];
            Assert.Equal(1, weight.var(unbiased: false).item<float>() / expected, 5 * Math.Sqrt(0.8 / weight.numel()));
        }
    }

    [Fact]
    public void Every_preset_of_interactions_builds_on_histories_and_on_nothing_else()
    {
        var schema = Histories.TwoTastes().Train.Schema;
        foreach (var preset in Preset.All.Where(preset => preset.Kind is InteractionKind))
        {
            using var model = Resolve(preset.Name, schema, []).Build(seed: 1);
            Assert.Equal("multinomial", Resolve(preset.Name, schema, []).Settings.Get(ModelSpecification.Likelihood));
            Assert.Equal(schema.Dimension, model.Likelihood.Dimension);
            Assert.Equal(preset.Name == "ease", model.ClosedForm is not null);
            Assert.Contains("--user and --item", Assert.Throws<InvalidInputException>(() => Resolve(preset.Name, Grey, [])).OnCommandLine());
        }
        Assert.Contains("the history itself", Assert.Throws<InvalidInputException>(() => Resolve("ease", schema, ["latent=3"]).Build(seed: 1)).OnCommandLine());
    }

    [Fact]
    public void Every_preset_of_documents_builds_on_documents_and_on_nothing_else()
    {
        var schema = SmallDocuments.TwoSubjectsSplit().Train.Schema;
        foreach (var preset in Preset.All.Where(preset => preset.Kind is DocumentKind))
        {
            using var model = Resolve(preset.Name, schema, []).Build(seed: 1);
            Assert.Equal("multinomial", Resolve(preset.Name, schema, []).Settings.Get(ModelSpecification.Likelihood));
            Assert.Equal(50, model.Topics!.Topics);
            Assert.Contains("--text", Assert.Throws<InvalidInputException>(() => Resolve(preset.Name, Grey, [])).OnCommandLine());
        }
        Assert.Contains(
            "net=topics is for counts",
            Assert.Throws<InvalidInputException>(() => Resolve("vae", Grey, ["net=topics"]).Build(seed: 1)).OnCommandLine()
        );
    }

    [Theory]
    [InlineData("vae", "binary", "bernoulli")]
    [InlineData("vae", "grey", "discretised-logistic")]
    [InlineData("vae", "columns", "gaussian")]
    [InlineData("pixel-vae", "grey", "local-context")]
    [InlineData("pixel-vae", "binary", "local-context")]
    [InlineData("denoising", "grey", "gaussian")]
    [InlineData("denoising", "binary", "bernoulli")]
    public void The_likelihood_follows_the_data_where_nothing_is_said(string preset, string data, string likelihood) =>
        Assert.Equal(likelihood, Resolve(preset, SchemaOf(data)).Settings.Get(ModelSpecification.Likelihood));

    [Fact]
    public void What_the_user_sets_goes_before_the_preset_and_the_preset_before_the_default()
    {
        var said = Resolve("vae", Grey, "warm-up=3");
        Assert.Equal("3", said.Settings.Values["warm-up"]);
        Assert.Equal("40", said.Settings.Values["latent"]);
        Assert.Equal("0.001", said.Settings.Values["learning-rate"]);
    }

    [Fact]
    public void A_resolved_specification_resolves_to_itself()
    {
        foreach (var preset in Preset.All)
        {
            DataSchema schema =
                preset.Kind is InteractionKind ? Histories.TwoTastes().Train.Schema
                : preset.Kind is DocumentKind ? SmallDocuments.TwoSubjectsSplit().Train.Schema
                : preset.Kind is TableKind ? MixedLikelihoodTests.Table
                : preset.Kind is LineKind ? Sentences.Records(24).Schema
                : preset.Kind is VectorKind ? Columns
                : Grey;
            var once = Resolve(preset.Name, schema, "latent=20");
            Assert.Equal(once, ModelSpecification.Resolve(preset.Name, schema, once.Settings.Values, TrainingSettings.All, TwoKinds));
        }
    }

    [Fact]
    public void The_same_seed_builds_the_same_weights_and_another_does_not()
    {
        double[] Weights(int seed)
        {
            using var model = Resolve("vae", Grey, "latent=3", "hidden=5").Build(seed);
            return [.. model.parameters().SelectMany(parameter => parameter.Numbers())];
        }
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }
}
