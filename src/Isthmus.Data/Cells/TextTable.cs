using System.Globalization;

namespace Isthmus.Data.Cells;

/// <summary>A table of texts whose columns are asked for one by one: by name, or by number from 1 where it has no header.</summary>
internal sealed class TextTable
{
    private readonly TableSource _source;

    /// <param name="path">The file.</param>
    /// <param name="hasHeader">Whether its first line names the columns.</param>
    /// <param name="reading">How its cells are read.</param>
    public TextTable(string path, bool hasHeader, TableReading reading)
    {
        _source = TableSource.Open(path, reading with { Header = hasHeader });
        // Types have names always.
        HasHeader = hasHeader || _source.HasHeader;
    }

    /// <summary>Whether columns have names.</summary>
    public bool HasHeader { get; }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Names => _source.Names;

    /// <summary>What cells mean.</summary>
    public CellRules Rules => _source.Rules;

    /// <summary>What was taken for what, a sentence each; whole once the file is read.</summary>
    public IReadOnlyList<string> Notes => _source.Notes;

    /// <summary>The column's place, 0 for the first.</summary>
    /// <exception cref="InvalidInputException">There is none of that name or number.</exception>
    public int Position(string column)
    {
        var place = HasHeader ? _source.Place(column) : int.Parse(column, CultureInfo.InvariantCulture) - 1;
        if (place >= 0 && place < Names.Count)
            return place;
        var firstLine = _source.FirstLine;
        if (!HasHeader)
            throw new InvalidInputException(
                $"{_source.Path} has no column {column}: its rows have {Names.Count} cells, numbered from 1. Its first line is '{firstLine}'."
            );
        var near = NearestName.Of(column, Names);
        throw new InvalidInputException(
            $"{_source.Path} has no column '{column}'; "
                + (
                    near is not null ? $"did you mean '{near}'?"
                    : firstLine.Length == 0 ? $"it has {string.Join(", ", Names.Take(12))}."
                    : $"its first line is '{firstLine}'. If that is no header, give columns by number from 1."
                )
        );
    }

    /// <summary>What the cells of a column have in common.</summary>
    public ColumnProfile Profile(int column) => _source.Profile([column]).Profiles[0];

    /// <summary>Reads the rows of some columns as texts, in the file's order, without holding them.</summary>
    /// <param name="columns">Places; null for a column of nothing.</param>
    /// <param name="visit">Told each row's cells, null for a missing one, and its number from 1.</param>
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
