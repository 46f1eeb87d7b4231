using System.Globalization;

namespace Isthmus.Data.Cells;

/// <summary>Table of texts whose columns are named, or numbered from 1 if it has no header.</summary>
internal sealed class TextTable
{
    private readonly TableSource _source;

    /// <param name="path">The file.</param>
    /// <param name="hasHeader">True if its first line names the columns.</param>
    /// <param name="reading">Options for reading its cells.</param>
    public TextTable(string path, bool hasHeader, TableReading reading)
    {
        _source = TableSource.Open(path, reading with { Header = hasHeader });
        // Types have names always.
        HasHeader = hasHeader || _source.HasHeader;
    }

    /// <summary>True if columns have names.</summary>
    public bool HasHeader { get; }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Names => _source.Names;

    /// <summary>Rules for the meaning of cells.</summary>
    public CellRules Rules => _source.Rules;

    /// <summary>Notes on how the table was read, a sentence each; complete once the file is read.</summary>
    public IReadOnlyList<Wording> Notes => _source.Notes;

    /// <summary>Returns the column's index, 0 for the first.</summary>
    /// <exception cref="InvalidInputException">There is none of that name or number.</exception>
    public int Position(string column)
    {
        var place = HasHeader ? _source.Place(column) : int.Parse(column, CultureInfo.InvariantCulture) - 1;
        if (place >= 0 && place < Names.Count)
            return place;
        var firstLine = _source.FirstLine;
        if (!HasHeader)
            throw new InvalidInputException(_source.Path, $"has no column {column}", $"count from 1 to {Names.Count}; its first line is '{firstLine}'");
        throw new InvalidInputException(
            _source.Path,
            $"has no column '{column}'",
            firstLine.Length == 0 || NearestName.Of(column, Names) is not null
                ? NearestName.Remedy(column, Names)
                : $"give one of its first line, '{firstLine}', or, if that is no header, columns by number from 1"
        );
    }

    /// <summary>Reads the profile of a column.</summary>
    public ColumnProfile Profile(int column) => _source.Profile([column]).Profiles[0];

    /// <summary>Reads the rows of some columns as texts, in the file's order, without holding them.</summary>
    /// <param name="columns">Indices of columns; null for an empty column.</param>
    /// <param name="visit">Called with each row's cells, null for a missing value, and its number from 1.</param>
    public void ForEachRow(IReadOnlyList<int?> columns, Action<string?[], long> visit)
    {
        int[] places = [.. columns.OfType<int>()],
            at = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i] is not null)];
        var cells = new string?[columns.Count];
        _source.ForEachRow(places, [.. places.Select(_ => true)], row =>
        {
            for (var i = 0; i < places.Length; i++)
                cells[at[i]] = row[i] is { IsMissing: false } cell ? cell.ToString() : null;
            visit(cells, row.Number);
        });
    }
}
