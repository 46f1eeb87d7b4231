using Isthmus.Data.Files;

namespace Isthmus.Data.Cells;

/// <summary>Structure of a delimited text, found from its first records. Quotes are always ", and there are no comments.</summary>
/// <param name="Delimiter">Text between cells; empty if a record is one cell.</param>
/// <param name="Titles">Records before the line of names that hold a title and no cells of the table.</param>
/// <param name="HasHeader">True if the first record after them names the columns.</param>
/// <param name="Names">The columns' names: of the header, or column0, column1, ...</param>
/// <param name="Title">The first title, for messages.</param>
/// <param name="HeaderLine">The line of the file that the header or the first record stands in.</param>
internal sealed record CsvDialect(string Delimiter, int Titles, bool HasHeader, IReadOnlyList<string> Names, string Title, long HeaderLine)
{
    /// <summary>Number of records before the table's own: titles and names.</summary>
    public int Before => Titles + (HasHeader ? 1 : 0);

    private const int MostRecords = 10_000,
        MostCells = 200_000,
        MostTitles = 20;
    private static readonly string[] Delimiters = [",", ";", "\t", "|"];

    /// <summary>
    /// Finds the structure. The delimiter is the one that gives most of the first records the same number of cells, then the one under which fewest cells hold
    /// another delimiter. Titles are records of one cell before records of more.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="reading">Options for reading it.</param>
    /// <param name="known">Known names of columns: a first record that holds them all is the header.</param>
    /// <exception cref="InvalidInputException">The file is empty or no text.</exception>
    public static CsvDialect Of(string path, TableReading reading, IReadOnlyCollection<string>? known = null)
    {
        var firstLine = DataFile.Read(path, stream => Sample.Of(stream, path, "", 1)).Rows;
        if (firstLine.Count == 0)
            throw new InvalidInputException(path, "is empty and holds no records", "a table has a line of column names and at least one row");
        var candidates = firstLine[0][0].Contains("::", StringComparison.Ordinal) ? ["::"] : Delimiters;
        var best = candidates
            .Select(delimiter => DataFile.Read(path, stream => Sample.Of(stream, path, delimiter, MostRecords)))
            .Where(sample => sample.Width > 1)
            .OrderByDescending(sample => sample.Share)
            .ThenBy(sample => sample.Titles > 0)
            .ThenBy(sample => sample.Mixed)
            .ThenByDescending(sample => sample.Width)
            .FirstOrDefault();
        // A column of texts that hold commas here and there.
        if (best is null || (best.Share < 0.5 && candidates.All(delimiter => !firstLine[0][0].Contains(delimiter, StringComparison.Ordinal))))
            best = DataFile.Read(path, stream => Sample.Of(stream, path, "", MostRecords));
        // Below a title stand names; a line over numbers may be the name of one column whose numbers have decimal commas.
        var titles = best.Titles > 0 && (reading.Header == true || CsvHeader.IsOne(best.Rows[best.Titles..], reading)) ? best.Titles : 0;
        var rows = best.Rows[titles..];
        if (rows.Count > 2 && rows[0].Length != best.Width && rows.Skip(1).All(row => row.Length == best.Width))
            throw new InvalidInputException(
                $"{path}: line {best.Lines[titles]}",
                $"has {rows[0].Length} cell{(rows[0].Length == 1 ? "" : "s")} and the lines below it {best.Width} each",
                "give the line of names as many, or take a title out"
            );
        var hasHeader = reading.Header ?? (known is { Count: > 0 } && known.All(rows[0].Contains) || CsvHeader.IsOne(rows, reading));
        string[] names = hasHeader ? [.. rows[0].Select((name, i) => name.Length > 0 ? name : $"column{i}")] : [.. rows[0].Select((_, i) => $"column{i}")];
        return new(best.Delimiter, titles, hasHeader, names, titles > 0 ? best.Rows[0].First(cell => cell.Length > 0) : "", best.Lines[titles]);
    }

    /// <summary>The first records of a text, split by one delimiter.</summary>
    private sealed record Sample(string Delimiter, List<string[]> Rows, List<long> Lines)
    {
        /// <summary>Number of records of titles.</summary>
        public int Titles { get; private init; }

        /// <summary>Most frequent number of cells in the records after the titles.</summary>
        public int Width { get; private init; }

        /// <summary>Fraction of those records with this number of cells.</summary>
        public double Share { get; private init; }

        /// <summary>Number of cells that hold another delimiter and are no numbers with a decimal comma.</summary>
        public int Mixed { get; private init; }

        public static Sample Of(Stream stream, string path, string delimiter, int most)
        {
            var sample = new Sample(delimiter, [], []);
            var (cells, broken) = (0, false);
            try
            {
                var reader = new CsvReader(stream, path, delimiter);
                while (sample.Rows.Count < most && cells < MostCells && reader.Read())
                {
                    sample.Rows.Add([.. Enumerable.Range(0, reader.Count).Select(cell => reader.Text(cell).Trim())]);
                    sample.Lines.Add(reader.Line);
                    cells += reader.Count;
                }
            }
            catch (InvalidInputException) when (sample.Rows.Count > 0)
            {
                // Under this delimiter; if there is no better one, the actual reading reports the error.
                broken = true;
            }
            return sample.Measured(broken);
        }

        private Sample Measured(bool broken)
        {
            if (Rows.Count == 0)
                return this;
            var width = Rows.CountBy(row => row.Length).OrderByDescending(count => count.Value).ThenByDescending(count => count.Key).First().Key;
            var titles = Rows.TakeWhile(row => row.Count(cell => cell.Length > 0) <= 1 && (row.Length == 1 || row.Length == width)).Count();
            // Titles must be followed by a table; otherwise they are records of it.
            if (
                titles > MostTitles
                || titles > Rows.Count - 2
                || width < 2
                || Rows.Skip(titles).Any(row => row.Length != width)
                || Rows[titles].Any(cell => cell.Length == 0)
                || !(Rows[0].Length == 1 || width > 2)
            )
                titles = 0;
            var table = Rows[titles..];
            return this with
            {
                Titles = titles,
                Width = width,
                Share = broken ? 0.25 : table.Count(row => row.Length == width) / (double)table.Count,
                Mixed = table.Sum(row => row.Count(IsMixed)),
            };
        }

        private bool IsMixed(string cell) =>
            cell.AsSpan().ContainsAny(",;\t|") && !NumberCell.TryParse(System.Text.Encoding.UTF8.GetBytes(cell), isComma: true, out _);
    }
}
