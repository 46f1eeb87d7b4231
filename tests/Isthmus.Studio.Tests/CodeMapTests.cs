using Isthmus.Studio.Folders;
using Isthmus.Studio.Maps;

namespace Isthmus.Studio.Tests;

public sealed class CodeMapTests
{
    [Fact]
    public void A_line_around_points_holds_those_inside_it_and_no_other()
    {
        // A grid of 11 x 11 points, and a triangle over its lower left half.
        var map = new CodeMap([.. Enumerable.Range(0, 121).SelectMany(i => (float[])[i % 11, i / 11])], "x", "y", isSquare: true);
        Assert.Equal(66, map.Inside([-0.01, -0.01, 1.02, -0.01, -0.01, 1.02]).Length);
        Assert.Equal([60], map.Inside([0.45, 0.45, 0.55, 0.45, 0.55, 0.55, 0.45, 0.55]));
        Assert.Empty(map.Inside([2, 2, 3, 3, 2, 3]));
    }

    [Fact]
    public void Places_are_16_bit_numbers_and_one_far_point_does_not_shrink_the_others()
    {
        float[] points = [.. Enumerable.Range(0, 1000).SelectMany(i => (float[])[i / 999f, 1 - i / 999f])];
        (points[0], points[1]) = (1e6f, 0.5f);
        var map = new CodeMap(points, "x", "y", isSquare: false);
        var bytes = map.Bytes();
        Assert.Equal(4000, bytes.Length);
        // The far one lies at the edge, the middle ones are spread over the square.
        Assert.Equal(65535, bytes[0] + 256 * bytes[1]);
        Assert.True(map.Place(points[400], points[401]).X > map.Place(points[200], points[201]).X + 0.05);
    }

    [Fact]
    public void Density_is_greatest_where_points_lie_closest()
    {
        float[] points = [.. Enumerable.Range(0, 2000).SelectMany(i => i < 1900 ? (float[])[0.25f, 0.75f] : [i % 10 / 10f, i / 10 % 10 / 10f])];
        var (values, side) = new CodeMap(points, "x", "y", isSquare: true).Density();
        var most = Array.IndexOf(values, (byte)255);
        // A quarter from the left, and from the top: rows begin there.
        Assert.InRange(most % side / (double)side, 0.2, 0.35);
        Assert.InRange(most / side / (double)side, 0.1, 0.25);
    }

    [Fact]
    public void What_sets_records_apart_is_the_property_that_does_and_not_one_at_random()
    {
        var random = new Random(1);
        float[] own = [.. Enumerable.Range(0, 2000).Select(i => i < 300 ? 1 + random.NextSingle() : random.NextSingle())];
        float[] noise = [.. Enumerable.Range(0, 2000).Select(_ => random.NextSingle())];
        var kinds = new ClassColumn("kind", [.. Enumerable.Range(0, 2000).Select(i => i < 300 ? 0 : 1)], ["a", "b"]);
        var apart = Apart.Of([new NumberColumn("own", "", own), new NumberColumn("noise", "", noise), kinds], [.. Enumerable.Range(0, 300)], 2000, 1, default);
        Assert.Equal(300, apart.Compared);
        Assert.Equal(["kind", "own"], apart.Columns.Select(found => found.Column.Name).Order());
        // One bit tells them apart for certain: ln 2 nats.
        Assert.All(apart.Columns, found => Assert.InRange(found.Information!.Shown.Value, 0.6, 0.75));
        Assert.Throws<InvalidInputException>(() => Apart.Of([kinds], [1, 2, 3], 2000, 1, default));
    }

    [Fact]
    public void Tags_are_kept_by_run_and_part_and_taken_away_again()
    {
        var folder = Directory.CreateTempSubdirectory("isthmus-tags-").FullName;
        try
        {
            var tags = new RecordTags(new(folder));
            tags.Set("runs/a b", "test", "odd ones", [3, 5]);
            tags.Set("runs/a b", "train", "others", [1]);
            Assert.Equal([3, 5], new RecordTags(new(folder)).Of("runs/a b", "test")["odd ones"]);
            Assert.Empty(tags.Of("runs/other", "test"));
            tags.Set("runs/a b", "test", "odd ones", []);
            Assert.Empty(tags.Of("runs/a b", "test"));
            Assert.Equal([1], tags.Of("runs/a b", "train")["others"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
