using CsCheck;
using Isthmus.Data.Documents;

namespace Isthmus.Tests.Data.Documents;

public class WordSegmentationTests
{
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var found = new WordSegmentation(text); found.MoveNext();)
            words.Add(found.Current.ToString());
        return words;
    }

    [Theory]
    [InlineData("Don't stop, it's 3.5 km!", "don't|stop|it's|km")]
    [InlineData("L\u2019\u00C9t\u00E9 na\u00EFve", "l'\u00E9t\u00E9|na\u00EFve")]
    [InlineData("'quoted' rock'n'roll' dogs'", "quoted|rock'n'roll|dogs")]
    [InlineData("mp3 2nd 1,000 v1.2beta a I", "mp3|2nd|v1.2beta")]
    [InlineData("end.Next one,two snake_case", "end|next|one|two|snake_case")]
    [InlineData("\u0421\u043D\u0435\u0433 STRASSE \u03A3\u03BF\u03C6\u03AF\u03B1", "\u0441\u043D\u0435\u0433|strasse|\u03C3\u03BF\u03C6\u03AF\u03B1")]
    [InlineData("e\u0301te\u0301 co\u00ADop", "e\u0301te\u0301|co\u00ADop")]
    [InlineData("\u6771\u4EAC\u306E\u30BF\u30EF\u30FC", "\u6771|\u4EAC|\u306E|\u30BF\u30EF\u30FC")]
    [InlineData("\uD842\uDFB7 \uD83D\uDE00ok \uD800 \u0301xy", "\uD842\uDFB7|ok|xy")]
    [InlineData("", "")]
    [InlineData(" \r\n\t--- 42 ___ ", "")]
    public void Texts_and_their_words(string text, string words) => Assert.Equal(words, string.Join('|', Words(text)));

    [Fact]
    public void What_is_longer_than_any_word_is_none() =>
        Assert.Equal(
            [new string('x', WordSegmentation.Longest), "yes"],
            Words($"{new string('x', WordSegmentation.Longest)} {new string('x', WordSegmentation.Longest + 1)} yes")
        );

    [Fact]
    public void Words_of_two_texts_are_those_of_one_and_then_of_the_other() =>
        Gen.Select(Gen.String, Gen.String).Sample((one, other) => Assert.Equal(Words(one).Concat(Words(other)), Words($"{one}\n{other}")));

    [Fact]
    public void A_word_is_one_word() => Gen.String.Sample(text => Assert.All(Words(text), word => Assert.Equal([word], Words(word))));
}
