using Isthmus.Data.Cells;

namespace Isthmus.Data.Records;

/// <summary>Base of the kinds of counts.</summary>
public abstract class CountKind : RecordKind
{
    /// <inheritdoc/>
    public override bool IsSparse => true;

    /// <summary>Default likelihood: counts are draws from one softmax.</summary>
    public override string Likelihood(DataSchema schema) => "multinomial";

    /// <inheritdoc/>
    public override RecordForm Form => RecordForm.None;

    /// <summary>Returns the names of the largest counts, the largest first.</summary>
    internal override IReadOnlyList<string>? Excerpts(Dataset data, DataOptions options, IReadOnlyList<int> records)
    {
        const int Shown = 8;
        return
        [
            .. records.Select(record =>
            {
                var (columns, values) = (data.Sparse(record).Columns.ToArray(), data.Sparse(record).Values.ToArray());
                Array.Sort(values, columns);
                return string.Join(", ", columns.Reverse().Take(Shown).Select(data.Schema.NameOf));
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Columns(DataSchema schema, float[] values) =>
        throw new InvalidInputException($"{schema}", "are not written back as records", "ask for what a history lacks, or for its code");
}
