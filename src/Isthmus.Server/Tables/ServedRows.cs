using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus.Server.Tables;

/// <summary>The scorer of a model of rows, which is managed code and needs no tensor library. Safe to use from several threads.</summary>
internal sealed class ServedRows
{
    /// <summary>Default fraction of usual rows that may be called unusual.</summary>
    public const double FalseAlarms = 0.01;

    /// <summary>Scores the rows that a model keeps, which serve as reference.</summary>
    /// <param name="model">A model of rows.</param>
    /// <param name="schema">Its schema.</param>
    public ServedRows(TrainedModel model, TableSchema schema) => (Schema, Scorer) = (schema, new([model]));

    /// <summary>Schema of a row.</summary>
    public TableSchema Schema { get; }

    /// <summary>The scorer.</summary>
    public RowScorer Scorer { get; }

    /// <summary>Scores rows, which are read in parts.</summary>
    public ScoredRowList Score(TableInput rows, double falseAlarms, CancellationToken cancellationToken) =>
        ScoredRowList.Of(Scorer, Schema, rows, falseAlarms, cancellationToken);
}
