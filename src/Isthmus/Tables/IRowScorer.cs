using Isthmus.Data.Cells;

namespace Isthmus.Tables;

/// <summary>A scorer of the rows of a table, and what is usual in it.</summary>
internal interface IRowScorer
{
    /// <summary>Scores of usual rows.</summary>
    ReferenceScores Usual { get; }

    /// <summary>Usual values of each column's cells.</summary>
    UsualCells Usually { get; }

    /// <summary>Scores some rows of a table.</summary>
    /// <param name="part">The rows.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    ScoredRows Score(TablePart part, CancellationToken cancellationToken);
}
