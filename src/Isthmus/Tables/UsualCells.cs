using System.Collections.Concurrent;
using System.Globalization;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;

namespace Isthmus.Tables;

/// <summary>
/// Usual values of cells in words, from the training rows that a model keeps: of a column, and, if it depends on another, given the class of that one
/// (<see cref="RarePairs.Class"/>). What is found once is kept, so that the reasons of a row cost no pass over the kept rows. Safe to use from several threads.
/// </summary>
internal sealed class UsualCells
{
    private const double Tail = 0.01,
        MostOfLevels = 0.9;
    private const int LeastRows = 10,
        MostLevelsNamed = 3,
        Shown = 3,
        Few = 128;
    private readonly TableSchema _table;
    private readonly float[] _kept;
    private readonly Lazy<RarePairs> _pairs;
    private readonly KnownRange?[] _ranges;
    private readonly ConcurrentDictionary<Condition, KnownRange?> _rangesGiven = [];
    private readonly ConcurrentDictionary<Condition, string> _levelsGiven = [];
    private readonly ConcurrentDictionary<(int Other, int Class), string> _conditions = [];
    private readonly ConcurrentDictionary<int, double> _missing = [];

    /// <summary>Learns what is usual in the kept rows.</summary>
    /// <param name="table">Schema of a row; for a series, of its windows.</param>
    /// <param name="kept">Kept training rows, M x D numbers on the model's scale.</param>
    public UsualCells(TableSchema table, float[] kept)
    {
        // A window is its rows, one after another.
        (_table, _kept) = (table.Series is null ? table : SeriesRecords.Narrow(table), kept);
        _pairs = new(() => new(_table, _kept));
        _ranges = [.. Enumerable.Range(0, _table.Dimension).Select(column => Range(column, _ => true))];
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns => [.. _table.Fields.Select(known => known.Name)];

    /// <summary>Returns a cell in words, from its value in the column's own unit or its category.</summary>
    public string Value(int column, double number, string? text) =>
        _table.Fields[column] is FittedNumbers field
            ? double.IsNaN(number)
                ? "missing"
                : Words(field, number)
            : text ?? "missing";

    /// <summary>Returns the reasons for a row's score: the columns with most bits, and every cell unlike any in the training rows.</summary>
    /// <param name="row">D numbers on the model's scale.</param>
    /// <param name="bits">Contribution of each column to the score.</param>
    /// <param name="other">Part of the score that belongs to no column.</param>
    /// <param name="value">A column's cell in words.</param>
    public ScoreReasons Reasons(float[] row, float[] bits, float other, Func<int, string> value)
    {
        Span<double> pairs = row.Length <= Few ? stackalloc double[row.Length] : new double[row.Length];
        Span<int> others = row.Length <= Few ? stackalloc int[row.Length] : new int[row.Length],
            order = row.Length <= Few ? stackalloc int[row.Length] : new int[row.Length];
        _pairs.Value.Bits(row, isKept: false, pairs, others);
        for (var column = 0; column < order.Length; column++)
            order[column] = column;
        order.Sort((a, b) => bits[b].CompareTo(bits[a]) is not 0 and var more ? more : a - b);
        // A contribution below a twentieth means little.
        var (all, rest, unlike) = (0.0, 0.0, 0);
        foreach (var share in bits)
            all += share > 0 ? share : 0;
        var (least, reasons) = (0.05 * (float)all, new List<ScoreReason>(Shown));
        for (var place = 0; place < order.Length; place++)
        {
            var column = order[place];
            if (place < Shown ? place == 0 || bits[column] > least : unlike < Shown && IsUnheardOf(column, row[column]))
            {
                unlike += place < Shown ? 0 : 1;
                reasons.Add(new(_table.Fields[column].Name, value(column), Usual(column, row, others[column]), bits[column]));
            }
            else
                rest += bits[column];
        }
        return new(reasons, (float)rest, other);
    }

    /// <summary>Returns a number on its column's grid, restoring digits lost in single precision.</summary>
    public static double Rounded(FittedNumbers field, double number) =>
        field.Step > 0 && Math.Abs(number / field.Step) < 1e15 ? (double)((decimal)Math.Round(number / field.Step) * (decimal)field.Step) : number;

    /// <summary>Returns a number of a column, in its own unit, in words.</summary>
    public static string Words(FittedNumbers field, double number)
    {
        if (field.Kind == ColumnKind.Date)
            return number is > -6e10 and < 2.5e11 && DateTime.UnixEpoch.AddSeconds(Math.Round(number)) is var time
                ? time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
                : NumberText.Of(number);
        // A year has no mark at its thousands.
        var isYear = field.Step >= 1 && field.Minimum >= 1000 && field.Maximum < 3000;
        return isYear && number == Math.Floor(number) && number is >= 0 and < 10_000
            ? number.ToString("0", CultureInfo.InvariantCulture)
            : NumberText.Own(number, field.Step > 0 ? 15 : 6);
    }

    /// <summary>Returns the usual values of a column, and how a cell differs from them.</summary>
    private string Usual(int column, float[] row, int other)
    {
        var cell = row[column];
        if (float.IsNaN(cell))
            return Share(_missing.GetOrAdd(column, MissingShare), "missing in");
        if (_table.Fields[column] is FittedCategories level)
            return (int)cell >= level.Levels.Count && level.Rare.Count == 0 ? $"in no training row; usual {Levels(new(column, -1, 0))}"
                : (int)cell >= level.Levels.Count ? "new, or in one training row only"
                : Given(column, row, other) is { } alike && Levels(alike) is { Length: > 0 } likely ? $"usual {likely}{Where(row, other)}"
                : Share(level.Shares[(int)cell], "in");
        if (_table.Fields[column] is not FittedNumbers field || _ranges[column] is not { } range)
            return "";
        var number = field.Unscaled(cell);
        if (IsUnheardOf(column, cell))
            return $"{(number > field.Maximum ? "above" : "below")} every training row; {range.Text}";
        return
            number >= range.Low
            && number <= range.High
            && Given(column, row, other) is { } near
            && _rangesGiven.GetOrAdd(near, condition => Range(column, condition.IsMet(this))) is { } given
            && (number < given.Low || number > given.High)
            ? $"{given.Text}{Where(row, other)}"
            : range.Text;
    }

    /// <summary>Returns true if no training row has a cell like it.</summary>
    private bool IsUnheardOf(int column, float cell) =>
        _table.Fields[column] switch
        {
            FittedCategories level => (int)cell >= level.Levels.Count && level.Rare.Count == 0 && !float.IsNaN(cell),
            FittedNumbers field => cell > field.Scaled(field.Maximum) + Hair(cell) || cell < field.Scaled(field.Minimum) - Hair(cell),
            _ => false,
        };

    // What single precision rounds.
    private static float Hair(float cell) => 1e-5f * Math.Max(1, Math.Abs(cell));

    private Condition? Given(int column, float[] row, int other) => other < 0 ? null : new(column, other, _pairs.Value.Class(other, row[other]));

    private double MissingShare(int column) =>
        Enumerable.Range(0, _kept.Length / _table.Dimension).Count(kept => float.IsNaN(_kept[kept * _table.Dimension + column]))
        / (double)(_kept.Length / _table.Dimension);

    private string Where(float[] row, int other)
    {
        var field = _table.Fields[other];
        if (field is FittedCategories level)
            return (int)row[other] < level.Levels.Count ? $" where {field.Name} is {level.Levels[(int)row[other]]}" : "";
        return _conditions.GetOrAdd((other, _pairs.Value.Class(other, row[other])), condition =>
            Known(other, new Condition(other, other, condition.Class).IsMet(this)) is { Length: > 0 } numbers
                ? $" where {field.Name} is {Words((FittedNumbers)field, numbers[0])} to {Words((FittedNumbers)field, numbers[^1])}"
                : ""
        );
    }

    /// <summary>Returns the 1 % and 99 % quantiles of the chosen rows; null if they are too few.</summary>
    private KnownRange? Range(int column, Func<int, bool> isMeant)
    {
        if (_table.Fields[column] is not FittedNumbers field || Known(column, isMeant) is not { Length: >= LeastRows } known)
            return null;
        var (low, high) = (known[(int)(Tail * known.Length)], known[known.Length - 1 - (int)(Tail * known.Length)]);
        return new(low, high, $"usual {Words(field, low)} to {Words(field, high)}");
    }

    private double[] Known(int column, Func<int, bool> isMeant) =>
        [
            .. Enumerable
                .Range(0, _kept.Length / _table.Dimension)
                .Where(isMeant)
                .Select(row => _kept[row * _table.Dimension + column])
                .Where(cell => !float.IsNaN(cell))
                .Select(cell => Rounded((FittedNumbers)_table.Fields[column], ((FittedNumbers)_table.Fields[column]).Unscaled(cell)))
                .Order(),
        ];

    /// <summary>Returns the most frequent categories of the rows that meet a condition, until they cover nine of ten rows.</summary>
    private string Levels(Condition condition) => _levelsGiven.GetOrAdd(condition, _ => Levels(condition.Column, condition.IsMet(this)));

    private string Levels(int column, Func<int, bool> isMeant)
    {
        var level = (FittedCategories)_table.Fields[column];
        var counts = Enumerable
            .Range(0, _kept.Length / _table.Dimension)
            .Where(isMeant)
            .Select(row => _kept[row * _table.Dimension + column])
            .Where(cell => !float.IsNaN(cell) && (int)cell < level.Levels.Count)
            .CountBy(cell => (int)cell)
            .OrderByDescending(count => count.Value)
            .ToArray();
        var (sum, all) = (0, counts.Sum(count => count.Value));
        if (all < LeastRows)
            return "";
        string[] names = [.. counts.TakeWhile(count => (sum += count.Value) - count.Value < MostOfLevels * all).Select(count => level.Levels[count.Key])];
        return names.Length <= MostLevelsNamed ? string.Join(" or ", names) : $"{string.Join(", ", names.Take(MostLevelsNamed))}, ...";
    }

    private static string Share(double share, string verb) => share == 0 ? $"{verb} no training row" : $"{verb} {NumberText.Percent(share)} of training rows";

    /// <summary>The 1 % and 99 % quantiles of a column's cells, and both in words.</summary>
    private sealed record KnownRange(double Low, double High, string Text);

    /// <summary>A column's cells in the kept rows whose other column has a class; of all rows where <paramref name="Other"/> is -1.</summary>
    private readonly record struct Condition(int Column, int Other, int Class)
    {
        public Func<int, bool> IsMet(UsualCells cells)
        {
            var (other, own) = (Other, Class);
            return other < 0 ? _ => true
                : own < 0 ? _ => false
                : kept => cells._pairs.Value.Class(other, cells._kept[kept * cells._table.Dimension + other]) == own;
        }
    }
}
