using System.Globalization;
using Isthmus.Measures;

namespace Isthmus.Studio.Tables;

/// <summary>Pictures of a pair of columns.</summary>
internal enum PairForm
{
    /// <summary>Two columns of numbers: a point a row.</summary>
    Scatter,

    /// <summary>Numbers by category: quartiles of each.</summary>
    Boxes,

    /// <summary>Two columns of categories: shares of each category of one within those of the other.</summary>
    Mosaic,
}

/// <summary>
/// The complete rows of two columns as a picture shows them: numbers as they are, categories as places in a list of at most 12, the rest taken together. Of a
/// column of numbers and one of categories, the categories are X. Immutable.
/// </summary>
internal sealed class PairView
{
    private const int MostCategories = 12,
        MostPoints = 2000;

    /// <summary>Takes two columns of a table.</summary>
    /// <exception cref="InvalidInputException">Fewer than 2 rows have a value in both.</exception>
    public PairView(MeasuredTable table, MeasuredColumn x, MeasuredColumn y)
    {
        var rows = table.Complete([x, y]);
        var (first, second) = (Axis.Of(x, rows), Axis.Of(y, rows));
        if (first.IsNumber && !second.IsNumber)
            (first, second) = (second, first);
        (X, Y, Rows) = (first, second, rows.Length);
        Form =
            X.IsNumber ? PairForm.Scatter
            : Y.IsNumber ? PairForm.Boxes
            : PairForm.Mosaic;
    }

    public Axis X { get; }

    public Axis Y { get; }

    /// <summary>Number of rows with a value in both.</summary>
    public int Rows { get; }

    public PairForm Form { get; }

    /// <summary>Points of a scatter: all rows, or 2,000 at random.</summary>
    public IReadOnlyList<(double X, double Y)> Points()
    {
        var rows = Enumerable.Range(0, Rows).ToArray();
        if (Rows > MostPoints)
            new Random(1).Shuffle(rows);
        return [.. rows.Take(MostPoints).Select(row => (X.Values[row], Y.Values[row]))];
    }

    /// <summary>Values of Y, ascending, by category of X.</summary>
    public IReadOnlyList<double[]> Groups() =>
        [.. X.Categories.Select((_, category) => Y.Values.Where((_, row) => X.Values[row] == category).Order().ToArray())];

    /// <summary>Number of rows by category of X and category of Y.</summary>
    public int[,] Counts()
    {
        var counts = new int[X.Categories.Count, Y.Categories.Count];
        for (var row = 0; row < Rows; row++)
            counts[(int)X.Values[row], (int)Y.Values[row]]++;
        return counts;
    }

    /// <summary>Quantile of values in order, between two of them in proportion.</summary>
    public static double Quantile(double[] ascending, double share)
    {
        var place = share * (ascending.Length - 1);
        var below = (int)place;
        return ascending[below] + (place - below) * (ascending[Math.Min(below + 1, ascending.Length - 1)] - ascending[below]);
    }

    /// <summary>A column of a picture.</summary>
    /// <param name="Name">Name of the column.</param>
    /// <param name="Values">A value a row: a number, or a place among the categories.</param>
    /// <param name="Categories">Names of the categories; empty of numbers.</param>
    /// <param name="IsDate">True for numbers that are seconds since 1970.</param>
    internal sealed record Axis(string Name, double[] Values, IReadOnlyList<string> Categories, bool IsDate)
    {
        public bool IsNumber => Categories.Count == 0;

        /// <summary>A number as a reader writes it.</summary>
        public string Words(double value) =>
            IsDate && Math.Abs(value) < 1e11
                ? DateTime.UnixEpoch.AddSeconds(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : NumberText.Of(value, 3);

        public static Axis Of(MeasuredColumn column, int[] rows)
        {
            var values = column.Values(rows);
            if (column.IsNumber && (!column.IsCounted || column.Distinct > MostCategories))
                return new(column.Name, values, [], column.IsDate);
            // Numbers in their order; texts by how often they are there.
            var counts = values.CountBy(value => value);
            var order = (column.IsNumber ? counts.OrderBy(value => value.Key) : counts.OrderByDescending(value => value.Value).ThenBy(value => value.Key))
                .Select(value => value.Key)
                .ToArray();
            var shown = order.Length > MostCategories ? order[..(MostCategories - 1)] : order;
            var places = shown.Index().ToDictionary(value => value.Item, value => value.Index);
            string Name(double value) =>
                column.IsNumber ? NumberText.Of(value, 4)
                : (int)value < column.Texts.Count ? column.Texts[(int)value]
                : $"category {value}";
            string[] names = [.. shown.Select(Name), .. order.Length > shown.Length ? [$"{order.Length - shown.Length} others"] : Array.Empty<string>()];
            return new(column.Name, [.. values.Select(value => (double)places.GetValueOrDefault(value, shown.Length))], names, false);
        }
    }
}
