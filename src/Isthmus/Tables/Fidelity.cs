using Isthmus.Data.Cells;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Information;
using Isthmus.Information.Numerics;
using Isthmus.Measures;
using Isthmus.Models;

namespace Isthmus.Tables;

/// <summary>Difference between the distributions of a real and a synthetic column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">Kind of the column.</param>
/// <param name="Distance">For numbers the distance of Kolmogorov and Smirnov, the largest difference of the distribution functions; for categories
/// the total variation, half the sum of the differences of frequencies. From 0 (equal) to 1 (disjoint).</param>
public sealed record ColumnFidelity(string Name, ColumnKind Kind, double Distance)
{
    /// <summary>Both distributions.</summary>
    internal ColumnBars? Bars { get; init; }
}

/// <summary>Mutual information of two columns in real and in synthetic rows.</summary>
/// <param name="X">One column.</param>
/// <param name="Y">Another.</param>
/// <param name="RealBits">Their mutual information in training rows, bits.</param>
/// <param name="SyntheticBits">Their mutual information in synthetic rows, bits.</param>
public sealed record PairFidelity(string X, string Y, double RealBits, double SyntheticBits);

/// <summary>
/// Accuracy of predicting a column from the others in held-out rows, by a classifier trained on real rows and by one trained on synthetic rows.
/// </summary>
/// <param name="Target">The column.</param>
/// <param name="FromReal">Accuracy after training on real rows.</param>
/// <param name="FromSynthetic">Accuracy after training on synthetic rows.</param>
/// <param name="Commonest">Fraction of the most frequent category.</param>
public sealed record TargetFidelity(string Target, Estimate FromReal, Estimate FromSynthetic, double Commonest);

/// <summary>
/// Distances of rows to the nearest training row, in standard deviations a column: if synthetic rows lie nearer than held-out rows, they are copies.
/// </summary>
/// <param name="SyntheticMedian">The median of synthetic rows.</param>
/// <param name="HeldOutMedian">The median of rows held out.</param>
/// <param name="SyntheticNear">The 5 % quantile of synthetic rows.</param>
/// <param name="HeldOutNear">The 5 % quantile of rows held out.</param>
/// <param name="SyntheticEqual">Fraction of synthetic rows that equal training rows.</param>
/// <param name="HeldOutEqual">Fraction of held-out rows that equal training rows.</param>
public sealed record PrivacyFidelity(
    double SyntheticMedian,
    double HeldOutMedian,
    double SyntheticNear,
    double HeldOutNear,
    Estimate SyntheticEqual,
    Estimate HeldOutEqual
);

/// <summary>Similarity of a model's synthetic rows to real rows, and whether they are copies.</summary>
/// <param name="Model">The preset.</param>
/// <param name="Data">The real table.</param>
/// <param name="Rows">Synthetic rows, as many as training rows, 20,000 at most.</param>
/// <param name="Columns">Each column alone.</param>
/// <param name="Pairs">Each pair; none of a table of more than 100 columns.</param>
/// <param name="Discrimination">Area under ROC of a classifier that tells real training rows from synthetic ones, on halves of both that it has not learnt
/// from; 0.5 if they cannot be told apart. Synthetic rows get the missing values of real ones for it.</param>
/// <param name="Target">Accuracy of predicting a column; null if none was named.</param>
/// <param name="Privacy">Test of copies of training rows.</param>
/// <param name="Seed">Random seed.</param>
public sealed record Fidelity(
    string Model,
    string Data,
    int Rows,
    IReadOnlyList<ColumnFidelity> Columns,
    IReadOnlyList<PairFidelity> Pairs,
    Estimate Discrimination,
    TargetFidelity? Target,
    PrivacyFidelity Privacy,
    int Seed
)
{
    private const int MostRows = 20_000,
        MeasuredRows = 3000;

    /// <summary>Compares synthetic rows with the model's own data.</summary>
    /// <param name="trained">A variational model of a table's rows.</param>
    /// <param name="data">The data that it was trained on, split as then.</param>
    /// <param name="target">A column of categories to predict; null for none.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="InvalidInputException">The model has no prior, or the target is no column of levels.</exception>
    public static Fidelity Of(
        TrainedModel trained,
        DataSplits data,
        string? target = null,
        int seed = 1,
        int threads = 1,
        CancellationToken cancellationToken = default
    )
    {
        var table = data.Train.Schema.Demand<TableSchema>(
            $"The model is of {trained.Specification.Schema}, and fidelity is of a table's rows",
            "take one of those",
            schema => schema.IsOfRows
        );
        var place = target is null ? -1 : table.Fields.Index().FirstOrDefault(field => field.Item.Name == target, (-1, null!)).Index;
        if (target is not null && (place < 0 || table.Fields[place] is not FittedCategories))
            throw new InvalidInputException(
                $"{OptionNames.Target} {target}",
                "is none of the model's columns of categories",
                $"give one of {string.Join(", ", table.Fields.OfType<FittedCategories>().Take(12).Select(field => field.Name))}",
                OptionNames.Target
            );
        var (train, heldOut) = (Values(data.Train, MostRows), Values(data.Test, MostRows));
        var synthetic = SyntheticRows.Encoded(trained, train.Length / table.Dimension, seed);
        return new(
            trained.Specification.Preset,
            data.Train.Name,
            synthetic.Length / table.Dimension,
            [
                .. table.Fields.Select(
                    (field, column) =>
                        new ColumnFidelity(field.Name, field.Kind, Distance(field, Column(train, table, column), Column(synthetic, table, column)))
                        {
                            Bars = ColumnBars.Of(field, Column(train, table, column), Column(synthetic, table, column)),
                        }
                ),
            ],
            table.Dimension > PairwiseInformation.MostColumns ? [] : Shared(table, train, synthetic, seed, threads, cancellationToken),
            Discriminate(table, train, synthetic, seed, cancellationToken),
            place < 0 ? null : Predict(table, place, train, synthetic, heldOut, seed, cancellationToken),
            Nearness(table, train, synthetic, heldOut, threads),
            seed
        );
    }

    /// <summary>Mean absolute difference of the pairs' mutual information, bits.</summary>
    public double MeanPairDifference => Pairs.Count == 0 ? double.NaN : Pairs.Average(pair => Math.Abs(pair.RealBits - pair.SyntheticBits));

    private static float[] Values(Dataset data, int most)
    {
        var rows = new float[Math.Min(most, data.Count) * data.Schema.Dimension];
        data.CopyValues([.. Enumerable.Range(0, rows.Length / data.Schema.Dimension)], rows);
        return rows;
    }

    private static float[] Column(float[] rows, TableSchema table, int column) =>
        [.. Enumerable.Range(0, rows.Length / table.Dimension).Select(row => rows[row * table.Dimension + column]).Where(value => !float.IsNaN(value))];

    private static double Distance(FittedColumn field, float[] real, float[] synthetic)
    {
        if (field is FittedCategories)
            return Enumerable
                    .Range(0, (int)real.Concat(synthetic).Max() + 1)
                    .Sum(level =>
                        Math.Abs(
                            real.Count(value => value == level) / (double)real.Length - synthetic.Count(value => value == level) / (double)synthetic.Length
                        )
                    ) / 2;
        Array.Sort(real);
        Array.Sort(synthetic);
        var (largest, at, other) = (0.0, 0, 0);
        while (at < real.Length && other < synthetic.Length)
        {
            var value = Math.Min(real[at], synthetic[other]);
            while (at < real.Length && real[at] == value)
                at++;
            while (other < synthetic.Length && synthetic[other] == value)
                other++;
            largest = Math.Max(largest, Math.Abs(at / (double)real.Length - other / (double)synthetic.Length));
        }
        return largest;
    }

    private static PairFidelity[] Shared(TableSchema table, float[] train, float[] synthetic, int seed, int threads, CancellationToken cancellationToken)
    {
        MeasuredColumn[] Measured(float[] rows) =>
            [
                .. table.Fields.Select(
                    (field, column) =>
                    {
                        var cells = Enumerable
                            .Range(0, Math.Min(MeasuredRows, rows.Length / table.Dimension))
                            .Select(row => rows[row * table.Dimension + column]);
                        return field is FittedNumbers number
                            ? MeasuredColumn.OfNumbers(field.Name, [.. cells.Select(value => float.IsNaN(value) ? double.NaN : number.Unscaled(value))])
                            : MeasuredColumn.OfTexts(field.Name, [.. cells.Select(value => float.IsNaN(value) ? -1 : (int)value)]);
                    }
                ),
            ];
        var options = new MeasureOptions
        {
            Permutations = 0,
            Seed = seed,
            Threads = threads,
        };
        var real = Measured(train);
        // A column is counted or measured in both alike.
        var made = Measured(synthetic).Zip(real, (column, like) => column.IsNumber ? column.Counted(like.IsCounted) : column).ToArray();
        var (one, other) = (
            PairwiseInformation.Of(new("training rows", real), options, cancellationToken: cancellationToken),
            PairwiseInformation.Of(new("synthetic rows", made), options, cancellationToken: cancellationToken)
        );
        return
        [
            .. one
                .Pairs.Zip(other.Pairs)
                .Where(pair => pair.First.Information is not null && pair.Second.Information is not null)
                .Select(pair => new PairFidelity(table.Fields[pair.First.X].Name, table.Fields[pair.First.Y].Name, Bits(pair.First), Bits(pair.Second))),
        ];

        static double Bits(ColumnPair pair) => InformationUnits.NatsToBits(pair.Information!.Shown.Value);
    }

    private static Estimate Discriminate(TableSchema table, float[] train, float[] synthetic, int seed, CancellationToken cancellationToken)
    {
        var width = table.Dimension;
        float[] masked = [.. synthetic.Select((value, i) => float.IsNaN(train[i]) ? float.NaN : value)];
        var half = train.Length / width / 2 * width;
        float[] Both(Range part) => [.. train[part], .. masked[part]];
        int[] Labels(int rows) => [.. Enumerable.Range(0, 2 * rows).Select(row => row / rows)];
        using var classifier = new RowClassifier(table, Both(..half), Labels(half / width), 2, seed, cancellationToken);
        var logs = classifier.LogProbabilities(Both(half..), width);
        var positive = Labels((train.Length - half) / width).Select(label => label == 1).ToArray();
        var area = Ranks.AreaUnderRoc([.. Enumerable.Range(0, positive.Length).Select(row => (double)logs[2 * row + 1])], positive);
        // Hanley and McNeil 1982.
        var count = positive.Length / 2.0;
        var variance = (area * (1 - area) + (count - 1) * (area / (2 - area) + 2 * area * area / (1 + area) - 2 * area * area)) / (count * count);
        return new(area, Math.Sqrt(Math.Max(0, variance)));
    }

    private static TargetFidelity Predict(
        TableSchema table,
        int target,
        float[] train,
        float[] synthetic,
        float[] heldOut,
        int seed,
        CancellationToken cancellationToken
    )
    {
        var (width, levels) = (table.Dimension, ((FittedCategories)table.Fields[target]).Levels.Count + 1);
        (float[] Rows, int[] Classes) Apart(float[] rows)
        {
            var known = rows.Chunk(width).Where(row => !float.IsNaN(row[target])).ToArray();
            return (
                [.. known.SelectMany(row => row.Select((value, column) => column == target ? float.NaN : value))],
                [.. known.Select(row => (int)row[target])]
            );
        }
        var (asked, truth) = Apart(heldOut);
        Estimate Accuracy(float[] rows)
        {
            var (known, classes) = Apart(rows);
            using var classifier = new RowClassifier(table, known, classes, levels, seed, cancellationToken);
            var logs = classifier.LogProbabilities(asked, width);
            return Estimate.Share(
                truth
                    .Index()
                    .Count(row => logs.AsSpan(row.Index * levels, levels).IndexOf(logs.AsSpan(row.Index * levels, levels).ToArray().Max()) == row.Item),
                truth.Length
            );
        }
        return new(
            table.Fields[target].Name,
            Accuracy(train),
            Accuracy(synthetic),
            truth.CountBy(level => level).Max(level => level.Value) / (double)truth.Length
        );
    }

    private static PrivacyFidelity Nearness(TableSchema table, float[] train, float[] synthetic, float[] heldOut, int threads)
    {
        var (width, nearest) = (table.Dimension, new NearestRows(table, train));
        double[] Distances(float[] rows)
        {
            var squares = new float[width];
            return
            [
                .. nearest
                    .Of(rows, others: false, threads)
                    .Select((kept, row) => Math.Sqrt(nearest.Squares(rows.AsSpan(row * width, width), kept, squares) / (double)width))
                    .Order(),
            ];
        }
        var (made, held) = (Distances(synthetic[..Math.Min(synthetic.Length, heldOut.Length)]), Distances(heldOut));
        return new(
            made[made.Length / 2],
            held[held.Length / 2],
            made[made.Length / 20],
            held[held.Length / 20],
            Estimate.Share(made.Count(distance => distance == 0), made.Length),
            Estimate.Share(held.Count(distance => distance == 0), held.Length)
        );
    }
}
