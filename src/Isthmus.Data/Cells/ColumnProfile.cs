using System.Text;

namespace Isthmus.Data.Cells;

/// <summary>
/// Statistics of the cells of one column, gathered during reading: how many are numbers, dates or missing, and their spelling; from these follows the column's
/// kind.
/// </summary>
internal sealed class ColumnProfile(string path, string name, CellRules rules)
{
    private const double Mostly = 0.9;
    private const int MostNamed = 8;

    private readonly DistinctCount _distinct = new();
    private long _missingWords,
        _numbers,
        _wholes,
        _dayFirst,
        _monthFirst,
        _notYearFirst,
        _commas;
    private double _least = double.PositiveInfinity,
        _greatest = double.NegativeInfinity;
    private ulong _sum;
    private NumberSpelling? _numberSpelling;
    private DateSpelling? _dayFirstSpelling,
        _monthFirstSpelling;
    private (long Row, string Text)? _firstNoNumber,
        _firstNoDate,
        _firstNotYearFirst;
    private string _missingWord = "";

    /// <summary>Name of the column.</summary>
    public string Name => name;

    /// <summary>Number of cells with a value.</summary>
    public long Filled { get; private set; }

    /// <summary>Number of missing values.</summary>
    public long Missing { get; private set; }

    /// <summary>True for a column of texts in which a usual text such as NA counted as missing: it may be a category (Namibia).</summary>
    private bool HasMissingWords => _missingWords > 0 && rules.AreUsual && !AreNumbers && !AreDates;

    /// <summary>Spelling of the column's numbers; null for typed columns and texts.</summary>
    public NumberSpelling? NumberSpelling => _numberSpelling?.Settled();

    /// <summary>Spelling of the column's dates; null if it has none.</summary>
    public DateSpelling? DateSpelling => IsMonthFirst ? _monthFirstSpelling : _dayFirstSpelling;

    /// <summary>Order of the column's dates.</summary>
    public DateOrder DateOrder => IsMonthFirst ? DateOrder.MonthDayYear : DateOrder.DayMonthYear;

    private bool IsMonthFirst => rules.Dates is { } said ? said == DateOrder.MonthDayYear : _monthFirst > _dayFirst;

    private long Dates => IsMonthFirst ? _monthFirst : _dayFirst;

    /// <summary>True if every value is a number.</summary>
    public bool AreNumbers => Filled > 0 && _numbers == Filled;

    /// <summary>True if every value is a date or a time of day, and the order of day and month is clear.</summary>
    public bool AreDates => Filled > 0 && Dates == Filled && (_notYearFirst == 0 || _dayFirst != _monthFirst || rules.Dates is not null);

    /// <summary>Kind of the values, without refusing any: numbers, dates, or else texts.</summary>
    public ColumnKind Values =>
        AreNumbers ? ColumnKind.Numeric
        : AreDates ? ColumnKind.Date
        : ColumnKind.Category;

    /// <summary>Reason why a column of texts is not numeric, if it nearly is; null otherwise.</summary>
    public Wording? Stray =>
        AreNumbers || AreDates || Filled == 0 || _numbers + _commas < Mostly * Filled ? null
        : _commas > 0
            ? (Wording)
                $"{TakenForSymbols}, with a comma that may be a decimal one ({OptionNames.Decimal} comma reads it so; marks of thousands must be taken out)"
        : (Wording)$"{TakenForSymbols}, no number ({OptionNames.Missing} says which texts mean a missing cell)";

    private string TakenForSymbols => $"column '{name}' is taken for symbols: row {_firstNoNumber!.Value.Row} is {Shown(_firstNoNumber.Value.Text)}";

    /// <summary>Returns warnings on columns of texts in which a usual text such as NA counted as missing, one for all columns of the same text.</summary>
    public static IEnumerable<Wording> MissingNotes(IEnumerable<ColumnProfile> columns) =>
        columns
            .Where(column => column.HasMissingWords)
            .GroupBy(column => (column._missingWord, Cells: column.Missing + column.Filled))
            .Select(same =>
            {
                ColumnProfile[] named = [.. same.Take(MostNamed)],
                    others = [.. same.Skip(MostNamed)];
                var more = others.Length > 0 ? $" and {others.Sum(column => column._missingWords):N0} in {Counted.Of(others.Length, "more column")}" : "";
                return (Wording)(
                    $"{string.Join(", ", named.Select(column => column.Name))}: {string.Join(", ", named.Select(column => $"{column._missingWords:N0}"))} "
                    + $"{(same.Sum(column => column._missingWords) == 1 ? "cell" : "cells")} of {same.Key.Cells:N0}{more} taken for missing because the text "
                    + $"is '{same.Key._missingWord}'; if that is a category, say which texts mean missing with {OptionNames.Missing}, such "
                    + $"as {OptionNames.Missing} '?' (an empty cell always does)"
                );
            });

    /// <summary>Adds a cell.</summary>
    public void Add(Cell cell, long row)
    {
        if (cell.IsMissing)
        {
            Missing++;
            if (cell.Text.Length > 0)
            {
                if (_missingWords++ == 0)
                    _missingWord = cell.ToString();
            }
            return;
        }
        Filled++;
        if (cell.TryNumber(rules, out var number))
        {
            AddNumber(number);
            if (!cell.IsTyped)
                _numberSpelling = NumberSpelling.Of(cell.Text, _numberSpelling);
            return;
        }
        _distinct.Add(cell.Text);
        _firstNoNumber ??= (row, cell.ToString());
        if (!rules.IsComma && NumberCell.HasCommas(cell.Text))
            _commas++;
        if (!AddDate(cell.Text, row))
            _firstNoDate ??= (row, cell.ToString());
    }

    /// <summary>Determines the kind of the column.</summary>
    /// <exception cref="InvalidInputException">Nearly all cells are numbers or dates and some are not, or dates whose day and month cannot be told apart: names
    /// column and row.</exception>
    public ColumnKind Kind()
    {
        if (Filled == 0)
            return ColumnKind.Skip;
        if (AreNumbers)
            return _distinct.Count == 2 ? ColumnKind.Boolean
                : _wholes < Filled ? ColumnKind.Numeric
                : Identifiers.AreNumbers(Filled, Filled, _greatest - _least) && IsPermutation() ? ColumnKind.Identifier
                : ColumnKind.Integer;
        if (Dates == Filled)
        {
            RequireOneOrder();
            return ColumnKind.Date;
        }
        if (_commas > 0 && _numbers + _commas >= Mostly * Filled)
            throw new InvalidInputException(
                $"{path}: column '{name}', row {_firstNoNumber!.Value.Row}",
                $"is {Shown(_firstNoNumber.Value.Text)}, with a comma that may be a decimal one",
                $"read it so with {OptionNames.Decimal} comma, take the column for texts with {OptionNames.Columns} {name}:category, or take out "
                    + $"marks of thousands",
                OptionNames.Decimal
            );
        if (_numbers >= Mostly * Filled)
            throw NotOfKind(ColumnKind.Numeric, _firstNoNumber!.Value.Row, _firstNoNumber.Value.Text);
        if (Dates >= Mostly * Filled)
            throw NotOfKind(ColumnKind.Date, _firstNoDate?.Row ?? 0, _firstNoDate?.Text ?? "");
        return _distinct.Count == 2 ? ColumnKind.Boolean
            : Identifiers.AreTexts(Filled, _distinct.Count) ? ColumnKind.Identifier
            : ColumnKind.Category;
    }

    /// <summary>Returns the kind of a column with a declared kind: that kind, unless its cells are missing or only identify rows.</summary>
    public ColumnKind Kind(ColumnKind declared) =>
        Filled == 0 ? ColumnKind.Skip
        : declared == ColumnKind.Category && Identifiers.AreTexts(Filled, _distinct.Count) ? ColumnKind.Identifier
        : declared == ColumnKind.Integer && Identifiers.AreNumbers(Filled, _distinct.Count, _greatest - _least) ? ColumnKind.Identifier
        : declared;

    /// <summary>Throws unless every cell is a time: a number or a date.</summary>
    /// <exception cref="InvalidInputException">A cell that is missing or neither: names column and row.</exception>
    public void RequireTimes()
    {
        if (Missing > 0)
            throw new InvalidInputException(
                path,
                $"has no time in column '{name}' of {Missing} row{(Missing == 1 ? "" : "s")}",
                "fill the cells or remove the rows"
            );
        if (_numbers == Filled)
            return;
        if (_numbers > 0 && _numbers < Filled && Dates < _numbers)
            throw NotATime(_firstNoNumber!.Value);
        if (Dates < Filled)
            throw NotATime(_firstNoDate ?? _firstNoNumber!.Value);
        RequireOneOrder();
    }

    /// <summary>Returns the error for a cell that is not of its column's kind.</summary>
    public InvalidInputException NotOfKind(ColumnKind kind, long row, string text) => NotOfKind(path, name, kind, row, text);

    /// <summary>Returns the error for a cell that is not of its column's kind.</summary>
    public static InvalidInputException NotOfKind(string path, string name, ColumnKind kind, long row, string text) =>
        new(
            $"{path}: column '{name}', row {row}",
            $"is {Shown(text)}, not a {(kind == ColumnKind.Date ? "date" : "finite number")}",
            $"correct or empty the cell, or take the column for texts with {OptionNames.Columns} {name}:category when training",
            OptionNames.Columns
        );

    /// <summary>Returns a cell's text in quotes, cut if it is long.</summary>
    public static string Shown(string text) => $"'{(text.Length > 40 ? text[..40] + "..." : text)}'";

    private InvalidInputException NotATime((long Row, string Text) cell) =>
        new(
            $"{path}: column '{name}', row {cell.Row}",
            $"is {Shown(cell.Text)}, not a time",
            "give numbers or dates, such as 2024-03-31 17:00 or 31/03/2024 17:00"
        );

    /// <summary>Throws if day and month are ambiguous.</summary>
    /// <exception cref="InvalidInputException">No cell says which comes first, nor was it said: names column and row.</exception>
    public void RequireOneOrder()
    {
        if (_notYearFirst > 0 && _dayFirst == _monthFirst && rules.Dates is null)
            throw new InvalidInputException(
                $"{path}: column '{name}', row {_firstNotYearFirst!.Value.Row}",
                $"is {Shown(_firstNotYearFirst.Value.Text)}, and no cell says whether the day or the month comes first",
                $"give {OptionNames.Dates} dmy or {OptionNames.Dates} mdy, or take the column for texts with {OptionNames.Columns} {name}:category",
                OptionNames.Dates
            );
    }

    private void AddNumber(double number)
    {
        _numbers++;
        _distinct.Add(number);
        if (number == Math.Floor(number))
        {
            _wholes++;
            _sum += Math.Abs(number) < 1L << 53 ? DistinctCount.Mixed((ulong)(long)number) : 1;
        }
        _least = Math.Min(_least, number);
        _greatest = Math.Max(_greatest, number);
    }

    private bool AddDate(ReadOnlySpan<byte> text, long row)
    {
        var isDayFirst = DateCell.TryParse(text, DateOrder.DayMonthYear, out _, out var spelling);
        if (isDayFirst)
        {
            _dayFirst++;
            _dayFirstSpelling = _dayFirstSpelling?.With(spelling!) ?? spelling;
            if (spelling!.Order is "" or "ymd")
            {
                _monthFirst++;
                _monthFirstSpelling = _monthFirstSpelling?.With(spelling) ?? spelling;
                return true;
            }
        }
        var isMonthFirst = DateCell.TryParse(text, DateOrder.MonthDayYear, out _, out spelling);
        if (isMonthFirst)
        {
            _monthFirst++;
            _monthFirstSpelling = _monthFirstSpelling?.With(spelling!) ?? spelling;
        }
        if (!isDayFirst && !isMonthFirst)
            return false;
        _notYearFirst++;
        _firstNotYearFirst ??= (row, Encoding.UTF8.GetString(text));
        return true;
    }

    /// <summary>
    /// Returns true if the whole numbers are all of those from the smallest to the largest, each once: the sums of their hashes are then equal, and hardly ever
    /// otherwise.
    /// </summary>
    private bool IsPermutation()
    {
        var sum = 0UL;
        for (var number = (long)_least; number <= (long)_greatest; number++)
            sum += DistinctCount.Mixed((ulong)number);
        return sum == _sum;
    }
}
