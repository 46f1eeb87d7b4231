using Isthmus.Reporting.Experiments;

namespace Isthmus.Tests.Verbs;

/// <summary>Which model is taken where none is named, and what a model remembers of how it was trained.</summary>
public class ModelChoiceTests
{
    private const string Small = "--epochs 1 --set hidden=8 --latent 2 --importance-samples 0 --threads 1";

    [Theory]
    [InlineData("age,city\n", "{0},Berlin\n{1},Paris\n{2},Rome\n", "table-vae", "other columns than numbers (city)")]
    [InlineData("day,n\n", "2024-01-0{3},{0}.5\n2024-02-0{3},{1}\n2024-01-11,{2}\n", "table-vae", "other columns than numbers (day)")]
    [InlineData("a,b\n", "{0}.5,1.25\n,{1}\n{2},0.5\n", "table-vae", "missing values (a)")]
    [InlineData("a,b\n", "{0}.5,1.25\n{1},7\n{2},0.5\n", "vae", "numbers")]
    [InlineData("userId,movieId,rating\n", "{0},7,4\n{1},8,3\n{2},7,5\n", "ease", "users in column userId, items in column movieId")]
    [InlineData("user_id,item_id\n", "{0},7\n{1},8\n{2},9\n", "ease", "users in column user_id, items in column item_id")]
    [InlineData(
        "review,stars\n",
        "the film {0} was a joy to see again,4\nnot a film {1} for anyone at all,1\nquite {2} long and rather dull in parts,2\n",
        "prod-lda",
        "the texts of column review"
    )]
    public void The_model_is_the_one_for_what_the_table_holds(string header, string three, string preset, string why)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("t.csv"),
            header
                + string.Concat(
                    Enumerable
                        .Range(0, 30)
                        .Select(i =>
                            three.Replace("{0}", $"{3 * i % 17}").Replace("{1}", $"{5 * i % 13}").Replace("{2}", $"{7 * i % 11}").Replace("{3}", $"{i % 9 + 1}")
                        )
                )
        );
        var choice = ModelChoice.For(folder.File("t.csv"), new(), new());
        Assert.Equal(preset, choice.Preset);
        Assert.Contains(why, choice.Why);
    }

    [Fact]
    public void What_the_user_says_wins()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("t.csv"),
            "a,b,at\n" + string.Concat(Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"{i % 7}.5,{i % 5},{i}\n")))
        );
        Assert.Equal(
            "ease",
            ModelChoice
                .For(
                    folder.File("t.csv"),
                    new()
                    {
                        Interactions = new() { User = "a", Item = "b" },
                    },
                    new()
                )
                .Preset
        );
        Assert.Equal("table-vae", ModelChoice.For(folder.File("t.csv"), new(), new() { Time = "at" }).Preset);
        Assert.Equal("prod-lda", ModelChoice.For(folder.File("t.csv"), new() { Documents = new() { Text = "a" } }, new()).Preset);
        Assert.Equal("vae", ModelChoice.For("shapes", new(), new()).Preset);
    }

    [Fact]
    public void A_recommender_finds_users_and_items_by_their_names_and_a_table_of_customers_is_none()
    {
        using var terminal = new Terminal();
        File.WriteAllText(
            terminal.File("ratings.csv"),
            "user,item,rating\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"u{i % 12},i{i * 7 % 25},{1 + i % 5}\n"))
        );
        Assert.Contains(
            "interactions: users in column user, items in column item; --user and --item take others.",
            terminal.Done($"train {{ratings.csv}} --model mult-vae --min-rating 1 {Small} --name run -o " + Path.GetDirectoryName(terminal.File("x"))).Error
        );
        // One row a customer: no history to learn from, whatever the columns are called.
        File.WriteAllText(
            terminal.File("customers.csv"),
            "customer_id,title,age\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"c{i:D4},{(i % 3 == 0 ? "Ms" : "Mr")},{20 + i % 40}\n"))
        );
        Assert.Equal("table-vae", ModelChoice.For(terminal.File("customers.csv"), new(), new()).Preset);
    }

    [Fact]
    public void Train_without_a_model_says_which_it_takes()
    {
        using var terminal = new Terminal();
        File.WriteAllText(
            terminal.File("customers.csv"),
            "id,age,city\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"c{i:D4},{20 + i % 30},{"ABC"[i % 3]}town\n"))
        );
        var outcome = terminal.Done($"train {{customers.csv}} {Small} --name run -o " + Path.GetDirectoryName(terminal.File("x")));
        Assert.StartsWith("no --model given: table-vae, for a table with other columns than numbers (city).", outcome.Error);
        // Row numbers and identifiers go with the codes.
        terminal.Done("encode {customers.csv} -m {run} -o {codes.csv}");
        var lines = File.ReadAllLines(terminal.File("codes.csv"));
        Assert.Equal("row,id,z0,z1", lines[0]);
        Assert.StartsWith("1,c0000,", lines[1]);
        Assert.StartsWith("60,c0059,", lines[60]);
        // Of a part, the rows are those of the file.
        terminal.Done("encode {customers.csv} -m {run} -o {part.csv} --part test");
        foreach (var line in File.ReadAllLines(terminal.File("part.csv")).Skip(1).Select(line => line.Split(',')))
            Assert.Equal($"c{int.Parse(line[0]) - 1:D4}", line[1]);
    }

    [Fact]
    public void A_label_named_once_is_remembered()
    {
        using var terminal = new Terminal();
        string Rows(Func<int, string> kind) =>
            "w,x,y,kind\n" + string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i % 3},{i % 7}.5,{i % 5},{kind(i)}\n")));
        File.WriteAllText(terminal.File("t.csv"), Rows(i => "ab"[i % 2].ToString()));
        File.WriteAllText(terminal.File("unlabelled.csv"), Rows(_ => ""));
        terminal.Done($"train {{t.csv}} --model ae --label kind {Small} --name run -o " + Path.GetDirectoryName(terminal.File("x")));
        Assert.Contains(terminal.Json("evaluate {t.csv} -m {run}").EnumerateObject(), figure => figure.Name.StartsWith("knn5_accuracy"));
        terminal.Done("encode {t.csv} -m {run} -o {codes.csv}");
        Assert.Equal("row,kind,z0,z1", File.ReadAllLines(terminal.File("codes.csv"))[0]);
        // A table without its classes is encoded without them.
        terminal.Done("encode {unlabelled.csv} -m {run} -o {others.csv}");
        Assert.Equal("row,z0,z1", File.ReadAllLines(terminal.File("others.csv"))[0]);
    }

    [Fact]
    public void Help_of_train_stands_under_headings_and_its_settings_have_a_page_of_their_own()
    {
        using var terminal = new Terminal();
        var help = terminal.Done("train --help").Output.Split('\n').Select(line => line.TrimEnd()).ToArray();
        Assert.All(
            ["Usage:", "Options:", "Run:", "Images:", "Series:", "Interactions:", "Documents:", "Every command:", "Example:", "Models of tables:"],
            heading => Assert.Contains(heading, help)
        );
        Assert.DoesNotContain(help, line => line.TrimStart().StartsWith("weight-decay"));
        var settings = terminal.Done("train --help settings").Output;
        Assert.StartsWith("Settings (--set key=value)", settings);
        Assert.Contains("weight-decay", settings);
        Assert.DoesNotContain("Usage:", settings);
    }

    [Fact]
    public void A_result_is_in_one_unit()
    {
        using var terminal = new Terminal();
        File.WriteAllText(terminal.File("t.csv"), "x,c\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 7}.5,{"ab"[i % 2]}\n")));
        terminal.Done($"train {{t.csv}} {Small} --name run -o " + Path.GetDirectoryName(terminal.File("x")));
        var bits = terminal.Done("evaluate {t.csv} -m {run} --importance-samples 0").Output;
        var nats = terminal.Done("evaluate {t.csv} -m {run} --importance-samples 0 --nats").Output;
        static string Figures(string output) => string.Join('\n', output.Split('\n').Where(line => line.StartsWith("  ")));
        Assert.DoesNotContain("nats", Figures(bits));
        Assert.DoesNotContain("bits", Figures(nats));
        Assert.Contains("ELBO", Figures(bits));
        Assert.Contains("ELBO", Figures(nats));
    }
}
