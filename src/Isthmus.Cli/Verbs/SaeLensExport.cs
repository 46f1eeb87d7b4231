using Isthmus.Cli.Arguments;
using Isthmus.Dictionaries;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus export --format saelens</c>: a sparse dictionary as a SAELens folder.</summary>
internal static class SaeLensExport
{
    /// <summary>Name of the format.</summary>
    public const string Format = "saelens";

    public static void Run(Session session, ModelArguments arguments, string format, string folder)
    {
        if (format != Format)
            throw new InvalidInputException($"--format {format}", "is not known", $"give {Format}, or leave it out for a file by its name");
        string[] files = [Path.Combine(folder, SaeLens.ConfigurationName), Path.Combine(folder, SaeLens.WeightsName)];
        foreach (var file in files)
            session.CheckOutput(file);
        var manifest = arguments.Manifest(session);
        session.Compute(arguments.Path(session), (trained, _) =>
        {
            SaeLens.Export(trained, folder);
            return true;
        });
        session.Result(
            [
                $"{folder}: {manifest.Preset} as {SaeLens.ConfigurationName} and {SaeLens.WeightsName} "
                    + $"({NumberText.Of(new FileInfo(files[1]).Length)} bytes), for records in their own units",
            ],
            [
                new("verb", "export"),
                new("format", Format),
                new("model", manifest.Preset),
                new("model_path", arguments.Path(session)),
                new("output_path", folder),
                new("files", files),
            ]
        );
    }
}
