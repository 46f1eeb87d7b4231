using Isthmus.Codes;
using Isthmus.Data.Arrays;
using Isthmus.Data.Formats;
using Isthmus.Data.Vectors;
using Isthmus.Evaluation;
using Isthmus.Models;
using Isthmus.Tests.Data;
using Isthmus.Training;

namespace Isthmus.Tests.Training;

/// <summary>
/// Vectors with columns that never change, such as a layer's dead units: every model trains on them, says so, and gives them back as they are.
/// </summary>
public class ConstantColumnTests
{
    private const int Records = 200,
        Width = 6;

    public static TheoryData<string, bool> Cases =>
        [
            .. Preset
                .All.Where(preset => preset.Field is "images" or "activations" && preset.Name is not ("pixel-vae" or "cond-vae" or "vib"))
                .SelectMany(preset => new[] { false, true }.Select(stream => (preset.Name, stream))),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_model_of_vectors_trains(string preset, bool stream)
    {
        using var scratch = new Scratch();
        // x1 and x4 are constant.
        var path = Npy(scratch, (record, column) => column switch
            {
                1 => 0,
                4 => 19.99f,
                _ => MathF.Sin(record * (column + 1)) * (column + 1),
            });
        var notes = new List<string>();
        using var trained = TrainingRun
            .Train(
                preset,
                DataSource.Load(path, new() { Stream = stream }),
                new() { Settings = Small(preset), Threads = 1 },
                new ImmediateProgress<TrainingProgress>(progress => notes.AddRange(progress.Notes)),
                TestContext.Current.CancellationToken
            )
            .Model;
        Assert.StartsWith("2 of 6 columns are constant in the training records (x1 = 0, x4 = 19.99)", Assert.Single(notes));
        var data = DataSource.LoadAll(path, new() { Expected = trained.Specification.Schema });
        var back = Reconstruction.Of(trained, data, cancellationToken: TestContext.Current.CancellationToken).Values;
        Assert.All(back, value => Assert.True(float.IsFinite(value)));
        for (var record = 0; record < Records; record++)
            Assert.Equal((0, 19.99f), (back[(record * Width) + 1], back[(record * Width) + 4]));
        Assert.All(
            Evaluator.Evaluate(trained, data, null, new() { ImportanceSamples = 2 }, cancellationToken: TestContext.Current.CancellationToken).Values,
            figure => Assert.True(double.IsFinite(figure.Value), figure.Key)
        );
    }

    [Theory]
    [InlineData("ae")]
    [InlineData("vae")]
    [InlineData("top-k-sae")]
    public void Equal_records_train_and_no_share_of_their_variance_is_told(string preset)
    {
        using var scratch = new Scratch();
        var path = Npy(scratch, (_, column) => column);
        var notes = new List<string>();
        var data = DataSource.Load(path, new());
        using var trained = TrainingRun
            .Train(
                preset,
                data,
                new() { Settings = Small(preset), Threads = 1 },
                new ImmediateProgress<TrainingProgress>(progress => notes.AddRange(progress.Notes)),
                TestContext.Current.CancellationToken
            )
            .Model;
        Assert.StartsWith("6 of 6 columns are constant", Assert.Single(notes));
        Assert.DoesNotContain(
            "variance_explained",
            Evaluator.Evaluate(trained, data.Test, null, new() { ImportanceSamples = 2 }, cancellationToken: TestContext.Current.CancellationToken).Values.Keys
        );
    }

    private static Dictionary<string, string> Small(string preset) =>
        Tiny.Settings(
            "latent=4 epochs=1 batch-size=16"
                + (Preset.Named(preset).Kind is VectorKind ? "" : " hidden=8")
                + (preset is "top-k-sae" or "batch-top-k-sae" or "sparse" ? " k=2" : "")
                + (preset == "ladder-vae" ? " levels=2" : "")
        );

    private static string Npy(Scratch scratch, Func<int, int, float> number)
    {
        var path = Path.Combine(scratch.Folder, "layer.npy");
        NumpyWriter.Write(
            path,
            Width,
            [
                [.. Enumerable.Range(0, Records * Width).Select(i => number(i / Width, i % Width))],
            ]
        );
        return path;
    }
}
