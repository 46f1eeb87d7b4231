using System.CommandLine;
using System.Globalization;
using Isthmus.Cli.Arguments;
using Isthmus.Codes;
using Isthmus.Lines;
using Isthmus.Models;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus interpolate</c>: the way from one record's code to another's.</summary>
internal static class InterpolateCommand
{
    private static readonly Option<string> From = new("--from")
    {
        Description =
            "Record to begin at, 0 for the first; several, separated by commas, give a row each. For models of lines also the line "
            + "itself, and no data are needed.",
        Required = true,
        HelpName = "i|text",
    };
    private static readonly Option<string> To = new("--to")
    {
        Description = "Record to end at, as many as --from; or the line itself.",
        Required = true,
        HelpName = "i|text",
    };
    private static readonly Option<int> Steps = CommonOptions.Whole("--steps", "Records per row, both ends included", 10, 2);
    private static readonly Option<DataPart?> Part = ModelArguments.PartOption();

    private static readonly Option<CodePath?> Way = new("--path")
    {
        Description = "Path between the codes: linear or spherical. Default: spherical for variational models, linear for others.",
        HelpName = "path",
        CustomParser = result =>
        {
            var given = result.Tokens[0].Value;
            if (given is "linear" or "spherical")
                return given == "linear" ? CodePath.Linear : CodePath.Spherical;
            result.AddError($"--path {given}: expected linear or spherical");
            return null;
        },
    };

    public static Command Create()
    {
        DataArguments? data = null;
        ModelArguments? model = null;
        RecordOutput? output = null;
        var verb = new Verb(
            "interpolate",
            "Decode codes on the way from one record to another.",
            "isthmus interpolate mnist -m runs/mnist-vae --from 0,3 --to 7,8 --steps 12 -o between.png",
            session => Run(session, data!, model!, output!)
        );
        data = DataArguments.AddTo(verb, "");
        model = ModelArguments.AddTo(verb);
        output = RecordOutput.AddTo(verb);
        foreach (var option in (Option[])[From, To, Steps, Way, Part])
            verb.Add(option);
        return verb;
    }

    private static int[]? Numbers(string text) =>
        text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToArray()
            is var numbers
        && numbers.Contains(-1)
            ? null
            : numbers;

    private static void RunLines(Session session, ModelArguments model)
    {
        var lines = session.Compute(model.Path(session), (trained, device) =>
            LineSamples.Between(trained, session.Get(From), session.Get(To), session.Get(Steps), session.Get(Way), device: device)
        );
        session.Result(
            lines,
            [
                new("verb", "interpolate"),
                new("model", model.Manifest(session).Preset),
                new("seed", session.Seed),
                new("records", lines.Count),
                new("from", session.Get(From)),
                new("to", session.Get(To)),
                new("steps", session.Get(Steps)),
                new("lines", lines),
                new("model_path", model.Path(session)),
            ]
        );
    }

    private static void Run(Session session, DataArguments arguments, ModelArguments model, RecordOutput output)
    {
        var (from, to, steps) = (Numbers(session.Get(From)), Numbers(session.Get(To)), session.Get(Steps));
        if (from is null || to is null)
        {
            if (!ModelManifest.IsIn(model.Path(session)) || !LineScorer.AreLines(model.Manifest(session).Schema))
                throw new InvalidInputException(
                    $"{(from is null ? $"--from {session.Get(From)}" : $"--to {session.Get(To)}")}: expected record numbers from 0, joined by "
                        + "commas, such as 3 or 3,14."
                );
            RunLines(session, model);
            return;
        }
        if (from.Length != to.Length)
            throw new InvalidInputException(
                $"--from names {from.Length} record{(from.Length == 1 ? "" : "s")} and --to {to.Length}; each must have its partner."
            );
        var manifest = model.Manifest(session);
        output.Check(session, manifest.Schema);
        if (arguments.IsDefault(session))
            throw new InvalidInputException("Record numbers need data; name those that they are of.");
        var data = arguments.For(manifest, session, session.Get(Part)).Records;
        var rows = session.Compute(model.Path(session), (trained, device) =>
            from.Zip(to, (first, last) => Generation.Interpolate(trained, data, first, last, steps, session.Get(Way), device)).ToArray()
        );
        var all = new RecordValues(manifest.Schema.Output, [.. rows.SelectMany(row => row.Values)]);
        output.Write(session, rows, all, columns: steps);
        session.Result(
            [output.Words(session, all, $"between {from.Length} pair{(from.Length == 1 ? "" : "s")} of records", all.Count)],
            [
                new("verb", "interpolate"),
                new("data", data.Name),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("records", all.Count),
                new("from", from),
                new("to", to),
                new("steps", steps),
                new("model_path", model.Path(session)),
                .. output.Json(session),
            ]
        );
    }
}
