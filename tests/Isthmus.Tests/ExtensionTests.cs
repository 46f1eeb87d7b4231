using Extensions;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Networks;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Tests;

/// <summary>Parts and a format of another assembly, samples/extensions, in models that are trained, saved and loaded again.</summary>
public sealed class ExtensionTests : IDisposable
{
    private static readonly Lazy<IDataFormat> Wav = new(() =>
    {
        var format = new WavFormat();
        DataFormats.Register(format);
        return format;
    });

    private readonly TemporaryFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    public static TheoryData<string> Kinds => ["bottleneck", "likelihood", "penalty", "objective", "network"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_part_of_another_assembly_is_trained_saved_and_loaded(string kind)
    {
        var vae = Autoencoders.Vae(latent: 3, network: NetworkOptions.Mlp with { Hidden = [16] });
        var options = kind switch
        {
            "bottleneck" => vae with { Bottleneck = new LaplaceOptions { MaxScale = 2 } },
            "likelihood" => vae with { Likelihood = new CauchyOptions { Scale = 0.25 } },
            "penalty" => vae with { Penalty = new DecorrelationOptions { Weight = 3 } },
            "objective" => vae with { Objective = new CyclicalOptions { Period = 2 } },
            _ => vae with { Network = new ResidualOptions { Width = 8, Blocks = 1 } },
        };
        var data = Sound();
        var path = Path.Combine(_scratch.Path, "model.isthmus");
        double before;
        using (var trained = options.Fit(data, new() { Epochs = 3 }))
        {
            trained.Save(path);
            before = Evaluate(trained, data);
        }
        using var model = TrainedModel.Load(path);
        Assert.All(options.Settings, pair => Assert.Equal(pair.Value, model.Specification.Settings.Values[pair.Key]));
        Assert.Equal(before, Evaluate(model, data));
        // The seed says everything, weights and draws of the part included.
        using var again = options.Fit(data, new() { Epochs = 3 });
        Assert.Equal(before, Evaluate(again, data));
        // It has learned: a model of one step is worse.
        using var beginner = options.Fit(data, new() { Epochs = 1, BatchSize = data.Train.Count });
        Assert.True(before > Evaluate(beginner, data), $"{before} nats after 3 epochs");
    }

    [Fact]
    public void Samples_are_windows_of_a_sound_file_and_damage_is_one_line()
    {
        var data = Wav.Value.Read(new(Tone.Write(Path.Combine(_scratch.Path, "tone.wav")), new()));
        Assert.Equal((500, WavFormat.Window), (data.Count, data.Schema.Dimension));
        var whole = File.ReadAllBytes(Path.Combine(_scratch.Path, "tone.wav"));
        foreach (var length in new[] { 4, 12, 30, 43, 50 })
        {
            var path = Path.Combine(_scratch.Path, $"{length}.wav");
            File.WriteAllBytes(path, whole[..length]);
            Assert.DoesNotContain('\n', Assert.Throws<InvalidInputException>(() => DataSource.LoadAll(path, new())).Message);
        }
    }

    [Fact]
    public void Another_part_of_a_name_that_is_taken_is_refused()
    {
        Parts.Penalties.Register(DecorrelationPenalty.Part);
        var e = Assert.Throws<ArgumentException>(() => Parts.Penalties.Register(DecorrelationPenalty.Part with { Summary = "another" }));
        Assert.Contains("'decorrelation'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_put_together_by_hand_is_trained()
    {
        var data = Sound();
        var context = new PartContext(data.Train.Schema, 3, Settings.Empty);
        var likelihood = new CauchyLikelihood(data.Train.Schema.Dimension, 0.3);
        var bottleneck = new LaplaceBottleneck(3, maxScale: 2);
        var network = ResidualNetwork.Part.Create(context)(new(context, bottleneck.HeadWidth, likelihood.ParametersPerDimension, likelihood.ParameterWidth));
        using var model = new Autoencoder(new NoCorruption(), network, bottleneck, likelihood, new CyclicalObjective(2));
        using var trainer = new Trainer(model, data.Train, data.Validation, new() { Epochs = 4, BatchSize = 50 });
        trainer.Run();
        Assert.True(trainer.State.Epochs[^1].ValidationLossNats < trainer.State.Epochs[0].ValidationLossNats);
        Assert.Contains("by hand", Assert.Throws<InvalidOperationException>(() => trainer.TakeCheckpoint()).Message, StringComparison.Ordinal);
    }

    private DataSplits Sound()
    {
        _ = Wav.Value;
        return DataSource.Load(Tone.Write(Path.Combine(_scratch.Path, "tone.wav")), new());
    }

    private static double Evaluate(TrainedModel model, DataSplits data) =>
        Evaluator.Evaluate(model, data.Test, null, new() { ImportanceSamples = 0 })["elbo_nats"]!.Value;
}
