using Isthmus.Cli.Arguments;
using Isthmus.Models;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus models</c>: what there is to train.</summary>
internal static class ModelsCommand
{
    public static Verb Create() => new("models", "List every model that train knows, a line each.", "isthmus models", Run) { ComputesOnCpu = true };

    private static void Run(Session session)
    {
        var width = Preset.All.Max(preset => preset.Name.Length);
        session.Result(
            Preset
                .All.GroupBy(preset => preset.Field)
                .SelectMany(group => (string[])[$"{group.Key}:", .. group.Select(preset => $"  {preset.Name.PadRight(width)}  {preset.Summary}")]),
            [
                new("verb", "models"),
                new(
                    "models",
                    Preset
                        .All.Select(preset => new
                        {
                            name = preset.Name,
                            field = preset.Field,
                            summary = preset.Summary,
                            settings = preset.Values,
                        })
                        .ToArray()
                ),
            ]
        );
    }
}
