using Isthmus.Reporting.Drawing;

namespace Isthmus.Reporting.Pages;

/// <summary>Lists of items of a recommender.</summary>
internal static class ItemSections
{
    /// <summary>Returns the sections; null for other models.</summary>
    public static Html? Of(ReportContent content) => content.Items is { } views ? (Html)$"{Items(views)}{Users(views)}" : null;

    private static Html Items(ItemViews views) =>
        $"""
            <section id="items"><h2>The items</h2>
            <p>The {views.Items.Count} items that most of {NumberText.Of(views.Count)} test users have met, and those that each makes likelier: by how many bits
            after this item alone.</p>
            <div class="scroll"><table><thead><tr><th>item<th class="n">users<th>makes likelier</tr></thead><tbody>{views.Items.Select(item =>
                (Html)(
                    $"""<tr><td>{item.Name}<td class="n">{NumberText.Of(item.Users)}<td>"""
                        + $"""{string.Join(", ", item.Near.Select(near => $"{near.Name} +{NumberText.Fixed(near.Bits, 1)}"))}</tr>"""
                )
            )}</tbody></table></div></section>
            """;

    private static Html Users(ItemViews views) =>
        $"""
            <section id="users"><h2>What comes next</h2>
            <p>Some test users, who are new to the model: the items they have met, and those that it recommends, with their cost in bits (−log₂ of the
            probability to be next) and the item that speaks for each most.</p>
            <div class="panels">{views.Users.Select(user => (Html)$"""
            <div><h3>{user.Name}</h3><p class="soft">after {string.Join(", ", user.History)}{(user.More > 0 ? $" and {NumberText.Of(user.More)} more" : "")}</p>
            <ol class="next">{user.Next.Select(next =>
                (Html)(
                    $"""<li>{next.Name} <span class="soft">{NumberText.Fixed(next.Bits, 2)} bits"""
                        + $"""{(next.Because is { } because ? $", because of {because}" : "")}</span></li>"""
                )
            )}</ol></div>
            """)}</div></section>
            """;
}
