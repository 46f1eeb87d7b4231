using System.Globalization;
using Isthmus.Data;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Reporting;

/// <summary>The command line that trains the same model: only what differs from the preset's defaults is said.</summary>
internal static class ReproducingCommand
{
    /// <summary>The command for a POSIX shell.</summary>
    public static string Of(ModelSpecification specification, Provenance provenance)
    {
        List<string> words = ["isthmus", "train", Quoted(provenance.Data), "--model", specification.Preset];
        var defaults = Defaults(specification);
        foreach (var (key, value) in specification.Settings.Values)
            if (defaults.GetValueOrDefault(key) != value)
                words.AddRange(key is "net" or "latent" or "precision" ? [$"--{key}", value] : ["--set", Quoted($"{key}={value}")]);
        if (specification.Schema is InteractionSchema { Source: var source })
            foreach (var (option, value) in new (string, object?)[]
            {
                ("--user", source.User), ("--item", source.Item), ("--rating", source.Rating), ("--time", source.Time), ("--min-rating", source.MinRating),
                ("--min-per-user", source.MinPerUser), ("--min-per-item", source.MinPerItem), ("--titles", source.Titles),
            })
                if (value is not null)
                    words.AddRange([option, Quoted(Convert.ToString(value, CultureInfo.InvariantCulture)!)]);
        if (specification.Schema is DocumentSchema { Source: var texts } && !DataSource.Names.Contains(provenance.Data))
            foreach (var (option, value) in new (string, object?)[]
            {
                ("--text", texts.Text), ("--vocabulary", texts.Vocabulary), ("--stop-words", texts.StopWords), ("--min-documents", texts.MinDocuments),
                ("--max-document-share", texts.MaxShare), ("--max-words", texts.MaxWords),
            })
                if (value is not null)
                    words.AddRange([option, Quoted(Convert.ToString(value, CultureInfo.InvariantCulture)!)]);
        words.AddRange(["--seed", $"{provenance.Seed}", "--threads", $"{provenance.Threads}"]);
        return string.Join(' ', words);
    }

    private static Dictionary<string, string> Defaults(ModelSpecification specification)
    {
        IEnumerable<Setting> all =
        [
            ModelSpecification.Net, ModelSpecification.Latent, ModelSpecification.Bottleneck, ModelSpecification.Corruption,
            .. Parts.Networks.SelectMany(part => part.Settings), .. Parts.Bottlenecks.SelectMany(part => part.Settings),
            .. Parts.Likelihoods.SelectMany(part => part.Settings), .. Parts.Corruptions.SelectMany(part => part.Settings),
            .. Models.Objectives.ElboObjective.Settings, .. TrainingSettings.All,
        ];
        Dictionary<string, string> defaults = new() { [ModelSpecification.Likelihood.Key] = ModelSpecification.LikelihoodFor(specification.Schema) };
        foreach (var setting in all)
            defaults.TryAdd(setting.Key, setting.DefaultText);
        if (!specification.IsClosedForm)
            defaults[TrainingSettings.Precision.Key] = TrainingSettings.AutomaticPrecision(specification.Schema, device: null);
        foreach (var (key, value) in Preset.Named(specification.Preset).For(specification.Schema))
            defaults[key] = value;
        return defaults;
    }

    private static string Quoted(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
