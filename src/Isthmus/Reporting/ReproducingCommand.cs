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
        foreach (var (option, value) in Reading(specification.Schema, provenance))
            if (value is not null)
                words.AddRange([option, Quoted(Convert.ToString(value, CultureInfo.InvariantCulture)!)]);
        if (provenance.Array is { } array)
            words.AddRange(["--array", Quoted(array)]);
        if (provenance.Streamed)
            words.Add("--stream");
        words.AddRange(["--seed", $"{provenance.Seed}", "--threads", $"{provenance.Threads}"]);
        return string.Join(' ', words);
    }

    /// <summary>How the data were read, where the schema keeps it.</summary>
    private static (string Option, object? Value)[] Reading(DataSchema schema, Provenance provenance) => schema switch
    {
        ImageSchema image => [("--depth", image.Depth)],
        InteractionSchema { Source: var source } =>
        [
            ("--user", source.User), ("--item", source.Item), ("--rating", source.Rating), ("--time", source.Time), ("--min-rating", source.MinRating),
            ("--min-per-user", source.MinPerUser), ("--min-per-item", source.MinPerItem), ("--titles", source.Titles),
        ],
        DocumentSchema { Source: var source } when !DataSource.Names.Contains(provenance.Data) =>
        [
            ("--text", source.Text), ("--vocabulary", source.Vocabulary), ("--stop-words", source.StopWords), ("--min-documents", source.MinDocuments),
            ("--max-document-share", source.MaxShare), ("--max-words", source.MaxWords),
        ],
        TableSchema table =>
        [
            ("--columns", table.Asked is { } asked ? string.Join(',', asked) : null), ("--label", table.Skipped.FirstOrDefault(column => column.Reason == SkippedColumn.TheLabel)?.Name),
            ("--time", table.Series?.Time), ("--window", table.Series?.Window), ("--stride", table.Series?.Stride),
        ],
        _ => [],
    };

    private static Dictionary<string, string> Defaults(ModelSpecification specification)
    {
        IEnumerable<Setting> all =
        [
            ModelSpecification.Latent, .. ModelSpecification.Kinds.Select(kind => kind.Choice).Where(choice => choice != ModelSpecification.Likelihood),
            .. ModelSpecification.Kinds.SelectMany(kind => kind.Names.SelectMany(kind.SettingsOf)), .. TrainingSettings.All,
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
