namespace Isthmus.Tests.Verbs;

public sealed class TopicVerbTests
{
    [Fact]
    public void From_a_column_of_texts_to_topics_codes_and_found_documents()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("d.csv"), SmallDocuments.TwoSubjectsCsv());
        var trained = terminal.Json(
            "train {d.csv} --model prod-lda --text text --label subject --topics 3 --epochs 40 --set hidden=16 --set batch-size=16 --importance-samples 2 "
                + "--name n -o {runs}"
        );
        Assert.True(trained.GetProperty("perplexity").GetDouble() > 1);
        Assert.InRange(trained.GetProperty("topic_diversity").GetDouble(), 0, 1);
        Assert.Contains("--text text", File.ReadAllText(terminal.File("runs/n/report.html")).Replace("<span>", "").Replace("</span>", ""));

        // The same documents again, the column remembered.
        Assert.Equal(
            trained.GetProperty("perplexity").GetDouble(),
            terminal.Json("evaluate {d.csv} -m {runs/n} --importance-samples 0").GetProperty("perplexity").GetDouble()
        );
        var topics = terminal.Json("topics -m {runs/n} --words 4 --documents 2").GetProperty("topics");
        Assert.Equal(3, topics.GetArrayLength());
        Assert.Equal(4, topics[0].GetProperty("words").GetArrayLength());
        Assert.StartsWith("row ", topics[0].GetProperty("documents")[0].GetProperty("name").GetString());
        Assert.Contains("most in row", terminal.Done("topics -m {runs/n}").Output);
        Assert.DoesNotContain("collapsed", terminal.Done("topics -m {runs/n}").Output);

        var found = terminal.Json("search -m {runs/n} -q rocket -k 5").GetProperty("found");
        Assert.Equal(5, found.GetArrayLength());
        Assert.All(found.EnumerateArray(), document => Assert.True(document.GetProperty("shared_bits").GetDouble() > 0));
        Assert.Contains("bits", terminal.Done("search -m {runs/n} -q hockey").Output);

        // Documents that are new to it, one of them empty, as texts.
        Directory.CreateDirectory(terminal.File("new"));
        File.WriteAllText(terminal.File("new/a.txt"), "A rocket to the moon");
        File.WriteAllText(terminal.File("new/b.txt"), "");
        Assert.Equal(2, terminal.Json("encode {new} -m {runs/n} -o {codes.csv}").GetProperty("records").GetInt32());
        Assert.Contains("b.txt,0.0,0.0,0.0", File.ReadAllText(terminal.File("codes.csv")).Replace("-0.0", "0.0"));

        Assert.Contains("did you mean 'rocket'?", terminal.Refused("search -m {runs/n} -q roket"));
        Assert.Contains("no file or folder", terminal.Refused("search {none.txt} -m {runs/n} -q rocket"));
        Assert.Contains("no records back", terminal.Refused("reconstruct {new} -m {runs/n} -o {x.csv}"));
        Assert.Contains("have no parts", terminal.Refused("topics {new} -m {runs/n} --part train").Replace("has no parts", "have no parts"));
        File.WriteAllBytes(terminal.File("latin.txt"), [0x47, 0xFC, 0x6E]);
        Assert.Contains("is not UTF-8 text from byte 2 on", terminal.Refused("encode {latin.txt} -m {runs/n} -o {x.csv}"));
        Assert.False(File.Exists(terminal.File("x.csv")));
    }

    [Fact]
    public void A_collapsed_model_is_said_to_be_one_before_its_topics_and_finds()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("d.csv"), SmallDocuments.TwoSubjectsCsv());
        terminal.Done(
            "train {d.csv} --model etm --text text --topics 3 --epochs 10 --set hidden=16 --set embedding=8 --set batch-size=16 --set learning-rate=0.01 --set "
                + "beta=500 --importance-samples 0 --name n -o {runs}"
        );
        foreach (var line in (string[])["topics -m {runs/n}", "search -m {runs/n} -q rocket"])
        {
            var output = terminal.Done(line).Output;
            Assert.StartsWith("warning: The code has collapsed: it tells documents apart by at most", output);
            Assert.Contains("warning: Train longer: isthmus train", output);
            Assert.Contains("--text text", output);
            Assert.StartsWith("The code has collapsed", terminal.Json(line).GetProperty("warnings")[0].GetString());
        }
    }

    [Fact]
    public void Models_of_pictures_have_no_topics_and_search_nothing()
    {
        using var terminal = new Terminal();
        terminal.Done("train shapes --limit 60 --epochs 1 --set hidden=8 --name n -o {runs} --importance-samples 0");
        Assert.Contains("has no topics", terminal.Refused("topics -m {runs/n}"));
        Assert.Contains("searches no documents", terminal.Refused("search -m {runs/n} -q moon"));
    }
}
