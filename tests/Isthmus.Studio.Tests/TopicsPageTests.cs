using System.Globalization;
using System.Text.RegularExpressions;
using Bunit;
using Isthmus.Models;
using Isthmus.Studio.Pages.Topics;
using Isthmus.Studio.Texts;
using static Microsoft.Playwright.Assertions;

namespace Isthmus.Studio.Tests;

[Collection(RunPages.Name)]
public sealed partial class TopicsPageTests(StudioOnRows studio) : BunitContext
{
    [Fact]
    public void Relevance_goes_from_lift_to_probability_and_topics_of_a_word_sum_to_one()
    {
        var topics = Read();
        for (var topic = 0; topic < topics.Count; topic++)
        {
            int[] words = [.. Enumerable.Range(0, topics.Words.Count)];
            Assert.Equal(words.OrderByDescending(word => topics.Probability(topic, word)), topics.FirstWords(topic, words.Length, 1));
            Assert.Equal(
                words.OrderByDescending(word => topics.Probability(topic, word) / topics.Probability(word)),
                topics.FirstWords(topic, words.Length, 0)
            );
            // Sievert and Shirley 2014, equation 1.
            var (own, all) = (topics.Probability(topic, 3), topics.Probability(3));
            Assert.Equal(0.3 * Math.Log(own) + 0.7 * Math.Log(own / all), topics.Relevance(topic, 3, 0.3), 5);
        }
        Assert.Equal(1, Enumerable.Range(0, topics.Words.Count).Sum(topics.Probability), 5);
        Assert.Equal(1, topics.TopicsOf(2).Sum(), 6);
        Assert.Equal(1, topics.TopicsOf(2, topics.Proportions(0)).Sum(), 6);
        Assert.Equal(1, topics.Shares.Sum(), 5);
    }

    [Fact]
    public void A_tinted_text_is_the_text_and_its_known_words_are_marked()
    {
        const string Text = "The Storm brought\n  fog, <b>fog</b> & a match.";
        var topics = Read();
        var tinted = Render<TintedText>(p => p.Add(t => t.Topics, topics).Add(t => t.Text, Text).Add(t => t.Proportions, topics.Proportions(0).ToArray()));
        Assert.Equal(["Storm", "fog", "fog", "match"], tinted.FindAll("mark").Select(mark => mark.TextContent));
        Assert.Equal(Text, string.Concat(TextPiece.Of(Text, topics.Numbers).Select(piece => piece.Text)));
        Assert.Empty(tinted.FindAll("b"));
        Assert.All(tinted.FindAll("mark"), mark => Assert.Matches(@"^topic \d \d", mark.GetAttribute("title")!));
    }

    [Fact]
    public async Task Topics_are_weighed_read_and_searched_in_the_address()
    {
        var page = await studio.OpenAsync($"topics?run={StudioOnRows.Notes}");
        await Expect(page.Locator(".topic-disc")).ToHaveCountAsync(3);
        var words = page.Locator(".word-bars");
        // The largest topic is the one of an address without a topic, and the first disc.
        var other = page.Locator(".topic-disc").Last;
        await other.ClickAsync();
        await Expect(other).ToHaveAttributeAsync("aria-pressed", "true");
        var slider = page.Locator(".relevance input");
        await slider.FillAsync("1");
        await Expect(page.Locator(".relevance")).ToContainTextAsync("λ = 1.00");
        var probabilities = (await words.Locator(".n").AllInnerTextsAsync())
            .Select(text => double.Parse(text.TrimEnd('%').Trim(), CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        await page.GetByLabel("Query").FillAsync("storm");
        await page.GetByLabel("Query").PressAsync("Enter");
        await Expect(page.Locator(".reading table")).ToContainTextAsync("bits");
        await Expect(page.Locator(".tinted mark").First).ToBeVisibleAsync();
        await page.GetByLabel("Or a text of your own").FillAsync("Rain on the match");
        await page.GetByLabel("Or a text of your own").BlurAsync();
        await Expect(page.Locator(".tinted mark")).ToHaveTextAsync(["Rain", "match"]);
        await Expect(page).ToHaveURLAsync(Kept());
        await Accessibility.DemandAsync(page);
        await page.GetByLabel("Query").FillAsync("flurb");
        await page.GetByLabel("Query").PressAsync("Enter");
        await Expect(page.Locator(".mud-alert")).ToContainTextAsync("knows no word of 'flurb'");
        await page.CloseAsync();
    }

    private TopicTable Read()
    {
        using var trained = TrainedModel.Load(Path.Combine(studio.Folder, StudioOnRows.Notes, "model.isthmus"));
        return TopicTable.Of(
            trained,
            Documents.Load(Path.Combine(studio.Folder, "notes.csv"), new() { Text = "note" }).BroughtTo(trained.Specification.Schema)
        );
    }

    [GeneratedRegex("topic=.*lambda=1.00.*query=storm")]
    private static partial Regex Kept();
}
