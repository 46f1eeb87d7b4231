using System.CommandLine;
using Isthmus.Cli.Arguments;
using Isthmus.Cli.Output;
using Isthmus.Data.Cells;
using Isthmus.Tables;

namespace Isthmus.Cli.Verbs;

/// <summary><c>isthmus impute</c>: missing cells predicted from the others of their row.</summary>
internal static class ImputeCommand
{
    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "File for the filled table, of the input's format; draws go beside it as name.1.csv, ...",
        Required = true,
        HelpName = "file",
    };
    private static readonly Option<int> Draws = CommonOptions.Whole("--draws", "Further tables, each with one draw of every missing value", 0, 0).AtMost(1000);
    private static readonly Option<string?> Intervals = new("--intervals")
    {
        Description = "File for every filled value with its interval: .csv or .parquet.",
        HelpName = "file",
    };
    private static readonly Option<double?> Level = CommonOptions.OptionalNumber("--level", "Confidence level of the intervals. Default: 0.9");

    public static Command Create()
    {
        ModelArguments? model = null;
        ReadingArguments? reading = null;
        var data = new Argument<string>("data") { Description = "A .csv or .tsv file with the model's columns and missing values." };
        var verb = new Verb(
            "impute",
            "Fill the missing values of a table: numbers with their mean given the rest of the row, categories with the most likely one. Nothing else changes.",
            "isthmus impute holes.csv -m runs/customers-table-vae -o filled.csv --draws 5 --intervals cells.csv",
            session => Run(session, session.Get(data), model!, reading!)
        )
        {
            ComputesOnCpu = true,
        };
        verb.Add(data);
        model = ModelArguments.AddTo(verb);
        foreach (var option in (Option[])[Output, Draws, Intervals, Level])
            verb.Add(option);
        reading = ReadingArguments.AddTo(verb);
        ShareArguments.AddTo(verb);
        return verb;
    }

    private static void Run(Session session, string path, ModelArguments model, ReadingArguments reading)
    {
        var (output, level) = (session.Get(Output), session.Get(Level) ?? 0.9);
        if (level is <= 0 or >= 1)
            throw new InvalidInputException($"--level {level}: expected a number between 0 and 1, such as 0.9.");
        if (!Path.GetExtension(output).Equals(Path.GetExtension(path), StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException($"{output}: the filled table is of the kind that was given; give a name that ends in {Path.GetExtension(path)}.");
        if (session.Get(Intervals) is { } table)
            TableWriter.CheckName(table);
        string[] drawn =
        [
            .. Enumerable
                .Range(1, session.Get(Draws))
                .Select(draw =>
                    Path.Combine(
                        Path.GetDirectoryName(output) ?? "",
                        FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(output)}.{draw}{Path.GetExtension(output)}")
                    )
                ),
        ];
        foreach (var place in drawn)
            session.CheckOutput(place);
        var manifest = model.Manifest(session);
        var share = ShareArguments.Of(session);
        var parts = ShareArguments.Parts(session, output, path, model.Path(session));
        if (share is { } own)
        {
            if (ShareArguments.IsDone(session, parts!, own))
                return;
            session.Compute(model.Path(session), (trained, _) =>
            {
                FilledTable.WriteShare(trained, path, session.Get(Draws), level, session.Seed, reading.Get(session), own, parts!, session.CancellationToken);
                return true;
            });
            ShareArguments.Report(session, parts!, own);
            return;
        }
        var filled = session.Compute(model.Path(session), (trained, _) =>
            parts is null
                ? FilledTable.Of(trained, path, session.Get(Draws), level, session.Seed, session.CancellationToken, reading.Get(session))
                : FilledTable.Merge(trained, path, session.Get(Draws), session.Seed, reading.Get(session), parts)
        );
        foreach (var note in filled.Notes)
            session.Note($"{path}: {note.OnCommandLine()}");
        filled.Write(output, drawn);
        if (session.Get(Intervals) is { } intervals)
            filled.WriteIntervals(intervals);
        session.Result(
            [
                $"{path}: {Counted.Of(filled.Count, "missing value")} filled, in {output}",
                .. drawn.Length > 0 ? [$"draws      {string.Join(", ", drawn)}"] : Array.Empty<string>(),
                .. session.Get(Intervals) is { } written ? [$"intervals  {written}, level {NumberText.Percent(level)}"] : Array.Empty<string>(),
            ],
            [
                new("verb", "impute"),
                new("data", path),
                new("model", manifest.Preset),
                new("seed", session.Seed),
                new("cells", filled.Count),
                new("level", level),
                new("model_path", model.Path(session)),
                new("output_path", output),
                new("draw_paths", drawn),
                new("intervals_path", session.Get(Intervals)),
            ]
        );
    }
}
