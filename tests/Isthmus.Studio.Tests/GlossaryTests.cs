using Isthmus.Studio.Components;

namespace Isthmus.Studio.Tests;

public class GlossaryTests
{
    [Fact]
    public void A_word_has_the_meaning_of_the_guide() => Assert.StartsWith("What the code costs", Glossary.Of("rate"), StringComparison.Ordinal);

    [Theory]
    [InlineData("KL")]
    [InlineData("Kullback-Leibler divergence")]
    public void A_word_of_two_names_is_found_by_both(string name) => Assert.NotNull(Glossary.Of(name));

    [Fact]
    public void An_unknown_word_has_no_meaning() => Assert.Null(Glossary.Of("flurb"));
}
