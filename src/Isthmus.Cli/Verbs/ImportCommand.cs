using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Dictionaries;
using Isthmus.Training;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus import</c>: a model that another program trained.</summary>
internal static class ImportCommand
{
    private const string SaeFormat = "sae";

    private static readonly Argument<string> Format = new("format") { Description = $"{SaeFormat}: a sparse dictionary in a folder of SAELens." };
    private static readonly Argument<string> Folder = new("folder")
    {
        Description = $"The folder, with {SaeLens.ConfigurationName} and {SaeLens.WeightsName}.",
    };
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Folder of the run that gets the model.",
        Required = true,
        HelpName = OutputPaths.Run,
    };

    public static Command Create()
    {
        var verb = new Verb(
            "import",
            "Read a model that another program trained, for encode, evaluate and the other commands.",
            "isthmus import sae gemma-layer-12/ -o runs/gemma-layer-12",
            Run
        )
        {
            ComputesOnCpu = true,
        };
        verb.Add(Format);
        verb.Add(Folder);
        verb.Add(Output);
        return verb;
    }

    private static void Run(Session session)
    {
        var (format, folder, run) = (session.Get(Format), session.Get(Folder), new RunFolder(session.Get(Output)));
        if (format != SaeFormat)
            throw new InvalidInputException($"import {format}", "is not known", $"give 'import {SaeFormat}' and a folder of SAELens");
        if (File.Exists(run.Path))
            throw new InvalidInputException($"-o {run.Path}", "is a file", "give the folder of a run, such as runs/imported");
        session.CheckOutput(run.Model);
        var imported = session.Compute(_ => SaeLens.Import(folder));
        using var model = imported.Model;
        model.Save(run.Model);
        var settings = model.Specification.Settings.Values;
        string[] lines =
        [
            $"{run.Model}: {model.Specification.Preset}, {NumberText.Of(model.Network.Bottleneck.Latent)} features of "
                + $"{Counted.Of(model.Specification.Schema.Dimension, "number")} (bottleneck {settings["bottleneck"]}, network {settings["net"]})",
            .. imported.Unused.Count == 0 ? [] : (string[])[$"  of no effect on its numbers: {string.Join(", ", imported.Unused)}"],
        ];
        session.Result(
            lines,
            [
                new("verb", "import"),
                new("format", format),
                new("data", folder),
                new("model", model.Specification.Preset),
                new("latent_units", model.Network.Bottleneck.Latent),
                new("dimensions", model.Specification.Schema.Dimension),
                new("settings", settings),
                new("unused", imported.Unused),
                new("model_path", run.Model),
            ]
        );
    }
}
