using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// Input of an encoder for a row of mixed columns: for a number asinh(z), whether it is present, and for a column of several modes the probability of each; for
/// a count ln(1 + x); for two categories -1 or 1; for more categories a one-hot vector. A missing value is 0 everywhere.
/// </summary>
internal sealed class RowInput : nn.Module<Tensor, Tensor>
{
    private readonly CachedTensor? _numbers,
        _counts,
        _pairs;
    private readonly (long Column, int Levels)[] _levels;
    private readonly (long Column, Belonging Modes)[] _modes;

    public RowInput(TableSchema table)
        : base("row_input")
    {
        long[] Columns(Func<FittedColumn, bool> where) => [.. table.Fields.Index().Where(field => where(field.Item)).Select(field => (long)field.Index)];
        static CachedTensor? Kept(long[] columns) => columns.Length == 0 ? null : new(columns);
        var numbers = Columns(field => field is FittedNumbers and not { Kind: ColumnKind.Count });
        var counts = Columns(field => field.Kind == ColumnKind.Count);
        var pairs = Columns(field => field is FittedCategories { Levels.Count: <= 2 });
        (_numbers, _counts, _pairs) = (Kept(numbers), Kept(counts), Kept(pairs));
        (Dimension, Numbers, Counts, Pairs) = (table.Dimension, numbers, counts, pairs);
        _levels =
        [
            .. Columns(field => field is FittedCategories { Levels.Count: > 2 })
                .Select(column => (column, ((FittedCategories)table.Fields[(int)column]).Levels.Count + 1)),
        ];
        _modes =
        [
            .. numbers
                .Select(column => (column, ((FittedNumbers)table.Fields[(int)column]).Modes))
                .Where(column => column.Modes.Count > 1)
                .Select(column => (column.column, new Belonging(column.Modes))),
        ];
        Width = 2 * (numbers.Length + counts.Length + pairs.Length) + _levels.Sum(column => column.Levels) + _modes.Sum(column => column.Modes.Modes.Count);
    }

    /// <summary>Number of columns.</summary>
    public int Dimension { get; }

    /// <summary>Number of outputs.</summary>
    public int Width { get; }

    /// <summary>Columns of numbers but counts, in the order of the outputs.</summary>
    public IReadOnlyList<long> Numbers { get; }

    /// <summary>Columns of counts.</summary>
    public IReadOnlyList<long> Counts { get; }

    /// <summary>Columns of two categories.</summary>
    public IReadOnlyList<long> Pairs { get; }

    /// <summary>Columns of more categories, each with their number, the one of all that are rare or new included.</summary>
    public IReadOnlyList<(long Column, int Levels)> Levels => _levels;

    /// <summary>Columns of several modes.</summary>
    public IEnumerable<(long Column, IReadOnlyList<ColumnMode> Modes)> Modes => _modes.Select(column => (column.Column, column.Modes.Modes));

    /// <summary>
    /// Returns the column of each output, and what it is there: the place of a category, -1 and -2 for a value and its presence, -3 and less for a mode.
    /// </summary>
    public static IEnumerable<(long Column, int Part)> Outputs(TableSchema table)
    {
        using var row = new RowInput(table);
        return
        [
            .. new[] { row.Numbers, row.Counts, row.Pairs }.SelectMany(columns =>
                new[] { -1, -2 }.SelectMany(part => columns.Select(column => (column, part)))
            ),
            .. row._levels.SelectMany(column => Enumerable.Range(0, column.Levels).Select(level => (column.Column, level))),
            .. row._modes.SelectMany(column => Enumerable.Range(0, column.Modes.Modes.Count).Select(mode => (column.Column, -3 - mode))),
        ];
    }

    public override Tensor forward(Tensor x)
    {
        var observed = x.isnan().logical_not().to(x.dtype);
        var parts = new List<Tensor>();
        void Add(CachedTensor? columns, Func<Tensor, Tensor> map)
        {
            if (columns?.On(x.device) is not { } place)
                return;
            var there = observed.index_select(-1, place);
            parts.Add(map(x.index_select(-1, place).nan_to_num(0)) * there);
            parts.Add(there);
        }
        Add(_numbers, values => values.asinh());
        Add(_counts, values => values.log1p());
        Add(_pairs, values => where(values.AtLeast(2), zeros_like(values), values.Times(2).Minus(1)));
        foreach (var (column, levels) in _levels)
            parts.Add(nn.functional.one_hot(x.select(-1, column).nan_to_num(0).to(ScalarType.Int64), levels).to(x.dtype) * observed.narrow(-1, column, 1));
        foreach (var (column, modes) in _modes)
            parts.Add(modes.Of(x.narrow(-1, column, 1).nan_to_num(0)) * observed.narrow(-1, column, 1));
        return cat([.. parts], -1);
    }

    /// <summary>Probability of each mode given a value.</summary>
    private sealed class Belonging(IReadOnlyList<ColumnMode> modes)
    {
        private readonly CachedTensor _means = Of(modes, mode => mode.Mean),
            _deviations = Of(modes, mode => mode.Deviation),
            _logShares = Of(modes, mode => Math.Log(mode.Share) - Math.Log(mode.Deviation));

        public IReadOnlyList<ColumnMode> Modes { get; } = modes;

        /// <summary>Maps N x 1 to N x K.</summary>
        public Tensor Of(Tensor z) => (_logShares.On(z.device) - ((z - _means.On(z.device)) / _deviations.On(z.device)).Square().Times(0.5)).softmax(-1);

        private static CachedTensor Of(IReadOnlyList<ColumnMode> modes, Func<ColumnMode, double> number) =>
            new([.. modes.Select(mode => (float)number(mode))], -1);
    }
}
