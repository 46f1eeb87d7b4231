using Isthmus.Data.Cells;
using Isthmus.Data.Files;
using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Documents;

/// <summary>
/// Reader of documents as counts of words: a folder of .txt files (sub-folders are classes, as with images), one .txt file, a column of texts of a table, or
/// bags of words (.feat). Empty documents are kept.
/// </summary>
internal static class DocumentReader
{
    private const string Extension = ".txt";

    /// <summary>Returns true if the options or the name ask for documents.</summary>
    public static bool IsWanted(string path, DataOptions options) =>
        options.ExpectedWords is not null
        || options.Documents?.Text is not null
        || IsText(path)
        || BagOfWordsReader.IsBagOfWords(path)
        || (
            Directory.Exists(path)
            && ImageFolderReader.Names(path, file => IsText(file) || ImageFolderReader.IsImage(file)) is { Length: > 0 } names
            && names.All(IsText)
        );

    /// <summary>Reads every document: over the model's words if there is a model, otherwise over all words but the stop words.</summary>
    /// <exception cref="InvalidInputException">No such data, or data that are no documents.</exception>
    public static Dataset Read(string path, DataOptions options)
    {
        options.RefuseImageOptions(path);
        var expected = options.ExpectedWords;
        var source = (options.Documents ?? new()).Over(expected?.Source);
        CheckShare(source);
        if (BagOfWordsReader.IsBagOfWords(path))
        {
            options.RefuseTableOptions(path, "bags of words");
            var bags = BagOfWordsReader.Read(path, source, path, options.Place);
            return expected is null ? bags : expected.Adapt(bags);
        }
        var records = new CountsWriter(path, options.Place);
        var counts = expected is null ? new WordCounts(records, StopWords.Named(source.StopWords)) : new WordCounts(records, expected.Vocabulary);
        var notes = new List<Wording>();
        var (names, labels) = IsFolder(path) || IsText(path) ? Files(path, options, counts, notes) : Column(path, options, source, counts, notes);
        var (words, map) = counts.Words();
        if (words.Count == 0)
            throw new InvalidInputException(
                path,
                $"holds no word but stop words in {names.Count} document{(names.Count == 1 ? "" : "s")}",
                "give documents with words"
            );
        return records.ToDataset(
            new DocumentSchema(words, source) { Reading = options.Reading.Over(expected?.Reading).OrNothing() },
            map,
            names,
            labels,
            notes
        );
    }

    /// <summary>Returns the beginnings of documents of files or of a column of texts, on one line each; null if they are neither.</summary>
    /// <param name="data">Documents as read.</param>
    /// <param name="options">Options that they were read with.</param>
    /// <param name="records">Indices of the documents.</param>
    public static IReadOnlyList<string>? Beginnings(Dataset data, DataOptions options, IReadOnlyList<int> records)
    {
        const int Characters = 160;
        static string Beginning(string text) =>
            string.Join(' ', text.Split((char[]?)null, 64, StringSplitOptions.RemoveEmptyEntries).Take(63)) is var line && line.Length > Characters
                ? $"{line[..Characters].TrimEnd()} ..."
                : line;
        return Texts(data, options, records) is { } texts ? [.. texts.Select(Beginning)] : null;
    }

    /// <summary>Returns the texts of documents of files or of a column of texts, read again; null if they are neither.</summary>
    /// <inheritdoc cref="Beginnings"/>
    public static IReadOnlyList<string>? Texts(Dataset data, DataOptions options, IReadOnlyList<int> records)
    {
        if (IsFolder(data.Name) || IsText(data.Name) && File.Exists(data.Name))
            return
            [
                .. records.Select(record =>
                    DocumentText.Read(Directory.Exists(data.Name) ? Path.Combine(data.Name, data.RecordNames![record]) : data.Name)
                ),
            ];
        if (options.Documents?.Text is not { } text || !File.Exists(data.Name) && !TableFiles.Are(data.Name))
            return null;
        var table = new TextTable(data.Name, hasHeader: !int.TryParse(text, out _), options.Reading);
        var wanted = records.Index().GroupBy(record => data.PlaceOf(record.Item)).ToDictionary(same => same.Key, same => same.Select(record => record.Index));
        var (texts, place) = (new string[records.Count], 0);
        table.ForEachRow([table.Position(text)], (cells, _) =>
        {
            foreach (var index in wanted.GetValueOrDefault(place++, []))
                texts[index] = cells[0] ?? "";
        });
        return texts;
    }

    /// <summary>Returns true for a folder of texts; one of tables has its texts in a column.</summary>
    private static bool IsFolder(string path) => Directory.Exists(path) && !TableFiles.Are(path);

    private static (IReadOnlyList<string> Names, LabelColumn[] Labels) Files(string path, DataOptions options, WordCounts counts, List<Wording> notes)
    {
        options.RefuseTableOptions(path, "documents");
        var (root, names) = File.Exists(path) ? (Path.GetDirectoryName(path)!, [Path.GetFileName(path)]) : (path, ImageFolderReader.Names(path, IsText));
        if (names.Length == 0)
            throw Directory.Exists(path)
                ? new InvalidInputException(path, $"holds no {Extension} files", "put the documents there, one a file")
                : new InvalidInputException(path, "does not exist", "check the spelling");
        if (
            Directory.Exists(path)
            && FolderFiles.Of(path) is var found
            && found.Names.Except(names).Concat(found.Skipped.Select(entry => $"{entry.Name} ({entry.Why})")).ToArray() is { Length: > 0 } others
        )
            notes.Add(
                $"{FolderNotes.Count(names.Length, "document")} read, {FolderNotes.Count(others.Length, "file")} passed over, as they are no {Extension} "
                    + $"files: {FolderNotes.Some(others)}"
            );
        foreach (var name in names)
            counts.Add(DocumentText.Read(Path.Combine(root, name)));
        return (names, ImageFolderReader.Labels(names));
    }

    private static (IReadOnlyList<string> Names, LabelColumn[] Labels) Column(
        string path,
        DataOptions options,
        DocumentOptions source,
        WordCounts counts,
        List<Wording> notes
    )
    {
        if (source.Text is not { } text)
            throw new InvalidInputException(
                path,
                "is a table, and nothing says which column holds the texts",
                $"name it with {OptionNames.Text}",
                OptionNames.Text
            );
        if (options.Columns is not null)
            throw new InvalidInputException(
                $"{OptionNames.Columns}",
                $"chooses columns of numbers and does not apply to the documents of {path}",
                $"name the column of texts with {OptionNames.Text}",
                OptionNames.Columns
            );
        var reading = options.Reading.Over(options.Expected?.Reading);
        var table = new TextTable(path, hasHeader: !int.TryParse(text, out _), reading);
        var (rows, labels, classes) = (0, new List<int>(), new DistinctTexts());
        table.ForEachRow([table.Position(text), options.Label is { } label ? table.Position(label) : null], (cells, row) =>
        {
            counts.Add(cells[0]);
            rows++;
            if (options.Label is not null)
                labels.Add(
                    classes.NumberOf(
                        cells[1]
                            ?? throw new InvalidInputException($"{path}: row {row}", $"has no label in column '{options.Label}'", "fill it or remove the row")
                    )
                );
        });
        if (rows == 0)
            throw new InvalidInputException(path, "holds no rows; at least one document is needed", null);
        notes.AddRange(table.Notes);
        return (new NumberedTexts("row", rows), options.Label is { } column ? [LabelColumn.OfTexts(column, classes.Texts, labels)] : []);
    }

    /// <summary>Throws where the greatest share of documents that a word may be in is none.</summary>
    internal static void CheckShare(DocumentOptions source)
    {
        if (source.MaxShare is <= 0 or > 1)
            throw new InvalidInputException(
                $"{OptionNames.MaxShare} {source.MaxShare}",
                "is not a share above 0 and at most 1",
                "give one such as 0.5",
                OptionNames.MaxShare
            );
    }

    /// <summary>Returns true for the name of a text file, gzipped or not.</summary>
    internal static bool IsText(string path) =>
        (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
}
