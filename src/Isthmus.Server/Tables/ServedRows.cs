using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Onnx.Tables;
using Isthmus.Server.Drift;
using Isthmus.Tables;

namespace Isthmus.Server.Tables;

/// <summary>The scorer of a model of rows, which is managed code and needs no tensor library. Safe to use from several threads.</summary>
internal sealed class ServedRows : IRowScorer
{
    /// <summary>Scores the rows that a model keeps, which serve as reference.</summary>
    /// <param name="model">A model of rows.</param>
    /// <param name="schema">Its schema.</param>
    public ServedRows(TrainedModel model, TableSchema schema)
    {
        (Schema, Scorer) = (schema, new([model]));
        Observation = TableObservation.Of(schema, model.Reference!, Scorer.Usual, TimeProvider.System);
    }

    /// <summary>Schema of a row.</summary>
    public TableSchema Schema { get; }

    /// <summary>The scorer.</summary>
    public RowScorer Scorer { get; }

    /// <summary>Scores and columns of the rows that were scored, beside those of training.</summary>
    public ModelObservation Observation { get; }

    /// <inheritdoc/>
    public ReferenceScores Usual => Scorer.Usual;

    /// <inheritdoc/>
    public UsualCells Usually => Scorer.Usually;

    /// <inheritdoc/>
    public ScoredRows Score(TablePart part, CancellationToken cancellationToken) => Score(part.Rows, cancellationToken);

    /// <summary>Scores rows, and observes them.</summary>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public ScoredRows Score(float[] rows, CancellationToken cancellationToken)
    {
        var scored = Scorer.Score(rows, cancellationToken);
        Observation.Add(scored.Bits, rows);
        return scored;
    }

    /// <summary>Scores rows, which are read in parts; as many are called unusual as by the graph of a score.</summary>
    public ScoredRowList Score(TableInput rows, CancellationToken cancellationToken) =>
        ScoredRowList.Of(this, Schema, rows, ScoreGraph.FalseAlarms, cancellationToken);
}
