using Isthmus.Data.Tables;
using static TorchSharp.torch;

namespace Isthmus.Reporting.Pages;

/// <summary>Columns of a model of rows: what test rows hold there, and what comes back.</summary>
internal static class TableViews
{
    /// <summary>Returns every column over the first test rows, at most <see cref="ModelViews.MostRecords"/>.</summary>
    public static IReadOnlyList<TableColumnView> Of(ModelViews views, TableSchema table)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var x = views.First(ModelViews.MostRecords);
        float[] before = [.. x.to(float32).cpu().contiguous().data<float>()],
            after = [.. views.Model.Reconstruct(x).to(float32).cpu().contiguous().data<float>()];
        var (width, count) = (table.Dimension, before.Length / table.Dimension);
        return
        [
            .. table.Fields.Select(
                (field, column) =>
                {
                    (float Own, float Back)[] known =
                    [
                        .. Enumerable
                            .Range(0, count)
                            .Select(row => (before[row * width + column], after[row * width + column]))
                            .Where(pair => !float.IsNaN(pair.Item1)),
                    ];
                    var missing = 1 - known.Length / (double)Math.Max(1, count);
                    return field switch
                    {
                        FittedNumbers numbers when known.Length > 0 => OfNumbers(numbers, known, missing),
                        FittedCategories categories when known.Length > 0 => OfCategories(categories, known, missing),
                        _ => new TableColumnView(field.Name, field.Kind, missing, [], "", "", null, "", null),
                    };
                }
            ),
        ];
    }

    private static TableColumnView OfNumbers(FittedNumbers field, (float Own, float Back)[] known, double missing)
    {
        const int Bins = 24;
        double[] own = [.. known.Select(pair => field.Unscaled(pair.Own))],
            back = [.. known.Select(pair => field.Unscaled(pair.Back))];
        var (least, most, mean) = (own.Min(), own.Max(), own.Average());
        var bars = new double[Bins];
        foreach (var value in own)
            bars[most > least ? Math.Clamp((int)((value - least) / (most - least) * Bins), 0, Bins - 1) : 0]++;
        var (error, variance) = (own.Zip(back, (a, b) => (a - b) * (a - b)).Average(), own.Average(value => (value - mean) * (value - mean)));
        var unit = field.Kind == Isthmus.Data.Cells.ColumnKind.Date ? "days" : "";
        return new(
            field.Name,
            field.Kind,
            missing,
            bars,
            field.Written(least),
            field.Written(most),
            Math.Sqrt(error),
            unit,
            variance > 0 ? 1 - error / variance : null
        );
    }

    private static TableColumnView OfCategories(FittedCategories field, (float Own, float Back)[] known, double missing)
    {
        const int Shown = 12;
        var counts = known.CountBy(pair => (int)pair.Own).OrderByDescending(count => count.Value).ToArray();
        string Name(int level) => level < field.Levels.Count ? field.Levels[level] : "rare or new";
        var (right, commonest) = (known.Count(pair => (int)pair.Own == (int)pair.Back) / (double)known.Length, counts[0].Value / (double)known.Length);
        return new(
            field.Name,
            field.Kind,
            missing,
            [.. counts.Take(Shown).Select(count => (double)count.Value)],
            $"{Name(counts[0].Key)} ({NumberText.Percent(commonest)})",
            $"{counts.Length} categories",
            1 - right,
            "wrong",
            commonest < 1 ? 1 - (1 - right) / (1 - commonest) : null
        );
    }
}

/// <summary>A column of test rows.</summary>
/// <param name="Name">Name.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Missing">Fraction of rows without a value.</param>
/// <param name="Bars">Counts: a histogram of numbers, or the most frequent categories; empty without values.</param>
/// <param name="From">Least value, or the most frequent category.</param>
/// <param name="To">Greatest value, or the number of categories.</param>
/// <param name="Error">Root mean squared error of what comes back, in the column's own unit; the fraction that comes back wrong for categories; null without
/// values.</param>
/// <param name="Unit">"wrong" for a fraction, "days" for dates; otherwise the column's own unit, which has no name.</param>
/// <param name="Kept">1 - squared error / variance; for categories 1 - wrong / wrong by the most frequent one. Null for a column of one value.</param>
internal sealed record TableColumnView(
    string Name,
    Isthmus.Data.Cells.ColumnKind Kind,
    double Missing,
    IReadOnlyList<double> Bars,
    string From,
    string To,
    double? Error,
    string Unit,
    double? Kept
);
