namespace Isthmus.Tests.Verbs;

public sealed class RecommendVerbTests
{
    [Fact]
    public void From_a_table_of_ratings_to_recommendations_with_reasons()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("r.csv"), Histories.TwoTastesCsv());
        File.WriteAllText(terminal.File("t.csv"), Histories.TitlesCsv);
        const string Columns = "--user user --item item --rating rating --min-rating 4";
        var trained = terminal.Json($"train {{r.csv}} --model ease {Columns} --titles {{t.csv}} --set l2=200 --name n -o {{runs}}");
        Assert.True(trained.GetProperty("ndcg_100").GetDouble() > trained.GetProperty("most_popular_ndcg_100").GetDouble());
        Assert.True(trained.GetProperty("item_knn_recall_20_standard_error").GetDouble() >= 0);
        Assert.Contains("--min-rating 4", File.ReadAllText(terminal.File("runs/n/report.html")).Replace("<span>", "").Replace("</span>", ""));

        // The same users and figures again, the columns remembered.
        var evaluated = terminal.Json("evaluate {r.csv} -m {runs/n}");
        Assert.Equal(trained.GetProperty("ndcg_100").GetDouble(), evaluated.GetProperty("ndcg_100").GetDouble());

        File.WriteAllText(terminal.File("h.txt"), "the blue 11\nBlue 12, The (1999)\nid:13\n");
        foreach (var history in new[] { "--history 11,12,id:13", "--history-file {h.txt}" })
        {
            var found = terminal.Json($"recommend -m {{runs/n}} -k 3 {history}").GetProperty("recommendations");
            Assert.Equal(3, found.GetArrayLength());
            Assert.All(found.EnumerateArray(), item => Assert.StartsWith("Blue", item.GetProperty("title").GetString()));
            Assert.StartsWith("Blue", found[0].GetProperty("reasons")[0].GetProperty("title").GetString());
        }
        var known = terminal.Done("recommend -m {runs/n} --for 7 -k 4").Output;
        Assert.Contains("because of Blue", known);
        Assert.Contains("bits", known);

        var all = terminal.Json("recommend -m {runs/n} --all -k 2 -o {all.parquet}");
        Assert.Equal(60, all.GetProperty("users").GetInt32());
        Assert.True(File.Exists(terminal.File("all.parquet")));

        Assert.Contains("did you mean", terminal.Refused("recommend -m {runs/n} --history Blu"));
        Assert.Contains("no user '777'", terminal.Refused("recommend -m {runs/n} --for 777"));
        Assert.Contains("says what a history lacks", terminal.Refused("reconstruct {r.csv} -m {runs/n} -o {x.csv}"));
        Assert.False(File.Exists(terminal.File("x.csv")));
    }

    [Fact]
    public void Models_of_pictures_recommend_nothing()
    {
        using var terminal = new Terminal();
        terminal.Done("train shapes --limit 60 --epochs 1 --set hidden=8 --name n -o {runs} --importance-samples 0");
        Assert.Contains("recommends nothing", terminal.Refused("recommend -m {runs/n} --history Heat"));
    }
}
