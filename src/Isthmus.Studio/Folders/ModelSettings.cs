using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Models.Primitives;
using Isthmus.Training;

namespace Isthmus.Studio.Folders;

/// <summary>A setting of a model on some data.</summary>
/// <param name="Key">Key.</param>
/// <param name="Value">Value unless another is given.</param>
/// <param name="Meaning">Meaning, in a line.</param>
/// <param name="Expected">Allowed values: "a whole number of at least 1".</param>
/// <param name="Choices">The words that it is one of; empty where it is no such choice.</param>
public sealed record ModelSetting(string Key, string Value, string Meaning, string Expected, IReadOnlyList<string> Choices);

/// <summary>Settings of a model for some data, and what a training with them would cost, roughly.</summary>
/// <param name="All">Every setting, with its value for these data.</param>
/// <param name="Epochs">Limit of epochs.</param>
/// <param name="Parameters">Number of weights, roughly.</param>
public sealed record ModelSettings(IReadOnlyList<ModelSetting> All, int Epochs, double Parameters)
{
    /// <summary>Keys of the settings that are in sight without a search.</summary>
    public static IReadOnlyList<string> InSight { get; } = ["epochs", "latent", "learning-rate"];

    /// <summary>Resolves the settings.</summary>
    /// <param name="preset">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="said">Values that differ from the model's own.</param>
    /// <exception cref="InvalidInputException">A value out of range, or a model that does not fit the data, in one line.</exception>
    public static ModelSettings Of(string preset, DataProfile data, IReadOnlyDictionary<string, string> said)
    {
        var schema = data.Data!.Schema;
        var resolved = ModelSpecification.Resolve(preset, schema, said, TrainingSettings.All, data.Data.Labels).Settings.Values;
        var known = new Dictionary<string, Setting>();
        foreach (
            var setting in (Setting[])
                [
                    ModelSpecification.Latent,
                    .. TrainingSettings.All,
                    .. Parts.All.Select(kind => kind.Choice),
                    .. Parts.All.SelectMany(kind => resolved.TryGetValue(kind.Choice.Key, out var part) ? kind.SettingsOf(part) : []),
                ]
        )
            known.TryAdd(setting.Key, setting);
        var training = TrainingPlan.For(Settings.Empty.Overlay(resolved), data.Data);
        return new(
            [
                .. resolved
                    .Where(pair => known.ContainsKey(pair.Key))
                    .Select(pair => new ModelSetting(pair.Key, pair.Value, known[pair.Key].Meaning, known[pair.Key].Expected, known[pair.Key].Choices)),
            ],
            training.Epochs,
            Weights(schema, resolved)
        );
    }

    /// <summary>Bytes of the model's file and, while it trains, of its checkpoint: weights, their average, the best, and two moments of each.</summary>
    public (double Model, double Checkpoint) Bytes => (4 * Parameters, 5 * 4 * Parameters);

    // Of fully connected layers, input to code and back; others have fewer.
    private static double Weights(DataSchema schema, IReadOnlyDictionary<string, string> settings)
    {
        int[] hidden = settings.TryGetValue("hidden", out var widths) ? SettingKinds.ParseWidths(widths) : [];
        var latent = settings.TryGetValue("latent", out var size) && int.TryParse(size, out var number) ? number : 32;
        double[] layers = [schema.Input.Dimension, .. hidden, 2 * latent];
        return 2 * layers.Zip(layers.Skip(1), (a, b) => (a + 1) * b).Sum();
    }

    /// <summary>Columns and kinds as <c>--columns</c> takes them; null where none is said.</summary>
    public static string? Columns(IReadOnlyDictionary<string, string> kinds) =>
        kinds.Count > 0 ? string.Join(',', kinds.Select(kind => $"{kind.Key}:{kind.Value}")) : null;
}
