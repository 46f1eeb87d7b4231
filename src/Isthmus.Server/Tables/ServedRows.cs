using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Server.Drift;
using Isthmus.Server.Requests;
using Isthmus.Tables;

namespace Isthmus.Server.Tables;

/// <summary>The scorer of a model of rows, which is managed code and needs no tensor library. Safe to use from several threads.</summary>
internal sealed class ServedRows
{
    /// <summary>Scores the rows that a model keeps, which serve as reference.</summary>
    /// <param name="model">A model of rows.</param>
    /// <param name="schema">Its schema.</param>
    public ServedRows(TrainedModel model, TableSchema schema)
    {
        (Schema, Scorer, Json) = (schema, new([model]), new(schema));
        Writer = new(Scorer);
        Observation = TableObservation.Of(schema, model.Reference!, Scorer.Usual, TimeProvider.System);
    }

    /// <summary>Schema of a row.</summary>
    public TableSchema Schema { get; }

    /// <summary>The scorer.</summary>
    public RowScorer Scorer { get; }

    /// <summary>Reader of rows in JSON.</summary>
    public JsonRowReader Json { get; }

    /// <summary>Writer of scored rows.</summary>
    public ScoredRowWriter Writer { get; }

    /// <summary>Scores and columns of the rows that were scored, beside those of training.</summary>
    public ModelObservation Observation { get; }

    /// <summary>Scores of usual rows.</summary>
    public ReferenceScores Usual => Scorer.Usual;

    /// <summary>Scores rows, and observes them.</summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public ScoredRows Score(float[] rows, CancellationToken cancellationToken)
    {
        var scored = Scorer.Score(rows, cancellationToken);
        Observation.Add(scored.Bits, rows);
        return scored;
    }

    /// <summary>Reads the rows of a table in parts.</summary>
    /// <param name="table">A file, or memory.</param>
    /// <param name="most">Rows at most; reading ends there.</param>
    /// <exception cref="RequestException">413: more rows.</exception>
    /// <exception cref="InvalidInputException">No rows of the schema.</exception>
    public IReadOnlyList<TablePart> Read(TableInput table, int most)
    {
        var (parts, count) = (new List<TablePart>(), 0);
        MixedTableReader.ForEachPart(
            table,
            Schema,
            part =>
            {
                count += part.Rows.Length / Schema.Dimension;
                if (count > most)
                    throw RequestException.TooManyRecords(most);
                parts.Add(part);
            },
            []
        );
        return count > 0 ? parts : throw new InvalidInputException(null, $"{table.Name} hold no records", "give at least one row");
    }
}
