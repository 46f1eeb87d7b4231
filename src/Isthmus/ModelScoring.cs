using System.Runtime.CompilerServices;
using System.Text.Json;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Tables;

namespace Isthmus;

/// <summary>
/// Scores of rows by a model of rows, in bits, with the contribution of each column. The first call scores the rows that serve as reference, and is slower than
/// those that follow.
/// </summary>
public static class ModelScoring
{
    private static readonly ConditionalWeakTable<TrainedModel, Scorers> Known = [];

    /// <summary>Scores rows of objects, dictionaries or JSON, of the type that the model was trained on or of another with the same columns.</summary>
    /// <param name="model">A model of rows.</param>
    /// <param name="rows">The rows. A category is found in any spelling of its value, and a column in upper or lower case.</param>
    /// <param name="options">Kind of score and accepted rate of false alarms. Default: combined, 1 %.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A model of other records, no row, a column of the model that the rows do not have, or a cell that is not of its
    /// column's kind.</exception>
    public static ScoredRowList Score<T>(
        this TrainedModel model,
        IEnumerable<T> rows,
        ScoreOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var schema = ModelRecords.RowsOf(model.Specification.Schema);
        return ScoredRowList.Of(
            ScorerOf(model, options, cancellationToken),
            schema,
            TableInput.Of(Rows.Table<T>([.. rows])),
            (options ?? new()).FalseAlarms,
            cancellationToken
        );
    }

    /// <summary>Scores rows of JSON: an array of objects, or one object.</summary>
    /// <inheritdoc cref="Score{T}(TrainedModel, IEnumerable{T}, ScoreOptions, CancellationToken)"/>
    public static ScoredRowList Score(this TrainedModel model, JsonElement rows, ScoreOptions? options = null, CancellationToken cancellationToken = default) =>
        model.Score<JsonElement>(Rows.Elements(rows), options, cancellationToken);

    /// <summary>Scores data, such as the part of a split that no model was fitted on.</summary>
    /// <inheritdoc cref="Score{T}(TrainedModel, IEnumerable{T}, ScoreOptions, CancellationToken)"/>
    public static ScoredRowList Score(this TrainedModel model, Dataset rows, ScoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        var schema = ModelRecords.RowsOf(model.Specification.Schema);
        return ScoredRowList.Of(ScorerOf(model, options, cancellationToken), schema, rows.BroughtTo(schema), options ?? new(), cancellationToken);
    }

    /// <summary>Scores a series after sorting it by time: every row, the stretches of unusual rows, and whether the series has drifted.</summary>
    /// <param name="model">A model of a series.</param>
    /// <param name="rows">Its rows, at least as many as a window has: objects, dictionaries or JSON.</param>
    /// <param name="options">Kind of score and accepted rate of false alarms. Default: combined, 1 %.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">A model of other records, too few rows, or rows that lack a column of the model.</exception>
    public static ScoredTable ScoreSeries<T>(
        this TrainedModel model,
        IEnumerable<T> rows,
        TableScoreOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        model.Specification.Schema.Demand<TableSchema>($"The model is of {model.Specification.Schema}, and no series", "give what it was trained on", table =>
            !table.IsOfRows
        );
        return ScoredTable.Of([model], TableInput.Of(Rows.Table<T>([.. rows])), options, cancellationToken);
    }

    private static RowScorer ScorerOf(TrainedModel model, ScoreOptions? options, CancellationToken cancellationToken) =>
        Known.GetOrCreateValue(model).Of(model, options ?? new(), cancellationToken);

    /// <summary>The scorers of one model: what is usual is scored once.</summary>
    private sealed class Scorers
    {
        private readonly Dictionary<(RowScoreKind, int, int), RowScorer> _scorers = [];

        public RowScorer Of(TrainedModel model, ScoreOptions options, CancellationToken cancellationToken)
        {
            lock (_scorers)
            {
                var key = (options.Kind, options.Samples, options.Seed);
                if (!_scorers.TryGetValue(key, out var scorer))
                    _scorers.Add(key, scorer = new([model], options.Kind, options.Samples, options.Seed, cancellationToken));
                return scorer;
            }
        }
    }
}
