using Isthmus.Studio.Tables;

namespace Isthmus.Studio.Tests;

public sealed class MarkedThresholdTests
{
    [Fact]
    public void Judgements_that_a_threshold_can_part_are_parted_in_the_middle() =>
        Assert.Equal(new MarkedThreshold(8, 2, 2, 0), MarkedThreshold.Of([(3, false), (6, false), (10, true), (12, true)]));

    [Fact]
    public void Of_judgements_that_none_can_part_the_fewest_are_wrong()
    {
        // Between 5 and 9 the false alarm at 11 alone is wrong; below 4 or above 11 two are.
        var found = MarkedThreshold.Of([(4, false), (5, false), (9, true), (11, false), (12, true)]);
        Assert.Equal(new MarkedThreshold(7, 2, 3, 1), found);
    }

    [Fact]
    public void One_kind_of_judgement_suggests_nothing()
    {
        Assert.Null(MarkedThreshold.Of([(4, true), (5, true)]));
        Assert.Null(MarkedThreshold.Of([(4, false), (float.NaN, true)]));
        Assert.Null(MarkedThreshold.Of([]));
    }
}
