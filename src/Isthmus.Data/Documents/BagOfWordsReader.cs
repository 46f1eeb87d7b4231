using System.Globalization;
using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Storage;

namespace Isthmus.Data.Documents;

/// <summary>
/// Reader of bags of words, a document a line: a label, then <c>id:count</c> for each word that occurs, ids from 1. The words are in a separate file, the word
/// of id k on line k. A repeated id in a line adds up. Labels are the documents' classes unless they are all the same.
/// </summary>
internal static class BagOfWordsReader
{
    /// <summary>Returns true for the name of a file of bags of words.</summary>
    public static bool IsBagOfWords(string path) =>
        (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).EndsWith(".feat", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the documents over all words of the vocabulary.</summary>
    /// <param name="path">File of the bags of words.</param>
    /// <param name="source">Options, which name the vocabulary.</param>
    /// <param name="name">Name of the data set.</param>
    /// <param name="place">Choice of memory or file for the counts.</param>
    /// <exception cref="InvalidInputException">No vocabulary, an id beyond it, a count that is none: names file and line.</exception>
    public static Dataset Read(string path, DocumentOptions source, string name, StoragePlace place)
    {
        var vocabulary = Vocabulary(
            source.Vocabulary
                ?? throw new InvalidInputException(
                    path,
                    "is a bag of words, which holds numbers only",
                    $"give the file that names the words, one a line, with {OptionNames.Vocabulary}",
                    OptionNames.Vocabulary
                )
        );
        var (records, labels, classes) = (new CountsWriter(name, place), new List<int>(), new DistinctTexts());
        DocumentText.ForEachLine(path, line =>
        {
            if (line.IsWhiteSpace())
                return;
            var cells = line.Trim().ToString().Split(' ', '\t');
            labels.Add(
                classes.NumberOf(
                    cells[0].Contains(':')
                        ? throw Wrong(path, records.Count, $"begins with '{cells[0]}'; a line is a label and then id:count pairs")
                        : cells[0]
                )
            );
            var counts = new SortedDictionary<int, float>();
            foreach (var cell in cells.AsSpan(1))
            {
                if (cell.Length == 0)
                    continue;
                var (id, times) = Pair(cell) ?? throw Wrong(path, records.Count, $"has '{cell}', which is no id:count pair of whole numbers");
                if (id < 1 || id > vocabulary.Length)
                    throw Wrong(path, records.Count, $"has word {id}, and the vocabulary {source.Vocabulary} has words 1 to {vocabulary.Length}");
                if (times > 0)
                    counts[id - 1] = counts.GetValueOrDefault(id - 1) + times;
            }
            records.Add([.. counts.Keys], [.. counts.Values]);
        });
        return records.ToDataset(
            new DocumentSchema(vocabulary, source),
            null,
            new NumberedTexts("line", records.Count),
            classes.Texts.Count > 1 ? [LabelColumn.OfTexts("label", classes.Texts, labels)] : [],
            []
        );
    }

    private static (int Id, int Times)? Pair(string cell) =>
        cell.Split(':') is [var id, var times]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var word)
        && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? (word, count)
            : null;

    private static string[] Vocabulary(string path)
    {
        string[] words =
        [
            .. DocumentText
                .Read(path)
                .ReplaceLineEndings("\n")
                .TrimEnd('\n')
                .Split('\n')
                .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("")),
        ];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < words.Length; i++)
            if (words[i].Length == 0 || !seen.Add(words[i]))
                throw new InvalidInputException(
                    $"{path}: line {i + 1}",
                    $"{(words[i].Length == 0 ? "is empty" : $"has the word '{words[i]}' again")}",
                    "write one word a line, each once"
                );
        return words;
    }

    private static InvalidInputException Wrong(string path, int record, string what) =>
        new($"{path}: document {record + 1}", what, $"correct the line, or give the {OptionNames.Vocabulary} that belongs to the file", OptionNames.Vocabulary);
}
