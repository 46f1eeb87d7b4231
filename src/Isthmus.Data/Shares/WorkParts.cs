using System.Text.Json;
using System.Text.Json.Nodes;
using Isthmus.Data.Arrays;
using Isthmus.Data.Cells;

namespace Isthmus.Data.Shares;

/// <summary>
/// Parts of one output, made by processes that know nothing of each other and put together in the end: Parquet files <c>i-of-n.parquet</c> in the folder
/// <c>OUTPUT.parts</c>, each with the rows of its share and, in its metadata, what it was made from and its contribution to the result. A part is written whole
/// or not at all, so a share may be started twice, or killed and started again.
/// </summary>
/// <param name="output">Path of the output.</param>
/// <param name="made">What parts are made from, by name in the order to compare: data, model, settings. Parts of anything else are refused.</param>
/// <param name="command">Function that returns the command that makes a share.</param>
internal sealed class WorkParts(string output, IReadOnlyList<KeyValuePair<string, string>> made, Func<Share, string> command)
{
    private const string Pattern = "*-of-*.parquet";

    private sealed record Metadata(
        IReadOnlyDictionary<string, string> Made,
        IReadOnlyList<string> Columns,
        IReadOnlyDictionary<string, string> Casts,
        long Rows,
        JsonNode Result
    );

    /// <summary>Folder of the parts.</summary>
    public string Folder => $"{output}.parts";

    /// <summary>Returns the path of a part.</summary>
    public string PathOf(Share share) => Path.Combine(Folder, FormattableString.Invariant($"{share.Index}-of-{share.Count}.parquet"));

    /// <summary>Returns true if the part is there already.</summary>
    /// <exception cref="InvalidInputException">There is a part of other work in its place, or of another number of shares beside it.</exception>
    public bool IsDone(Share share)
    {
        if (Counts().FirstOrDefault(count => count != share.Count) is > 0 and var other)
            throw new InvalidInputException(
                Folder,
                $"holds parts of {other} shares, and this is one of {share.Count}",
                $"give a share of {other}, such as 1/{other}, or delete the folder"
            );
        if (!File.Exists(PathOf(share)))
            return false;
        Read(share);
        return true;
    }

    /// <summary>Writes a part: rows as <see cref="TableWriter"/> takes them, none if the share has none, and then the result.</summary>
    /// <typeparam name="T">Type of the result; <see cref="JsonFormat"/> writes it.</typeparam>
    public void Write<T>(Share share, Action<Action<IReadOnlyList<Column>>> rows, Func<T> result)
    {
        var (columns, written) = ((IReadOnlyList<Column>)[], 0L);
        TableWriter.WriteWithMetadata(
            PathOf(share),
            write =>
                rows(part =>
                {
                    columns = part;
                    written += part.Count > 0 ? part[0].Count : 0;
                    if (part.Count > 0)
                        write(part);
                }),
            () =>
                JsonSerializer.Serialize(
                    new Metadata(
                        made.ToDictionary(),
                        [.. columns.Select(column => column.Name)],
                        TableWriter.Casts(columns),
                        written,
                        JsonSerializer.SerializeToNode(result(), JsonFormat.Compact)!
                    ),
                    JsonFormat.Compact
                )
        );
    }

    /// <summary>Returns the results of all shares, in their order.</summary>
    /// <exception cref="InvalidInputException">A part is missing, is of other work, or there are parts of several numbers of shares.</exception>
    public IReadOnlyList<T> Results<T>() => [.. All().Select(share => Read(share).Result.Deserialize<T>(JsonFormat.Compact)!)];

    /// <summary>Writes the output from all parts, which stay: the rows of the shares one after another, .csv, .parquet or .npy.</summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Results"/>.</exception>
    public long Merge()
    {
        var shares = All();
        var parts = Array.ConvertAll(shares, Read);
        var filled = parts.Zip(shares).Where(part => part.First.Rows > 0).ToArray();
        string[] files = [.. filled.Select(part => PathOf(part.Second))];
        if (files.Length == 0)
            throw new InvalidInputException(Folder, "holds parts without rows", "give data with records");
        if (NumpyWriter.IsName(output))
            NumpyWriter.Write(
                output,
                filled[0].First.Columns.Count,
                files.SelectMany(TableWriter.Numbers).Select(rows => Array.ConvertAll(rows, number => (float)number))
            );
        else
            TableWriter.Join(output, files, filled[0].First.Casts);
        return parts.Sum(part => part.Rows);
    }

    /// <summary>Returns the rows of all parts, in the order of shares, some at a time, one row of numbers after another.</summary>
    public IEnumerable<double[]> Numbers() => All().Where(share => Read(share).Rows > 0).SelectMany(share => TableWriter.Numbers(PathOf(share)));

    private Share[] All()
    {
        var counts = Counts();
        if (counts.Count > 1)
            throw new InvalidInputException(
                Folder,
                $"holds parts of {counts[0]} and of {counts[1]} shares",
                "delete those that are not meant, or the folder, and make them again"
            );
        if (counts.Count == 0)
            throw new InvalidInputException(output, $"has no parts yet: {Folder} holds none", $"make them, of 4 shares by {command(new(1, 4))} to 4/4");
        Share[] shares = [.. Share.All(counts[0])],
            missing = [.. shares.Where(share => !File.Exists(PathOf(share)))];
        return missing.Length == 0
            ? shares
            : throw new InvalidInputException(
                output,
                $"lacks the part of share {missing[0]}{(missing.Length > 1 ? $" and of {missing.Length - 1} more" : "")}",
                $"make it by {command(missing[0])}"
            );
    }

    private List<int> Counts() =>
        !Directory.Exists(Folder)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(Folder, Pattern)
                    .Select(file => Share.Parse(Path.GetFileNameWithoutExtension(file).Replace("-of-", "/"))?.Count)
                    .OfType<int>()
                    .Distinct()
                    .Order(),
            ];

    private Metadata Read(Share share)
    {
        var path = PathOf(share);
        Metadata? found = null;
        try
        {
            found = TableWriter.Metadata(path) is { } text ? JsonSerializer.Deserialize<Metadata>(text, JsonFormat.Compact) : null;
        }
        catch (JsonException) { }
        if (found is null)
            throw new InvalidInputException(path, "is no part that Isthmus wrote", $"delete it, and make it by {command(share)}");
        foreach (var (name, value) in made)
            if (found.Made.GetValueOrDefault(name) is var its && its != value)
                throw new InvalidInputException(
                    path,
                    $"is a part of other work ({name} {Shown(its)}, and here {Shown(value)})",
                    $"delete it, and make it by {command(share)}"
                );
        return found;
    }

    private static string Shown(string? value) =>
        value is null or "" ? "none"
        : value.Length == 64 && value.All(char.IsAsciiHexDigit) ? $"SHA-256 {value[..12]}"
        : $"'{value}'";
}
