namespace Isthmus.Data.Cells;

/// <summary>
/// Table of mixed columns: their kinds, found in one pass over the whole file, and their cells, read in parts so that a file may be larger than memory. Time is
/// linear in the number of cells.
/// </summary>
internal sealed class TypedTable
{
    private readonly TableSource _source;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <param name="source">The table.</param>
    public TypedTable(TableSource source)
    {
        _source = source;
        _source.RefuseTwins();
        for (var place = 0; place < Names.Count; place++)
            _places[Names[place]] = place;
    }

    /// <summary>Reader of the file.</summary>
    public TableSource Source => _source;

    /// <summary>Path of the file.</summary>
    public string Path => _source.Path;

    /// <summary>Names of the columns, in the file's order.</summary>
    public IReadOnlyList<string> Names => _source.Names;

    /// <summary>Notes on how the table was read, a sentence each; complete once the file is read.</summary>
    public IReadOnlyList<Wording> Notes => _source.Notes;

    /// <summary>Returns true if the file has a column of this name.</summary>
    public bool Has(string name) => _places.ContainsKey(name);

    /// <summary>Infers the kind and spelling of each column, and counts the rows.</summary>
    /// <param name="wanted">Kinds that are given and need not be inferred.</param>
    public (IReadOnlyDictionary<string, ColumnKind> Kinds, IReadOnlyDictionary<string, ColumnProfile> Profiles, long Rows) Infer(
        IReadOnlyDictionary<string, ColumnKind> wanted
    )
    {
        int[] read =
        [
            .. Enumerable.Range(0, Names.Count).Where(place => wanted.GetValueOrDefault(Names[place]) != ColumnKind.Skip || !wanted.ContainsKey(Names[place])),
        ];
        var (profiles, rows) = _source.Profile(read);
        var kinds = new Dictionary<string, ColumnKind>(wanted, StringComparer.Ordinal);
        foreach (var profile in profiles)
            if (!wanted.ContainsKey(profile.Name))
                kinds[profile.Name] = _source.KindOf(_places[profile.Name]) is { } declared ? profile.Kind(declared) : profile.Kind();
        return (kinds, profiles.ToDictionary(profile => profile.Name, StringComparer.Ordinal), rows);
    }

    /// <summary>Reads cells, at most <paramref name="most"/> rows at a time.</summary>
    /// <param name="columns">Buffers of columns of this file, filled anew for each part.</param>
    /// <param name="most">Largest number of rows in a part.</param>
    /// <param name="part">Called after a part is read, with its first row from 0.</param>
    /// <exception cref="InvalidInputException">A cell that is no number or date where one is expected: names column and row.</exception>
    public void Read(IReadOnlyList<ColumnBuffer> columns, int most, Action<long> part)
    {
        ColumnBuffer[] cells = [.. columns];
        var first = 0L;
        var row = 0L;
        void Clear()
        {
            foreach (var column in cells)
                column.Clear();
        }
        Clear();
        _source.ForEachRow([.. cells.Select(column => _places[column.Name])], [.. cells.Select(column => column.IsText)], record =>
        {
            if (row - first == most)
            {
                part(first);
                first = row;
                Clear();
            }
            for (var i = 0; i < cells.Length; i++)
                Add(cells[i], record[i], record.Number);
            row++;
        });
        if (row > first)
            part(first);
    }

    /// <summary>Reads the column's texts as in the file, null for a missing value.</summary>
    public IReadOnlyList<string?> Texts(string column)
    {
        var texts = new List<string?>();
        _source.ForEachRow([_places[column]], [true], row => texts.Add(row[0] is { IsMissing: false } cell ? cell.ToString() : null));
        return texts;
    }

    /// <summary>Reads the first texts of a column that are there, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<string> FirstTexts(string column, int most)
    {
        var texts = new List<string>();
        _source.ForEachRow([_places[column]], [true], row =>
        {
            if (texts.Count < most && row[0] is { IsMissing: false } cell)
                texts.Add(cell.ToString());
        });
        return texts;
    }

    /// <summary>Returns true if a cell of the column is missing.</summary>
    public bool HasMissing(string column)
    {
        var isFound = false;
        _source.ForEachRow([_places[column]], [true], row => isFound |= row[0].IsMissing);
        return isFound;
    }

    /// <summary>Throws if there is no column of this name.</summary>
    /// <exception cref="InvalidInputException">There is none; the message names the nearest, or the first twelve.</exception>
    public void Require(string name, string what, IEnumerable<string>? others = null)
    {
        if (!Has(name))
            throw new InvalidInputException(Path, $"has no column '{name}'{what}", NearestName.Remedy(name, Names.Except(others ?? []), Names));
    }

    /// <summary>Returns the type of a column's cells; null for texts.</summary>
    public string? TypeOf(string name) => _source.TypeOf(_places[name]);

    /// <summary>Returns the rows in the order of a column of times; of equal times, in the file's order.</summary>
    public int[] OrderBy(string name)
    {
        var profile = _source.Profile([_places[name]]).Profiles[0];
        profile.RequireTimes();
        var times = new ColumnBuffer(name, profile.DateSpelling is null ? ColumnKind.Numeric : ColumnKind.Date) { Order = profile.DateOrder };
        _source.ForEachRow([_places[name]], null, row => Add(times, row[0], row.Number));
        var numbers = times.Numbers.ToArray();
        return [.. Enumerable.Range(0, numbers.Length).OrderBy(row => numbers[row])];
    }

    private void Add(ColumnBuffer column, Cell cell, long row)
    {
        if (column.TryAdd(cell, _source.Rules))
            return;
        // The first date that does not begin with its year: the whole column says in which order they are.
        if (
            column is { Kind: ColumnKind.Date, Order: null }
            && !cell.IsTyped
            && _source.Profile([_places[column.Name]]).Profiles[0] is var profile
            && profile.Kind() == ColumnKind.Date
        )
        {
            column.Order = profile.DateOrder;
            if (column.TryAdd(cell, _source.Rules))
                return;
        }
        throw ColumnProfile.NotOfKind(Path, column.Name, column.Kind, row, cell.ToString());
    }
}
