using Isthmus.Data;
using Isthmus.Information;
using Isthmus.Information.Numerics;
using Isthmus.Models;

namespace Isthmus.Applications;

/// <summary>Every row of a table with its score in bits, what each column has in it, and how usual such a score is.</summary>
/// <param name="Schema">The model's.</param>
/// <param name="Bits">The score of each row; NaN of one that is blank in every column.</param>
/// <param name="CellBits">What each column has in it, N x D; with <see cref="RestBits"/> it adds up to the score.</param>
/// <param name="RestBits">What belongs to no column: the code's rate (elbo, nll), 0 otherwise.</param>
/// <param name="Usual">The scores of held-out rows, rising: rows like those that the model was trained on, but not these.</param>
/// <param name="CorrelationWithNorm">Spearman's rank correlation of the scores with the Euclidean norm of the standardised rows.</param>
/// <param name="Notes">What the training rows had nothing like.</param>
public sealed record ScoredRows(TableSchema Schema, IReadOnlyList<float> Bits, IReadOnlyList<float> CellBits, IReadOnlyList<float> RestBits, IReadOnlyList<float> Usual, double CorrelationWithNorm, IReadOnlyList<string> Notes)
{
    // The published "VAE" detector of ADBench is the norm within a tenth of a point of AUROC.
    private const double Collapsed = 0.98;

    /// <summary>Rows.</summary>
    public int Count => Bits.Count;

    /// <summary>Whether the score says more than how far a row is from the mean.</summary>
    public string Verdict => CorrelationWithNorm > Collapsed
        ? FormattableString.Invariant($"Collapsed: the score ranks rows as the norm of the standardised row does (rank correlation {CorrelationWithNorm:F3}); the model adds nothing to it. Train longer, or take --score conditional.")
        : FormattableString.Invariant($"The score is its own: rank correlation {CorrelationWithNorm:F3} with the norm of the standardised row.");

    /// <summary>Scores a file, part by part; the scores are the mean over models of one table.</summary>
    /// <param name="models">One, or more of other seeds.</param>
    /// <param name="path">A table with their columns.</param>
    /// <param name="kind">Which score.</param>
    /// <param name="samples">Draws of the code, for elbo and nll.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="cancel">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">Models of different tables, a column that is missing, or a cell that is not of its column's kind.</exception>
    public static ScoredRows Of(IReadOnlyList<TrainedModel> models, string path, RowScoreKind kind = RowScoreKind.Surprise, int samples = 50, int seed = 1, CancellationToken cancel = default) => With(models, kind, samples, seed, scorers =>
    {
        var schema = scorers[0].Schema;
        var (bits, cells, rest, norms, notes) = (new List<float>(), new List<float>(), new List<float>(), new List<float>(), new List<string>());
        void Add(float[] rows)
        {
            var scored = Score(scorers, rows, cancel);
            bits.AddRange(scored.Bits);
            cells.AddRange(scored.Cells);
            rest.AddRange(scored.Other);
            norms.AddRange(Norms(schema, rows));
        }
        if (schema.Series is null)
            MixedTableReader.ForEachPart(path, schema, Add, notes);
        else
        {
            var data = DataSource.LoadAll(path, new() { Expected = schema });
            var rows = new float[data.Count * schema.Dimension];
            data.CopyValues([.. Enumerable.Range(0, data.Count)], rows);
            Add(rows);
        }
        if (bits.Count == 0)
            throw new InvalidInputException($"{path} holds no records; at least one row is needed.");
        return Rated(models[0], scorers, bits, cells, rest, norms, notes, cancel);
    });

    /// <summary>Scores rows that are on the model's scale.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{TrainedModel}, string, RowScoreKind, int, int, CancellationToken)"/>
    public static ScoredRows Of(IReadOnlyList<TrainedModel> models, Dataset data, RowScoreKind kind = RowScoreKind.Surprise, int samples = 50, int seed = 1, CancellationToken cancel = default) => With(models, kind, samples, seed, scorers =>
    {
        var rows = new float[data.Count * data.Schema.Dimension];
        models[0].Prepare(data).CopyValues([.. Enumerable.Range(0, data.Count)], rows);
        var (bits, cells, rest) = Score(scorers, rows, cancel);
        return Rated(models[0], scorers, bits, cells, rest, Norms(scorers[0].Schema, rows), [], cancel);
    });

    /// <summary>The share of usual rows that score as high: (those that do + 1) / (all + 1), so that none is impossible.</summary>
    public double PValue(double bits) => float.IsNaN((float)bits) ? double.NaN : (Usual.Count - Below(bits) + 1.0) / (Usual.Count + 1.0);

    /// <summary>How many of the usual scores, which rise, are less.</summary>
    private int Below(double bits)
    {
        var (low, high) = (0, Usual.Count);
        while (low < high)
            if ((low + high) / 2 is var middle && Usual[middle] < bits)
                low = middle + 1;
            else
                high = middle;
        return low;
    }

    /// <summary>The bits that a share <paramref name="falseAlarms"/> of the held-out rows lies above.</summary>
    public double Threshold(double falseAlarms) => Usual[Math.Clamp((int)Math.Ceiling((1 - falseAlarms) * Usual.Count) - 1, 0, Usual.Count - 1)];

    /// <summary>The rows, most surprising first.</summary>
    public IEnumerable<int> Order() => Enumerable.Range(0, Count).Where(row => !float.IsNaN(Bits[row])).OrderByDescending(row => Bits[row]);

    /// <summary>The columns that have most in a row's score.</summary>
    public IEnumerable<(string Column, float Bits)> Reasons(int row, int count) => Enumerable.Range(0, Schema.Dimension)
        .Select(column => (Schema.Fields[column].Name, CellBits[row * Schema.Dimension + column])).OrderByDescending(reason => reason.Item2).Take(count);

    /// <summary>The scores as a table: row, bits, p-value, whether it is over the threshold, and with <paramref name="explain"/> the bits of each column.</summary>
    public IReadOnlyList<TableColumn> Columns(double falseAlarms, bool explain)
    {
        var threshold = Threshold(falseAlarms);
        return
        [
            new("row", [.. Enumerable.Range(1, Count).Select(row => (float)row)]), new("bits", [.. Bits]), new("p_value", [.. Bits.Select(bits => (float)PValue(bits))]),
            new("anomaly", [.. Bits.Select(bits => bits > threshold ? "yes" : "no")]),
            .. explain
                ? Schema.Fields.Select((field, column) => new TableColumn($"bits_{field.Name}", [.. Enumerable.Range(0, Count).Select(row => CellBits[row * Schema.Dimension + column])]))
                    .Append(new("bits_of_no_column", [.. RestBits]))
                : [],
        ];
    }

    private static ScoredRows With(IReadOnlyList<TrainedModel> models, RowScoreKind kind, int samples, int seed, Func<RowScore[], ScoredRows> score)
    {
        if (models.FirstOrDefault(model => !model.Specification.Schema.Equals(models[0].Specification.Schema)) is { } other)
            throw new InvalidInputException($"The models of an ensemble must have one table and one split; one is of {models[0].Specification.Schema} of {models[0].Provenance.Data}, another of {other.Specification.Schema} of {other.Provenance.Data}. Train them with other --seed and the same --split-seed.");
        RowScore[] scorers = [.. models.Select(model => new RowScore(model, kind, samples, seed))];
        try
        {
            return score(scorers);
        }
        finally
        {
            Array.ForEach(scorers, scorer => scorer.Dispose());
        }
    }

    private static (float[] Bits, float[] Cells, float[] Other) Score(RowScore[] scorers, float[] rows, CancellationToken cancel)
    {
        var width = scorers[0].Schema.Dimension;
        var (cells, rest) = (new float[rows.Length], new float[rows.Length / width]);
        foreach (var scorer in scorers)
        {
            var (nats, other) = scorer.Nats(rows, cancel);
            for (var i = 0; i < cells.Length; i++)
                cells[i] += (float)InformationUnits.NatsToBits(nats[i] / scorers.Length);
            for (var i = 0; i < rest.Length; i++)
                rest[i] += (float)InformationUnits.NatsToBits(other[i] / scorers.Length);
        }
        var bits = new float[rest.Length];
        for (var row = 0; row < bits.Length; row++)
        {
            var own = rows.AsSpan(row * width, width);
            var blank = true;
            foreach (var value in own)
                blank &= float.IsNaN(value);
            var sum = (double)rest[row];
            for (var column = 0; column < width; column++)
                sum += cells[row * width + column];
            bits[row] = blank ? float.NaN : (float)sum;
        }
        return (bits, cells, rest);
    }

    private static ScoredRows Rated(TrainedModel model, RowScore[] scorers, IReadOnlyList<float> bits, IReadOnlyList<float> cells, IReadOnlyList<float> rest, IReadOnlyList<float> norms, IReadOnlyList<string> notes, CancellationToken cancel)
    {
        var heldOut = model.Reference?.HeldOut ?? throw new InvalidInputException("The model keeps no held-out rows, so nothing says what is usual; train it again.");
        float[] usual = [.. Score(scorers, heldOut, cancel).Bits.Where(score => !float.IsNaN(score)).Order()];
        var scored = Enumerable.Range(0, bits.Count).Where(row => !float.IsNaN(bits[row])).ToArray();
        var correlation = Ranks.Correlation([.. scored.Select(row => (double)bits[row])], [.. scored.Select(row => (double)norms[row])]);
        return new(scorers[0].Schema, bits, cells, rest, usual, correlation, notes.Distinct().ToArray());
    }

    /// <summary>|z| over the numbers of each row, levels at their chi-square distance from the mean row.</summary>
    private static float[] Norms(TableSchema schema, float[] rows) => [.. rows.Chunk(schema.Dimension).Select(row => row.Index().Sum(cell => float.IsNaN(cell.Item) ? 0 : schema.Fields[cell.Index] switch
    {
        LevelField levels => (int)cell.Item < levels.Shares.Count ? 1 / (float)levels.Shares[(int)cell.Item] - 1 : levels.Observed,
        NumberField { Kind: ColumnKind.Count } count => (float)Math.Pow((cell.Item - count.Center) / count.Scale, 2),
        _ => cell.Item * cell.Item,
    }))];
}
