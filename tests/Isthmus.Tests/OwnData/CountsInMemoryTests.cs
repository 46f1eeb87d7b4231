using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Training;

namespace Isthmus.Tests.OwnData;

/// <summary>Histories and documents in memory.</summary>
public sealed class CountsInMemoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private sealed record Order(int Customer, string Product, double Stars, DateTimeOffset Time);

    // Even customers take products of one kind, odd ones of another.
    private static Order[] Orders(int customers) =>
        [
            .. Enumerable
                .Range(0, customers)
                .SelectMany(customer =>
                    Enumerable
                        .Range(0, 6)
                        .Select(i => new Order(
                            customer,
                            $"p{customer % 2 * 10 + (customer / 2 + i * 3) % 10}",
                            1 + (customer + i) % 5,
                            new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(i)
                        ))
                ),
        ];

    [Fact]
    public void Orders_in_memory_are_what_a_table_of_them_is()
    {
        var orders = Orders(40);
        using var folder = new TemporaryFolder();
        var path = folder.File("orders.csv");
        File.WriteAllLines(
            path,
            ["user,item,rating,time", .. orders.Select(o => FormattableString.Invariant($"{o.Customer},{o.Product},{o.Stars},{o.Time.ToUnixTimeSeconds()}"))]
        );
        var columns = new InteractionOptions
        {
            User = "user",
            Item = "item",
            Rating = "rating",
            Time = "time",
            MinRating = 2,
            MinPerUser = 4,
        };
        var file = Isthmus.Histories.LoadSplits(path, columns, seed: 1);
        var memory = Isthmus
            .Histories.From(orders, o => o.Customer, o => o.Product, o => o.Stars, o => o.Time, new() { MinRating = 2, MinPerUser = 4 })
            .Split(seed: 1);
        Assert.Equal(file.Train.Schema, memory.Train.Schema);
        Assert.True(((InteractionSchema)memory.Train.Schema).IsInTimeOrder);
        foreach (var (one, other) in new[] { (file.Train, memory.Train), (file.Validation, memory.Validation), (file.Test, memory.Test) })
        {
            Assert.Equal(one.RecordNames, other.RecordNames);
            for (var user = 0; user < one.Count; user++)
                Assert.Equal(one.Sparse(user).Columns.ToArray(), other.Sparse(user).Columns.ToArray());
        }
    }

    [Fact]
    public void Users_with_few_items_are_left_out_of_training_and_not_of_the_data()
    {
        var pairs = Orders(40).Select(o => (o.Customer, o.Product)).Append((99, "p1"));
        var data = Isthmus.Histories.From(pairs);
        Assert.Equal(41, data.Count);
        var parts = data.Split();
        Assert.Equal(40, parts.Train.Count + parts.Validation.Count + parts.Test.Count);
        Assert.Contains(parts.Train.Notes, note => $"{note}".Contains("1 of 41 users have fewer than 5", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_recommends_by_the_callers_own_ids_and_titles()
    {
        var titles = Enumerable.Range(0, 20).ToDictionary(i => $"p{i}", i => $"Product number {i}");
        var data = Isthmus.Histories.From(Orders(60), o => o.Customer, o => o.Product, options: new() { Titles = titles });
        using var folder = new TemporaryFolder();
        using (var trained = TrainingRun.Train("ease", data.Split()).Model)
            trained.Save(folder.File("m.isthmus"));
        using var model = TrainedModel.Load(folder.File("m.isthmus"));
        var best = model.Recommend(["p0", "p3"], count: 3);
        Assert.Equal(3, best.Count);
        Assert.All(best, item => Assert.True(int.Parse(item.Item[1..]) < 10));
        Assert.Equal($"Product number {best[0].Item[1..]}", best[0].Title);
        Assert.True(best[0].Bits <= best[1].Bits);
        Assert.All(best[0].Reasons, reason => Assert.Contains(reason.Item, new[] { "p0", "p3" }));
        Assert.Equal(best.Select(item => item.Item), model.Recommend(["Product number 0", "p3"], 3).Select(item => item.Item));
        // A user of one item, whom training leaves out, is served too.
        var all = model.Recommend(Isthmus.Histories.From([("new", "p0"), ("new", "p3"), ("odd", "p11")]), 3, cancellationToken: Stop).ToArray();
        Assert.Equal(["new", "odd"], all.Select(user => user.User));
        Assert.Equal(best.Select(item => item.Item), all[0].Items.Select(item => item.Item));
        Assert.Contains("did you mean", Assert.Throws<InvalidInputException>(() => model.Recommend(["p00"])).Message);
        Assert.Contains("no item", Assert.Throws<InvalidInputException>(() => model.Recommend(Array.Empty<string>())).Message);
        Assert.Contains("no item '7'", Assert.Throws<InvalidInputException>(() => model.Recommend([7])).Message);
    }

    [Fact]
    public void Whole_numbers_are_ids_too()
    {
        var pairs = Orders(60).Select(o => (o.Customer, int.Parse(o.Product[1..])));
        using var model = TrainingRun.Train("ease", Isthmus.Histories.From(pairs).Split()).Model;
        Assert.All(model.Recommend([0, 3], 4), item => Assert.InRange(item.Item, 0, 9));
    }

    [Fact]
    public void What_cannot_be_histories_is_refused_in_one_sentence()
    {
        static void Refused(string part, Action action) => Assert.Contains(part, Assert.Throws<InvalidInputException>(action).Message);
        var order = Orders(1)[0];
        Refused("no interactions", () => Isthmus.Histories.From(Array.Empty<(int, int)>()));
        Refused("interaction 1 has no item", () => Isthmus.Histories.From([order with { Product = "" }], o => o.Customer, o => o.Product));
        Refused("interaction 2 has no user", () => Isthmus.Histories.From([order, null], o => o!.Customer, o => o!.Product));
        Refused("rating of NaN", () => Isthmus.Histories.From([order], o => o.Customer, o => o.Product, _ => double.NaN));
        Refused("no rating is given", () => Isthmus.Histories.From([order], o => o.Customer, o => o.Product, options: new() { MinRating = 3 }));
    }

    [Fact]
    public void Texts_in_memory_are_what_a_table_of_them_is()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t.csv"), SmallDocuments.TwoSubjectsCsv());
        var texts = SmallDocuments.TwoSubjects().Select(text => $"The {text}.");
        var labels = Enumerable.Range(0, 120).Select(i => i % 2 == 0 ? "space" : "ice");
        var file = Documents.LoadSplits(folder.File("t.csv"), seed: 1, new() { Text = "text" }, label: "subject");
        var memory = Documents.From(texts, labels).Split(seed: 1);
        Assert.Equal(file.Train.Schema, memory.Train.Schema);
        Assert.Equal(file.Test.Labels.Single().Values, memory.Test.Labels.Single().Values);
        for (var document = 0; document < file.Test.Count; document++)
            Assert.Equal(file.Test.Sparse(document).Columns.ToArray(), memory.Test.Sparse(document).Columns.ToArray());
    }

    [Fact]
    public void A_model_of_texts_in_memory_has_topics_finds_and_encodes()
    {
        var texts = SmallDocuments.TwoSubjects();
        using var folder = new TemporaryFolder();
        using (
            var trained = TrainingRun
                .Train("prod-lda", Documents.From(texts).Split(), new() { Settings = Tiny.Settings("epochs=30 latent=2 hidden=16 batch-size=20"), Threads = 1 })
                .Model
        )
            trained.Save(folder.File("m.isthmus"));
        using var model = TrainedModel.Load(folder.File("m.isthmus"));
        Assert.Equal(2, model.Topics(words: 5).Count);
        Assert.Equal(5, model.Topics(words: 5)[0].Count);
        var topics = model.Topics(Documents.From(texts), words: 5);
        Assert.Equal(1, topics.Sum(topic => topic.Share), 1e-4);
        Assert.Equal(model.Topics(words: 5)[topics[0].Number].Select(word => word.Word), topics[0].Words.Select(word => word.Word));
        var found = model.Search(texts, "rocket", count: 10, cancellationToken: Stop);
        Assert.True(found.Count(document => document.Record % 2 == 0) >= 8);
        Assert.Equal(found, model.Search(Documents.From(texts), "rocket", count: 10, cancellationToken: Stop));
        // A product of one record adds up in another order than one of many on some processors: some hundred terms below 1, each rounded at 6e-8.
        Assert.Equal(model.Encode(texts[3]), model.Encode(texts)[3], (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Contains("none of its 1 document", Assert.Throws<InvalidInputException>(() => model.Encode("zebra")).Message);
        Assert.Contains("has no topics", Assert.Throws<InvalidInputException>(() => Pictures().Topics()).Message);
    }

    [Fact]
    public void What_cannot_be_documents_is_refused_in_one_sentence()
    {
        static void Refused(string part, Action action) => Assert.Contains(part, Assert.Throws<InvalidInputException>(action).Message);
        Refused("at least one", () => Documents.From([]));
        Refused("no word but stop words", () => Documents.From(["the", "", null]));
        Refused("2 labels", () => Documents.From(["moon"], labels: new[] { 1, 2 }));
    }

    private static TrainedModel Pictures() =>
        TrainingRun
            .Train(
                "ae",
                Images.FromArrays(Enumerable.Range(0, 20).Select(i => new[] { (byte)i, (byte)3 }), 1, 2).Split(),
                new() { Settings = Tiny.Settings("epochs=1 hidden=4 latent=1 batch-size=8"), Threads = 1 }
            )
            .Model;
}
