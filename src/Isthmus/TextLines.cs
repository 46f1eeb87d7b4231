using System.Collections;
using Isthmus.Data.Formats;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Lines;
using Isthmus.Models;

namespace Isthmus;

/// <summary>
/// Lines of text as sequences of tokens, in memory or from files. The tokens are learnt from the training lines, and a model keeps them. Safe to use from
/// several threads.
/// </summary>
public static class TextLines
{
    /// <summary>A record of each line.</summary>
    /// <param name="lines">The lines; null is an empty one.</param>
    /// <param name="labels">One label per line: texts, numbers or members of an enumeration. Default: none.</param>
    /// <param name="options">How lines are cut into tokens. Default: pieces of words, without masks.</param>
    /// <exception cref="InvalidInputException">No lines, none with a character, or not as many labels as lines.</exception>
    public static Dataset From(IEnumerable<string?> lines, IEnumerable? labels = null, LineOptions? options = null)
    {
        string[] texts = [.. lines.Select(line => line ?? "")];
        if (texts.Length == 0)
            throw new InvalidInputException(null, "The lines hold no records", "give at least one");
        return new LineTexts($"lines{Dataset.InMemory}", texts, null, labels is null ? [] : [LabelColumn.Of("label", labels)], options ?? new(), []).Records();
    }

    /// <summary>Every line of a text file, of the files of a folder or pattern, or of a column of a table.</summary>
    /// <param name="path">The file, folder or pattern.</param>
    /// <param name="options">Place of the lines, and how they are cut into tokens. Default: the file's own lines, in pieces of words.</param>
    /// <param name="label">For a table, the column of each line's class. Default: none.</param>
    /// <exception cref="InvalidInputException">There are no such lines, or they are no text.</exception>
    public static Dataset Load(string path, LineOptions? options = null, string? label = null) =>
        DataSource.LoadAll(path, new() { Lines = options ?? new(), Label = label });

    /// <summary>The same in parts to train, validate and test on, 80 % / 10 % / 10 % of the lines at random.</summary>
    /// <param name="path">The file, folder or pattern.</param>
    /// <param name="seed">Random seed of the choice. Default 1.</param>
    /// <param name="options">Place of the lines, and how they are cut into tokens. Default: the file's own lines, in pieces of words.</param>
    /// <param name="label">For a table, the column of each line's class. Default: none.</param>
    /// <exception cref="InvalidInputException">As of <see cref="Load"/>, or fewer than three lines.</exception>
    public static DataSplits LoadSplits(string path, int seed = 1, LineOptions? options = null, string? label = null) =>
        DataSource.Load(
            path,
            new()
            {
                Seed = seed,
                Lines = options ?? new(),
                Label = label,
            }
        );

    /// <summary>
    /// Calls with each line, or record of several lines, of text files or standard input, without holding them: as a model of lines reads them.
    /// </summary>
    /// <param name="path">A file, a folder or a pattern of files; - for standard input.</param>
    /// <param name="model">A model of lines, which says how lines are joined to records.</param>
    /// <param name="visit">Called with the text and the number of its first line from 1, over all files; returns false to stop.</param>
    /// <exception cref="InvalidInputException">The model is not of lines, or a file cannot be read or is no text: names the line.</exception>
    public static void ForEach(string path, TrainedModel model, Func<string, long, bool> visit)
    {
        var source = LineScorer.Demand(model.Specification.Schema).Source;
        var (before, last, goesOn) = (0L, 0L, true);
        foreach (var file in path == "-" ? ["-"] : LineFiles.Of(path))
        {
            var records = new LineRecords(source.RecordStart);
            bool Take(string line, long number)
            {
                last = before + number;
                return goesOn = goesOn && records.Add(line, last, visit);
            }
            if (file == "-")
            {
                using var input = Console.OpenStandardInput();
                LineFiles.ForEachLine(input, "standard input", Take);
            }
            else
                LineFiles.ForEachLine(file, Take);
            if (!goesOn || !records.Complete(visit))
                return;
            before = last;
        }
    }

    /// <summary>
    /// Calls with each line, or record of several lines, of a file that is being written, as it is completed, until cancelled. After a rotation or a truncation
    /// the file of that name is read from its beginning. A record of several lines is complete when the file has not grown for a fifth of a second.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="model">A model of lines, which says how lines are joined to records.</param>
    /// <param name="visit">Called with the text and the number of its first line from 1.</param>
    /// <param name="idle">Called when the file has no more for now.</param>
    /// <param name="note">Called with what happened to the file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidInputException">The model is not of lines, or the file does not exist, is packed, or cannot be read.</exception>
    internal static void Follow(
        string path,
        TrainedModel model,
        Action<string, long> visit,
        Action idle,
        Action<string> note,
        CancellationToken cancellationToken
    )
    {
        var records = new LineRecords(LineScorer.Demand(model.Specification.Schema).Source.RecordStart);
        bool Take(string text, long number)
        {
            visit(text, number);
            return true;
        }
        void Pause()
        {
            records.Complete(Take);
            idle();
        }
        new GrowingFile(path, note).ForEachLine((line, number) => records.Add(line, number, Take), Pause, cancellationToken);
    }

    /// <summary>Returns options for reading lines for a model of them: its own way to cut them, unless another is asked for.</summary>
    internal static DataOptions OptionsFor(string preset, DataOptions options)
    {
        var asked = (options.Lines ?? new()) with { Text = options.Lines?.Text ?? options.Documents?.Text };
        return options with { Lines = asked with { Tokens = asked.Tokens ?? LineLearning.TokensOf(preset) } };
    }
}
