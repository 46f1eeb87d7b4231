using Isthmus.Measures;
using Isthmus.Studio.Pages.Measure;
using Isthmus.Studio.Tables;

namespace Isthmus.Studio.Tests;

/// <summary>Pairs of columns in clusters and as pictures.</summary>
public sealed class MeasureTests
{
    private const int Rows = 300;

    // Two pairs of columns that depend on each other and on nothing else, apart from each other in the table.
    private static readonly MeasuredTable Table = Made();

    private static MeasuredTable Made()
    {
        var random = new Random(1);
        double[] Noise() => [.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble())];
        var (one, two) = (Noise(), Noise());
        var plan = two.Select(value => value > 0.5 ? 1 : 0).ToArray();
        return new(
            "made",
            [
                MeasuredColumn.OfNumbers("one", one),
                MeasuredColumn.OfNumbers("two", two),
                MeasuredColumn.OfNumbers("like one", [.. one.Zip(Noise(), (value, noise) => value + 0.05 * noise)]),
                MeasuredColumn.OfTexts("plan", plan, ["basic", "business"]),
                MeasuredColumn.OfTexts("colour", [.. plan.Select((value, row) => row % 10 == 0 ? 2 : value)], ["<red>", "green", "blue"]),
            ]
        );
    }

    [Fact]
    public void Columns_that_depend_on_each_other_stand_together()
    {
        var clusters = ColumnClusters.Of(PairwiseInformation.Of(Table, new() { Permutations = 199 }));
        var names = clusters.Order.Select(column => Table.Columns[column].Name).ToList();
        Assert.Equal(1, Math.Abs(names.IndexOf("one") - names.IndexOf("like one")));
        Assert.Equal(["colour", "plan", "two"], names.Except(["one", "like one"]).Order());
        Assert.InRange(names.IndexOf("one"), names[0].Contains("one") ? 0 : 3, names[0].Contains("one") ? 1 : 4);
        // Four merges of five columns; the last joins what does not depend on each other, at distance 1.
        Assert.Equal(4, clusters.Lines.Count);
        Assert.Equal(1, clusters.Lines.Max(line => line[1].Height));
        Assert.All(clusters.Lines, line => Assert.True(line[1].Height >= Math.Max(line[0].Height, line[3].Height)));
    }

    [Theory]
    [InlineData("one", "like one", 0)]
    [InlineData("two", "plan", 1)]
    [InlineData("plan", "colour", 2)]
    public void A_pair_has_the_picture_of_its_types_and_all_its_rows(string x, string y, int form)
    {
        var view = new PairView(Table, Column(x), Column(y));
        Assert.Equal((PairForm)form, view.Form);
        var lines = PairPicture.Csv(view).TrimEnd().Split('\n');
        Assert.Equal(
            Rows,
            view.Form switch
            {
                PairForm.Scatter => lines.Length - 1,
                _ => lines
                    .Skip(1)
                    .Sum(line => int.Parse(line.Split(',')[view.Form == PairForm.Boxes ? 1 : 2], System.Globalization.CultureInfo.InvariantCulture)),
            }
        );
        // A name of the data cannot become markup.
        Assert.DoesNotContain("<red>", PairPicture.Draw(view).ToString());
    }

    [Fact]
    public void Bars_are_grey_where_no_dependence_was_found()
    {
        var ranked = ColumnRanking.Rank(Table, Column("plan"), [Column("one"), Column("two"), Column("colour")], new() { Permutations = 199 });
        var bars = RankingBars.Draw("plan", ranked, isNats: false).ToString();
        Assert.Equal(2, bars.Split("class=\"found\"").Length - 1);
        Assert.Equal(2, bars.Split("class=\"grey\"").Length);
        Assert.Contains("class=\"grey\"><title>one:", bars);
    }

    [Fact]
    public void Quartiles_are_between_two_rows_in_proportion() =>
        Assert.Equal([1.75, 2.5, 3.25], ((double[])[0.25, 0.5, 0.75]).Select(share => PairView.Quantile([1, 2, 3, 4], share)));

    private static MeasuredColumn Column(string name) => Table.Columns.Single(column => column.Name == name);
}
