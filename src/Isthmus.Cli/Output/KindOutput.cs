using Isthmus.Codes;
using Isthmus.Data.Cells;
using Isthmus.Data.Documents;
using Isthmus.Data.Images;
using Isthmus.Data.Interactions;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Data.Vectors;

namespace Isthmus.Cli.Output;

/// <summary>
/// Output of commands for a kind of record; the base class serves kinds that are written as columns of a table or not at all. A kind with more to say derives
/// from it and is named in <see cref="Kinds"/>.
/// </summary>
internal class KindOutput(DataSchema schema)
{
    private static readonly MadeByKind<KindOutput> Kinds = new MadeByKind<KindOutput>(schema => new(schema))
        .With<ImageSchema>(ImageKind.Instance, schema => new ImageOutput(schema))
        .With<VectorSchema>(VectorKind.Instance, schema => new VectorOutput(schema))
        .With<TableSchema>(TableKind.Instance, schema => new TableOutput(schema))
        .With<InteractionSchema>(InteractionKind.Instance, schema => new InteractionOutput(schema))
        .With<DocumentSchema>(DocumentKind.Instance, schema => new DocumentOutput(schema))
        .With<LineSchema>(LineKind.Instance, schema => new LineOutput(schema));

    /// <summary>The output of a schema's kind.</summary>
    public static KindOutput Of(DataSchema schema) => Kinds.Of(schema);

    /// <summary>Options that name a place for the records, for the error where none was given.</summary>
    public virtual string Places => "table.csv or .parquet";

    /// <summary>True if every record is written, and not only as many as are shown.</summary>
    public virtual bool IsWritten => schema.Kind.Form == RecordForm.Columns;

    /// <summary>True if records are drawn as columns with values of their own, and not decoded on one scale.</summary>
    public virtual bool IsDrawnByColumns => false;

    /// <summary>Throws if records cannot be written.</summary>
    /// <exception cref="InvalidInputException">They cannot.</exception>
    public virtual void DemandRecords()
    {
        if (schema.Kind.Form == RecordForm.None)
            throw new InvalidInputException($"The model is of {schema}, and gives no records back; isthmus recommend says what a history lacks.");
    }

    /// <summary>Checks the paths for records before any work.</summary>
    /// <exception cref="InvalidInputException">Such records cannot be written there.</exception>
    public virtual void Check(string? output, string? each)
    {
        if (each is not null)
            throw new InvalidInputException($"--each is for images, and the model is of {schema}; give -o table.csv or .parquet.");
        TableWriter.CheckName(output!);
    }

    /// <summary>Description of what was written.</summary>
    public virtual string Written(string output, int shown, int count) => output;

    /// <summary>Writes records.</summary>
    /// <param name="made">The records.</param>
    /// <param name="to">Destination.</param>
    public virtual void Write(RecordValues made, Destination to) => TableWriter.Write(to.Output!, [.. to.Beside, .. made.Columns()]);

    /// <summary>Progress words of the slow part of an evaluation.</summary>
    public virtual string Evaluating(int importanceSamples) => FormattableString.Invariant($"evaluating: {importanceSamples} importance samples per record");

    /// <summary>Returns the model's description of its records, a line each.</summary>
    public virtual IEnumerable<string> OfModel() => [];

    /// <summary>Returns notes on data of this kind, a line each.</summary>
    /// <param name="records">Number of records.</param>
    public virtual IEnumerable<string> OfData(int records) => [];

    /// <summary>The first of many names.</summary>
    public static string Some(IReadOnlyList<string> names) => string.Join(", ", names.Take(12)) + (names.Count > 12 ? $", and {names.Count - 12} more" : "");
}

/// <summary>Destination of records, and the columns beside them.</summary>
/// <param name="Output">A file; null for none.</param>
/// <param name="Each">A folder with a file for each record; null for none.</param>
/// <param name="Rows">Rows of a grid, under each other.</param>
/// <param name="Names">The records' names, where known.</param>
/// <param name="Beside">Columns that stand before those of a table.</param>
/// <param name="Across">Pictures side by side at most.</param>
/// <param name="Check">Throws where a file may not be written.</param>
/// <param name="CancellationToken">Stops between two files.</param>
internal sealed record Destination(
    string? Output,
    string? Each,
    IReadOnlyList<RecordValues> Rows,
    IReadOnlyList<string>? Names,
    IEnumerable<Column> Beside,
    int Across,
    Action<string> Check,
    CancellationToken CancellationToken
);
