namespace Isthmus.Data.Documents;

/// <summary>
/// Words without topical meaning: the function words of English (articles, pronouns, prepositions, conjunctions, auxiliaries), or those of a file.
/// </summary>
internal static class StopWords
{
    private const string English = """
        a an the this that these those some any no every each either neither both all half many much few several more most other another such same own
        i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
        it its itself they them their theirs themselves one ones
        who whom whose which what whatever whoever someone somebody something anyone anybody anything everyone everybody everything nobody nothing none
        about above across after against along among around as at before behind below beneath beside besides between beyond by down during except for from
        in inside into like near of off on onto out outside over past per since through throughout
        till to toward towards under until up upon via with within without
        and but or nor so yet if unless because although though while whereas whether than then when whenever where wherever how why that's
        am is are was were be been being do does did doing done have has had having can could may might must shall should will would ought cannot
        not very too also just only even still again ever never here there now once already perhaps maybe rather quite almost always often
        i'm i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd she'll
        it's it'd it'll we're we've we'd we'll they're they've they'd they'll there's here's what's who's where's how's let's
        isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't mustn't shouldn't won't wouldn't
        """;

    /// <summary>Returns the set of this name, or of this file.</summary>
    /// <exception cref="InvalidInputException">No such file, or one that is no text.</exception>
    public static HashSet<string> Named(string? name) =>
        name switch
        {
            "none" => [],
            null or "english" => Words(English),
            _ when !File.Exists(name) => throw new InvalidInputException(
                $"{OptionNames.StopWords} {name}",
                "is no file",
                "give english, none, or a file of one word a line",
                OptionNames.StopWords
            ),
            _ => Words(DocumentText.Read(name)),
        };

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        for (var found = new WordSegmentation(text); found.MoveNext();)
            words.Add(found.Current.ToString());
        return words;
    }
}
