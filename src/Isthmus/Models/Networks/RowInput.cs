using Isthmus.Data;
using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>
/// What an encoder sees of a row of mixed columns: of a number asinh(z), whether it is there, and of a column of several modes how
/// far it belongs to each; of a count ln(1 + x); of two levels -1 or 1; of more levels a place for each. A blank cell is 0 everywhere.
/// </summary>
internal sealed class RowInput : nn.Module<Tensor, Tensor>
{
    private readonly long[] _numbers, _counts, _pairs;
    private readonly (long Column, int Levels)[] _levels;
    private readonly (long Column, NumberField Field)[] _modes;

    public RowInput(TableSchema table) : base("row_input")
    {
        long[] Columns(Func<TableField, bool> where) => [.. table.Fields.Index().Where(field => where(field.Item)).Select(field => (long)field.Index)];
        _numbers = Columns(field => field is NumberField and not { Kind: ColumnKind.Count });
        _counts = Columns(field => field.Kind == ColumnKind.Count);
        _pairs = Columns(field => field is LevelField { Levels.Count: <= 2 });
        _levels = [.. Columns(field => field is LevelField { Levels.Count: > 2 }).Select(column => (column, ((LevelField)table.Fields[(int)column]).Levels.Count + 1))];
        _modes = [.. _numbers.Select(column => (column, (NumberField)table.Fields[(int)column])).Where(column => column.Item2.Modes.Count > 1)];
    }

    /// <summary>Numbers that it gives.</summary>
    public int Width => 2 * (_numbers.Length + _counts.Length + _pairs.Length) + _levels.Sum(column => column.Levels) + _modes.Sum(column => column.Field.Modes.Count);

    public override Tensor forward(Tensor x)
    {
        var observed = x.isnan().logical_not().to(x.dtype);
        var parts = new List<Tensor>();
        void Add(long[] columns, Func<Tensor, Tensor> map)
        {
            if (columns.Length == 0)
                return;
            var place = tensor(columns, device: x.device);
            var there = observed.index_select(-1, place);
            parts.Add(map(x.index_select(-1, place).nan_to_num(0)) * there);
            parts.Add(there);
        }
        Add(_numbers, values => values.asinh());
        Add(_counts, values => values.log1p());
        Add(_pairs, values => where(values.ge(2), zeros_like(values), 2 * values - 1));
        foreach (var (column, levels) in _levels)
            parts.Add(nn.functional.one_hot(x.select(-1, column).nan_to_num(0).to(ScalarType.Int64), levels).to(x.dtype) * observed.narrow(-1, column, 1));
        foreach (var (column, field) in _modes)
            parts.Add(Belonging(x.narrow(-1, column, 1).nan_to_num(0), field.Modes) * observed.narrow(-1, column, 1));
        return cat([.. parts], -1);
    }

    /// <summary>The share of each mode in a value, N x K.</summary>
    private static Tensor Belonging(Tensor z, IReadOnlyList<ColumnMode> modes)
    {
        var means = tensor([.. modes.Select(mode => (float)mode.Mean)], device: z.device);
        var deviations = tensor([.. modes.Select(mode => (float)mode.Deviation)], device: z.device);
        var logShares = tensor([.. modes.Select(mode => (float)(Math.Log(mode.Share) - Math.Log(mode.Deviation)))], device: z.device);
        return (logShares - 0.5 * ((z - means) / deviations).square()).softmax(-1);
    }
}
