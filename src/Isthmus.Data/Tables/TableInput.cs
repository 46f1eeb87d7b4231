using Isthmus.Data.Cells;
using Isthmus.Data.Records;

namespace Isthmus.Data.Tables;

/// <summary>Source of a table of mixed columns: a file, or memory.</summary>
/// <param name="Name">The path, or what a table in memory is called.</param>
internal sealed record TableInput(string Name)
{
    /// <summary>A table in memory; null of a file.</summary>
    public MemoryTable? Memory { get; private init; }

    /// <summary>A table in a file.</summary>
    public static implicit operator TableInput(string path) => new(path);

    /// <summary>A table in memory.</summary>
    public static TableInput Of(MemoryTable table) => new(table.Name) { Memory = table };

    /// <summary>The options as the table is read by them: in memory null says that a value is missing, and no text does unless that is said.</summary>
    public DataOptions Completed(DataOptions options) =>
        Memory is not null && options is { Expected: null, Reading.Missing: null } ? options with { Reading = options.Reading with { Missing = [] } } : options;

    /// <summary>Opens the table.</summary>
    /// <param name="options">Options of reading, and the model that it is read for.</param>
    /// <param name="known">Names that its columns should have, where a model knows them.</param>
    public TypedTable Open(DataOptions options, IReadOnlyCollection<string>? known)
    {
        var reading = options.Reading.Over(options.Expected?.Reading);
        return new(Memory is { } table ? TableSource.Of(known is null ? table : table.Named(known), reading) : TableSource.Open(Name, reading, known));
    }
}

/// <summary>A table that data were read from: it can be read again, by a split's training rows or a model's schema.</summary>
/// <param name="table">The table.</param>
/// <param name="options">Options that it was read with.</param>
internal sealed class TableOrigin(TableInput table, DataOptions options) : IRecordOrigin
{
    /// <summary>The columns are fitted on the training rows alone.</summary>
    public DataSplits Split(Dataset data, DataOptions parts) =>
        MixedTableReader.Load(table, options with { Seed = parts.Seed, Shares = parts.Shares }, data.Places);

    /// <inheritdoc/>
    public Dataset BroughtTo(Dataset data, DataSchema schema)
    {
        var all = MixedTableReader.LoadAll(table, options with { Expected = schema, Table = null, Columns = null });
        return data.Blocks is { } blocks && data.Places?.Max() < all.Count ? all.With(blocks)
            : data.Places is { } chosen && chosen.All(row => row < all.Count) ? all.Select(chosen)
            : all;
    }

    /// <summary>The columns are those of the model, and the cells are read once more where they were not read for it.</summary>
    public DataSchema Grown(Dataset data, DataSchema model) =>
        ((TableSchema)model).IsStartOf((TableSchema)data.Schema)
            ? data.Schema
            : MixedTableReader.Grown(table, options with { Expected = model, Table = null, Columns = null }, data.Places);
}
