using System.Globalization;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Lines;

/// <summary>Reader of lines of text: of a file, of the files of a folder or a pattern (each file's name is then a label), or of a column of a table.</summary>
internal static class LineReader
{
    /// <summary>Returns true if the options, the model or the name ask for lines.</summary>
    public static bool IsWanted(string path, DataOptions options) =>
        options.Expected is LineSchema || options.Lines is not null || options.Expected is null && LineFiles.AreLogs(path);

    /// <summary>Returns the options by which lines are read: those given, then the model's, then those for logs.</summary>
    public static LineOptions OptionsFor(string path, DataOptions options)
    {
        var given = (options.Lines ?? new()).Over((options.Expected as LineSchema)?.Source);
        return given.Masks is null && LineFiles.AreLogs(path) ? given with { Masks = string.Join(',', LineMasks.All) } : given;
    }

    /// <summary>Reads all lines.</summary>
    /// <exception cref="InvalidInputException">No such data, or data that are no text.</exception>
    public static LineTexts Read(string path, DataOptions options)
    {
        options.RefuseImageOptions(path);
        var lines = OptionsFor(path, options).Checked();
        _ = LineMasks.NamesIn(lines.Masks ?? "none");
        return lines.Text is { } column ? Column(path, column, lines, options) : Files(path, lines, options);
    }

    private static LineTexts Files(string path, LineOptions lines, DataOptions options)
    {
        options.RefuseTableOptions(path, "lines of text");
        var files = LineFiles.Of(path);
        var (texts, names, owners) = (new List<string>(), files.Count > 1 ? new List<string>() : null, new List<string>());
        foreach (var file in files)
        {
            var records = new LineRecords(lines.RecordStart);
            var own = files.Count > 1 ? Path.GetFileName(file) : "";
            bool Take(string text, long number)
            {
                texts.Add(text);
                names?.Add(string.Create(CultureInfo.InvariantCulture, $"{own}, line {number}"));
                owners.Add(own);
                return true;
            }
            LineFiles.ForEachLine(file, (line, number) => records.Add(line, number, Take));
            records.Complete(Take);
        }
        if (texts.Count == 0)
            throw new InvalidInputException(path, "holds no lines", "give a file with text");
        List<Wording> notes = [];
        if (texts.Count(text => text.Length == 0) is > 0 and var empty)
            notes.Add(FormattableString.Invariant($"{empty:N0} of {texts.Count:N0} lines are empty; they are kept, as lines of no token but the end"));
        // Files of one log are no classes.
        var isOneLog = files.All(LineFiles.IsLog);
        return new(path, texts, names, files.Count > 1 && !isOneLog ? [LabelColumn.OfTexts("file", owners)] : [], lines, notes);
    }

    private static LineTexts Column(string path, string column, LineOptions lines, DataOptions options)
    {
        var table = new TextTable(path, hasHeader: !int.TryParse(column, out _), options.Reading.Over(options.Expected?.Reading));
        var (texts, names, labels) = (new List<string>(), new List<string>(), new List<string>());
        table.ForEachRow([table.Position(column), options.Label is { } label ? table.Position(label) : null], (cells, row) =>
        {
            texts.Add(cells[0] ?? "");
            names.Add(string.Create(CultureInfo.InvariantCulture, $"row {row}"));
            if (options.Label is not null)
                labels.Add(
                    cells[1] ?? throw new InvalidInputException($"{path}: row {row}", $"has no label in column '{options.Label}'", "fill it or remove the row")
                );
        });
        if (texts.Count == 0)
            throw new InvalidInputException(path, "holds no rows; at least one line is needed", null);
        return new(path, texts, names, options.Label is { } named ? [LabelColumn.OfTexts(named, labels)] : [], lines, table.Notes);
    }
}
