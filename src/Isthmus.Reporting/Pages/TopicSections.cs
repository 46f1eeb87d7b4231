using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>The topics of a model of documents: a map of them, and their words.</summary>
internal static class TopicSections
{
    private const double LeastRadius = 3,
        MostRadius = 15;

    // The share of the frame that discs cover at most, and the least disc that has room for its number.
    private const double Covered = 0.3,
        Numbered = 7;

    public static Html Of(ReportContent content) => content.Topics is { } map ? $"{Map(map)}" : (Html)$"";

    private static Html Map(TopicMap map)
    {
        var most = Math.Max(map.Topics.Max(topic => topic.Topic.Share), double.Epsilon);
        ChartAxis across = new("first principal component", map.Topics.Select(topic => topic.X), padded: true),
            up = new("second principal component", map.Topics.Select(topic => topic.Y), padded: true);
        var chart = new SvgChart($"Map of {Counted.Of(map.Topics.Count, "topic")}", across, up, height: 320);
        var (width, height) = chart.Frame;
        // Many discs are drawn smaller, so that they find room.
        var largest = Math.Min(MostRadius, Math.Sqrt(Covered * width * height / (Math.PI * map.Topics.Sum(topic => topic.Topic.Share / most))));
        (double X, double Y, double Radius)[] discs =
        [
            .. map.Topics.Select(topic =>
                (across.Place(topic.X) * width, up.Place(topic.Y) * height, Math.Max(LeastRadius, largest * Math.Sqrt(topic.Topic.Share / most)))
            ),
        ];
        foreach (var ((topic, _, _), disc, place) in map.Topics.Zip(discs, DiscLayout.Apart(discs, width, height)))
        {
            var (x, y) = (across.Least + place.X / width * (across.Most - across.Least), up.Least + place.Y / height * (up.Most - up.Least));
            chart.Bubble(x, y, disc.Radius, $"{topic.Number}: {string.Join(" ", topic.Words.Select(word => word.Word))}");
            if (disc.Radius >= Numbered)
                chart.Words(x, y, $"{topic.Number}");
        }
        return $"""
            <section id="topics"><h2>The map of topics</h2>
            <div class="beside"><figure>{chart.Draw()}</figure>
            <div><p>Each disc is a topic, with an area about proportional to its part in the test documents.
            Close topics use the same words: the plane holds {NumberText.Percent(
                map.VarianceShown
            )} of the variance of √p(word | only this topic), whose distances are Hellinger's. Discs that would overlap are moved apart.</p>
            <p>A topic's words are likely in it and not in all topics.</p></div></div>
            <div class="scroll"><table><thead><tr><th class="n">topic<th class="n">proportion<th>first words<th>most in</tr></thead>
            <tbody>{map.Topics.Select(topic =>
                (Html)(
                    $"""<tr><td class="n">{topic.Topic.Number}<td class="n">{NumberText.Percent(topic.Topic.Share)}<td>"""
                        + $"""{string.Join(" ", topic.Topic.Words.Select(word => word.Word))}<td>"""
                        + $"""{string.Join(", ", topic.Topic.Documents.Select(document => document.Name))}</tr>"""
                )
            )}</tbody></table></div></section>
            """;
    }
}
