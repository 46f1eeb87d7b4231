namespace Isthmus.Reporting;

/// <summary>The topics of a model of documents: a map of them, and their words.</summary>
internal static class TopicSections
{
    private const double LeastRadius = 3, MostRadius = 15;

    public static Html Of(ReportContent content) => content.Topics is { } map ? $"{Map(map)}" : (Html)$"";

    private static Html Map(TopicMap map)
    {
        var most = map.Topics.Max(topic => topic.Topic.Share);
        var chart = new SvgChart($"Map of {map.Topics.Count} topics", new("first principal component", map.Topics.Select(topic => topic.X), padded: true), new("second principal component", map.Topics.Select(topic => topic.Y), padded: true), height: 320);
        // The largest first, so that no small one lies hidden below it.
        foreach (var (topic, x, y) in map.Topics)
            chart.Bubble(x, y, LeastRadius + (MostRadius - LeastRadius) * Math.Sqrt(topic.Share / most), $"{topic.Number}: {string.Join(" ", topic.Words.Select(word => word.Word))}");
        foreach (var (topic, x, y) in map.Topics)
            chart.Words(x, y, $"{topic.Number}");
        return $"""
            <section id="topics"><h2>The map of topics</h2>
            <div class="beside"><figure>{chart.Draw()}</figure>
            <div><p>Each disc is a topic, its area about its share of the test documents. Near topics use the same words: the plane shows {NumberText.Percent(map.VarianceShown)} of the variance of √p(word | only this topic), in which distances are Hellinger's.</p>
            <p>A topic's words are those that it makes likely and that are not likely everywhere.</p></div></div>
            <div class="scroll"><table><thead><tr><th class="n">topic<th class="n">share<th>first words<th>best seen in</tr></thead>
            <tbody>{map.Topics.Select(topic => (Html)$"""<tr><td class="n">{topic.Topic.Number}<td class="n">{NumberText.Percent(topic.Topic.Share)}<td>{string.Join(" ", topic.Topic.Words.Select(word => word.Word))}<td>{string.Join(", ", topic.Topic.Documents.Select(document => document.Name))}</tr>""")}</tbody></table></div></section>
            """;
    }
}
