using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tables;

/// <summary>Score of a row: how surprising it is.</summary>
/// <param name="Bits">The score, bits; NaN for a row whose properties are all missing.</param>
/// <param name="PValue">Fraction of usual rows that score at least as high.</param>
/// <param name="Columns">Contribution of each property, bits. Together with the part of no property they add up to the score.</param>
public sealed record RecordScore(float Bits, double PValue, IReadOnlyDictionary<string, float> Columns);

/// <summary>Models of plain records: every public property that is a number, a text, a truth value or a date is a column.</summary>
public static class TableAutoencoder
{
    /// <summary>Trains a model on rows: 80 % to fit, 10 % to choose the epoch and to learn usual scores, 10 % held out.</summary>
    /// <param name="rows">At least 3.</param>
    /// <param name="options">Settings, seed and the rest of training.</param>
    /// <param name="preset">table-vae or table-ae.</param>
    /// <param name="kinds">Kinds of some properties, if their type leaves it open: <c>["Zip"] = ColumnKind.Category</c>.</param>
    /// <exception cref="InvalidInputException">Too few rows, no property to model, or a setting that does not fit.</exception>
    public static TableAutoencoder<T> Fit<T>(
        IEnumerable<T> rows,
        TrainingOptions? options = null,
        string preset = "table-vae",
        IReadOnlyDictionary<string, ColumnKind>? kinds = null
    )
    {
        options ??= new();
        T[] all = [.. rows];
        var name = typeof(T).Name;
        var (train, validation, test) = DataSplits.Parts(name, DataSplits.Permutation(all.Length, options.SplitSeed));
        var skipped = new List<SkippedColumn>();
        var columns = new List<ColumnBuffer>();
        foreach (var column in RecordColumns.Of(typeof(T), kinds, skipped).Read(all))
            if (kinds?.ContainsKey(column.Name) != true && IsIdentifier(column))
                skipped.Add(new(column.Name, SkippedColumn.AnIdentifier));
            else
                columns.Add(column);
        var schema = TableSchema.Fit(columns, train, skipped, name);
        var data = Dataset.Rows(name, schema, schema.Encode([.. schema.Fields.Select(field => columns.First(column => column.Name == field.Name))]));
        return new(TrainingRun.Train(preset, new(data.Select(train), data.Select(validation), data.Select(test)), options).Model);
    }

    /// <summary>Reads a model file whose columns are properties of <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidInputException">Missing, damaged or foreign, or of other columns.</exception>
    public static TableAutoencoder<T> Load<T>(string path)
    {
        var model = TrainedModel.Load(path);
        try
        {
            return new(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static bool IsIdentifier(ColumnBuffer column)
    {
        if (column.Kind == ColumnKind.Category)
            return Identifiers.AreTexts(column.Codes.Length - column.Codes.Count(-1), column.Texts.Count);
        if (column.Kind != ColumnKind.Integer)
            return false;
        double[] filled = [.. column.Numbers.ToArray().Where(number => !double.IsNaN(number))];
        return filled.Length > 0 && Identifiers.AreNumbers(filled.Length, filled.Distinct().Count(), filled.Max() - filled.Min());
    }
}

/// <summary>
/// A model of plain records, made by <see cref="TableAutoencoder.Fit{T}"/> or <see cref="TableAutoencoder.Load{T}"/>.
/// </summary>
public sealed class TableAutoencoder<T> : IDisposable
{
    private readonly RecordColumns _columns;
    private readonly Lazy<RowScorer> _scorer;

    internal TableAutoencoder(TrainedModel model)
    {
        Model = model;
        Schema = model.Specification.Schema.Demand<TableSchema>(
            $"The model is of {model.Specification.Schema}, and scores no records of a type",
            "take one of a table's rows",
            schema => schema.IsOfRows
        );
        _columns = RecordColumns.Of(typeof(T), Schema);
        _scorer = new(() => new([Model]));
    }

    /// <summary>The model, to save, to evaluate or to draw from.</summary>
    public TrainedModel Model { get; }

    /// <summary>Schema of the rows: kind of each property, and those left out.</summary>
    public TableSchema Schema { get; }

    /// <summary>Returns the score in bits that a fraction <paramref name="falseAlarms"/> of usual rows exceeds.</summary>
    public float Threshold(double falseAlarms = 0.01) => _scorer.Value.Usual.Threshold(falseAlarms);

    /// <summary>Scores a row, and finds which properties make it surprising.</summary>
    public RecordScore Score(T row) => Score([row])[0];

    /// <summary>Scores rows, and finds which properties make them surprising.</summary>
    public IReadOnlyList<RecordScore> Score(IReadOnlyList<T> rows)
    {
        var scored = _scorer.Value.Score(Schema.Encode(_columns.Read(rows)));
        return
        [
            .. Enumerable
                .Range(0, scored.Count)
                .Select(row => new RecordScore(
                    scored.Bits[row],
                    _scorer.Value.Usual.PValue(scored.Bits[row]),
                    scored.Columns.Index().ToDictionary(column => column.Item, column => scored.ColumnBits[row * scored.Columns.Count + column.Index])
                )),
        ];
    }

    /// <summary>
    /// Returns a copy of a row with its missing values filled: numbers by their mean given the others, texts by the most likely one. Other properties stay.
    /// </summary>
    /// <exception cref="InvalidInputException">A blank property that cannot be set.</exception>
    public T Impute(T row) => Impute([row])[0];

    /// <summary>Returns copies of rows with their missing values filled. <inheritdoc cref="Impute(T)"/></summary>
    /// <inheritdoc cref="Impute(T)"/>
    public IReadOnlyList<T> Impute(IReadOnlyList<T> rows, int seed = 1)
    {
        var cells = Imputation.Of(Model, Schema.Encode(_columns.Read(rows)), seed: seed).ToLookup(cell => cell.Row);
        return [.. rows.Select((row, place) => _columns.With(row, cells[place].Select(cell => (cell.Column, cell.Value)), Schema))];
    }

    /// <summary>Writes the model file.</summary>
    public void Save(string path) => Model.Save(path);

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
