using System.CommandLine;
using Isthmus.Cli.Output;
using Isthmus.Codes;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Cli.Arguments;

/// <summary>Options for writing records; their kind determines the form.</summary>
internal sealed class RecordOutput
{
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "File to write: images as one grid (.png), tables as .csv or .parquet.",
        HelpName = "file",
    };
    private readonly Option<string?> _each = new("--each") { Description = "Folder for one file per image.", HelpName = "folder" };

    /// <summary>Adds the options to a verb.</summary>
    public static RecordOutput AddTo(Command command)
    {
        var output = new RecordOutput();
        command.Add(output._output);
        command.Add(output._each);
        return output;
    }

    /// <summary>The file and the folder to write; null for those that were not given.</summary>
    public (string? File, string? Each) Paths(Session session) => (session.Get(_output), session.Get(_each));

    /// <summary>The paths for the JSON object.</summary>
    public KeyValuePair<string, object?>[] Json(Session session) => [new("output_path", session.Get(_output)), new("each_path", session.Get(_each))];

    /// <summary>Returns true if a place was named.</summary>
    public bool IsAsked(Session session) => session.Get(_output) is not null || session.Get(_each) is not null;

    /// <summary>Returns a description of the files written: "10,000 restored: the first 10 in grid.png, each in folder".</summary>
    public string Words(Session session, RecordValues made, string what, int shown)
    {
        var places = new List<string>();
        if (session.Get(_output) is { } output)
            places.Add(KindOutput.Of(made.Schema).Written(output, shown, made.Count));
        if (session.Get(_each) is { } each)
            places.Add($"each in {each}");
        return $"{NumberText.Of(made.Count)} {what}: {string.Join(", ", places)}";
    }

    /// <summary>Returns true if every record is written, false if only as many as a grid shows.</summary>
    public bool WantsAll(Session session, DataSchema schema) => KindOutput.Of(schema).IsWritten || session.Get(_each) is not null;

    /// <summary>Checks the paths before any work.</summary>
    /// <exception cref="InvalidInputException">No path, or one that such records cannot be written to.</exception>
    public void Check(Session session, DataSchema schema)
    {
        var kind = KindOutput.Of(schema);
        kind.DemandRecords();
        if (session.Get(_output) is null && session.Get(_each) is null)
            throw new InvalidInputException($"Nowhere to write to; give -o {kind.Places}.");
        kind.Check(session.Get(_output), session.Get(_each));
    }

    /// <summary>Returns the path for a table of mixed columns.</summary>
    /// <exception cref="InvalidInputException">No path, or one that no table can be written to.</exception>
    public string TablePath(Session session)
    {
        var path = session.Get(_output) ?? throw new InvalidInputException("Nowhere to write to; give -o table.csv or .parquet.");
        TableWriter.CheckName(path);
        return session.Get(_each) is null
            ? path
            : throw new InvalidInputException("--each is for images, and the model is of a table; give -o table.csv or .parquet.");
    }

    /// <summary>Writes rows of records under each other as a grid, and <paramref name="made"/> one by one; vectors as a table.</summary>
    /// <param name="session">The command.</param>
    /// <param name="rows">Rows of the grid.</param>
    /// <param name="made">Records of the command.</param>
    /// <param name="names">The records' names, where known.</param>
    /// <param name="beside">Columns that stand before those of a table.</param>
    /// <param name="columns">Pictures side by side at most.</param>
    public void Write(
        Session session,
        IReadOnlyList<RecordValues> rows,
        RecordValues made,
        IReadOnlyList<string>? names = null,
        IEnumerable<Column>? beside = null,
        int columns = 10
    ) =>
        KindOutput
            .Of(made.Schema)
            .Write(made, new(session.Get(_output), session.Get(_each), rows, names, beside ?? [], columns, session.CheckOutput, session.CancellationToken));
}
