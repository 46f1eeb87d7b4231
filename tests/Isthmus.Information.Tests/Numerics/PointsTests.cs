using Isthmus.Information.Numerics;

namespace Isthmus.Information.Tests.Numerics;

public class PointsTests
{
    [Fact]
    public void Rows_and_columns_are_the_same_points()
    {
        var points = Points.FromRows([1, 2, 3, 4, 5, 6], 2);
        Assert.Equal((3, 2), (points.Count, points.Dimensions));
        Assert.Equal([1, 3, 5], points[0].ToArray());
        Assert.Equal([6, 2], points.Rows([2, 0])[1].ToArray());
    }

    [Fact]
    public void What_is_wrong_is_named_with_its_place()
    {
        Assert.Contains("row 1, column 1 is Infinity", Message(() => Points.FromRows([1, 2, 3, double.PositiveInfinity], 2)));
        Assert.Contains("row 0, column 0 is NaN", Message(() => Points.FromColumns([double.NaN])));
        Assert.Contains("row 0, column 0 is -1E+301", Message(() => Points.FromColumns([-1e301])));
        Assert.Contains("column 0 has 2 rows and column 1 has 1", Message(() => Points.FromColumns([1, 2], [1])));
        Assert.Contains("at least one column", Message(() => Points.FromColumns()));
        Assert.Contains(
            "at least one row",
            Message(() =>
                Points.FromColumns([
                    [],
                ])
            )
        );
        Assert.Contains("5 values do not divide", Message(() => Points.FromRows([1, 2, 3, 4, 5], 2)));
        Assert.Contains("none was chosen", Message(() => Points.FromColumns([1]).Rows([])));
    }

    private static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
}
