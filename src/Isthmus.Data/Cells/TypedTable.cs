namespace Isthmus.Data.Cells;

/// <summary>
/// The columns of a table of mixed kinds: what each is, found in one pass over the whole file, and their cells, read in parts so that a file
/// may be larger than memory. Time is linear in cells.
/// </summary>
internal sealed class TypedTable
{
    private readonly TableSource _source;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private int[]? _order;

    /// <param name="path">The file.</param>
    /// <param name="reading">How its cells are read.</param>
    /// <param name="known">Names that its columns should have, where a model knows them.</param>
    public TypedTable(string path, TableReading reading, IReadOnlyCollection<string>? known = null)
    {
        _source = TableSource.Open(path, reading, known);
        _source.RefuseTwins();
        for (var place = 0; place < Names.Count; place++)
            _places[Names[place]] = place;
    }

    /// <summary>Where they are read from.</summary>
    public TableSource Source => _source;

    /// <summary>The file.</summary>
    public string Path => _source.Path;

    /// <summary>The columns' names, in the file's order.</summary>
    public IReadOnlyList<string> Names => _source.Names;

    /// <summary>What was taken for what, a sentence each; whole once the file is read.</summary>
    public IReadOnlyList<string> Notes => _source.Notes;

    /// <summary>Whether the file has a column of this name.</summary>
    public bool Has(string name) => _places.ContainsKey(name);

    /// <summary>What each column is and how it is written, and the rows of the file.</summary>
    /// <param name="wanted">Kinds that are given and not to be found.</param>
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
                kinds[profile.Name] = profile.Kind();
        return (kinds, profiles.ToDictionary(profile => profile.Name, StringComparer.Ordinal), rows);
    }

    /// <summary>Reads cells, at most <paramref name="most"/> rows at a time.</summary>
    /// <param name="columns">Filled anew for each part; of columns of this file.</param>
    /// <param name="most">Rows in a part; all of them where they are ordered.</param>
    /// <param name="part">Told when a part is read, and its first row from 0.</param>
    /// <param name="order">The column whose times order the rows; null for the file's order.</param>
    /// <exception cref="InvalidInputException">A cell that is no number or date where one is expected, or no time: names column and row.</exception>
    public void Read(IReadOnlyList<ColumnBuffer> columns, int most, Action<long> part, string? order = null)
    {
        if (order is not null)
            _order ??= OrderBy(order);
        ColumnBuffer[] cells = [.. columns];
        var first = 0L;
        var row = 0L;
        _source.ForEachRow([.. cells.Select(column => _places[column.Name])], [.. cells.Select(column => column.IsText)], record =>
        {
            if (row - first == most)
            {
                part(first);
                first = row;
                foreach (var column in cells)
                    column.Clear();
            }
            for (var i = 0; i < cells.Length; i++)
                Add(cells[i], record[i], record.Number);
            row++;
        });
        if (_order is not null && order is not null)
            foreach (var column in cells)
                column.Reorder(_order);
        if (row > first)
            part(first);
    }

    /// <summary>The column's texts as they stand in the file, null for a missing cell.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="order">The column whose times order the rows; null for the file's order.</param>
    public IReadOnlyList<string?> Texts(string column, string? order = null)
    {
        var texts = new List<string?>();
        _source.ForEachRow([_places[column]], [true], row => texts.Add(row[0] is { IsMissing: false } cell ? cell.ToString() : null));
        return order is null ? texts : [.. (_order ??= OrderBy(order)).Select(row => texts[row])];
    }

    /// <summary>The name as it is in the file.</summary>
    /// <exception cref="InvalidInputException">There is none; the message names the nearest, or the first twelve.</exception>
    public void Require(string name, string what, IEnumerable<string>? others = null)
    {
        if (!Has(name))
            throw new InvalidInputException(
                $"{Path} has no column '{name}'{what}; "
                    + $"{(NearestName.Of(name, Names.Except(others ?? [])) is { } near ? $"did you mean '{near}'?" : $"it has {string.Join(", ", Names.Take(12))}{(Names.Count > 12 ? ", ..." : "")}.")}"
            );
    }

    /// <summary>The type of a column's cells; null of texts.</summary>
    public string? TypeOf(string name) => _source.TypeOf(_places[name]);

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

    /// <summary>The rows in the order of a column of times; of equal ones the file's.</summary>
    private int[] OrderBy(string name)
    {
        var profile = _source.Profile([_places[name]]).Profiles[0];
        profile.RequireTimes();
        var times = new ColumnBuffer(name, profile.DateSpelling is null ? ColumnKind.Numeric : ColumnKind.Date) { Order = profile.DateOrder };
        _source.ForEachRow([_places[name]], null, row => Add(times, row[0], row.Number));
        var numbers = times.Numbers.ToArray();
        return [.. Enumerable.Range(0, numbers.Length).OrderBy(row => numbers[row])];
    }
}
