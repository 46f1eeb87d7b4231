using Isthmus.Studio.Texts;

namespace Isthmus.Studio.Pages.Topics;

/// <summary>Colours of topics: the ten largest have one each, all others are grey. Safe to use from several threads.</summary>
internal static class TopicColours
{
    private const int Colours = 10;

    /// <summary>Returns the class that sets a topic's colour, <c>--series</c>.</summary>
    public static string Style(TopicTable topics, int topic) => Rank(topics, topic) is var rank && rank < Colours ? $"l{rank}" : "lx";

    private static int Rank(TopicTable topics, int topic)
    {
        for (var rank = 0; rank < Math.Min(Colours, topics.Count); rank++)
            if (topics.Order[rank] == topic)
                return rank;
        return Colours;
    }
}
