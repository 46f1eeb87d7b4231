using System.Globalization;
using Isthmus.Data.Formats;
using Isthmus.Models;
using Isthmus.Models.Primitives;

namespace Isthmus.Training;

/// <summary>Command line that trains the same model: only differences from the preset's defaults appear.</summary>
internal static class ReproducingCommand
{
    /// <summary>Returns the command for a POSIX shell.</summary>
    public static string Of(ModelSpecification specification, Provenance provenance) =>
        string.Join(' ', [.. Training(specification, provenance).Select(Quoted), "--seed", $"{provenance.Seed}", "--threads", $"{provenance.Threads}"]);

    /// <summary>
    /// Returns the command that trains the same model with other settings, for a POSIX shell: based on the user's command line if it is known, so that its
    /// options for the data are kept.
    /// </summary>
    /// <param name="specification">The model.</param>
    /// <param name="provenance">Origin of the model.</param>
    /// <param name="changes">Settings by key.</param>
    public static string With(ModelSpecification specification, Provenance provenance, params IEnumerable<KeyValuePair<string, string>> changes)
    {
        List<string> words = [.. provenance.CommandLine is { } given ? ["isthmus", .. given] : Training(specification, provenance)];
        foreach (var (key, value) in changes)
            Change(words, key, value);
        return string.Join(' ', words.Select(Quoted));
    }

    /// <summary>Returns a word quoted for a POSIX shell.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";

    private static void Change(List<string> words, string key, string value)
    {
        for (var i = 1; i < words.Count; i++)
            if (words[i - 1] == "--set" && words[i].StartsWith($"{key}=", StringComparison.Ordinal))
            {
                words[i] = $"{key}={value}";
                return;
            }
            else if (words[i - 1] == $"--{key}" || key == ModelSpecification.Latent.Key && words[i - 1] == "--topics")
            {
                words[i] = value;
                return;
            }
        words.AddRange(HasOption(key) ? [$"--{key}", value] : ["--set", $"{key}={value}"]);
    }

    // Settings that have an option of their own besides --set.
    private static bool HasOption(string key) => key is "net" or "latent" or "precision" or "epochs";

    private static List<string> Training(ModelSpecification specification, Provenance provenance)
    {
        List<string> words = ["isthmus", "train", provenance.Data, "--model", specification.Preset];
        var defaults = Defaults(specification);
        foreach (var (key, value) in specification.Settings.Values)
            if (defaults.GetValueOrDefault(key) != value)
                words.AddRange(key is "net" or "latent" or "precision" ? [$"--{key}", value] : ["--set", $"{key}={value}"]);
        if (provenance.Origin is { } origin)
            words.AddRange("--from", origin.File ?? "MODEL");
        return [.. words, .. Data(specification, provenance).Skip(1)];
    }

    /// <summary>Returns the data as arguments: their name, and the options by which they were read.</summary>
    public static IEnumerable<string> Data(ModelSpecification specification, Provenance provenance)
    {
        yield return provenance.Data;
        foreach (var (option, value) in specification.Schema.Kind.Arguments(specification.Schema, DataSource.Names.Contains(provenance.Data)))
            if (value is not null)
            {
                yield return option;
                yield return Convert.ToString(value, CultureInfo.InvariantCulture)!;
            }
        if (provenance.Array is { } array)
        {
            yield return "--array";
            yield return array;
        }
        if (provenance.Targets is { } targets)
        {
            yield return "--target-activations";
            yield return targets;
        }
    }

    private static Dictionary<string, string> Defaults(ModelSpecification specification)
    {
        IEnumerable<Setting> all =
        [
            ModelSpecification.Latent,
            .. Parts.All.Select(kind => kind.Choice).Where(choice => choice != ModelSpecification.Likelihood),
            .. Parts.All.SelectMany(kind => kind.Names.SelectMany(kind.SettingsOf)),
            .. TrainingSettings.All,
        ];
        Dictionary<string, string> defaults = new() { [ModelSpecification.Likelihood.Key] = specification.Schema.Kind.Likelihood(specification.Schema) };
        foreach (var setting in all)
            defaults.TryAdd(setting.Key, setting.DefaultText);
        if (!specification.IsClosedForm)
            defaults[TrainingSettings.Precision.Key] = TrainingSettings.AutomaticPrecision(specification.Schema, device: null);
        foreach (var (key, value) in Preset.Named(specification.Preset).For(specification.Schema))
            defaults[key] = value;
        return defaults;
    }
}
