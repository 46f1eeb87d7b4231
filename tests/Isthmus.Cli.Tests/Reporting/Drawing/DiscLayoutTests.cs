using Isthmus.Reporting.Drawing;

namespace Isthmus.Tests.Reporting.Drawing;

public sealed class DiscLayoutTests
{
    [Fact]
    public void Discs_that_have_room_end_up_apart_and_inside()
    {
        var random = new Random(2);
        // Fifty discs on one another in a corner, and two at one place: a third of the frame is covered.
        (double X, double Y, double Radius)[] discs =
        [
            .. Enumerable.Range(0, 50).Select(i => (i < 2 ? 5 : 40 * random.NextDouble(), i < 2 ? 5 : 30 * random.NextDouble(), 3 + 7 * random.NextDouble())),
        ];
        Assert.InRange(discs.Sum(disc => Math.PI * disc.Radius * disc.Radius), 0, 0.3 * 300 * 250);
        var places = DiscLayout.Apart(discs, 300, 250);
        for (var i = 0; i < places.Length; i++)
        {
            Assert.InRange(places[i].X, discs[i].Radius, 300 - discs[i].Radius);
            Assert.InRange(places[i].Y, discs[i].Radius, 250 - discs[i].Radius);
            for (var j = 0; j < i; j++)
                Assert.True(
                    Math.Sqrt(Math.Pow(places[i].X - places[j].X, 2) + Math.Pow(places[i].Y - places[j].Y, 2)) >= discs[i].Radius + discs[j].Radius,
                    $"{i} and {j} overlap"
                );
        }
    }

    [Fact]
    public void Discs_that_are_apart_stay_where_they_are() =>
        Assert.Equal([(20.0, 20.0), (60.0, 20.0)], DiscLayout.Apart([(20, 20, 10), (60, 20, 10)], 100, 100));
}
