using System.Collections;
using Isthmus.Data.Documents;
using Isthmus.Data.Formats;
using Isthmus.Data.Records;

namespace Isthmus;

/// <summary>Texts as counts of their words, in memory or from files. Which words count is chosen among those of the training documents.</summary>
public static class Documents
{
    /// <summary>A document of each text.</summary>
    /// <param name="texts">The texts; one that is null or empty is a document without words.</param>
    /// <param name="labels">One label per document: texts, numbers or members of an enumeration. Default: none.</param>
    /// <param name="options">Choice of words. Default: words in at least 5 documents and at most half of them, without function words of
    /// English.</param>
    /// <exception cref="InvalidInputException">No documents, none with a word, or not as many labels as documents.</exception>
    public static Dataset From(IEnumerable<string?> texts, IEnumerable? labels = null, DocumentOptions? options = null) =>
        TextOrigin.Read($"documents{Dataset.InMemory}", [.. texts], labels is null ? [] : [LabelColumn.Of("label", labels)], options ?? new());

    /// <summary>Every document of a folder of .txt files, a .txt file, a column of texts of a table, or a file of word counts (.feat).</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">Place of the texts and choice of words. Default: by the name of the file or folder.</param>
    /// <param name="label">For a table, the column of each document's class. Default: none.</param>
    /// <exception cref="InvalidInputException">There are no such documents, or none with a word that counts.</exception>
    public static Dataset Load(string path, DocumentOptions? options = null, string? label = null) =>
        DataSource.LoadAll(path, new() { Documents = options, Label = label });

    /// <summary>The same in parts to train, validate and test on: those of folders train and test, or 80 % / 10 % / 10 % at random.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="seed">Random seed of the choice. Default 1.</param>
    /// <param name="options">Place of the texts and choice of words. Default: by the name of the file or folder.</param>
    /// <param name="label">For a table, the column of each document's class. Default: none.</param>
    /// <exception cref="InvalidInputException">As of <see cref="Load"/>, or fewer than three documents.</exception>
    public static DataSplits LoadSplits(string path, int seed = 1, DocumentOptions? options = null, string? label = null) =>
        DataSource.Load(
            path,
            new()
            {
                Seed = seed,
                Documents = options,
                Label = label,
            }
        );
}
