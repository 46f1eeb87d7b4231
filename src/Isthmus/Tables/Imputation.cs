using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Isthmus.Models.Likelihoods;
using static TorchSharp.torch;

namespace Isthmus.Tables;

/// <summary>An imputed cell: the predicted value of a missing one, with interval and draws.</summary>
/// <param name="Row">Index of the row, 0 for the first.</param>
/// <param name="Column">Index of the column.</param>
/// <param name="Value">For numbers the conditional mean, for categories the most likely one; on the model's scale.</param>
/// <param name="Low">For numbers the lower end of the interval; NaN for categories.</param>
/// <param name="High">The upper end of the interval.</param>
/// <param name="Draws">Draws from p(missing values | the others); the i-th draws of one row belong together.</param>
public sealed record ImputedCell(int Row, int Column, float Value, float Low, float High, IReadOnlyList<float> Draws);

/// <summary>
/// Predicts missing values from the others of their row by self-normalised importance sampling (Mattei and Frellsen 2019): z_k ~ q(z | known cells), w_k
/// proportional to p(known | z_k) p(z_k) / q(z_k | known), and for each z_k a draw of the missing values. A model without a prior has one z.
/// </summary>
public static class Imputation
{
    // A block has draws of its own, so that shares of the rows have those of all rows.
    private const int Rows = 25,
        BlockRows = 40 * Rows,
        PartRows = 4096;

    /// <summary>
    /// Imputes every missing value, in the order of the table. Draws depend on the seed and on the block of 1,000 rows with missing values that a row is in.
    /// </summary>
    /// <param name="trained">A model of a table.</param>
    /// <param name="rows">N x D numbers on the model's scale.</param>
    /// <param name="draws">Draws of each cell.</param>
    /// <param name="level">The interval's level.</param>
    /// <param name="samples">K.</param>
    /// <param name="seed">Random seed.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="InvalidInputException">Not a model of mixed columns.</exception>
    public static IReadOnlyList<ImputedCell> Of(
        TrainedModel trained,
        float[] rows,
        int draws = 0,
        double level = 0.9,
        int samples = 200,
        int seed = 1,
        CancellationToken cancellationToken = default
    ) => rows.Length == 0 ? [] : [.. OfShare(trained, Dataset.Rows("rows", SchemaOf(trained), rows), draws, level, samples, seed, null, cancellationToken)];

    /// <summary>Imputes the missing values of a share of the rows that have some; null for all. Rows are read as they are needed.</summary>
    internal static IEnumerable<ImputedCell> OfShare(
        TrainedModel trained,
        Dataset data,
        int draws,
        double level,
        int samples,
        int seed,
        Share? share,
        CancellationToken cancellationToken
    )
    {
        var (first, end) = share?.Of(Blank(data).Sum(part => (long)part.Places.Length), BlockRows) ?? (0, long.MaxValue);
        foreach (var (block, part) in Blocks(data).Index())
            if (block >= first / BlockRows && block * (long)BlockRows < end)
                foreach (var cell in OfBlock(trained, part.Rows, part.Places, block, draws, level, samples, seed, cancellationToken))
                    yield return cell;
    }

    /// <summary>Returns the rows with missing values, in blocks, and the places of these rows.</summary>
    private static IEnumerable<(float[] Rows, int[] Places)> Blocks(Dataset data)
    {
        var (rows, places) = (new List<float>(), new List<int>());
        foreach (var part in Blank(data))
        {
            for (var i = 0; i < part.Places.Length; i++)
            {
                rows.AddRange(part.Rows.AsSpan(i * data.Schema.Dimension, data.Schema.Dimension));
                places.Add(part.Places[i]);
                if (places.Count < BlockRows)
                    continue;
                yield return ([.. rows], [.. places]);
                rows.Clear();
                places.Clear();
            }
        }
        if (places.Count > 0)
            yield return ([.. rows], [.. places]);
    }

    /// <summary>Returns the rows with missing values and their places, some thousand rows of the data at a time.</summary>
    private static IEnumerable<(float[] Rows, int[] Places)> Blank(Dataset data)
    {
        var width = data.Schema.Dimension;
        for (var first = 0; first < data.Count; first += PartRows)
        {
            var values = new float[Math.Min(PartRows, data.Count - first) * width];
            data.CopyValues([.. Enumerable.Range(first, values.Length / width)], values);
            // Contains asks Equals, for which a NaN is a NaN.
            int[] blank = [.. Enumerable.Range(0, values.Length / width).Where(row => values.AsSpan(row * width, width).Contains(float.NaN))];
            yield return ([.. blank.SelectMany(row => values.AsSpan(row * width, width).ToArray())], Array.ConvertAll(blank, row => first + row));
        }
    }

    private static TableSchema SchemaOf(TrainedModel trained) =>
        trained.Specification.Schema.Demand<TableSchema>(
            $"The model is of {trained.Specification.Schema}, and fills no missing values",
            $"take one of a table ({OptionNames.Model("table-vae")})"
        );

    private static List<ImputedCell> OfBlock(
        TrainedModel trained,
        float[] rows,
        int[] places,
        int block,
        int draws,
        double level,
        int samples,
        int seed,
        CancellationToken cancellationToken
    )
    {
        var schema = SchemaOf(trained);
        var (width, likelihood, model) = (schema.Dimension, (MixedLikelihood)trained.Network.Likelihood, trained.Network);
        var cells = new List<ImputedCell>();
        var random = block == 0 ? new Random(seed) : new((int)RandomStream.Seed(seed, RandomStream.Evaluation, -block));
        using var noGradient = inference_mode();
        using var generator = RandomDraws.Seeded(RandomStream.Seed(seed, RandomStream.Evaluation, places.Length + ((long)block << 32)));
        foreach (var part in Enumerable.Range(0, places.Length).Chunk(Rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var x = tensor(part.SelectMany(row => rows.AsSpan(row * width, width).ToArray()).ToArray()).view(part.Length, width);
            var code = model.Encode(x, sample: false);
            var codes = code.Posterior?.Draw(samples);
            var z = codes?.Z ?? code.Z.unsqueeze(0).expand(samples, -1, -1);
            var parameters = model.Decode(z);
            var logWeights = codes is not null
                ? likelihood.LogProbability(x, parameters).Plus(model.Bottleneck.Prior!.LogProbability(z)) - codes.LogProbability
                : zeros(samples, part.Length);
            float[] weights = [.. logWeights.softmax(0).contiguous().data<float>()];
            (int Row, int Column)[] missing =
            [
                .. Enumerable
                    .Range(0, part.Length * width)
                    .Select(cell => (Row: cell / width, Column: cell % width))
                    .Where(cell => float.IsNaN(rows[part[cell.Row] * width + cell.Column])),
            ];
            var (mean, draw) = likelihood.OfCells(parameters, missing);
            float[] means = [.. mean.contiguous().data<float>()],
                drawn = [.. draw.contiguous().data<float>()];
            var cell = 0;
            for (var i = 0; i < part.Length; i++)
            {
                double[] own = [.. Enumerable.Range(0, samples).Select(k => (double)weights[k * part.Length + i])];
                int[] chosen = [.. Enumerable.Range(0, draws).Select(_ => Choose(own, random))];
                for (; cell < missing.Length && missing[cell].Row == i; cell++)
                {
                    var (place, column) = (cell, missing[cell].Column);
                    int At(int k) => k * missing.Length + place;
                    var field = schema.Fields[column];
                    var isNumber = field is FittedNumbers;
                    // As the cell would stand in the file: on the column's grid and in its range.
                    float[] values =
                    [
                        .. Enumerable.Range(0, samples).Select(k => field is FittedNumbers number ? number.Scaled(number.Number(drawn[At(k)])) : drawn[At(k)]),
                    ];
                    cells.Add(
                        new(
                            places[part[i]],
                            column,
                            isNumber ? (float)Enumerable.Range(0, samples).Sum(k => own[k] * means[At(k)]) : Likeliest(values, own),
                            isNumber ? Quantile(values, own, (1 - level) / 2) : float.NaN,
                            isNumber ? Quantile(values, own, (1 + level) / 2) : float.NaN,
                            [.. chosen.Select(k => values[k])]
                        )
                    );
                }
            }
        }
        return cells;
    }

    /// <summary>Returns the smallest value at or below which this fraction of the weight lies.</summary>
    internal static float Quantile(float[] values, double[] weights, double share)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var sum = 0.0;
        foreach (var i in order)
            if ((sum += weights[i]) >= share)
                return values[i];
        return values[order[^1]];
    }

    private static float Likeliest(float[] values, double[] weights) =>
        values.Index().GroupBy(value => value.Item).MaxBy(group => group.Sum(value => weights[value.Index]))!.Key;

    private static int Choose(double[] weights, Random random)
    {
        var left = random.NextDouble();
        for (var i = 0; i < weights.Length; i++)
            if ((left -= weights[i]) < 0)
                return i;
        return weights.Length - 1;
    }
}
