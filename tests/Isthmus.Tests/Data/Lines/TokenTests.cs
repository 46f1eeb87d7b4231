using System.Text.Json;
using CsCheck;
using Isthmus.Data.Lines;
using Isthmus.Data.Records;

namespace Isthmus.Tests.Data.Lines;

/// <summary>Every line has tokens, and tokens give the line back.</summary>
public sealed class TokenTests
{
    private static readonly string[] Corpus =
    [
        "the cat sat on the mat",
        "the dog sat on the log, the cat did not",
        "don't panic: 42 of 1000 lines",
        "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd \u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
        "na\u00efve caf\u00e9 caf\u00e9 \U0001F468\u200D\U0001F469\u200D\U0001F467 \U0001F600 \U0001F600",
        "  two  spaces\tand a tab ",
        "",
    ];

    public static TheoryData<string> Rules => ["bpe", "words", "characters", "bytes"];

    private static TokenVocabulary Learnt(string rule, string? masks = null) => TokenLearner.Learn(Corpus, new() { Tokens = rule, Masks = masks });

    [Theory]
    [MemberData(nameof(Rules))]
    public void Tokens_give_any_line_back(string rule)
    {
        var vocabulary = Learnt(rule);
        var encoder = new TokenEncoder(vocabulary);
        string[] strange =
        [
            "\0 NUL \0",
            "\u202Eright to left\u202C",
            "a\u0301\u0302 zalgo",
            "\uFEFFmark",
            new('x', 1000),
            "\u6F22\u5B57\u304B\u306A",
            "<number> \\x0A",
        ];
        foreach (var line in Corpus.Concat(strange))
        {
            var tokens = encoder.Encode(line).ToArray();
            Assert.Equal(TokenVocabulary.End, tokens[^1]);
            Assert.All(tokens, token => Assert.InRange(token, 1, vocabulary.Count));
            Assert.Equal(line, vocabulary.TextOf(tokens));
        }
        Gen.String.Sample(
            line =>
            {
                // Half of a surrogate pair is no text: UTF-8 has none.
                var text = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(line));
                // Several threads call, and an encoder is for one.
                Assert.Equal(text, vocabulary.TextOf(new TokenEncoder(vocabulary).Encode(text)));
            },
            iter: 100
        );
    }

    [Fact]
    public void A_line_is_cut_by_its_rule()
    {
        static string[] Cut(string rule, string line) =>
            Learnt(rule) is var vocabulary ? [.. new TokenEncoder(vocabulary).Encode(line).ToArray().Select(vocabulary.NameOf)] : [];
        Assert.Equal(["the", " cat", " sat", "\\n"], Cut("words", "the cat sat"));
        // A word that was not met is spelt by its characters, and a character that was not by its bytes.
        Assert.Equal(["t", "a", "c", "\\n"], Cut("words", "tac"));
        Assert.Equal(["\\xE6", "\\xBC", "\\xA2", "\\n"], Cut("bpe", "\u6F22"));
        // What is one to the eye is one token.
        Assert.Equal(["\U0001F600", "\\n"], Cut("characters", "\U0001F600"));
        Assert.Equal(["c", "a", "t", "\\n"], Cut("bytes", "cat"));
        Assert.Equal([" the", "\\n"], Cut("bpe", " the"));
    }

    /// <summary>By hand: of "ab" five times and "abc" three, a b is met eight times and makes ab; then ab c three times.</summary>
    [Fact]
    public void Byte_pair_encoding_joins_what_is_met_most_often()
    {
        var pieces = TokenLearner.Learn(["ab ab ab ab ab", "abc abc abc"], new() { Tokens = "bpe" }).Pieces;
        Assert.Equal(["b", "a", " ", "c"], pieces.Take(4).OrderBy(piece => "ba c".IndexOf(piece, StringComparison.Ordinal)));
        Assert.Equal("ab", pieces[4]);
        Assert.Contains(" ab", pieces);
        Assert.Equal(pieces, TokenLearner.Learn(["ab ab ab ab ab", "abc abc abc"], new() { Tokens = "bpe" }).Pieces);
        Assert.Equal(5, TokenLearner.Learn(["ab ab ab ab ab", "abc abc abc"], new() { Tokens = "bpe", MaxTokens = 5 }).Pieces.Count);
    }

    [Theory]
    [InlineData("2015-07-29 17:41:44,747 - INFO [x] - Notification time out: 3200", "<time> - INFO [x] - Notification time out: <number>")]
    [InlineData("Jun 14 15:16:01 combo sshd(pam_unix)[19939]: rhost=218.188.2.4 ", "<time> combo sshd(pam_unix)[<number>]: rhost=<address> ")]
    [InlineData("[Sun Dec 04 04:47:44 2005] [error] state 6", "[<time>] [error] state <number>")]
    [InlineData("from 173.234.31.186:5070 at 0x7fed806eb5d", "from <address> at <hex>")]
    [InlineData("block blk_-1608999687919862906 of e7c6ffae-a8b1-4f5b-8b5e-0123456789ab", "block blk_-<number> of <hex>")]
    [InlineData("17/06/09 20:10:40 INFO x: 3.5 MB, -2 left", "<time> INFO x: <number> MB, <number> left")]
    [InlineData("no numbers here", "no numbers here")]
    public void Masks_stand_for_times_addresses_hexadecimals_and_numbers(string line, string masked)
    {
        var vocabulary = Learnt("bytes", "time,address,hex,number");
        Assert.Equal(masked, vocabulary.TextOf(new TokenEncoder(vocabulary).Encode(line)));
        Assert.Equal(line, Learnt("bytes").TextOf(new TokenEncoder(Learnt("bytes")).Encode(line)));
    }

    [Fact]
    public void A_vocabulary_is_kept_in_files()
    {
        DataSchema schema = new LineSchema(Learnt("bpe", "number"), 12, new() { Tokens = "bpe", Masks = "number" });
        var text = JsonSerializer.Serialize(schema, JsonFormat.Compact);
        Assert.Equal(schema, JsonSerializer.Deserialize<DataSchema>(text, JsonFormat.Compact));
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<DataSchema>(text, JsonFormat.Compact), JsonFormat.Compact));
    }
}
